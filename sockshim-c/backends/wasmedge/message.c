/* Datagrams with their addresses. */
#include <arpa/inet.h>
#include <errno.h>

#include "../../src/fd/fd.h"
#include "../../src/fd/host.h"
#include "../../src/net/backend.h"
#include "address.h"

__wasi_errno_t wlr_backend_recv_from(const struct wlr_file *f, const __wasi_iovec_t *v, size_t n,
	__wasi_riflags_t in, struct sockaddr_storage *addr, socklen_t *len, __wasi_size_t *got,
	__wasi_roflags_t *out)
{
	struct wasmedge_storage storage = {.family = WASMEDGE_UNSPEC};
	uint16_t port = 0;
	/* Of a stream it has none, and says so in its log. */
	if (f->type != __WASI_FILETYPE_SOCKET_DGRAM) {
		*len = 0;
		return wlr_host_sock_recv(f->host, v, n, in, got, out);
	}
	__wasi_errno_t err = wlr_wasmedge_sock_recv_from_v2(f->host, v, n,
		&(struct wasmedge_address){&storage, sizeof storage}, in, &port, got, out);
	/* Of a sender without a name it says that, and leaves the family to chance. */
	if (f->domain == AF_UNIX)
		storage.family = WASMEDGE_UNIX;
	*len = err ? 0 : wlr_wasmedge_decode(&storage, ntohs(port), addr);
	return err;
}

__wasi_errno_t wlr_backend_send_to(const struct wlr_file *f, const __wasi_ciovec_t *v, size_t n,
	const struct sockaddr *addr, socklen_t len, __wasi_size_t *put)
{
	struct wasmedge_storage storage;
	uint32_t port;
	__wasi_errno_t err = wlr_wasmedge_encode(addr, len, &storage, &port);
	return err ? err : wlr_wasmedge_sock_send_to_v2(f->host, v, n,
		&(struct wasmedge_address){&storage, sizeof storage}, port, 0, put);
}
