/* What <signal.h> of wasi-libc leaves out and sockshim-c has: src/proc/signal.c.
 * Signals are those that a process raises itself and those of its timers; nothing
 * arrives from outside. */
#include_next <signal.h>
#ifndef WLR_SIGNAL_H
#define WLR_SIGNAL_H

#define __NEED_sigset_t
#define __NEED_pid_t
#include <bits/alltypes.h>

/* No SA_SIGINFO: a raised signal carries no more than its number. */
struct sigaction {
	void (*sa_handler)(int);
	sigset_t sa_mask;
	int sa_flags;
};

#define SA_NOCLDSTOP 1
#define SA_ONSTACK   0x08000000 /* there is no sigaltstack() to declare one */
#define SA_RESTART   0x10000000
#define SA_NODEFER   0x40000000
#define SA_RESETHAND 0x80000000

#define SIG_BLOCK   0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#ifdef __cplusplus
extern "C" {
#endif

int kill(pid_t, int);
int sigemptyset(sigset_t *);
int sigfillset(sigset_t *);
int sigaddset(sigset_t *, int);
int sigdelset(sigset_t *, int);
int sigismember(const sigset_t *, int);
int sigaction(int, const struct sigaction *__restrict, struct sigaction *__restrict);
int sigpending(sigset_t *);
int sigprocmask(int, const sigset_t *__restrict, sigset_t *__restrict);

/* raise() of wasi-libc knows no mask. */
int __wlr_raise(int);
#define raise(sig) __wlr_raise(sig)

/* A point at which the signal of a timer may arrive. WebAssembly cannot be
 * interrupted, so a program that wants its timers to work has such points where
 * it loops and where it calls; a call costs a subtraction. At every blocking
 * function there is one too. */
extern int __wlr_countdown;
void __wlr_tick(void);

#define wlr_safe_point() (__builtin_expect(--__wlr_countdown < 0, 0) ? __wlr_tick() : (void)0)

#ifdef __cplusplus
}
#endif

#endif
