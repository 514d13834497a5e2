/* Timers: setitimer(), getitimer(), and the mask that holds their signals back.
 * What Linux does at any time, sockshim-c does at a safe point. */
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include "test.h"

#ifndef __wasi__
static void wlr_safe_point(void) {}
#endif

static volatile int got, count;

static void handler(int sig)
{
	got = sig;
	count++;
}

static double now(void)
{
	struct timespec t;
	NEED(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static double set(int which, double in, double interval)
{
	struct itimerval t = {
		.it_value = {.tv_usec = in * 1e6}, .it_interval = {.tv_usec = interval * 1e6},
	};
	ZERO(setitimer(which, &t, NULL), "setitimer");
	return now();
}

/* Works until n signals have come, or the time is over. */
static void work(int n, double most)
{
	double start = now();
	while (count < n && now() - start < most)
		wlr_safe_point();
}

static void fires(int which, int sig, const char *what)
{
	got = count = 0;
	signal(sig, handler);
	double start = set(which, 0.05, 0);
	work(1, 10);
	EQ(got, sig, what);
	double took = now() - start;
	test_report(took > 0.03 && took < 5, "not before its time", "after %f s", took);
	work(2, 0.1);
	EQ(count, 1, "and only once");
	struct itimerval t;
	ZERO(getitimer(which, &t), "getitimer");
	OK(t.it_value.tv_sec == 0 && t.it_value.tv_usec == 0, "it is not set any more");
}

static void repeats(void)
{
	got = count = 0;
	signal(SIGALRM, handler);
	set(ITIMER_REAL, 0.01, 0.01);
	work(3, 10);
	OK(count >= 3, "with an interval the signal comes again");
	struct itimerval t, old;
	ZERO(getitimer(ITIMER_REAL, &t), "getitimer");
	EQ(t.it_interval.tv_usec, 10000, "has the interval");
	OK(t.it_value.tv_usec > 0, "and what is left");
	t = (struct itimerval){0};
	ZERO(setitimer(ITIMER_REAL, &t, &old), "setitimer to nothing");
	EQ(old.it_interval.tv_usec, 10000, "has the old interval");
	count = 0;
	work(1, 0.1);
	EQ(count, 0, "stops it");
}

static void held_back(void)
{
	got = count = 0;
	signal(SIGALRM, handler);
	sigset_t alarm, old, waiting;
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	ZERO(sigprocmask(SIG_BLOCK, &alarm, &old), "sigprocmask");
	EQ(sigismember(&old, SIGALRM), 0, "it was not blocked");
	set(ITIMER_REAL, 0.01, 0);
	work(1, 0.1);
	EQ(count, 0, "a blocked signal waits");
	ZERO(sigpending(&waiting), "sigpending");
	EQ(sigismember(&waiting, SIGALRM), 1, "is pending");
	ZERO(sigprocmask(SIG_SETMASK, &old, NULL), "unblocked");
	EQ(count, 1, "it comes at once");
	raise(SIGALRM);
	EQ(count, 2, "and no more waits");
	sigprocmask(SIG_BLOCK, &alarm, NULL);
	raise(SIGALRM);
	EQ(count, 2, "raise of a blocked signal waits too");
	sigprocmask(SIG_UNBLOCK, &alarm, NULL);
	EQ(count, 3, "until it is unblocked");
	ERR(sigprocmask(99, &alarm, NULL), EINVAL, "sigprocmask with no such operation");
	ZERO(sigprocmask(99, NULL, &old), "which does not matter without a set");
}

static void once(void)
{
	got = count = 0;
	struct sigaction a = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND}, old;
	sigemptyset(&a.sa_mask);
	ZERO(sigaction(SIGALRM, &a, NULL), "sigaction for one time");
	ZERO(sigaction(SIGALRM, NULL, &old), "sigaction that asks");
	OK(old.sa_handler == handler, "finds the handler");
	OK((unsigned)old.sa_flags & SA_RESETHAND, "and that it is for one time");
	raise(SIGALRM);
	EQ(count, 1, "it is called");
	ZERO(sigaction(SIGALRM, NULL, &old), "sigaction that asks again");
	OK(old.sa_handler == SIG_DFL, "finds the default");
}

/* Time asleep is not the process's. */
static void asleep(void)
{
	got = count = 0;
	signal(SIGPROF, handler);
	set(ITIMER_PROF, 0.2, 0);
	struct timespec t = {.tv_nsec = 300000000};
	nanosleep(&t, NULL);
	wlr_safe_point();
	EQ(count, 0, "a timer of processor time stands still in nanosleep");
	work(1, 10);
	EQ(count, 1, "and goes on after it");
}

static void mistakes(void)
{
	struct itimerval t = {.it_value = {.tv_usec = 1000000}};
	ERR(setitimer(ITIMER_REAL, &t, NULL), EINVAL, "setitimer with a second of microseconds");
	t.it_value.tv_usec = -1;
	ERR(setitimer(ITIMER_REAL, &t, NULL), EINVAL, "setitimer to a negative time");
	t.it_value.tv_usec = 0;
	ERR(setitimer(9, &t, NULL), EINVAL, "setitimer of no such timer");
	ERR(getitimer(-1, &t), EINVAL, "getitimer of no such timer");
}

int main(void)
{
	fires(ITIMER_REAL, SIGALRM, "ITIMER_REAL");
	fires(ITIMER_PROF, SIGPROF, "ITIMER_PROF");
	fires(ITIMER_VIRTUAL, SIGVTALRM, "ITIMER_VIRTUAL");
	repeats();
	held_back();
	once();
	asleep();
	mistakes();
	return done();
}
