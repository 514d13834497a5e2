/* A program's descriptors are its own: what the host opens for the program to
 * find files by is none of them. So the first is 3, and closing all of them, as
 * daemons do, or taking any of their numbers, leaves the file system. */
#include <sys/stat.h>

#include "test.h"

static void close_all(void)
{
	for (int fd = 3; fd < getdtablesize(); fd++)
		close(fd);
}

int main(void)
{
	/* Before any path: wasi-libc looks for its directories at the first. */
	EQ(dup(2), 3, "the first descriptor is 3");
	int fd = make_file("a", "content");
	EQ(fd, 4, "the next is 4");
	ERR(close(5), EBADF, "there is no other");
	ERR(fcntl(5, F_GETFD), EBADF, "there is none to ask about");
	ERR(fcntl(getdtablesize(), F_GETFD), EBADF, "nor above the limit");
	ERR(dup(getdtablesize()), EBADF, "nor to dup");
	ERR(close(getdtablesize()), EBADF, "nor to close");
	ERR(close(getdtablesize() + 1), EBADF, "nor one more");

	close_all();
	STR(content("a"), "content", "a file is found after all were closed");
	struct stat st;
	ZERO(stat(tmp("."), &st), "stat");
	ZERO(mkdir(tmp("sub"), 0700), "mkdir");
	EQ(open(tmp("sub"), O_RDONLY | O_DIRECTORY), 3, "a directory is 3");
	STR(content("a"), "content", "paths do not begin there");
	for (int i = 4; i < 10; i++)
		NEED(dup2(3, i) == i);
	STR(content("a"), "content", "nor at others");
	EQ(entries(tmp("sub")), 0, "nothing was made there");
	close_all();

	close_all();
	fd = make_file("b", "other");
	EQ(fd, 3, "the first is 3 again");
	EQ(dup2(fd, 9), 9, "dup2");
	close_all();
	STR(content("b"), "other", "a file is found");
	if (getenv("TEST_ETC"))
		ZERO(access("/etc/passwd", R_OK), "in another directory");
	else
		test_skip("in another directory", "no /etc of ours");
	ZERO(chdir(tmp("sub")), "chdir");
	close(make_file("sub/c", "inner"));
	fd = open("c", O_RDONLY);
	OK(fd == 3, "a relative path");
	OK(openat(AT_FDCWD, "../b", O_RDONLY) == 4, "openat from the working directory");
	close_all();
	ZERO(access("c", F_OK), "a relative path after all were closed");
	ERR(openat(3, "c", O_RDONLY), EBADF, "openat of what is closed");
	ZERO(chdir("/"), "chdir to a directory above mounted ones");
	ERR(access("/no/such/directory", F_OK), ENOENT, "a path that nothing is mounted for");
	/* Names that have the beginning of a mounted one. */
	ERR(access("/tmpx", F_OK), ENOENT, "more than a mounted name");
	ERR(access("/tm", F_OK), ENOENT, "less than a mounted name");
	ZERO(access("//tmp//.", F_OK), "slashes and dots");
	ZERO(access("/./tmp", F_OK), "a dot at the beginning");
	return done();
}
