/* mmap(), munmap() and mprotect() for anonymous memory (POSIX System
 * Interfaces, Issue 7).
 *
 * Linear memory is grown by memory.grow (sbrk() aborts where 2 GiB or more are
 * wanted) and never given back to the host. Whole wasm pages (64 KiB) are
 * handed out; a bitmap has one bit for each page of the address space that is
 * ours and free, so any part of a mapping can be unmapped and used again by
 * another. dlmalloc shares the address space: it asks for its own pages, which
 * never enter the bitmap.
 *
 * Zend asks for 2 MiB on 2 MiB boundaries and, where it gets others, maps twice
 * as much and unmaps the ends. So a mapping of 2 MiB or more is aligned to 2
 * MiB here, as Linux does for huge pages; that saves it the second try.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE    65536u
#define PAGES   65536u /* in 4 GiB */
#define HUGE    (2u << 20)
#define WORD    64u

/* Bit set: the page is ours and free. 8 KiB for all of the address space. */
static uint64_t free_pages[PAGES / WORD];
static uint32_t free_low = PAGES; /* no free page is below it */

static bool is_free(uint32_t page)
{
	return free_pages[page / WORD] >> page % WORD & 1;
}

static void set_free(uint32_t page, uint32_t n)
{
	if (page < free_low)
		free_low = page;
	for (; n; page++, n--)
		free_pages[page / WORD] |= (uint64_t)1 << page % WORD;
}

static void set_used(uint32_t page, uint32_t n)
{
	for (; n; page++, n--)
		free_pages[page / WORD] &= ~((uint64_t)1 << page % WORD);
}

/* The first run of n free pages on a multiple of align pages; 0 if there is
 * none (page 0 is never ours). */
static uint32_t find(uint32_t n, uint32_t align)
{
	uint32_t top = __builtin_wasm_memory_size(0);
	while (free_low < top && !is_free(free_low))
		free_low += free_pages[free_low / WORD] ? 1 : WORD - free_low % WORD;
	uint32_t page = (free_low + align - 1) / align * align;
	while (page + n <= top) {
		uint32_t k = 0;
		while (k < n && is_free(page + k))
			k++;
		if (k == n)
			return page;
		page = (page + k + align) / align * align;
	}
	return 0;
}

/* n pages, never used before and therefore zero, on a multiple of align. */
static uint32_t grow(uint32_t n, uint32_t align)
{
	uint32_t top = __builtin_wasm_memory_size(0);
	uint32_t skip = (align - top % align) % align;
	if ((uint64_t)top + skip + n > PAGES - 1 ||
	    __builtin_wasm_memory_grow(0, skip + n) == (size_t)-1)
		return 0;
	set_free(top, skip);
	return top + skip;
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off)
{
	(void)addr; /* a hint; MAP_FIXED is refused */
	(void)off;
	int type = flags & MAP_TYPE;
	if (!len || (type != MAP_SHARED && type != MAP_PRIVATE)) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	if (!(flags & MAP_ANON)) {
		/* WASI cannot map a file. "The fildes argument refers to a file
		 * whose type is not supported by mmap()." */
		if (fcntl(fd, F_GETFD) >= 0)
			errno = ENODEV;
		return MAP_FAILED;
	}
	if (flags & MAP_FIXED || prot & PROT_EXEC) {
		/* No address can be promised, and no code written. */
		errno = ENOTSUP;
		return MAP_FAILED;
	}
	if (len > SIZE_MAX - PAGE) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	uint32_t n = (len + PAGE - 1) / PAGE;
	uint32_t align = len >= HUGE ? HUGE / PAGE : 1;
	uint32_t page = find(n, align);
	if (page) {
		set_used(page, n);
		memset((void *)(page * PAGE), 0, n * PAGE);
		return (void *)(page * PAGE);
	}
	page = grow(n, align);
	if (!page && align > 1) {
		/* A hole that is large enough, but not aligned, is better than none. */
		page = find(n, 1);
		if (page) {
			set_used(page, n);
			memset((void *)(page * PAGE), 0, n * PAGE);
			return (void *)(page * PAGE);
		}
		page = grow(n, 1);
	}
	if (!page) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return (void *)(page * PAGE);
}

int munmap(void *addr, size_t len)
{
	uintptr_t at = (uintptr_t)addr;
	if (!len || at % PAGE || len > UINTPTR_MAX - at) {
		errno = EINVAL;
		return -1;
	}
	uint32_t page = at / PAGE, n = (len + PAGE - 1) / PAGE;
	if (!page || page + n > __builtin_wasm_memory_size(0)) {
		errno = EINVAL;
		return -1;
	}
	set_free(page, n);
	return 0;
}

/* Linear memory can always be read and written. */
int mprotect(void *addr, size_t len, int prot)
{
	(void)len;
	if ((uintptr_t)addr % PAGE) {
		errno = EINVAL;
		return -1;
	}
	if (prot != (PROT_READ | PROT_WRITE)) {
		errno = ENOTSUP;
		return -1;
	}
	return 0;
}
