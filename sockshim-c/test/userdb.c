/* The user and group databases (POSIX <pwd.h>, <grp.h>), as test/etc has them. */
#include <grp.h>
#include <pwd.h>

#include "test.h"

static void users(void)
{
	struct passwd *p = getpwnam("www-data");
	NEED(p);
	STR(p->pw_name, "www-data", "pw_name");
	STR(p->pw_passwd, "x", "pw_passwd");
	EQ(p->pw_uid, 33, "pw_uid");
	EQ(p->pw_gid, 33, "pw_gid");
	STR(p->pw_gecos, "www-data,,,", "pw_gecos");
	STR(p->pw_dir, "/var/www", "pw_dir");
	STR(p->pw_shell, "/usr/sbin/nologin", "pw_shell");
	p = getpwuid(0);
	OK(p && strcmp(p->pw_name, "root") == 0, "getpwuid of 0");
	p = getpwuid(1000);
	OK(p && strcmp(p->pw_name, "empty") == 0, "getpwuid of 1000");
	OK(p && !*p->pw_passwd && !*p->pw_gecos && !*p->pw_dir && !*p->pw_shell, "empty fields are empty");
	p = getpwuid(4294967294u);
	OK(p && strcmp(p->pw_name, "huge") == 0 && p->pw_uid == 4294967294u, "getpwuid of the largest");
	p = getpwnam("last");
	OK(p && strcmp(p->pw_shell, "/bin/sh") == 0, "the last line, without an end");
	errno = 0;
	OK(!getpwnam("nobody-there") && errno == 0, "a name that is not there is no error");
	OK(!getpwuid(77) && errno == 0, "nor is a number");
	OK(!getpwnam("broken line") && errno == 0, "a line of one field is skipped");
	OK(!getpwnam("") && errno == 0, "the empty name");
	OK(!getpwnam("www") && errno == 0, "the beginning of a name");

	struct passwd pw, *res;
	char buf[1024];
	EQ(getpwnam_r("daemon", &pw, buf, sizeof buf, &res), 0, "getpwnam_r");
	OK(res == &pw && pw.pw_uid == 1 && strcmp(pw.pw_dir, "/usr/sbin") == 0, "finds it");
	OK(pw.pw_name >= buf && pw.pw_name < buf + sizeof buf, "in the buffer");
	EQ(getpwuid_r(33, &pw, buf, sizeof buf, &res), 0, "getpwuid_r");
	OK(res == &pw && strcmp(pw.pw_name, "www-data") == 0, "finds it");
	res = &pw;
	EQ(getpwnam_r("nobody-there", &pw, buf, sizeof buf, &res), 0, "getpwnam_r of none");
	OK(!res, "finds none");
	EQ(getpwnam_r("www-data", &pw, buf, 10, &res), ERANGE, "getpwnam_r with a small buffer");
	OK(!res, "finds none");
	EQ(getpwuid_r(33, &pw, buf, 1, &res), ERANGE, "getpwuid_r with a buffer of one byte");
	EQ(getpwuid_r(33, &pw, buf, 0, &res), ERANGE, "getpwuid_r with none");
	/* As a program does that does not know how much it needs. */
	size_t size = 1;
	while (size < sizeof buf && getpwnam_r("www-data", &pw, buf, size, &res) == ERANGE)
		size++;
	OK(res == &pw && strcmp(pw.pw_shell, "/usr/sbin/nologin") == 0, "a growing buffer is enough once");
	OK(size < 200, "and soon");
}

static void groups(void)
{
	struct group *g = getgrnam("adm");
	NEED(g);
	STR(g->gr_name, "adm", "gr_name");
	STR(g->gr_passwd, "x", "gr_passwd");
	EQ(g->gr_gid, 4, "gr_gid");
	STR(g->gr_mem[0], "root", "the first member");
	STR(g->gr_mem[1], "daemon", "the second");
	OK(!g->gr_mem[2], "there is no third");
	g = getgrgid(1000);
	OK(g && strcmp(g->gr_name, "empty") == 0, "getgrgid");
	OK(g && !g->gr_mem[0], "a group without members");
	g = getgrgid(4294967294u);
	OK(g && strcmp(g->gr_name, "huge") == 0, "getgrgid of the largest");
	g = getgrnam("many");
	NEED(g);
	int n = 0;
	while (g->gr_mem[n])
		n++;
	EQ(n, 100, "100 members");
	STR(g->gr_mem[99], "member100", "the last of them");
	errno = 0;
	OK(!getgrnam("nobody-there") && errno == 0, "a name that is not there is no error");
	OK(!getgrgid(77) && errno == 0, "nor is a number");

	struct group gr, *res;
	char buf[8192];
	EQ(getgrnam_r("www-data", &gr, buf, sizeof buf, &res), 0, "getgrnam_r");
	OK(res == &gr && gr.gr_gid == 33 && strcmp(gr.gr_mem[0], "root") == 0, "finds it");
	EQ(getgrgid_r(4, &gr, buf, sizeof buf, &res), 0, "getgrgid_r");
	OK(res == &gr && strcmp(gr.gr_name, "adm") == 0, "finds it");
	OK((char *)gr.gr_mem >= buf && (char *)gr.gr_mem < buf + sizeof buf, "its members in the buffer");
	EQ((uintptr_t)gr.gr_mem % sizeof(char *), 0, "on a boundary for pointers");
	EQ(getgrnam_r("nobody-there", &gr, buf, sizeof buf, &res), 0, "getgrnam_r of none");
	OK(!res, "finds none");
	EQ(getgrnam_r("many", &gr, buf, 600, &res), ERANGE, "getgrnam_r with a small buffer");
	OK(!res, "finds none");
	EQ(getgrgid_r(4, &gr, buf, 0, &res), ERANGE, "getgrgid_r with none");
	memset(buf, '#', sizeof buf);
	size_t size = 1;
	while (size < sizeof buf && getgrnam_r("adm", &gr, buf, size, &res) == ERANGE) {
		size++;
		NEED(buf[size] == '#');
	}
	OK(res == &gr && strcmp(gr.gr_mem[1], "daemon") == 0 && !gr.gr_mem[2], "a growing buffer is enough once");
}

int main(void)
{
	if (getenv("TEST_ETC")) {
		users();
		groups();
	}
	return done();
}
