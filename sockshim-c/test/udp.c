/* Datagram sockets over IPv4 and IPv6, and of AF_UNIX where they are. */
#include "network.h"

static char buf[70000];
static int family;

static bool same(const union address *a, const union address *b)
{
	return family == AF_UNIX ? strcmp(a->un.sun_path, b->un.sun_path) == 0 : port_of(a) == port_of(b);
}

static void datagrams(void)
{
	union address a, b, from;
	int one = bound(family, SOCK_DGRAM, &a), other = bound(family, SOCK_DGRAM, &b);
	int type = 0;
	socklen_t len = sizeof type;
	ZERO(getsockopt(one, SOL_SOCKET, SO_TYPE, &type, &len), "SO_TYPE");
	EQ(type, SOCK_DGRAM, "is a datagram's");
	ZERO(getsockopt(one, SOL_SOCKET, SO_PROTOCOL, &type, &len), "SO_PROTOCOL");
	EQ(type, family == AF_UNIX ? 0 : IPPROTO_UDP, "its value");
	struct stat st;
	OK(fstat(one, &st) == 0 && S_ISSOCK(st.st_mode), "fstat says that it is a socket");
	OK(listen(one, 1) < 0 && errno == EOPNOTSUPP, "listen");
	OK(accept(one, NULL, NULL) < 0 && errno == EOPNOTSUPP, "accept");

	EQ(sendto(one, "first", 5, 0, &b.any, address_size(&b)), 5, "sendto");
	EQ(sendto(one, "", 0, 0, &b.any, address_size(&b)), 0, "sendto of nothing");
	EQ(sendto(one, "third", 5, MSG_DONTWAIT, &b.any, address_size(&b)), 5, "sendto with MSG_DONTWAIT");
	EQ(events(other, POLLIN, 5000), POLLIN, "poll");
	memset(&from, 0x55, sizeof from);
	len = sizeof from;
	EQ(recvfrom(other, buf, sizeof buf, MSG_PEEK, &from.any, &len), 5, "recvfrom with MSG_PEEK");
	EQ(from.any.sa_family, family, "tells the family");
	OK(same(&from, &a), "and the address of the sender");
	len = sizeof from;
	EQ(recvfrom(other, buf, 2, 0, &from.any, &len), 2, "recvfrom of a part");
	OK(memcmp(buf, "fi", 2) == 0, "which it is");
	EQ(recv(other, buf, sizeof buf, 0), 0, "the rest is gone, and the next has no bytes");
	struct iovec v[2] = {{buf, 2}, {buf + 10, 2}};
	struct msghdr m = {.msg_iov = v, .msg_iovlen = 2, .msg_name = &from, .msg_namelen = sizeof from};
	EQ(recvmsg(other, &m, 0), 4, "recvmsg of a part");
	OK(m.msg_flags & MSG_TRUNC, "MSG_TRUNC says so");
	OK(memcmp(buf, "th", 2) == 0 && memcmp(buf + 10, "ir", 2) == 0, "in two parts");
	OK(same(&from, &a), "and tells the sender");
	ERR(recvfrom(other, buf, 1, MSG_DONTWAIT, &from.any, &len), EAGAIN, "recvfrom of nothing with MSG_DONTWAIT");

	ERR(send(one, "x", 1, 0), family == AF_UNIX ? ENOTCONN : EDESTADDRREQ, "send to nobody");
	ZERO(connect(one, &b.any, address_size(&b)), "connect");
	EQ(send(one, "x", 1, 0), 1, "send");
	len = sizeof from;
	ZERO(getpeername(one, &from.any, &len), "getpeername");
	OK(same(&from, &b), "where it is connected to");
	EQ(read(other, buf, sizeof buf), 1, "read");
	EQ(write(one, "yz", 2), 2, "write");
	EQ(read(other, buf, sizeof buf), 2, "read");
	memset(buf, 'x', sizeof buf);
	if (family != AF_UNIX)
		ERR(sendto(other, buf, sizeof buf, 0, &a.any, address_size(&a)), EMSGSIZE, "too large a datagram");
	EQ(sendto(other, buf, 60000, 0, &a.any, address_size(&a)), 60000, "a large one");
	EQ(recv(one, buf, sizeof buf, 0), 60000, "arrives whole");

	int nameless = socket(family, SOCK_DGRAM, 0);
	if (family == AF_UNIX) {
		EQ(sendto(nameless, "n", 1, 0, &b.any, address_size(&b)), 1, "sendto without a name");
		len = sizeof from;
		EQ(recvfrom(other, buf, sizeof buf, 0, &from.any, &len), 1, "recvfrom");
		OK(len <= sizeof(sa_family_t), "tells no name");
	} else {
		EQ(sendto(nameless, "n", 1, 0, &b.any, address_size(&b)), 1, "sendto gives the sender a port");
		len = sizeof from;
		EQ(recvfrom(other, buf, sizeof buf, 0, &from.any, &len), 1, "recvfrom");
		union address own;
		len = sizeof own;
		OK(getsockname(nameless, &own.any, &len) == 0 && port_of(&own) == port_of(&from) && port_of(&own), "tells that port");
	}
	close(nameless);
	close(one);
	close(other);
}

static void unreachable(void)
{
	union address a;
	int fd = bound(family, SOCK_DGRAM, &a), error = 0;
	socklen_t len = sizeof error;
	close(fd);
	fd = socket(family, SOCK_DGRAM, 0);
	ZERO(connect(fd, &a.any, address_size(&a)), "connect to nobody");
	EQ(send(fd, "x", 1, 0), 1, "send");
	OK(events(fd, POLLIN, 5000) & POLLERR, "poll notices that nobody is there");
	ERR(recv(fd, buf, 1, MSG_DONTWAIT), ECONNREFUSED, "recv");
	ERR(recv(fd, buf, 1, MSG_DONTWAIT), EAGAIN, "recv again");
	EQ(send(fd, "x", 1, 0), 1, "send");
	OK(events(fd, POLLIN, 5000) & POLLERR, "poll");
	ZERO(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "SO_ERROR");
	EQ(error, ECONNREFUSED, "is the reason");
	EQ(events(fd, POLLIN, 0), 0, "then there is none");
	close(fd);
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
		datagrams();
		if (family != AF_UNIX)
			unreachable();
	}
	return done();
}
