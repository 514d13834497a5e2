/* flock() as BSD and Linux have it, record locks by fcntl() and lockf(). */
#include <sys/file.h>

#include "test.h"

static void files(void)
{
	int a = make_file("a", ""), b = open(tmp("a"), O_RDWR), other = make_file("b", "");
	NEED(b >= 0);
	ZERO(flock(a, LOCK_SH), "a shared lock");
	ZERO(flock(b, LOCK_SH | LOCK_NB), "a second shared lock");
	ERR(flock(b, LOCK_EX | LOCK_NB), EWOULDBLOCK, "no exclusive one while another has a shared one");
	ZERO(flock(a, LOCK_UN), "unlock");
	ZERO(flock(b, LOCK_EX | LOCK_NB), "then it can be had");
	ERR(flock(a, LOCK_SH | LOCK_NB), EWOULDBLOCK, "no shared one while another has an exclusive one");
	ERR(flock(a, LOCK_EX | LOCK_NB), EWOULDBLOCK, "nor an exclusive one");
	ZERO(flock(b, LOCK_EX | LOCK_NB), "it can be had again by who has it");
	ZERO(flock(b, LOCK_SH | LOCK_NB), "and be made a shared one");
	ZERO(flock(a, LOCK_SH | LOCK_NB), "which leaves room for others");
	ZERO(flock(other, LOCK_EX | LOCK_NB), "another file has other locks");
	ZERO(flock(other, LOCK_UN), "unlock");
	ZERO(flock(other, LOCK_UN), "unlock what is not locked");
	WASI(ERR(flock(b, LOCK_EX), EDEADLK, "waiting for oneself is refused"));
	WASI(ERR(flock(a, LOCK_EX | LOCK_NB), EWOULDBLOCK, "and the lock that was is kept"));
	flock(a, LOCK_UN);
	flock(b, LOCK_UN);

	/* Duplicates have one lock. */
	int c = dup(a);
	ZERO(flock(a, LOCK_EX | LOCK_NB), "lock");
	ZERO(flock(c, LOCK_EX | LOCK_NB), "a duplicate has the same lock");
	ERR(flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK, "which another sees");
	close(a);
	ERR(flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK, "one close of two leaves it");
	close(c);
	ZERO(flock(b, LOCK_EX | LOCK_NB), "the last close frees it");
	a = open(tmp("a"), O_RDONLY);
	c = dup(b);
	ERR(flock(a, LOCK_SH | LOCK_NB), EWOULDBLOCK, "locked by another");
	ZERO(flock(c, LOCK_UN), "unlock by a duplicate");
	ZERO(flock(a, LOCK_EX | LOCK_NB), "frees it; O_RDONLY can be locked exclusively");
	ZERO(dup2(other, a) - a, "dup2 onto the last that has it");
	ZERO(flock(b, LOCK_EX | LOCK_NB), "frees it");
	close(a);
	close(c);
	close(other);

	ERR(flock(b, 0), EINVAL, "no operation");
	ERR(flock(b, LOCK_SH | LOCK_EX), EINVAL, "two operations");
	ERR(flock(b, 64), EINVAL, "an operation that is none");
	close(b);
	ERR(flock(b, LOCK_SH), EBADF, "a closed descriptor");
	ERR(flock(-1, LOCK_SH), EBADF, "descriptor -1");

	int d = open(tmp("."), O_RDONLY | O_DIRECTORY), e = open(tmp("."), O_RDONLY | O_DIRECTORY);
	NEED(d >= 0 && e >= 0);
	ZERO(flock(d, LOCK_EX | LOCK_NB), "a directory can be locked");
	ERR(flock(e, LOCK_EX | LOCK_NB), EWOULDBLOCK, "once");
	close(d);
	close(e);

	/* As PHP's file_put_contents(…, LOCK_EX) in a loop. */
	for (int i = 0; i < 50; i++) {
		int f = open(tmp("a"), O_WRONLY);
		NEED(f >= 0 && flock(f, LOCK_EX | LOCK_NB) == 0 && close(f) == 0);
	}
	OK(true, "lock and close many times");
	/* The number of a file that is gone may be another's. */
	a = make_file("gone", "");
	ZERO(flock(a, LOCK_EX | LOCK_NB), "lock");
	ZERO(unlink(tmp("gone")), "unlink of a locked file");
	b = make_file("gone", "");
	ZERO(flock(b, LOCK_EX | LOCK_NB), "a new file of that name has no lock");
	close(a);
	close(b);
}

static void records(void)
{
	int rw = make_file("r", "0123456789"), r = open(tmp("r"), O_RDONLY), w = open(tmp("r"), O_WRONLY);
	struct flock lk = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 2, .l_len = 3};
	ZERO(fcntl(rw, F_SETLK, &lk), "a lock for writing");
	ZERO(fcntl(rw, F_SETLKW, &lk), "again, with waiting");
	ZERO(fcntl(w, F_SETLK, &lk), "a process does not conflict with itself");
	ZERO(fcntl(w, F_GETLK, &lk), "F_GETLK");
	EQ(lk.l_type, F_UNLCK, "so F_GETLK finds nothing");
	EQ(lk.l_start, 2, "and leaves the rest");
	lk.l_type = F_WRLCK;
	ERR(fcntl(r, F_SETLK, &lk), EBADF, "a lock for writing of O_RDONLY");
	ZERO(fcntl(r, F_GETLK, &lk), "which can be asked about");
	lk.l_type = F_RDLCK;
	ZERO(fcntl(r, F_SETLK, &lk), "a lock for reading");
	ERR(fcntl(w, F_SETLK, &lk), EBADF, "a lock for reading of O_WRONLY");
	lk.l_type = F_UNLCK;
	ZERO(fcntl(rw, F_SETLK, &lk), "unlock");
	ZERO(fcntl(rw, F_SETLK, &lk), "unlock what is not locked");
	lk.l_type = 77;
	ERR(fcntl(rw, F_SETLK, &lk), EINVAL, "a type that is none");
	lk = (struct flock){.l_type = F_RDLCK, .l_whence = 77};
	ERR(fcntl(rw, F_SETLK, &lk), EINVAL, "a whence that is none");
	lk = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = -1};
	ERR(fcntl(rw, F_SETLK, &lk), EINVAL, "a record before the beginning");

	lk = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_END, .l_start = -10};
	ZERO(fcntl(rw, F_SETLK, &lk), "a record before the end");
	lk.l_start = -11;
	ERR(fcntl(rw, F_SETLK, &lk), EINVAL, "which is not before the beginning");
	lk = (struct flock){.l_type = F_RDLCK, .l_whence = SEEK_CUR, .l_start = 4, .l_len = -4};
	ZERO(fcntl(rw, F_SETLK, &lk), "a record that ends where it starts");
	lk.l_len = -5;
	ERR(fcntl(rw, F_SETLK, &lk), EINVAL, "and is not before the beginning");

	ZERO(lockf(rw, F_LOCK, 5), "F_LOCK");
	ZERO(lockf(rw, F_TLOCK, 0), "F_TLOCK");
	ZERO(lockf(rw, F_TEST, 5), "F_TEST of one's own");
	ZERO(lockf(rw, F_ULOCK, 0), "F_ULOCK");
	ERR(lockf(r, F_LOCK, 0), EBADF, "F_LOCK of O_RDONLY");
	ERR(lockf(rw, 77, 0), EINVAL, "an operation that is none");
	close(rw);
	ERR(fcntl(rw, F_SETLK, &lk), EBADF, "F_SETLK of a closed descriptor");
	ERR(lockf(rw, F_LOCK, 0), EBADF, "lockf of a closed descriptor");
	close(r);
	close(w);
}

int main(void)
{
	files();
	records();
	return done();
}
