#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../net/backend.h"
#include "fd.h"
#include "host.h"
#include "pair.h"

static struct wlr_file **table;
static int table_len;

static struct wlr_file **preopens;
static int preopens_len;

static bool grow(int need)
{
	if (need <= table_len)
		return true;
	int len = table_len ? table_len : 16;
	while (len < need)
		len *= 2;
	struct wlr_file **t = realloc(table, len * sizeof *t);
	if (!t)
		return false;
	memset(t + table_len, 0, (len - table_len) * sizeof *t);
	table = t;
	table_len = len;
	return true;
}

static struct wlr_file *file_new(__wasi_fd_t host)
{
	struct wlr_file *f = calloc(1, sizeof *f);
	if (!f)
		return NULL;
	__wasi_fdstat_t st;
	f->host = host;
	f->refs = 1;
	if (wlr_host_fd_fdstat_get(host, &st) == 0)
		f->type = st.fs_filetype;
	return f;
}

static bool add_preopen(struct wlr_file *f)
{
	struct wlr_file **p = realloc(preopens, (preopens_len + 1) * sizeof *p);
	if (!p)
		return false;
	preopens = p;
	preopens[preopens_len++] = f;
	return true;
}

/* The descriptors a host hands over are 0, 1 and 2, each open or not, and from
 * 3 on the preopened directories and sockets without a gap. All but the
 * directories keep their numbers. */
static void init(void)
{
	static bool done;
	if (done)
		return;
	done = true;
	for (int fd = 0; fd < WLR_FD_MAX; fd++) {
		__wasi_fdstat_t st;
		if (wlr_host_fd_fdstat_get(fd, &st) != 0) {
			if (fd > 2)
				return;
			continue;
		}
		struct wlr_file *f = file_new(fd);
		__wasi_prestat_t pre;
		bool dir = fd > 2 && wlr_host_fd_prestat_get(fd, &pre) == 0 &&
		           pre.tag == __WASI_PREOPENTYPE_DIR;
		if (!f || !(dir ? add_preopen(f) : grow(fd + 1)))
			abort();
		if (dir)
			continue;
		table[fd] = f;
		if (fd <= 2 && wlr_is_socket(f) && !wlr_backend_stdio_sockets)
			f->type = __WASI_FILETYPE_UNKNOWN;
	}
}

struct wlr_file *wlr_fd_get(int fd)
{
	init();
	return fd >= 0 && fd < table_len ? table[fd] : NULL;
}

struct wlr_file *wlr_fd_get_base(int fd)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f && fd >= WLR_FD_MAX && fd - WLR_FD_MAX < preopens_len)
		f = preopens[fd - WLR_FD_MAX];
	return f;
}

bool wlr_is_socket(const struct wlr_file *f)
{
	return f->type == __WASI_FILETYPE_SOCKET_STREAM || f->type == __WASI_FILETYPE_SOCKET_DGRAM;
}

__wasi_errno_t wlr_fd_get_socket(int fd, struct wlr_file **sock)
{
	*sock = wlr_fd_get(fd);
	if (!*sock)
		return __WASI_ERRNO_BADF;
	return (*sock)->type == __WASI_FILETYPE_REGULAR_FILE ||
	       (*sock)->type == __WASI_FILETYPE_DIRECTORY ? __WASI_ERRNO_NOTSOCK : 0;
}

static int lowest(int min)
{
	init();
	int fd = min;
	while (fd < table_len && table[fd])
		fd++;
	if (fd >= WLR_FD_MAX) {
		errno = EMFILE;
		return -1;
	}
	if (!grow(fd + 1)) {
		errno = ENOMEM;
		return -1;
	}
	return fd;
}

int wlr_fd_adopt(__wasi_fd_t host, int min)
{
	int fd = lowest(min);
	if (fd < 0)
		return -1;
	struct wlr_file *f = file_new(host);
	if (!f) {
		errno = ENOMEM;
		return -1;
	}
	table[fd] = f;
	return fd;
}

int wlr_fd_adopt_pair(struct wlr_pair *pair, __wasi_filetype_t type, __wasi_fdflags_t flags)
{
	int fd = lowest(0);
	if (fd < 0)
		return -1;
	struct wlr_file *f = calloc(1, sizeof *f);
	if (!f) {
		errno = ENOMEM;
		return -1;
	}
	*f = (struct wlr_file){.pair = pair, .refs = 1, .type = type, .flags = flags};
	table[fd] = f;
	return fd;
}

int wlr_fd_dup(int fd, int min)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f) {
		errno = EBADF;
		return -1;
	}
	if (min < 0 || min >= WLR_FD_MAX) {
		errno = EINVAL;
		return -1;
	}
	int to = lowest(min);
	if (to < 0)
		return -1;
	f->refs++;
	table[to] = f;
	return to;
}

int wlr_fd_set(struct wlr_file *f, int fd)
{
	if (!grow(fd + 1)) {
		errno = ENOMEM;
		return -1;
	}
	f->refs++;
	if (table[fd])
		wlr_fd_close(fd);
	table[fd] = f;
	return fd;
}

int wlr_fd_dup_onto(int fd, int newfd)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f || newfd < 0 || newfd >= WLR_FD_MAX) {
		errno = EBADF;
		return -1;
	}
	return fd == newfd ? newfd : wlr_fd_set(f, newfd);
}

__wasi_errno_t wlr_fd_close(int fd)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f)
		return __WASI_ERRNO_BADF;
	table[fd] = NULL;
	if (--f->refs)
		return 0;
	__wasi_errno_t err = 0;
	if (f->pair)
		wlr_pair_close(f->pair);
	else if (!f->waited || f->host > STDERR_FILENO)
		err = wlr_host_fd_close(f->host);
	/* Else wasmtime (to 39 at least) may stop the program: it forgets some of
	 * those that wait for a standard stream, and cannot close that then. */
	free(f);
	return err;
}

struct wlr_file *wlr_fd_find(bool (*visit)(struct wlr_file *, void *), void *arg)
{
	for (int fd = 0; fd < table_len; fd++)
		if (table[fd] && visit(table[fd], arg))
			return table[fd];
	return NULL;
}
