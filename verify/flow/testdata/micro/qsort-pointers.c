// kind: right
// by_key: fine
#include <stdlib.h>
struct pair { int key; };
static int by_key(const struct pair *a, const struct pair *b) { return a->key - b->key; }
int main(int argc, char **argv) {
	(void)argv;
	struct pair p[] = { { 3 }, { argc }, { 2 } };
	qsort(p, 3, sizeof *p, (int (*)(const void *, const void *))by_key);
	return p[0].key != 1;
}
