/* Directory streams (POSIX <dirent.h>), in the place of wasi-libc's.
 *
 * The whole listing is read from the host at the first readdir() after
 * opendir() or rewinddir(): hosts number their entries anew when some are
 * removed, so that a program that removes what it reads, as every recursive
 * delete does, would miss entries. And some hosts leave out "." and "..",
 * which every POSIX file system has; they are added where they are not there.
 *
 * wasi-libc's opendir() and opendirat() end in fdopendir(), so they are ours
 * too.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#define BUFFER_MAX (4 << 20)

struct _DIR {
	int fd;
	bool read;             /* list is what the host has told */
	size_t next, n;        /* entries of list */
	struct dirent **list;
};

static void forget(DIR *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->list[i]);
	free(d->list);
	d->list = NULL;
	d->next = d->n = 0;
	d->read = false;
}

static bool add(DIR *d, const char *name, size_t len, ino_t ino, unsigned char type)
{
	if (!(d->n & (d->n - 1))) { /* room for powers of two */
		struct dirent **list = realloc(d->list, (d->n ? 2 * d->n : 1) * sizeof *list);
		if (!list)
			return false;
		d->list = list;
	}
	struct dirent *e = malloc(sizeof *e + len + 1);
	if (!e)
		return false;
	e->d_ino = ino & INT64_MAX; /* as stat() has it */
	e->d_type = type;
	memcpy(e->d_name, name, len);
	e->d_name[len] = '\0';
	d->list[d->n++] = e;
	return true;
}

static bool has(const DIR *d, const char *name)
{
	/* Not always first: WasmEdge has the order of the host's file system. */
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->list[i]->d_name, name) == 0)
			return true;
	return false;
}

static bool add_dots(DIR *d)
{
	struct stat st;
	ino_t ino = fstat(d->fd, &st) == 0 ? st.st_ino : 0;
	bool dot = has(d, "."), dots = has(d, "..");
	return (dot || add(d, ".", 1, ino, DT_DIR)) && (dots || add(d, "..", 2, ino, DT_DIR));
}

/* Enters the entries in buf. Returns the cookie to go on from, and how many
 * bytes were whole entries. */
static __wasi_errno_t parse(DIR *d, const uint8_t *buf, size_t used,
	__wasi_dircookie_t *cookie, size_t *whole)
{
	*whole = 0;
	__wasi_dirent_t e;
	while (used - *whole >= sizeof e) {
		memcpy(&e, buf + *whole, sizeof e);
		if (used - *whole - sizeof e < e.d_namlen)
			break;
		const char *name = (const char *)buf + *whole + sizeof e;
		if (!add(d, name, e.d_namlen, e.d_ino, e.d_type))
			return __WASI_ERRNO_NOMEM;
		*cookie = e.d_next;
		*whole += sizeof e + e.d_namlen;
	}
	return 0;
}

static __wasi_errno_t read_all(DIR *d)
{
	size_t size = 16384, whole;
	uint8_t *buf = malloc(size);
	__wasi_dircookie_t cookie = __WASI_DIRCOOKIE_START;
	__wasi_errno_t err = buf ? 0 : __WASI_ERRNO_NOMEM;
	while (!err) {
		__wasi_size_t used;
		err = __wasi_fd_readdir(d->fd, buf, size, cookie, &used);
		if (!err)
			err = parse(d, buf, used, &cookie, &whole);
		if (err || used < size)
			break;
		/* Larger each time: wasmtime reads all of a directory anew for each
		 * call, which with one small buffer takes minutes for 70,000 files. */
		if (!whole || size < BUFFER_MAX) {
			uint8_t *larger = realloc(buf, size *= 2);
			if (!larger)
				err = __WASI_ERRNO_NOMEM;
			else
				buf = larger;
		}
	}
	free(buf);
	if (!err && !add_dots(d))
		err = __WASI_ERRNO_NOMEM;
	return err;
}

DIR *fdopendir(int fd)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return NULL;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return NULL;
	}
	DIR *d = calloc(1, sizeof *d);
	if (d)
		d->fd = fd;
	return d;
}

int fdclosedir(DIR *d)
{
	int fd = d->fd;
	forget(d);
	free(d);
	return fd;
}

int closedir(DIR *d)
{
	return close(fdclosedir(d));
}

int dirfd(DIR *d)
{
	return d->fd;
}

struct dirent *readdir(DIR *d)
{
	if (!d->read) {
		__wasi_errno_t err = read_all(d);
		if (err) {
			forget(d);
			errno = err;
			return NULL;
		}
		d->read = true;
	}
	return d->next < d->n ? d->list[d->next++] : NULL;
}

void rewinddir(DIR *d)
{
	forget(d);
}

long telldir(DIR *d)
{
	return d->next;
}

void seekdir(DIR *d, long at)
{
	/* A place is one of the listing that telldir() was asked in. */
	if (at >= 0 && (size_t)at <= d->n)
		d->next = at;
}
