/* POSIX <sys/wait.h>: src/proc/fork.c. */
#ifndef WLR_SYS_WAIT_H
#define WLR_SYS_WAIT_H

#define __NEED_pid_t
#include <bits/alltypes.h>

#define WNOHANG   1
#define WUNTRACED 2

#define WEXITSTATUS(s)  (((s) & 0xff00) >> 8)
#define WTERMSIG(s)     ((s) & 0x7f)
#define WSTOPSIG(s)     WEXITSTATUS(s)
#define WIFEXITED(s)    (!WTERMSIG(s))
#define WIFSTOPPED(s)   (((s) & 0xff) == 0x7f)
#define WIFSIGNALED(s)  (!WIFEXITED(s) && !WIFSTOPPED(s))

#ifdef __cplusplus
extern "C" {
#endif

pid_t wait(int *);
pid_t waitpid(pid_t, int *, int);

#ifdef __cplusplus
}
#endif

#endif
