#include "shout.h"

#include <ctype.h>

const char *shout(const char *text)
{
	static char out[32];
	int i;

	for (i = 0; text[i] && i < 31; i++)
		out[i] = toupper((unsigned char)text[i]);
	return out;
}
