/* statvfs() and fstatvfs() (POSIX). WASI does not tell what a file system has
 * or how much of it is free. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static int unknown(int found)
{
	if (found == 0)
		errno = ENOSYS;
	return -1;
}

int statvfs(const char *restrict path, struct statvfs *restrict fs)
{
	(void)fs;
	struct stat st;
	return unknown(stat(path, &st));
}

int fstatvfs(int fd, struct statvfs *fs)
{
	(void)fs;
	struct stat st;
	return unknown(fstat(fd, &st));
}
