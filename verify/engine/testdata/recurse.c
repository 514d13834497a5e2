// recurse DEPTH calls itself that many times and prints the result; without
// DEPTH it never stops. The frames take no linear memory, so that it is the
// engine's own stack that ends, and every frame does something with the result,
// so that no compiler makes a loop of it.
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static unsigned down(unsigned left, unsigned a, unsigned b)
{
	if (left == 0)
		return a ^ b;
	unsigned got = down(left - 1, a * 31 + b, b ^ left);
	return got * 33 + (a ^ left);
}

int main(int argc, char **argv)
{
	unsigned depth = argc > 1 ? (unsigned)atol(argv[1]) : 0xffffffffu;
	printf("going down\n");
	fflush(stdout);
	printf("%08x\n", down(depth, 1, 2));
	return 0;
}
