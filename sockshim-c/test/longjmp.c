/* longjmp() to a function that has returned, which C leaves undefined: with
 * sockshim-c it is an error that says so. shim_test.go knows how the program
 * ends there; on Linux it ends like that itself. */
#include <setjmp.h>

#include "test.h"

static jmp_buf env;

__attribute__((__noinline__))
static int returned(void)
{
	return setjmp(env);
}

int main(void)
{
	EQ(returned(), 0, "a function that calls setjmp returns");
	done();
	fflush(stdout);
#ifdef __wasi__
	longjmp(env, 3);
#else
	fputs("longjmp: the function that called setjmp has returned\n", stderr);
	_Exit(255);
#endif
}
