/* Permission bits and owners, of which WASI has none: stat() has fixed ones,
 * which can be set again, and no others. And what else is known of files and
 * where they are: statvfs(), pathconf(). */
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "test.h"

static mode_t mode(const char *path)
{
	struct stat st;
	return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

int main(void)
{
	umask(022);
	struct stat st;
	int fd = open(tmp("file"), O_RDWR | O_CREAT, 0666);
	NEED(fd >= 0);
	ZERO(mkdir(tmp("dir"), 0777), "mkdir");
	ZERO(symlink("dir", tmp("link")), "symlink");
	EQ(mode(tmp("file")), S_IFREG | 0644, "the mode of a file");
	EQ(mode(tmp("dir")), S_IFDIR | 0755, "the mode of a directory");
	EQ(mode(tmp("link")), S_IFLNK | 0777, "the mode of a link");
	ZERO(fstat(fd, &st), "fstat");
	EQ(st.st_mode, S_IFREG | 0644, "the same of a descriptor");
	OK(st.st_ino >> 63 == 0, "a file's number is not negative for those who take it for signed");
	EQ(st.st_size, 0, "its size");
	EQ(st.st_nlink, 1, "its links");
	EQ(st.st_blocks, 0, "its blocks");
	OK(st.st_blksize > 0, "the size to read it by");
	NEED(write(fd, "content", 7) == 7);
	ZERO(fstat(fd, &st), "fstat");
	OK(st.st_size == 7 && st.st_blocks > 0, "what has data has blocks");

	ZERO(chmod(tmp("file"), 0644), "chmod to what it is");
	ZERO(chmod(tmp("dir"), 0755), "chmod of a directory");
	ZERO(chmod(tmp("link"), 0755), "chmod follows links");
	ZERO(fchmod(fd, 0644), "fchmod");
	ZERO(fchmodat(AT_FDCWD, tmp("file"), 0644, 0), "fchmodat");
	ERR(chmod(tmp("no"), 0644), ENOENT, "chmod of nothing");
	ERR(fchmod(-1, 0644), EBADF, "fchmod of no descriptor");
	WASI(ERR(chmod(tmp("file"), 0600), EPERM, "chmod to another mode"));
	WASI(ERR(chmod(tmp("file"), 04644), EPERM, "chmod with a set-user-ID bit"));
	WASI(ERR(fchmod(fd, 0755), EPERM, "fchmod to another mode"));
	WASI(ERR(fchmodat(AT_FDCWD, tmp("dir"), 0700, 0), EPERM, "fchmodat to another mode"));
	EQ(mode(tmp("file")), S_IFREG | 0644, "the mode has stayed");

	ZERO(stat(tmp("file"), &st), "stat");
	EQ(st.st_uid, geteuid(), "the file is the process's");
	ZERO(chown(tmp("file"), st.st_uid, st.st_gid), "chown to who has it");
	ZERO(chown(tmp("file"), -1, -1), "chown to nobody else");
	ZERO(lchown(tmp("link"), st.st_uid, -1), "lchown");
	ZERO(fchown(fd, -1, st.st_gid), "fchown");
	ERR(chown(tmp("no"), -1, -1), ENOENT, "chown of nothing");
	ERR(fchown(-1, -1, -1), EBADF, "fchown of no descriptor");
	WASI(ERR(chown(tmp("file"), 1000, -1), EPERM, "chown to another"));
	WASI(ERR(lchown(tmp("link"), -1, 1000), EPERM, "lchown to another"));
	WASI(ERR(fchown(fd, 1000, 1000), EPERM, "fchown to another"));

	struct statvfs fs;
	ERR(statvfs(tmp("no"), &fs), ENOENT, "statvfs of nothing");
	ERR(fstatvfs(-1, &fs), EBADF, "fstatvfs of no descriptor");
	WASI(ERR(statvfs(tmp("file"), &fs), ENOSYS, "statvfs cannot be told"));
	WASI(ERR(fstatvfs(fd, &fs), ENOSYS, "nor fstatvfs"));

	EQ(pathconf(tmp("file"), _PC_NAME_MAX), 255, "pathconf");
	EQ(fpathconf(fd, _PC_PATH_MAX), 4096, "fpathconf");
	ERR(pathconf(tmp("no"), _PC_NAME_MAX), ENOENT, "pathconf of nothing");
	ERR(fpathconf(-1, _PC_NAME_MAX), EBADF, "fpathconf of no descriptor");
	ERR(pathconf(tmp("file"), 12345), EINVAL, "pathconf of no name");
	ERR(fpathconf(fd, -1), EINVAL, "fpathconf of no name");
	close(fd);
	STR(P_tmpdir, "/tmp", "where temporary files are made");
	return done();
}
