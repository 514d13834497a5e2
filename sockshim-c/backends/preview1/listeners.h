/* The listening sockets that the host has opened before the start: see
 * listeners.c. */
#ifndef WLR_LISTENERS_H
#define WLR_LISTENERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "../../src/fd/fd.h"

union wlr_address_in {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct wlr_listener {
	struct wlr_file *file; /* held here for ever, and by the descriptors that are bound to it */
	union wlr_address_in addr;
};

/* Whether there are any. */
bool wlr_have_listeners(void);

/* The listener that f is, or NULL. */
const struct wlr_listener *wlr_listener_of(const struct wlr_file *f);

/* The listener at an address; port 0 is that of the first that nothing is bound to.
 * Returns NULL with errno EADDRNOTAVAIL or EADDRINUSE. */
const struct wlr_listener *wlr_listener_at(const union wlr_address_in *addr);

#endif
