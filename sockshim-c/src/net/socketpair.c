/* socketpair() (POSIX): src/fd/pair.c has what the two ends do. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "../fd/fd.h"
#include "../fd/pair.h"
#include "pair.h"

/* Both ends are without a name: an address of the family alone. */
int wlr_pair_name(int fd, struct sockaddr *addr, socklen_t *len)
{
	(void)fd;
	struct sockaddr_storage unnamed = {.ss_family = AF_UNIX};
	socklen_t n = offsetof(struct sockaddr, sa_data);
	memcpy(addr, &unnamed, *len < n ? *len : n);
	*len = n;
	return 0;
}

int wlr_pair_peer(int fd, struct sockaddr *addr, socklen_t *len)
{
	if (!wlr_pair_connected(wlr_fd_get(fd)->pair)) {
		errno = ENOTCONN;
		return -1;
	}
	return wlr_pair_name(fd, addr, len);
}

static int refuse(int err)
{
	errno = err;
	return -1;
}

int socketpair(int domain, int type, int protocol, int sv[2])
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (domain != AF_UNIX)
		return refuse(domain == AF_INET || domain == AF_INET6 ? EOPNOTSUPP : EAFNOSUPPORT);
	if (kind != SOCK_STREAM && kind != SOCK_DGRAM)
		return refuse(EPROTOTYPE);
	if (protocol && protocol != AF_UNIX)
		return refuse(EPROTONOSUPPORT);
	__wasi_filetype_t filetype = kind == SOCK_STREAM ? __WASI_FILETYPE_SOCKET_STREAM : __WASI_FILETYPE_SOCKET_DGRAM;
	__wasi_fdflags_t flags = type & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0;
	struct wlr_pair *end[2];
	if (!wlr_pair_make(kind == SOCK_DGRAM, end))
		return refuse(ENOMEM);
	int one = wlr_fd_adopt_pair(end[0], filetype, flags);
	int other = one < 0 ? -1 : wlr_fd_adopt_pair(end[1], filetype, flags);
	if (other < 0) {
		int err = errno;
		if (one < 0)
			wlr_pair_close(end[0]);
		else
			wlr_fd_close(one);
		wlr_pair_close(end[1]);
		return refuse(err);
	}
	sv[0] = one;
	sv[1] = other;
	return 0;
}
