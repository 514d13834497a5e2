// kind: through void * and numbers
// target: traps possible
#include <string.h>
static int target(int n) { return n; }
static char bytes[sizeof(void *)];
int main(int argc, char **argv) {
	(void)argv;
	int (*f)(int) = target;
	void (*g)(int);
	memcpy(bytes, &f, sizeof f);
	memcpy(&g, bytes, sizeof g);
	g(argc);
	return 0;
}
