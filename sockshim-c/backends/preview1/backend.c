/* What preview1 has no functions for: see src/net/backend.h. */
#include "../../src/fd/fd.h"
#include "../../src/fd/host.h"
#include "../../src/net/backend.h"

/* Node.js calls a pipe a socket. A program that takes it for one, as PHP does,
 * cannot read it there; a socket can be read as a pipe. */
const bool wlr_backend_stdio_sockets = false;
/* preview1 says nothing of it, and all hosts but WasmEdge do as POSIX says. */
const bool wlr_backend_rename_follows = false;

/* On a connected socket an address cannot be told, and is not asked for. */
__wasi_errno_t wlr_backend_recv_from(const struct wlr_file *f, const __wasi_iovec_t *v, size_t n,
	__wasi_riflags_t in, struct sockaddr_storage *addr, socklen_t *len, __wasi_size_t *got,
	__wasi_roflags_t *out)
{
	(void)addr;
	*len = 0;
	return wlr_host_sock_recv(f->host, v, n, in, got, out);
}

__wasi_errno_t wlr_backend_send_to(const struct wlr_file *f, const __wasi_ciovec_t *v, size_t n,
	const struct sockaddr *addr, socklen_t len, __wasi_size_t *put)
{
	(void)f, (void)v, (void)n, (void)addr, (void)len, (void)put;
	return __WASI_ERRNO_NOSYS;
}

__wasi_errno_t wlr_backend_error(const struct wlr_file *f)
{
	(void)f;
	return 0;
}

/* "A non-recoverable error occurred when attempting to resolve the name." */
int wlr_backend_resolve(const char *host, int family, int flags, struct wlr_address *list, int max,
	char **canonical)
{
	(void)host, (void)family, (void)flags, (void)list, (void)max, (void)canonical;
	return EAI_FAIL;
}

int wlr_backend_service(const char *name, int socktype)
{
	(void)name, (void)socktype;
	return EAI_SERVICE;
}
