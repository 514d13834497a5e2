/* What <sys/random.h> of wasi-libc leaves out and sockshim-c has:
 * src/proc/getrandom.c. */
#include_next <sys/random.h>
#ifndef WLR_SYS_RANDOM_H
#define WLR_SYS_RANDOM_H

#define __NEED_ssize_t
#include <bits/alltypes.h>

#define GRND_NONBLOCK 1
#define GRND_RANDOM   2

#ifdef __cplusplus
extern "C" {
#endif

ssize_t getrandom(void *, size_t, unsigned);

#ifdef __cplusplus
}
#endif

#endif
