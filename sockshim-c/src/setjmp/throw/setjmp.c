/* setjmp() for programs that jump: the three functions that clang's
 * -wasm-enable-sjlj calls. Each function that calls setjmp() has a label for each
 * of these calls, and a variable of its own whose address tells one call of the
 * function from another. */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__asm__(".tagtype __c_longjmp i32\n"
	".globl __c_longjmp\n"
	"__c_longjmp:\n");

#define TAG_C_LONGJMP 1 /* the compiler's number for it */

/* setjmp() is called. */
void __wasm_setjmp(struct __wlr_jmp_buf *env, uint32_t label, void *call)
{
	env->__call = call;
	env->__label = label;
}

/* A jump to env has been caught: the label of the setjmp() it goes to, 0 if
 * another call has to catch it. */
uint32_t __wasm_setjmp_test(struct __wlr_jmp_buf *env, void *call)
{
	return env->__call == call ? env->__label : 0;
}

/* longjmp(), or a jump that its catcher passes on. */
__attribute__((__target__("exception-handling")))
_Noreturn void __wasm_longjmp(struct __wlr_jmp_buf *env, int val)
{
	env->__jump.__env = env;
	env->__jump.__val = val ? val : 1;
	__builtin_wasm_throw(TAG_C_LONGJMP, &env->__jump);
}

/* For those that call it through a pointer. */
void longjmp(jmp_buf env, int val)
{
	__wasm_longjmp(env, val);
}

/* Called at the entry of a program that is left by a jump: the function that
 * called setjmp() has returned. C17 7.13.2.1 leaves that undefined. */
__attribute__((__export_name__("__wlr_longjmp_uncaught")))
void __wlr_longjmp_uncaught(void)
{
	fputs("longjmp: the function that called setjmp has returned\n", stderr);
	_Exit(255);
}
