/* struct sockaddr_storage with room for every address: wasi-libc's, which
 * <sys/socket.h> includes by this name, has less than struct sockaddr_un. The
 * length is Linux's. */
#ifndef __wasilibc___struct_sockaddr_storage_h
#define __wasilibc___struct_sockaddr_storage_h

#include <__typedef_sa_family_t.h>

struct sockaddr_storage {
	__attribute__((aligned(__BIGGEST_ALIGNMENT__))) sa_family_t ss_family;
	char __ss_data[126];
};

#endif
