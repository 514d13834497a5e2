/* Lines of fields separated by colons, as in passwd(5) and group(5). */
#ifndef WLR_USER_DB_H
#define WLR_USER_DB_H

#include <stdbool.h>
#include <stddef.h>

/* Looks in file for the first line with at least n fields whose field key is
 * value, puts it in buf, ends its fields with '\0' and points to them in field.
 * Returns 0 (found says whether), ERANGE if a line does not fit in buf, or why
 * the file cannot be read; a file that is not there has no lines. */
int wlr_db_find(const char *file, int key, const char *value, char *buf, size_t size,
	char **field, int n, bool *found);

#endif
