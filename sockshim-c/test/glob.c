/* glob() (POSIX) with the braces of BSD and glibc. */
#include <glob.h>
#include <sys/stat.h>

#include "test.h"

static glob_t found;

/* What a pattern in TEST_TMP finds, without the directory, in a line. */
static const char *names(const char *pattern, int flags)
{
	static char line[1000];
	size_t dir = strlen(tmp(""));
	line[0] = '\0';
	int ret = glob(tmp(pattern), flags, NULL, &found);
	if (ret == GLOB_NOMATCH)
		return "(none)";
	if (ret)
		return "(error)";
	for (size_t i = 0; i < found.gl_pathc; i++) {
		strcat(line, i ? " " : "");
		strcat(line, found.gl_pathv[i] + dir);
	}
	globfree(&found);
	return line;
}

static int told;

static int tell(const char *path, int err)
{
	(void)path;
	told = err;
	return 1;
}

int main(void)
{
	const char *files[] = {"a.c", "a.h", "b.c", "b.txt", "{x}", ".hidden"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		close(make_file(files[i], ""));
	ZERO(mkdir(tmp("sub"), 0700), "mkdir");
	close(make_file("sub/a.c", ""));

	STR(names("*.c", 0), "a.c b.c", "a pattern");
	STR(names("*", 0), "a.c a.h b.c b.txt sub {x}", "all but the hidden");
	STR(names("s*", GLOB_MARK), "sub/", "GLOB_MARK");
	STR(names("*/*.c", 0), "sub/a.c", "in directories");
	STR(names("*.none", 0), "(none)", "no match");
	STR(names("*.none", GLOB_NOCHECK), "*.none", "GLOB_NOCHECK");
	STR(names("{a,b}.c", 0), "(none)", "braces are characters");

	STR(names("{b,a}.c", GLOB_BRACE), "b.c a.c", "braces in their order");
	STR(names("*.{h,txt}", GLOB_BRACE), "a.h b.txt", "braces with a pattern");
	STR(names("{a.{c,h},b.*}", GLOB_BRACE), "a.c a.h b.c b.txt", "braces in braces");
	STR(names("{a,b}.{h,txt}", GLOB_BRACE), "a.h b.txt", "two pairs");
	STR(names("{,sub/}a.c", GLOB_BRACE), "a.c sub/a.c", "an empty alternative");
	STR(names("a.c{}", GLOB_BRACE), "a.c", "{} is nothing");
	STR(names("{x", GLOB_BRACE), "(none)", "a brace alone is a character");
	STR(names("\\{x\\}", GLOB_BRACE), "{x}", "escaped braces");
	STR(names("{no,none}", GLOB_BRACE), "(none)", "no match in braces");
	STR(names("{no,none}", GLOB_BRACE | GLOB_NOCHECK), "{no,none}", "GLOB_NOCHECK with braces");
	STR(names("{no,a.c}", GLOB_BRACE | GLOB_NOCHECK), "a.c", "GLOB_NOCHECK with a match");

	EQ(glob(tmp("a.*"), 0, NULL, &found), 0, "glob");
	EQ(glob(tmp("{b,no}.*"), GLOB_BRACE | GLOB_APPEND, NULL, &found), 0, "GLOB_APPEND with braces");
	EQ(found.gl_pathc, 4, "how many there are");
	globfree(&found);

	/* An error is told with its number: here, of a file in the place of a
	 * directory, which not every C library takes for one. */
	int ret = glob(tmp("a.c/*"), GLOB_ERR, tell, &found);
	OK(ret == GLOB_NOMATCH || (ret == GLOB_ABORTED && told == ENOTDIR), "an error");
	return done();
}
