// kind: cast where it is stored
// position: traps certain
#include <stdlib.h>
struct stream { long (*tell)(struct stream *); long at; };
static long long position(struct stream *s) { return s->at; }
int main(int argc, char **argv) {
	(void)argv;
	struct stream *s = malloc(sizeof *s);
	s->at = argc;
	s->tell = (long (*)(struct stream *))position;
	return s->tell(s) != argc;
}
