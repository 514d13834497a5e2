// kind: through void * and numbers
// target: traps possible
#include <stdint.h>
struct job { uintptr_t cookie; };
static void target(int n) { (void)n; }
static void put(struct job *j, uintptr_t cookie) { j->cookie = cookie; }
int main(int argc, char **argv) {
	(void)argv;
	struct job j;
	put(&j, (uintptr_t)target);
	return ((int (*)(int))j.cookie)(argc) & 0;
}
