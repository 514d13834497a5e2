/* What <sys/socket.h> of wasi-libc leaves out and the backends have
 * (backends/<name>/). The numbers are this library's; a backend translates. */
#include_next <sys/socket.h>
#ifndef WLR_SYS_SOCKET_H
#define WLR_SYS_SOCKET_H

#define PF_UNIX  AF_UNIX
#define PF_LOCAL AF_UNIX
#define AF_LOCAL AF_UNIX

#define SOMAXCONN 128

#define SOL_IP   0
#define SOL_TCP  6
#define SOL_UDP  17
#define SOL_IPV6 41

#define MSG_OOB      0x10000
#define MSG_DONTWAIT 0x20000
#define MSG_NOSIGNAL 0x40000

#define SO_DEBUG      1
#define SO_REUSEADDR  2
/* SO_TYPE            3 is wasi-libc's */
#define SO_ERROR      4
#define SO_DONTROUTE  5
#define SO_BROADCAST  6
#define SO_SNDBUF     7
#define SO_RCVBUF     8
#define SO_KEEPALIVE  9
#define SO_OOBINLINE  10
#define SO_LINGER     13
#define SO_REUSEPORT  15
#define SO_RCVLOWAT   18
#define SO_SNDLOWAT   19
#define SO_RCVTIMEO   20
#define SO_SNDTIMEO   21
#define SO_ACCEPTCONN 30
#define SO_PROTOCOL   38
#define SO_DOMAIN     39

#ifdef __cplusplus
extern "C" {
#endif

int socket(int, int, int);
int socketpair(int, int, int, int [2]);
int bind(int, const struct sockaddr *, socklen_t);
int connect(int, const struct sockaddr *, socklen_t);
int listen(int, int);
int getsockname(int, struct sockaddr *__restrict, socklen_t *__restrict);
int getpeername(int, struct sockaddr *__restrict, socklen_t *__restrict);
ssize_t sendto(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
ssize_t recvfrom(int, void *__restrict, size_t, int, struct sockaddr *__restrict,
	socklen_t *__restrict);
ssize_t sendmsg(int, const struct msghdr *, int);
ssize_t recvmsg(int, struct msghdr *, int);
int setsockopt(int, int, int, const void *, socklen_t);

#ifdef __cplusplus
}
#endif

#endif
