/* Sending and receiving (POSIX send, recv, sendto, recvfrom, sendmsg, recvmsg),
 * in place of wasi-libc's send() and recv(), which know neither MSG_DONTWAIT
 * nor MSG_NOSIGNAL. Of the latter there is nothing to keep away. Nothing but
 * data is sent: there is no control information.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <wasi/api.h>

#include "../fd/fd.h"
#include "../fd/host.h"
#include "backend.h"
#include "pair.h"

_Static_assert(sizeof(struct iovec) == sizeof(__wasi_iovec_t) && sizeof(struct iovec) == sizeof(__wasi_ciovec_t),
	"a vector of POSIX is one of preview1");

static ssize_t fail(__wasi_errno_t err)
{
	errno = err;
	return -1;
}

/* A call that is not to wait. Its socket is told so for that long; where it
 * cannot be, which is so for a pair, the call is made if poll() says that it
 * would not wait. */
struct patience {
	int fd;
	bool changed;
};

static __wasi_errno_t begin(struct patience *p, int fd, const struct wlr_file *f, int flags, short event)
{
	*p = (struct patience){fd, false};
	__wasi_fdstat_t st;
	if (!(flags & MSG_DONTWAIT))
		return 0;
	if (!f->pair && __wasi_fd_fdstat_get(fd, &st) == 0) {
		if (st.fs_flags & __WASI_FDFLAGS_NONBLOCK)
			return 0;
		p->changed = __wasi_fd_fdstat_set_flags(fd, st.fs_flags | __WASI_FDFLAGS_NONBLOCK) == 0;
		if (p->changed)
			return 0;
	}
	struct pollfd now = {.fd = fd, .events = event};
	return poll(&now, 1, 0) == 0 ? __WASI_ERRNO_AGAIN : 0;
}

static void end(const struct patience *p)
{
	__wasi_fdstat_t st;
	if (p->changed && __wasi_fd_fdstat_get(p->fd, &st) == 0)
		(void)__wasi_fd_fdstat_set_flags(p->fd, st.fs_flags & ~__WASI_FDFLAGS_NONBLOCK);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	struct wlr_file *f;
	struct patience patience;
	struct sockaddr_storage addr;
	socklen_t len = 0;
	__wasi_size_t n = 0;
	__wasi_roflags_t out = 0;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && flags & ~(MSG_PEEK | MSG_WAITALL | MSG_DONTWAIT | MSG_NOSIGNAL))
		err = __WASI_ERRNO_NOTSUP;
	if (!err)
		err = begin(&patience, fd, f, flags, POLLIN);
	if (err)
		return fail(err);
	__wasi_riflags_t in = (flags & MSG_PEEK ? __WASI_RIFLAGS_RECV_PEEK : 0) |
	                      (flags & MSG_WAITALL ? __WASI_RIFLAGS_RECV_WAITALL : 0);
	const __wasi_iovec_t *v = (const __wasi_iovec_t *)m->msg_iov;
	if (m->msg_name && !f->pair && !f->error)
		err = wlr_backend_recv_from(f, v, m->msg_iovlen, in, &addr, &len, &n, &out);
	else
		err = __wasi_sock_recv(fd, v, m->msg_iovlen, in, &n, &out);
	end(&patience);
	if (err)
		return fail(err);
	if (m->msg_name) {
		memcpy(m->msg_name, &addr, m->msg_namelen < len ? m->msg_namelen : len);
		m->msg_namelen = len;
	}
	m->msg_controllen = 0;
	m->msg_flags = out & __WASI_ROFLAGS_RECV_DATA_TRUNCATED ? MSG_TRUNC : 0;
	return n;
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct wlr_file *f;
	struct patience patience;
	__wasi_size_t n = 0;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (!err && (flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL) || m->msg_controllen))
		err = __WASI_ERRNO_NOTSUP;
	if (!err && m->msg_name && f->pair)
		err = __WASI_ERRNO_ISCONN;
	if (!err)
		err = begin(&patience, fd, f, flags, POLLOUT);
	if (err)
		return fail(err);
	const __wasi_ciovec_t *v = (const __wasi_ciovec_t *)m->msg_iov;
	if (m->msg_name && !f->error)
		err = wlr_backend_send_to(f, v, m->msg_iovlen, m->msg_name, m->msg_namelen, &n);
	else
		err = __wasi_sock_send(fd, v, m->msg_iovlen, 0, &n);
	end(&patience);
	return err ? fail(err) : (ssize_t)n;
}

ssize_t recvfrom(int fd, void *restrict buf, size_t size, int flags,
	struct sockaddr *restrict addr, socklen_t *restrict len)
{
	struct iovec v = {buf, size};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_name = addr, .msg_namelen = addr ? *len : 0};
	ssize_t n = recvmsg(fd, &m, flags);
	if (addr && n >= 0)
		*len = m.msg_namelen;
	return n;
}

ssize_t sendto(int fd, const void *buf, size_t size, int flags, const struct sockaddr *addr,
	socklen_t len)
{
	struct iovec v = {(void *)buf, size};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_name = (void *)addr, .msg_namelen = len};
	return sendmsg(fd, &m, flags);
}

ssize_t recv(int fd, void *buf, size_t size, int flags)
{
	return recvfrom(fd, buf, size, flags, NULL, NULL);
}

ssize_t send(int fd, const void *buf, size_t size, int flags)
{
	return sendto(fd, buf, size, flags, NULL, 0);
}
