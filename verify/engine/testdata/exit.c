// exit ends with the status it is given, after output that is still in a
// buffer: `exit STATUS` through exit(), `exit STATUS now` through _Exit().
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	int status = argc > 1 ? atoi(argv[1]) : 0;
	printf("status %d\n", status);
	if (argc > 2) {
		fflush(stdout);
		_Exit(status);
	}
	return status;
}
