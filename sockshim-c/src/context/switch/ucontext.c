/* Contexts (POSIX Issue 6 <ucontext.h>) in modules that a pass over the linked
 * module makes able to take their stack down and put it up again: see
 * cmd/wlrbuild/internal/postlink/checked.
 *
 * A context has two stacks. The one in linear memory, for variables that have an
 * address, is as on any machine. What WebAssembly keeps elsewhere is in frames,
 * one for each call that has not returned; they are there while the context does
 * not run. Frames grow from the beginning of uc_stack upwards and the other stack
 * from its end downwards. The context that the program began with has no uc_stack,
 * and its frames are in memory of their own.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <wasi/api.h>

#define EXPORT(name) __attribute__((__export_name__(#name)))

enum { MADE = 0x6d616465 }; /* not what happens to be in memory */

static struct __wlr_context running;      /* the context that runs */
static struct __wlr_context *left, *target; /* of the switch that is on its way */

__attribute__((__always_inline__))
static inline void *stack_pointer(void)
{
	void *sp;
	__asm__ volatile(".globaltype __stack_pointer, i32\n"
		"global.get __stack_pointer\n"
		"local.set %0" : "=r"(sp));
	return sp;
}

/* Where a stack is half down no function can be called that could be left by a
 * jump, and those of <stdio.h> call others by pointers. */
static _Noreturn void full(void)
{
	static const char message[] = "swapcontext: the stack of a context is full\n";
	const __wasi_ciovec_t line = {(const uint8_t *)message, sizeof message - 1};
	__wasi_size_t n;
	(void)__wasi_fd_write(2, &line, 1, &n);
	_Exit(255);
}

/* Takes the stack of the context that runs down and puts up the target's. The
 * pass writes its body; this is what the compiler must not look through. */
EXPORT(__wlr_context_switch) __attribute__((__noinline__))
void __wlr_context_switch(void)
{
	__asm__ volatile("" : : : "memory");
}

/* Room for a frame of the context that runs. */
EXPORT(__wlr_context_push)
void *__wlr_context_push(size_t size)
{
	struct __wlr_context *c = &running;
	char *frame = c->__top;
	if (c->__entry) {
		if (size > (size_t)((char *)c->__stack - frame))
			full();
	} else if (size > (size_t)(c->__limit - frame)) {
		size_t used = (size_t)(frame - c->__base), more = (used + size) * 2 + 4096;
		char *base = realloc(c->__base, more);
		if (!base)
			full();
		c->__base = base;
		c->__limit = base + more;
		frame = base + used;
	}
	c->__top = frame + size;
	return frame;
}

/* The last frame of the context that runs, which is used up. */
EXPORT(__wlr_context_pop)
void *__wlr_context_pop(size_t size)
{
	return running.__top -= size;
}

/* The running context is down. Says whether the target, which now is the running
 * one, has frames. */
EXPORT(__wlr_context_switched)
int __wlr_context_switched(void)
{
	*left = running;
	running = *target;
	return running.__top != running.__base;
}

/* The function of a context that was made. */
static void begin(void)
{
	running.__entry();
	if (!running.__link)
		exit(0);
}

EXPORT(__wlr_context_entry)
void (*__wlr_context_entry(void))(void)
{
	return running.__entry ? begin : NULL;
}

EXPORT(__wlr_context_stack)
void *__wlr_context_stack(void)
{
	return running.__stack;
}

/* The function of the running context has returned. */
EXPORT(__wlr_context_ended)
void __wlr_context_ended(void)
{
	static struct __wlr_context ended;
	left = &ended;
	target = &running.__link->__context;
}

/* The calling context as it is; only with makecontext() or swapcontext() it
 * becomes one to switch to: what returns twice would need a frame before. */
int getcontext(ucontext_t *c)
{
	*c = (ucontext_t){0};
	return 0;
}

void makecontext(ucontext_t *c, void (*entry)(void), int argc, ...)
{
	if (argc != 0) {
		fputs("makecontext: functions with parameters are not supported\n", stderr);
		abort();
	}
	uintptr_t low = (uintptr_t)c->uc_stack.ss_sp, high = low + c->uc_stack.ss_size;
	char *base = (char *)((low + 15) & ~(uintptr_t)15);
	c->__context = (struct __wlr_context){
		.__made = MADE, .__entry = entry, .__link = c->uc_link,
		.__stack = (void *)(high & ~(uintptr_t)15), .__base = base, .__top = base,
	};
}

int swapcontext(ucontext_t *from, const ucontext_t *to)
{
	if (to->__context.__made != MADE) {
		errno = EINVAL;
		return -1;
	}
	running.__made = MADE;
	running.__stack = stack_pointer();
	running.__top = running.__base;
	if (running.__entry && (char *)running.__stack < running.__base)
		full(); /* it has written below its end */
	left = &from->__context;
	target = (struct __wlr_context *)&to->__context;
	__wlr_context_switch();
	return 0;
}

int setcontext(const ucontext_t *to)
{
	static ucontext_t nowhere;
	return swapcontext(&nowhere, to);
}

int wlr_can_switch(void)
{
	return 1;
}
