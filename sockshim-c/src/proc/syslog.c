/* syslog() (POSIX XSI). There is no log daemon that a WASI guest could reach,
 * so messages go to standard error, one line each, where the host's supervisor
 * collects them: "ident[pid]: message". */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static char tag[64];
static int options;
static int mask = 0xff;

void openlog(const char *ident, int option, int facility)
{
	(void)facility;
	options = option;
	tag[0] = '\0';
	if (ident)
		strncat(tag, ident, sizeof tag - 1);
}

void closelog(void)
{
	tag[0] = '\0';
	options = 0;
}

int setlogmask(int new)
{
	int old = mask;
	if (new)
		mask = new;
	return old;
}

void vsyslog(int priority, const char *format, va_list ap)
{
	int err = errno; /* for %m */
	if (!(mask & LOG_MASK(LOG_PRI(priority))))
		return;
	char line[1024];
	int n = 0;
	if (tag[0])
		n = options & LOG_PID
			? snprintf(line, sizeof line, "%s[%d]: ", tag, (int)getpid())
			: snprintf(line, sizeof line, "%s: ", tag);
	errno = err;
	int m = vsnprintf(line + n, sizeof line - n - 1, format, ap);
	if (m < 0)
		return;
	n += m < (int)sizeof line - n - 1 ? m : (int)sizeof line - n - 2;
	if (!n || line[n - 1] != '\n')
		line[n++] = '\n';
	/* One write, so that lines of several writers do not mix. */
	(void)!write(STDERR_FILENO, line, n);
}

void syslog(int priority, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsyslog(priority, format, ap);
	va_end(ap);
}
