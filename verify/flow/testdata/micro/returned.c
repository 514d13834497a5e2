// kind: cast where it is stored
// loud: traps certain
// quiet: fine
typedef void (*action)(int);
static int loud(int n) { return n; }
static void quiet(int n) { (void)n; }
static action choose(int n) { return n > 1 ? (action)loud : quiet; }
int main(int argc, char **argv) { (void)argv; choose(argc - 1)(1); choose(argc + 1)(2); return 0; }
