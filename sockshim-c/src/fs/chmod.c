/* chmod() and chown() and their like (POSIX). WASI can change neither
 * permission bits nor owners: what stat() says can be set again, and nothing
 * else, which is EPERM, as on Linux's vfat. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int same_mode(int found, const struct stat *st, mode_t mode)
{
	if (found < 0)
		return -1;
	if ((st->st_mode & 07777) == (mode & 07777))
		return 0;
	errno = EPERM;
	return -1;
}

int chmod(const char *path, mode_t mode)
{
	struct stat st;
	return same_mode(stat(path, &st), &st, mode);
}

int fchmod(int fd, mode_t mode)
{
	struct stat st;
	return same_mode(fstat(fd, &st), &st, mode);
}

int fchmodat(int dir, const char *path, mode_t mode, int flags)
{
	struct stat st;
	return same_mode(fstatat(dir, path, &st, flags), &st, mode);
}

static int same_owner(int found, const struct stat *st, uid_t uid, gid_t gid)
{
	if (found < 0)
		return -1;
	if ((uid == (uid_t)-1 || uid == st->st_uid) && (gid == (gid_t)-1 || gid == st->st_gid))
		return 0;
	errno = EPERM;
	return -1;
}

int chown(const char *path, uid_t uid, gid_t gid)
{
	struct stat st;
	return same_owner(stat(path, &st), &st, uid, gid);
}

int lchown(const char *path, uid_t uid, gid_t gid)
{
	struct stat st;
	return same_owner(lstat(path, &st), &st, uid, gid);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
	struct stat st;
	return same_owner(fstat(fd, &st), &st, uid, gid);
}
