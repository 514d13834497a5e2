// kind: right, and told apart by something else
// size: fine certain
// drop: fine
// A function's address that means something and is never called, as SQLITE_DYNAMIC in some programs.
#include <stdlib.h>
typedef void (*destructor)(void *);
static int size(void *p) { return p != 0; }
#define OWNED ((destructor)size)
static void drop(void *p) { free(p); }
static void set(void *p, destructor d) {
	if (d == OWNED) free(p);
	else if (d) d(p);
}
int main(int argc, char **argv) { (void)argv; set(malloc(argc), OWNED); set(malloc(argc), drop); return size(0); }
