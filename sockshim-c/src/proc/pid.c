/* The process, its group and its session.
 *
 * A WASI guest has no number that its host would know it by. It gets one drawn
 * at random once, so that what programs make of it (names of temporary files,
 * seeds, lock files) differs between instances. The process leads its group
 * and its session, and its parent is outside of what it can see, which Linux
 * reports as 0 across pid namespaces.
 */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

pid_t getpid(void)
{
	static pid_t pid;
	if (!pid) {
		uint32_t r;
		if (getentropy(&r, sizeof r) < 0)
			r = 0;
		pid = 2 + r % 4194302; /* Linux: below 2^22 */
	}
	return pid;
}

pid_t getppid(void)
{
	return 0;
}

pid_t getpgrp(void)
{
	return getpid();
}

static pid_t own(pid_t pid)
{
	if (pid == 0 || pid == getpid())
		return getpid();
	errno = pid < 0 ? EINVAL : ESRCH;
	return -1;
}

pid_t getpgid(pid_t pid)
{
	return own(pid);
}

pid_t getsid(pid_t pid)
{
	return own(pid);
}

/* "EPERM: the process indicated by pid is a session leader." */
int setpgid(pid_t pid, pid_t pgid)
{
	if (pgid < 0) {
		errno = EINVAL;
		return -1;
	}
	if (own(pid) < 0)
		return -1;
	errno = EPERM;
	return -1;
}

/* "EPERM: the calling process is already a process group leader." */
pid_t setsid(void)
{
	errno = EPERM;
	return -1;
}
