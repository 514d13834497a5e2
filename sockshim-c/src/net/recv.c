/* recv() and send() (POSIX), in place of wasi-libc's, which knows neither
 * MSG_DONTWAIT nor MSG_NOSIGNAL. Of the latter there is nothing to keep away. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <wasi/api.h>

/* Whether a call with these flags may be made, and if it is not to wait,
 * whether it would not. */
static int may(int fd, int flags, int known, short event)
{
	struct pollfd p = {.fd = fd, .events = event};
	if (flags & ~(known | MSG_DONTWAIT)) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (flags & MSG_DONTWAIT && poll(&p, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return 0;
}

static ssize_t done(__wasi_errno_t err, __wasi_size_t n)
{
	if (!err)
		return n;
	errno = err;
	return -1;
}

ssize_t recv(int fd, void *buf, size_t size, int flags)
{
	__wasi_iovec_t v = {buf, size};
	__wasi_size_t n = 0;
	__wasi_roflags_t out;
	if (may(fd, flags, MSG_PEEK | MSG_WAITALL, POLLIN) < 0)
		return -1;
	__wasi_riflags_t in = (flags & MSG_PEEK ? __WASI_RIFLAGS_RECV_PEEK : 0) |
	                      (flags & MSG_WAITALL ? __WASI_RIFLAGS_RECV_WAITALL : 0);
	return done(__wasi_sock_recv(fd, &v, 1, in, &n, &out), n);
}

ssize_t send(int fd, const void *buf, size_t size, int flags)
{
	__wasi_ciovec_t v = {buf, size};
	__wasi_size_t n = 0;
	if (may(fd, flags, MSG_NOSIGNAL, POLLOUT) < 0)
		return -1;
	return done(__wasi_sock_send(fd, &v, 1, 0, &n), n);
}
