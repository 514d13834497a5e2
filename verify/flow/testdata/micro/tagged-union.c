// kind: right, and told apart by something else
// one: fine possible
// three: fine possible
union call { int (*one)(int); int (*three)(int, int, int); };
struct entry { int kind; union call u; };
static int one(int a) { return a; }
static int three(int a, int b, int c) { return a + b + c; }
int main(int argc, char **argv) {
	(void)argv;
	struct entry e[2];
	e[0].kind = 1, e[0].u.one = one;
	e[1].kind = 3, e[1].u.three = three;
	int n = 0;
	for (int i = 0; i < 2; i++) n += e[i].kind == 3 ? e[i].u.three(argc, argc, argc) : e[i].u.one(argc);
	return n != 4;
}
