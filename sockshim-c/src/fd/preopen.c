/* Preopened directories: what absolute paths begin with. In place of
 * wasi-libc's own list of them, which has them among the program's descriptors:
 * there, a program that closes all from 3 on, as daemons do, or moves a file to
 * 3, would be without a file system, or have its paths looked up in the wrong
 * directory. Here their descriptors are the numbers from WLR_FD_MAX on, which
 * only paths lead to.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasi/libc-find-relpath.h>
#include <wasi/libc.h>

#include "../fs/fs.h"
#include "fd.h"

struct preopen {
	int fd;
	char *path; /* without a slash at its ends; "" is the root */
};

static struct preopen *list;
static size_t length;

/* The process starts in "/", so that a host's "." is that. */
static const char *strip(const char *path)
{
	for (;;) {
		if (*path == '/' || (path[0] == '.' && (path[1] == '/' || !path[1])))
			path++;
		else
			return path;
	}
}

static int add(int fd, const char *path)
{
	path = strip(path);
	size_t n = strlen(path);
	while (n && path[n - 1] == '/')
		n--;
	char *copy = strndup(path, n);
	struct preopen *larger = realloc(list, (length + 1) * sizeof *list);
	if (larger)
		list = larger;
	if (!copy || !larger) {
		free(copy);
		errno = ENOMEM;
		return -1;
	}
	list[length++] = (struct preopen){fd, copy};
	return 0;
}

void __wasilibc_populate_preopens(void)
{
	static bool done;
	if (done)
		return;
	done = true;
	__wasi_prestat_t st;
	for (int fd = WLR_FD_MAX; __wasi_fd_prestat_get(fd, &st) == 0; fd++) {
		size_t n = st.u.dir.pr_name_len;
		char *name = calloc(1, n + 1);
		if (!name || __wasi_fd_prestat_dir_name(fd, (uint8_t *)name, n) != 0 || add(fd, name) < 0)
			abort();
		free(name);
	}
}

int __wasilibc_register_preopened_fd(int fd, const char *path)
{
	__wasilibc_populate_preopens();
	return add(fd, path);
}

/* Forgets what was registered; the directories of the host stay. */
void __wasilibc_reset_preopens(void)
{
	__wasilibc_populate_preopens();
	while (length && list[length - 1].fd < WLR_FD_MAX)
		free(list[--length].path);
}

/* Whether path is dir or below it. */
static bool below(const char *path, const char *dir, size_t n)
{
	return strncmp(path, dir, n) == 0 && (!n || path[n] == '/' || !path[n]);
}

int __wasilibc_find_abspath(const char *path, const char **restrict prefix,
	const char **restrict rest)
{
	__wasilibc_populate_preopens();
	path = strip(path);
	/* The longest wins, and of equals the last. */
	const struct preopen *best = NULL;
	size_t matched = 0;
	for (size_t i = 0; i < length; i++) {
		size_t n = strlen(list[i].path);
		if ((!best || n >= matched) && below(path, list[i].path, n)) {
			best = &list[i];
			matched = n;
		}
	}
	if (!best) {
		errno = ENOENT;
		return -1;
	}
	path += matched;
	while (*path == '/')
		path++;
	*prefix = best->path;
	*rest = *path ? path : ".";
	return best->fd;
}

bool wlr_leads_to_preopen(const char *path)
{
	__wasilibc_populate_preopens();
	path = strip(path);
	size_t n = strlen(path);
	for (size_t i = 0; i < length; i++)
		if (below(list[i].path, path, n))
			return true;
	return false;
}

int wlr_preopen_path(int fd, const char *rest, char out[PATH_MAX])
{
	for (size_t i = 0; i < length; i++) {
		if (list[i].fd != fd)
			continue;
		if (strlen(list[i].path) + strlen(rest) + 2 < PATH_MAX) {
			sprintf(out, "/%s%s%s", list[i].path, *list[i].path && *rest ? "/" : "", rest);
			return 0;
		}
		errno = ERANGE;
		return -1;
	}
	errno = EBADF;
	return -1;
}
