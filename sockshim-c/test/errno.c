/* errno, its numbers, which are Linux's, and their texts (C17 7.5, POSIX
 * <errno.h>, strerror, perror), and what returns such a number. */
#include <time.h>

#include "test.h"

static void numbers(void)
{
	EQ(EPERM, 1, "EPERM");
	EQ(ENOENT, 2, "ENOENT");
	EQ(EBADF, 9, "EBADF");
	EQ(EAGAIN, 11, "EAGAIN");
	EQ(EWOULDBLOCK, EAGAIN, "EWOULDBLOCK");
	EQ(EEXIST, 17, "EEXIST");
	EQ(EISDIR, 21, "EISDIR");
	EQ(EINVAL, 22, "EINVAL");
	EQ(ERANGE, 34, "ERANGE");
	EQ(ENOSYS, 38, "ENOSYS");
	EQ(ENOTEMPTY, 39, "ENOTEMPTY");
	EQ(EOVERFLOW, 75, "EOVERFLOW");
	EQ(EILSEQ, 84, "EILSEQ");
	EQ(ENOTSUP, 95, "ENOTSUP");
	EQ(EOPNOTSUPP, ENOTSUP, "EOPNOTSUPP");
	EQ(ETIMEDOUT, 110, "ETIMEDOUT");
	EQ(ECONNREFUSED, 111, "ECONNREFUSED");
	EQ(EINPROGRESS, 115, "EINPROGRESS");
}

static void setting(void)
{
	errno = 0;
	close(-1);
	EQ(errno, 9, "a call that fails sets errno");
	EQ(errno, 9, "which stays");
	close(-1);
	EQ(errno, 9, "the same error again");
	errno = 0;
	EQ(errno, 0, "it can be set to 0");
	close(-1);
	EQ(errno, 9, "and the same error is noticed after that");
	errno = 77;
	EQ(errno, 77, "it can be set to any number");
	NEED(getpid() > 0);
	EQ(errno, 77, "a call that succeeds leaves it");
	close(-1);
	errno = 5;
	EQ(errno, 5, "what is set last counts");
	close(-1);
	int saved = errno;
	open("/no/such/file", O_RDONLY);
	EQ(errno, ENOENT, "another error");
	errno = saved;
	EQ(errno, EBADF, "a saved one put back");

	errno = 0;
	strtol("99999999999999999999", NULL, 10);
	EQ(errno, ERANGE, "one that the C library sets itself");
	errno = 0;
	volatile size_t much = -4096; /* or else the compiler knows better */
	void *volatile none = malloc(much);
	OK(!none && errno == ENOMEM, "malloc of too much: ENOMEM");
	NULLERR(fopen("/no/such/file", "r"), ENOENT, "fopen");
	NULLERR(fopen("/tmp", "?"), EINVAL, "fopen with no mode");
	EQ(scandir("/no/such/dir", &(struct dirent **){NULL}, NULL, NULL), -1, "scandir");
	EQ(errno, ENOENT, "ENOENT");
}

static void texts(void)
{
	STR(strerror(EBADF), "Bad file descriptor", "strerror(EBADF)");
	STR(strerror(2), "No such file or directory", "strerror(2)");
	STR(strerror(EOPNOTSUPP), "Operation not supported", "strerror(EOPNOTSUPP)");
	STR(strerror(EILSEQ), "Invalid or incomplete multibyte or wide character", "strerror(EILSEQ)");
	STR(strerror(0), "Success", "strerror(0)");
	STR(strerror(12345), "Unknown error 12345", "strerror of no error");
	char buf[64];
#ifdef __wasi__ /* glibc's strerror_r() with _GNU_SOURCE is another */
	EQ(strerror_r(ENOENT, buf, sizeof buf), 0, "strerror_r");
	STR(buf, strerror(ENOENT), "has the text");
	EQ(strerror_r(ENOENT, buf, 5), ERANGE, "strerror_r with too small a buffer");
	STR(buf, "No s", "has its beginning");
#endif
	errno = EISDIR;
	snprintf(buf, sizeof buf, "%m");
	STR(buf, "Is a directory", "%m of what the program has set");
	close(-1);
	snprintf(buf, sizeof buf, "%m");
	STR(buf, "Bad file descriptor", "%m of what a call has set");
	close(-1);
	NEED(errno == EBADF);
	snprintf(buf, sizeof buf, "%m");
	STR(buf, "Bad file descriptor", "%m of what the program has looked at");

	fflush(stderr);
	int err = dup(2), to = open(tmp("perror"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	NEED(err >= 0 && to >= 0 && dup2(to, 2) == 2);
	errno = ENOTEMPTY;
	perror("said");
	fflush(stderr);
	dup2(err, 2);
	close(err);
	close(to);
	STR(content("perror"), "said: Directory not empty\n", "perror");
}

static void returned(void)
{
	EQ(posix_fadvise(-1, 0, 0, POSIX_FADV_NORMAL), EBADF, "posix_fadvise");
	EQ(posix_fallocate(-1, 0, 1), EBADF, "posix_fallocate");
	void *p;
	EQ(posix_memalign(&p, 3, 8), EINVAL, "posix_memalign");
	EQ(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){.tv_nsec = -1}, NULL), EINVAL, "clock_nanosleep");
}

/* And dates, which are in the same header as clock_nanosleep(). */
static void dates(void)
{
	struct tm t = {0};
	OK(strptime("1963-07-02", "%Y-%m-%d", &t) != NULL, "strptime of a date");
	EQ(t.tm_wday, 2, "its day of the week");
	EQ(t.tm_yday, 182, "its day of the year");
	t = (struct tm){0};
	OK(strptime("29 February 2000", "%d %B %Y", &t) != NULL, "a leap day");
	EQ(t.tm_wday, 2, "its day of the week");
	EQ(t.tm_yday, 59, "its day of the year");
	t = (struct tm){.tm_wday = 5, .tm_yday = 7, .tm_mday = 9};
	OK(strptime("10:20", "%H:%M", &t) != NULL, "a time");
	EQ(t.tm_hour, 10, "its hour");
	OK(t.tm_wday == 5 && t.tm_yday == 7 && t.tm_mday == 9, "leaves the rest");
	t = (struct tm){0};
	OK(strptime("2024 60", "%Y %j", &t) != NULL, "a day of a year");
	OK(t.tm_mon == 1 && t.tm_mday == 29 && t.tm_wday == 4, "is a date");
	t = (struct tm){0};
	char *end = strptime("3 GMT 2001", "%d %Z %Y", &t);
	OK(end && !*end && t.tm_mday == 3 && t.tm_year == 101, "a time zone is passed over");
	OK(!strptime("x", "%Y", &t), "what is no date");

	char text[64];
	t = (struct tm){.tm_year = 106, .tm_mon = 5, .tm_mday = 27, .tm_wday = 2};
	/* Not constant: gcc says that there are no such conversions. */
	static char unknown[] = "%A %q %5Y %%%p %";
	EQ(strftime(text, sizeof text, unknown, &t), 22, "strftime of a date");
	STR(text, "Tuesday %q 02006 %AM %", "what it does not know is kept");
	EQ(strftime(text, 8, "%A", &t), 7, "strftime into as much as there is");
	EQ(strftime(text, 7, "%A", &t), 0, "strftime into too little");
	EQ(atoll(" -12x"), -12, "atoll");
	EQ(atoll("9223372036854775808"), 9223372036854775807, "atoll beyond the largest number");
	EQ(atoll("-99999999999999999999"), -9223372036854775807 - 1, "atoll beyond the smallest");
}

int main(void)
{
	numbers();
	setting();
	texts();
	returned();
	dates();
	return done();
}
