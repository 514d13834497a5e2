/* The working directory, and ".." (POSIX chdir, getcwd, 4.13 "Pathname
 * Resolution"). shim_test.go starts this with several values of PWD. */
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static const char *cwd(void)
{
	static char buf[PATH_MAX];
	return getcwd(buf, sizeof buf);
}

/* Where TEST_TMP is without links, and "/" after it. */
static const char *in_tmp(const char *name)
{
	static char top[PATH_MAX], path[2 * PATH_MAX];
	if (!*top)
		NEED(realpath(tmp(""), top));
	snprintf(path, sizeof path, "%s%s%s", top, *name ? "/" : "", name);
	return path;
}

static void start(void)
{
	printf("# starts in %s\n", cwd());
	if (strcmp(cwd(), in_tmp("")) != 0) { /* started elsewhere by shim_test.go */
		printf("1..0\n");
		exit(0);
	}
	STR(cwd(), in_tmp(""), "the process starts where PWD says");
	close(make_file("here", "here"));
	int fd = open("here", O_RDONLY);
	OK(fd >= 0, "a relative path begins there");
	close(fd);
	char small[2];
	NULLERR(getcwd(small, sizeof small), ERANGE, "getcwd with too small a buffer");
	NULLERR(getcwd(small, 0), EINVAL, "getcwd with a buffer of nothing");
}

static void move(void)
{
	ZERO(mkdir("a", 0700), "mkdir");
	ZERO(mkdir("a/b", 0700), "mkdir below it");
	ZERO(symlink("a/b", "link"), "symlink");
	errno = 77;
	EQ(chdir("a/b"), 0, "chdir");
	EQ(errno, 77, "leaves errno");
	STR(cwd(), in_tmp("a/b"), "getcwd");
	ZERO(chdir(".."), "chdir to ..");
	STR(cwd(), in_tmp("a"), "getcwd has no ..");
	ZERO(chdir("./b/.././/b/."), "chdir by dots and slashes");
	STR(cwd(), in_tmp("a/b"), "getcwd has none of them");
	ZERO(chdir("../../link"), "chdir to a link");
	STR(cwd(), in_tmp("a/b"), "getcwd has no link");
	ZERO(chdir(".."), "chdir to .. from there");
	STR(cwd(), in_tmp("a"), "is the directory above the link's target");
	ZERO(chdir("../link/.."), "chdir to .. of a link");
	STR(cwd(), in_tmp("a"), "is that, too");
	ZERO(chdir(in_tmp("")), "chdir to an absolute path");

	ERR(chdir("not-there"), ENOENT, "chdir to nothing");
	ERR(chdir("not-there/.."), ENOENT, "chdir to .. of nothing");
	ERR(chdir("here"), ENOTDIR, "chdir to a file");
	ERR(chdir("here/.."), ENOTDIR, "chdir to .. of a file");
	ERR(chdir("here/x"), ENOTDIR, "chdir below a file");
	ERR(chdir(""), ENOENT, "chdir to \"\"");
	struct stat st;
	ERR(stat("", &st), ENOENT, "stat of \"\"");
	ERR(open("", O_RDONLY), ENOENT, "open of \"\"");
	ZERO(symlink("loop", "loop"), "a link to itself");
	ERR(chdir("loop"), ELOOP, "chdir to it");
	STR(cwd(), in_tmp(""), "the working directory has stayed");
}

static void removed(void)
{
	ZERO(mkdir("gone", 0700), "mkdir");
	ZERO(chdir("gone"), "chdir");
	ZERO(rmdir(in_tmp("gone")), "rmdir of the working directory");
	char buf[PATH_MAX];
	NULLERR(getcwd(buf, sizeof buf), ENOENT, "getcwd of what is not there");
	ERR(open("x", O_WRONLY | O_CREAT, 0600), ENOENT, "open in it");
	ZERO(chdir(in_tmp("")), "chdir out of it");
	STR(cwd(), in_tmp(""), "getcwd");
}

static void above(void)
{
	struct stat one, other;
	ZERO(stat("a/../here", &one), "a path by ..");
	ZERO(stat(".", &one), "stat of .");
	ZERO(stat("./", &other), "stat of ./");
	EQ(one.st_ino, other.st_ino, "is the same");
	ZERO(stat("././a/.././", &other), "and so is a longer one");
	EQ(one.st_ino, other.st_ino, "with .. in it");
	ZERO(access("./here", F_OK), "a file behind ./");
	ERR(stat("here/./", &other), ENOTDIR, "stat of a file and /./");
	/* More ".." than there are directories end at "/". */
	char path[PATH_MAX] = "";
	for (int i = 0; i < 20; i++)
		strcat(path, "../");
	strcat(path, in_tmp("") + 1);
	ZERO(stat(path, &other), "a path that goes up to / and down again");
	EQ(one.st_ino, other.st_ino, "to the same directory");
	snprintf(path, sizeof path, "/..%s/../..%s", in_tmp(""), in_tmp(""));
	LINUX(OK(true, "a path whose middle depends on where TEST_TMP is"));
	WASI(ZERO(stat(path, &other), "a path that leaves a mounted directory in its middle"));
	WASI(EQ(one.st_ino, other.st_ino, "to the same directory, too"));
	if (getenv("TEST_ETC")) {
		snprintf(path, sizeof path, "../../../../../../../../../../etc/passwd");
		ZERO(access(path, R_OK), "a path from one mounted directory to another");
		ZERO(chdir("/etc"), "chdir to the other");
		STR(cwd(), "/etc", "getcwd");
		ZERO(access("passwd", R_OK), "a relative path");
		ZERO(chdir(in_tmp("")), "chdir back");
	} else {
		test_skip("a path from one mounted directory to another", "no /etc of ours");
	}
	ERR(stat("/../not-there", &other), ENOENT, "a path that nothing is mounted for");
}

int main(void)
{
	start();
	move();
	removed();
	above();
	return done();
}
