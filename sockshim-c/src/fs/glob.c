/* glob() (POSIX) with GLOB_BRACE, as BSD and glibc have it, by wasi-libc's, for
 * each of the patterns that braces stand for. */
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../errno/errno.h"

#define GLOB_BRACE 0x400 /* of the program's <glob.h> */

static int (*on_error)(const char *, int);

static int tell_error(const char *path, int err)
{
	return on_error(path, wlr_errno_number(err));
}

/* The next of the characters in set that is not escaped and, inside of braces,
 * not one of inner ones; NULL if there is none. */
static const char *next(const char *p, const char *set, bool escapes)
{
	for (int depth = 0; *p; p++) {
		if (*p == '\\' && escapes && p[1]) {
			p++;
			continue;
		}
		if (!depth && strchr(set, *p))
			return p;
		depth += *p == '{' ? 1 : *p == '}' && depth ? -1 : 0;
	}
	return NULL;
}

/* The first pair of braces. */
static const char *find_braces(const char *pattern, bool escapes, const char **end)
{
	for (const char *p = pattern; (p = next(p, "{", escapes)); p++)
		if ((*end = next(p + 1, "}", escapes)))
			return p;
	return NULL;
}

struct search {
	int flags;   /* of the next call */
	bool called;
	glob_t *found;
};

static int search(struct search *s, const char *pattern)
{
	int ret = glob(pattern, s->flags | (s->called ? GLOB_APPEND : 0), on_error ? tell_error : NULL, s->found);
	s->called = true;
	return ret == GLOB_NOMATCH ? 0 : ret;
}

static int search_each(struct search *s, const char *pattern)
{
	bool escapes = !(s->flags & GLOB_NOESCAPE);
	const char *end, *open = find_braces(pattern, escapes, &end);
	if (!open)
		return search(s, pattern);
	char *one = malloc(strlen(pattern));
	if (!one)
		return GLOB_NOSPACE;
	memcpy(one, pattern, open - pattern);
	int ret = 0;
	for (const char *from = open + 1; !ret && from <= end;) {
		const char *to = next(from, ",}", escapes);
		memcpy(one + (open - pattern), from, to - from);
		strcpy(one + (open - pattern) + (to - from), end + 1);
		ret = search_each(s, one);
		from = to + 1;
	}
	free(one);
	return ret;
}

int wlr_glob(const char *restrict pattern, int flags, int (*tell)(const char *, int),
	glob_t *restrict found)
{
	int (*outer)(const char *, int) = on_error; /* which may be calling this */
	on_error = tell;
	struct search s = {.flags = flags & ~(GLOB_BRACE | GLOB_NOCHECK), .found = found};
	size_t before = flags & GLOB_APPEND ? found->gl_pathc : 0;
	int ret = flags & GLOB_BRACE ? search_each(&s, pattern) : search(&s, pattern);
	if (!ret && found->gl_pathc == before) {
		s.flags |= flags & GLOB_NOCHECK;
		ret = flags & GLOB_NOCHECK ? search(&s, pattern) : GLOB_NOMATCH;
	}
	on_error = outer;
	return ret;
}
