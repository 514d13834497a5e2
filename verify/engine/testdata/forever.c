// forever does not end by itself: `forever loop|sleep|stdin|print`. It says so first,
// so that whoever stops it knows that it had started.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "loop";
	printf("started\n");
	fflush(stdout);
	if (strcmp(how, "sleep") == 0)
		for (;;)
			sleep(1000);
	if (strcmp(how, "stdin") == 0) {
		char c;
		while (read(0, &c, 1) > 0)
			;
		return 0;
	}
	if (strcmp(how, "print") == 0)
		for (;;)
			write(1, "again\n", 6);
	for (volatile unsigned n = 0;; n++)
		;
}
