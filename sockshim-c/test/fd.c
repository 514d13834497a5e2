/* Descriptors: numbers, dup, dup2, dup3, fcntl(F_DUPFD), close (POSIX 2.14
 * "File Descriptor Allocation", dup, fcntl, close). */
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static void numbers(void)
{
	int a = make_file("a", "a");
	int b = make_file("b", "b");
	EQ(b, a + 1, "open takes the lowest free number");
	int c = dup(a);
	EQ(c, b + 1, "dup takes the lowest free number");
	EQ(close(b), 0, "close");
	EQ(dup(a), b, "dup fills a gap");
	close(b);
	EQ(open(tmp("b"), O_RDONLY), b, "open fills a gap");
	close(c);
	close(b);

	EQ(fcntl(a, F_DUPFD, 100), 100, "F_DUPFD with a minimum");
	EQ(fcntl(a, F_DUPFD, 100), 101, "F_DUPFD takes the lowest from the minimum on");
	EQ(fcntl(100, F_DUPFD, 0), b, "F_DUPFD from 0");
	close(100);
	EQ(fcntl(101, F_DUPFD_CLOEXEC, 100), 100, "F_DUPFD_CLOEXEC");
	EQ(fcntl(100, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC, "F_GETFD after F_DUPFD_CLOEXEC");
	ZERO(fcntl(100, F_SETFD, FD_CLOEXEC), "F_SETFD");
	close(100);
	close(101);
	close(b);
	close(a);

	struct stat st;
	for (int fd = 0; fd < 3; fd++) {
		NEED(fstat(fd, &st) == 0);
		OK(!S_ISSOCK(st.st_mode), "a standard stream that is no socket is none");
	}
	/* The standard streams are descriptors like others. */
	int in = dup(0);
	NEED(in > 2);
	EQ(close(0), 0, "close standard input");
	EQ(open(tmp("a"), O_RDONLY), 0, "open takes the number 0");
	char ch = 0;
	EQ(read(0, &ch, 1), 1, "read descriptor 0");
	EQ(ch, 'a', "it is the file");
	EQ(dup2(in, 0), 0, "dup2 onto 0");
	close(in);
}

static void errors(void)
{
	int a = make_file("a", "a"), closed = dup(a);
	close(closed);
	ERR(close(closed), EBADF, "close of a closed descriptor");
	ERR(close(-1), EBADF, "close of -1");
	ERR(close(INT_MAX), EBADF, "close of INT_MAX");
	ERR(dup(closed), EBADF, "dup of a closed descriptor");
	ERR(dup(-1), EBADF, "dup of -1");
	ERR(dup(INT_MAX), EBADF, "dup of INT_MAX");
	ERR(dup(INT_MIN), EBADF, "dup of INT_MIN");
	ERR(dup2(closed, closed), EBADF, "dup2 of a closed descriptor onto itself");
	ERR(dup2(closed, a), EBADF, "dup2 of a closed descriptor onto an open one");
	char ch = 0;
	EQ(read(a, &ch, 1), 1, "which it leaves open");
	ERR(dup2(a, -1), EBADF, "dup2 onto -1");
	ERR(dup2(a, getdtablesize()), EBADF, "dup2 onto the limit");
	EQ(dup2(a, a), a, "dup2 onto itself");
	EQ(fcntl(a, F_GETFL) & O_ACCMODE, O_RDWR, "which leaves it open");
	ERR(dup3(a, a, 0), EINVAL, "dup3 onto itself");
	ERR(dup3(a, closed, 1), EINVAL, "dup3 with a flag that is none");
	ERR(dup3(closed, a, 0), EBADF, "dup3 of a closed descriptor");
	EQ(dup3(a, closed, O_CLOEXEC), closed, "dup3 with O_CLOEXEC");
	close(closed);
	ERR(fcntl(a, F_DUPFD, -1), EINVAL, "F_DUPFD from -1");
	ERR(fcntl(a, F_DUPFD, getdtablesize()), EINVAL, "F_DUPFD from the limit");
	ERR(fcntl(closed, F_DUPFD, 0), EBADF, "F_DUPFD of a closed descriptor");
	ERR(fcntl(closed, F_GETFD), EBADF, "F_GETFD of a closed descriptor");
	ERR(fcntl(closed, F_GETFL), EBADF, "F_GETFL of a closed descriptor");
	ERR(fcntl(-1, F_GETFL), EBADF, "F_GETFL of -1");
	ERR(fcntl(a, 12345), EINVAL, "fcntl with an unknown command");
	ERR(fcntl(closed, 12345), EBADF, "fcntl with an unknown command of a closed descriptor");

	int odd = open(tmp("a"), O_RDWR | 0x100000);
	OK(odd >= 0, "open with a flag that is none");
	close(odd);

	struct stat st;
	ERR(read(closed, &ch, 1), EBADF, "read from a closed descriptor");
	ERR(write(closed, &ch, 1), EBADF, "write to a closed descriptor");
	ERR(lseek(closed, 0, SEEK_CUR), EBADF, "lseek of a closed descriptor");
	ERR(fstat(closed, &st), EBADF, "fstat of a closed descriptor");
	ERR(fsync(closed), EBADF, "fsync of a closed descriptor");
	ERR(ftruncate(closed, 0), EBADF, "ftruncate of a closed descriptor");
	ERR(pread(closed, &ch, 1, 0), EBADF, "pread of a closed descriptor");
	ERR(openat(closed, "a", O_RDONLY), EBADF, "openat of a closed descriptor");
	NULLERR(fdopendir(closed), EBADF, "fdopendir of a closed descriptor");
	OK(!isatty(closed) && errno == EBADF, "isatty of a closed descriptor: EBADF");
	OK(!isatty(a) && errno == ENOTTY, "isatty of a file: ENOTTY");
	close(a);
}

static void onto(void)
{
	int a = make_file("a", "first"), b = make_file("b", "second");
	EQ(dup2(a, b), b, "dup2 onto an open descriptor");
	char s[8] = "";
	EQ(read(b, s, 5), 5, "read it");
	STR(s, "first", "it is the other file now");
	EQ(dup2(a, 50), 50, "dup2 onto a high number");
	EQ(dup(a), b + 1, "which does not move the lowest free number");
	close(b + 1);
	close(a);
	EQ(lseek(50, 0, SEEK_CUR), 5, "a duplicate lives on when the original is closed");
	EQ(dup2(50, 1000), 1000, "dup2 grows the table");
	close(50);
	EQ(lseek(1000, 0, SEEK_SET), 0, "lseek of descriptor 1000");
	close(1000);
	EQ(lseek(b, 0, SEEK_CUR), 0, "the last duplicate saw that");
	close(b);
	ERR(lseek(b, 0, SEEK_CUR), EBADF, "after the last close all are closed");
}

static void limit(void)
{
	EQ(getdtablesize(), 1024, "getdtablesize");
	LINUX(EQ(sysconf(_SC_OPEN_MAX), 1024, "sysconf(_SC_OPEN_MAX)"));
	int a = make_file("a", "a"), fd, last = a;
	while ((fd = dup(a)) >= 0 && fd < 5000)
		last = fd;
	OK(fd == -1 && errno == EMFILE, "dup until EMFILE");
	EQ(last, 1023, "the last is 1023");
	ERR(open(tmp("a"), O_RDONLY), EMFILE, "open at the limit");
	ERR(fcntl(a, F_DUPFD, 500), EMFILE, "F_DUPFD at the limit");
	NULLERR(fopen(tmp("a"), "r"), EMFILE, "fopen at the limit");
	NULLERR(opendir(tmp(".")), EMFILE, "opendir at the limit");
	ERR(open(tmp("made"), O_WRONLY | O_CREAT | O_EXCL, 0600), EMFILE, "open of a new file at the limit");
	EQ(dup2(a, 700), 700, "dup2 works at the limit");
	close(700);
	EQ(open(tmp("a"), O_RDONLY), 700, "open takes the one that is free again");
	for (fd = a + 1; fd < 1024; fd++)
		close(fd);
	EQ(dup(a), a + 1, "all of them can be closed");
	close(a + 1);
	close(a);
	int fds[200], n = 0;
	while (n < 200 && (fds[n] = open(tmp("a"), O_RDONLY)) >= 0)
		n++;
	EQ(n, 200, "open 200 files");
	OK(n && fds[n - 1] == a + n - 1, "their numbers are without a gap");
	while (n)
		close(fds[--n]);
	EQ(dup(0), a, "nothing is left open");
	close(a);
}

static void directories(void)
{
	int d = open(tmp("."), O_RDONLY | O_DIRECTORY);
	NEED(d >= 0);
	int e = dup(d);
	close(make_file("in-dir", "x"));
	close(d);
	int f = openat(e, "in-dir", O_RDONLY);
	EQ(f, d, "openat by a duplicate of a directory, whose original is closed");
	close(f);
	ERR(openat(e, "not-there", O_RDONLY), ENOENT, "openat of nothing");
	ZERO(mkdirat(e, "sub", 0700), "mkdirat");
	struct stat st;
	ZERO(fstatat(e, "sub", &st, 0), "fstatat");
	ZERO(renameat(e, "in-dir", e, "sub/moved"), "renameat");
	ZERO(unlinkat(e, "sub/moved", 0), "unlinkat");
	ZERO(unlinkat(e, "sub", AT_REMOVEDIR), "unlinkat with AT_REMOVEDIR");
	DIR *dir = fdopendir(dup(e));
	OK(dir != NULL, "fdopendir of a duplicate");
	int seen = 0;
	if (dir) {
		while (readdir(dir))
			seen++;
		closedir(dir);
	}
	OK(seen > 0, "readdir");
	EQ(dup(e), d, "closedir closes its descriptor");
	close(d);
	int file = make_file("file", "");
	ERR(openat(file, "a", O_RDONLY), ENOTDIR, "openat by a file");
	close(file);
	close(e);
}

int main(void)
{
	numbers();
	errors();
	onto();
	directories();
	limit();
	return done();
}
