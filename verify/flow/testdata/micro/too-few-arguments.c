// kind: cast where it is stored
// weigh: traps certain
typedef int (*visitor)(int);
static visitor current;
static int weigh(int value, int factor) { return value * factor; }
static void install(visitor v) { current = v; }
int main(int argc, char **argv) { (void)argv; install((visitor)weigh); return current(argc) * 0; }
