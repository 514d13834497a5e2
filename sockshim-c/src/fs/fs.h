/* Where paths lead, by what the preopened directories have. */
#ifndef WLR_FS_H
#define WLR_FS_H

#include <limits.h>
#include <stdbool.h>
#include <wasi/api.h>

/* Makes of an absolute path the one without ".", "..", symbolic links and extra
 * slashes, as realpath() does. A symbolic link at the end is followed if follow
 * is set; what is at the end need not be there. Returns -1 with errno. */
int wlr_resolve(const char *path, char out[PATH_MAX], bool follow);

/* Whether a preopened directory is below this absolute path, so that the path
 * is a directory of which nothing else can be seen. */
bool wlr_leads_to_preopen(const char *path);

/* The absolute path of rest in the preopened directory fd, -1 with errno ERANGE
 * if it is too long, or EBADF if fd is no preopened directory. */
int wlr_preopen_path(int fd, const char *rest, char out[PATH_MAX]);

/* An absolute target as the text of a symbolic link at path in the preopened
 * directory fd: see abslink.c. Returns false if it cannot be one. */
bool wlr_abslink_encode(const char *target, int fd, const char *path, char text[PATH_MAX]);

/* The target that a link's text, of the given length, stands for, in its place;
 * returns its length. What wlr_abslink_encode() has not made is left alone. */
size_t wlr_abslink_decode(int fd, const char *path, char text[PATH_MAX], size_t length);

#endif
