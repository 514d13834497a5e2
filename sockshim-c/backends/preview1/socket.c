/* Sockets as preview1 has them: a program can use those that its host opened,
 * by accept(), recv(), send() and shutdown() of wasi-libc, and make none. */
#include <errno.h>
#include <sys/socket.h>

#include "../../src/net/pair.h"

static int absent(void)
{
	errno = ENOSYS;
	return -1;
}

int socket(int domain, int type, int protocol)
{
	(void)domain, (void)type, (void)protocol;
	return absent();
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	(void)fd, (void)addr, (void)len;
	return absent();
}

int connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	(void)fd, (void)addr, (void)len;
	return absent();
}

int listen(int fd, int backlog)
{
	(void)fd, (void)backlog;
	return absent();
}

int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	return wlr_is_pair(fd) ? wlr_pair_name(fd, addr, len) : absent();
}

int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)
{
	return wlr_is_pair(fd) ? wlr_pair_peer(fd, addr, len) : absent();
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
	(void)fd, (void)level, (void)name, (void)value, (void)len;
	return absent();
}
