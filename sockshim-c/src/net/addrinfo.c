/* getaddrinfo(), getnameinfo() and the older gethostby…() (POSIX): numeric
 * addresses by ourselves, names by the backend's resolver, if it has one. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

int h_errno;

struct node {
	struct addrinfo ai;
	union {
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} addr;
};

static struct addrinfo *make(int family, const void *addr, int port, int type, int proto)
{
	struct node *n = calloc(1, sizeof *n);
	if (!n)
		return NULL;
	n->ai.ai_family = family;
	n->ai.ai_socktype = type;
	n->ai.ai_protocol = proto;
	n->ai.ai_addr = (struct sockaddr *)&n->addr;
	if (family == AF_INET) {
		n->ai.ai_addrlen = sizeof n->addr.in;
		n->addr.in.sin_family = AF_INET;
		n->addr.in.sin_port = port;
		memcpy(&n->addr.in.sin_addr, addr, 4);
	} else {
		n->ai.ai_addrlen = sizeof n->addr.in6;
		n->addr.in6.sin6_family = AF_INET6;
		n->addr.in6.sin6_port = port;
		memcpy(&n->addr.in6.sin6_addr, addr, 16);
	}
	return &n->ai;
}

void freeaddrinfo(struct addrinfo *ai)
{
	while (ai) {
		struct addrinfo *next = ai->ai_next;
		free(ai->ai_canonname);
		free(ai);
		ai = next;
	}
}

/* The port of service in network byte order, or an EAI_ code. */
static int service_port(const char *service, int flags, int type, int *port)
{
	*port = 0;
	if (!service)
		return 0;
	char *end;
	unsigned long n = strtoul(service, &end, 10);
	if (*service && !*end && n <= 65535) {
		*port = htons(n);
		return 0;
	}
	if (flags & AI_NUMERICSERV)
		return EAI_NONAME;
	struct servent *s = getservbyname(service, type == SOCK_DGRAM ? "udp" :
		type == SOCK_STREAM ? "tcp" : NULL);
	if (!s)
		return EAI_SERVICE;
	*port = s->s_port;
	return 0;
}

struct answer {
	struct addrinfo *first, **last;
	int port, type, proto;
};

static bool add(struct answer *a, int family, const void *addr)
{
	static const struct { int type, proto; } kinds[] = {
		{SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP},
	};
	for (int i = 0; i < 2; i++) {
		if ((a->type && a->type != kinds[i].type) ||
		    (a->proto && a->proto != kinds[i].proto))
			continue;
		*a->last = make(family, addr, a->port, kinds[i].type, kinds[i].proto);
		if (!*a->last)
			return false;
		a->last = &(*a->last)->ai_next;
	}
	return true;
}

enum { MAX_ADDRESSES = 64 };

/* Adds what the backend's resolver knows of a name, or returns an EAI_ code. */
static int add_name(struct answer *a, const char *host, int family, int flags, char **canonical)
{
	struct wlr_address list[MAX_ADDRESSES];
	int n = wlr_backend_resolve(host, family, flags, list, MAX_ADDRESSES,
		flags & AI_CANONNAME ? canonical : NULL);
	for (int i = 0; i < n; i++)
		if (!add(a, list[i].family, list[i].bytes))
			return EAI_MEMORY;
	return n < 0 ? n : 0;
}

int getaddrinfo(const char *restrict host, const char *restrict service,
	const struct addrinfo *restrict hints, struct addrinfo **restrict res)
{
	static const struct addrinfo no_hints;
	static const unsigned char any[16], loop6[16] = {[15] = 1}, loop4[4] = {127, 0, 0, 1};
	if (!hints)
		hints = &no_hints;
	if (!host && !service)
		return EAI_NONAME;
	int family = hints->ai_family, flags = hints->ai_flags;
	if (family != AF_UNSPEC && family != AF_INET && family != AF_INET6)
		return EAI_FAMILY;
	if (hints->ai_socktype && hints->ai_socktype != SOCK_STREAM &&
	    hints->ai_socktype != SOCK_DGRAM)
		return EAI_SOCKTYPE;
	if (flags & AI_CANONNAME && !host)
		return EAI_BADFLAGS;

	struct answer a = {.type = hints->ai_socktype, .proto = hints->ai_protocol};
	a.last = &a.first;
	int err = service_port(service, flags, a.type, &a.port);
	if (err)
		return err;

	bool v4 = family != AF_INET6, v6 = family != AF_INET, ok = true;
	unsigned char addr[16];
	char *canonical = NULL;
	if (!host) {
		bool passive = flags & AI_PASSIVE;
		if (v6)
			ok = add(&a, AF_INET6, passive ? any : loop6);
		if (ok && v4)
			ok = add(&a, AF_INET, passive ? any : loop4);
	} else if (inet_aton(host, (struct in_addr *)addr)) {
		if (!v4)
			return EAI_NONAME;
		ok = add(&a, AF_INET, addr);
	} else if (inet_pton(AF_INET6, host, addr) == 1) {
		if (!v6)
			return EAI_NONAME;
		ok = add(&a, AF_INET6, addr);
	} else if (flags & AI_NUMERICHOST || !*host) {
		return EAI_NONAME;
	} else {
		err = add_name(&a, host, family, flags, &canonical);
		/* RFC 6761 6.3: localhost is the loopback address, whoever knows it. */
		if (err && err != EAI_MEMORY && strcmp(host, "localhost") == 0)
			err = (!v6 || add(&a, AF_INET6, loop6)) && (!v4 || add(&a, AF_INET, loop4)) ? 0 : EAI_MEMORY;
	}
	if (!ok)
		err = EAI_MEMORY;
	if (!err && !a.first)
		err = EAI_SOCKTYPE;
	if (!err && flags & AI_CANONNAME && !canonical && !(canonical = strdup(host)))
		err = EAI_MEMORY;
	if (err) {
		free(canonical);
		freeaddrinfo(a.first);
		return err;
	}
	a.first->ai_canonname = canonical;
	*res = a.first;
	return 0;
}

int getnameinfo(const struct sockaddr *restrict sa, socklen_t salen, char *restrict host,
	socklen_t hostlen, char *restrict serv, socklen_t servlen, int flags)
{
	const void *addr;
	int port;
	if (sa->sa_family == AF_INET && salen >= sizeof(struct sockaddr_in)) {
		addr = &((const struct sockaddr_in *)sa)->sin_addr;
		port = ((const struct sockaddr_in *)sa)->sin_port;
	} else if (sa->sa_family == AF_INET6 && salen >= sizeof(struct sockaddr_in6)) {
		addr = &((const struct sockaddr_in6 *)sa)->sin6_addr;
		port = ((const struct sockaddr_in6 *)sa)->sin6_port;
	} else {
		return EAI_FAMILY;
	}
	if (host && hostlen) {
		if (flags & NI_NAMEREQD)
			return EAI_NONAME;
		if (!inet_ntop(sa->sa_family, addr, host, hostlen))
			return EAI_OVERFLOW;
	}
	if (serv && servlen) {
		struct servent *s = flags & NI_NUMERICSERV ? NULL :
			getservbyport(port, flags & NI_DGRAM ? "udp" : "tcp");
		int n = s ? snprintf(serv, servlen, "%s", s->s_name)
		          : snprintf(serv, servlen, "%d", ntohs(port));
		if (n >= (int)servlen)
			return EAI_OVERFLOW;
	}
	return 0;
}

const char *gai_strerror(int err)
{
	switch (err) {
	case 0: return "Success";
	case EAI_BADFLAGS: return "Bad value for ai_flags";
	case EAI_NONAME: return "Name or service not known";
	case EAI_AGAIN: return "Temporary failure in name resolution";
	case EAI_FAIL: return "Non-recoverable failure in name resolution";
	case EAI_FAMILY: return "ai_family not supported";
	case EAI_SOCKTYPE: return "ai_socktype not supported";
	case EAI_SERVICE: return "Service not supported for ai_socktype";
	case EAI_MEMORY: return "Memory allocation failure";
	case EAI_SYSTEM: return "System error";
	case EAI_OVERFLOW: return "Result too large for supplied buffer";
	default: return "Unknown error";
	}
}

const char *hstrerror(int err)
{
	switch (err) {
	case 0: return "Resolver Error 0 (no error)";
	case HOST_NOT_FOUND: return "Unknown host";
	case TRY_AGAIN: return "Host name lookup failure";
	case NO_RECOVERY: return "Unknown server error";
	case NO_DATA: return "No address associated with name";
	default: return "Unknown resolver error";
	}
}

struct hostent *gethostbyname(const char *name)
{
	enum { MAX = 16 };
	static struct hostent h;
	static struct in_addr addr[MAX];
	static char *list[MAX + 1], *aliases[1];
	struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *res;
	int err = getaddrinfo(name, NULL, &hints, &res);
	if (err) {
		h_errno = err == EAI_NONAME ? HOST_NOT_FOUND : err == EAI_AGAIN ? TRY_AGAIN : NO_RECOVERY;
		return NULL;
	}
	int n = 0;
	for (struct addrinfo *a = res; a && n < MAX; a = a->ai_next, n++) {
		addr[n] = ((struct sockaddr_in *)a->ai_addr)->sin_addr;
		list[n] = (char *)&addr[n];
	}
	list[n] = NULL;
	freeaddrinfo(res);
	free(h.h_name);
	h = (struct hostent){strdup(name), aliases, AF_INET, sizeof *addr, list};
	if (!h.h_name) {
		h_errno = NO_RECOVERY;
		return NULL;
	}
	return &h;
}

/* Without a resolver, no address has a name. */
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int family)
{
	(void)addr, (void)len, (void)family;
	h_errno = HOST_NOT_FOUND;
	return NULL;
}
