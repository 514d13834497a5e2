/* The names of the two ends of a socketpair(), for getsockname() and
 * getpeername(), which every backend has. */
#ifndef WLR_PAIR_H
#define WLR_PAIR_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether fd is an end of a pair. */
bool wlr_is_pair(int fd);

int wlr_pair_name(int fd, struct sockaddr *addr, socklen_t *len);
int wlr_pair_peer(int fd, struct sockaddr *addr, socklen_t *len);

#endif
