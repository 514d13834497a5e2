/* syslog() (POSIX XSI), to standard error: "ident[pid]: message". On Linux the
 * log goes there as well with LOG_PERROR. */
#include <syslog.h>
#include <unistd.h>

#include "test.h"

static int saved;

/* Sends standard error to the file "err" while what is logged in between. */
static void capture(void)
{
	fflush(stderr);
	saved = dup(2);
	int fd = make_file("err", "");
	NEED(saved >= 0 && dup2(fd, 2) == 2);
	close(fd);
}

static const char *captured(void)
{
	fflush(stderr);
	NEED(dup2(saved, 2) == 2);
	close(saved);
	return content("err");
}

static void by_list(int priority, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsyslog(priority, format, ap);
	va_end(ap);
}

int main(void)
{
	openlog("tester", LOG_PERROR, LOG_USER);
	capture();
	syslog(LOG_NOTICE, "%s %d", "hello", 42);
	STR(captured(), "tester: hello 42\n", "syslog");
	capture();
	syslog(LOG_ERR, "with an end\n");
	STR(captured(), "tester: with an end\n", "the message ends its line itself");
	capture();
	errno = ENOENT;
	syslog(LOG_WARNING | LOG_LOCAL0, "cannot: %m (%s)", "why");
	char want[128];
	snprintf(want, sizeof want, "tester: cannot: %s (why)\n", strerror(ENOENT));
	STR(captured(), want, "%m is errno");
	capture();
	by_list(LOG_INFO, "%s-%s", "a", "b");
	STR(captured(), "tester: a-b\n", "vsyslog");
	capture();
	syslog(LOG_INFO, "100%%");
	STR(captured(), "tester: 100%\n", "a percent sign");

	openlog("tester", LOG_PERROR | LOG_PID, LOG_DAEMON);
	capture();
	syslog(LOG_NOTICE, "who");
	snprintf(want, sizeof want, "tester[%d]: who\n", (int)getpid());
	STR(captured(), want, "LOG_PID");

	openlog("tester", LOG_PERROR, LOG_USER);
	EQ(setlogmask(LOG_MASK(LOG_ERR)), 0xff, "setlogmask returns what was");
	capture();
	syslog(LOG_INFO, "not this");
	syslog(LOG_ERR, "this");
	syslog(LOG_CRIT, "nor this");
	STR(captured(), "tester: this\n", "what the mask leaves out is not logged");
	EQ(setlogmask(0), LOG_MASK(LOG_ERR), "setlogmask(0) asks");
	EQ(setlogmask(LOG_UPTO(LOG_NOTICE)), LOG_MASK(LOG_ERR), "and changes nothing");
	capture();
	syslog(LOG_NOTICE, "up to");
	syslog(LOG_INFO, "here");
	STR(captured(), "tester: up to\n", "LOG_UPTO");
	setlogmask(0xff);

	static char longer[3000];
	memset(longer, 'x', sizeof longer - 1);
	capture();
	syslog(LOG_INFO, "%s", longer);
	syslog(LOG_INFO, "next");
	const char *lines = captured();
	const char *end = strchr(lines, '\n');
	OK(end && end - lines >= 1000, "a long message has 1000 bytes at least");
	STR(end ? end + 1 : NULL, "tester: next\n", "and is one line");

	closelog();
	openlog(NULL, LOG_PERROR, LOG_USER);
	capture();
	syslog(LOG_INFO, "no name");
	const char *text = captured();
	OK(strstr(text, "no name\n") != NULL, "without an ident");
	WASI(STR(text, "no name\n", "there is no name"));

	/* What shim_test.go looks at: a line is written at once. */
	openlog("tester", LOG_PERROR, LOG_USER);
	syslog(LOG_INFO, "one %s", "write");
	return done();
}
