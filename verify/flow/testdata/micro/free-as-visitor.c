// kind: called by the C library
// free: traps certain
// A function of the C library itself, given where two arguments are passed.
#include <stdlib.h>
typedef void (*visitor)(void *, void *);
struct list { void *data; struct list *next; };
static void each(struct list *l, visitor v, void *user) { for (; l; l = l->next) v(l->data, user); }
static void clear(struct list *l, void (*destroy)(void *)) { each(l, (visitor)destroy, 0); }
int main(int argc, char **argv) { (void)argv; struct list l = { malloc(argc), 0 }; clear(&l, free); return 0; }
