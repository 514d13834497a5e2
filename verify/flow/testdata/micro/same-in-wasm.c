// kind: right
// color: fine
// letter: fine
// truth: fine
// Other types in C, the same in WebAssembly.
enum color { RED, GREEN };
static enum color color(unsigned long x) { return x ? GREEN : RED; }
static char letter(char c) { return c; }
static _Bool truth(void *p) { return p != 0; }
typedef int (*function)(int);
static function functions[] = { (function)color, (function)letter, (function)truth };
int main(int argc, char **argv) { (void)argv; for (int i = 0; i < 3; i++) functions[i](argc); return 0; }
