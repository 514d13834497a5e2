/* The socket functions of WasmEdge 0.14 and later, of the module
 * wasi_snapshot_preview1, beside those of the standard, which src/fd/host.h has
 * (sock_accept among them: the standard's three parameters are one of the two
 * types that WasmEdge has for that name).
 *
 * Where a name has a second form, it is that which is imported: it knows unix
 * sockets and tells the family of an address. Pointers have to be aligned as
 * their types are, from 0.16 on.
 * https://github.com/WasmEdge/WasmEdge/blob/0.14.1/lib/host/wasi/wasifunc.cpp
 */
#ifndef WLR_WASMEDGE_HOST_H
#define WLR_WASMEDGE_HOST_H

#include <wasi/api.h>

#define HOST(name) \
	__attribute__((__import_module__("wasi_snapshot_preview1"), \
	               __import_name__(#name))) wlr_wasmedge_##name

enum { WASMEDGE_UNSPEC, WASMEDGE_INET4, WASMEDGE_INET6, WASMEDGE_UNIX };
enum { WASMEDGE_DGRAM = 1, WASMEDGE_STREAM };

/* Another length than this aborts the host, and so does another family than
 * these three, where it is to be read. */
struct wasmedge_storage {
	uint16_t family;
	uint8_t bytes[126]; /* 4 or 16 in network byte order, or a path of 108 */
};

struct wasmedge_address {
	struct wasmedge_storage *buf;
	uint32_t size;
};

struct wasmedge_sockaddr {
	uint8_t family;
	uint32_t size;
	uint8_t *data;
};

struct wasmedge_addrinfo {
	uint16_t flags;
	uint8_t family, socktype, protocol;
	uint32_t addrlen;
	struct wasmedge_sockaddr *addr;
	char *canonname;
	uint32_t canonname_size;
	struct wasmedge_addrinfo *next;
};

_Static_assert(sizeof(struct wasmedge_storage) == 128, "as the host reads it");
_Static_assert(sizeof(struct wasmedge_sockaddr) == 12, "as the host reads it");
_Static_assert(sizeof(struct wasmedge_addrinfo) == 28, "as the host reads it");

__wasi_errno_t HOST(sock_open)(uint32_t family, uint32_t type, __wasi_fd_t *out);
__wasi_errno_t HOST(sock_bind_v2)(__wasi_fd_t fd, const struct wasmedge_address *, uint32_t port);
__wasi_errno_t HOST(sock_connect_v2)(__wasi_fd_t fd, const struct wasmedge_address *, uint32_t port);
__wasi_errno_t HOST(sock_listen)(__wasi_fd_t fd, int32_t backlog);
__wasi_errno_t HOST(sock_getlocaladdr_v2)(__wasi_fd_t fd, struct wasmedge_address *, uint32_t *port);
__wasi_errno_t HOST(sock_getpeeraddr_v2)(__wasi_fd_t fd, struct wasmedge_address *, uint32_t *port);
/* The size of the value goes in and out by a pointer here, and in by value there. */
__wasi_errno_t HOST(sock_getsockopt)(__wasi_fd_t fd, uint32_t level, uint32_t name, void *value,
	uint32_t *size);
__wasi_errno_t HOST(sock_setsockopt)(__wasi_fd_t fd, uint32_t level, uint32_t name,
	const void *value, uint32_t size);
/* All ports are in host byte order, but the one that comes from here. */
__wasi_errno_t HOST(sock_recv_from_v2)(__wasi_fd_t fd, const __wasi_iovec_t *, uint32_t n,
	struct wasmedge_address *, uint32_t flags, uint16_t *port, __wasi_size_t *got,
	__wasi_roflags_t *out);
__wasi_errno_t HOST(sock_send_to_v2)(__wasi_fd_t fd, const __wasi_ciovec_t *, uint32_t n,
	const struct wasmedge_address *, uint32_t port, uint32_t flags, __wasi_size_t *put);
__wasi_errno_t HOST(sock_getaddrinfo)(const char *node, uint32_t node_size, const char *service,
	uint32_t service_size, const struct wasmedge_addrinfo *hints,
	struct wasmedge_addrinfo **first, uint32_t max, uint32_t *n);

#undef HOST

#endif
