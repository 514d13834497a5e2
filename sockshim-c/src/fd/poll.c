/* Waiting, which poll() and select() are made of: preview1's poll_oneoff, by
 * our descriptors, and for hosts that do less than it says. WasmEdge
 *
 * - keeps it to itself that a descriptor is bad, or cannot be waited for as a
 *   regular file, until another event comes, if ever one does;
 * - refuses the second of two subscriptions for one descriptor;
 * - comes back with no event at all when a socket has an error, or when its
 *   peer writes no more and it is waited for to be writable.
 * https://github.com/WasmEdge/WasmEdge/blob/0.14.1/lib/host/wasi/inode-linux.cpp
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "../net/backend.h"
#include "../time/time.h"
#include "fd.h"
#include "host.h"
#include "pair.h"

#define NONE UINT32_MAX

struct poll {
	const __wasi_subscription_t *in;
	__wasi_event_t *out;
	__wasi_size_t got;
	/* What the host is asked, and answers. The userdata of a subscription is
	 * the last of ours that it is for; same[i] is the one before. */
	__wasi_subscription_t *subs;
	__wasi_event_t *events;
	uint32_t *same;
	__wasi_size_t asked;
	bool doubtful; /* a descriptor is among them that the host may fail for */
	bool clock;    /* a time is */
};

static bool is_clock(const __wasi_subscription_t *s)
{
	return s->u.tag == __WASI_EVENTTYPE_CLOCK;
}

static struct wlr_file *file_of(const __wasi_subscription_t *s)
{
	return wlr_fd_get(s->u.u.fd_read.file_descriptor);
}

static void tell(struct poll *p, const __wasi_subscription_t *s, __wasi_errno_t err,
	__wasi_event_fd_readwrite_t what)
{
	p->out[p->got++] = (__wasi_event_t){
		.userdata = s->userdata, .error = err, .type = s->u.tag, .fd_readwrite = what,
	};
}

/* What can be told without the host: a regular file and a directory never
 * block (POSIX poll: "always ready"). */
static bool known(struct poll *p, const __wasi_subscription_t *s, const struct wlr_file *f)
{
	__wasi_event_fd_readwrite_t what = {.nbytes = 1};
	if (!f || f->error) {
		tell(p, s, f ? f->error : __WASI_ERRNO_BADF, what);
	} else if (f->pair) {
		what.nbytes = 0;
		if (wlr_pair_ready(f, s->u.tag, &what))
			tell(p, s, 0, what);
		/* While the process waits, nobody changes it. */
	} else if (f->type == __WASI_FILETYPE_REGULAR_FILE || f->type == __WASI_FILETYPE_DIRECTORY) {
		tell(p, s, 0, what);
	} else {
		return false;
	}
	return true;
}

static void ask(struct poll *p, uint32_t i)
{
	const __wasi_subscription_t *s = &p->in[i];
	uint32_t at = p->asked;
	p->same[i] = NONE;
	p->subs[at] = *s;
	if (is_clock(s)) {
		p->clock = true;
	} else {
		struct wlr_file *f = file_of(s);
		if (known(p, s, f))
			return;
		uint32_t *before = &f->asked[s->u.tag == __WASI_EVENTTYPE_FD_WRITE];
		const __wasi_subscription_t *b = &p->subs[*before];
		if (*before < at && b->u.tag == s->u.tag && b->u.u.fd_read.file_descriptor == f->host) {
			p->same[i] = b->userdata;
			at = *before;
		}
		*before = at;
		p->subs[at].u.u.fd_read.file_descriptor = f->host;
		f->waited = !wlr_is_socket(f);
		p->doubtful |= f->waited;
	}
	p->subs[at].userdata = i;
	if (at == p->asked)
		p->asked++;
}

static void answer(struct poll *p, const __wasi_event_t *e)
{
	for (uint32_t i = e->userdata; i != NONE; i = p->same[i])
		tell(p, &p->in[i], e->error, e->fd_readwrite);
}

/* One call of the host with the first n subscriptions. */
static __wasi_errno_t call(struct poll *p, __wasi_size_t n)
{
	__wasi_size_t got = 0;
	__wasi_errno_t err = wlr_host_poll_oneoff(p->subs, p->events, n, &got);
	if (err)
		return err;
	for (__wasi_size_t i = 0; i < got; i++) {
		__wasi_event_t *e = &p->events[i];
		if (e->userdata == NONE || e->error == __WASI_ERRNO_INTR)
			continue; /* the time of pause(), or a signal of the host's own */
		if (e->error == __WASI_ERRNO_PERM) { /* epoll's word for "always ready" */
			e->error = 0;
			e->fd_readwrite.nbytes = 1;
		}
		answer(p, e);
	}
	return 0;
}

static __wasi_subscription_t time_of(__wasi_timestamp_t ns)
{
	return (__wasi_subscription_t){
		.userdata = NONE,
		.u = {.tag = __WASI_EVENTTYPE_CLOCK, .u.clock = {.id = __WASI_CLOCKID_MONOTONIC, .timeout = ns}},
	};
}

/* Whether a socket has an error that the host has not told. */
static void find_errors(struct poll *p)
{
	for (__wasi_size_t at = 0; at < p->asked; at++) {
		if (is_clock(&p->subs[at]))
			continue;
		uint32_t last = p->subs[at].userdata;
		struct wlr_file *f = file_of(&p->in[last]);
		if (!f->error && wlr_is_socket(f))
			f->error = wlr_backend_error(f);
		if (f->error)
			answer(p, &(__wasi_event_t){.userdata = last, .error = f->error});
	}
}

static void shorten(struct poll *p, uint64_t waited)
{
	for (__wasi_size_t at = 0; at < p->asked; at++) {
		const __wasi_subscription_clock_t *c = &p->in[p->subs[at].userdata].u.u.clock;
		if (is_clock(&p->subs[at]) && !(c->flags & __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME))
			p->subs[at].u.u.clock.timeout = c->timeout > waited ? c->timeout - waited : 0;
	}
}

static __wasi_errno_t wait(struct poll *p)
{
	__wasi_errno_t err = 0;
	if (p->doubtful) {
		p->subs[p->asked] = time_of(0);
		err = call(p, p->asked + 1);
	}
	uint64_t start = wlr_monotonic_ns();
	for (uint64_t pause = WLR_SEC / 1000; !err && !p->got; pause *= pause < WLR_SEC / 50 ? 2 : 1) {
		err = call(p, p->asked);
		if (err || p->got)
			break;
		find_errors(p);
		if (p->got)
			break;
		__wasi_subscription_t first = p->subs[0];
		p->subs[0] = time_of(pause);
		err = call(p, 1);
		p->subs[0] = first;
		wlr_safe_point();
		shorten(p, wlr_monotonic_ns() - start);
	}
	return err;
}

__wasi_errno_t wlr_poll(const __wasi_subscription_t *in, __wasi_event_t *out, __wasi_size_t n,
	__wasi_size_t *got)
{
	if (!n)
		return __WASI_ERRNO_INVAL;
	struct poll p = {.in = in, .out = out};
	p.subs = malloc((n + 1) * sizeof *p.subs);
	p.events = malloc((n + 1) * sizeof *p.events);
	p.same = malloc(n * sizeof *p.same);
	__wasi_errno_t err = p.subs && p.events && p.same ? 0 : __WASI_ERRNO_NOMEM;
	for (__wasi_size_t i = 0; !err && i < n; i++)
		ask(&p, i);
	if (!err && !p.got && !p.asked)
		err = __WASI_ERRNO_DEADLK; /* it would not end */
	if (!err && !p.got) {
		uint64_t before = wlr_monotonic_ns();
		err = wait(&p);
		wlr_waited(wlr_monotonic_ns() - before);
	}
	free(p.subs);
	free(p.events);
	free(p.same);
	*got = p.got;
	wlr_safe_point();
	return err;
}
