#include "count.h"
#include "greet.h"

#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--fail") == 0)
		return 3;
	if (argc > 1 && strcmp(argv[1], "--trap") == 0)
		__builtin_trap();
	if (argc > 1 && strcmp(argv[1], "--spin") == 0)
		for (volatile int i = 0;; i++)
			;
	greet("cli", count(argc, argv));
	return 0;
}
