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

static ucontext_t *running; /* NULL as long as nothing was switched */
static ucontext_t *target;  /* of the switch that is on its way */

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
	ucontext_t *c = running;
	char *top = c->__top;
	if (c->uc_stack.ss_sp) {
		if (size > (size_t)((char *)c->__stack - top))
			full();
	} else if (size > (size_t)(c->__limit - top)) {
		size_t used = (size_t)(top - c->__base), more = (used + size) * 2 + 4096;
		char *base = realloc(c->__base, more);
		if (!base)
			full();
		c->__base = base;
		c->__limit = base + more;
		top = base + used;
	}
	c->__top = top + size;
	return top;
}

/* The last frame of the context that runs, which is used up. */
EXPORT(__wlr_context_pop)
void *__wlr_context_pop(size_t size)
{
	return running->__top -= size;
}

/* The running context is down. Says whether the target, which now is the running
 * one, has frames. */
EXPORT(__wlr_context_switched)
int __wlr_context_switched(void)
{
	running = target;
	return running->__top != running->__base;
}

/* The function of a context that was made. */
static void begin(void)
{
	running->__entry();
	if (!running->uc_link)
		exit(0);
}

EXPORT(__wlr_context_entry)
void (*__wlr_context_entry(void))(void)
{
	return running && running->__entry ? begin : NULL;
}

EXPORT(__wlr_context_stack)
void *__wlr_context_stack(void)
{
	return running->__stack;
}

/* The function of the running context has returned. */
EXPORT(__wlr_context_ended)
void __wlr_context_ended(void)
{
	target = running->uc_link;
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
	char *sp = c->uc_stack.ss_sp;
	c->__base = c->__top = (char *)(((uintptr_t)sp + 15) & ~(uintptr_t)15);
	c->__stack = (void *)((uintptr_t)(sp + c->uc_stack.ss_size) & ~(uintptr_t)15);
	c->__entry = entry;
	c->__made = 1;
}

int swapcontext(ucontext_t *from, const ucontext_t *to)
{
	if (!to->__made) {
		errno = EINVAL;
		return -1;
	}
	void *sp = stack_pointer();
	if (from->uc_stack.ss_sp && (char *)sp < (char *)from->__base)
		full(); /* it has written below its end */
	from->__stack = sp;
	from->__top = from->__base;
	from->__made = 1;
	running = from;
	target = (ucontext_t *)to;
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
