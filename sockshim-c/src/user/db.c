#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "db.h"

static int split(char *line, char **field, int n)
{
	int i = 0;
	for (char *p = line; p && i < n; i++) {
		field[i] = p;
		p = strchr(p, ':');
		if (p)
			*p++ = '\0';
	}
	return i;
}

int wlr_db_find(const char *file, int key, const char *value, char *buf, size_t size,
	char **field, int n, bool *found)
{
	*found = false;
	if (size < 2)
		return ERANGE;
	FILE *f = fopen(file, "r");
	if (!f)
		return errno == ENOENT || errno == ENOTDIR || errno == EBADF ||
		       errno == ENOTCAPABLE ? 0 : errno;
	int err = 0;
	while (fgets(buf, size, f)) {
		size_t len = strlen(buf);
		if (len && buf[len - 1] == '\n') {
			buf[len - 1] = '\0';
		} else if (!feof(f)) {
			err = ERANGE;
			break;
		}
		if (split(buf, field, n) == n && strcmp(field[key], value) == 0) {
			*found = true;
			break;
		}
	}
	fclose(f);
	return err;
}
