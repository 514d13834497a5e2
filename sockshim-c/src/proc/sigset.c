/* Signal sets (POSIX): bit n-1 is signal n. */
#include <errno.h>
#include <signal.h>

static int check(int sig)
{
	if (sig > 0 && sig < _NSIG)
		return 0;
	errno = EINVAL;
	return -1;
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = ~0ull;
	return 0;
}

int sigaddset(sigset_t *set, int sig)
{
	if (check(sig) < 0)
		return -1;
	*set |= 1ull << (sig - 1);
	return 0;
}

int sigdelset(sigset_t *set, int sig)
{
	if (check(sig) < 0)
		return -1;
	*set &= ~(1ull << (sig - 1));
	return 0;
}

int sigismember(const sigset_t *set, int sig)
{
	if (check(sig) < 0)
		return -1;
	return *set >> (sig - 1) & 1;
}
