// kind: unions and structs
// close_file: traps possible
#include <stdlib.h>
struct base { int kind; void (*close)(void *); };
struct file { int kind; int (*close)(void *); int fd; };
static int close_file(void *f) { return ((struct file *)f)->fd; }
static struct base *open_file(int fd) {
	struct file *f = malloc(sizeof *f);
	f->kind = 1;
	f->close = close_file;
	f->fd = fd;
	return (struct base *)f;
}
int main(int argc, char **argv) { (void)argv; struct base *b = open_file(argc); b->close(b); return 0; }
