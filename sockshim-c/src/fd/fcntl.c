/* fcntl() (POSIX System Interfaces, Issue 7). It takes the place of
 * wasi-libc's, which knows F_GETFD, F_SETFD, F_GETFL and F_SETFL only. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"

static int get_flags(int fd)
{
	__wasi_fdstat_t st;
	__wasi_errno_t err = __wasi_fd_fdstat_get(fd, &st);
	if (err) {
		errno = err;
		return -1;
	}
	const __wasi_rights_t reads = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_READDIR;
	bool r = st.fs_rights_base & reads;
	bool w = st.fs_rights_base & __WASI_RIGHTS_FD_WRITE;
	return st.fs_flags | (r && w ? O_RDWR : r ? O_RDONLY : w ? O_WRONLY : O_SEARCH);
}

static int set_flags(int fd, int flags)
{
	__wasi_errno_t err = __wasi_fd_fdstat_set_flags(fd, flags & 0xfff);
	if (err) {
		errno = err;
		return -1;
	}
	return 0;
}

/* Record locks belong to the process, and one process never conflicts with
 * itself; other processes cannot be seen from a WASI guest. So each lock can
 * be had, and none is ever reported. */
static int record_lock(int fd, int cmd, struct flock *lk)
{
	int mode = get_flags(fd);
	if (mode < 0)
		return -1;
	off_t from = 0;
	struct stat st;
	if (lk->l_whence == SEEK_CUR)
		from = lseek(fd, 0, SEEK_CUR);
	else if (lk->l_whence == SEEK_END)
		from = fstat(fd, &st) < 0 ? -1 : st.st_size;
	if (from < 0)
		return -1;
	if ((lk->l_type != F_RDLCK && lk->l_type != F_WRLCK && lk->l_type != F_UNLCK) ||
	    (lk->l_whence != SEEK_SET && lk->l_whence != SEEK_CUR && lk->l_whence != SEEK_END) ||
	    lk->l_start < -from || (lk->l_len < 0 && lk->l_len < -from - lk->l_start)) {
		errno = EINVAL;
		return -1;
	}
	if (cmd == F_GETLK) {
		lk->l_type = F_UNLCK;
		return 0;
	}
	if ((lk->l_type == F_RDLCK && !(mode & O_RDONLY)) ||
	    (lk->l_type == F_WRLCK && !(mode & O_WRONLY))) {
		errno = EBADF;
		return -1;
	}
	return 0;
}

int fcntl(int fd, int cmd, ...)
{
	va_list ap;
	va_start(ap, cmd);
	/* One argument at the most, and pointers are as wide as int. */
	int arg = va_arg(ap, int);
	va_end(ap);
	if (!wlr_fd_get(fd)) {
		errno = EBADF;
		return -1;
	}
	switch (cmd) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return wlr_fd_dup(fd, arg);
	case F_GETFD:
		return FD_CLOEXEC; /* there is no exec */
	case F_SETFD:
		return 0;
	case F_GETFL:
		return get_flags(fd);
	case F_SETFL:
		return set_flags(fd, arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return record_lock(fd, cmd, (struct flock *)arg);
	default:
		errno = EINVAL;
		return -1;
	}
}
