#include <locale.h>

#include "test.h"

/* POSIX knows of two names; which others there are is for the system to say. */
static void names(void)
{
	STR(setlocale(LC_ALL, NULL), "C", "the locale of a program that starts");
	STR(setlocale(LC_ALL, "POSIX"), "C", "setlocale to POSIX");
	STR(setlocale(LC_CTYPE, "C.UTF-8"), "C.UTF-8", "setlocale to C.UTF-8");
	EQ(mblen("\xc3\xa4", 2), 2, "which has characters of two bytes");
	STR(setlocale(LC_NUMERIC, NULL), "C", "for one category");

	OK(!setlocale(LC_ALL, "xx_XX.UTF-8"), "setlocale to a language that is not there");
	OK(!setlocale(LC_TIME, "C.ISO-8859-1"), "setlocale to a codeset that is not there");
	OK(!setlocale(LC_ALL, "C;C;xx_XX;C;C;C"), "setlocale to several, one of which is not there");
	OK(!setlocale(99, "C"), "setlocale for no category");
	STR(setlocale(LC_CTYPE, NULL), "C.UTF-8", "changes nothing then");

	char all[256];
	snprintf(all, sizeof all, "%s", setlocale(LC_ALL, NULL));
	STR(setlocale(LC_ALL, "C"), "C", "setlocale to C");
	OK(setlocale(LC_ALL, all) != NULL, "setlocale to what it has returned");
	STR(setlocale(LC_CTYPE, NULL), "C.UTF-8", "sets it again");
	STR(setlocale(LC_TIME, NULL), "C", "for each category");
}

static void environment(void)
{
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	setenv("LANG", "C", 1);
	STR(setlocale(LC_CTYPE, ""), "C", "setlocale to LANG");
	setenv("LC_CTYPE", "xx_XX", 1);
	OK(!setlocale(LC_CTYPE, ""), "to LC_CTYPE, which is not there");
	OK(!setlocale(LC_ALL, ""), "for all categories");
	STR(setlocale(LC_NUMERIC, ""), "C", "for another");
	setenv("LC_ALL", "POSIX", 1);
	STR(setlocale(LC_CTYPE, ""), "C", "to LC_ALL, which stands above it");
}

static void objects(void)
{
	locale_t l = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	OK(l != (locale_t)0, "newlocale");
	freelocale(l);
	OK(!newlocale(LC_ALL_MASK, "xx_XX", (locale_t)0), "newlocale of one that is not there");
	WASI(EQ(errno, ENOENT, "its error, which glibc leaves out"));
}

int main(void)
{
	names();
	environment();
	objects();
	return done();
}
