/* What stat() says, in place of wasi-libc's conversion.
 *
 * WASI has no permission bits: all files have the same, as on Linux's vfat.
 * Nobody is kept from anything by them: access() tries. No regular file is
 * executable, because WASI runs no program. Owner and group are 0, which the
 * process is too: see ids.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <wasi/libc-nocwd.h>

static mode_t mode(__wasi_filetype_t type)
{
	switch (type) {
	case __WASI_FILETYPE_REGULAR_FILE:
		return S_IFREG | 0644;
	case __WASI_FILETYPE_DIRECTORY:
		return S_IFDIR | 0755;
	case __WASI_FILETYPE_SYMBOLIC_LINK:
		return S_IFLNK | 0777;
	case __WASI_FILETYPE_CHARACTER_DEVICE:
		return S_IFCHR | 0666;
	case __WASI_FILETYPE_BLOCK_DEVICE:
		return S_IFBLK | 0666;
	case __WASI_FILETYPE_SOCKET_DGRAM:
	case __WASI_FILETYPE_SOCKET_STREAM:
		return S_IFSOCK | 0666;
	default:
		return 0666; /* a pipe, or what the host does not tell */
	}
}

static struct timespec moment(__wasi_timestamp_t t)
{
	return (struct timespec){.tv_sec = t / 1000000000, .tv_nsec = t % 1000000000};
}

static int told(__wasi_errno_t err, const __wasi_filestat_t *from, struct stat *st)
{
	if (err) {
		errno = err;
		return -1;
	}
	memset(st, 0, sizeof *st);
	st->st_dev = from->dev;
	/* wasmtime's numbers are hashes. What programs have signed numbers for
	 * stays one of these, and different with it. */
	st->st_ino = from->ino & INT64_MAX;
	st->st_nlink = from->nlink;
	st->st_mode = mode(from->filetype);
	st->st_size = from->size;
	/* WASI tells neither. A file of some size without blocks would be one
	 * without data to those who look. */
	st->st_blksize = 4096;
	st->st_blocks = (from->size + 511) / 512;
	st->st_atim = moment(from->atim);
	st->st_mtim = moment(from->mtim);
	st->st_ctim = moment(from->ctim);
	return 0;
}

int fstat(int fd, struct stat *st)
{
	__wasi_filestat_t from;
	return told(__wasi_fd_filestat_get(fd, &from), &from, st);
}

/* wasi-libc's stat(), lstat() and fstatat() end here. */
int __wasilibc_nocwd_fstatat(int fd, const char *restrict path, struct stat *restrict st, int flags)
{
	__wasi_filestat_t from;
	__wasi_lookupflags_t lookup = flags & AT_SYMLINK_NOFOLLOW ? 0 : __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW;
	return told(__wasi_path_filestat_get(fd, lookup, path, &from), &from, st);
}
