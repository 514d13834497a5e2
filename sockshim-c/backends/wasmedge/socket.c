/* Sockets and their addresses (POSIX socket, bind, listen, connect, accept,
 * getsockname, getpeername) by WasmEdge's host functions. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "../../src/fd/fd.h"
#include "../../src/fd/host.h"
#include "../../src/net/backend.h"
#include "../../src/net/pair.h"
#include "address.h"

/* WasmEdge takes a pipe for no socket, as Linux does. */
const bool wlr_backend_stdio_sockets = true;
const bool wlr_backend_rename_follows = true;

static int fail(__wasi_errno_t err)
{
	errno = err;
	return -1;
}

static int done(__wasi_errno_t err)
{
	return err ? fail(err) : 0;
}

/* A new descriptor of host, which is a socket, or -1 and host is closed. */
static int adopt(__wasi_fd_t host, __wasi_filetype_t type, bool nonblocking)
{
	int fd = wlr_fd_adopt(host, 0);
	if (fd < 0) {
		int err = errno;
		(void)wlr_host_fd_close(host);
		return fail(err);
	}
	struct wlr_file *f = wlr_fd_get(fd);
	f->type = type; /* the host says stream of every socket */
	if (nonblocking) {
		__wasi_errno_t err = __wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_NONBLOCK);
		if (err) {
			(void)wlr_fd_close(fd);
			return fail(err);
		}
	}
	return fd;
}

/* The protocol of a type is the only one that it can have. */
static bool has_protocol(int domain, int type, int protocol)
{
	if (domain == AF_UNIX)
		return protocol == 0 || protocol == AF_UNIX;
	return protocol == 0 || protocol == (type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP);
}

int socket(int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	uint32_t family = domain == AF_INET ? WASMEDGE_INET4 : domain == AF_INET6 ? WASMEDGE_INET6 :
		domain == AF_UNIX ? WASMEDGE_UNIX : WASMEDGE_UNSPEC;
	if (family == WASMEDGE_UNSPEC)
		return fail(EAFNOSUPPORT);
	if (kind != SOCK_STREAM && kind != SOCK_DGRAM)
		return fail(EPROTOTYPE);
	if (!has_protocol(domain, kind, protocol))
		return fail(EPROTONOSUPPORT);
	__wasi_fd_t host;
	/* The table finds what the program has started with when it is first used,
	 * and must not take this socket for that. */
	(void)wlr_fd_get(0);
	__wasi_errno_t err = wlr_wasmedge_sock_open(family, kind == SOCK_STREAM ? WASMEDGE_STREAM : WASMEDGE_DGRAM, &host);
	/* Unix sockets are there only with the option --allow-af-unix. */
	if (err)
		return fail(err == __WASI_ERRNO_NOSYS ? EAFNOSUPPORT : err);
	int fd = adopt(host, kind, type & SOCK_NONBLOCK);
	if (fd >= 0)
		wlr_fd_get(fd)->domain = domain;
	return fd;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct wlr_file *f;
	struct wasmedge_storage storage;
	uint32_t port;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && f->pair)
		err = __WASI_ERRNO_INVAL;
	if (!err)
		err = wlr_wasmedge_encode(addr, len, &storage, &port);
	if (!err)
		err = wlr_wasmedge_sock_bind_v2(f->host, &(struct wasmedge_address){&storage, sizeof storage}, port);
	return done(err);
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct wlr_file *f;
	struct wasmedge_storage storage;
	uint32_t port;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && f->pair)
		err = __WASI_ERRNO_ISCONN;
	if (!err)
		err = wlr_wasmedge_encode(addr, len, &storage, &port);
	if (!err)
		err = wlr_wasmedge_sock_connect_v2(f->host, &(struct wasmedge_address){&storage, sizeof storage}, port);
	return done(err);
}

int listen(int fd, int backlog)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && f->pair)
		err = f->type == __WASI_FILETYPE_SOCKET_STREAM ? __WASI_ERRNO_INVAL : __WASI_ERRNO_NOTSUP;
	if (!err)
		err = wlr_wasmedge_sock_listen(f->host, backlog);
	return done(err);
}

/* The address is cut off where there is no room for it, and its length is not. A unix
   socket without a name has an empty path beyond its length, too: programs look for one
   without asking for the length, PHP among them. */
static void give(const struct sockaddr_storage *from, socklen_t n, struct sockaddr *addr, socklen_t *len)
{
	socklen_t full = n == offsetof(struct sockaddr_un, sun_path) ? n + 1 : n;
	memcpy(addr, from, *len < full ? *len : full);
	*len = n;
}

typedef __wasi_errno_t name_function(__wasi_fd_t, struct wasmedge_address *, uint32_t *);

static __wasi_errno_t name(struct wlr_file *f, name_function *ask, struct sockaddr *addr, socklen_t *len)
{
	struct wasmedge_storage storage = {0};
	struct sockaddr_storage found;
	uint32_t port = 0;
	if ((int)*len < 0)
		return __WASI_ERRNO_INVAL;
	__wasi_errno_t err = ask(f->host, &(struct wasmedge_address){&storage, sizeof storage}, &port);
	if (err)
		return err;
	socklen_t n = wlr_wasmedge_decode(&storage, port, &found);
	give(&found, n, addr, len);
	return 0;
}

int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && f->pair)
		return wlr_pair_name(fd, addr, len);
	return done(err ? err : name(f, wlr_wasmedge_sock_getlocaladdr_v2, addr, len));
}

int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && f->pair)
		return wlr_pair_peer(fd, addr, len);
	return done(err ? err : name(f, wlr_wasmedge_sock_getpeeraddr_v2, addr, len));
}

/* The flag is not for the host, which would set it on the listening socket. */
int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict len, int flags)
{
	struct wlr_file *f;
	__wasi_fd_t host;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return fail(EINVAL);
	if (!err && f->pair)
		err = f->type == __WASI_FILETYPE_SOCKET_STREAM ? __WASI_ERRNO_INVAL : __WASI_ERRNO_NOTSUP;
	if (!err)
		err = wlr_host_sock_accept(f->host, 0, &host);
	if (err)
		return fail(err);
	int made = adopt(host, __WASI_FILETYPE_SOCKET_STREAM, flags & SOCK_NONBLOCK);
	if (made < 0 || !addr)
		return made;
	/* A client that is gone by now has no address any more. */
	if (name(wlr_fd_get(made), wlr_wasmedge_sock_getpeeraddr_v2, addr, len) != 0) {
		struct sockaddr_storage unknown = {.ss_family = AF_UNSPEC};
		give(&unknown, sizeof(sa_family_t), addr, len);
	}
	return made;
}

int accept(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	return accept4(fd, addr, len, 0);
}
