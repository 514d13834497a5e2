/* Symbolic links (POSIX symlink, readlink, lstat), to absolute paths, too,
 * which no host of WASI makes: see src/fs/abslink.c. */
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static const char *text(const char *path)
{
	static char buf[PATH_MAX];
	ssize_t n = readlink(path, buf, sizeof buf - 1);
	if (n < 0)
		return NULL;
	buf[n] = '\0';
	return buf;
}

static void relative(void)
{
	close(make_file("file", "content"));
	ZERO(symlink("file", tmp("rel")), "symlink to a name");
	STR(text(tmp("rel")), "file", "readlink");
	STR(content("rel"), "content", "it leads to the file");
	struct stat st;
	ZERO(lstat(tmp("rel"), &st), "lstat");
	OK(S_ISLNK(st.st_mode), "says that it is a link");
	EQ(st.st_size, 4, "as long as its text");
	ZERO(stat(tmp("rel"), &st), "stat");
	OK(S_ISREG(st.st_mode), "says what it leads to");
	ERR(symlink("x", tmp("rel")), EEXIST, "symlink where something is");
	ERR(symlink("x", tmp("no/rel")), ENOENT, "symlink in no directory");
	ERR(readlink(tmp("file"), (char[1]){0}, 1), EINVAL, "readlink of a file");
	ERR(readlink(tmp("no"), (char[1]){0}, 1), ENOENT, "readlink of nothing");
	char two[2];
	EQ(readlink(tmp("rel"), two, 2), 2, "readlink in too small a buffer");
	OK(!memcmp(two, "fi", 2), "has the beginning");
}

static void absolute(void)
{
	ZERO(symlink(tmp("file"), tmp("abs")), "symlink to an absolute path");
	STR(text(tmp("abs")), tmp("file"), "readlink");
	STR(content("abs"), "content", "it leads to the file");
	struct stat st;
	ZERO(lstat(tmp("abs"), &st), "lstat");
	OK(S_ISLNK(st.st_mode), "says that it is a link");
	EQ(st.st_size, strlen(tmp("file")), "as long as its text");
	char two[2];
	EQ(readlink(tmp("abs"), two, 2), 2, "readlink in too small a buffer");
	OK(two[0] == '/', "has the beginning");
	ERR(symlink(tmp("file"), tmp("abs")), EEXIST, "symlink where something is");

	ZERO(mkdir(tmp("d"), 0700), "mkdir");
	close(make_file("d/inner", "inner"));
	ZERO(symlink(tmp("d"), tmp("dir")), "symlink to a directory");
	STR(content("dir/inner"), "inner", "a file below it");
	EQ(entries(tmp("dir")), 1, "its entries");
	ZERO(symlink(tmp("not-there"), tmp("dangling")), "symlink to nothing");
	STR(text(tmp("dangling")), tmp("not-there"), "readlink");
	ERR(open(tmp("dangling"), O_RDONLY), ENOENT, "open");
	close(make_file("not-there", "made"));
	STR(content("dangling"), "made", "open when it is there");

	char path[PATH_MAX], other[PATH_MAX];
	NEED(realpath(tmp("file"), path));
	STR(realpath(tmp("abs"), other), path, "realpath");

	WASI(ERR(symlink("/not-mounted/x", tmp("out")), EPERM, "symlink to what nothing is mounted for"));
	if (getenv("TEST_ETC"))
		WASI(ERR(symlink("/etc/passwd", tmp("out")), EPERM, "symlink to another mounted directory"));
	else
		test_skip("symlink to another mounted directory", "no /etc of ours");
}

/* Links whose text begins by going up. */
static void upward(void)
{
	ZERO(mkdir(tmp("d/e"), 0700), "mkdir two directories below");
	ZERO(symlink(tmp("file"), tmp("d/e/abs")), "symlink in it");
	STR(text(tmp("d/e/abs")), tmp("file"), "readlink of that");
	STR(content("d/e/abs"), "content", "that leads to the file");
	ZERO(symlink("d/e", tmp("short")), "a link to a directory");
	ZERO(symlink(tmp("file"), tmp("short/two")), "symlink through it");
	STR(content("d/e/two"), "content", "leads to the file from where it is");
	STR(text(tmp("short/two")), tmp("file"), "readlink of this");
	STR(text(tmp("d/e/two")), tmp("file"), "readlink by the other path");
}

/* A link that is moved leads to where it led. */
static void moved(void)
{
	if (access(tmp("d/e/abs"), F_OK) < 0) {
		test_skip("links that are moved", "there was none to move up or down");
		return;
	}
	ZERO(symlink(tmp("file"), tmp("d/here")), "symlink");
	ZERO(rename(tmp("d/here"), tmp("there")), "rename to another directory");
	STR(text(tmp("there")), tmp("file"), "readlink of the moved link");
	STR(content("there"), "content", "the moved link leads to the file");
	ERR(readlink(tmp("d/here"), (char[1]){0}, 1), ENOENT, "the old one is gone");
	close(make_file("d/taken", ""));
	ZERO(rename(tmp("there"), tmp("d/taken")), "rename to what is there");
	STR(text(tmp("d/taken")), tmp("file"), "replaces it");
	STR(content("d/taken"), "content", "and leads to the file");
	ZERO(unlink(tmp("d/taken")), "unlink");
}

/* What rmdir() makes of a slash at the end. */
static void slashes(void)
{
	ZERO(mkdir(tmp("slash/"), 0700), "mkdir of a name with a slash");
	ZERO(rmdir(tmp("slash/")), "rmdir of a name with a slash");
	ERR(rmdir(tmp("slash//")), ENOENT, "rmdir of nothing with slashes");
	ERR(rmdir(tmp("file")), ENOTDIR, "rmdir of a file");
	ERR(rmdir(tmp("d")), ENOTEMPTY, "rmdir of what is not empty");
	char bad[] = "bad-\xff-name";
	ERR(open(tmp(bad), O_RDONLY), ENOENT, "open of a name that is not UTF-8");
	struct stat st;
	ERR(stat(tmp(bad), &st), ENOENT, "stat of a name that is not UTF-8");
	ERR(unlink(tmp(bad)), ENOENT, "unlink of a name that is not UTF-8");
	int fd = open(tmp("d"), O_RDONLY);
	ERR(read(fd, bad, 1), EISDIR, "read of a directory");
	close(fd);
}

int main(void)
{
	relative();
	absolute();
	upward();
	moved();
	slashes();
	return done();
}
