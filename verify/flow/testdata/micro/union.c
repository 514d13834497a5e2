// kind: unions and structs
// three: traps possible
union call { int (*one)(int); int (*three)(int, int, int); };
struct entry { int kind; union call u; };
static int three(int a, int b, int c) { return a + b + c; }
static void fill(struct entry *e) { e->kind = 3; e->u.three = three; }
int main(int argc, char **argv) { (void)argv; struct entry e; fill(&e); return e.u.one(argc) & 0; }
