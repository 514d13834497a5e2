// kind: through void * and numbers
// target: traps possible
static int target(int n) { return n; }
struct box { char *bytes; };
static struct box b;
int main(int argc, char **argv) {
	(void)argv;
	b.bytes = (char *)target;
	((void (*)(int))b.bytes)(argc);
	return 0;
}
