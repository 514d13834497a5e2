/* mmap(), munmap(), mprotect() for anonymous memory (POSIX System Interfaces),
 * as the Zend allocator uses them. */
#include <sys/mman.h>

#include "test.h"

/* The unit of mapping: a wasm page on WASI. Multiples of it are right on Linux
 * too, whose pages are smaller. */
enum { PAGE = 65536, HUGE = 2 << 20 };

static char *map(size_t len)
{
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

static bool zero(const char *p, size_t len)
{
	return p[0] == 0 && memcmp(p, p + 1, len - 1) == 0;
}

/* How much memory the host has given, in pages. */
static size_t memory(void)
{
#ifdef __wasi__
	return __builtin_wasm_memory_size(0);
#else
	return 0;
#endif
}

#define MAPERR(call, err, what) \
	(errno = 0, test_result = (intptr_t)(call), test_err((intptr_t)MAP_FAILED, errno, (err), what))

static void errors(void)
{
	const int rw = PROT_READ | PROT_WRITE, anon = MAP_PRIVATE | MAP_ANON;
	int fd = make_file("a", "content");
	MAPERR(mmap(NULL, 0, rw, anon, -1, 0), EINVAL, "a length of 0");
	MAPERR(mmap(NULL, PAGE, rw, MAP_ANON, -1, 0), EINVAL, "neither shared nor private");
	MAPERR(mmap(NULL, PAGE, rw, MAP_PRIVATE, -1, 0), EBADF, "a file that is none");
	WASI(MAPERR(mmap(NULL, PAGE, rw, MAP_PRIVATE, fd, 0), ENODEV, "a file cannot be mapped"));
	MAPERR(mmap(NULL, PAGE, rw, MAP_PRIVATE, 999, 0), EBADF, "a closed descriptor");
	WASI(MAPERR(mmap((void *)PAGE, PAGE, rw, anon | MAP_FIXED, -1, 0), ENOTSUP, "no address can be wished for"));
	WASI(MAPERR(mmap(NULL, PAGE, rw | PROT_EXEC, anon, -1, 0), ENOTSUP, "no memory can be executed"));
	OK(mmap(NULL, PAGE, rw, anon | MAP_STACK, -1, 0) != MAP_FAILED, "memory for a stack");
	MAPERR(mmap(NULL, (size_t)-1, rw, anon, -1, 0), ENOMEM, "all memory there is");
	MAPERR(mmap(NULL, (size_t)-1 - PAGE, rw, anon, -1, 0), ENOMEM, "nearly all memory there is");
	WASI(MAPERR(mmap(NULL, 0xffff0000u, rw, anon, -1, 0), ENOMEM, "more than is left"));
	char *p = map(4 * PAGE);
	NEED(p);
	ERR(munmap(p, 0), EINVAL, "munmap of nothing");
	ERR(munmap(p + 1, PAGE), EINVAL, "munmap of an odd address");
	ERR(munmap(p, (size_t)-1), EINVAL, "munmap of more than there is");
	WASI(ERR(munmap(NULL, PAGE), EINVAL, "munmap of NULL"));
	ZERO(mprotect(p, PAGE, PROT_READ | PROT_WRITE), "mprotect to what it is");
	WASI(ERR(mprotect(p, PAGE, PROT_NONE), ENOTSUP, "mprotect to PROT_NONE"));
	WASI(ERR(mprotect(p, PAGE, PROT_READ), ENOTSUP, "mprotect to PROT_READ"));
	ERR(mprotect(p + 1, PAGE, PROT_READ | PROT_WRITE), EINVAL, "mprotect of an odd address");
	ZERO(munmap(p, 4 * PAGE), "munmap");
	close(fd);
}

static void parts(void)
{
	char *p = map(1);
	OK(p != NULL, "one byte");
	EQ((uintptr_t)p % sysconf(_SC_PAGESIZE), 0, "is on a page boundary");
	WASI(EQ((uintptr_t)p % PAGE, 0, "of 64 KiB"));
	OK(zero(p, 4096), "and zero");
	p[0] = p[4095] = 1;
	ZERO(munmap(p, 1), "munmap");

	p = map(10 * PAGE);
	NEED(p);
	size_t before = memory();
	OK(zero(p, 10 * PAGE), "ten pages are zero");
	for (int i = 0; i < 10; i++)
		memset(p + i * PAGE, 'a' + i, PAGE);
	ZERO(munmap(p, PAGE), "munmap at the head");
	ZERO(munmap(p + 9 * PAGE, PAGE), "munmap at the tail");
	ZERO(munmap(p + 4 * PAGE, 2 * PAGE), "munmap in the middle");
	bool kept = true;
	for (int i = 0; i < 10; i++)
		if (i != 0 && i != 4 && i != 5 && i != 9)
			kept = kept && p[i * PAGE] == 'a' + i && p[i * PAGE + PAGE - 1] == 'a' + i;
	OK(kept, "leaves the rest");
	char *q[4];
	q[0] = map(2 * PAGE);
	for (int i = 1; i < 4; i++)
		q[i] = map(PAGE);
	EQ(memory(), before, "the holes are used again");
	bool zeros = true;
	for (int i = 0; i < 4; i++)
		zeros = zeros && q[i] && zero(q[i], PAGE);
	OK(zeros, "what is used again is zero");
	for (int i = 0; i < 4; i++)
		memset(q[i], 'z', PAGE);
	kept = true;
	for (int i = 0; i < 10; i++)
		if (i != 0 && i != 4 && i != 5 && i != 9)
			kept = kept && p[i * PAGE] == 'a' + i && p[i * PAGE + PAGE - 1] == 'a' + i;
	OK(kept, "and does not lie over the rest");
	for (int i = 0; i < 4; i++)
		NEED(munmap(q[i], i ? PAGE : 2 * PAGE) == 0);
	for (int i = 0; i < 10; i++)
		if (i != 0 && i != 4 && i != 5 && i != 9)
			NEED(munmap(p + i * PAGE, PAGE) == 0);
	p = map(10 * PAGE);
	EQ(memory(), before, "the holes have grown together");
	ZERO(munmap(p, 10 * PAGE), "munmap of all");
	ZERO(munmap(p, 10 * PAGE), "munmap of what is not mapped");
}

/* Zend wants chunks of 2 MiB on 2 MiB boundaries; where it gets another it maps
 * more and unmaps the ends (zend_mm_chunk_alloc_int). */
static char *zend_chunk(size_t size)
{
	char *p = map(size);
	if (!p || (uintptr_t)p % HUGE == 0)
		return p;
	NEED(munmap(p, size) == 0);
	p = map(size + HUGE - PAGE);
	if (!p)
		return NULL;
	size_t before = -(uintptr_t)p % HUGE;
	if (before)
		NEED(munmap(p, before) == 0);
	if (before != HUGE - PAGE)
		NEED(munmap(p + before + size, HUGE - PAGE - before) == 0);
	return p + before;
}

static void chunks(void)
{
	NEED(map(PAGE) && malloc(1000));
	WASI(EQ((uintptr_t)map(HUGE) % HUGE, 0, "2 MiB are on a boundary of 2 MiB"));
	WASI(EQ((uintptr_t)map(HUGE + PAGE) % HUGE, 0, "and so is more"));
	char *c[8];
	bool aligned = true;
	for (int i = 0; i < 8; i++) {
		NEED((c[i] = zend_chunk(HUGE)));
		aligned = aligned && (uintptr_t)c[i] % HUGE == 0;
		memset(c[i], i + 1, HUGE);
	}
	OK(aligned, "chunks are on boundaries");
	for (int i = 0; i < 8; i += 2)
		NEED(munmap(c[i], HUGE) == 0);
	char *big = zend_chunk(2 * HUGE);
	OK(big && (uintptr_t)big % HUGE == 0, "a larger one");
	OK(zero(big, 2 * HUGE), "is zero");
	/* A huge block that shrinks: zend_mm_chunk_truncate. */
	memset(big, 9, 2 * HUGE);
	ZERO(munmap(big + HUGE, HUGE), "truncate it");
	char *again = zend_chunk(HUGE);
	OK(again && zero(again, HUGE), "another chunk is zero");
	OK(big[0] == 9 && big[HUGE - 1] == 9, "and is not what was kept");
	bool kept = true;
	for (int i = 1; i < 8; i += 2)
		kept = kept && c[i][0] == i + 1 && c[i][HUGE - 1] == i + 1;
	OK(kept, "the other chunks are as they were");
	for (int i = 1; i < 8; i += 2)
		NEED(munmap(c[i], HUGE) == 0);
	NEED(munmap(big, HUGE) == 0 && munmap(again, HUGE) == 0);

	/* The same memory over and over, with malloc between. */
	bool good = true;
	size_t before = memory();
	for (int i = 0; i < 300; i++) {
		char *p = zend_chunk(HUGE), *m = malloc(1000 + i);
		NEED(p && m);
		good = good && p[0] == 0 && p[HUGE - 1] == 0;
		p[0] = p[HUGE - 1] = 1;
		NEED(munmap(p, HUGE) == 0);
		if (i % 3)
			free(m);
	}
	OK(good, "300 chunks, one after the other");
	OK(memory() - before <= 16, "in the same memory");
}

/* Maps and unmaps at random, all of it or a part, and knows for each mapping
 * what has to be in it: a mapping that lies over another is found. */
static void random_cycles(void)
{
	enum { SLOTS = 64, CYCLES = 4000 };
	static struct { char *at; int pages; unsigned char fill; } slot[SLOTS];
	unsigned seed = 12345, failures = 0, unzeroed = 0, damaged = 0;
	for (int n = 0; n < CYCLES; n++) {
		seed = seed * 1103515245 + 12345;
		unsigned r = seed >> 8;
		int i = r % SLOTS;
		r /= SLOTS;
		if (!slot[i].at) {
			slot[i].pages = r % 50 == 0 ? 32 + r / 50 % 40 : 1 + r % 12;
			slot[i].at = map((size_t)slot[i].pages * PAGE);
			if (!slot[i].at) {
				failures++;
				continue;
			}
			slot[i].fill = 1 + n % 255;
			for (int k = 0; k < slot[i].pages; k++) {
				char *page = slot[i].at + k * PAGE;
				unzeroed += page[0] || page[PAGE / 2] || page[PAGE - 1];
				page[0] = page[PAGE / 2] = page[PAGE - 1] = (char)slot[i].fill;
			}
			continue;
		}
		for (int k = 0; k < slot[i].pages; k++) {
			char *page = slot[i].at + k * PAGE, fill = (char)slot[i].fill;
			damaged += page[0] != fill || page[PAGE / 2] != fill || page[PAGE - 1] != fill;
		}
		int all = slot[i].pages, part = 1 + r % all;
		switch (r / all % 3) {
		case 0: /* all */
			failures += munmap(slot[i].at, (size_t)all * PAGE) != 0;
			slot[i].at = NULL;
			break;
		case 1: /* the head */
			failures += munmap(slot[i].at, (size_t)part * PAGE) != 0;
			slot[i].at = part == all ? NULL : slot[i].at + part * PAGE;
			slot[i].pages -= part;
			break;
		default: /* the tail */
			failures += munmap(slot[i].at + (size_t)(all - part) * PAGE, (size_t)part * PAGE) != 0;
			if (part == all)
				slot[i].at = NULL;
			slot[i].pages -= part;
		}
	}
	EQ(failures, 0, "4000 calls at random succeed");
	EQ(unzeroed, 0, "what is mapped is zero");
	EQ(damaged, 0, "no mapping lies over another");
	for (int i = 0; i < SLOTS; i++)
		if (slot[i].at)
			NEED(munmap(slot[i].at, (size_t)slot[i].pages * PAGE) == 0);
}

/* With many holes that are too small. That it does not take minutes is checked
 * by who runs this. */
static void holes(void)
{
	enum { N = 2000 };
	char *p = map(N * PAGE);
	NEED(p);
	for (int i = 0; i < N; i += 2)
		NEED(munmap(p + i * PAGE, PAGE) == 0);
	for (int i = 0; i < 500; i++) {
		char *q = map(2 * PAGE);
		NEED(q && munmap(q, 2 * PAGE) == 0);
	}
	NEED(munmap(p, N * PAGE) == 0);
	OK(true, "500 mappings that fit in none of 1000 holes");
}

/* Not malloc, which the compiler thinks it knows. */
static void *(*volatile allocate)(size_t) = malloc;

/* Nearly all that a wasm module can have, and then no more. Little of it is
 * touched, so that the host need not have it. */
static void limit(void)
{
	const size_t most = 3u << 30;
	char *p = map(most);
	NEED(p);
	p[0] = p[most - 1] = 1;
	OK(true, "3 GiB");
	MAPERR(map(1u << 30) ?: MAP_FAILED, ENOMEM, "1 GiB more");
	NULLERR(allocate(1u << 30), ENOMEM, "which malloc has not either");
	NULLERR(allocate(3u << 30), ENOMEM, "nor 3 GiB");
	ZERO(munmap(p, most), "munmap");
	char *q = map(PAGE);
	OK(q && q[0] == 0, "a page of it can be had again");
	void *m = allocate(1 << 20);
	OK(m != NULL, "and malloc has some");
	free(m);
}

int main(void)
{
	errors();
	parts();
	chunks();
	random_cycles();
	holes();
	if (getenv("TEST_MEMORY"))
		limit();
	return done();
}
