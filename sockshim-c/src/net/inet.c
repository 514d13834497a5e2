/* inet_addr(), inet_ntoa() (POSIX) and inet_aton() (BSD): IPv4 addresses in one
 * to four parts, each decimal, octal or hexadecimal; the last part fills what
 * is left. */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

int inet_aton(const char *s, struct in_addr *in)
{
	unsigned long long part[4]; /* of more than 32 bits, to see one that has them */
	int n = 0;
	for (;; s++) {
		if (!isdigit((unsigned char)*s))
			return 0;
		char *end;
		part[n++] = strtoull(s, &end, 0);
		s = end;
		if (*s != '.' || n == 4)
			break;
	}
	if (*s && !isspace((unsigned char)*s))
		return 0;
	uint32_t addr = 0;
	for (int i = 0; i < n - 1; i++) {
		if (part[i] > 255)
			return 0;
		addr |= (uint32_t)part[i] << (24 - 8 * i);
	}
	unsigned long long last = part[n - 1];
	if (last >> (8 * (5 - n)))
		return 0;
	in->s_addr = htonl(addr | last);
	return 1;
}

in_addr_t inet_addr(const char *s)
{
	struct in_addr in;
	return inet_aton(s, &in) ? in.s_addr : (in_addr_t)-1;
}

char *inet_ntoa(struct in_addr in)
{
	static char s[INET_ADDRSTRLEN];
	const unsigned char *b = (const unsigned char *)&in;
	snprintf(s, sizeof s, "%d.%d.%d.%d", b[0], b[1], b[2], b[3]);
	return s;
}
