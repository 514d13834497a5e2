// kind: right
// count: fine
typedef int (*walker)(const char *, void *);
struct state { int n; };
static int count(const char *s, struct state *st) { return st->n += s[0] != 0; }
static int walk(walker f, void *context) { return f("a", context) + f("b", context); }
int main(void) { struct state s = { 0 }; walk((walker)count, &s); return s.n != 2; }
