/* What the programs about sockets share. Both ends of each connection are in
 * one process, so no call may wait for what the other end does later.
 *
 * TEST_SOCKETS is set where sockets can be made, and TEST_UNIX where those of
 * AF_UNIX can.
 */
#ifndef WLR_TEST_NETWORK_H
#define WLR_TEST_NETWORK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

#include "test.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

static socklen_t address_size(const union address *a)
{
	return a->any.sa_family == AF_INET ? sizeof a->in : a->any.sa_family == AF_INET6 ? sizeof a->in6 : sizeof a->un;
}

/* The loopback address with port 0, or a new path. */
__attribute__((__unused__))
static union address local(int family)
{
	static int number;
	union address a = {.any.sa_family = family};
	if (family == AF_INET)
		a.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (family == AF_INET6)
		a.in6.sin6_addr = in6addr_loopback;
	else
		snprintf(a.un.sun_path, sizeof a.un.sun_path, "%s/%d.sock", getenv("TEST_UNIX"), number++);
	return a;
}

__attribute__((__unused__))
static int port_of(const union address *a)
{
	return a->any.sa_family == AF_INET ? ntohs(a->in.sin_port) : a->any.sa_family == AF_INET6 ? ntohs(a->in6.sin6_port) : 0;
}

/* A bound socket; its address is that which the system has given it. */
__attribute__((__unused__))
static int bound(int family, int type, union address *a)
{
	int fd = socket(family, type, 0);
	NEED(fd >= 0);
	*a = local(family);
	NEED(bind(fd, &a->any, address_size(a)) == 0);
	socklen_t len = sizeof *a;
	NEED(getsockname(fd, &a->any, &len) == 0);
	return fd;
}

__attribute__((__unused__))
static int listening(int family, union address *a)
{
	int fd = bound(family, SOCK_STREAM, a);
	NEED(listen(fd, 16) == 0);
	return fd;
}

/* A connection to listener, both its ends. */
__attribute__((__unused__))
static void connected(int listener, const union address *a, int *client, int *server)
{
	*client = socket(a->any.sa_family, SOCK_STREAM, 0);
	NEED(*client >= 0);
	NEED(connect(*client, &a->any, address_size(a)) == 0);
	*server = accept(listener, NULL, NULL);
	NEED(*server >= 0);
}

__attribute__((__unused__))
static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* What poll() says of one descriptor, after some time at the most. */
__attribute__((__unused__))
static int events(int fd, short wanted, int ms)
{
	struct pollfd p = {.fd = fd, .events = wanted};
	int n = poll(&p, 1, ms);
	return n < 0 ? -1 : n == 0 ? 0 : p.revents;
}

/* Everything that comes until the end, -1 if that is an error. */
__attribute__((__unused__))
static long drain(int fd)
{
	char buf[65536];
	long all = 0;
	for (ssize_t n; (n = read(fd, buf, sizeof buf)) != 0; all += n)
		if (n < 0)
			return -1;
	return all;
}

#endif
