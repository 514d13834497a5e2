/* Names of protocols and services. The protocols are IANA's; services are read
 * from /etc/services of the guest's file system, and else asked of the host. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"

static struct protoent protocols[] = {
	{"ip", (char *[]){"IP", NULL}, IPPROTO_IP},
	{"icmp", (char *[]){"ICMP", NULL}, IPPROTO_ICMP},
	{"tcp", (char *[]){"TCP", NULL}, IPPROTO_TCP},
	{"udp", (char *[]){"UDP", NULL}, IPPROTO_UDP},
	{"ipv6", (char *[]){"IPv6", NULL}, IPPROTO_IPV6},
};

#define LEN(a) (sizeof(a) / sizeof *(a))

static bool named(const char *official, char **aliases, const char *name)
{
	if (strcmp(official, name) == 0)
		return true;
	for (; *aliases; aliases++)
		if (strcmp(*aliases, name) == 0)
			return true;
	return false;
}

struct protoent *getprotobyname(const char *name)
{
	for (size_t i = 0; i < LEN(protocols); i++)
		if (named(protocols[i].p_name, protocols[i].p_aliases, name))
			return &protocols[i];
	return NULL;
}

struct protoent *getprotobynumber(int number)
{
	for (size_t i = 0; i < LEN(protocols); i++)
		if (protocols[i].p_proto == number)
			return &protocols[i];
	return NULL;
}

/* A line of services(5): "name port/protocol alias…". */
static struct servent *parse(char *line)
{
	static struct servent s;
	static char *aliases[16];
	line[strcspn(line, "#\n")] = '\0';
	char *name = strtok(line, " \t"), *port = strtok(NULL, " \t");
	char *slash = port ? strchr(port, '/') : NULL;
	if (!slash)
		return NULL;
	*slash = '\0';
	size_t n = 0;
	for (char *a; n + 1 < LEN(aliases) && (a = strtok(NULL, " \t"));)
		aliases[n++] = a;
	aliases[n] = NULL;
	s = (struct servent){name, aliases, htons(atoi(port)), slash + 1};
	return &s;
}

static struct servent *find(const char *name, int port, const char *proto)
{
	static char line[512];
	FILE *f = fopen("/etc/services", "r");
	if (!f)
		return NULL;
	struct servent *s = NULL;
	while (fgets(line, sizeof line, f)) {
		s = parse(line);
		if (s && (name ? named(s->s_name, s->s_aliases, name) : s->s_port == port) &&
		    (!proto || strcmp(s->s_proto, proto) == 0))
			break;
		s = NULL;
	}
	fclose(f);
	return s;
}

/* What the backend's resolver knows of a service that the file does not name. */
static struct servent *ask(const char *name, const char *proto)
{
	static struct servent s;
	static char copy[64], *no_aliases[1];
	bool udp = proto && strcmp(proto, "udp") == 0;
	/* Resolvers take a number for a service, which has no name. */
	char *end;
	(void)strtol(name, &end, 10);
	if (!*end)
		return NULL;
	if (proto && !udp && strcmp(proto, "tcp") != 0)
		return NULL;
	int port = wlr_backend_service(name, udp ? SOCK_DGRAM : SOCK_STREAM);
	if (port < 0 || strlen(name) >= sizeof copy)
		return NULL;
	strcpy(copy, name);
	s = (struct servent){copy, no_aliases, port, udp ? "udp" : "tcp"};
	return &s;
}

struct servent *getservbyname(const char *name, const char *proto)
{
	struct servent *s = find(name, 0, proto);
	return s ? s : ask(name, proto);
}

struct servent *getservbyport(int port, const char *proto)
{
	return find(NULL, port, proto);
}
