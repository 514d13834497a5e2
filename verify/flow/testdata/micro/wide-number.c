// kind: through void * and numbers
// target: traps possible
#include <stdint.h>
static void target(int n) { (void)n; }
static uint64_t saved;
int main(int argc, char **argv) {
	(void)argv;
	saved = (uintptr_t)target;
	return ((int (*)(int))(uintptr_t)saved)(argc) & 0;
}
