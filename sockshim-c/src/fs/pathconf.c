/* pathconf() and fpathconf() (POSIX), in place of wasi-libc's, which have a
 * limit for what is not there, too. */
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static long limit(int found, int name)
{
	static const short limits[] = {
		[_PC_LINK_MAX] = _POSIX_LINK_MAX,
		[_PC_MAX_CANON] = _POSIX_MAX_CANON,
		[_PC_MAX_INPUT] = _POSIX_MAX_INPUT,
		[_PC_NAME_MAX] = NAME_MAX,
		[_PC_PATH_MAX] = PATH_MAX,
		[_PC_PIPE_BUF] = _POSIX_PIPE_BUF,
		[_PC_CHOWN_RESTRICTED] = 1,
		[_PC_NO_TRUNC] = 1,
		[_PC_VDISABLE] = 0,
		[_PC_SYNC_IO] = 1,
		[_PC_ASYNC_IO] = -1,
		[_PC_PRIO_IO] = -1,
		[_PC_SOCK_MAXBUF] = -1,
		[_PC_FILESIZEBITS] = 64,
		[_PC_REC_INCR_XFER_SIZE] = 4096,
		[_PC_REC_MAX_XFER_SIZE] = 4096,
		[_PC_REC_MIN_XFER_SIZE] = 4096,
		[_PC_REC_XFER_ALIGN] = 4096,
		[_PC_ALLOC_SIZE_MIN] = 4096,
		[_PC_SYMLINK_MAX] = -1,
		[_PC_2_SYMLINKS] = 1,
	};
	if (found < 0)
		return -1;
	if (name < 0 || (size_t)name >= sizeof limits / sizeof *limits) {
		errno = EINVAL;
		return -1;
	}
	return limits[name];
}

long pathconf(const char *path, int name)
{
	struct stat st;
	return limit(stat(path, &st), name);
}

long fpathconf(int fd, int name)
{
	struct stat st;
	return limit(fstat(fd, &st), name);
}
