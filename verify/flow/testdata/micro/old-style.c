// kind: cast where it is called
// flags: -std=gnu11 -Wno-deprecated-non-prototype
// twice: traps possible
static int twice(int n) { return n * 2; }
struct entry { int (*f)(); };
static struct entry e = { twice };
int main(int argc, char **argv) { (void)argv; return e.f(argc, 1) != 2; }
