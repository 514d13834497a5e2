/* Open file descriptions: what duplicates share (POSIX 3.258, dup, lseek,
 * fcntl), and streams over duplicates (POSIX 2.5.1). */
#include <sys/stat.h>
#include <sys/uio.h>

#include "test.h"

static void shared(void)
{
	int a = make_file("a", "0123456789"), b = dup(a);
	char s[16] = "";
	EQ(read(a, s, 3), 3, "read from the original");
	EQ(lseek(b, 0, SEEK_CUR), 3, "the duplicate has its offset");
	EQ(read(b, s, 2), 2, "read from the duplicate");
	EQ(memcmp(s, "34", 2), 0, "it goes on where the original was");
	EQ(lseek(b, -1, SEEK_END), 9, "lseek of the duplicate");
	EQ(read(a, s, 5), 1, "moves the original");
	EQ(read(a, s, 5), 0, "which is at its end");
	EQ(pread(b, s, 2, 5), 2, "pread");
	EQ(memcmp(s, "56", 2), 0, "reads where it is told to");
	EQ(lseek(a, 0, SEEK_CUR), 10, "and moves nothing");
	EQ(pwrite(a, "x", 1, 0), 1, "pwrite");
	EQ(lseek(b, 0, SEEK_CUR), 10, "moves nothing");
	EQ(write(b, "ab", 2), 2, "write to the duplicate");
	EQ(lseek(a, 0, SEEK_CUR), 12, "moves the original");
	STR(content("a"), "x123456789ab", "the content");
	ERR(lseek(a, -1, SEEK_SET), EINVAL, "lseek to before the beginning");
	ERR(lseek(a, 0, 77), EINVAL, "lseek from nowhere");
	EQ(lseek(b, 0, SEEK_CUR), 12, "a failed lseek moves nothing");
	ZERO(ftruncate(b, 3), "ftruncate by the duplicate");
	struct stat st, other;
	ZERO(fstat(a, &st), "fstat of the original");
	EQ(st.st_size, 3, "sees it");
	ZERO(fstat(b, &other), "fstat of the duplicate");
	OK(st.st_ino == other.st_ino && st.st_dev == other.st_dev, "is of the same file");
	EQ(lseek(a, 0, SEEK_CUR), 12, "ftruncate moves nothing");

	int c = open(tmp("a"), O_RDONLY);
	EQ(lseek(c, 0, SEEK_CUR), 0, "a second open has an offset of its own");
	EQ(read(c, s, 16), 3, "read from it");
	EQ(lseek(a, 0, SEEK_CUR), 12, "moves no other");
	close(c);
	close(a);
	EQ(lseek(b, 1, SEEK_SET), 1, "the original's close leaves the duplicate");
	struct iovec v[2] = {{"YY", 2}, {"ZZ", 2}};
	/* wasmtime writes the first one only, and says so. */
	ssize_t n = writev(b, v, 2);
	OK(n == 4 || (n == 2 && writev(b, v + 1, 1) == 2), "writev to it");
	close(b);
	STR(content("a"), "xYYZZ", "the content");
}

static void modes(void)
{
	close(make_file("a", "0123"));
	int r = open(tmp("a"), O_RDONLY), w = open(tmp("a"), O_WRONLY), rw = open(tmp("a"), O_RDWR);
	EQ(fcntl(r, F_GETFL) & O_ACCMODE, O_RDONLY, "F_GETFL of O_RDONLY");
	EQ(fcntl(w, F_GETFL) & O_ACCMODE, O_WRONLY, "F_GETFL of O_WRONLY");
	EQ(fcntl(rw, F_GETFL) & O_ACCMODE, O_RDWR, "F_GETFL of O_RDWR");
	EQ(fcntl(rw, F_GETFL) & (O_APPEND | O_NONBLOCK), 0, "F_GETFL has no flag that was not given");
	char ch;
	ERR(write(r, "x", 1), EBADF, "write to O_RDONLY");
	ERR(read(w, &ch, 1), EBADF, "read from O_WRONLY");
	ERR(pwrite(r, "x", 1, 0), EBADF, "pwrite to O_RDONLY");
	ERR(ftruncate(r, 0), EINVAL, "ftruncate of O_RDONLY");
	STR(content("a"), "0123", "the content");
	close(r);
	close(w);
	close(rw);
}

static void append(void)
{
	close(make_file("a", "0123"));
	int a = open(tmp("a"), O_RDWR | O_APPEND), b = dup(a);
	NEED(a >= 0);
	EQ(fcntl(a, F_GETFL) & O_APPEND, O_APPEND, "F_GETFL of O_APPEND");
	EQ(fcntl(b, F_GETFL) & O_APPEND, O_APPEND, "F_GETFL of its duplicate");
	EQ(lseek(a, 1, SEEK_SET), 1, "lseek");
	EQ(write(b, "45", 2), 2, "write appends");
	EQ(lseek(a, 0, SEEK_CUR), 6, "and leaves the offset at the end");
	STR(content("a"), "012345", "the content");
	ZERO(fcntl(b, F_SETFL, 0), "F_SETFL takes O_APPEND away");
	EQ(fcntl(a, F_GETFL) & O_APPEND, 0, "from all duplicates");
	EQ(fcntl(a, F_GETFL) & O_ACCMODE, O_RDWR, "and leaves the access mode");
	EQ(lseek(a, 1, SEEK_SET), 1, "lseek");
	EQ(write(b, "x", 1), 1, "write");
	STR(content("a"), "0x2345", "no longer appends");
	EQ(lseek(a, 0, SEEK_CUR), 2, "and moves the offset by what it wrote");
	ZERO(fcntl(a, F_SETFL, O_APPEND), "F_SETFL gives O_APPEND");
	EQ(fcntl(b, F_GETFL) & O_APPEND, O_APPEND, "to all duplicates");
	EQ(lseek(b, 0, SEEK_SET), 0, "lseek");
	EQ(write(b, "67", 2), 2, "write");
	STR(content("a"), "0x234567", "appends again");
	close(b);
	EQ(fcntl(a, F_GETFL) & O_ACCMODE, O_RDWR, "the access mode after F_SETFL");
	close(a);

	/* Two that append to one file do not write over each other. */
	int c = open(tmp("log"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	int d = open(tmp("log"), O_WRONLY | O_APPEND);
	NEED(c >= 0 && d >= 0);
	for (int i = 0; i < 3; i++) {
		NEED(write(c, "c", 1) == 1);
		NEED(write(d, "d", 1) == 1);
	}
	STR(content("log"), "cdcdcd", "two that append to one file");
	close(c);
	close(d);
}

static void streams(void)
{
	int a = make_file("a", "");
	FILE *f = fdopen(dup(a), "w");
	NEED(f);
	fprintf(f, "%s %d\n", "line", 1);
	ZERO(fclose(f), "fclose of a stream over a duplicate");
	EQ(lseek(a, 0, SEEK_CUR), 7, "leaves the original open, at the new offset");
	NEED(write(a, "line 2\n", 7) == 7);
	lseek(a, 0, SEEK_SET);
	f = fdopen(dup(a), "r");
	NEED(f);
	char s[32] = "";
	STR(fgets(s, sizeof s, f), "line 1\n", "fgets from a stream over a duplicate");
	STR(fgets(s, sizeof s, f), "line 2\n", "fgets again");
	OK(!fgets(s, sizeof s, f) && feof(f), "its end");
	fclose(f);

	/* Standard output sent elsewhere and back. */
	fflush(stdout);
	int b = make_file("b", ""), out = dup(1);
	int moved = dup2(b, 1);
	printf("to the file\n");
	fflush(stdout);
	int back = dup2(out, 1);
	EQ(moved, 1, "dup2 of a file onto standard output");
	EQ(back, 1, "dup2 of what it was back");
	STR(content("b"), "to the file\n", "what was printed between is in the file");
	FILE *more = fdopen(out, "w");
	NEED(more);
	fprintf(more, "# by a duplicate of standard output\n");
	ZERO(fclose(more), "fclose of a duplicate of standard output");
	close(b);

	f = fopen(tmp("b"), "w+");
	NEED(f);
	int fd = fileno(f);
	fputs("before", f);
	FILE *g = freopen(tmp("c"), "w", f);
	OK(g == f, "freopen");
	fputs("after", f);
	fclose(f);
	STR(content("b"), "before", "what was written before freopen");
	STR(content("c"), "after", "what was written after it");
	EQ(dup(a), fd, "nothing is left open");
	close(fd);

	f = fopen(tmp("b"), "a+");
	NEED(f);
	EQ(fseek(f, 0, SEEK_SET), 0, "fseek");
	fputs(", appended", f);
	fclose(f);
	STR(content("b"), "before, appended", "a stream that appends");
	NULLERR(fopen(tmp("b"), "wx"), EEXIST, "fopen \"wx\" of what is there");
	close(a);
}

/* The interfaces of PHP's plain files wrapper: many handles on one file. */
static void many(void)
{
	int fds[64];
	fds[0] = make_file("a", "");
	for (int i = 1; i < 64; i++)
		NEED((fds[i] = dup(fds[i - 1])) >= 0);
	for (int i = 0; i < 64; i++) {
		char ch = 'A' + i % 26;
		NEED(write(fds[i], &ch, 1) == 1);
		close(fds[i]);
	}
	STR(content("a"), "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL",
		"64 duplicates, each written to and closed");
}

int main(void)
{
	shared();
	modes();
	append();
	streams();
	many();
	return done();
}
