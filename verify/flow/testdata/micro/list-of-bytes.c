// kind: through void * and numbers
// measure: traps possible
// A container that keeps what it is given as bytes, as zend_llist does.
#include <stdlib.h>
#include <string.h>
struct element { struct element *next; char data[1]; };
typedef int (*measurement)(int);
static long long measure(int n) { return n; }
static struct element *keep(const void *data, size_t size) {
	struct element *e = malloc(sizeof *e + size);
	memcpy(e->data, data, size);
	return e;
}
static void *kept(struct element *e) { return e->data; }
int main(int argc, char **argv) {
	(void)argv;
	measurement m = (measurement)measure;
	return (*(measurement *)kept(keep(&m, sizeof m)))(argc) & 0;
}
