/* Clocks, shared by the functions that read them. */
#ifndef WLR_TIME_H
#define WLR_TIME_H

#include <stdint.h>

#define WLR_SEC 1000000000ull

/* Nanoseconds of processor time. */
uint64_t wlr_cpu_ns(void);

/* Nanoseconds since some time in the past. */
uint64_t wlr_monotonic_ns(void);

/* The program has waited this long for a host call: that is no processor time. */
void wlr_waited(uint64_t ns);

#endif
