// kind: unions and structs
// count: traps certain
// note: fine
// Functions of a struct that is a member of a union, and is used through a pointer to the union.
struct native { int kind; void (*run)(int); };
struct script { int kind; const char *source; };
union function { int kind; struct native native; struct script script; };
static int count(int n) { return n + 1; }
static void note(int n) { (void)n; }
static union function functions[2];
static void define(union function *f, void (*run)(int)) { f->native.kind = 1; f->native.run = run; }
static void call(union function *f, int n) { if (f->kind == 1) f->native.run(n); }
int main(int argc, char **argv) {
	(void)argv;
	define(&functions[0], note);
	define(&functions[1], (void (*)(int))count);
	for (int i = 0; i < 2; i++) call(&functions[i], argc);
	return 0;
}
