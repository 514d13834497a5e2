/* What <sys/stat.h> of wasi-libc leaves out and sockshim-c has: src/fs. */
#include_next <sys/stat.h>
#ifndef WLR_SYS_STAT_H
#define WLR_SYS_STAT_H

#ifdef __cplusplus
extern "C" {
#endif

mode_t umask(mode_t);

/* wasi-libc has these, which always fail, in one object with open() and the
 * like, so ours have names of their own. */
int chmod(const char *, mode_t) __asm__("wlr_chmod");
int fchmod(int, mode_t) __asm__("wlr_fchmod");
int fchmodat(int, const char *, mode_t, int) __asm__("wlr_fchmodat");

#ifdef __cplusplus
}
#endif

#endif
