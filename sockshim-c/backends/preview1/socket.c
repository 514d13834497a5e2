/* Sockets as preview1 has them: a program can use those that its host opened,
 * and make none. Those that listen are had by bind() to their address (see
 * listeners.c), so that a server is written as for any Unix. They stay open when
 * the program closes its descriptor, as with systemd, and can be bound again.
 *
 * Everything else fails: without such sockets, socket() with ENOSYS; bind() to
 * another address with EADDRNOTAVAIL; connect() with ENETUNREACH, "no route to
 * the network is present".
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "../../src/fd/fd.h"
#include "../../src/fd/host.h"
#include "../../src/fd/pair.h"
#include "../../src/net/pair.h"
#include "listeners.h"

static int fail(int err)
{
	errno = err;
	return -1;
}

/* A socket that is not bound, and what is no such socket but an end of a pair,
 * are both without a socket of the host's. */
static bool is_unbound(const struct wlr_file *f)
{
	return f->pair && wlr_pair_is_lone(f->pair);
}

int socket(int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (!wlr_have_listeners())
		return fail(ENOSYS);
	if (domain != AF_INET && domain != AF_INET6)
		return fail(EAFNOSUPPORT);
	if (kind != SOCK_STREAM)
		return fail(EPROTOTYPE);
	if (protocol && protocol != IPPROTO_TCP)
		return fail(EPROTONOSUPPORT);
	struct wlr_pair *lone = wlr_pair_lone();
	if (!lone)
		return fail(ENOMEM);
	int fd = wlr_fd_adopt_pair(lone, __WASI_FILETYPE_SOCKET_STREAM,
		type & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0);
	if (fd < 0) {
		int err = errno;
		wlr_pair_close(lone);
		return fail(err);
	}
	wlr_fd_get(fd)->domain = domain;
	return fd;
}

static socklen_t size_of(int domain)
{
	return domain == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct wlr_file *f;
	union wlr_address_in a = {0};
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (!is_unbound(f) || len < size_of(f->domain))
		return fail(EINVAL);
	if (addr->sa_family != f->domain)
		return fail(EAFNOSUPPORT);
	/* Its duplicates would not be bound. */
	if (f->refs > 1)
		return fail(EINVAL);
	memcpy(&a, addr, size_of(f->domain));
	const struct wlr_listener *l = wlr_listener_at(&a);
	if (!l)
		return -1;
	__wasi_fdflags_t flags = f->flags;
	if (wlr_fd_set(l->file, fd) < 0)
		return -1;
	err = __wasi_fd_fdstat_set_flags(fd, flags);
	return err ? fail(err) : 0;
}

/* What is bound does listen. */
int listen(int fd, int backlog)
{
	(void)backlog;
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (is_unbound(f))
		return fail(EDESTADDRREQ);
	if (f->pair && f->type != __WASI_FILETYPE_SOCKET_STREAM)
		return fail(EOPNOTSUPP);
	return wlr_listener_of(f) ? 0 : fail(EINVAL);
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (!is_unbound(f))
		return fail(wlr_listener_of(f) ? EOPNOTSUPP : EISCONN);
	if (len < sizeof addr->sa_family)
		return fail(EINVAL);
	if (addr->sa_family != f->domain)
		return fail(EAFNOSUPPORT);
	return fail(len < size_of(f->domain) ? EINVAL : ENETUNREACH);
}

/* The address is cut off where there is no room for it, and its length is not. */
static int give(const union wlr_address_in *a, struct sockaddr *addr, socklen_t *len)
{
	socklen_t n = size_of(a->any.sa_family);
	if ((int)*len < 0)
		return fail(EINVAL);
	memcpy(addr, a, *len < n ? *len : n);
	*len = n;
	return 0;
}

int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (is_unbound(f))
		return give(&(union wlr_address_in){.any.sa_family = f->domain}, addr, len);
	if (f->pair)
		return wlr_pair_name(fd, addr, len);
	const struct wlr_listener *l = wlr_listener_of(f);
	return l ? give(&l->addr, addr, len) : fail(EOPNOTSUPP);
}

/* Nobody knows who has connected. */
int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (f->pair && !is_unbound(f))
		return wlr_pair_peer(fd, addr, len);
	return fail(is_unbound(f) || wlr_listener_of(f) ? ENOTCONN : EOPNOTSUPP);
}

/* The address of a client is the unspecified one of the listener's family. */
int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len, int flags)
{
	struct wlr_file *f;
	__wasi_fd_t made;
	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return fail(EINVAL);
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err)
		err = __wasi_sock_accept(fd, flags & SOCK_NONBLOCK ? __WASI_FDFLAGS_NONBLOCK : 0, &made);
	if (err)
		return fail(err);
	wlr_fd_get(made)->domain = f->domain;
	if (addr && give(&(union wlr_address_in){.any.sa_family = f->domain ? f->domain : AF_INET}, addr, len) < 0) {
		(void)wlr_fd_close(made);
		return -1;
	}
	return made;
}

int accept(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	return accept4(fd, addr, len, 0);
}

/* SO_REUSEADDR is what hosts set of listening sockets. */
int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return fail(err);
	if (level != SOL_SOCKET || name != SO_REUSEADDR || (f->pair && !is_unbound(f)))
		return fail(ENOPROTOOPT);
	if (len < sizeof(int))
		return fail(EINVAL);
	return *(const int *)value ? 0 : fail(ENOPROTOOPT);
}
