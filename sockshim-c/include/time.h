/* Of numbers as <errno.h> has them, src/errno/errno.c; a strptime() that says on
 * which day of the week and of the year a date is, src/time/strptime.c; and a
 * strftime() that keeps what it does not know, src/time/strftime.c. */
#include_next <time.h>
#if !defined(WLR_TIME_H) && !defined(WLR_LIBC_ERRNO)
#define WLR_TIME_H

#ifdef __cplusplus
extern "C" {
#endif

size_t strftime(char *__restrict, size_t, const char *__restrict, const struct tm *__restrict)
	__asm__("wlr_strftime");
#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || \
	defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
int clock_nanosleep(clockid_t, int, const struct timespec *, struct timespec *)
	__asm__("wlr_clock_nanosleep");
#endif
#if defined(_XOPEN_SOURCE) || defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
char *strptime(const char *__restrict, const char *__restrict, struct tm *__restrict)
	__asm__("wlr_strptime");
#endif

#ifdef __cplusplus
}
#endif

#endif
