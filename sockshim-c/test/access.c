/* access() and faccessat() (POSIX System Interfaces), which sockshim-c answers
 * by trying, and umask(), chmod(), chown(). */
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static const char *readonly(const char *name)
{
	static char path[4][PATH_MAX];
	static int next;
	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", getenv("TEST_READONLY"), name);
	return p;
}

static void writable(void)
{
	int fd = make_file("a", "content");
	ZERO(mkdir(tmp("dir"), 0700), "mkdir");
	int before = entries(tmp("."));
	ZERO(access(tmp("a"), F_OK), "a file is there");
	ZERO(access(tmp("a"), R_OK), "a file can be read");
	ZERO(access(tmp("a"), W_OK), "a file can be written");
	ZERO(access(tmp("a"), R_OK | W_OK), "a file can be read and written");
	ERR(access(tmp("a"), X_OK), EACCES, "a file cannot be executed");
	ERR(access(tmp("a"), R_OK | X_OK), EACCES, "nor read and executed");
	STR(content("a"), "content", "asking changes nothing");
	EQ(lseek(fd, 0, SEEK_CUR), 0, "nor moves anything");
	ZERO(access(tmp("dir"), F_OK), "a directory is there");
	ZERO(access(tmp("dir"), R_OK), "a directory can be read");
	ZERO(access(tmp("dir"), W_OK), "a directory can be written");
	ZERO(access(tmp("dir"), X_OK), "a directory can be searched");
	ZERO(access(tmp("dir"), R_OK | W_OK | X_OK), "all of it");
	ZERO(access(tmp("dir/"), W_OK), "with a slash at the end");
	ZERO(access(tmp("."), W_OK), "the directory that is mounted can be written");
	EQ(entries(tmp("dir")), 0, "asking leaves nothing in the directory");
	EQ(entries(tmp(".")), before, "nor in the one above");

	ERR(access(tmp("none"), F_OK), ENOENT, "nothing is there");
	ERR(access(tmp("none"), W_OK), ENOENT, "nothing cannot be written");
	ERR(access(tmp("a/b"), F_OK), ENOTDIR, "a file is no directory");
	ERR(access(tmp("none/b"), F_OK), ENOENT, "no such directory");
	ERR(access("", F_OK), ENOENT, "the empty path");
	ERR(access(tmp("a"), 0x100), EINVAL, "a mode that is none");
	ERR(access(tmp("a"), -1), EINVAL, "mode -1");
	EQ(entries(tmp(".")), before, "failing leaves nothing");

	int d = open(tmp("."), O_RDONLY | O_DIRECTORY);
	NEED(d >= 0);
	ZERO(faccessat(d, "a", R_OK | W_OK, 0), "faccessat of a file");
	ZERO(faccessat(d, "dir", R_OK | W_OK | X_OK, 0), "faccessat of a directory");
	ZERO(faccessat(d, "a", R_OK, AT_EACCESS), "faccessat with AT_EACCESS");
	ERR(faccessat(d, "none", F_OK, 0), ENOENT, "faccessat of nothing");
	ERR(faccessat(fd, "a", F_OK, 0), ENOTDIR, "faccessat by a file");
	ZERO(faccessat(AT_FDCWD, tmp("a"), R_OK, 0), "faccessat with AT_FDCWD");
	close(d);
	ERR(faccessat(d, "a", F_OK, 0), EBADF, "faccessat by a closed descriptor");
	ERR(faccessat(AT_FDCWD, tmp("a"), R_OK, 0x40000), EINVAL, "faccessat with a flag that is none");

	if (symlink("a", tmp("link")) == 0) {
		ZERO(access(tmp("link"), R_OK | W_OK), "a link is followed");
		ZERO(unlink(tmp("link")), "unlink of a link");
		NEED(symlink("none", tmp("link")) == 0);
		ERR(access(tmp("link"), F_OK), ENOENT, "a link to nothing");
		ERR(access(tmp("link"), W_OK), ENOENT, "is not writable");
		ERR(access(tmp("none"), F_OK), ENOENT, "and asking does not make what it points to");
		unlink(tmp("link"));
	}
	close(fd);
	OK(access(tmp("../../../../../../../../../../nowhere"), F_OK) == -1, "out of what is mounted");
}

/* "EROFS: write access is requested for a file on a read-only file system." */
#define REFUSED(call, what) \
	(errno = 0, test_result = (call), test_report(test_result == -1 && \
		(errno == EROFS || (ON_WASI && (errno == EACCES || errno == EPERM))), what, \
		"got %lld, errno %d, %s", test_result, errno, strerror(errno)))

static void mounted_readonly(void)
{
	ZERO(access(readonly("file"), F_OK), "a file of a read-only file system is there");
	ZERO(access(readonly("file"), R_OK), "and can be read");
	REFUSED(access(readonly("file"), W_OK), "but not written");
	REFUSED(access(readonly("file"), R_OK | W_OK), "nor read and written");
	ZERO(access(readonly("sub"), R_OK | X_OK), "a directory of it can be read and searched");
	REFUSED(access(readonly("sub"), W_OK), "but not written");
	REFUSED(access(readonly("."), W_OK), "nor can the mounted directory be");
	ERR(access(readonly("none"), W_OK), ENOENT, "nothing of it cannot be written");
	EQ(entries(readonly("sub")), 0, "asking leaves nothing in it");
	REFUSED(open(readonly("made"), O_WRONLY | O_CREAT, 0600), "open of a new file");
	REFUSED(open(readonly("file"), O_WRONLY), "open of a file for writing");
	REFUSED(mkdir(readonly("made"), 0700), "mkdir");
	REFUSED(unlink(readonly("file")), "unlink");
	char template[PATH_MAX];
	snprintf(template, sizeof template, "%s", readonly("xXXXXXX"));
	REFUSED(mkstemp(template), "mkstemp");
}

static void owners(void)
{
	mode_t old = umask(077);
	EQ(umask(0177), 077, "umask returns what was");
	EQ(umask(old), 0177, "umask returns what was, again");
	EQ(umask(07777 | 010000), old, "umask takes the permission bits only");
	EQ(umask(old), 0777, "and no others");

	int fd = make_file("owned", "");
	WASI(ERR(chown(tmp("owned"), 1, 1), EPERM, "chown"));
	WASI(ERR(lchown(tmp("owned"), 1, 1), EPERM, "lchown"));
	WASI(ERR(fchown(fd, 1, 1), EPERM, "fchown"));
	struct stat st;
	ZERO(fstat(fd, &st), "fstat");
	WASI(EQ(st.st_uid, 0, "the owner is 0"));
	close(fd);
}

int main(void)
{
	writable();
	owners();
	if (getenv("TEST_READONLY"))
		mounted_readonly();
	return done();
}
