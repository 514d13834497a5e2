/* atoll() (C17 7.22.1.2) as glibc has it: strtoll(), which stops at the largest and
 * the smallest number. C leaves open what happens beyond them; in wasi-libc the
 * number wraps around, and PHP prints it. */
#include <stdlib.h>

long long wlr_atoll(const char *text)
{
	return strtoll(text, NULL, 10);
}
