// stdio prints its arguments and environment, copies stdin to stdout and says
// on stderr how much that was: what every other fixture takes for granted.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("arg %d [%s]\n", i, argv[i]);
	for (char **e = environ; *e; e++)
		printf("env [%s]\n", *e);
	fflush(stdout);

	char buf[4096];
	long total = 0;
	for (;;) {
		ssize_t n = read(0, buf, sizeof buf);
		if (n < 0) {
			perror("read");
			return 1;
		}
		if (n == 0)
			break;
		total += n;
		for (ssize_t at = 0; at < n;) {
			ssize_t w = write(1, buf + at, n - at);
			if (w < 0) {
				perror("write");
				return 1;
			}
			at += w;
		}
	}
	fprintf(stderr, "copied %ld bytes\n", total);
	return 0;
}
