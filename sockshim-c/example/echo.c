/* A server that sends back what it gets, to as many clients as come: plain
 * POSIX, and no word about WebAssembly.
 *
 *	echo [HOST] PORT
 *
 * It prints the port, which the system chooses if it is 0.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX = 1000 };

static int listening(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *list;
	int err = getaddrinfo(host, port, &hints, &list);
	if (err) {
		fprintf(stderr, "%s: %s\n", host ? host : port, gai_strerror(err));
		return -1;
	}
	int fd = -1, on = 1;
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
		if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
		                bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0)) {
			int reason = errno;
			close(fd);
			errno = reason;
			fd = -1;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		perror("listen");
	return fd;
}

static void say_port(int fd)
{
	struct sockaddr_storage addr;
	socklen_t len = sizeof addr;
	char port[NI_MAXSERV];
	if (getsockname(fd, (struct sockaddr *)&addr, &len) == 0 &&
	    getnameinfo((struct sockaddr *)&addr, len, NULL, 0, port, sizeof port, NI_NUMERICSERV) == 0)
		printf("port %s\n", port);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: %s [HOST] PORT\n", argv[0]);
		return 2;
	}
	static struct pollfd p[MAX];
	p[0] = (struct pollfd){.fd = listening(argc == 3 ? argv[1] : NULL, argv[argc - 1]), .events = POLLIN};
	if (p[0].fd < 0)
		return 1;
	say_port(p[0].fd);
	for (int n = 1; poll(p, n, -1) >= 0;) {
		for (int i = n - 1; i > 0; i--) {
			char buf[4096];
			if (!p[i].revents)
				continue;
			ssize_t got = read(p[i].fd, buf, sizeof buf);
			if (got <= 0 || write(p[i].fd, buf, got) != got) {
				close(p[i].fd);
				p[i] = p[--n];
			}
		}
		if (p[0].revents && n < MAX) {
			int fd = accept(p[0].fd, NULL, NULL);
			if (fd >= 0)
				p[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
		}
	}
	perror("poll");
	return 1;
}
