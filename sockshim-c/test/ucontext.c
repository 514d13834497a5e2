/* Contexts, as POSIX Issue 6 has them. */
#include <setjmp.h>
#include <ucontext.h>

#include "test.h"

#ifndef __wasi__
#define wlr_can_switch() 1
#endif

enum { STACK = 64 * 1024 };

static ucontext_t main_context, contexts[3];
static char stacks[3][STACK] __attribute__((__aligned__(16)));
static char trace[256];

static void note(char c)
{
	size_t n = strlen(trace);
	if (n + 1 < sizeof trace)
		trace[n] = c;
}

static void make(int i, void (*entry)(void), ucontext_t *link)
{
	NEED(getcontext(&contexts[i]) == 0);
	contexts[i].uc_stack.ss_sp = stacks[i];
	contexts[i].uc_stack.ss_size = STACK;
	contexts[i].uc_link = link;
	makecontext(&contexts[i], entry, 0);
}

static void ping(void)
{
	for (int i = 0; i < 3; i++) {
		note('a' + i);
		swapcontext(&contexts[0], &contexts[1]);
	}
	note('.');
}

static void pong(void)
{
	for (int i = 0;; i++) {
		note('A' + i);
		swapcontext(&contexts[1], &contexts[0]);
	}
}

static void basics(void)
{
	memset(trace, 0, sizeof trace);
	make(0, ping, &main_context);
	make(1, pong, NULL);
	ZERO(swapcontext(&main_context, &contexts[0]), "swapcontext, until the context returns to its link");
	STR(trace, "aAbBcC.", "two contexts in turn");
}

/* What is on the stack of many calls, in variables of every type. */
static long long yielded;
static bool stop;

__attribute__((__noinline__))
static double walk(int depth, long long l, float f, double d)
{
	volatile char pad[40];
	pad[depth % 40] = (char)depth;
	if (depth == 0) {
		for (int i = 0; i < 3; i++) {
			yielded = l + i;
			swapcontext(&contexts[0], &main_context);
			if (stop)
				return -1;
		}
		return d;
	}
	double left = walk(depth - 1, l * 2 + 1, f / 2, d + f);
	return left + (double)l + f + (pad[depth % 40] == (char)depth ? 0 : 1e9);
}

static double walked;

static void walker(void)
{
	walked = walk(12, 1, 64, 0.5);
	stop = true;
}

/* The same without contexts. */
static double expected(int depth, long long l, float f, double d)
{
	if (depth == 0)
		return d;
	return expected(depth - 1, l * 2 + 1, f / 2, d + f) + (double)l + f;
}

static void values(void)
{
	make(0, walker, &main_context);
	stop = false;
	int n = 0;
	while (swapcontext(&main_context, &contexts[0]) == 0 && !stop)
		EQ(yielded, 8191 + n++, "a value from far down");
	EQ(n, 3, "as often as it was suspended");
	OK(walked == expected(12, 1, 64, 0.5), "every variable has its value again");
}

/* Calls of every kind in between. */
struct visitor {
	int (*visit)(struct visitor *, int);
	int sum;
};

static int visit_and_yield(struct visitor *v, int n)
{
	v->sum += n;
	swapcontext(&contexts[0], &main_context);
	return v->sum * n;
}

static int compare_and_yield(const void *a, const void *b)
{
	yielded++;
	swapcontext(&contexts[0], &main_context);
	return *(const int *)a - *(const int *)b;
}

static int numbers[16];
static int visited;

__attribute__((__noinline__))
static int switched(struct visitor *v, int kind)
{
	int r = 0;
	switch (kind) {
	case 0:
		return v->visit(v, 1) + 100;
	case 1:
		r = v->visit(v, 2);
		/* fall through */
	case 2:
		for (int i = 0; i < 3; i++) {
			if (i == 1)
				continue;
			r += v->visit(v, i) ? v->visit(v, 10) : v->visit(v, 20) - v->visit(v, 30);
		}
		break;
	case 3:
		do
			r += v->visit(v, r + 1);
		while (r < 1000);
		break;
	}
	return r * 2;
}

static void caller(void)
{
	struct visitor v = {visit_and_yield, 0};
	visited = 0;
	for (int kind = 0; kind < 5; kind++)
		visited = visited * 7 + switched(&v, kind);
	yielded = 0;
	qsort(numbers, 16, sizeof *numbers, compare_and_yield);
	stop = true;
}

static int visit_only(struct visitor *v, int n)
{
	v->sum += n;
	return v->sum * n;
}

static void calls(void)
{
	for (int i = 0; i < 16; i++)
		numbers[i] = (i * 5 + 3) % 16;
	make(0, caller, &main_context);
	stop = false;
	int n = 0;
	while (swapcontext(&main_context, &contexts[0]) == 0 && !stop)
		n++;
	struct visitor v = {visit_only, 0};
	int want = 0;
	for (int kind = 0; kind < 5; kind++)
		want = want * 7 + switched(&v, kind);
	EQ(visited, want, "through calls by pointers, in loops and switches");
	OK(n > 30, "it was suspended each time");
	bool sorted = true;
	for (int i = 0; i < 16; i++)
		sorted = sorted && numbers[i] == i;
	OK(sorted, "qsort sorts with a comparison that is suspended");
}

/* Jumps within a context that was suspended in between. */
static jmp_buf env;

__attribute__((__noinline__))
static void yield_and_jump(int depth)
{
	if (depth > 0)
		yield_and_jump(depth - 1);
	swapcontext(&contexts[0], &main_context);
	note('y');
	if (depth == 2)
		longjmp(env, 5);
	note('!');
}

static void jumper(void)
{
	volatile int before = 3;
	int got = setjmp(env);
	if (got == 0) {
		note('s');
		before = 4;
		swapcontext(&contexts[0], &main_context);
		yield_and_jump(4);
	}
	note((char)('0' + got));
	note((char)('0' + before));
	swapcontext(&contexts[0], &main_context);
	note('e');
	stop = true;
}

static void jumps(void)
{
	memset(trace, 0, sizeof trace);
	make(0, jumper, &main_context);
	stop = false;
	int n = 0;
	while (swapcontext(&main_context, &contexts[0]) == 0 && !stop)
		n++;
	STR(trace, "sy!y!y54e", "a jump to a setjmp from before the suspension");
	EQ(n, 5, "suspended in the functions that it jumps over, too");
}

/* A context that makes another. */
static void innermost(void)
{
	note('3');
	swapcontext(&contexts[2], &main_context);
	note('6');
	swapcontext(&contexts[2], &contexts[1]);
	note('!');
}

static void inner(void)
{
	note('2');
	make(2, innermost, NULL);
	swapcontext(&contexts[1], &contexts[2]);
	note('7');
}

static void nested(void)
{
	memset(trace, 0, sizeof trace);
	note('1');
	make(1, inner, &main_context);
	swapcontext(&main_context, &contexts[1]);
	note('4');
	note('5');
	swapcontext(&main_context, &contexts[2]);
	note('8');
	STR(trace, "12345678", "a context made in another");
}

static long long count;

static void counter(void)
{
	for (;;) {
		count++;
		swapcontext(&contexts[0], &main_context);
	}
}

int main(void)
{
	if (!wlr_can_switch()) {
		ERR(getcontext(&main_context), ENOSYS, "getcontext, where there are none");
		ERR(setcontext(&main_context), ENOSYS, "setcontext");
		ERR(swapcontext(&main_context, &contexts[0]), ENOSYS, "swapcontext");
		return done();
	}
	memset(&main_context, 0x5a, sizeof main_context); /* swapcontext writes all of it */
	basics();
	values();
	calls();
	jumps();
	nested();

	make(0, counter, NULL);
	for (int i = 0; i < 100000; i++)
		swapcontext(&main_context, &contexts[0]);
	EQ(count, 100000, "100,000 switches and back");

	ucontext_t never;
	memset(&never, 0, sizeof never);
	WASI(ERR(setcontext(&never), EINVAL, "setcontext to what was never made"));
	WASI(ERR(swapcontext(&main_context, &never), EINVAL, "swapcontext to it"));
	return done();
}
