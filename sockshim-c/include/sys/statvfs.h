/* wasi-libc's statvfs() fails for what is not there with the errno of what
 * cannot be told: src/fs/statvfs.c. */
#include_next <sys/statvfs.h>
#ifndef WLR_SYS_STATVFS_H
#define WLR_SYS_STATVFS_H

#ifdef __cplusplus
extern "C" {
#endif

int statvfs(const char *__restrict, struct statvfs *__restrict) __asm__("wlr_statvfs");
int fstatvfs(int, struct statvfs *) __asm__("wlr_fstatvfs");

#ifdef __cplusplus
}
#endif

#endif
