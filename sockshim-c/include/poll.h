/* What <poll.h> of wasi-libc leaves out. WASI has no out-of-band data: POLLPRI
 * can be asked for and never comes. */
#include_next <poll.h>
#ifndef WLR_POLL_H
#define WLR_POLL_H

#define POLLPRI 0x4

#endif
