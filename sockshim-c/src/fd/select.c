/* select() and pselect() (POSIX System Interfaces, Issue 7) over poll(). They
 * take the place of wasi-libc's, which does not notice a descriptor that is not
 * open and refuses a set for exceptional conditions. WASI has none of these, so
 * the set comes back empty.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/select.h>

#include "fd.h"

static bool in(int fd, const fd_set *set)
{
	return set && FD_ISSET(fd, set);
}

/* What poll() is to wait for, in milliseconds, not less than was asked for. */
static int milliseconds(const struct timespec *t)
{
	if (!t)
		return -1;
	if (t->tv_sec >= INT_MAX / 1000)
		return INT_MAX;
	return t->tv_sec * 1000 + (t->tv_nsec + 999999) / 1000000;
}

/* The n descriptors below limit that are in one of the sets, or -1 if one of
 * them is not open. */
static int collect(int limit, const fd_set *r, const fd_set *w, const fd_set *e,
	struct pollfd *p)
{
	int n = 0;
	for (int fd = 0; fd < limit; fd++) {
		bool read = in(fd, r), write = in(fd, w);
		if ((read || write || in(fd, e)) && !wlr_fd_get(fd)) {
			errno = EBADF;
			return -1;
		}
		if (read || write)
			p[n++] = (struct pollfd){
				.fd = fd, .events = (read ? POLLIN : 0) | (write ? POLLOUT : 0),
			};
	}
	return n;
}

static void clear(fd_set *set)
{
	if (set)
		FD_ZERO(set);
}

int pselect(int limit, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
	const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
	(void)mask; /* signals run their handlers at once: see signal.c */
	if (limit < 0 || limit > FD_SETSIZE ||
	    (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999))) {
		errno = EINVAL;
		return -1;
	}
	struct pollfd p[FD_SETSIZE];
	int n = collect(limit, r, w, e, p);
	if (n < 0 || poll(p, n, milliseconds(timeout)) < 0)
		return -1;
	clear(r);
	clear(w);
	clear(e);
	int ready = 0;
	for (int i = 0; i < n; i++) {
		/* At its end, or broken: the next read or write will say so. */
		short always = POLLHUP | POLLERR;
		if (p[i].events & POLLIN && p[i].revents & (POLLIN | always)) {
			FD_SET(p[i].fd, r);
			ready++;
		}
		if (p[i].events & POLLOUT && p[i].revents & (POLLOUT | always)) {
			FD_SET(p[i].fd, w);
			ready++;
		}
	}
	return ready;
}

int select(int limit, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
	struct timeval *restrict timeout)
{
	if (!timeout)
		return pselect(limit, r, w, e, NULL, NULL);
	if (timeout->tv_usec < 0 || timeout->tv_usec > 999999) {
		errno = EINVAL;
		return -1;
	}
	struct timespec t = {timeout->tv_sec, timeout->tv_usec * 1000};
	return pselect(limit, r, w, e, &t, NULL);
}
