/* The walk from "/" along a path (POSIX 4.13 "Pathname Resolution"). Hosts
 * walk by themselves, but only within one preopened directory, and do not say
 * where they have come to. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <wasi/libc-find-relpath.h>

#include "fs.h"

#define LINKS_MAX 40 /* as on Linux */

static int too_long(void)
{
	errno = ENAMETOOLONG;
	return -1;
}

/* Puts text before what is left to walk. */
static int prepend(char rest[PATH_MAX], const char *text)
{
	size_t n = strlen(text), m = strlen(rest);
	if (n + 1 + m >= PATH_MAX)
		return too_long();
	memmove(rest + n + 1, rest, m + 1);
	memcpy(rest, text, n);
	rest[n] = '/';
	return 0;
}

/* The next two are stat() and readlink() without the buffer for paths that
 * wasi-libc's have, which a caller may be using. */
static int find_type(const char *path, __wasi_filetype_t *type)
{
	const char *prefix, *rest;
	int fd = __wasilibc_find_abspath(path, &prefix, &rest);
	if (fd < 0)
		return -1;
	__wasi_filestat_t st;
	__wasi_errno_t err = __wasi_path_filestat_get(fd, 0, rest, &st);
	if (err) {
		errno = err;
		return -1;
	}
	*type = st.filetype;
	return 0;
}

static ssize_t read_link(const char *path, char text[PATH_MAX])
{
	const char *prefix, *rest;
	int fd = __wasilibc_find_abspath(path, &prefix, &rest);
	if (fd < 0)
		return -1;
	__wasi_size_t n;
	__wasi_errno_t err = __wasi_path_readlink(fd, rest, (uint8_t *)text, PATH_MAX - 1, &n);
	if (err) {
		errno = err;
		return -1;
	}
	text[n] = '\0';
	return n;
}

/* ".." of a directory. */
static int up(char *out)
{
	__wasi_filetype_t type;
	if (!*out)
		return 0; /* of "/" it is "/" */
	if (!wlr_leads_to_preopen(out)) {
		if (find_type(out, &type) < 0)
			return -1;
		if (type != __WASI_FILETYPE_DIRECTORY) {
			errno = ENOTDIR;
			return -1;
		}
	}
	*strrchr(out, '/') = '\0';
	return 0;
}

int wlr_resolve(const char *path, char out[PATH_MAX], bool follow)
{
	char rest[PATH_MAX], link[PATH_MAX];
	if (strlen(path) >= sizeof rest)
		return too_long();
	int err = errno; /* which what is not a link changes */
	strcpy(rest, path);
	*out = '\0';
	for (int links = 0;;) {
		char *name = rest + strspn(rest, "/");
		size_t n = strcspn(name, "/"), at = strlen(out);
		if (!n)
			break;
		bool last = !name[n + strspn(name + n, "/")];
		bool dot = n == 1 && *name == '.', dots = n == 2 && !strncmp(name, "..", 2);
		if (dots && up(out) < 0)
			return -1;
		if (!dot && !dots) {
			if (at + 1 + n >= PATH_MAX)
				return too_long();
			sprintf(out + at, "/%.*s", (int)n, name);
		}
		memmove(rest, name + n, strlen(name + n) + 1);
		if (dot || dots || (last && !follow) || wlr_leads_to_preopen(out))
			continue;
		ssize_t len = read_link(out, link);
		if (len < 0 && errno != EINVAL && !(last && errno == ENOENT))
			return -1;
		if (len < 0)
			continue; /* it is no link, or not there */
		if (++links > LINKS_MAX) {
			errno = ELOOP;
			return -1;
		}
		if (prepend(rest, link) < 0)
			return -1;
		out[*link == '/' ? 0 : at] = '\0';
	}
	if (!*out)
		strcpy(out, "/");
	errno = err;
	return 0;
}
