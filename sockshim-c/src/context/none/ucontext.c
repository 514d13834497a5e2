/* Contexts where there can be none: WebAssembly has no stack that a program
 * could change, and nothing takes the place of it in this module. */
#include <errno.h>
#include <ucontext.h>

int getcontext(ucontext_t *c)
{
	(void)c;
	errno = ENOSYS;
	return -1;
}

int setcontext(const ucontext_t *c)
{
	(void)c;
	errno = ENOSYS;
	return -1;
}

int swapcontext(ucontext_t *from, const ucontext_t *to)
{
	(void)from, (void)to;
	errno = ENOSYS;
	return -1;
}

/* Cannot fail, by its interface; a context that was never got is not used. */
void makecontext(ucontext_t *c, void (*entry)(void), int argc, ...)
{
	(void)c, (void)entry, (void)argc;
}

int wlr_can_switch(void)
{
	return 0;
}
