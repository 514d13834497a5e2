/* setitimer() and getitimer() (POSIX). A timer's signal arrives at the next safe
 * point after its time, since nothing can interrupt WebAssembly: <signal.h>,
 * wlr_safe_point(). */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

#include "time.h"

/* Nanoseconds; due is 0 for a timer that is not set. */
static struct timer {
	uint64_t due, interval;
} timers[3];

static const int signals[] = {
	[ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF,
};

/* How many safe points there are until clocks are read, and how many there were
 * between the last two times. */
int __wlr_countdown = INT_MAX;
static int stride = 1;

/* How exact a timer is, nearly: the time between two readings. */
#define GRAIN (WLR_SEC / 1000)

static uint64_t clock_of(int which)
{
	return which == ITIMER_REAL ? wlr_monotonic_ns() : wlr_cpu_ns();
}

static bool any_set(void)
{
	return timers[ITIMER_REAL].due || timers[ITIMER_VIRTUAL].due || timers[ITIMER_PROF].due;
}

void __wlr_tick(void)
{
	static uint64_t last;
	if (!any_set()) {
		__wlr_countdown = INT_MAX;
		return;
	}
	uint64_t now = wlr_monotonic_ns();
	/* What lies between two safe points may be an addition or a long search. */
	if (now - last > 2 * GRAIN && stride > 1)
		stride /= 2;
	else if (now - last < GRAIN / 2 && stride < 1 << 20)
		stride *= 2;
	last = now;
	__wlr_countdown = stride;
	for (int i = 0; i < 3; i++) {
		struct timer *t = &timers[i];
		uint64_t time;
		if (!t->due || (time = clock_of(i)) < t->due)
			continue;
		/* Before the signal, whose handler may set it anew. */
		t->due = t->interval ? time + t->interval : 0;
		raise(signals[i]);
	}
}

static struct timeval timeval(uint64_t ns)
{
	return (struct timeval){.tv_sec = ns / WLR_SEC, .tv_usec = ns % WLR_SEC / 1000};
}

static uint64_t nanoseconds(const struct timeval *t)
{
	return t->tv_sec * WLR_SEC + t->tv_usec * 1000ull;
}

static bool valid(const struct timeval *t)
{
	return t->tv_sec >= 0 && t->tv_usec >= 0 && t->tv_usec < 1000000;
}

int getitimer(int which, struct itimerval *value)
{
	if (which < ITIMER_REAL || which > ITIMER_PROF) {
		errno = EINVAL;
		return -1;
	}
	const struct timer *t = &timers[which];
	*value = (struct itimerval){.it_interval = timeval(t->interval)};
	if (t->due) {
		/* One whose signal is still to come is not one that is not set. */
		uint64_t now = clock_of(which);
		value->it_value = timeval(t->due > now + 1000 ? t->due - now : 1000);
	}
	return 0;
}

int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old)
{
	if (which < ITIMER_REAL || which > ITIMER_PROF || !valid(&value->it_value) || !valid(&value->it_interval)) {
		errno = EINVAL;
		return -1;
	}
	if (old)
		getitimer(which, old);
	uint64_t in = nanoseconds(&value->it_value);
	timers[which] = (struct timer){
		.due = in ? clock_of(which) + in : 0, .interval = nanoseconds(&value->it_interval),
	};
	__wlr_countdown = any_set() ? stride : INT_MAX;
	return 0;
}
