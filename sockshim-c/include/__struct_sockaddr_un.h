/* struct sockaddr_un whole: wasi-libc's, which <sys/un.h> includes by this
 * name, has no path. The length is Linux's, and WasmEdge's. */
#ifndef __wasilibc___struct_sockaddr_un_h
#define __wasilibc___struct_sockaddr_un_h

#include <__typedef_sa_family_t.h>

struct sockaddr_un {
	__attribute__((aligned(__BIGGEST_ALIGNMENT__))) sa_family_t sun_family;
	char sun_path[108];
};

#endif
