/* The names of the two ends of a socketpair(), for getsockname() and
 * getpeername(), which every backend has. */
#ifndef WLR_PAIR_H
#define WLR_PAIR_H

#include <sys/socket.h>

int wlr_pair_name(int fd, struct sockaddr *addr, socklen_t *len);
int wlr_pair_peer(int fd, struct sockaddr *addr, socklen_t *len);

#endif
