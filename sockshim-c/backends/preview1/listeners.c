/* preview1 has no socket(), bind() or listen(), and does not say which address
 * a socket has. But hosts can open listening sockets and hand them over, as
 * systemd does (sd_listen_fds(3)). The convention by which a program knows them:
 *
 *	LISTEN_ADDRS=127.0.0.1:8080 [::1]:8080
 *
 * has the address of each, separated by spaces, in the order of their
 * descriptors, which are those from 3 on that are sockets. `wlrbuild run
 * --listen` sets it; with another host, whoever starts that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "listeners.h"

enum { MAX = 64 };

static struct wlr_listener list[MAX];
static int length;

/* Reads HOST:PORT, a numeric one, of n bytes. */
static bool parse(const char *s, size_t n, union wlr_address_in *a)
{
	char host[INET6_ADDRSTRLEN + 2];
	size_t colon = n;
	while (colon && s[colon - 1] != ':')
		colon--;
	if (colon < 2 || colon - 1 >= sizeof host)
		return false;
	char *end;
	unsigned long port = strtoul(s + colon, &end, 10);
	if (end != s + n || end == s + colon || port > 65535)
		return false;
	memcpy(host, s, colon - 1);
	host[colon - 1] = '\0';
	*a = (union wlr_address_in){0};
	if (host[0] == '[' && host[colon - 2] == ']') {
		host[colon - 2] = '\0';
		a->in6.sin6_family = AF_INET6;
		a->in6.sin6_port = htons(port);
		return inet_pton(AF_INET6, host + 1, &a->in6.sin6_addr) == 1;
	}
	a->in.sin_family = AF_INET;
	a->in.sin_port = htons(port);
	return inet_pton(AF_INET, host, &a->in.sin_addr) == 1;
}

/* Before the program can have opened a socket of its own. They get the numbers
 * of the program's descriptors that are bound to them, and have none before. */
__attribute__((__constructor__)) static void find(void)
{
	const char *s = getenv("LISTEN_ADDRS");
	for (int fd = 3; s && *s && length < MAX && fd < WLR_FD_MAX; fd++) {
		struct wlr_file *f = wlr_fd_get(fd);
		if (!f || !wlr_is_socket(f))
			continue;
		s += strspn(s, " ");
		size_t n = strcspn(s, " ");
		struct wlr_listener *l = &list[length];
		if (parse(s, n, &l->addr)) {
			f->domain = l->addr.any.sa_family;
			f->refs++;
			l->file = f;
			length++;
			(void)wlr_fd_close(fd); /* the number alone */
		}
		s += n;
	}
}

bool wlr_have_listeners(void)
{
	return length > 0;
}

const struct wlr_listener *wlr_listener_of(const struct wlr_file *f)
{
	for (int i = 0; i < length; i++)
		if (list[i].file == f)
			return &list[i];
	return NULL;
}

static bool same_host(const union wlr_address_in *a, const union wlr_address_in *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	return a->any.sa_family == AF_INET
		? a->in.sin_addr.s_addr == b->in.sin_addr.s_addr
		: memcmp(&a->in6.sin6_addr, &b->in6.sin6_addr, sizeof a->in6.sin6_addr) == 0;
}

static in_port_t port(const union wlr_address_in *a)
{
	return a->any.sa_family == AF_INET ? a->in.sin_port : a->in6.sin6_port;
}

const struct wlr_listener *wlr_listener_at(const union wlr_address_in *addr)
{
	errno = EADDRNOTAVAIL;
	for (int i = 0; i < length; i++) {
		const struct wlr_listener *l = &list[i];
		if (!same_host(&l->addr, addr) || (port(addr) && port(addr) != port(&l->addr)))
			continue;
		if (l->file->refs == 1)
			return l;
		errno = EADDRINUSE;
	}
	return NULL;
}
