/* What <arpa/inet.h> of wasi-libc leaves out and sockshim-c has: src/net/inet.c. */
#include_next <arpa/inet.h>
#ifndef WLR_ARPA_INET_H
#define WLR_ARPA_INET_H

#ifdef __cplusplus
extern "C" {
#endif

in_addr_t inet_addr(const char *);
char *inet_ntoa(struct in_addr);

#ifdef __cplusplus
}
#endif

#endif
