// clock looks at what a host must really provide: time that is now, time that
// only goes forward, sleep that takes as long as asked, bytes that differ.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t id)
{
	struct timespec t;
	if (clock_gettime(id, &t) != 0)
		return -1;
	return t.tv_sec + t.tv_nsec / 1e9;
}

// `clock NOW`: NOW is the host's time in seconds since 1970.
int main(int argc, char **argv)
{
	double now = argc > 1 ? atof(argv[1]) : 0;
	double real = seconds(CLOCK_REALTIME);
	printf("realtime %s\n", real > now - 60 && real < now + 60 ? "is now" : "is wrong");

	double from = seconds(CLOCK_MONOTONIC);
	usleep(50000);
	double took = seconds(CLOCK_MONOTONIC) - from;
	printf("sleep %s\n", took >= 0.049 && took < 5 ? "took as long as asked" : "is wrong");

	unsigned char a[32] = {0}, b[32] = {0}, none[32] = {0};
	int ok = getentropy(a, sizeof a) == 0 && getentropy(b, sizeof b) == 0;
	ok = ok && memcmp(a, b, sizeof a) != 0 && memcmp(a, none, sizeof a) != 0;
	printf("random %s\n", ok ? "differs" : "is wrong");

	return 0;
}
