/* Execution contexts (POSIX Issue 6 <ucontext.h>), by the archive of
 * src/setjmp/<mode>. */
#ifndef WLR_UCONTEXT_H
#define WLR_UCONTEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
	void *ss_sp;
	int ss_flags;
	size_t ss_size;
} stack_t;

typedef struct __wlr_ucontext {
	struct __wlr_ucontext *uc_link;
	stack_t uc_stack;
	unsigned long long __opaque[8];
} ucontext_t;

int getcontext(ucontext_t *);
int setcontext(const ucontext_t *);
int swapcontext(ucontext_t *, const ucontext_t *);
void makecontext(ucontext_t *, void (*)(void), int, ...);

#ifdef __cplusplus
}
#endif

#endif
