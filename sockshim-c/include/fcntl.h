/* What <fcntl.h> of wasi-libc leaves out and sockshim-c has: src/fd/fcntl.c. */
#include_next <fcntl.h>
#ifndef WLR_FCNTL_H
#define WLR_FCNTL_H

#define F_DUPFD         0
#define F_GETLK         5
#define F_SETLK         6
#define F_SETLKW        7
#define F_DUPFD_CLOEXEC 1030

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2

#ifndef WLR_LIBC_ERRNO /* of numbers as <errno.h> has them: src/errno/errno.c */
#ifdef __cplusplus
extern "C" {
#endif

int posix_fadvise(int, off_t, off_t, int) __asm__("wlr_posix_fadvise");
int posix_fallocate(int, off_t, off_t) __asm__("wlr_posix_fallocate");

#ifdef __cplusplus
}
#endif
#endif

#endif
