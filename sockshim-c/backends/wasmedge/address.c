#include "address.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define PATH_AT offsetof(struct sockaddr_un, sun_path)

/* A path is the host's and relative to its working directory: what is relative
 * to the guest's is made absolute, so that it is the same file at least where
 * the directory has one path for both. */
static __wasi_errno_t encode_path(const char *path, size_t n, char to[108])
{
	if (n == 0)
		return __WASI_ERRNO_INVAL; /* a name by the system, which Linux alone knows */
	/* The host gives all 108 bytes to the system, and in an abstract name
	 * (Linux) each of them counts. */
	if (!path[0] && n < 108)
		return __WASI_ERRNO_NOTSUP;
	size_t used = path[0] ? strnlen(path, n) : n, before = 0;
	char cwd[PATH_MAX];
	if (path[0] && path[0] != '/') {
		if (!getcwd(cwd, sizeof cwd))
			return __WASI_ERRNO_NOENT;
		before = strlen(cwd);
		if (cwd[before - 1] != '/')
			cwd[before++] = '/';
	}
	if (before + used > 108)
		return __WASI_ERRNO_NAMETOOLONG;
	memcpy(to, cwd, before);
	memcpy(to + before, path, used);
	return 0;
}

__wasi_errno_t wlr_wasmedge_encode(const struct sockaddr *addr, socklen_t len,
	struct wasmedge_storage *to, uint32_t *port)
{
	memset(to, 0, sizeof *to);
	*port = 0;
	if (len < sizeof(sa_family_t))
		return __WASI_ERRNO_INVAL;
	switch (addr->sa_family) {
	case AF_INET: {
		const struct sockaddr_in *in = (const struct sockaddr_in *)addr;
		if (len < sizeof *in)
			return __WASI_ERRNO_INVAL;
		to->family = WASMEDGE_INET4;
		memcpy(to->bytes, &in->sin_addr, 4);
		*port = ntohs(in->sin_port);
		return 0;
	}
	case AF_INET6: {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)addr;
		if (len < sizeof *in)
			return __WASI_ERRNO_INVAL;
		if (in->sin6_scope_id)
			return __WASI_ERRNO_ADDRNOTAVAIL; /* the host has no place for it */
		to->family = WASMEDGE_INET6;
		memcpy(to->bytes, &in->sin6_addr, 16);
		*port = ntohs(in->sin6_port);
		return 0;
	}
	case AF_UNIX:
		if (len > sizeof(struct sockaddr_un))
			return __WASI_ERRNO_INVAL;
		to->family = WASMEDGE_UNIX;
		return encode_path(((const struct sockaddr_un *)addr)->sun_path, len < PATH_AT ? 0 : len - PATH_AT,
			(char *)to->bytes);
	default:
		return __WASI_ERRNO_AFNOSUPPORT;
	}
}

static socklen_t path_length(const uint8_t path[108])
{
	if (path[0])
		return strnlen((const char *)path, 108) + (memchr(path, 0, 108) != NULL);
	for (int i = 1; i < 108; i++)
		if (path[i])
			return 108; /* an abstract name */
	return 0;
}

socklen_t wlr_wasmedge_decode(const struct wasmedge_storage *from, uint16_t port,
	struct sockaddr_storage *addr)
{
	memset(addr, 0, sizeof *addr);
	switch (from->family) {
	case WASMEDGE_INET4: {
		struct sockaddr_in *in = (struct sockaddr_in *)addr;
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, from->bytes, 4);
		return sizeof *in;
	}
	case WASMEDGE_INET6: {
		struct sockaddr_in6 *in = (struct sockaddr_in6 *)addr;
		in->sin6_family = AF_INET6;
		in->sin6_port = htons(port);
		memcpy(&in->sin6_addr, from->bytes, 16);
		return sizeof *in;
	}
	case WASMEDGE_UNIX: {
		struct sockaddr_un *un = (struct sockaddr_un *)addr;
		un->sun_family = AF_UNIX;
		memcpy(un->sun_path, from->bytes, sizeof un->sun_path);
		return PATH_AT + path_length(from->bytes);
	}
	default:
		return 0;
	}
}
