// kind: through void * and numbers
// sum: traps possible
#include <string.h>
struct symbol { const char *name; void *address; };
static int sum(int a, int b) { return a + b; }
static struct symbol symbols[] = { { "sum", (void *)sum }, { 0, 0 } };
static void *find(const char *name) {
	for (struct symbol *s = symbols; s->name; s++)
		if (strcmp(s->name, name) == 0) return s->address;
	return 0;
}
int main(int argc, char **argv) { (void)argv; return ((int (*)(int))find("sum"))(argc) & 0; }
