/* What is no socket is none; and on preview1, where none can be made but a pair,
 * for which see socketpair.c, that is said. TEST_SOCKETS is set where they can:
 * see tcp.c, udp.c and unix.c. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "test.h"

int main(void)
{
	bool sockets = getenv("TEST_SOCKETS");
	int fd = make_file("a", "content"), closed = 999, on = 1;
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *addr = (struct sockaddr *)&in;
	socklen_t len = sizeof in;
	char buf[8];

	if (!sockets) {
		ERR(socket(AF_INET, SOCK_STREAM, 0), ENOSYS, "socket");
		ERR(socket(AF_UNIX, SOCK_DGRAM, 0), ENOSYS, "socket of AF_UNIX");
	}
	int err = ENOTSOCK;
	ERR(bind(fd, addr, len), err, "bind of a file");
	ERR(connect(fd, addr, len), err, "connect of a file");
	ERR(listen(fd, 1), err, "listen of a file");
	ERR(getsockname(fd, addr, &len), err, "getsockname of a file");
	ERR(getpeername(fd, addr, &len), err, "getpeername of a file");
	ERR(setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on), err, "setsockopt of a file");
	ERR(sendto(fd, "x", 1, 0, addr, sizeof in), ENOTSOCK, "sendto of a file with an address");
	ERR(shutdown(fd, SHUT_RDWR), ENOTSOCK, "shutdown of a file");
	ERR(send(fd, "x", 1, 0), ENOTSOCK, "send to a file");
	ERR(recv(fd, buf, 1, 0), ENOTSOCK, "recv from a file");
	ERR(sendto(fd, "x", 1, 0, NULL, 0), ENOTSOCK, "sendto of a file without an address");
	ERR(recvfrom(fd, buf, 1, 0, NULL, NULL), ENOTSOCK, "recvfrom of a file");
	ERR(accept(fd, NULL, NULL), ENOTSOCK, "accept of a file");
	len = sizeof on;
	ERR(getsockopt(fd, SOL_SOCKET, SO_TYPE, &on, &len), ENOTSOCK, "getsockopt of a file");
	STR(content("a"), "content", "none of it has changed the file");
	EQ(lseek(fd, 0, SEEK_CUR), 0, "nor its offset");
	ERR(send(closed, "x", 1, 0), EBADF, "send to a closed descriptor");
	ERR(recv(closed, buf, 1, 0), EBADF, "recv from a closed descriptor");
	ERR(shutdown(closed, SHUT_RD), EBADF, "shutdown of a closed descriptor");
	ERR(accept(closed, NULL, NULL), EBADF, "accept of a closed descriptor");

	/* Of which programs keep copies. */
	struct sockaddr_storage big;
	OK(sizeof big >= sizeof(struct sockaddr_un) && sizeof big >= sizeof(struct sockaddr_in6), "sockaddr_storage holds every address");
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	EQ(sizeof un.sun_path, 108, "sun_path");
	memcpy(&big, &un, sizeof big < sizeof un ? sizeof big : sizeof un);
	EQ(big.ss_family, AF_UNIX, "ss_family is every address's");
	EQ(((struct sockaddr *)&un)->sa_family, AF_UNIX, "sa_family too");
	EQ(IPPROTO_TCP, 6, "IPPROTO_TCP");
	OK(TCP_NODELAY > 0, "TCP_NODELAY");
	close(fd);
	return done();
}
