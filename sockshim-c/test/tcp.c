/* Stream sockets over IPv4 and IPv6, and of AF_UNIX where they are. */
#include "network.h"

static char buf[1 << 20];
static int family;

static void lifecycle(void)
{
	union address a, b;
	int fd = socket(family, SOCK_STREAM, 0), closed = dup(fd);
	close(closed);
	EQ(closed, fd + 1, "numbers are the lowest free");
	struct stat st;
	ZERO(fstat(fd, &st), "fstat");
	OK(S_ISSOCK(st.st_mode), "says that it is a socket");
	ERR(lseek(fd, 0, SEEK_CUR), ESPIPE, "lseek");
	ERR(pread(fd, buf, 1, 0), ESPIPE, "pread");
	ERR(ftruncate(fd, 0), EINVAL, "ftruncate");
	ERR(fsync(fd), EINVAL, "fsync");
	OK(!isatty(fd) && errno == ENOTTY, "isatty: ENOTTY");
	EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR, "F_GETFL");
	ERR(getpeername(fd, &a.any, &(socklen_t){sizeof a}), ENOTCONN, "getpeername of what is not connected");
	ERR(recv(fd, buf, 1, 0), family == AF_UNIX ? EINVAL : ENOTCONN, "recv of what is not connected");
	ERR(send(fd, "x", 1, MSG_NOSIGNAL), family == AF_UNIX ? ENOTCONN : EPIPE, "send of what is not connected");
	ERR(accept(fd, NULL, NULL), EINVAL, "accept of what does not listen");
	if (family != AF_UNIX)
		ERR(shutdown(fd, SHUT_WR), ENOTCONN, "shutdown of what is not connected");
	ERR(shutdown(fd, 77), EINVAL, "shutdown of neither half");
	close(fd);
	ERR(getsockname(fd, &a.any, &(socklen_t){sizeof a}), EBADF, "getsockname of what is closed");
	ERR(bind(fd, &a.any, sizeof a.in), EBADF, "bind of what is closed");
	ERR(listen(fd, 1), EBADF, "listen of what is closed");

	int listener = listening(family, &a);
	OK(family == AF_UNIX || port_of(&a) > 0, "port 0 becomes one that is free");
	EQ(a.any.sa_family, family, "getsockname: the family");
	int other = socket(family, SOCK_STREAM, 0);
	ERR(bind(other, &a.any, address_size(&a)), EADDRINUSE, "bind to an address in use");
	close(other);
	int value = -1;
	socklen_t len = sizeof value;
	ZERO(getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &value, &len), "getsockopt SO_ACCEPTCONN");
	EQ(value, 1, "it listens");
	EQ(events(listener, POLLIN, 0), 0, "nobody has come");

	int client = socket(family, SOCK_STREAM, 0);
	ZERO(connect(client, &a.any, address_size(&a)), "connect");
	EQ(events(listener, POLLIN, 5000), POLLIN, "somebody has come");
	memset(&b, 0x55, sizeof b);
	len = sizeof b;
	int server = accept(listener, &b.any, &len);
	OK(server >= 0, "accept");
	EQ(b.any.sa_family, family, "tells the family of the peer");
	union address name;
	socklen_t namelen = sizeof name;
	ZERO(getsockname(client, &name.any, &namelen), "getsockname of the client");
	EQ(len, namelen, "the length of the peer's address is the client's");
	OK(memcmp(&b, &name, len) == 0, "and so is the address");
	len = sizeof b;
	ZERO(getpeername(client, &b.any, &len), "getpeername of the client");
	OK(port_of(&b) == port_of(&a) && b.any.sa_family == family, "is where it connected to");
	len = 3;
	memset(&b, 0x55, sizeof b);
	ZERO(getpeername(client, &b.any, &len), "getpeername with too little room");
	OK(((unsigned char *)&b)[3] == 0x55, "is cut off");
	OK(len > 3, "and tells the whole length");
	ERR(connect(client, &a.any, address_size(&a)), EISCONN, "connect again");

	EQ(write(client, "hello", 5), 5, "write");
	EQ(recv(server, buf, sizeof buf, MSG_PEEK), 5, "recv with MSG_PEEK");
	EQ(read(server, buf, sizeof buf), 5, "read");
	OK(memcmp(buf, "hello", 5) == 0, "what was written");
	struct iovec v[3] = {{"a", 1}, {"", 0}, {"bcd", 3}};
	EQ(writev(server, v, 3), 4, "writev");
	EQ(recv(client, buf, 2, MSG_WAITALL), 2, "recv with MSG_WAITALL");
	v[0] = (struct iovec){buf + 2, 1};
	v[1] = (struct iovec){buf + 3, 10};
	EQ(readv(client, v, 2), 2, "readv");
	OK(memcmp(buf, "abcd", 4) == 0, "what was written");
	int copy = dup(client);
	close(client);
	EQ(send(copy, "dup", 3, MSG_NOSIGNAL), 3, "a duplicate lives on");
	EQ(recv(server, buf, sizeof buf, 0), 3, "and its peer reads it");
	close(copy);
	EQ(read(server, buf, sizeof buf), 0, "after the last close comes the end");
	close(server);
	close(listener);
	if (family == AF_UNIX)
		OK(unlink(a.un.sun_path) == 0, "the path of the socket is a file");
}

static void messages(void)
{
	union address a;
	int listener = listening(family, &a), client, server;
	connected(listener, &a, &client, &server);
	EQ(recv(client, buf, 1, MSG_DONTWAIT), -1, "recv with MSG_DONTWAIT of nothing");
	EQ(errno, EAGAIN, "EAGAIN");
	EQ(fcntl(client, F_GETFL) & O_NONBLOCK, 0, "the socket still waits");
	EQ(send(client, "abc", 3, MSG_DONTWAIT | MSG_NOSIGNAL), 3, "send with MSG_DONTWAIT");
	WASI(ERR(recv(server, buf, 1, 0x20000000), EOPNOTSUPP, "recv with an unknown flag"));
	struct iovec v[2] = {{buf, 2}, {buf + 10, 10}};
	union address from;
	struct msghdr m = {.msg_iov = v, .msg_iovlen = 2, .msg_name = &from, .msg_namelen = sizeof from, .msg_flags = 77};
	EQ(recvmsg(server, &m, 0), 3, "recvmsg");
	OK(memcmp(buf, "ab", 2) == 0 && buf[10] == 'c', "into two parts");
	EQ(m.msg_flags & MSG_TRUNC, 0, "has it all");
	EQ(m.msg_controllen, 0, "and nothing else");
	v[0] = (struct iovec){"12", 2};
	v[1] = (struct iovec){"345", 3};
	m = (struct msghdr){.msg_iov = v, .msg_iovlen = 2};
	EQ(sendmsg(server, &m, MSG_NOSIGNAL), 5, "sendmsg");
	EQ(recvfrom(client, buf, sizeof buf, 0, NULL, NULL), 5, "recvfrom");
	OK(memcmp(buf, "12345", 5) == 0, "what was sent");
	socklen_t len = sizeof from;
	send(server, "x", 1, 0);
	EQ(recvfrom(client, buf, sizeof buf, 0, &from.any, &len), 1, "recvfrom with room for an address");
	OK(family == AF_UNIX || len == 0, "which a stream does not have");
	EQ(sendto(client, "y", 1, 0, NULL, 0), 1, "sendto without an address");
	close(client);
	close(server);
	close(listener);
}

static void ends(void)
{
	union address a;
	int listener = listening(family, &a), client, server;
	connected(listener, &a, &client, &server);
	EQ(write(client, "last", 4), 4, "write");
	ZERO(shutdown(client, SHUT_WR), "shutdown of writing");
	ERR(send(client, "x", 1, MSG_NOSIGNAL), EPIPE, "send after that");
	EQ(events(server, POLLIN, 5000), POLLIN, "the peer can read");
	EQ(drain(server), 4, "what came before the end");
	EQ(events(server, POLLIN, 5000) & POLLIN, POLLIN, "it can always read the end");
	EQ(write(server, "back", 4), 4, "it can still write");
	EQ(read(client, buf, sizeof buf), 4, "and that is read");
	close(client);
	/* Of two writes to what is closed the second fails at the latest. */
	for (int i = 0; i < 50 && send(server, "x", 1, MSG_NOSIGNAL) == 1; i++)
		usleep(1000);
	ERR(send(server, "x", 1, MSG_NOSIGNAL), EPIPE, "send to a peer that is gone");
#ifdef __wasi__
	struct iovec v = {"x", 1};
	ERR(write(server, "x", 1), EPIPE, "write to a peer that is gone: no SIGPIPE");
	ERR(writev(server, &v, 1), EPIPE, "writev");
#endif
	OK(events(server, POLLIN, 5000) & POLLIN, "which poll notices");
	OK(events(server, POLLOUT, 5000) & (POLLHUP | POLLOUT), "for both ways");
	close(server);

	connected(listener, &a, &client, &server);
	ERR(shutdown(client, 0x700), EINVAL, "shutdown of nothing");
	ZERO(shutdown(client, SHUT_RDWR), "shutdown of both");
	EQ(read(client, buf, 1), 0, "read after that");
	EQ(read(server, buf, 1), 0, "and of the peer");
	close(client);
	close(server);
	if (family != AF_UNIX) {
		connected(listener, &a, &client, &server);
		struct linger reset = {.l_onoff = 1};
		ZERO(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "setsockopt SO_LINGER");
		close(client);
		OK(events(server, POLLIN, 5000) & (POLLIN | POLLHUP | POLLERR), "poll of a connection that was reset");
		ERR(read(server, buf, 1), ECONNRESET, "read of it");
		EQ(read(server, buf, 1), 0, "and again");
		close(server);
	}
	close(listener);
}

static void nonblocking(void)
{
	union address a;
	int listener = listening(family, &a);
	EQ(fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK), 0, "F_SETFL O_NONBLOCK");
	ERR(accept(listener, NULL, NULL), EAGAIN, "accept of nobody");
	int client = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	EQ(fcntl(client, F_GETFL) & O_NONBLOCK, O_NONBLOCK, "SOCK_NONBLOCK");
	int r = connect(client, &a.any, address_size(&a));
	OK(r == 0 || errno == EINPROGRESS, "connect is made or on its way");
	EQ(events(client, POLLOUT, 5000), POLLOUT, "when it is made the client can write");
	int error = -1;
	socklen_t len = sizeof error;
	ZERO(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &len), "getsockopt SO_ERROR");
	EQ(error, 0, "it is made");
	int server = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	OK(server >= 0, "accept4 with SOCK_NONBLOCK");
	EQ(fcntl(server, F_GETFL) & O_NONBLOCK, O_NONBLOCK, "is what the new socket has");
	ERR(read(server, buf, 1), EAGAIN, "it does not wait");
	close(client);
	close(server);

	/* The flag is the new socket's alone. */
	EQ(fcntl(listener, F_SETFL, 0), 0, "F_SETFL without it");
	client = socket(family, SOCK_STREAM, 0);
	NEED(connect(client, &a.any, address_size(&a)) == 0);
	server = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	EQ(fcntl(listener, F_GETFL) & O_NONBLOCK, 0, "accept4 leaves the listening socket as it is");
	ERR(accept4(listener, NULL, NULL, 1), EINVAL, "accept4 with an unknown flag");

	long sent = 0;
	ssize_t n;
	EQ(fcntl(client, F_SETFL, O_NONBLOCK), 0, "O_NONBLOCK of the client");
	while ((n = write(client, buf, sizeof buf)) > 0)
		sent += n;
	OK(n == -1 && errno == EAGAIN, "write until there is no more room: EAGAIN");
	EQ(events(client, POLLOUT, 0), 0, "poll knows it");
	EQ(events(client, POLLOUT, 30), 0, "and waits");
	/* The system may have found a little more room meanwhile. */
	EQ(fcntl(client, F_SETFL, 0), 0, "no O_NONBLOCK");
	while ((n = send(client, buf, sizeof buf, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
		sent += n;
	OK(n == -1 && errno == EAGAIN, "send with MSG_DONTWAIT then: EAGAIN");
	/* The peer writes no more; that does not make the client writable. */
	shutdown(server, SHUT_WR);
	double start = now();
	EQ(events(client, POLLOUT, 100), 0, "poll for room, with a peer that writes no more");
	OK(now() - start > 0.09, "waits its time");
	long got = 0;
	while (got < sent && (n = read(server, buf, sizeof buf)) != 0) {
		if (n > 0)
			got += n;
		else
			NEED(errno == EAGAIN && poll(&(struct pollfd){.fd = server, .events = POLLIN}, 1, 5000) == 1);
	}
	EQ(got, sent, "all of it arrives");
	EQ(events(client, POLLOUT, 5000), POLLOUT, "then there is room");
	close(client);
	close(server);
	close(listener);
}

static void refused(void)
{
	union address a;
	int fd = bound(family, SOCK_STREAM, &a), error = 0;
	socklen_t len = sizeof error;
	close(fd); /* nobody listens there */
	fd = socket(family, SOCK_STREAM, 0);
	ERR(connect(fd, &a.any, address_size(&a)), ECONNREFUSED, "connect to nobody");
	close(fd);
	fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int r = connect(fd, &a.any, address_size(&a));
	if (family == AF_UNIX) {
		OK(r < 0 && errno == ECONNREFUSED, "connect without waiting: refused at once");
	} else {
		OK(r < 0 && errno == EINPROGRESS, "connect without waiting: is on its way");
		OK(events(fd, POLLIN | POLLOUT, 5000) & (POLLOUT | POLLHUP), "the answer comes");
		ZERO(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "SO_ERROR");
		EQ(error, ECONNREFUSED, "is the reason");
		error = -1;
		ZERO(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "SO_ERROR again");
		EQ(error, 0, "is taken away by reading");
	}
	close(fd);
}

static void many(void)
{
	enum { N = 100 };
	static struct pollfd p[2 * N + 2];
	int client[N], server[N];
	union address a;
	int listener = listening(family, &a);
	for (int i = 0; i < N; i++)
		connected(listener, &a, &client[i], &server[i]);
	OK(server[N - 1] < FD_SETSIZE, "numbers stay low");
	for (int i = 0; i < N; i++)
		p[i] = (struct pollfd){.fd = server[i], .events = POLLIN};
	EQ(poll(p, N, 10), 0, "poll of many, none ready");
	for (int i = 0; i < N; i += 10)
		NEED(write(client[i], "x", 1) == 1);
	EQ(poll(p, N, 5000) <= N / 10, 1, "poll of many");
	usleep(20000);
	EQ(poll(p, N, 5000), N / 10, "one in ten is ready");
	bool right = true;
	for (int i = 0; i < N; i++)
		right &= p[i].revents == (i % 10 ? 0 : POLLIN);
	OK(right, "which they are");
	fd_set r, w;
	FD_ZERO(&r);
	FD_ZERO(&w);
	for (int i = 0; i < N; i++)
		FD_SET(server[i], i % 2 ? &w : &r);
	EQ(select(FD_SETSIZE, &r, &w, NULL, &(struct timeval){5, 0}), N / 10 + N / 2, "select of many");
	OK(FD_ISSET(server[10], &r) && !FD_ISSET(server[2], &r) && FD_ISSET(server[1], &w), "which they are");

	/* A descriptor twice, by another number, and beside a file and a bad one. */
	int copy = dup(server[0]), file = make_file("f", "x"), bad = 999;
	for (int i = 0; i < 4; i++)
		p[i] = (struct pollfd){.fd = i == 3 ? copy : server[0], .events = i == 1 ? POLLOUT : POLLIN};
	EQ(poll(p, 4, 5000), 4, "poll of one socket four times");
	OK(p[0].revents == POLLIN && p[1].revents == POLLOUT && p[2].revents == POLLIN && p[3].revents == POLLIN, "each of them has its answer");
	p[0] = (struct pollfd){.fd = listener, .events = POLLIN};
	p[1] = (struct pollfd){.fd = bad, .events = POLLIN};
	double start = now();
	EQ(poll(p, 2, -1), 1, "poll of a socket and what is not open, without an end");
	EQ(p[1].revents, POLLNVAL, "POLLNVAL");
	p[1] = (struct pollfd){.fd = file, .events = POLLIN};
	EQ(poll(p, 2, -1), 1, "poll of a socket and a file, without an end");
	EQ(p[1].revents, POLLIN, "the file is ready");
	OK(now() - start < 10, "both at once");
	p[0] = (struct pollfd){.fd = listener, .events = POLLIN};
	p[1] = p[0];
	start = now();
	EQ(poll(p, 2, 50), 0, "poll of an idle socket twice");
	OK(now() - start > 0.045 && now() - start < 10, "waits its time");
	for (int i = 0; i < N; i++) {
		close(client[i]);
		close(server[i]);
	}
	close(copy);
	close(file);
	int next = socket(family, SOCK_STREAM, 0);
	OK(next <= listener + 1, "closed numbers are used again");
	EQ(events(next, POLLIN | POLLOUT, 0) & (POLLIN | POLLNVAL | POLLERR), 0, "and poll knows nothing of what they were");
	close(next);
	close(listener);
}

static void options(void)
{
	union address a;
	int listener = listening(family, &a), client, server, value;
	socklen_t len;
	connected(listener, &a, &client, &server);
	static const struct { int name, want; const char *what; } known[] = {
		{SO_TYPE, SOCK_STREAM, "SO_TYPE"}, {SO_ERROR, 0, "SO_ERROR"}, {SO_ACCEPTCONN, 0, "SO_ACCEPTCONN"},
		{SO_KEEPALIVE, 0, "SO_KEEPALIVE"}, {SO_BROADCAST, 0, "SO_BROADCAST"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		value = -1;
		len = sizeof value;
		ZERO(getsockopt(client, SOL_SOCKET, known[i].name, &value, &len), known[i].what);
		EQ(value, known[i].want, "its value");
		EQ(len, sizeof value, "its length");
	}
	value = -1;
	len = sizeof value;
	ZERO(getsockopt(client, SOL_SOCKET, SO_DOMAIN, &value, &len), "SO_DOMAIN");
	EQ(value, family, "its value");
	ZERO(getsockopt(client, SOL_SOCKET, SO_PROTOCOL, &value, &len), "SO_PROTOCOL");
	EQ(value, family == AF_UNIX ? 0 : IPPROTO_TCP, "its value");
	value = 1;
	ZERO(setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &value, sizeof value), "setsockopt SO_KEEPALIVE");
	value = -1;
	ZERO(getsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &value, &len), "getsockopt of it");
	EQ(value, 1, "is what was set");
	value = 70000;
	ZERO(setsockopt(client, SOL_SOCKET, SO_RCVBUF, &value, sizeof value), "setsockopt SO_RCVBUF");
	ZERO(getsockopt(client, SOL_SOCKET, SO_RCVBUF, &value, &len), "getsockopt of it");
	OK(value >= 70000, "is not less than what was set");
	ERR(setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &value, 2), EINVAL, "setsockopt of half an int");
	value = 0x55555555;
	len = 1;
	ZERO(getsockopt(client, SOL_SOCKET, SO_TYPE, &value, &len), "getsockopt with room for one byte");
	EQ(value & ~0xff, 0x55555500, "writes no more");
	EQ(len, 1, "and says so");
	len = sizeof value;
	ERR(getsockopt(client, SOL_SOCKET, 12345, &value, &len), ENOPROTOOPT, "getsockopt of no option");
	ERR(setsockopt(client, SOL_SOCKET, 12345, &value, len), ENOPROTOOPT, "setsockopt of no option");
	OK(setsockopt(client, 12345, 1, &value, len) == -1, "setsockopt at no level");

	struct timeval t = {.tv_usec = 100000}, back = {.tv_sec = 7};
	ZERO(setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t), "SO_RCVTIMEO");
	len = sizeof back;
	ZERO(getsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &back, &len), "getsockopt of it");
	OK(back.tv_sec == 0 && back.tv_usec >= 100000 && back.tv_usec < 120000 && len == sizeof back, "is what was set");
	double start = now();
	ERR(recv(client, buf, 1, 0), EAGAIN, "recv of nothing for that time");
	OK(now() - start > 0.09 && now() - start < 10, "waits that long");
	ZERO(setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t), "SO_SNDTIMEO");
	start = now();
	ssize_t n;
	while ((n = send(client, buf, sizeof buf, MSG_NOSIGNAL)) > 0)
		;
	OK(n < 0 && errno == EAGAIN && now() - start > 0.09, "send waits that long for room");
	close(client);
	close(server);
	close(listener);
}

static void wrong(void)
{
	union address a = local(family);
	int fd = socket(family, SOCK_STREAM, 0);
	ERR(bind(fd, &a.any, 1), EINVAL, "bind to half a family");
	if (family != AF_UNIX) {
		ERR(bind(fd, &a.any, sizeof(sa_family_t) + 3), EINVAL, "bind to half an address");
		ERR(connect(fd, &a.any, 8), EINVAL, "connect to half an address");
	}
	a.any.sa_family = 99;
	OK(bind(fd, &a.any, sizeof a.in6) < 0 && (errno == EAFNOSUPPORT || errno == EINVAL), "bind to another family");
	OK(connect(fd, &a.any, sizeof a.in6) < 0 && (errno == EAFNOSUPPORT || errno == EINVAL), "connect to another family");
	close(fd);
	if (family == AF_INET) {
		a = local(AF_INET);
		a.in.sin_addr.s_addr = htonl(0xc0000201); /* 192.0.2.1 is nobody's */
		fd = socket(AF_INET, SOCK_STREAM, 0);
		ERR(bind(fd, &a.any, sizeof a.in), EADDRNOTAVAIL, "bind to an address of another machine");
		close(fd);
		ERR(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT, "socket of a protocol that it cannot have");
		ERR(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT, "socket of no family");
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
		OK(fd >= 0, "socket with SOCK_CLOEXEC and a protocol");
		close(fd);
	}
}

int main(void)
{
	static const struct { int family; const char *name; } families[] = {
		{AF_INET, "IPv4"}, {AF_INET6, "IPv6"}, {AF_UNIX, "unix"},
	};
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		family = families[i].family;
		if (!getenv(family == AF_UNIX ? "TEST_UNIX" : "TEST_SOCKETS")) {
			test_skip(families[i].name, "there are no such sockets");
			continue;
		}
		printf("# %s\n", families[i].name);
		lifecycle();
		messages();
		ends();
		nonblocking();
		refused();
		many();
		options();
		wrong();
	}
	return done();
}
