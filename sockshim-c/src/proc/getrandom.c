/* getrandom(), as Linux has it. The host's source never blocks, so the flags
 * change nothing. */
#include <errno.h>
#include <sys/random.h>
#include <wasi/api.h>

ssize_t getrandom(void *buf, size_t size, unsigned flags)
{
	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM)) {
		errno = EINVAL;
		return -1;
	}
	__wasi_errno_t err = __wasi_random_get(buf, size);
	if (err) {
		errno = err;
		return -1;
	}
	return size;
}
