// kind: right, and told apart by something else
// one: fine possible
// two: fine possible
// late: fine possible
struct entry { void *call; unsigned args; };
static int one(int a) { return a; }
static int two(int a, int b) { return a + b; }
static int late(int a) { return a; }
static const struct entry table[] = {{(void *)one, 1}, {(void *)two, 2}, {0, 0}};
static int call(const struct entry *e, int a) {
	return e->args == 2 ? ((int (*)(int, int))e->call)(a, a) : ((int (*)(int))e->call)(a);
}
int main(int argc, char **argv) {
	(void)argv;
	int n = 0;
	for (const struct entry *e = table; e->call; e++) n += call(e, argc);
	struct entry more;
	more.call = (void *)late;
	more.args = argc;
	return n + call(&more, argc) != 4;
}
