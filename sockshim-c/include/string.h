/* Of numbers as <errno.h> has them: src/errno/errno.c. */
#include_next <string.h>
#if !defined(WLR_STRING_H) && !defined(WLR_LIBC_ERRNO)
#define WLR_STRING_H

#ifdef __cplusplus
extern "C" {
#endif

char *strerror(int) __asm__("wlr_strerror");
#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || \
	defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
int strerror_r(int, char *, size_t) __asm__("wlr_strerror_r");
char *strerror_l(int, locale_t) __asm__("wlr_strerror_l");
#endif

#ifdef __cplusplus
}
#endif

#endif
