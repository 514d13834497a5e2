// kind: unions and structs
// three: traps possible
#include <stdlib.h>
union call { int (*one)(int); int (*three)(int, int, int); };
static int three(int a, int b, int c) { return a + b + c; }
static void fill(union call *u) { u->three = three; }
int main(int argc, char **argv) { (void)argv; union call *u = malloc(sizeof *u); fill(u); return u->one(argc) & 0; }
