/* Time: clock(), times(), getrusage(), clock_gettime(), gettimeofday(). */
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include "test.h"

static double seconds(struct timeval t)
{
	return t.tv_sec + t.tv_usec * 1e-6;
}

static double used(void)
{
	struct rusage r;
	NEED(getrusage(RUSAGE_SELF, &r) == 0);
	return seconds(r.ru_utime) + seconds(r.ru_stime);
}

static double now(void)
{
	struct timespec t;
	NEED(clock_gettime(CLOCK_MONOTONIC, &t) == 0);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Works until the clock says that enough is done. */
static void work(double time)
{
	double end = now() + time;
	static volatile unsigned n;
	while (now() < end)
		for (int i = 0; i < 1000; i++)
			n++;
}

int main(void)
{
	struct rusage r;
	ZERO(getrusage(RUSAGE_SELF, &r), "getrusage");
	ZERO(getrusage(RUSAGE_CHILDREN, &r), "getrusage of children");
	WASI(EQ(seconds(r.ru_utime) * 1e6, 0, "of which there are none"));
	ERR(getrusage(77, &r), EINVAL, "getrusage of whom there is none");

	double t = now(), u = used();
	clock_t c = clock();
	struct tms tms, tms2;
	clock_t real = times(&tms);
	OK(u >= 0, "processor time");
	OK(c != (clock_t)-1, "clock");
	OK(real != (clock_t)-1, "times");
	work(0.2);
	double wall = now() - t, worked = used() - u;
	double clocked = (double)(clock() - c) / CLOCKS_PER_SEC;
	clock_t ticks = times(&tms2) - real;
	double tick = 1.0 / sysconf(_SC_CLK_TCK);
	printf("# %.3f s passed, %.3f s by getrusage, %.3f s by clock, %.3f s by times\n",
		wall, worked, clocked, (double)(tms2.tms_utime + tms2.tms_stime - tms.tms_utime - tms.tms_stime) * tick);
	OK(wall >= 0.2, "time passes");
	OK(tick > 0 && tick <= 0.1, "_SC_CLK_TCK");
	/* Other processes may have had most of it, and an engine's own threads
	 * count where it asks the system. */
	OK(worked > 0.01, "work takes processor time");
	OK(worked < wall * 8 + 0.1, "and no more than there are processors");
	OK(clocked > worked - 0.1 && clocked < worked + 0.1, "clock agrees with getrusage");
	OK(ticks * tick > 0.15 && ticks * tick < wall + 0.2, "times counts the time that passes");
	OK(tms2.tms_utime + tms2.tms_stime > tms.tms_utime + tms.tms_stime, "and processor time");
	EQ(tms2.tms_cutime + tms2.tms_cstime, 0, "and none of children");

	bool back = false;
	double last = used(), last_t = now();
	clock_t last_c = clock();
	for (int i = 0; i < 2000; i++) {
		double n = used(), nt = now();
		clock_t nc = clock();
		back = back || n < last || nt < last_t || nc < last_c;
		last = n, last_t = nt, last_c = nc;
	}
	OK(!back, "no clock goes back");

	NEED(getrusage(RUSAGE_SELF, &r) == 0);
	long before = r.ru_maxrss;
	/* On Linux it begins with what the process was before exec. */
	OK(before > 100 && (!ON_WASI || before < 1 << 20), "ru_maxrss is in KiB");
	char *volatile p = malloc(32 << 20);
	NEED(p);
	memset(p, 1, 32 << 20);
	NEED(p[12345] == 1 && getrusage(RUSAGE_SELF, &r) == 0);
	WASI(OK(r.ru_maxrss >= before + (30 << 10), "and grows with the memory in use"));
	free(p);
	long most = r.ru_maxrss;
	NEED(getrusage(RUSAGE_SELF, &r) == 0);
	OK(r.ru_maxrss >= most, "and never shrinks");

	struct timeval tv;
	ZERO(gettimeofday(&tv, NULL), "gettimeofday");
	OK(tv.tv_usec >= 0 && tv.tv_usec < 1000000, "microseconds are less than a second");
	struct timespec ts;
	ZERO(clock_gettime(CLOCK_REALTIME, &ts), "CLOCK_REALTIME");
	OK(ts.tv_sec - tv.tv_sec >= 0 && ts.tv_sec - tv.tv_sec < 10, "is the same time");
	OK(time(NULL) - ts.tv_sec >= 0 && time(NULL) - ts.tv_sec < 10, "time too");
	OK(tv.tv_sec > 1700000000, "it is after 2023");
	ZERO(clock_getres(CLOCK_MONOTONIC, &ts), "clock_getres");
	OK(ts.tv_sec == 0 && ts.tv_nsec > 0, "is less than a second");
	return done();
}
