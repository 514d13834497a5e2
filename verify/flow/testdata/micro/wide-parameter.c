// kind: cast where it is stored
// reserve: traps certain
// release: fine
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
struct allocator { void *(*reserve)(size_t); void (*release)(void *); };
static void *reserve(uint64_t n) { return malloc((size_t)n); }
static void release(void *p) { free(p); }
static struct allocator heap = { (void *(*)(size_t))reserve, release };
int main(int argc, char **argv) { (void)argv; void *p = heap.reserve(argc + 8); heap.release(p); return 0; }
