/* The group database (POSIX <grp.h>), read from /etc/group of the guest's file
 * system: src/user/grp.c. */
#ifndef WLR_GRP_H
#define WLR_GRP_H

#include <features.h>
#define __NEED_size_t
#define __NEED_gid_t
#include <bits/alltypes.h>

#ifdef __cplusplus
extern "C" {
#endif

struct group {
	char *gr_name;
	char *gr_passwd;
	gid_t gr_gid;
	char **gr_mem;
};

struct group *getgrnam(const char *);
struct group *getgrgid(gid_t);
int getgrnam_r(const char *, struct group *, char *, size_t, struct group **);
int getgrgid_r(gid_t, struct group *, char *, size_t, struct group **);

#ifdef __cplusplus
}
#endif

#endif
