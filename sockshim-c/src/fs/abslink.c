/* Symbolic links to absolute paths.
 *
 * WASI's hosts make none, and follow none, because "/" is not the same to them
 * as to the program. So a link to an absolute path whose target and own place
 * are in one preopened directory is made with the text that leads from its
 * place to the same target:
 *
 *	symlink("/srv/data/file", "/srv/www/link")    .//../data/file
 *
 * for a program that sees a directory of its host as /srv. Programs outside
 * follow it, too. The beginning, which nobody writes, is a mark: readlink()
 * gives back the absolute path, as long as the text leads there from where the
 * link is now. Where the target is not in the preopened directory of the link,
 * the host refuses, which is EPERM: "The file system containing linkpath does
 * not support the creation of symbolic links" of that kind.
 */
#include <errno.h>
#include <string.h>
#include <wasi/libc-find-relpath.h>

#include "fs.h"

#define MARK ".//"
#define UP   "../"

/* How many directories there are between the preopened directory fd and what
 * is at path in it, -1 if it is not there. */
static int depth(int fd, const char *path)
{
	char whole[PATH_MAX], place[PATH_MAX];
	const char *prefix, *rest;
	if (wlr_preopen_path(fd, path, whole) < 0)
		return -1;
	size_t n = strlen(whole);
	while (n && whole[n - 1] == '/')
		n--;
	while (n && whole[n - 1] != '/')
		n--;
	whole[n] = '\0';
	int err = errno; /* of the caller, who does not fail by this */
	bool found = wlr_resolve(whole, place, true) == 0 && __wasilibc_find_abspath(place, &prefix, &rest) == fd;
	errno = err;
	if (!found)
		return -1;
	int slashes = 0;
	for (const char *p = rest; *p; p++)
		slashes += *p == '/';
	return strcmp(rest, ".") == 0 ? 0 : slashes + 1;
}

bool wlr_abslink_encode(const char *target, int fd, const char *path, char text[PATH_MAX])
{
	const char *prefix, *rest;
	if (*target != '/' || __wasilibc_find_abspath(target, &prefix, &rest) != fd)
		return false;
	int ups = depth(fd, path);
	if (ups < 0 || strlen(MARK) + ups * strlen(UP) + strlen(rest) >= PATH_MAX)
		return false;
	char *p = stpcpy(text, MARK);
	while (ups--)
		p = stpcpy(p, UP);
	strcpy(p, rest);
	return true;
}

size_t wlr_abslink_decode(int fd, const char *path, char text[PATH_MAX], size_t length)
{
	char target[PATH_MAX];
	if (length >= PATH_MAX || strncmp(text, MARK, strlen(MARK)) != 0)
		return length;
	const char *rest = text + strlen(MARK);
	int ups = 0;
	for (; strncmp(rest, UP, strlen(UP)) == 0; rest += strlen(UP))
		ups++;
	if (ups != depth(fd, path) ||
	    wlr_preopen_path(fd, strcmp(rest, ".") == 0 ? "" : rest, target) < 0)
		return length;
	strcpy(text, target);
	return strlen(target);
}
