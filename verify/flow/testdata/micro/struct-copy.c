// kind: unions and structs
// run: traps possible
#include <stdlib.h>
struct task { void *run; int n; };
static int run(int n) { return n; }
static const struct task template = { (void *)run, 1 };
int main(int argc, char **argv) {
	(void)argv;
	struct task *t = malloc(sizeof *t);
	*t = template;
	struct task u = *t;
	((void (*)(int))u.run)(argc);
	return 0;
}
