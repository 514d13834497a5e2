/* Names that nobody else has: mkstemp(), mkdtemp() (POSIX), mkostemp(),
 * mkstemps(), mkostemps() (GNU) and tmpfile() (C). The six X's become letters
 * and digits drawn from the host's random source; O_EXCL, or mkdir, decides. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 100 /* POSIX's least TMP_MAX is 25 */

/* Where the X's begin, NULL with EINVAL if they are not there. */
static char *find_xs(char *template, int suffix)
{
	size_t len = strlen(template);
	if (suffix < 0 || len < 6 + (size_t)suffix ||
	    memcmp(template + len - suffix - 6, "XXXXXX", 6) != 0) {
		errno = EINVAL;
		return NULL;
	}
	return template + len - suffix - 6;
}

static bool draw(char *xs)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	uint64_t r;
	if (getentropy(&r, sizeof r) < 0)
		return false;
	for (int i = 0; i < 6; i++, r /= sizeof set - 1)
		xs[i] = set[r % (sizeof set - 1)];
	return true;
}

int mkostemps(char *template, int suffix, int flags)
{
	char *xs = find_xs(template, suffix);
	if (!xs)
		return -1;
	flags = (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL;
	for (int i = 0; i < TRIES && draw(xs); i++) {
		int fd = open(template, flags, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			break;
	}
	memcpy(xs, "XXXXXX", 6);
	return -1;
}

int mkostemp(char *template, int flags)
{
	return mkostemps(template, 0, flags);
}

int mkstemps(char *template, int suffix)
{
	return mkostemps(template, suffix, 0);
}

int mkstemp(char *template)
{
	return mkostemps(template, 0, 0);
}

char *mkdtemp(char *template)
{
	char *xs = find_xs(template, 0);
	if (!xs)
		return NULL;
	for (int i = 0; i < TRIES && draw(xs); i++) {
		if (mkdir(template, 0700) == 0)
			return template;
		if (errno != EEXIST)
			break;
	}
	memcpy(xs, "XXXXXX", 6);
	return NULL;
}

FILE *tmpfile(void)
{
	char name[] = P_tmpdir "/tmpfile_XXXXXX";
	int fd = mkstemp(name);
	if (fd < 0)
		return NULL;
	unlink(name);
	FILE *f = fdopen(fd, "w+");
	if (!f)
		close(fd);
	return f;
}
