// kind: right
// area: fine
typedef void (*any)(void);
static any slot;
static int area(int a, int b) { return a * b; }
static void keep(any f) { slot = f; }
int main(int argc, char **argv) { (void)argv; keep((any)area); return ((int (*)(int, int))slot)(argc, 3) != 3; }
