/* Two sockets that are connected with each other (POSIX socketpair), as what
 * one process does with both. */
#include <poll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "test.h"

static int sv[2];
static char buf[400000];

static void make(int type)
{
	NEED(socketpair(AF_UNIX, type, 0, sv) == 0);
}

static void done_with(void)
{
	close(sv[0]);
	close(sv[1]);
}

static int events(int fd, short wanted)
{
	struct pollfd p = {.fd = fd, .events = wanted};
	int n = poll(&p, 1, 0);
	return n < 0 ? -1 : p.revents & (wanted | POLLHUP | POLLERR | POLLNVAL);
}

static void stream(void)
{
	make(SOCK_STREAM);
	EQ(sv[1], sv[0] + 1, "the two lowest free numbers");
	EQ(write(sv[0], "hello", 5), 5, "write");
	EQ(send(sv[0], " world", 6, MSG_NOSIGNAL), 6, "send");
	EQ(recv(sv[1], buf, 5, MSG_PEEK), 5, "recv with MSG_PEEK");
	EQ(read(sv[1], buf, 3), 3, "read a part");
	OK(!memcmp(buf, "hel", 3), "of what was written");
	EQ(recv(sv[1], buf, sizeof buf, 0), 8, "recv the rest, of both");
	OK(!memcmp(buf, "lo world", 8), "in its order");
	EQ(write(sv[1], "back", 4), 4, "the other way");
	EQ(read(sv[0], buf, sizeof buf), 4, "read");
	EQ(recv(sv[0], buf, 1, MSG_DONTWAIT), -1, "recv with MSG_DONTWAIT of nothing");
	EQ(errno, EAGAIN, "EAGAIN");
	EQ(read(sv[0], buf, 0), 0, "read of no bytes");
	EQ(write(sv[0], buf, 0), 0, "write of no bytes");
	WASI(ERR(read(sv[0], buf, 1), EDEADLK, "read that nobody ends"));

	struct stat st;
	ZERO(fstat(sv[0], &st), "fstat");
	OK(S_ISSOCK(st.st_mode), "says that it is a socket");
	ERR(lseek(sv[0], 0, SEEK_CUR), ESPIPE, "lseek");
	ERR(pread(sv[0], buf, 1, 0), ESPIPE, "pread");
	ERR(ftruncate(sv[0], 0), EINVAL, "ftruncate");
	ERR(fsync(sv[0]), EINVAL, "fsync");
	OK(!isatty(sv[0]) && errno == ENOTTY, "isatty: ENOTTY");
	ERR(openat(sv[0], "x", O_RDONLY), ENOTDIR, "openat");
	NULLERR(fdopendir(sv[0]), ENOTDIR, "fdopendir");
	EQ(fcntl(sv[0], F_GETFL) & O_ACCMODE, O_RDWR, "F_GETFL");
	ERR(accept(sv[0], NULL, NULL), EINVAL, "accept");
	int type = 0;
	socklen_t len = sizeof type;
	ZERO(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, &type, &len), "getsockopt");
	EQ(type, SOCK_STREAM, "SO_TYPE");
	struct sockaddr_un name = {.sun_path = "x"};
	len = sizeof name;
	ZERO(getsockname(sv[0], (struct sockaddr *)&name, &len), "getsockname");
	EQ(len, sizeof(sa_family_t), "the length of no name");
	EQ(name.sun_family, AF_UNIX, "its family");
	len = sizeof name;
	ZERO(getpeername(sv[0], (struct sockaddr *)&name, &len), "getpeername");

	int copy = dup(sv[0]);
	close(sv[0]);
	EQ(write(copy, "dup", 3), 3, "a duplicate lives on");
	close(copy);
	EQ(read(sv[1], buf, sizeof buf), 3, "what was written before the end is read");
	EQ(read(sv[1], buf, sizeof buf), 0, "then the end");
	EQ(send(sv[1], "x", 1, MSG_NOSIGNAL), -1, "send to what is closed");
	EQ(errno, EPIPE, "EPIPE");
	len = sizeof name;
	WASI(ERR(getpeername(sv[1], (struct sockaddr *)&name, &len), ENOTCONN, "getpeername"));
	close(sv[1]);
}

static void nonblocking(void)
{
	make(SOCK_STREAM | SOCK_NONBLOCK);
	OK(fcntl(sv[0], F_GETFL) & O_NONBLOCK, "SOCK_NONBLOCK");
	ERR(read(sv[0], buf, 1), EAGAIN, "read of nothing");
	ssize_t n, put = 0, got = 0;
	for (size_t i = 0; i < sizeof buf; i++)
		buf[i] = i * 7;
	while ((n = write(sv[0], buf + put, sizeof buf - put)) > 0)
		put += n;
	OK(n < 0 && errno == EAGAIN, "write until there is no room: EAGAIN");
	OK(put > 16384 && put < (ssize_t)sizeof buf, "some was written");
	EQ(events(sv[0], POLLOUT), 0, "poll: there is no room");
	EQ(events(sv[1], POLLIN), POLLIN, "poll: there is something");
	static char back[sizeof buf];
	while ((n = read(sv[1], back + got, 10000)) > 0)
		got += n;
	OK(n < 0 && errno == EAGAIN, "read until there is nothing: EAGAIN");
	EQ(got, put, "as much as was written");
	OK(!memcmp(buf, back, put), "and the same");
	EQ(events(sv[0], POLLOUT), POLLOUT, "poll: there is room again");
	ZERO(fcntl(sv[0], F_SETFL, fcntl(sv[0], F_GETFL) & ~O_NONBLOCK), "F_SETFL");
	OK(!(fcntl(sv[0], F_GETFL) & O_NONBLOCK), "takes it away");
	OK(fcntl(sv[1], F_GETFL) & O_NONBLOCK, "from one end");
	done_with();
}

static void waiting(void)
{
	make(SOCK_STREAM);
	EQ(events(sv[0], POLLIN | POLLOUT), POLLOUT, "poll: can be written");
	struct pollfd p = {.fd = sv[0], .events = POLLIN};
	struct timeval before, after;
	gettimeofday(&before, NULL);
	EQ(poll(&p, 1, 50), 0, "poll waits");
	gettimeofday(&after, NULL);
	OK((after.tv_sec - before.tv_sec) * 1000000 + after.tv_usec - before.tv_usec >= 45000, "as long as it was asked to");
	EQ(write(sv[1], "x", 1), 1, "write");
	EQ(events(sv[0], POLLIN | POLLOUT), POLLIN | POLLOUT, "poll: can be read, too");
	fd_set r, w;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(sv[0], &r);
	FD_SET(sv[1], &r);
	FD_SET(sv[1], &w);
	struct timeval now = {0};
	EQ(select(sv[1] + 1, &r, &w, NULL, &now), 2, "select");
	OK(FD_ISSET(sv[0], &r) && !FD_ISSET(sv[1], &r) && FD_ISSET(sv[1], &w), "says which");
	EQ(read(sv[0], buf, 9), 1, "read");
	FD_ZERO(&r);
	FD_SET(sv[0], &r);
	EQ(select(sv[0] + 1, &r, NULL, NULL, &now), 0, "select of nothing");
	close(sv[1]);
	EQ(events(sv[0], POLLIN) , POLLIN | POLLHUP, "poll of what is closed at the other end");
	EQ(read(sv[0], buf, 1), 0, "read of it");
	close(sv[0]);
	WASI(make(SOCK_STREAM));
	WASI(ERR(poll(&(struct pollfd){.fd = sv[0], .events = POLLIN}, 1, -1), EDEADLK, "poll that nobody ends"));
	done_with();
}

static void half(void)
{
	make(SOCK_STREAM);
	EQ(write(sv[0], "last", 4), 4, "write");
	ZERO(shutdown(sv[0], SHUT_WR), "shutdown for writing");
	EQ(send(sv[0], "x", 1, MSG_NOSIGNAL), -1, "send after that");
	EQ(errno, EPIPE, "EPIPE");
	EQ(read(sv[1], buf, 9), 4, "read what came before");
	EQ(read(sv[1], buf, 9), 0, "then the end");
	EQ(write(sv[1], "answer", 6), 6, "the other direction is open");
	EQ(read(sv[0], buf, 9), 6, "read");
	ZERO(shutdown(sv[0], SHUT_RD), "shutdown for reading");
	EQ(read(sv[0], buf, 9), 0, "read after that");
	EQ(send(sv[1], "x", 1, MSG_NOSIGNAL), -1, "send to what is not read");
	EQ(errno, EPIPE, "EPIPE");
	done_with();
}

static void datagram(void)
{
	make(SOCK_DGRAM);
	EQ(send(sv[0], "one", 3, 0), 3, "send a message");
	EQ(write(sv[0], "three", 5), 5, "another");
	EQ(send(sv[0], "", 0, 0), 0, "an empty one");
	EQ(recv(sv[1], buf, 2, MSG_PEEK), 2, "look at a part of the first");
	EQ(recv(sv[1], buf, sizeof buf, 0), 3, "recv has one message");
	EQ(recv(sv[1], buf, 2, 0), 2, "a part of the second");
	OK(!memcmp(buf, "th", 2), "its beginning");
	EQ(recv(sv[1], buf, 2, MSG_DONTWAIT), 0, "the empty one; the rest of the second is gone");
	ERR(recv(sv[1], buf, 2, MSG_DONTWAIT), EAGAIN, "there are no more");
	ERR(send(sv[0], buf, sizeof buf, 0), EMSGSIZE, "a message that is too long");
	int type = 0;
	socklen_t len = sizeof type;
	ZERO(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, &type, &len), "getsockopt");
	EQ(type, SOCK_DGRAM, "SO_TYPE");
	close(sv[1]);
	ERR(send(sv[0], "x", 1, 0), ECONNREFUSED, "send to nobody");
	close(sv[0]);
}

static void errors(void)
{
	int v[2] = {7, 7};
	ERR(socketpair(AF_INET, SOCK_STREAM, 0, v), EOPNOTSUPP, "socketpair of AF_INET");
	ERR(socketpair(12345, SOCK_STREAM, 0, v), EAFNOSUPPORT, "socketpair of no family");
	ERR(socketpair(AF_UNIX, SOCK_STREAM, 12345, v), EPROTONOSUPPORT, "socketpair of no protocol");
	WASI(OK(v[0] == 7 && v[1] == 7, "sets nothing"));
	int fd = dup(0), last = fd;
	while ((fd = dup(0)) >= 0)
		last = fd;
	ERR(socketpair(AF_UNIX, SOCK_STREAM, 0, v), EMFILE, "socketpair at the limit");
	close(last);
	ERR(socketpair(AF_UNIX, SOCK_STREAM, 0, v), EMFILE, "one below it");
	EQ(dup(0), last, "leaves what is free");
	for (; last > 2; last--)
		close(last);
}

int main(void)
{
	stream();
	nonblocking();
	waiting();
	half();
	datagram();
	errors();
	return done();
}
