// A program whose calls by address its arguments choose: it adds up what the
// named steps make of 10, and ends as the last argument says.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int twice(int n) { return 2 * n; }
static int next(int n) { return n + 1; }
static int half(int n) { return n / 2; }

static const struct step {
	const char *name;
	int (*run)(int);
} steps[] = {{"half", half}, {"next", next}, {"twice", twice}};

static int compare(const void *a, const void *b) {
	return strcmp(((const struct step *)a)->name, ((const struct step *)b)->name);
}

static inline int run(const struct step *s, int n) {
	return s->run(n);
}

static int (*volatile last)(int) = twice;

int main(int argc, char **argv) {
	int sum = 0;
	for (int i = 1; i < argc; i++) {
		struct step key = {argv[i], 0};
		const struct step *s = bsearch(&key, steps, 3, sizeof key, compare);
		if (s) {
			sum += run(s, 10);
		}
	}
	if (sum == 0) {
		return last(0);
	}
	if (!strcmp(argv[argc - 1], "trap")) {
		__builtin_trap();
	}
	// What the recorder needs of the host, if the library does not.
	char c = 0;
	int fd = open("none", O_WRONLY);
	getentropy(&c, write(fd, &c, 1) > 0);
	close(fd);
	exit(sum);
}
