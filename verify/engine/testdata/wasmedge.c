// wasmedge calls the socket functions of WasmEdge and prints what each returns:
// the same on WasmEdge and on every host that stands in for it. It makes all the
// connections it uses itself, on loopback addresses, and prints no numbers that
// differ from run to run. `wasmedge try PORT` does what can be forbidden, and
// `wasmedge forever accept|recv|read|poll` does not end by itself.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

#define HOST(name) \
	__attribute__((__import_module__("wasi_snapshot_preview1"), __import_name__(#name))) host_##name

// The types of https://github.com/WasmEdge/WasmEdge/blob/0.14.1/thirdparty/wasi/api.hpp
struct buffer {
	void *data;
	uint32_t size;
};

struct sockaddr_data {
	uint8_t family, pad[3];
	uint32_t size;
	void *data;
};

struct addrinfo {
	uint16_t flags;
	uint8_t family, type, protocol, pad[3];
	uint32_t addrlen;
	struct sockaddr_data *addr;
	char *name;
	uint32_t name_size;
	struct addrinfo *next;
};

int HOST(sock_open)(uint32_t family, uint32_t type, uint32_t *fd);
int HOST(sock_open_v2)(uint32_t family, uint32_t type, uint32_t *fd);
int HOST(sock_bind)(uint32_t fd, struct buffer *addr, uint32_t port);
int HOST(sock_bind_v2)(uint32_t fd, struct buffer *addr, uint32_t port);
int HOST(sock_connect)(uint32_t fd, struct buffer *addr, uint32_t port);
int HOST(sock_connect_v2)(uint32_t fd, struct buffer *addr, uint32_t port);
int HOST(sock_listen)(uint32_t fd, int32_t backlog);
int HOST(sock_listen_v2)(uint32_t fd, int32_t backlog);
int HOST(sock_accept)(uint32_t fd, uint32_t *out);
int HOST(sock_accept_v2)(uint32_t fd, uint32_t flags, uint32_t *out);
int HOST(sock_recv)(uint32_t fd, struct buffer *v, uint32_t n, uint32_t flags, uint32_t *got, uint16_t *out);
int HOST(sock_recv_v2)(uint32_t fd, struct buffer *v, uint32_t n, uint32_t flags, uint32_t *got, uint16_t *out);
int HOST(sock_recv_from)(uint32_t fd, struct buffer *v, uint32_t n, struct buffer *addr, uint32_t flags, uint32_t *got, uint16_t *out);
int HOST(sock_recv_from_v2)(uint32_t fd, struct buffer *v, uint32_t n, struct buffer *addr, uint32_t flags, uint16_t *port, uint32_t *got, uint16_t *out);
int HOST(sock_send)(uint32_t fd, struct buffer *v, uint32_t n, uint32_t flags, uint32_t *put);
int HOST(sock_send_v2)(uint32_t fd, struct buffer *v, uint32_t n, uint32_t flags, uint32_t *put);
int HOST(sock_send_to)(uint32_t fd, struct buffer *v, uint32_t n, struct buffer *addr, uint32_t port, uint32_t flags, uint32_t *put);
int HOST(sock_send_to_v2)(uint32_t fd, struct buffer *v, uint32_t n, struct buffer *addr, uint32_t port, uint32_t flags, uint32_t *put);
int HOST(sock_shutdown)(uint32_t fd, uint32_t how);
int HOST(sock_getsockopt)(uint32_t fd, uint32_t level, uint32_t name, void *value, uint32_t *size);
int HOST(sock_setsockopt)(uint32_t fd, uint32_t level, uint32_t name, const void *value, uint32_t size);
int HOST(sock_getlocaladdr)(uint32_t fd, struct buffer *addr, uint32_t *type, uint32_t *port);
int HOST(sock_getlocaladdr_v2)(uint32_t fd, struct buffer *addr, uint32_t *port);
int HOST(sock_getpeeraddr)(uint32_t fd, struct buffer *addr, uint32_t *type, uint32_t *port);
int HOST(sock_getpeeraddr_v2)(uint32_t fd, struct buffer *addr, uint32_t *port);
int HOST(sock_getaddrinfo)(const char *node, uint32_t node_size, const char *service, uint32_t service_size,
	const struct addrinfo *hints, struct addrinfo **res, uint32_t max, uint32_t *length);

enum { UNSPEC, INET4, INET6 };
enum { ANY, DGRAM, STREAM };
enum { REUSEADDR, TYPE, ERROR, BROADCAST = 4, RCVBUF = 6, KEEPALIVE, LINGER = 9, RCVTIMEO = 11, SNDTIMEO, ACCEPTCONN };

static uint8_t loop4[4] = {127, 0, 0, 1}, loop6[16] = {[15] = 1};
static struct buffer at4 = {loop4, 4}, at6 = {loop6, 16};

static void say(const char *what, int err) { printf("%s: %d\n", what, err); }

static void hex(const void *data, int n)
{
	for (int i = 0; i < n; i++)
		printf("%02x", ((const uint8_t *)data)[i]);
}

static uint32_t make(uint32_t family, uint32_t type)
{
	uint32_t fd = 0;
	int err = host_sock_open(family, type, &fd);
	if (err)
		say("sock_open", err);
	return fd;
}

static uint32_t port_of(uint32_t fd)
{
	uint8_t addr[16];
	struct buffer b = {addr, sizeof addr};
	uint32_t type, port = 0;
	host_sock_getlocaladdr(fd, &b, &type, &port);
	return port;
}

static uint32_t listening(uint32_t family, uint32_t *port)
{
	uint32_t fd = make(family, STREAM);
	int err = host_sock_bind(fd, family == INET4 ? &at4 : &at6, 0);
	if (!err)
		err = host_sock_listen(fd, 8);
	if (err)
		say("listening", err);
	*port = port_of(fd);
	return fd;
}

static void connected(uint32_t family, uint32_t listener, uint32_t port, uint32_t *client, uint32_t *server)
{
	*client = make(family, STREAM);
	int err = host_sock_connect(*client, family == INET4 ? &at4 : &at6, port);
	if (!err)
		err = host_sock_accept(listener, server);
	if (err)
		say("connected", err);
}

// recv_all prints what is received.
static void receive(const char *what, uint32_t fd, uint32_t flags)
{
	char text[64];
	struct buffer v[2] = {{text, 3}, {text + 3, sizeof text - 3}};
	uint32_t n = 0;
	uint16_t out = 77;
	int err = host_sock_recv(fd, v, 2, flags, &n, &out);
	if (err)
		say(what, err);
	else
		printf("%s: \"%.*s\" flags %d\n", what, (int)n, text, out);
}

static void transmit(const char *what, uint32_t fd, const char *text)
{
	struct buffer v = {(void *)text, strlen(text)};
	uint32_t n = 0;
	int err = host_sock_send(fd, &v, 1, 0, &n);
	printf("%s: %d, %u bytes\n", what, err, n);
}

// names are the addresses of both ends, in both versions.
static void names(uint32_t fd)
{
	for (int size = 4; size <= 128; size += size == 4 ? 12 : 112) {
		uint8_t addr[128] = {0};
		struct buffer b = {addr, size};
		uint32_t type = 99, port = 0;
		int err = host_sock_getlocaladdr(fd, &b, &type, &port);
		printf("sock_getlocaladdr, %d bytes: %d", size, err);
		if (!err) {
			printf(" type %u port %s ", type, port ? "given" : "none");
			hex(addr, 16);
		}
		memset(addr, 0, sizeof addr);
		err = host_sock_getpeeraddr(fd, &b, &type, &port);
		printf("\nsock_getpeeraddr, %d bytes: %d", size, err);
		if (!err) {
			printf(" type %u port %s ", type, port ? "given" : "none");
			hex(addr, 16);
		}
		memset(addr, 0, sizeof addr);
		err = host_sock_getlocaladdr_v2(fd, &b, &port);
		printf("\nsock_getlocaladdr_v2, %d bytes: %d ", size, err);
		if (!err)
			hex(addr, 24);
		memset(addr, 0, sizeof addr);
		err = host_sock_getpeeraddr_v2(fd, &b, &port);
		printf("\nsock_getpeeraddr_v2, %d bytes: %d ", size, err);
		if (!err)
			hex(addr, 24);
		printf("\n");
	}
}

static void option(const char *what, uint32_t fd, uint32_t level, uint32_t name)
{
	uint8_t value[32] = {0};
	uint32_t size = name == RCVTIMEO || name == SNDTIMEO ? 16 : name == LINGER ? 8 : 4;
	int err = host_sock_getsockopt(fd, level, name, value, &size);
	printf("get %s: %d", what, err);
	if (!err) {
		printf(" size %u ", size);
		hex(value, size);
	}
	printf("\n");
}

static void options(uint32_t fd, uint32_t listener)
{
	int on = 1;
	int64_t tv[2] = {0, 50000};
	say("set REUSEADDR", host_sock_setsockopt(fd, 0, REUSEADDR, &on, sizeof on));
	option("REUSEADDR", fd, 0, REUSEADDR);
	say("set KEEPALIVE", host_sock_setsockopt(fd, 0, KEEPALIVE, &on, sizeof on));
	option("KEEPALIVE", fd, 0, KEEPALIVE);
	say("set BROADCAST", host_sock_setsockopt(fd, 0, BROADCAST, &on, sizeof on));
	say("set RCVBUF, short", host_sock_setsockopt(fd, 0, RCVBUF, &on, 2));
	say("set TYPE", host_sock_setsockopt(fd, 0, TYPE, &on, sizeof on));
	say("set at level 1", host_sock_setsockopt(fd, 1, REUSEADDR, &on, sizeof on));
	say("set at level 6", host_sock_setsockopt(fd, 6, 1, &on, sizeof on));
	say("set option 99", host_sock_setsockopt(fd, 0, 99, &on, sizeof on));
	option("TYPE", fd, 0, TYPE);
	option("ERROR", fd, 0, ERROR);
	option("LINGER", fd, 0, LINGER);
	option("ACCEPTCONN", fd, 0, ACCEPTCONN);
	option("ACCEPTCONN of the listener", listener, 0, ACCEPTCONN);
	option("at level 6", fd, 6, 1);
	option("99", fd, 0, 99);
	say("set RCVTIMEO", host_sock_setsockopt(fd, 0, RCVTIMEO, tv, sizeof tv));
	option("RCVTIMEO", fd, 0, RCVTIMEO);
	receive("recv for that time", fd, 0);
	tv[1] = 0;
	say("set RCVTIMEO to none", host_sock_setsockopt(fd, 0, RCVTIMEO, tv, sizeof tv));
}

// state is what the functions for files say of a socket.
static void state(const char *what, uint32_t fd)
{
	__wasi_fdstat_t st;
	memset(&st, 0, sizeof st);
	int err = __wasi_fd_fdstat_get(fd, &st);
	printf("%s: fd_fdstat_get %d type %d flags %d rights %llx\n", what, err, st.fs_filetype, st.fs_flags, st.fs_rights_base);
}

static void files(uint32_t fd)
{
	__wasi_filestat_t st;
	__wasi_filesize_t at;
	__wasi_prestat_t pre;
	char byte;
	__wasi_iovec_t v = {(uint8_t *)&byte, 1};
	__wasi_size_t n;
	say("fd_filestat_get", __wasi_fd_filestat_get(fd, &st));
	say("fd_seek", __wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, &at));
	say("fd_tell", __wasi_fd_tell(fd, &at));
	say("fd_pread", __wasi_fd_pread(fd, &v, 1, 0, &n));
	say("fd_sync", __wasi_fd_sync(fd));
	say("fd_datasync", __wasi_fd_datasync(fd));
	say("fd_allocate", __wasi_fd_allocate(fd, 0, 1));
	say("fd_advise", __wasi_fd_advise(fd, 0, 1, __WASI_ADVICE_NORMAL));
	say("fd_filestat_set_size", __wasi_fd_filestat_set_size(fd, 0));
	say("fd_prestat_get", __wasi_fd_prestat_get(fd, &pre));
}

static __wasi_subscription_t subs[8];
static int sub_count;

static void want(uint32_t fd, int type)
{
	subs[sub_count] = (__wasi_subscription_t){.userdata = sub_count, .u.tag = type};
	subs[sub_count++].u.u.fd_read.file_descriptor = fd;
}

// wait prints the events of a poll_oneoff of at most so many milliseconds.
static void wait(const char *what, int ms)
{
	__wasi_event_t out[8];
	__wasi_size_t n = 0;
	subs[sub_count] = (__wasi_subscription_t){.userdata = 99, .u.tag = __WASI_EVENTTYPE_CLOCK};
	subs[sub_count].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
	subs[sub_count++].u.u.clock.timeout = ms * 1000000ull;
	memset(out, 0, sizeof out);
	int err = __wasi_poll_oneoff(subs, out, sub_count, &n);
	printf("%s: %d", what, err);
	for (int id = 0; id < 100; id++)
		for (__wasi_size_t i = 0; i < n; i++)
			if (out[i].userdata == (uint64_t)id)
				printf(" [%s error %d hangup %d]", id == 99 ? "time" : out[i].type == __WASI_EVENTTYPE_FD_READ ? "read" : "write",
					out[i].error, out[i].type == __WASI_EVENTTYPE_CLOCK ? 0 : out[i].fd_readwrite.flags);
	printf("\n");
	sub_count = 0;
}

enum { READ = __WASI_EVENTTYPE_FD_READ, WRITE = __WASI_EVENTTYPE_FD_WRITE };

static void polls(void)
{
	uint32_t port, listener = listening(INET4, &port), client, server, other;
	printf("-- poll_oneoff\n");
	wait("only time", 5);
	wait("no time", 0);
	want(listener, READ), wait("nobody connects", 5);
	client = make(INET4, STREAM);
	want(client, READ), want(client, WRITE), wait("not connected", 5000);
	say("sock_connect", host_sock_connect(client, &at4, port));
	want(listener, READ), wait("somebody connects", 5000);
	say("sock_accept", host_sock_accept(listener, &server));
	want(server, READ), wait("nothing to read", 5);
	want(server, READ), want(server, WRITE), wait("only room to write", 5000);
	transmit("send", client, "x");
	want(server, READ), wait("something to read", 5000);
	want(server, READ), want(server, WRITE), wait("both", 5000);
	receive("recv", server, 0);
	say("sock_shutdown", host_sock_shutdown(client, 2));
	want(server, READ), wait("the end", 5000);
	receive("recv", server, 0);
	want(server, WRITE), wait("can still be written to", 5000);
	close(client);
	transmit("send", server, "x");
	usleep(20000);
	want(server, READ), want(server, WRITE), wait("reset", 5000);
	transmit("send", server, "x");
	transmit("send again", server, "x");
	close(server);
	connected(INET4, listener, port, &client, &server);
	connected(INET4, listener, port, &other, &server);
	want(server, READ), want(listener, READ), want(client, READ), wait("none of three", 5);
	transmit("send", other, "x");
	want(server, READ), want(listener, READ), want(client, READ), wait("one of three", 5000);
	close(server), close(client), close(other), close(listener);
}

static void nonblocking(void)
{
	uint32_t port, listener = listening(INET4, &port), client = make(INET4, STREAM), server;
	printf("-- without waiting\n");
	say("NONBLOCK", __wasi_fd_fdstat_set_flags(listener, __WASI_FDFLAGS_NONBLOCK));
	state("listener", listener);
	say("sock_accept of nobody", host_sock_accept(listener, &server));
	say("NONBLOCK", __wasi_fd_fdstat_set_flags(client, __WASI_FDFLAGS_NONBLOCK));
	int err = host_sock_connect(client, &at4, port);
	printf("sock_connect: %s\n", err == __WASI_ERRNO_INPROGRESS ? "in progress" : err ? "fails" : "at once");
	want(client, WRITE), wait("connected", 5000);
	option("ERROR", client, 0, ERROR);
	say("sock_connect again", host_sock_connect(client, &at4, port));
	want(listener, READ), wait("somebody connects", 5000);
	say("sock_accept", host_sock_accept(listener, &server));
	state("accepted", server);
	receive("recv of nothing", client, 0);
	char byte;
	__wasi_iovec_t v = {(uint8_t *)&byte, 1};
	__wasi_size_t n;
	say("fd_read of nothing", __wasi_fd_read(client, &v, 1, &n));
	static char big[1 << 16];
	struct buffer all = {big, sizeof big};
	uint32_t put;
	do
		err = host_sock_send(client, &all, 1, 0, &put);
	while (!err);
	say("sock_send until there is no room", err);
	want(client, WRITE), wait("no room", 5);
	close(server), close(client), close(listener);

	client = make(INET4, STREAM);
	say("NONBLOCK", __wasi_fd_fdstat_set_flags(client, __WASI_FDFLAGS_NONBLOCK));
	err = host_sock_connect(client, &at4, port);
	printf("sock_connect to nobody: %s\n", err == __WASI_ERRNO_INPROGRESS || err == __WASI_ERRNO_CONNREFUSED ? "in progress, or refused" : "?");
	if (err == __WASI_ERRNO_INPROGRESS) {
		want(client, READ), want(client, WRITE), wait("refused", 5000);
		option("ERROR", client, 0, ERROR);
	}
	close(client);
	client = make(INET4, STREAM);
	say("sock_connect to nobody", host_sock_connect(client, &at4, port));
	close(client);
}

static void stream(uint32_t family)
{
	uint32_t port, listener = listening(family, &port), client, server;
	printf("-- a stream of family %u\n", family);
	state("made", listener);
	names(listener);
	connected(family, listener, port, &client, &server);
	state("accepted", server);
	names(server);
	printf("write: %zd\n", write(client, "hello", 5));
	receive("recv, PEEK", server, 1);
	receive("recv", server, 0);
	transmit("send", server, "world");
	char text[8] = {0};
	printf("read: %zd", read(client, text, sizeof text));
	printf(" \"%s\"\n", text);
	receive("recv with flag 4", server, 4);
	struct buffer v = {text, 1};
	uint32_t n;
	uint16_t out;
	say("send with flag 1", host_sock_send(server, &v, 1, 1, &n));
	say("send of too many buffers", host_sock_send(server, &v, 1025, 0, &n));
	say("recv into no memory", host_sock_recv(server, &(struct buffer){(void *)-16, 32}, 1, 0, &n, &out));
	transmit("send", client, "abc");
	transmit("send", client, "def");
	struct buffer six = {text, 6};
	say("recv_v2, WAITALL", host_sock_recv_v2(server, &six, 1, 2, &n, &out));
	printf("%u bytes \"%.6s\"\n", n, text);
	say("send_v2", host_sock_send_v2(server, &v, 1, 0, &n));
	receive("recv", client, 0);
	options(client, listener);
	files(client);
	say("sock_bind again", host_sock_bind(client, &at4, 0));
	say("sock_listen of what is connected", host_sock_listen(client, 1));
	say("sock_accept of what is connected", host_sock_accept(client, &n));
	say("sock_shutdown 4", host_sock_shutdown(server, 4));
	say("sock_shutdown WR", host_sock_shutdown(server, 2));
	receive("recv at the end", client, 0);
	say("sock_shutdown 0", host_sock_shutdown(client, 0));
	say("sock_shutdown RDWR", host_sock_shutdown(client, 3));
	transmit("send after that", client, "x");
	close(client), close(server);

	uint32_t more;
	connected(family, listener, port, &client, &server);
	say("sock_open_v2", host_sock_open_v2(family, STREAM, &more));
	say("sock_connect_v2", host_sock_connect_v2(more, family == INET4 ? &at4 : &at6, port));
	close(server);
	say("sock_accept_v2", host_sock_accept_v2(listener, 0, &server));
	say("fd_renumber", __wasi_fd_renumber(server, client));
	transmit("send", more, "moved");
	receive("recv", client, 0);
	receive("recv of what was moved", server, 0);
	close(client), close(more), close(listener);
}

static void datagrams(uint32_t family)
{
	struct buffer *at = family == INET4 ? &at4 : &at6;
	uint32_t one = make(family, DGRAM), two = make(family, DGRAM), n;
	char text[16] = {0};
	uint8_t addr[128] = {0};
	uint16_t port = 0, out = 0;
	printf("-- datagrams of family %u\n", family);
	say("sock_bind", host_sock_bind(one, at, 0));
	say("sock_bind_v2", host_sock_bind_v2(two, at, 0));
	state("made", one);
	option("TYPE", one, 0, TYPE);
	struct buffer v = {"message", 7}, in = {text, sizeof text}, from = {addr, sizeof addr}, from_small = {addr, at->size};
	say("sock_send_to", host_sock_send_to(one, &v, 1, at, port_of(two), 0, &n));
	say("sock_recv_from_v2", host_sock_recv_from_v2(two, &in, 1, &from, 0, &port, &n, &out));
	printf("%u bytes \"%s\" flags %d from ", n, text, out);
	hex(addr, 20);
	printf(" port %s\n", __builtin_bswap16(port) == port_of(one) ? "of the sender, in network order" : "of somebody else");
	memset(addr, 0, sizeof addr);
	say("sock_send_to_v2", host_sock_send_to_v2(two, &v, 1, at, port_of(one), 0, &n));
	in.size = 3;
	say("sock_recv_from of a part", host_sock_recv_from(one, &in, 1, &from_small, 0, &n, &out));
	printf("%u bytes flags %d from ", n, out);
	hex(addr, 20);
	printf("\n");
	say("sock_send_to with 128 bytes", host_sock_send_to(one, &v, 1, &from, 1, 0, &n));
	say("sock_send_to with flag 1", host_sock_send_to(one, &v, 1, at, 1, 1, &n));
	say("sock_send to nobody named", host_sock_send(one, &v, 1, 0, &n));
	say("sock_listen", host_sock_listen(one, 1));
	say("sock_connect", host_sock_connect(one, at, port_of(two)));
	transmit("send", one, "connected");
	receive("recv", two, 0);
	close(one), close(two);
}

static void resolve(const char *what, const char *node, const char *service, const struct addrinfo *hints, uint32_t max)
{
	static struct addrinfo node_of[4];
	static struct sockaddr_data addr[4];
	static char name[4][256];
	static uint8_t data[4][26];
	struct addrinfo *first = node_of;
	uint32_t n = 0;
	memset(data, 0, sizeof data);
	for (int i = 0; i < 4; i++) {
		addr[i] = (struct sockaddr_data){.size = 26, .data = data[i]};
		node_of[i] = (struct addrinfo){.addr = &addr[i], .name = name[i], .name_size = 256, .next = i < 3 ? &node_of[i + 1] : NULL};
	}
	int err = host_sock_getaddrinfo(node, strlen(node), service, strlen(service), hints, &first, max, &n);
	printf("sock_getaddrinfo, %s: %d", what, err);
	for (uint32_t i = 0; !err && i < n && i < 4; i++) {
		struct addrinfo *a = &node_of[i];
		printf(" [family %d type %d protocol %d length %u, family %d size %u ", a->family, a->type, a->protocol, a->addrlen, a->addr->family, a->addr->size);
		hex(data[i], 26);
		if (a->name_size)
			printf(" %s", a->name);
		printf("]");
	}
	printf("\n");
}

static void names_of_hosts(void)
{
	enum { PASSIVE = 1, CANONNAME = 2, NUMERICHOST = 4, NUMERICSERV = 8 };
	struct addrinfo h = {.family = INET4, .type = STREAM, .protocol = 1};
	printf("-- names\n");
	resolve("an address", "127.0.0.1", "80", &h, 4);
	resolve("no host", "", "8080", &h, 4);
	h.flags = PASSIVE;
	resolve("no host, PASSIVE", "", "8080", &h, 4);
	h.flags = NUMERICHOST;
	resolve("no address, NUMERICHOST", "localhost", "80", &h, 4);
	h.flags = NUMERICSERV;
	resolve("no port, NUMERICSERV", "127.0.0.1", "http", &h, 4);
	h.flags = CANONNAME;
	resolve("CANONNAME", "127.0.0.1", "1", &h, 4);
	resolve("CANONNAME of nothing", "", "1", &h, 4);
	h.flags = 1 << 7;
	resolve("an unknown flag", "127.0.0.1", "1", &h, 4);
	h.flags = 0;
	resolve("nothing", "", "", &h, 4);
	resolve("no room", "127.0.0.1", "1", &h, 0);
	h.type = DGRAM, h.protocol = 2;
	resolve("datagrams", "127.0.0.1", "53", &h, 4);
	h.family = INET6;
	resolve("IPv6", "::1", "53", &h, 4);
	resolve("another family", "127.0.0.1", "53", &h, 4);
	h.family = 9;
	resolve("an unknown family", "127.0.0.1", "53", &h, 4);
	h.family = UNSPEC;
	resolve("any family", "::1", "53", &h, 4);
}

static void mistakes(void)
{
	uint32_t fd, n;
	uint16_t out;
	char text[4];
	struct buffer v = {text, sizeof text}, odd = {loop4, 3}, whole = {(uint8_t[128]){1}, 128};
	printf("-- mistakes\n");
	say("family 0", host_sock_open(UNSPEC, STREAM, &fd));
	say("family 99", host_sock_open(99, STREAM, &fd));
	say("type 0", host_sock_open(INET4, ANY, &fd));
	say("type 3", host_sock_open(INET4, 3, &fd));
	say("result in no memory", host_sock_open(INET4, STREAM, (uint32_t *)-4));
	fd = make(INET4, STREAM);
	say("sock_bind to 3 bytes", host_sock_bind(fd, &odd, 0));
	say("sock_bind to 128 bytes", host_sock_bind(fd, &whole, 0));
	say("sock_bind to the other family", host_sock_bind(fd, &at6, 0));
	say("sock_connect to 3 bytes", host_sock_connect(fd, &odd, 1));
	say("sock_accept of what does not listen", host_sock_accept(fd, &n));
	receive("recv of what is not connected", fd, 0);
	transmit("send to what is not connected", fd, "x");
	close(fd);
	say("closed: sock_bind", host_sock_bind(fd, &at4, 0));
	say("closed: sock_listen", host_sock_listen(fd, 1));
	say("closed: sock_listen_v2", host_sock_listen_v2(fd, 1));
	say("closed: sock_accept", host_sock_accept(fd, &n));
	say("closed: sock_connect", host_sock_connect(fd, &at4, 1));
	say("closed: sock_recv", host_sock_recv(fd, &v, 1, 0, &n, &out));
	say("closed: sock_send", host_sock_send(fd, &v, 1, 0, &n));
	say("closed: sock_shutdown", host_sock_shutdown(fd, 1));
	say("closed: fd_close", __wasi_fd_close(fd));
	state("closed", fd);
	names(fd);
}

// attempts are what a host may forbid. The port is one that the host allows, if
// it allows any.
static void attempts(uint32_t port)
{
	struct addrinfo h = {.family = INET4, .type = STREAM};
	struct buffer v = {"x", 1};
	uint32_t fd, n;
	uint8_t path[128] = {3, 0, '/', 'n', 'o', 'n', 'e'};
	struct buffer unix = {path, sizeof path};
	say("sock_bind", host_sock_bind(make(INET4, STREAM), &at4, port));
	say("sock_bind to any port", host_sock_bind(make(INET4, STREAM), &at4, 0));
	say("sock_listen without an address", host_sock_listen(make(INET4, STREAM), 1));
	say("sock_connect", host_sock_connect(make(INET4, STREAM), &at4, port));
	say("sock_send_to", host_sock_send_to(make(INET4, DGRAM), &v, 1, &at4, port, 0, &n));
	resolve("localhost", "localhost", "1", &h, 1);
	resolve("a name", "no.such.name.invalid", "1", &h, 1);
	int err = host_sock_open_v2(3, STREAM, &fd);
	say("sock_open of the file system", err);
	if (!err)
		say("sock_connect_v2 to a path", host_sock_connect_v2(fd, &unix, 0));
}

// forever waits for what never comes, and says so first.
static void forever(const char *how)
{
	uint32_t port, listener = listening(INET4, &port), client, server;
	printf("started\n");
	if (strcmp(how, "accept") == 0)
		host_sock_accept(listener, &server);
	connected(INET4, listener, port, &client, &server);
	if (strcmp(how, "recv") == 0)
		receive("recv", client, 0);
	if (strcmp(how, "read") == 0)
		read(client, &port, 1);
	want(client, READ), wait("poll_oneoff", 1000000);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 2 && strcmp(argv[1], "try") == 0) {
		attempts(strtoul(argv[2], NULL, 10));
		return 0;
	}
	if (argc > 2 && strcmp(argv[1], "forever") == 0) {
		forever(argv[2]);
		return 1;
	}
	mistakes();
	stream(INET4);
	stream(INET6);
	datagrams(INET4);
	datagrams(INET6);
	nonblocking();
	polls();
	names_of_hosts();
	return 0;
}
