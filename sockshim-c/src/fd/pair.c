/* The two ends of a socketpair(): a queue for each, in this process, which is
 * the only one that can have them.
 *
 * So nobody comes to the help of a process that waits for them: what would
 * wait for ever fails with EDEADLK. There is no SIGPIPE, as with sockets of
 * the host, only EPIPE.
 */
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "pair.h"

#define ROOM 212992 /* bytes that an end takes until it is read: Linux's default */

struct wlr_pair {
	struct wlr_pair *other; /* NULL when that is closed */
	bool dgram;
	bool lone;              /* it has never had another */
	bool read_shut, write_shut;
	uint8_t *queue;         /* what the other end has written */
	size_t used;
};

/* What is before a message of a datagram socket in the queue. */
typedef uint32_t length_t;

bool wlr_pair_make(bool dgram, struct wlr_pair *end[2])
{
	for (int i = 0; i < 2; i++)
		end[i] = calloc(1, sizeof *end[i]);
	if (!end[0] || !end[1]) {
		free(end[0]);
		free(end[1]);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		end[i]->dgram = dgram;
		end[i]->other = end[!i];
	}
	return true;
}

struct wlr_pair *wlr_pair_lone(void)
{
	struct wlr_pair *end = calloc(1, sizeof *end);
	if (end)
		end->lone = true;
	return end;
}

bool wlr_pair_is_lone(const struct wlr_pair *end)
{
	return end->lone;
}

void wlr_pair_close(struct wlr_pair *end)
{
	if (end->other)
		end->other->other = NULL;
	free(end->queue);
	free(end);
}

bool wlr_pair_connected(const struct wlr_pair *end)
{
	return end->other;
}

/* Whether nothing will come any more. The other end of a datagram socket may
 * be replaced, on systems that can connect it anew. */
static bool at_end(const struct wlr_pair *end)
{
	return end->read_shut || (end->other ? end->other->write_shut : !end->dgram);
}

static bool broken(const struct wlr_pair *end)
{
	return end->write_shut || !end->other || end->other->read_shut;
}

static __wasi_errno_t would_block(const struct wlr_file *f)
{
	return f->flags & __WASI_FDFLAGS_NONBLOCK ? __WASI_ERRNO_AGAIN : __WASI_ERRNO_DEADLK;
}

__wasi_errno_t wlr_pair_read(const struct wlr_file *f, const __wasi_iovec_t *v, size_t n, bool peek,
	__wasi_size_t *got, bool *truncated)
{
	struct wlr_pair *end = f->pair;
	*got = 0;
	*truncated = false;
	if (end->lone)
		return __WASI_ERRNO_NOTCONN;
	size_t wanted = 0;
	for (size_t i = 0; i < n; i++)
		wanted += v[i].buf_len;
	if (!end->used)
		return at_end(end) || (!wanted && !end->dgram) ? 0 : would_block(f);
	length_t there = end->used;
	size_t before = 0;
	if (end->dgram) {
		memcpy(&there, end->queue, before = sizeof there);
		*truncated = wanted < there;
	}
	size_t left = wanted < there ? wanted : there;
	const uint8_t *from = end->queue + before;
	for (size_t i = 0; i < n && left; i++) {
		size_t part = v[i].buf_len < left ? v[i].buf_len : left;
		memcpy(v[i].buf, from, part);
		from += part;
		left -= part;
		*got += part;
	}
	if (!peek) {
		size_t gone = end->dgram ? before + there : *got;
		memmove(end->queue, end->queue + gone, end->used -= gone);
	}
	return 0;
}

__wasi_errno_t wlr_pair_write(const struct wlr_file *f, const __wasi_ciovec_t *v, size_t n,
	__wasi_size_t *put)
{
	struct wlr_pair *end = f->pair, *to = end->other;
	*put = 0;
	if (broken(end))
		return end->dgram && !to && !end->write_shut ? __WASI_ERRNO_CONNREFUSED : __WASI_ERRNO_PIPE;
	size_t size = 0;
	for (size_t i = 0; i < n; i++)
		size += v[i].buf_len;
	size_t before = end->dgram ? sizeof(length_t) : 0, room = ROOM > to->used ? ROOM - to->used : 0;
	if (end->dgram && size > ROOM - before)
		return __WASI_ERRNO_MSGSIZE;
	if (end->dgram ? before + size > room : size && !room)
		return would_block(f);
	length_t left = size < room ? size : room;
	if (!to->queue && !(to->queue = malloc(ROOM)))
		return __WASI_ERRNO_NOBUFS;
	memcpy(to->queue + to->used, &left, before);
	to->used += before;
	for (size_t i = 0; i < n && left; i++) {
		size_t part = v[i].buf_len < left ? v[i].buf_len : left;
		memcpy(to->queue + to->used, v[i].buf, part);
		to->used += part;
		left -= part;
		*put += part;
	}
	return 0;
}

bool wlr_pair_ready(const struct wlr_file *f, __wasi_eventtype_t type, __wasi_event_fd_readwrite_t *ev)
{
	const struct wlr_pair *end = f->pair, *to = end->other;
	ev->nbytes = type == __WASI_EVENTTYPE_FD_READ ? end->used : 0;
	if (!end->dgram && (!to || (end->read_shut && end->write_shut)))
		ev->flags = __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP;
	if (type == __WASI_EVENTTYPE_FD_READ)
		return end->used || at_end(end);
	return broken(end) || to->used < ROOM / 2;
}

__wasi_errno_t wlr_pair_shutdown(struct wlr_pair *end, __wasi_sdflags_t how)
{
	if (end->lone)
		return __WASI_ERRNO_NOTCONN;
	end->read_shut |= (how & __WASI_SDFLAGS_RD) != 0;
	end->write_shut |= (how & __WASI_SDFLAGS_WR) != 0;
	return 0;
}
