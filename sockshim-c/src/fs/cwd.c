/* The working directory: chdir() and getcwd() (POSIX).
 *
 * WASI has none: it is a path that is put before relative ones. A process
 * starts in the directory that the environment variable PWD names, as a shell
 * tells its children where they are, if it is an absolute path to a directory
 * that is there, and else in "/". In place of wasi-libc's, which keeps "..",
 * and links, in it.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/libc-find-relpath.h>

#include "fs.h"

static char cwd[PATH_MAX];

static int enter(const char *path)
{
	char to[PATH_MAX];
	struct stat st;
	if (wlr_resolve(path, to, true) < 0)
		return -1;
	if (!wlr_leads_to_preopen(to)) {
		if (stat(to, &st) < 0)
			return -1;
		if (!S_ISDIR(st.st_mode)) {
			errno = ENOTDIR;
			return -1;
		}
	}
	strcpy(cwd, to);
	return 0;
}

static const char *current(void)
{
	if (!*cwd) {
		strcpy(cwd, "/");
		int err = errno;
		const char *pwd = getenv("PWD");
		if (pwd && *pwd == '/')
			(void)enter(pwd);
		errno = err;
	}
	return cwd;
}

/* A "." on the way is nothing, nor is a slash behind "..", and WasmEdge finds
 * nothing that ends with "./". */
static void leave_out_dots(char *path)
{
	for (char *p = path; (p = strstr(p, "/./"));)
		memmove(p, p + 2, strlen(p + 2) + 1);
	size_t n = strlen(path);
	if (n >= 4 && !strcmp(path + n - 4, "/../"))
		path[n - 1] = '\0';
}

/* Makes path absolute. */
static int from_root(const char *path, char out[PATH_MAX])
{
	const char *base = *path == '/' ? "" : current();
	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	if (strlen(base) + 1 + strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	char *p = stpcpy(out, base);
	if (*base)
		*p++ = '/';
	strcpy(p, path);
	leave_out_dots(out);
	return 0;
}

int chdir(const char *path)
{
	char whole[PATH_MAX];
	return from_root(path, whole) < 0 ? -1 : enter(whole);
}

char *getcwd(char *buf, size_t size)
{
	const char *path = current();
	struct stat st;
	if (!wlr_leads_to_preopen(path) && strcmp(path, "/") != 0 && stat(path, &st) < 0)
		return NULL; /* it has been removed */
	if (!buf)
		return strdup(path); /* as on Linux */
	if (!size || strlen(path) >= size) {
		errno = size ? ERANGE : EINVAL;
		return NULL;
	}
	return strcpy(buf, path);
}

/* Whether rest leads out of the directory that it is relative to. */
static bool leads_out(const char *rest)
{
	int depth = 0;
	while (*(rest += strspn(rest, "/"))) {
		size_t n = strcspn(rest, "/");
		if (n == 2 && !strncmp(rest, "..", 2) && --depth < 0)
			return true;
		if (n != 2 || strncmp(rest, "..", 2))
			depth += n != 1 || *rest != '.';
		rest += n;
	}
	return false;
}

/* The host refuses to leave a preopened directory, even to come to another, or
 * for "/..", which is "/". So what comes before the last ".." is walked here. */
static int without_dots(char path[PATH_MAX])
{
	char place[PATH_MAX], *end = path, *tail;
	for (char *p = path; (p = strstr(p, "/..")); p += 3)
		if (p[3] == '/' || !p[3])
			end = p + 3;
	char saved = *end;
	*end = '\0';
	int ret = wlr_resolve(path, place, true);
	*end = saved;
	if (ret < 0)
		return -1;
	tail = strcmp(place, "/") == 0 && *end == '/' ? end + 1 : end;
	size_t n = strlen(place);
	if (n + strlen(tail) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(path + n, tail, strlen(tail) + 1);
	memcpy(path, place, n);
	return 0;
}

/* The preopened directory that path is in, and the rest of path. wasi-libc
 * calls this for every path. */
int __wasilibc_find_relpath_alloc(const char *path, const char **prefix, char **rest, size_t *size,
	int can_realloc)
{
	char whole[PATH_MAX];
	const char *found;
	if (from_root(path, whole) < 0)
		return -1;
	int fd = __wasilibc_find_abspath(whole, prefix, &found);
	if (strstr(whole, "/..") && (fd < 0 || leads_out(found))) {
		if (without_dots(whole) < 0)
			return -1;
		fd = __wasilibc_find_abspath(whole, prefix, &found);
	}
	if (fd < 0)
		return -1;
	size_t need = strlen(found) + 1;
	if (need > *size) {
		char *larger = can_realloc ? realloc(*rest, need) : NULL;
		if (!larger) {
			errno = can_realloc ? ENOMEM : ERANGE;
			return -1;
		}
		*rest = larger;
		*size = need;
	}
	strcpy(*rest, found);
	return fd;
}

int __wasilibc_find_relpath(const char *path, const char **prefix, char **rest, size_t size)
{
	return __wasilibc_find_relpath_alloc(path, prefix, rest, &size, 0);
}
