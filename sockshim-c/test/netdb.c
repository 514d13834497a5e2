/* getaddrinfo(), getnameinfo() and what was before them, for addresses in
 * numbers, and the names of services and protocols as test/etc has them. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "test.h"

static struct addrinfo *res;

static int look(const char *host, const char *service, int flags, int family, int type, int protocol)
{
	struct addrinfo hints = {.ai_flags = flags, .ai_family = family, .ai_socktype = type, .ai_protocol = protocol};
	res = NULL;
	return getaddrinfo(host, service, &hints, &res);
}

/* The result as text: "family type protocol address port, …". */
static const char *text(void)
{
	static char s[1024];
	size_t n = 0;
	s[0] = '\0';
	for (struct addrinfo *a = res; a && n < sizeof s; a = a->ai_next) {
		char addr[INET6_ADDRSTRLEN] = "?";
		int port = -1;
		if (a->ai_family == AF_INET) {
			struct sockaddr_in *in = (struct sockaddr_in *)a->ai_addr;
			NEED(in->sin_family == AF_INET && a->ai_addrlen == sizeof *in);
			inet_ntop(AF_INET, &in->sin_addr, addr, sizeof addr);
			port = ntohs(in->sin_port);
		} else {
			struct sockaddr_in6 *in = (struct sockaddr_in6 *)a->ai_addr;
			NEED(in->sin6_family == AF_INET6 && a->ai_addrlen == sizeof *in);
			inet_ntop(AF_INET6, &in->sin6_addr, addr, sizeof addr);
			port = ntohs(in->sin6_port);
		}
		n += snprintf(s + n, sizeof s - n, "%s%d %s %d %s %d", n ? ", " : "",
			a->ai_family == AF_INET ? 4 : 6, a->ai_socktype == SOCK_STREAM ? "stream" : "dgram",
			a->ai_protocol, addr, port);
	}
	if (res)
		freeaddrinfo(res);
	return s;
}

static void resolve(void)
{
	EQ(look("192.0.2.1", "80", 0, AF_UNSPEC, SOCK_STREAM, 0), 0, "getaddrinfo of an IPv4 address");
	STR(text(), "4 stream 6 192.0.2.1 80", "finds it");
	EQ(look("2001:db8::1", "443", 0, AF_UNSPEC, SOCK_DGRAM, 0), 0, "getaddrinfo of an IPv6 address");
	STR(text(), "6 dgram 17 2001:db8::1 443", "finds it");
	EQ(look("192.0.2.1", NULL, 0, AF_INET, SOCK_STREAM, 0), 0, "without a service");
	STR(text(), "4 stream 6 192.0.2.1 0", "port 0");
	EQ(look("192.0.2.1", "1", 0, AF_INET, 0, IPPROTO_UDP), 0, "by protocol");
	STR(text(), "4 dgram 17 192.0.2.1 1", "finds the type");
	EQ(look("0x7f.1", "1", 0, AF_INET, SOCK_STREAM, 0), 0, "an address of two parts");
	STR(text(), "4 stream 6 127.0.0.1 1", "as inet_aton reads it");
	EQ(look(NULL, "8080", AI_PASSIVE, AF_INET, SOCK_STREAM, 0), 0, "to listen");
	STR(text(), "4 stream 6 0.0.0.0 8080", "on every address");
	EQ(look(NULL, "8080", 0, AF_INET, SOCK_STREAM, 0), 0, "to connect");
	STR(text(), "4 stream 6 127.0.0.1 8080", "to this host");
	EQ(look(NULL, "8080", AI_PASSIVE, AF_INET6, SOCK_STREAM, 0), 0, "to listen by IPv6");
	STR(text(), "6 stream 6 :: 8080", "on every address");
	EQ(look("localhost", "1", 0, AF_INET, SOCK_STREAM, 0), 0, "localhost");
	STR(text(), "4 stream 6 127.0.0.1 1", "needs nobody to ask");
	EQ(look("localhost", "1", 0, AF_INET6, SOCK_STREAM, 0), 0, "localhost by IPv6");
	STR(text(), "6 stream 6 ::1 1", "needs nobody either");
	EQ(look("192.0.2.1", "http", 0, AF_INET, SOCK_STREAM, 0), 0, "a service by name");
	const char *found = text();
	if (getenv("TEST_ETC"))
		STR(found, "4 stream 6 192.0.2.1 80", "has its port");
	else
		test_skip("has its port", "no /etc of ours");
	EQ(look("192.0.2.1", "1", AI_CANONNAME, AF_INET, SOCK_STREAM, 0), 0, "AI_CANONNAME");
	STR(res ? res->ai_canonname : NULL, "192.0.2.1", "of an address is the address");
	text();

	EQ(look(NULL, NULL, 0, AF_UNSPEC, 0, 0), EAI_NONAME, "neither host nor service");
	EQ(look("not a name", "1", AI_NUMERICHOST, AF_UNSPEC, 0, 0), EAI_NONAME, "AI_NUMERICHOST of a name");
	EQ(look("localhost", "1", AI_NUMERICHOST, AF_UNSPEC, 0, 0), EAI_NONAME, "AI_NUMERICHOST of localhost");
	EQ(look("192.0.2.1", "http", AI_NUMERICSERV, AF_UNSPEC, SOCK_STREAM, 0), EAI_NONAME, "AI_NUMERICSERV of a name");
	EQ(look("192.0.2.1", "no-such-service", 0, AF_UNSPEC, SOCK_STREAM, 0), EAI_SERVICE, "an unknown service");
	EQ(look("192.0.2.1", "1", 0, 77, SOCK_STREAM, 0), EAI_FAMILY, "an unknown family");
	EQ(look("192.0.2.1", "1", 0, AF_INET, 77, 0), EAI_SOCKTYPE, "an unknown type");
	EQ(look("192.0.2.1", "1", 0, AF_INET, SOCK_STREAM, IPPROTO_UDP), EAI_SOCKTYPE, "a type and the protocol of another");
	EQ(look(NULL, "1", AI_CANONNAME, AF_INET, SOCK_STREAM, 0), EAI_BADFLAGS, "AI_CANONNAME of no host");
	EQ(look("256.0.0.1", "1", AI_NUMERICHOST, AF_INET, 0, 0), EAI_NONAME, "256 in an address");
	int none = look("host.invalid", "1", 0, AF_UNSPEC, 0, 0);
	if (getenv("TEST_SOCKETS"))
		OK(none == EAI_NONAME || none == EAI_AGAIN, "a name that is none, or nobody can be asked");
	else
		EQ(none, EAI_FAIL, "a name needs a resolver");
	const char *name = getenv("TEST_NAME");
	if (!name) {
		test_skip("a name", "the test knows of none");
	} else {
		char want[128];
		snprintf(want, sizeof want, "4 stream 6 %s 80", getenv("TEST_ADDRESS"));
		EQ(look(name, "80", 0, AF_INET, SOCK_STREAM, 0), 0, "a name");
		OK(strncmp(text(), want, strlen(want)) == 0, "has its address");
		EQ(look(name, "80", AI_CANONNAME, AF_INET, 0, 0), 0, "a name for every type");
		OK(res && res->ai_canonname && *res->ai_canonname, "with its canonical name");
		OK(strstr(text(), want), "has it too");
		EQ(look(name, "80", AI_NUMERICHOST, AF_INET, 0, 0), EAI_NONAME, "a name is no number");
		struct hostent *h = gethostbyname(name);
		char address[INET_ADDRSTRLEN] = "";
		if (h)
			inet_ntop(AF_INET, h->h_addr_list[0], address, sizeof address);
		STR(address, getenv("TEST_ADDRESS"), "gethostbyname");
	}
	EQ(look("", "1", 0, AF_UNSPEC, 0, 0), EAI_NONAME, "a name without a letter");
	EQ(getaddrinfo("192.0.2.7", "7", NULL, &res), 0, "without hints");
	OK(strstr(text(), "4 stream 6 192.0.2.7 7"), "a stream is among the results");
	OK(strcmp(gai_strerror(EAI_NONAME), gai_strerror(EAI_FAMILY)) != 0, "gai_strerror");
	OK(*gai_strerror(12345), "gai_strerror of no error");
}

static int name4(const char *addr, int port, char *host, int hostlen, char *serv, int servlen, int flags)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	NEED(inet_pton(AF_INET, addr, &in.sin_addr) == 1);
	return getnameinfo((struct sockaddr *)&in, sizeof in, host, hostlen, serv, servlen, flags);
}

static void names(void)
{
	char host[64] = "", serv[64] = "";
	EQ(name4("192.0.2.9", 99, host, sizeof host, serv, sizeof serv, NI_NUMERICHOST | NI_NUMERICSERV), 0, "getnameinfo");
	STR(host, "192.0.2.9", "the address");
	STR(serv, "99", "the port");
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(65535)};
	inet_pton(AF_INET6, "2001:db8::9", &in6.sin6_addr);
	EQ(getnameinfo((struct sockaddr *)&in6, sizeof in6, host, sizeof host, serv, sizeof serv, NI_NUMERICHOST | NI_NUMERICSERV), 0, "getnameinfo of IPv6");
	STR(host, "2001:db8::9", "the address");
	STR(serv, "65535", "the port");
	EQ(name4("192.0.2.9", 99, host, 4, NULL, 0, NI_NUMERICHOST), EAI_OVERFLOW, "too little for the address");
	EQ(name4("192.0.2.9", 12345, NULL, 0, serv, 3, NI_NUMERICSERV), EAI_OVERFLOW, "too little for the port");
	EQ(getnameinfo((struct sockaddr *)&in6, 3, host, sizeof host, NULL, 0, NI_NUMERICHOST), EAI_FAMILY, "too short an address");
	in6.sin6_family = 77;
	EQ(getnameinfo((struct sockaddr *)&in6, sizeof in6, host, sizeof host, NULL, 0, NI_NUMERICHOST), EAI_FAMILY, "an unknown family");
	if (!getenv("TEST_ETC"))
		return;
	EQ(name4("192.0.2.9", 22, NULL, 0, serv, sizeof serv, 0), 0, "getnameinfo of a service");
	STR(serv, "ssh", "its name");
	EQ(name4("192.0.2.9", 65535, NULL, 0, serv, sizeof serv, NI_DGRAM), 0, "with NI_DGRAM");
	STR(serv, "high", "its name");
	EQ(name4("192.0.2.9", 65535, NULL, 0, serv, sizeof serv, 0), 0, "of a port without a name");
	STR(serv, "65535", "the number");
}

static void addresses(void)
{
	static const struct { const char *text; bool ok; uint32_t addr; } table[] = {
		{"127.0.0.1", true, 0x7f000001}, {"0.0.0.0", true, 0}, {"255.255.255.255", true, 0xffffffff},
		{"1.2.3", true, 0x01020003}, {"1.2", true, 0x01000002}, {"1", true, 1},
		{"1.2.65535", true, 0x0102ffff}, {"1.16777215", true, 0x01ffffff}, {"4294967295", true, 0xffffffff},
		{"0x7f.0.0.1", true, 0x7f000001}, {"0177.0.0.01", true, 0x7f000001}, {"0XFF.0xa", true, 0xff00000a},
		{"10.0.0.1 trailing", true, 0x0a000001}, {"010.010.010.010", true, 0x08080808},
		{"256.0.0.1", false, 0}, {"1.2.3.256", false, 0}, {"1.2.65536", false, 0}, {"1.16777216", false, 0},
		{"4294967296", false, 0}, {"1.2.3.4.5", false, 0}, {"", false, 0}, {".", false, 0}, {"1.", false, 0},
		{"1..2", false, 0}, {"a.b.c.d", false, 0}, {"1.2.3.4x", false, 0}, {" 1.2.3.4", false, 0},
		{"-1.2.3.4", false, 0}, {"08.1.1.1", false, 0}, {"1.2.3.99999999999999999999", false, 0},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct in_addr in = {0};
		char what[80];
		bool ok = inet_aton(table[i].text, &in);
		snprintf(what, sizeof what, "inet_aton \"%s\"", table[i].text);
		test_report(ok == table[i].ok && (!ok || ntohl(in.s_addr) == table[i].addr), what,
			"got %d, %08x", ok, (unsigned)ntohl(in.s_addr));
		NEED(inet_addr(table[i].text) == (ok ? in.s_addr : INADDR_NONE));
	}
	STR(inet_ntoa((struct in_addr){htonl(0xc0000263)}), "192.0.2.99", "inet_ntoa");
	STR(inet_ntoa((struct in_addr){htonl(0xffffffff)}), "255.255.255.255", "inet_ntoa of the longest");
}

static void databases(void)
{
	struct hostent *h = gethostbyname("192.0.2.3");
	OK(h != NULL, "gethostbyname of an address");
	if (h) {
		STR(h->h_name, "192.0.2.3", "h_name");
		OK(h->h_addrtype == AF_INET && h->h_length == 4, "is IPv4");
		OK(h->h_addr_list[0] && !h->h_addr_list[1], "has one address");
		STR(inet_ntoa(*(struct in_addr *)h->h_addr_list[0]), "192.0.2.3", "which it is");
		OK(h->h_aliases && !h->h_aliases[0], "has no other names");
	}
	h = gethostbyname("localhost");
	OK(h && *(in_addr_t *)h->h_addr_list[0] == htonl(INADDR_LOOPBACK), "gethostbyname of localhost");
	h_errno = 0;
	OK(!gethostbyname("host.invalid") && h_errno, "gethostbyname of a name that is none");
	in_addr_t addr = htonl(0xc0000201);
	WASI((h_errno = 0, OK(!gethostbyaddr(&addr, 4, AF_INET) && h_errno == HOST_NOT_FOUND, "an address has no name")));
	OK(*hstrerror(HOST_NOT_FOUND), "hstrerror");

	struct protoent *p = getprotobyname("tcp");
	OK(p && p->p_proto == IPPROTO_TCP && strcmp(p->p_name, "tcp") == 0, "getprotobyname");
	p = getprotobynumber(IPPROTO_UDP);
	OK(p && strcmp(p->p_name, "udp") == 0, "getprotobynumber");
	OK(!getprotobyname("no-such-protocol"), "getprotobyname of none");
	OK(!getprotobynumber(250), "getprotobynumber of none");
	p = getprotobyname("TCP");
	OK(p && p->p_proto == IPPROTO_TCP, "getprotobyname of an alias");

	if (!getenv("TEST_ETC"))
		return;
	struct servent *s = getservbyname("http", "tcp");
	OK(s && ntohs(s->s_port) == 80, "getservbyname");
	STR(s ? s->s_proto : NULL, "tcp", "s_proto");
	STR(s ? s->s_name : NULL, "http", "s_name");
	OK(s && s->s_aliases[0] && strcmp(s->s_aliases[0], "www") == 0 && !s->s_aliases[1], "s_aliases");
	s = getservbyname("www", "tcp");
	OK(s && strcmp(s->s_name, "http") == 0, "getservbyname of an alias");
	s = getservbyname("top", NULL);
	OK(s && ntohs(s->s_port) == 65535 && strcmp(s->s_proto, "udp") == 0, "getservbyname of any protocol");
	OK(!getservbyname("http", "udp"), "getservbyname of the wrong protocol");
	OK(!getservbyname("htt", "tcp"), "getservbyname of a name's beginning");
	OK(!getservbyname("80", "tcp"), "getservbyname of a number");
	OK(!getservbyname("-6664", "tcp"), "getservbyname of a negative number");
	s = getservbyport(htons(53), "udp");
	OK(s && strcmp(s->s_name, "domain") == 0 && strcmp(s->s_proto, "udp") == 0, "getservbyport");
	s = getservbyport(htons(22), NULL);
	OK(s && strcmp(s->s_name, "ssh") == 0, "getservbyport of any protocol");
	OK(!getservbyport(htons(23), "tcp"), "getservbyport of none");
	OK(!getservbyname("#", NULL) && !getservbyname("made", NULL), "comments are none");
}

int main(void)
{
	resolve();
	names();
	addresses();
	databases();
	return done();
}
