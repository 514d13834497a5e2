/* What <sys/time.h> of wasi-libc leaves out and sockshim-c has:
 * src/time/itimer.c. */
#include_next <sys/time.h>
#ifndef WLR_SYS_TIME_H
#define WLR_SYS_TIME_H

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

struct itimerval {
	struct timeval it_interval;
	struct timeval it_value;
};

#ifdef __cplusplus
extern "C" {
#endif

int getitimer(int, struct itimerval *);
int setitimer(int, const struct itimerval *__restrict, struct itimerval *__restrict);

#ifdef __cplusplus
}
#endif

#endif
