/* WASI runs no other program. PHP calls popen() without asking configure. */
#include <errno.h>
#include <stdio.h>

FILE *popen(const char *command, const char *mode)
{
	(void)command, (void)mode;
	errno = ENOSYS;
	return NULL;
}

/* No stream has come from popen(). */
int pclose(FILE *stream)
{
	(void)stream;
	errno = ECHILD;
	return -1;
}
