/* setjmp() for engines and programs that do without: it returns once, and
 * longjmp() ends the process after flushing its streams. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

int __wlr_setjmp(struct __wlr_jmp_buf *env)
{
	(void)env;
	return 0;
}

void longjmp(jmp_buf env, int val)
{
	(void)env, (void)val;
	fputs("longjmp: this program was linked without non-local jumps\n", stderr);
	exit(255);
}

void siglongjmp(sigjmp_buf env, int val)
{
	longjmp(env, val);
}

int wlr_can_longjmp(void)
{
	return 0;
}
