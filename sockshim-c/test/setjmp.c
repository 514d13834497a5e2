/* setjmp() and longjmp(), as C17 7.13 and POSIX have them. */
#include <setjmp.h>

#include "test.h"

static jmp_buf env;
static sigjmp_buf sigenv;
static volatile int steps;

/* Whether jump() jumps: always, but the compiler must not know. */
static volatile bool jumps = true;

__attribute__((__noinline__))
static void jump(int val)
{
	if (jumps)
		longjmp(env, val);
}

/* Far down, with something on the stack of every call. */
__attribute__((__noinline__))
static int deep(int depth, int val)
{
	volatile char pad[32];
	pad[0] = (char)depth;
	if (depth == 0) {
		jump(val);
		return 0;
	}
	int below = deep(depth - 1, val);
	steps++; /* no call returns */
	return below + pad[0];
}

static int (*volatile deeper)(int, int) = deep;

static void values(void)
{
	static const int values[][2] = {{1, 1}, {7, 7}, {-1, -1}, {0, 1}, {INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
	for (volatile size_t i = 0; i < sizeof values / sizeof *values; i++) {
		volatile int first = 0;
		int got = setjmp(env);
		if (got == 0) {
			first++;
			jump(values[i][0]);
		}
		EQ(got, values[i][1], "the value of longjmp");
		EQ(first, 1, "setjmp returned 0 once");
	}
}

static void locals(void)
{
	volatile int in_memory = 1;
	volatile double real = 1.5;
	int untouched = 42;
	char array[64] = "before";
	if (setjmp(env) == 0) {
		in_memory = 2;
		real = 2.5;
		strcpy(array, "after");
		deep(3, 1);
	}
	EQ(in_memory, 2, "a volatile variable has its last value");
	OK(real == 2.5, "a volatile double too");
	EQ(untouched, 42, "a variable that has not changed");
	STR(array, "after", "an array");
}

/* Jumps that go to the function before the last that called setjmp(). */
__attribute__((__noinline__))
static int inner(jmp_buf outer, int to)
{
	jmp_buf own;
	int got = setjmp(own);
	if (got != 0)
		return 100 + got;
	if (to == 0)
		longjmp(own, 3);
	longjmp(outer, 4);
}

static void nested(void)
{
	jmp_buf outer;
	volatile int result = 0;
	int got = setjmp(outer);
	if (got == 0)
		result = inner(outer, 0);
	EQ(result, 103, "a jump within the inner function");
	got = setjmp(outer);
	if (got == 0)
		inner(outer, 1);
	EQ(got, 4, "a jump through a function with a setjmp of its own");
}

/* Several in one function, and again while the first is not used up. */
static void several(void)
{
	jmp_buf a, b;
	volatile int trace = 0;
	int got = setjmp(a);
	trace = trace * 10 + got;
	if (got == 2)
		goto out;
	got = setjmp(b);
	trace = trace * 10 + 5 + got;
	if (got == 0)
		longjmp(b, 1);
	longjmp(a, 2);
out:
	EQ(trace, 562, "two in one function");
}

static jmp_buf chain[51];

__attribute__((__noinline__))
static void nest(int depth)
{
	if (setjmp(chain[depth]) == 0) {
		if (depth < 50)
			nest(depth + 1);
		else
			longjmp(chain[50], 1);
	}
	steps++;
	if (depth > 0)
		longjmp(chain[depth - 1], 1);
}

static int compares;

static int compare_and_leave(const void *a, const void *b)
{
	if (++compares == 10)
		longjmp(env, 10);
	return *(const int *)a - *(const int *)b;
}

static void callbacks(void)
{
	int numbers[32];
	for (int i = 0; i < 32; i++)
		numbers[i] = (i * 7) % 32;
	compares = 0;
	if (setjmp(env) == 0)
		qsort(numbers, 32, sizeof *numbers, compare_and_leave);
	EQ(compares, 10, "out of the comparison of qsort");
	compares = 9;
	if (setjmp(env) == 0)
		OK(bsearch(&numbers[3], numbers, 32, sizeof *numbers, compare_and_leave) == NULL, "bsearch returns");
	EQ(compares, 10, "out of the comparison of bsearch");
}

/* As libpng and libjpeg have it: errors of a library come back by a jump out of
 * a function that the program has given it. */
struct reader {
	jmp_buf env;
	void (*error)(struct reader *, const char *); /* does not return */
	const unsigned char *data;
	size_t left;
	char message[32];
};

static void reader_error(struct reader *r, const char *message)
{
	snprintf(r->message, sizeof r->message, "%s", message);
	longjmp(r->env, 1);
}

__attribute__((__noinline__))
static unsigned reader_byte(struct reader *r)
{
	if (r->left == 0)
		r->error(r, "truncated");
	r->left--;
	return *r->data++;
}

__attribute__((__noinline__))
static bool reader_sum(const unsigned char *data, size_t len, unsigned *sum, char **row, struct reader *r)
{
	*r = (struct reader){.error = reader_error, .data = data, .left = len};
	char *volatile buffer = NULL;
	if (setjmp(r->env)) {
		free(buffer);
		*row = NULL;
		return false;
	}
	unsigned n = reader_byte(r);
	buffer = malloc(n + 1);
	*row = buffer;
	*sum = 0;
	for (unsigned i = 0; i < n; i++)
		*sum += (unsigned char)(buffer[i] = (char)reader_byte(r));
	buffer[n] = '\0';
	return true;
}

static void library(void)
{
	static const unsigned char whole[] = "\003abc", cut[] = "\011abc";
	struct reader r;
	unsigned sum = 0;
	char *row;
	OK(reader_sum(whole, 4, &sum, &row, &r), "a whole file");
	EQ(sum, 'a' + 'b' + 'c', "is read");
	STR(row, "abc", "to its end");
	free(row);
	OK(!reader_sum(cut, 4, &sum, &row, &r), "a file that is cut off");
	STR(r.message, "truncated", "is an error");
	OK(row == NULL, "and the setter of the jump cleans up");
}

/* Doubles, 64-bit integers and many arguments on the way. */
__attribute__((__noinline__))
static double mixed(double d, long long l, float f, int depth)
{
	if (depth == 0) {
		jump((int)l);
		return 0;
	}
	return d * mixed(d + f, l + 1, f / 2, depth - 1) + (double)l;
}

struct large {
	long long a, b;
	double c;
};

__attribute__((__noinline__))
static struct large by_value(int depth)
{
	if (depth > 0)
		return by_value(depth - 1);
	jump(5);
	return (struct large){0};
}

static void types(void)
{
	int got = setjmp(env);
	if (got == 0)
		printf("# %f\n", mixed(1.5, 10, 0.5f, 7));
	EQ(got, 17, "through functions of doubles");
	got = setjmp(env);
	if (got == 0)
		printf("# %f\n", by_value(4).c);
	EQ(got, 5, "through functions that return structures");
}

int main(void)
{
	EQ(setjmp(env), 0, "setjmp returns 0");
	EQ(sigsetjmp(sigenv, 1), 0, "sigsetjmp returns 0");
	EQ(_setjmp(env), 0, "_setjmp returns 0");
	values();
	locals();
	nested();
	several();

	nest(0);
	EQ(steps, 51, "51 functions, each leaving to the one before");

	steps = 0;
	int got = sigsetjmp(sigenv, 0);
	if (got == 0)
		siglongjmp(sigenv, 9);
	EQ(got, 9, "siglongjmp");
	got = setjmp(env);
	if (got == 0)
		deeper(20000, 6);
	EQ(got, 6, "out of 20,000 calls, the first by a pointer");
	EQ(steps, 0, "none of which returned");
	void (*volatile leave)(jmp_buf, int) = (void (*)(jmp_buf, int))longjmp;
	got = setjmp(env);
	if (got == 0)
		leave(env, 8);
	EQ(got, 8, "longjmp by a pointer");

	callbacks();
	library();
	types();

	/* Nothing may grow, and no stack may be lost. */
	volatile int count = 0;
	for (volatile int i = 0; i < 100000; i++) {
		if (setjmp(env) == 0)
			deep(5, 1);
		else
			count++;
	}
	EQ(count, 100000, "100,000 jumps");
	volatile int same = 0;
	if (setjmp(env) < 1000) {
		same++;
		jump(same);
	}
	EQ(same, 1000, "1,000 jumps to one setjmp");
	return done();
}
