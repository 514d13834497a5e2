// trap does what a module may not do, after a line of output that must not be
// lost: `trap unreachable|memory|divide|signature|null`.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static volatile int zero;
static int takes_two(int a, int b) { return a + b; }
static int (*volatile pointer)(int, int) = takes_two;

__attribute__((noinline)) static int do_memory(void) { return *(volatile int *)(uintptr_t)0xfffffff0u; }
__attribute__((noinline)) static int do_divide(void) { return (zero + 7) / zero; }
__attribute__((noinline)) static int do_signature(void) { return ((int (*)(void))pointer)(); }
__attribute__((noinline)) static int do_null(void) { return ((int (*volatile)(int))(intptr_t)zero)(1); }
__attribute__((noinline)) static int do_unreachable(void) { __builtin_trap(); }

static const struct {
	const char *name;
	int (*run)(void);
} traps[] = {
	{"unreachable", do_unreachable},
	{"memory", do_memory},
	{"divide", do_divide},
	{"signature", do_signature},
	{"null", do_null},
};

int main(int argc, char **argv)
{
	printf("before\n");
	fflush(stdout);
	for (unsigned i = 0; argc > 1 && i < sizeof traps / sizeof *traps; i++)
		if (strcmp(argv[1], traps[i].name) == 0)
			return traps[i].run();
	printf("no such trap\n");
	return 2;
}
