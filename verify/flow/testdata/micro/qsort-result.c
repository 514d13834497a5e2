// kind: called by the C library
// compare: traps certain
#include <stdlib.h>
typedef int (*comparison)(const void *, const void *);
static long long compare(const void *a, const void *b) { return (long long)*(const int *)a - *(const int *)b; }
int main(int argc, char **argv) {
	(void)argv;
	int list[] = { 4, argc, 3 };
	qsort(list, 3, sizeof list[0], (comparison)compare);
	return 0;
}
