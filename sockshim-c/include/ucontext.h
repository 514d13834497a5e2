/* Execution contexts (POSIX Issue 6 <ucontext.h>), by the archive of
 * src/context/<kind>.
 *
 * getcontext() gives a context for makecontext() and swapcontext() to fill in;
 * to return to it by itself, a second time, is not possible (setcontext() fails
 * with EINVAL). makecontext() takes functions without parameters.
 */
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

/* The names with underscores are src/context's. */
typedef struct __wlr_ucontext {
	struct __wlr_ucontext *uc_link;
	stack_t uc_stack;
	struct __wlr_context {
		unsigned __made;                /* whether one can switch to it */
		void (*__entry)(void);          /* NULL in the one that the program began with */
		struct __wlr_ucontext *__link;  /* where it goes from the end of that */
		void *__stack;                  /* the stack pointer, while it does not run */
		char *__base, *__top, *__limit; /* frames */
		void *__reserved[5];
	} __context;
} ucontext_t;

int getcontext(ucontext_t *);
int setcontext(const ucontext_t *);
int swapcontext(ucontext_t *, const ucontext_t *);
void makecontext(ucontext_t *, void (*)(void), int, ...);

/* Whether this program can switch contexts. Where it cannot, the functions fail
 * with ENOSYS. */
int wlr_can_switch(void);

#ifdef __cplusplus
}
#endif

#endif
