// kind: unions and structs
// ignore: traps certain
#include <stddef.h>
struct operations { const char *name; void (*free)(int); };
static struct operations own;
static void ignore(void) { }
static void set(void *o, void (*f)(void)) { *(void (**)(void))((char *)o + offsetof(struct operations, free)) = f; }
int main(int argc, char **argv) { (void)argv; set(&own, ignore); own.free(argc); return 0; }
