#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "../errno/errno.h"
#include "db.h"

static int find(int key, const char *value, struct passwd *pw, char *buf, size_t size,
	struct passwd **res)
{
	char *f[7];
	bool found;
	int err = wlr_db_find("/etc/passwd", key, value, buf, size, f, 7, &found);
	*res = NULL;
	if (err || !found)
		return err;
	*pw = (struct passwd){
		.pw_name = f[0], .pw_passwd = f[1],
		.pw_uid = strtoul(f[2], NULL, 10), .pw_gid = strtoul(f[3], NULL, 10),
		.pw_gecos = f[4], .pw_dir = f[5], .pw_shell = f[6],
	};
	*res = pw;
	return 0;
}

static int find_id(uid_t uid, struct passwd *pw, char *buf, size_t size, struct passwd **res)
{
	char s[16];
	snprintf(s, sizeof s, "%u", (unsigned)uid);
	return find(2, s, pw, buf, size, res);
}

int getpwnam_r(const char *name, struct passwd *pw, char *buf, size_t size, struct passwd **res)
{
	return wlr_errno_number(find(0, name, pw, buf, size, res));
}

int getpwuid_r(uid_t uid, struct passwd *pw, char *buf, size_t size, struct passwd **res)
{
	return wlr_errno_number(find_id(uid, pw, buf, size, res));
}

static struct passwd pw;
static char line[1024];

static struct passwd *result(int err, struct passwd *res)
{
	if (err)
		errno = err;
	return res;
}

struct passwd *getpwnam(const char *name)
{
	struct passwd *res;
	int err = find(0, name, &pw, line, sizeof line, &res);
	return result(err, res);
}

struct passwd *getpwuid(uid_t uid)
{
	struct passwd *res;
	int err = find_id(uid, &pw, line, sizeof line, &res);
	return result(err, res);
}
