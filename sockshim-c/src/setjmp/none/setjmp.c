/* setjmp() for programs that never jump: it returns once, and longjmp() ends the
 * process as exit() does. Nothing is thrown, so a module needs no exceptions. */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The tag that functions with setjmp() catch. */
__asm__(".tagtype __c_longjmp i32\n"
	".globl __c_longjmp\n"
	"__c_longjmp:\n");

void __wasm_setjmp(struct __wlr_jmp_buf *env, uint32_t label, void *call)
{
	(void)env, (void)label, (void)call;
}

uint32_t __wasm_setjmp_test(struct __wlr_jmp_buf *env, void *call)
{
	(void)env, (void)call;
	return 0;
}

_Noreturn void __wasm_longjmp(struct __wlr_jmp_buf *env, int val)
{
	(void)env, (void)val;
	fputs("longjmp: this program was linked without non-local jumps\n", stderr);
	exit(255);
}

void longjmp(jmp_buf env, int val)
{
	__wasm_longjmp(env, val);
}
