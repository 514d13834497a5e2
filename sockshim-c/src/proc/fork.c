/* WASI has no other processes: none can be made, and there is none to wait
 * for. */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t fork(void)
{
	errno = ENOSYS;
	return -1;
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	(void)pid, (void)status, (void)options;
	errno = ECHILD;
	return -1;
}
