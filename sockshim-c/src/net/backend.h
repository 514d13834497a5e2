/* What the sockets of a backend are made of, besides the POSIX functions that
 * backends/NAME defines itself (socket, bind, listen, connect, getsockname,
 * getpeername, setsockopt): what src/net and src/fd ask of it.
 */
#ifndef WLR_NET_BACKEND_H
#define WLR_NET_BACKEND_H

#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <wasi/api.h>

struct wlr_file;

/* Whether what the host says of its descriptors 0, 1 and 2 is so when it calls
 * one a socket. */
extern const bool wlr_backend_stdio_sockets;

/* Whether the host's path_rename follows a link at the end of a path. */
extern const bool wlr_backend_rename_follows;

/* sock_recv with the sender's address, of *len bytes, *len is 0 where there is
 * none. addr has room for every address. */
__wasi_errno_t wlr_backend_recv_from(const struct wlr_file *f, const __wasi_iovec_t *v, size_t n,
	__wasi_riflags_t in, struct sockaddr_storage *addr, socklen_t *len, __wasi_size_t *got,
	__wasi_roflags_t *out);

/* sock_send to an address. */
__wasi_errno_t wlr_backend_send_to(const struct wlr_file *f, const __wasi_ciovec_t *v, size_t n,
	const struct sockaddr *addr, socklen_t len, __wasi_size_t *put);

/* An error that the host has of a socket, which is none then, or 0. */
__wasi_errno_t wlr_backend_error(const struct wlr_file *f);

/* Resolves a name that is no address: at most max addresses of the family,
 * or of both for AF_UNSPEC. If canonical is not NULL, it gets the name's
 * canonical form, to be freed. Returns how many, or a code of EAI_, with errno
 * for EAI_SYSTEM. */
struct wlr_address {
	int family;
	unsigned char bytes[16];
};
int wlr_backend_resolve(const char *host, int family, int flags, struct wlr_address *list, int max,
	char **canonical);

/* The port of a service that the guest's /etc/services does not name, in
 * network byte order, or a code of EAI_. */
int wlr_backend_service(const char *name, int socktype);

#endif
