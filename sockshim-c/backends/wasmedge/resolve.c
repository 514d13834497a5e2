/* Names by the host's resolver. */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/net/backend.h"
#include "host.h"

/* Flags of a question, as the host has them. */
static const struct { int flag; uint16_t host; } flags_table[] = {
	{AI_CANONNAME, 2}, {AI_V4MAPPED, 16}, {AI_ALL, 32}, {AI_ADDRCONFIG, 64},
};
enum { HOST_NUMERICHOST = 4 };

/* Errors of the resolver, which the host counts on from its last errno. */
static const struct { __wasi_errno_t host; int code; } errors[] = {
	{77, EAI_NONAME},   /* AIADDRFAMILY: no address of that family */
	{78, EAI_AGAIN},
	{79, EAI_BADFLAGS},
	{80, EAI_FAIL},
	{81, EAI_FAMILY},
	{82, EAI_MEMORY},
	{83, EAI_NONAME},   /* AINODATA */
	{84, EAI_NONAME},
	{85, EAI_SERVICE},
	{86, EAI_SOCKTYPE},
	{87, EAI_SYSTEM},
};

static int code(__wasi_errno_t err)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (errors[i].host == err) {
			errno = EIO; /* that of EAI_SYSTEM is not told */
			return errors[i].code;
		}
	errno = err;
	return EAI_SYSTEM;
}

/* A node of the list that the host fills in. It copies the canonical name
 * without looking at the size of its place. */
struct place {
	struct wasmedge_addrinfo info;
	struct wasmedge_sockaddr addr;
	_Alignas(8) uint8_t data[28];
	char canonical[1025];
};

static struct place *places(int n)
{
	struct place *p = calloc(n, sizeof *p);
	for (int i = 0; p && i < n; i++) {
		p[i].addr.data = p[i].data;
		p[i].addr.size = 26; /* the host's sockaddr_in6 without its family */
		p[i].info.addr = &p[i].addr;
		p[i].info.canonname = p[i].canonical;
		p[i].info.canonname_size = sizeof p[i].canonical;
		p[i].info.next = i + 1 < n ? &p[i + 1].info : NULL;
	}
	return p;
}

static __wasi_errno_t ask(const char *node, const char *service, struct wasmedge_addrinfo hints,
	struct place *p, int max, uint32_t *n)
{
	struct wasmedge_addrinfo *first = &p->info;
	return wlr_wasmedge_sock_getaddrinfo(node, strlen(node), service, strlen(service), &hints, &first, max, n);
}

int wlr_backend_resolve(const char *host, int family, int flags, struct wlr_address *list, int max,
	char **canonical)
{
	/* With a type, always: for none the host gets raw sockets too, and aborts. */
	struct wasmedge_addrinfo hints = {.socktype = WASMEDGE_STREAM};
	hints.family = family == AF_INET ? WASMEDGE_INET4 : family == AF_INET6 ? WASMEDGE_INET6 : WASMEDGE_UNSPEC;
	for (size_t i = 0; i < sizeof flags_table / sizeof *flags_table; i++)
		if (flags & flags_table[i].flag)
			hints.flags |= flags_table[i].host;
	struct place *p = places(max);
	if (!p)
		return EAI_MEMORY;
	uint32_t found = 0;
	__wasi_errno_t err = ask(host, "", hints, p, max, &found);
	int n = err ? code(err) : 0;
	for (uint32_t i = 0; !err && i < found; i++) {
		/* After the port, and of IPv6 the flow. */
		if (p[i].addr.family == WASMEDGE_INET4) {
			list[n].family = AF_INET;
			memcpy(list[n++].bytes, p[i].data + 2, 4);
		} else if (p[i].addr.family == WASMEDGE_INET6) {
			list[n].family = AF_INET6;
			memcpy(list[n++].bytes, p[i].data + 6, 16);
		}
	}
	if (n > 0 && canonical && !(*canonical = strdup(p->canonical[0] ? p->canonical : host)))
		n = EAI_MEMORY;
	free(p);
	return n ? n : EAI_NONAME;
}

int wlr_backend_service(const char *name, int socktype)
{
	struct wasmedge_addrinfo hints = {
		.family = WASMEDGE_INET4, .flags = HOST_NUMERICHOST,
		.socktype = socktype == SOCK_DGRAM ? WASMEDGE_DGRAM : WASMEDGE_STREAM,
	};
	struct place *p = places(1);
	if (!p)
		return EAI_MEMORY;
	uint32_t found = 0;
	__wasi_errno_t err = *name ? ask("127.0.0.1", name, hints, p, 1, &found) : 84;
	uint16_t port;
	memcpy(&port, p->data, sizeof port);
	free(p);
	return err ? code(err) : found ? port : EAI_SERVICE;
}
