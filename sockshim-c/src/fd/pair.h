/* Ends of a socketpair(): see pair.c. */
#ifndef WLR_FD_PAIR_H
#define WLR_FD_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <wasi/api.h>

struct wlr_file;
struct wlr_pair;

/* Makes two ends. Returns false if there is no memory. */
bool wlr_pair_make(bool dgram, struct wlr_pair *end[2]);

/* A stream socket that is not connected, nor can be; NULL if there is no memory. */
struct wlr_pair *wlr_pair_lone(void);
bool wlr_pair_is_lone(const struct wlr_pair *end);

/* Reads, or, if peek is set, looks at what is there. */
__wasi_errno_t wlr_pair_read(const struct wlr_file *f, const __wasi_iovec_t *v, size_t n, bool peek,
	__wasi_size_t *got, bool *truncated);

__wasi_errno_t wlr_pair_write(const struct wlr_file *f, const __wasi_ciovec_t *v, size_t n,
	__wasi_size_t *put);

/* Whether there is an event of the given type, which is told in ev. */
bool wlr_pair_ready(const struct wlr_file *f, __wasi_eventtype_t type, __wasi_event_fd_readwrite_t *ev);

__wasi_errno_t wlr_pair_shutdown(struct wlr_pair *end, __wasi_sdflags_t how);

/* Whether the other end is open. */
bool wlr_pair_connected(const struct wlr_pair *end);

void wlr_pair_close(struct wlr_pair *end);

#endif
