/* Processor time: clock() (C17 7.27.2.1), times() and getrusage() (POSIX).
 *
 * preview1 has a clock for it which some hosts lack; there, it is the time
 * since the program asked first, less what it has slept since, which is an upper
 * bound. All of it is counted as user time. Of the memory, the largest size is what linear memory has now,
 * since that never shrinks.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#include "time.h"

uint64_t wlr_monotonic_ns(void)
{
	__wasi_timestamp_t now;
	return __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, &now) == 0 ? now : 0;
}

/* When the program first asked, later by what it has slept since; 0 before. */
static uint64_t start;

void wlr_waited(uint64_t ns)
{
	if (start)
		start += ns;
}

uint64_t wlr_cpu_ns(void)
{
	__wasi_timestamp_t now;
	if (__wasi_clock_time_get(__WASI_CLOCKID_PROCESS_CPUTIME_ID, 0, &now) == 0)
		return now;
	now = wlr_monotonic_ns();
	if (!start)
		start = now;
	return now - start;
}

clock_t __clock(void)
{
	return wlr_cpu_ns() / (WLR_SEC / CLOCKS_PER_SEC);
}

clock_t clock(void) __attribute__((__alias__("__clock")));

clock_t times(struct tms *t)
{
	*t = (struct tms){.tms_utime = wlr_cpu_ns() / (WLR_SEC / sysconf(_SC_CLK_TCK))};
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec * WLR_SEC + now.tv_nsec) / (WLR_SEC / sysconf(_SC_CLK_TCK));
}

int getrusage(int who, struct rusage *r)
{
	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN) {
		errno = EINVAL;
		return -1;
	}
	*r = (struct rusage){0};
	if (who == RUSAGE_SELF) {
		uint64_t ns = wlr_cpu_ns();
		r->ru_utime.tv_sec = ns / WLR_SEC;
		r->ru_utime.tv_usec = ns % WLR_SEC / 1000;
		r->ru_maxrss = __builtin_wasm_memory_size(0) * 64;
	}
	return 0;
}
