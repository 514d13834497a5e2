#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "greet.h"
#include "shout.h"
#include "version.h"

/* Where the source is, as the compiler sees it, must not depend on the machine. */
const char *const hello_source = __FILE__;
const char *const hello_configured = CONFIGURE_ARGS;

void greet(const char *sapi, int words)
{
	printf("%s %s %s %s %d", shout("hello"), HELLO_VERSION, sapi, CONFIGURED_OS, words);
	if (getpid() <= 0) /* of sockshim-c */
		printf(" without a process");
}
