/* gethostname() (POSIX): the node name that uname() has. */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

int gethostname(char *name, size_t size)
{
	struct utsname u;
	if (uname(&u) < 0)
		return -1;
	if (strlen(u.nodename) >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(name, u.nodename);
	return 0;
}
