// kind: cast where it is called
// add: traps possible
static int add(int a) { return a + 1; }
static int (*volatile slot)(int) = add;
int main(int argc, char **argv) { (void)argv; ((void (*)(int))slot)(argc); return 0; }
