/* strftime() (C17 7.27.3.5) as glibc has it where C leaves open what happens: a
 * conversion that it does not know is kept as it stands. wasi-libc's gives up, and
 * PHP takes nothing for a result that does not fit. */
#include <string.h>
#include <time.h>

/* The length of the conversion that begins at a per cent sign: flags, a width, a
 * modifier, and a letter; 0 if the format ends before that. */
static size_t conversion(const char *at)
{
	size_t n = 1;
	n += strspn(at + n, "_-0^#+");
	n += strspn(at + n, "0123456789");
	n += at[n] == 'E' || at[n] == 'O';
	return at[n] ? n + 1 : 0;
}

size_t wlr_strftime(char *restrict out, size_t max, const char *restrict format, const struct tm *restrict t)
{
	size_t len = 0;
	while (*format) {
		/* Conversions one by one, each with a letter after it, so that one
		 * which comes to nothing can be told from one that is not known. */
		char one[32], made[512];
		const char *text = format;
		size_t n = *format == '%' ? conversion(format) : 0, used = n ? n : 1;
		if (!n || n > sizeof one - 2) {
			n = used;
		} else {
			memcpy(one, format, n);
			memcpy(one + n, "x", 2);
			size_t size = strftime(made, sizeof made, one, t);
			if (size) {
				text = made;
				n = size - 1;
			}
		}
		if (n >= max - len)
			return 0;
		memcpy(out + len, text, n);
		len += n;
		format += used;
	}
	if (len >= max)
		return 0;
	out[len] = 0;
	return len;
}
