// kind: cast where it is stored
// origin: traps certain
struct point { int x, y, z; };
static struct point origin(int x) { struct point p = { x, 0, 0 }; return p; }
typedef int (*maker)(int);
static maker make[] = { (maker)origin };
int main(int argc, char **argv) { (void)argv; return make[argc - 1](3) == 99; }
