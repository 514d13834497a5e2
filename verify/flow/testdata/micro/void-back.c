// kind: right
// product: fine
struct symbol { const char *name; void *address; };
static int product(int a, int b) { return a * b; }
static struct symbol symbols[] = { { "product", (void *)product } };
int main(int argc, char **argv) { (void)argv; return ((int (*)(int, int))symbols[argc - 1].address)(argc, 2) != 2; }
