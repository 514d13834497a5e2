/* User and group of the process. WASI has none; every file's st_uid and st_gid
 * are 0 there, and so is the process's: it owns what it sees. */
#include <errno.h>
#include <unistd.h>

uid_t getuid(void) { return 0; }
uid_t geteuid(void) { return 0; }
gid_t getgid(void) { return 0; }
gid_t getegid(void) { return 0; }

/* No other identity can be taken. */
static int keep(unsigned id)
{
	if (id == 0)
		return 0;
	errno = EPERM;
	return -1;
}

int setuid(uid_t uid) { return keep(uid); }
int seteuid(uid_t uid) { return keep(uid); }
int setgid(gid_t gid) { return keep(gid); }
int setegid(gid_t gid) { return keep(gid); }

/* No supplementary groups. */
int getgroups(int size, gid_t list[])
{
	(void)list;
	if (size >= 0)
		return 0;
	errno = EINVAL;
	return -1;
}

/* "ENXIO: the calling process has no controlling terminal" with a name. */
char *getlogin(void)
{
	errno = ENXIO;
	return NULL;
}
