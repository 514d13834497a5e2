/* Anonymous memory by POSIX mmap(): src/mem/mman.c. wasi-libc's own header
 * refuses to be included; this one replaces it. */
#ifndef WLR_SYS_MMAN_H
#define WLR_SYS_MMAN_H

#include <features.h>
#define __NEED_size_t
#define __NEED_off_t
#define __NEED_mode_t
#include <bits/alltypes.h>

#define PROT_NONE  0
#define PROT_READ  1
#define PROT_WRITE 2
#define PROT_EXEC  4

#define MAP_FAILED    ((void *)-1)
#define MAP_SHARED    0x01
#define MAP_PRIVATE   0x02
#define MAP_TYPE      0x0f
#define MAP_FIXED     0x10
#define MAP_ANON      0x20
#define MAP_ANONYMOUS MAP_ANON
#define MAP_STACK     0x20000

#ifdef __cplusplus
extern "C" {
#endif

void *mmap(void *, size_t, int, int, int, off_t);
int munmap(void *, size_t);
int mprotect(void *, size_t, int);

#ifdef __cplusplus
}
#endif

#endif
