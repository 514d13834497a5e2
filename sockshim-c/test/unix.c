/* What is particular to sockets of AF_UNIX. Their paths are the host's, so
 * TEST_UNIX is a directory that has one path for host and guest. */
#include "network.h"

int main(void)
{
	if (!getenv("TEST_UNIX")) {
		test_skip("unix", "there are no such sockets");
		return done();
	}
	union address a, b;
	socklen_t len = sizeof b;
	int listener = listening(AF_UNIX, &a), client, server;
	struct stat st;
	ZERO(stat(a.un.sun_path, &st), "stat of the path");
	OK(S_ISSOCK(st.st_mode), "it is a socket");
	connected(listener, &a, &client, &server);
	memset(&b, 0x55, sizeof b);
	ZERO(getsockname(server, &b.any, &len), "getsockname of the server");
	STR(b.un.sun_path, a.un.sun_path, "is the path");
	EQ(len, offsetof(struct sockaddr_un, sun_path) + strlen(a.un.sun_path) + 1, "its length counts the NUL");
	len = sizeof b;
	ZERO(getpeername(server, &b.any, &len), "getpeername of the server");
	EQ(len, sizeof(sa_family_t), "the client has no name");
	close(client);
	close(server);

	client = socket(AF_UNIX, SOCK_STREAM, 0);
	NEED(connect(client, &a.any, address_size(&a)) == 0);
	memset(&b, 0x55, sizeof b);
	len = sizeof b;
	NEED((server = accept(listener, &b.any, &len)) >= 0);
	EQ(len, sizeof(sa_family_t), "accept tells no name either");
#ifdef __wasi__ /* Linux leaves what was there */
	EQ(b.un.sun_path[0], 0, "and gives an empty one");
#endif
	close(client);
	close(server);

	/* Relative to the working directory. */
	NEED(chdir(getenv("TEST_UNIX")) == 0);
	union address relative = {.un = {.sun_family = AF_UNIX, .sun_path = "relative.sock"}};
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	ZERO(bind(other, &relative.any, sizeof relative.un), "bind to a relative path");
	OK(access("relative.sock", F_OK) == 0, "is relative to the working directory");
	close(other);
	other = socket(AF_UNIX, SOCK_STREAM, 0);
	ERR(bind(other, &relative.any, sizeof relative.un), EADDRINUSE, "bind to the path of what is closed");
	ERR(connect(other, &relative.any, sizeof relative.un), ECONNREFUSED, "connect to it");
	ZERO(unlink("relative.sock"), "unlink");
	ERR(connect(other, &relative.any, sizeof relative.un), ENOENT, "connect to what is not there");
	relative.un.sun_path[0] = '\0';
	WASI(ERR(bind(other, &relative.any, 20), EOPNOTSUPP, "bind to an abstract name"));
	WASI(ERR(bind(other, &relative.any, sizeof(sa_family_t)), EINVAL, "bind to no name"));
	ERR(socket(AF_UNIX, SOCK_STREAM, IPPROTO_TCP), EPROTONOSUPPORT, "socket of TCP");
	memset(relative.un.sun_path, 'x', sizeof relative.un.sun_path);
	OK(connect(other, &relative.any, sizeof relative.un) < 0 && (errno == ENAMETOOLONG || errno == ENOENT), "too long a path");
	close(other);
	close(listener);
	return done();
}
