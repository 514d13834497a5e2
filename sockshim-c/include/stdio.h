/* What <stdio.h> of wasi-libc leaves out and sockshim-c has: tmpfile() in
 * src/fs/mkstemp.c, popen() and pclose() in src/proc/popen.c. wasi-libc declares
 * tmpfile(), as one that is deprecated because there is none. */
#ifndef WLR_STDIO_H
#define tmpfile __wlr_no_tmpfile
#endif
#include_next <stdio.h>
#ifndef WLR_STDIO_H
#define WLR_STDIO_H
#undef tmpfile

/* Where temporary files are made (POSIX XSI). */
#define P_tmpdir "/tmp"

#ifdef __cplusplus
extern "C" {
#endif

FILE *tmpfile(void);
FILE *popen(const char *, const char *);
int pclose(FILE *);

#ifdef __cplusplus
}
#endif

#endif
