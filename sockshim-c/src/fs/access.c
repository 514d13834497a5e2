/* access() and faccessat() (POSIX System Interfaces, Issue 7).
 *
 * WASI's stat has no permission bits, and the rights it has are the host
 * runtime's, not the file system's. So the question is answered by trying:
 * what can be opened for reading is readable, a file that can be opened for
 * writing is writable, a directory in which a file can be made is writable.
 * Nothing is truncated, and what is made is removed. WASI runs no program, so
 * no regular file is executable; a directory is searchable if "." is found in
 * it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool opens(int dir, const char *path, int flags)
{
	int fd = openat(dir, path, flags);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static bool dir_writable(int dir, const char *path)
{
	int fd = openat(dir, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return false;
	bool ok = false;
	for (int tries = 0; tries < 8; tries++) {
		char name[32];
		uint64_t r;
		if (getentropy(&r, sizeof r) < 0)
			break;
		snprintf(name, sizeof name, ".wlr-access-%016llx", (unsigned long long)r);
		int made = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (made >= 0) {
			close(made);
			unlinkat(fd, name, 0);
			ok = true;
			break;
		}
		if (errno != EEXIST)
			break;
	}
	int err = errno;
	close(fd);
	errno = err;
	return ok;
}

int faccessat(int dir, const char *path, int mode, int flags)
{
	if (mode & ~(R_OK | W_OK | X_OK) || flags & ~AT_EACCESS) {
		errno = EINVAL;
		return -1;
	}
	struct stat st;
	if (fstatat(dir, path, &st, 0) < 0)
		return -1;
	bool is_dir = S_ISDIR(st.st_mode), is_file = S_ISREG(st.st_mode);
	if (mode & R_OK && (is_dir || is_file) &&
	    !opens(dir, path, is_dir ? O_RDONLY | O_DIRECTORY : O_RDONLY))
		return -1;
	if (mode & W_OK && is_file && !opens(dir, path, O_WRONLY))
		return -1;
	if (mode & W_OK && is_dir && !dir_writable(dir, path))
		return -1;
	if (mode & X_OK && is_dir && !opens(dir, path, O_SEARCH | O_DIRECTORY))
		return -1;
	if (mode & X_OK && !is_dir) {
		errno = EACCES;
		return -1;
	}
	return 0;
}

int access(const char *path, int mode)
{
	return faccessat(AT_FDCWD, path, mode, 0);
}
