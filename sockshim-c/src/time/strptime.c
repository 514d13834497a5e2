/* strptime() (POSIX XSI) as glibc has it: of a date, the day of the week and the
 * day of the year are told, too, which POSIX leaves open and wasi-libc does not
 * tell, and %Z passes over the name of a time zone. */
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Not a value of any field. */
#define NONE INT_MIN

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days of the year before a month. */
static int before(int year, int month)
{
	static const short days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	return days[month] + (month > 1 && leap(year));
}

/* The day of the week of the first of January. */
static int first_weekday(int year)
{
	long y = year - 1;
	return ((y * 365 + y / 4 - y / 100 + y / 400 + 1) % 7 + 7) % 7;
}

/* Gives a field that was not set the value it had. */
static bool keep(int *field, int had)
{
	if (*field != NONE)
		return true;
	*field = had;
	return false;
}

/* The first %Z of a format. */
static const char *zone(const char *format)
{
	const char *p = format;
	while ((p = strchr(p, '%')) && p[1] != 'Z')
		p += p[1] ? 2 : 1;
	return p;
}

static char *parse(const char *text, const char *format, struct tm *t)
{
	for (const char *z; text && (z = zone(format)); format = z + 2) {
		char *part = strndup(format, z - format);
		text = part ? strptime(text, part, t) : NULL;
		free(part);
		while (text && isspace((unsigned char)*text))
			text++;
		while (text && *text && !isspace((unsigned char)*text))
			text++;
	}
	return text ? strptime(text, format, t) : NULL;
}

char *wlr_strptime(const char *restrict text, const char *restrict format, struct tm *restrict t)
{
	struct tm had = *t;
	t->tm_year = t->tm_mon = t->tm_mday = t->tm_wday = t->tm_yday = NONE;
	char *end = parse(text, format, t);
	bool year = keep(&t->tm_year, had.tm_year), month = keep(&t->tm_mon, had.tm_mon);
	bool day = keep(&t->tm_mday, had.tm_mday);
	bool weekday = keep(&t->tm_wday, had.tm_wday), yearday = keep(&t->tm_yday, had.tm_yday);
	if (!end || !(year || month || day || yearday) || t->tm_mon < 0 || t->tm_mon > 11)
		return end;
	int y = t->tm_year + 1900;
	if (yearday && !(month && day)) {
		int m = 11;
		while (m && before(y, m) > t->tm_yday)
			m--;
		if (!month)
			t->tm_mon = m;
		if (!day)
			t->tm_mday = t->tm_yday - before(y, m) + 1;
	}
	int n = before(y, t->tm_mon) + t->tm_mday - 1;
	if (!yearday)
		t->tm_yday = n;
	if (!weekday)
		t->tm_wday = ((first_weekday(y) + n) % 7 + 7) % 7;
	return end;
}
