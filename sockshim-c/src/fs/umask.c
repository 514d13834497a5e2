/* umask() keeps the value and hands it back, as POSIX says. It has no further
 * effect: WASI creates files with the permissions its host chooses. */
#include <sys/stat.h>

static mode_t mask = 022;

mode_t umask(mode_t new)
{
	mode_t old = mask;
	mask = new & 0777;
	return old;
}
