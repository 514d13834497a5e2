/* getsockopt() and setsockopt() (POSIX). WasmEdge has the options of SOL_SOCKET
 * alone, and its host aborts when an integer has not four bytes. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "../../src/errno/errno.h"
#include "../../src/fd/fd.h"
#include "host.h"

enum { WASMEDGE_SOL_SOCKET = 0 };

static const struct option {
	int name;
	uint8_t host;
	uint8_t size;
	bool read_only;
} options[] = {
	{SO_REUSEADDR, 0, sizeof(int), false},
	{SO_TYPE, 1, sizeof(int), true},
	{SO_ERROR, 2, sizeof(int), true},
	{SO_DONTROUTE, 3, sizeof(int), false},
	{SO_BROADCAST, 4, sizeof(int), false},
	{SO_SNDBUF, 5, sizeof(int), false},
	{SO_RCVBUF, 6, sizeof(int), false},
	{SO_KEEPALIVE, 7, sizeof(int), false},
	{SO_OOBINLINE, 8, sizeof(int), false},
	{SO_LINGER, 9, sizeof(struct linger), false},
	{SO_RCVLOWAT, 10, sizeof(int), false},
	{SO_RCVTIMEO, 11, sizeof(struct timeval), false},
	{SO_SNDTIMEO, 12, sizeof(struct timeval), false},
	{SO_ACCEPTCONN, 13, sizeof(int), true},
};

static const struct option *find(int level, int name)
{
	if (level == SOL_SOCKET)
		for (size_t i = 0; i < sizeof options / sizeof *options; i++)
			if (options[i].name == name)
				return &options[i];
	return NULL;
}

static int fail(__wasi_errno_t err)
{
	errno = err;
	return -1;
}

/* The options that no host is asked for. */
static __wasi_errno_t own(int fd, struct wlr_file *f, int level, int name, int *value)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	if (level != SOL_SOCKET)
		return __WASI_ERRNO_NOPROTOOPT;
	switch (name) {
	case SO_TYPE:
		*value = f->type;
		return 0;
	case SO_DOMAIN:
	case SO_PROTOCOL:
		if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
			return errno;
		*value = name == SO_DOMAIN ? addr.ss_family : addr.ss_family == AF_UNIX ? 0 :
			f->type == __WASI_FILETYPE_SOCKET_DGRAM ? IPPROTO_UDP : IPPROTO_TCP;
		return 0;
	case SO_ERROR: /* poll() has taken it from the host */
		*value = wlr_errno_number(f->error);
		f->error = 0;
		return 0;
	case SO_ACCEPTCONN:
		*value = 0;
		return 0;
	default:
		return __WASI_ERRNO_NOPROTOOPT;
	}
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict len)
{
	struct wlr_file *f;
	const struct option *o = find(level, name);
	union {
		int number;
		struct linger linger;
		struct timeval time;
	} out = {0};
	uint32_t size = sizeof out.number;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && (int)*len < 0)
		err = __WASI_ERRNO_INVAL;
	if (err)
		return fail(err);
	if (!o || f->pair || name == SO_TYPE || (name == SO_ERROR && f->error)) {
		err = own(fd, f, level, name, &out.number);
	} else {
		size = o->size;
		err = wlr_wasmedge_sock_getsockopt(f->host, WASMEDGE_SOL_SOCKET, o->host, &out, &size);
		if (name == SO_ERROR)
			out.number = wlr_errno_number(out.number);
	}
	if (err)
		return fail(err);
	memcpy(value, &out, *len < size ? *len : size);
	if (*len > size)
		*len = size;
	return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct wlr_file *f;
	const struct option *o = find(level, name);
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (!o || o->read_only || f->pair)
		return fail(ENOPROTOOPT);
	if (len < o->size)
		return fail(EINVAL);
	err = wlr_wasmedge_sock_setsockopt(f->host, WASMEDGE_SOL_SOCKET, o->host, value, o->size);
	return err ? fail(err) : 0;
}

/* For poll(): see src/fd/poll.c. */
__wasi_errno_t wlr_backend_error(const struct wlr_file *f)
{
	int err = 0;
	uint32_t size = sizeof err;
	return wlr_wasmedge_sock_getsockopt(f->host, WASMEDGE_SOL_SOCKET, 2, &err, &size) ? 0 : err;
}
