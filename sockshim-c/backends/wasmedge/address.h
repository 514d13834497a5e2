/* Addresses as WasmEdge has them: see address.c. */
#ifndef WLR_WASMEDGE_ADDRESS_H
#define WLR_WASMEDGE_ADDRESS_H

#include <sys/socket.h>

#include "host.h"

/* The address as the host reads it, and its port in host byte order. */
__wasi_errno_t wlr_wasmedge_encode(const struct sockaddr *addr, socklen_t len,
	struct wasmedge_storage *to, uint32_t *port);

/* What the host has written. Returns the length, 0 if it is no address. */
socklen_t wlr_wasmedge_decode(const struct wasmedge_storage *from, uint16_t port,
	struct sockaddr_storage *addr);

#endif
