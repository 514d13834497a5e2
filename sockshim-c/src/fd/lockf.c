/* lockf() (POSIX XSI): record locks by another name. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int lockf(int fd, int op, off_t size)
{
	struct flock lk = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = size};
	switch (op) {
	case F_TEST:
		return fcntl(fd, F_GETLK, &lk);
	case F_ULOCK:
		lk.l_type = F_UNLCK;
		return fcntl(fd, F_SETLK, &lk);
	case F_LOCK:
	case F_TLOCK:
		return fcntl(fd, F_SETLK, &lk);
	default:
		errno = EINVAL;
		return -1;
	}
}
