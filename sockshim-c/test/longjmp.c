/* longjmp() in the mode "none" ends the process with status 255, after what
 * exit() does: functions of atexit() and the flush of streams. shim_test.go
 * knows the status and the line on standard error. On Linux it jumps. */
#include <setjmp.h>

#include "test.h"

static jmp_buf env;

static void at_exit(void)
{
	OK(true, "functions of atexit are called");
	done(); /* prints what stays in the stream's buffer until it is flushed */
}

static void fail(void)
{
	longjmp(env, 3);
}

int main(void)
{
	atexit(at_exit);
	OK(true, "before the jump");
	FILE *f = fopen(tmp("flushed"), "w");
	NEED(f);
	fputs("in the buffer", f);
	if (setjmp(env) == 0) {
		fail();
		OK(false, "after longjmp");
	}
#ifdef __wasi__
	OK(false, "after the jump");
#endif
	exit(255);
}
