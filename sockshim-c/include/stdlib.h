/* What <stdlib.h> of wasi-libc leaves out and sockshim-c has, src/fs/mkstemp.c; and
 * an atoll() that stops at the largest number, src/text/atoll.c. */
#include_next <stdlib.h>
#ifndef WLR_STDLIB_H
#define WLR_STDLIB_H

#ifdef __cplusplus
extern "C" {
#endif

int mkstemp(char *);
int mkostemp(char *, int);
int mkstemps(char *, int);
int mkostemps(char *, int, int);
char *mkdtemp(char *);

long long atoll(const char *) __asm__("wlr_atoll");

#ifndef WLR_LIBC_ERRNO /* of numbers as <errno.h> has them: src/errno/errno.c */
#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || \
	defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
int posix_memalign(void **, size_t, size_t) __asm__("wlr_posix_memalign");
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
