/* setlocale() and newlocale() (POSIX.1-2017) for the locales that there are: "C",
 * which is also "POSIX", and "C.UTF-8". wasi-libc's, which are musl's, take any
 * other name for one more of "C.UTF-8" and succeed; POSIX has a null pointer for a
 * name that stands for nothing. */
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const variables[] = {
	[LC_CTYPE] = "LC_CTYPE", [LC_NUMERIC] = "LC_NUMERIC", [LC_TIME] = "LC_TIME",
	[LC_COLLATE] = "LC_COLLATE", [LC_MONETARY] = "LC_MONETARY", [LC_MESSAGES] = "LC_MESSAGES",
};

enum { CATEGORIES = sizeof variables / sizeof *variables };

/* As glibc, whose names for a codeset differ in case and hyphens. */
static bool exists(const char *name, size_t n)
{
	static const char *const names[] = {"C", "POSIX", "C.UTF-8", "C.UTF8", "C.utf-8", "C.utf8"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return true;
	return false;
}

/* What the empty name stands for (POSIX.1-2017, XBD 8.2): "" if nothing is set,
 * which leaves it to the implementation. */
static const char *from_environment(int category)
{
	const char *const order[] = {"LC_ALL", variables[category], "LANG"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		const char *value = getenv(order[i]);
		if (value && *value)
			return value;
	}
	return "";
}

static bool known(int category, const char *name)
{
	if (!*name)
		name = from_environment(category);
	return !*name || exists(name, strlen(name));
}

/* A name for all categories: one, or as setlocale() returns it, one for each with a
 * semicolon between. */
static bool all_known(const char *name)
{
	bool ok = true;
	if (!strchr(name, ';')) {
		for (int i = 0; i < CATEGORIES; i++)
			ok &= known(i, name);
		return ok;
	}
	int count = 1;
	for (size_t n; n = strcspn(name, ";"), ok &= exists(name, n), name[n]; name += n + 1)
		count++;
	return ok && count == CATEGORIES;
}

char *wlr_setlocale(int category, const char *name)
{
	bool one = category >= 0 && category < CATEGORIES;
	if (name && !(one ? known(category, name) : all_known(name)))
		return NULL;
	return setlocale(category, name);
}

locale_t wlr_newlocale(int mask, const char *name, locale_t base)
{
	for (int i = 0; i < CATEGORIES; i++) {
		if (mask & 1 << i && !known(i, name)) {
			errno = ENOENT;
			return (locale_t)0;
		}
	}
	return newlocale(mask, name, base);
}
