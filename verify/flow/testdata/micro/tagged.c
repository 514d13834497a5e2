// kind: right, and told apart by something else
// none: fine possible
// one: fine possible
typedef void (*any)(void);
struct method { any f; int takes; };
static int none(int self) { return self; }
static int one(int self, int a) { return self + a; }
static struct method methods[] = { { (any)none, 0 }, { (any)one, 1 } };
static int invoke(struct method *m, int self, int a) {
	return m->takes ? ((int (*)(int, int))m->f)(self, a) : ((int (*)(int))m->f)(self);
}
int main(int argc, char **argv) {
	(void)argv;
	int n = 0;
	for (int i = 0; i < 2; i++) n += invoke(&methods[i], argc, 2);
	return n != 4;
}
