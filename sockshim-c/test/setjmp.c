/* setjmp() in the mode "none": it returns once, and contexts are refused. On
 * Linux jumps are made; what is true there is true of a program that asks
 * wlr_can_longjmp() first. */
#include <setjmp.h>
#ifdef __wasi__
#include <ucontext.h>
#else
#define wlr_can_longjmp() 1
#endif

#include "test.h"

static jmp_buf env;
static sigjmp_buf sigenv;
static volatile int steps;

static void nested(int depth)
{
	jmp_buf own;
	if (setjmp(own) == 0 && depth > 0)
		nested(depth - 1);
	steps++;
}

int main(void)
{
	EQ(setjmp(env), 0, "setjmp returns 0");
	EQ(sigsetjmp(sigenv, 1), 0, "sigsetjmp returns 0");
	EQ(_setjmp(env), 0, "_setjmp returns 0");
	nested(50);
	EQ(steps, 51, "nested");
	if (setjmp(env) == 0) {
		steps = 100;
		if (wlr_can_longjmp())
			longjmp(env, 7);
	} else {
		steps = 200;
	}
	EQ(steps, wlr_can_longjmp() ? 200 : 100, "a program can know before it jumps");
	WASI(EQ(wlr_can_longjmp(), 0, "there are no jumps"));
#ifdef __wasi__
	ucontext_t a, b;
	ERR(getcontext(&a), ENOSYS, "getcontext");
	ERR(setcontext(&a), ENOSYS, "setcontext");
	ERR(swapcontext(&a, &b), ENOSYS, "swapcontext");
#endif
	return done();
}
