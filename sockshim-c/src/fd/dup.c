#include <errno.h>
#include <unistd.h>

#include "fd.h"

int dup(int fd)
{
	return wlr_fd_dup(fd, 0);
}

int dup2(int fd, int newfd)
{
	return wlr_fd_dup_onto(fd, newfd);
}

/* O_CLOEXEC is 0 on WASI, which has no exec, so no flag is ever valid. */
int dup3(int fd, int newfd, int flags)
{
	if (fd == newfd || flags) {
		errno = EINVAL;
		return -1;
	}
	return wlr_fd_dup_onto(fd, newfd);
}

int getdtablesize(void)
{
	return WLR_FD_MAX;
}
