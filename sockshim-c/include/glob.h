/* A glob() that knows braces, and numbers as <errno.h> has them: src/fs/glob.c. */
#include_next <glob.h>
#if !defined(WLR_GLOB_H) && !defined(WLR_LIBC_ERRNO)
#define WLR_GLOB_H

#define GLOB_BRACE 0x400

#ifdef __cplusplus
extern "C" {
#endif

int glob(const char *__restrict, int, int (*)(const char *, int), glob_t *__restrict)
	__asm__("wlr_glob");

#ifdef __cplusplus
}
#endif

#endif
