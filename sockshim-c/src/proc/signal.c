/* Signals that a process sends itself (POSIX): kill(), sigaction() and the mask,
 * over wasi-libc's emulated signal() and raise(). */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

/* wasi-libc's own. */
#undef raise

static sigset_t blocked, pending;

static bool has(sigset_t set, int sig)
{
	return set >> (sig - 1) & 1;
}

int __wlr_raise(int sig)
{
	if (sig > 0 && sig < _NSIG && has(blocked, sig)) {
		pending |= 1ull << (sig - 1);
		return 0;
	}
	return raise(sig);
}

/* A process can signal itself, and sees no other. */
int kill(pid_t pid, int sig)
{
	if (sig < 0 || sig >= _NSIG) {
		errno = EINVAL;
		return -1;
	}
	if (pid > 0 && pid != getpid()) {
		errno = ESRCH;
		return -1;
	}
	return sig ? __wlr_raise(sig) : 0;
}

/* The handlers of signals whose action is for one time. */
static void (*once[_NSIG])(int);

static void run_once(int sig)
{
	signal(sig, SIG_DFL);
	once[sig](sig);
}

/* Handlers run at once, in raise(), so that there is never one to interrupt: the
 * action's own mask, SA_RESTART, SA_NODEFER and SA_ONSTACK have nothing to act on. */
int sigaction(int sig, const struct sigaction *restrict new, struct sigaction *restrict old)
{
	if (sig <= 0 || sig >= _NSIG) {
		errno = EINVAL;
		return -1;
	}
	bool resets = new && (unsigned)new->sa_flags & SA_RESETHAND
		&& new->sa_handler != SIG_DFL && new->sa_handler != SIG_IGN;
	void (*before)(int) = signal(sig, !new ? SIG_DFL : resets ? run_once : new->sa_handler);
	if (before == SIG_ERR)
		return -1;
	if (!new)
		signal(sig, before);
	if (old) {
		*old = (struct sigaction){.sa_handler = before};
		if (before == run_once)
			*old = (struct sigaction){.sa_handler = once[sig], .sa_flags = (int)SA_RESETHAND};
	}
	if (resets)
		once[sig] = new->sa_handler;
	return 0;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	sigset_t before = blocked;
	if (set) {
		switch (how) {
		case SIG_BLOCK:
			blocked |= *set;
			break;
		case SIG_UNBLOCK:
			blocked &= ~*set;
			break;
		case SIG_SETMASK:
			blocked = *set;
			break;
		default:
			errno = EINVAL;
			return -1;
		}
		/* POSIX: these cannot be blocked, and it is no error to ask. */
		blocked &= ~(1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1));
	}
	if (old)
		*old = before;
	/* A handler may change both. */
	for (int sig = 1; sig < _NSIG && pending & ~blocked; sig++) {
		if (has(pending & ~blocked, sig)) {
			pending &= ~(1ull << (sig - 1));
			raise(sig);
		}
	}
	return 0;
}

int sigpending(sigset_t *set)
{
	*set = pending;
	return 0;
}
