// kind: unions and structs
// step: traps possible
#include <stdarg.h>
static int step(int n) { return n; }
static void each(int n, ...) {
	va_list a;
	va_start(a, n);
	for (int i = 0; i < n; i++) va_arg(a, void (*)(int))(i);
	va_end(a);
}
int main(int argc, char **argv) { (void)argv; each(argc, step); return 0; }
