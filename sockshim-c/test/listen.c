/* A server, for clients outside: TEST_LISTEN is the address and port it listens
 * on. It sends back what it gets, to all who are connected, until one of them
 * says "quit". shim_test.go has the clients. */
#include "network.h"

enum { MAX = 16 };

static int listener, client[MAX], clients, accepted, ended, failed;

static void take(void)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof from;
	int fd = accept(listener, (struct sockaddr *)&from, &len);
	if (fd < 0 || clients == MAX) {
		failed++;
		return;
	}
	/* One that has gone by now may have no address any more. */
	if (from.ss_family == AF_INET ? len != sizeof(struct sockaddr_in) : !ON_WASI || from.ss_family != AF_UNSPEC)
		failed++;
	client[clients++] = fd;
	accepted++;
}

/* Sends back what has come. Returns false when the client has gone. */
static bool echo(int fd, bool *quit)
{
	char buf[65536];
	ssize_t n = read(fd, buf, sizeof buf);
	if (n <= 0)
		return false;
	*quit |= n >= 4 && memcmp(buf, "quit", 4) == 0;
	for (ssize_t sent = 0; sent < n;) {
		ssize_t put = write(fd, buf + sent, n - sent);
		if (put <= 0)
			return false;
		sent += put;
	}
	return true;
}

static void serve(void)
{
	bool quit = false;
	while (!quit) {
		struct pollfd p[MAX + 1] = {{.fd = listener, .events = POLLIN}};
		for (int i = 0; i < clients; i++)
			p[i + 1] = (struct pollfd){.fd = client[i], .events = POLLIN};
		int n = clients;
		if (poll(p, n + 1, 60000) <= 0) {
			failed++;
			return;
		}
		for (int i = n; i--;)
			if (p[i + 1].revents && !echo(client[i], &quit)) {
				close(client[i]);
				client[i] = client[--clients];
				ended++;
			}
		if (p[0].revents)
			take();
	}
}

static union address wanted(const char *s)
{
	union address a = {.in = {.sin_family = AF_INET}};
	char host[64];
	int port;
	NEED(sscanf(s, "%63[^:]:%d", host, &port) == 2);
	NEED(inet_pton(AF_INET, host, &a.in.sin_addr) == 1);
	a.in.sin_port = htons(port);
	return a;
}

/* What a program may not do whose host has opened its sockets, and has no
 * others. */
static void refusals(int fd)
{
	union address other = {.in = {.sin_family = AF_INET, .sin_port = htons(1)}}, six = {.in6 = {.sin6_family = AF_INET6}};
	ERR(bind(fd, &other.any, sizeof other.in), EADDRNOTAVAIL, "bind to another address");
	ERR(bind(fd, &six.any, sizeof six.in6), EAFNOSUPPORT, "bind to another family");
	ERR(bind(fd, &other.any, 3), EINVAL, "bind to half an address");
	ERR(listen(fd, 1), EDESTADDRREQ, "listen without an address");
	ERR(connect(fd, &other.any, sizeof other.in), ENETUNREACH, "connect");
	ERR(accept(fd, NULL, NULL), EINVAL, "accept of what does not listen");
	ERR(recv(fd, &other, 1, 0), ENOTCONN, "recv of what is not connected");
	ERR(read(fd, &other, 1), ENOTCONN, "read of it");
	ERR(send(fd, &other, 1, 0), EPIPE, "send of it");
	ERR(shutdown(fd, SHUT_WR), ENOTCONN, "shutdown of it");
	ERR(socket(AF_INET, SOCK_DGRAM, 0), EPROTOTYPE, "socket of datagrams");
	ERR(socket(AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT, "socket of the file system");
	ERR(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT, "socket of another protocol");
}

int main(void)
{
	if (!getenv("TEST_LISTEN")) {
		test_skip("listen", "there are no clients");
		return done();
	}
	bool opened = ON_WASI && !getenv("TEST_SOCKETS");
	union address a = wanted(getenv("TEST_LISTEN")), b;
	socklen_t len = sizeof b;
	int on = 1;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	EQ(listener, 3, "the lowest free number");
	if (opened)
		refusals(listener);
	ZERO(getsockname(listener, &b.any, &len), "getsockname before bind");
	EQ(b.in.sin_port, 0, "has no port");
	ERR(getpeername(listener, &b.any, &len), ENOTCONN, "getpeername before bind");
	ZERO(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
	ZERO(bind(listener, &a.any, sizeof a.in), "bind");
	len = sizeof b;
	ZERO(getsockname(listener, &b.any, &len), "getsockname");
	EQ(len, sizeof b.in, "its length");
	EQ(b.in.sin_addr.s_addr, a.in.sin_addr.s_addr, "its address");
	OK(b.in.sin_port && (!a.in.sin_port || b.in.sin_port == a.in.sin_port), "its port");
	ERR(bind(listener, &a.any, sizeof a.in), EINVAL, "bind again");
	ZERO(listen(listener, 16), "listen");
	int other = socket(AF_INET, SOCK_STREAM, 0);
	ERR(bind(other, &b.any, sizeof b.in), EADDRINUSE, "bind of another to the same address");
	close(other);
	ZERO(fcntl(listener, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
	ERR(accept(listener, NULL, NULL), EAGAIN, "accept of nobody");
	ZERO(fcntl(listener, F_SETFL, 0), "no O_NONBLOCK");
	EQ(events(listener, POLLIN, 20), 0, "poll without clients");
	fd_set set;
	FD_ZERO(&set);
	FD_SET(listener, &set);
	EQ(select(listener + 1, &set, NULL, NULL, &(struct timeval){0, 1000}), 0, "select without clients");

	printf("# listening on %d\n", ntohs(b.in.sin_port));
	fflush(stdout);
	serve();
	printf("# %d clients, of which %d have gone\n", accepted, ended);
	EQ(accepted, atoi(getenv("TEST_CLIENTS")), "as many clients as there were");
	EQ(failed, 0, "nothing has failed");
	while (clients)
		close(client[--clients]);
	close(listener);
	other = socket(AF_INET, SOCK_STREAM, 0);
	EQ(other, 3, "all descriptors are free again");
	setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	ZERO(bind(other, &b.any, sizeof b.in), "bind to the same address after close");
	close(other);
	return done();
}
