// kind: right
// dead: 1
static void (*hook)(int);
int main(int argc, char **argv) { (void)argv; if (hook) hook(argc); return 0; }
