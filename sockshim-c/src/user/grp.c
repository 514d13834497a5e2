#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../errno/errno.h"
#include "db.h"

/* The members' list is laid out in buf behind the line. */
static int members(char *list, char *buf, size_t size, char ***mem)
{
	char *end = list + strlen(list) + 1;
	uintptr_t at = ((uintptr_t)end + sizeof(char *) - 1) & -sizeof(char *);
	char **m = (char **)at;
	size_t room = (uintptr_t)buf + size > at ? ((uintptr_t)buf + size - at) / sizeof *m : 0;
	size_t n = 0;
	for (char *p = strtok(list, ","); p; p = strtok(NULL, ",")) {
		if (n + 1 >= room)
			return ERANGE;
		m[n++] = p;
	}
	if (!room)
		return ERANGE;
	m[n] = NULL;
	*mem = m;
	return 0;
}

static int find(int key, const char *value, struct group *gr, char *buf, size_t size,
	struct group **res)
{
	char *f[4];
	bool found;
	int err = wlr_db_find("/etc/group", key, value, buf, size, f, 4, &found);
	*res = NULL;
	if (err || !found)
		return err;
	gr->gr_name = f[0];
	gr->gr_passwd = f[1];
	gr->gr_gid = strtoul(f[2], NULL, 10);
	err = members(f[3], buf, size, &gr->gr_mem);
	if (!err)
		*res = gr;
	return err;
}

static int find_id(gid_t gid, struct group *gr, char *buf, size_t size, struct group **res)
{
	char s[16];
	snprintf(s, sizeof s, "%u", (unsigned)gid);
	return find(2, s, gr, buf, size, res);
}

int getgrnam_r(const char *name, struct group *gr, char *buf, size_t size, struct group **res)
{
	return wlr_errno_number(find(0, name, gr, buf, size, res));
}

int getgrgid_r(gid_t gid, struct group *gr, char *buf, size_t size, struct group **res)
{
	return wlr_errno_number(find_id(gid, gr, buf, size, res));
}

static struct group gr;
static char line[4096];

static struct group *result(int err, struct group *res)
{
	if (err)
		errno = err;
	return res;
}

struct group *getgrnam(const char *name)
{
	struct group *res;
	int err = find(0, name, &gr, line, sizeof line, &res);
	return result(err, res);
}

struct group *getgrgid(gid_t gid)
{
	struct group *res;
	int err = find_id(gid, &gr, line, sizeof line, &res);
	return result(err, res);
}
