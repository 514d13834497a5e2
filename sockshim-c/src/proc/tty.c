/* Terminals. WASI has no devices to name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../errno/errno.h"

static int why_not(int fd)
{
	return isatty(fd) ? ENOSYS : errno;
}

int ttyname_r(int fd, char *name, size_t size)
{
	(void)name, (void)size;
	return wlr_errno_number(why_not(fd));
}

char *ttyname(int fd)
{
	errno = why_not(fd);
	return NULL;
}

/* The name that a controlling terminal has everywhere. "If ctermid() returns a
 * pathname, access to the file is not guaranteed." */
char *ctermid(char *s)
{
	static char name[L_ctermid];
	return strcpy(s ? s : name, "/dev/tty");
}
