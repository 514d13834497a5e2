/* The process, its user, its terminal, and the processes that it cannot have. */
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <limits.h>

#include "test.h"

/* No process has it: it is above every kernel's limit. */
enum { NOBODY = 1 << 30 };

static void numbers(void)
{
	pid_t pid = getpid();
	/* shim_test.go compares it with another run's. */
	printf("# process %d\n", (int)pid);
	OK(pid > 1, "getpid");
	bool same = true;
	for (int i = 0; i < 100; i++)
		same = same && getpid() == pid;
	OK(same, "stays the same");
	WASI(EQ(getppid(), 0, "getppid: the parent is out of sight"));
	EQ(getpgid(0), getpgrp(), "getpgid of the process is getpgrp");
	EQ(getpgid(pid), getpgrp(), "getpgid of its number too");
	/* 0 on Linux, when the session's leader is in an outer PID namespace. */
	OK(getsid(0) >= 0, "getsid");
	EQ(getsid(pid), getsid(0), "getsid of its number");
	ERR(getpgid(NOBODY), ESRCH, "getpgid of no process");
	ERR(getsid(NOBODY), ESRCH, "getsid of no process");
	WASI(EQ(getpgrp(), pid, "the process leads its group"));
	WASI(EQ(getsid(0), pid, "and its session"));
	WASI(ERR(setsid(), EPERM, "setsid of a leader"));
	WASI(ERR(setpgid(0, 0), EPERM, "setpgid of a session's leader"));
	ERR(setpgid(0, -1), EINVAL, "setpgid to -1");
	ERR(setpgid(NOBODY, 0), ESRCH, "setpgid of no process");
}

static void users(void)
{
	WASI(EQ(getuid(), 0, "getuid"));
	WASI(EQ(getgid(), 0, "getgid"));
	EQ(geteuid(), getuid(), "geteuid is getuid");
	EQ(getegid(), getgid(), "getegid is getgid");
	ZERO(setuid(getuid()), "setuid to what it is");
	ZERO(seteuid(getuid()), "seteuid");
	ZERO(setgid(getgid()), "setgid");
	ZERO(setegid(getgid()), "setegid");
	WASI(ERR(setuid(1000), EPERM, "setuid to another"));
	WASI(ERR(seteuid(1000), EPERM, "seteuid to another"));
	WASI(ERR(setgid(1000), EPERM, "setgid to another"));
	WASI(ERR(setegid(1000), EPERM, "setegid to another"));
	OK(getgroups(0, NULL) >= 0, "getgroups");
	volatile int less = -1; /* or gcc sees it coming */
	ERR(getgroups(less, NULL), EINVAL, "getgroups of less than nothing");
	WASI(NULLERR(getlogin(), ENXIO, "getlogin"));
}

static void others(void)
{
	int status;
	ERR(wait(&status), ECHILD, "wait without a child");
	ERR(wait(NULL), ECHILD, "wait for no status");
	ERR(waitpid(-1, &status, 0), ECHILD, "waitpid");
	ERR(waitpid(-1, &status, WNOHANG), ECHILD, "waitpid with WNOHANG");
	ERR(waitpid(NOBODY, &status, 0), ECHILD, "waitpid for no process");
	OK(WIFEXITED(0x0700) && WEXITSTATUS(0x0700) == 7 && !WIFSIGNALED(0x0700), "a status of exit(7)");
	OK(WIFSIGNALED(9) && WTERMSIG(9) == 9 && !WIFEXITED(9), "a status of signal 9");
	OK(WIFSTOPPED(0x137f) && WSTOPSIG(0x137f) == 0x13 && !WIFSIGNALED(0x137f), "a status of a stop");
#ifdef __wasi__
	ERR(fork(), ENOSYS, "fork");
	NULLERR(popen("true", "r"), ENOSYS, "popen");
	ERR(pclose(stdin), ECHILD, "pclose of what popen has not opened");
#endif
}

static void terminals(void)
{
	int fd = make_file("a", ""), closed = dup(fd);
	close(closed);
	char name[64] = "before";
	NULLERR(ttyname(fd), ENOTTY, "ttyname of a file");
	NULLERR(ttyname(closed), EBADF, "ttyname of a closed descriptor");
	EQ(ttyname_r(fd, name, sizeof name), ENOTTY, "ttyname_r of a file");
	EQ(ttyname_r(closed, name, sizeof name), EBADF, "ttyname_r of a closed descriptor");
	/* Not the pointer it returns: clang thinks that can never be its argument. */
	char buf[64] = "before";
	ctermid(buf);
	OK(strcmp(buf, "before") != 0, "ctermid into a buffer");
	STR(ctermid(NULL), buf, "ctermid without one");
	STR(buf, "/dev/tty", "it has that name");
	close(fd);
}

static void host(void)
{
	struct utsname u;
	EQ(uname(&u) >= 0, 1, "uname");
	char name[256] = "";
	ZERO(gethostname(name, sizeof name), "gethostname");
	STR(name, u.nodename, "is uname's");
	char little[1];
	ERR(gethostname(little, 1), ENAMETOOLONG, "gethostname into too little");

	unsigned char a[4096] = {0}, b[4096] = {0};
	EQ(getrandom(a, sizeof a, 0), sizeof a, "getrandom");
	EQ(getrandom(b, sizeof b, GRND_NONBLOCK), sizeof b, "getrandom again");
	OK(memcmp(a, b, sizeof a) != 0, "is something else");
	int counts[256] = {0}, least = 4096;
	for (size_t i = 0; i < sizeof a; i++)
		counts[a[i]]++, counts[b[i]]++;
	for (int i = 0; i < 256; i++)
		least = counts[i] < least ? counts[i] : least;
	OK(least > 0, "8192 bytes have every value");
	EQ(getrandom(a, 16, GRND_RANDOM | GRND_NONBLOCK), 16, "GRND_RANDOM");
	EQ(getrandom(a, 0, 0), 0, "getrandom of nothing");
	ERR(getrandom(a, 1, 0x1000), EINVAL, "a flag that is none");
	ZERO(getentropy(a, 256), "getentropy");
	ERR(getentropy(a, 257), EIO, "getentropy of too much");
}

int main(void)
{
	numbers();
	users();
	others();
	terminals();
	host();
	return done();
}
