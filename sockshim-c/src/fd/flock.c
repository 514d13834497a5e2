/* flock(), as BSD and Linux have it: a lock belongs to an open file
 * description, is shared by its duplicates, and goes with its last close.
 *
 * It is held in this process only. A WASI guest has no means to lock against
 * another process, so two workers on one directory do not see each other's.
 */
#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "fd.h"

static bool conflicts(struct wlr_file *other, void *arg)
{
	const struct wlr_file *f = arg;
	return other != f && other->lock && other->lock_ino == f->lock_ino &&
	       other->lock_dev == f->lock_dev &&
	       (other->lock == LOCK_EX || f->lock == LOCK_EX);
}

int flock(int fd, int op)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f) {
		errno = EBADF;
		return -1;
	}
	int want = op & ~LOCK_NB;
	if (want != LOCK_SH && want != LOCK_EX && want != LOCK_UN) {
		errno = EINVAL;
		return -1;
	}
	if (want == LOCK_UN) {
		f->lock = 0;
		return 0;
	}
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -1;
	int before = f->lock;
	f->lock = want;
	f->lock_dev = st.st_dev;
	f->lock_ino = st.st_ino;
	if (!wlr_fd_find(conflicts, f))
		return 0;
	/* Converting a lock is not atomic: flock(2) says it may be lost. Here it
	 * is kept. */
	f->lock = before;
	/* The holder is this very thread, so waiting would never end. */
	errno = op & LOCK_NB ? EWOULDBLOCK : EDEADLK;
	return -1;
}
