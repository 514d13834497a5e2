/* What the conformance programs share.
 *
 * A program prints a line for each check, in the Test Anything Protocol, the
 * number of checks at the end, and ends with status 1 if one has failed:
 *
 *	ok 1 - dup takes the lowest free number
 *	not ok 2 - dup of a closed descriptor (got 7, want -1)
 *	1..2
 *
 * Every program is also compiled for Linux, where the C library is the oracle:
 * what POSIX decides has to be true there too. A check in WASI() is true with
 * sockshim-c only, one in LINUX() on Linux only, and the other skips it.
 *
 * Environment: TEST_TMP is an empty directory, "/tmp" if unset; TEST_READONLY
 * one mounted read-only, with a file and a directory in it, if there is one;
 * TEST_ETC is set where /etc is the one that shim_test.go has made, and
 * TEST_MEMORY where 3 GiB that are not touched cost nothing.
 */
#ifndef WLR_TEST_H
#define WLR_TEST_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __wasi__
#define ON_WASI 1
#else
#define ON_WASI 0
#endif

static int test_count, test_failures;

__attribute__((__unused__, __format__(__printf__, 3, 4)))
static bool test_report(bool ok, const char *what, const char *format, ...)
{
	printf("%sok %d - %s", ok ? "" : "not ", ++test_count, what);
	if (!ok) {
		test_failures++;
		va_list ap;
		va_start(ap, format);
		printf(" (");
		vprintf(format, ap);
		printf(")");
		va_end(ap);
	}
	printf("\n");
	/* At once: a trap or a hang is to be found after it. */
	fflush(stdout);
	return ok;
}

__attribute__((__unused__))
static void test_skip(const char *what, const char *why)
{
	printf("ok %d - %s # SKIP %s\n", ++test_count, what, why);
}

__attribute__((__unused__))
static bool test_eq(long long got, long long want, const char *what)
{
	return test_report(got == want, what, "got %lld, want %lld", got, want);
}

__attribute__((__unused__))
static bool test_str(const char *got, const char *want, const char *what)
{
	return test_report(got && want ? strcmp(got, want) == 0 : got == want, what,
		"got \"%s\", want \"%s\"", got ? got : "(null)", want ? want : "(null)");
}

static long long test_result;

__attribute__((__unused__))
static bool test_err(long long failed, int got, int want, const char *what)
{
	if (test_result != failed)
		return test_report(false, what, "got %lld, want %lld with errno %d, %s",
			test_result, failed, want, strerror(want));
	return test_report(got == want, what, "got errno %d, %s; want %d, %s",
		got, strerror(got), want, strerror(want));
}

/* The condition holds. */
#define OK(cond, what) test_report((cond), what, "not so: %s", #cond)
/* Integers are equal. */
#define EQ(got, want, what) test_eq((got), (want), what)
/* Strings are equal. */
#define STR(got, want, what) test_str((got), (want), what)
/* A call returns 0. */
#define ZERO(call, what) \
	(errno = 0, test_result = (call), test_report(test_result == 0, what, \
		"got %lld, errno %d, %s", test_result, errno, strerror(errno)))
/* A call returns -1 and sets errno. */
#define ERR(call, err, what) \
	(errno = 0, test_result = (call), test_err(-1, errno, (err), what))
/* A call returns NULL and sets errno. */
#define NULLERR(call, err, what) \
	(errno = 0, test_result = (intptr_t)(call), test_err(0, errno, (err), what))

#define WASI(check) (ON_WASI ? (void)(check) : test_skip(#check, "only with sockshim-c"))
#define LINUX(check) (ON_WASI ? test_skip(#check, "only on Linux") : (void)(check))

/* What cannot be, or else nothing that follows means anything. */
#define NEED(cond) \
	do { \
		if (!(cond)) { \
			printf("Bail out! %s:%d: not so: %s (errno %d, %s)\n", \
				__FILE__, __LINE__, #cond, errno, strerror(errno)); \
			exit(1); \
		} \
	} while (0)

/* The path of a file in TEST_TMP; the last eight results stay valid. */
__attribute__((__unused__))
static const char *tmp(const char *name)
{
	static char path[8][256];
	static int next;
	const char *dir = getenv("TEST_TMP");
	char *p = path[next++ % 8];
	snprintf(p, sizeof path[0], "%s/%s", dir ? dir : "/tmp", name);
	return p;
}

/* A new file in TEST_TMP with the given content, open for reading and writing
 * at its beginning. */
__attribute__((__unused__))
static int make_file(const char *name, const char *content)
{
	int fd = open(tmp(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	NEED(fd >= 0);
	NEED(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	NEED(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

/* The content of a file in TEST_TMP. */
__attribute__((__unused__))
static const char *content(const char *name)
{
	static char buf[4096];
	int fd = open(tmp(name), O_RDONLY);
	if (fd < 0)
		return NULL;
	ssize_t n = read(fd, buf, sizeof buf - 1);
	close(fd);
	if (n < 0)
		return NULL;
	buf[n] = '\0';
	return buf;
}

/* How many entries a directory has, besides "." and ".."; -1 if it cannot be
 * read. */
__attribute__((__unused__))
static int entries(const char *path)
{
	DIR *d = opendir(path);
	if (!d)
		return -1;
	int n = 0;
	for (struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static int done(void)
{
	printf("1..%d\n", test_count);
	return test_failures != 0;
}

#endif
