// kind: cast where it is stored
// log_line: traps certain
#include <stdarg.h>
static int log_line(const char *f, ...) { va_list a; va_start(a, f); int n = va_arg(a, int); va_end(a); return n; }
typedef int (*sink)(const char *);
static sink out;
int main(void) { out = (sink)log_line; return out("x") & 0; }
