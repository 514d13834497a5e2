/* A setlocale() and a newlocale() that know which locales there are:
 * src/text/locale.c. */
#include_next <locale.h>
#if !defined(WLR_LOCALE_H) && !defined(WLR_LIBC_ERRNO)
#define WLR_LOCALE_H

#ifdef __cplusplus
extern "C" {
#endif

char *setlocale(int, const char *) __asm__("wlr_setlocale");
#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || \
	defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
locale_t newlocale(int, const char *, locale_t) __asm__("wlr_newlocale");
#endif

#ifdef __cplusplus
}
#endif

#endif
