/* Signals that a process sends itself: kill(), raise(), sigaction(), and signal
 * sets. */
#include <signal.h>

#include "test.h"

static volatile int got, count;

static void handler(int sig)
{
	got = sig;
	count++;
}

static void other(int sig)
{
	got = -sig;
}

static void actions(void)
{
	struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_ONSTACK}, old;
	sigemptyset(&a.sa_mask);
	ZERO(sigaction(SIGUSR1, &a, &old), "sigaction");
	OK(old.sa_handler == SIG_DFL, "the action was the default");
	ZERO(raise(SIGUSR1), "raise");
	EQ(got, SIGUSR1, "calls the handler");
	ZERO(kill(getpid(), SIGUSR1), "kill of the process itself");
	EQ(count, 2, "calls the handler");
	ZERO(sigaction(SIGUSR1, NULL, &old), "sigaction that asks");
	OK(old.sa_handler == handler, "finds the handler");
	ZERO(sigaction(SIGUSR1, NULL, NULL), "sigaction for nothing");
	ZERO(raise(SIGUSR1), "raise");
	EQ(count, 3, "asking has changed nothing");
	a.sa_handler = other;
	ZERO(sigaction(SIGUSR2, &a, NULL), "a handler of another signal");
	raise(SIGUSR2);
	EQ(got, -SIGUSR2, "is called");
	raise(SIGUSR1);
	EQ(got, SIGUSR1, "the first is still there");
	a.sa_handler = SIG_IGN;
	ZERO(sigaction(SIGUSR1, &a, &old), "SIG_IGN");
	OK(old.sa_handler == handler, "it was the handler");
	ZERO(raise(SIGUSR1), "raise");
	EQ(count, 4, "is ignored");
	OK(signal(SIGUSR1, handler) == SIG_IGN, "signal finds what sigaction has set");
	ZERO(sigaction(SIGUSR1, NULL, &old), "and sigaction");
	OK(old.sa_handler == handler, "what signal has");
	OK(signal(SIGUSR1, SIG_DFL) == handler, "back to the default");
	ZERO(raise(SIGCHLD), "raise of a signal whose default is to be ignored");
	OK(signal(SIGPIPE, SIG_IGN) == SIG_DFL, "signal of SIGPIPE");

	ERR(sigaction(0, NULL, &old), EINVAL, "sigaction of signal 0");
	ERR(sigaction(-1, NULL, &old), EINVAL, "sigaction of signal -1");
	ERR(sigaction(_NSIG, NULL, &old), EINVAL, "sigaction of a signal that is none");
	ERR(sigaction(SIGKILL, &a, NULL), EINVAL, "sigaction of SIGKILL");
	ERR(sigaction(SIGSTOP, &a, NULL), EINVAL, "sigaction of SIGSTOP");
	errno = 0;
	OK(signal(_NSIG, handler) == SIG_ERR && errno == EINVAL, "signal of a signal that is none");
}

static void targets(void)
{
	ZERO(kill(getpid(), 0), "kill with signal 0");
	ERR(kill(1 << 30, 0), ESRCH, "kill of no process");
	ERR(kill(1 << 30, SIGTERM), ESRCH, "kill of no process with a signal");
	ERR(kill(getpid(), -1), EINVAL, "kill with signal -1");
	ERR(kill(getpid(), _NSIG), EINVAL, "kill with a signal that is none");
	errno = 0;
	OK(raise(_NSIG) != 0 && errno == EINVAL, "raise of a signal that is none");
	ZERO(kill(0, 0), "kill of the process group with signal 0");
}

static void sets(void)
{
	sigset_t s;
	ZERO(sigemptyset(&s), "sigemptyset");
	EQ(sigismember(&s, SIGTERM), 0, "is empty");
	ZERO(sigaddset(&s, SIGTERM), "sigaddset");
	ZERO(sigaddset(&s, 1), "sigaddset of the first");
	ZERO(sigaddset(&s, _NSIG - 1), "sigaddset of the last");
	EQ(sigismember(&s, SIGTERM), 1, "sigismember");
	EQ(sigismember(&s, 1), 1, "sigismember of the first");
	EQ(sigismember(&s, _NSIG - 1), 1, "sigismember of the last");
	EQ(sigismember(&s, SIGHUP + 1), 0, "sigismember of one that is not");
	ZERO(sigdelset(&s, SIGTERM), "sigdelset");
	EQ(sigismember(&s, SIGTERM), 0, "takes it out");
	EQ(sigismember(&s, 1), 1, "and no other");
	ZERO(sigfillset(&s), "sigfillset");
	EQ(sigismember(&s, SIGUSR2), 1, "has all");
	ERR(sigaddset(&s, 0), EINVAL, "sigaddset of 0");
	ERR(sigaddset(&s, _NSIG), EINVAL, "sigaddset of what is none");
	ERR(sigdelset(&s, -1), EINVAL, "sigdelset of -1");
	ERR(sigismember(&s, _NSIG), EINVAL, "sigismember of what is none");
}

int main(void)
{
	actions();
	targets();
	sets();
	return done();
}
