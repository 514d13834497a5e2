// kind: cast where it is stored
// flags: -Wno-incompatible-function-pointer-types
// write_out: traps certain
struct module { void (*write)(const char *, int); };
static int write_out(const char *s, int n) { return s[n - 1]; }
static struct module self = { write_out };
int main(void) { self.write("hello", 5); return 0; }
