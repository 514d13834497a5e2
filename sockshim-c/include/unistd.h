/* What <unistd.h> of wasi-libc leaves out and sockshim-c has. */
#include_next <unistd.h>
#ifndef WLR_UNISTD_H
#define WLR_UNISTD_H

#ifdef __cplusplus
extern "C" {
#endif

/* Descriptors: src/fd. */
int dup(int);
int dup2(int, int);
int dup3(int, int, int);
int getdtablesize(void);

/* Files: src/fs. wasi-libc has access() and faccessat() in one object with
 * open() and the like, which must be linked, so ours have names of their own. */
int access(const char *, int) __asm__("wlr_access");
int faccessat(int, const char *, int, int) __asm__("wlr_faccessat");
int chown(const char *, uid_t, gid_t);
int fchown(int, uid_t, gid_t);
int lchown(const char *, uid_t, gid_t);
int lockf(int, int, off_t);

/* Users and processes: src/user, src/proc. */
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int setuid(uid_t);
int seteuid(uid_t);
int setgid(gid_t);
int setegid(gid_t);
int getgroups(int, gid_t []);
char *getlogin(void);
int gethostname(char *, size_t);
pid_t fork(void);
pid_t getppid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t);
pid_t getsid(pid_t);
int setpgid(pid_t, pid_t);
pid_t setsid(void);
char *ttyname(int);
int ttyname_r(int, char *, size_t);
char *ctermid(char *);

#ifdef __cplusplus
}
#endif

#endif
