// kind: cast where it is stored
// name_length: traps certain
typedef int (*getter)(const char *, void *);
static int name_length(const char *s) { int n = 0; while (s[n]) n++; return n; }
struct property { const char *name; getter get; };
static struct property properties[] = { { "length", (getter)name_length }, { 0, 0 } };
int main(int argc, char **argv) {
	int n = 0;
	for (struct property *p = properties; p->name; p++) n += p->get(p->name, argv);
	return n != 6;
}
