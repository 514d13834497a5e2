/* poll(), select() and sleeping: regular files and directories are ready at
 * once, bad descriptors are found, and nothing hangs. */
#include <poll.h>
#include <sys/select.h>
#include <time.h>

#include "test.h"

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static double started;

/* Not hung, with room for a slow machine. */
#define SOON(what) OK(now() - started < 10, what ": at once")

static void polls(void)
{
	int file = make_file("a", "abc"), dir = open(tmp("."), O_RDONLY | O_DIRECTORY), closed = dup(file);
	close(closed);
	started = now();

	struct pollfd p[4] = {{.fd = file, .events = POLLIN | POLLOUT}};
	EQ(poll(p, 1, -1), 1, "poll of a file");
	EQ(p[0].revents, POLLIN | POLLOUT, "can be read and written");
	lseek(file, 0, SEEK_END);
	p[0].events = POLLIN;
	EQ(poll(p, 1, 60000), 1, "poll of a file at its end");
	EQ(p[0].revents, POLLIN, "can be read");
	p[0] = (struct pollfd){.fd = dir, .events = POLLIN};
	EQ(poll(p, 1, 60000), 1, "poll of a directory");
	SOON("poll of what is always ready");

	p[0] = (struct pollfd){.fd = closed, .events = POLLIN};
	EQ(poll(p, 1, 60000), 1, "poll of a closed descriptor");
	EQ(p[0].revents, POLLNVAL, "POLLNVAL");
	EQ(poll(p, 1, 0), 1, "poll of it without waiting");
	EQ(poll(p, 1, -1), 1, "poll of it for ever");
	EQ(p[0].revents, POLLNVAL, "POLLNVAL again");
	p[0] = (struct pollfd){.fd = 5000, .events = POLLIN | POLLOUT};
	EQ(poll(p, 1, -1), 1, "poll of a number that is too high");
	EQ(p[0].revents, POLLNVAL, "POLLNVAL");
	SOON("poll of what is not there");

	p[0] = (struct pollfd){.fd = closed, .events = POLLIN};
	p[1] = (struct pollfd){.fd = file, .events = POLLIN};
	p[2] = (struct pollfd){.fd = -1, .events = POLLIN, .revents = 77};
	p[3] = (struct pollfd){.fd = file, .events = POLLOUT};
	EQ(poll(p, 4, -1), 3, "poll of four");
	EQ(p[0].revents, POLLNVAL, "one is closed");
	EQ(p[1].revents, POLLIN, "one can be read");
	EQ(p[2].revents, 0, "a negative one is skipped");
	EQ(p[3].revents, POLLOUT, "one can be written");
	SOON("poll of four");

	p[0] = (struct pollfd){.fd = 1, .events = POLLOUT};
	EQ(poll(p, 1, 500), 1, "poll of standard output");
	OK(p[0].revents & POLLOUT, "standard output: can be written");
	p[0] = (struct pollfd){.fd = 0, .events = POLLIN};
	OK(poll(p, 1, 50) >= 0, "poll of standard input");
	p[1] = (struct pollfd){.fd = file, .events = POLLIN};
	OK(poll(p, 2, 50) >= 1, "poll of standard input and a file");
	EQ(p[1].revents, POLLIN, "the file can be read");
	SOON("poll of the standard streams");

	started = now();
	EQ(poll(NULL, 0, 0), 0, "poll of nothing");
	EQ(poll(NULL, 0, 50), 0, "poll of nothing for a time");
	OK(now() - started > 0.045, "waits that long");
	p[0] = (struct pollfd){.fd = -1, .events = POLLIN};
	EQ(poll(p, 1, 10), 0, "poll of a negative descriptor for a time");
	SOON("and no longer");
	close(file);
	close(dir);
}

/* Standard input can be closed after it was waited for. */
static void closes(void)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};
	(void)poll(&p, 1, 0); /* on Node.js, an error for some kinds of input */
	ZERO(close(0), "close of standard input");
	ERR(read(0, &p, 1), EBADF, "read of it then");
	EQ(poll(&p, 1, 0), 1, "poll of it then");
	EQ(p.revents, POLLNVAL, "POLLNVAL");
}

static void clear(fd_set *r, fd_set *w, fd_set *e)
{
	FD_ZERO(r);
	FD_ZERO(w);
	FD_ZERO(e);
}

static void selects(void)
{
	int file = make_file("a", "abc"), closed = dup(file);
	close(closed);
	started = now();
	fd_set r, w, e;
	struct timeval minute = {.tv_sec = 60}, none = {0};
	clear(&r, &w, &e);
	FD_SET(file, &r);
	FD_SET(file, &w);
	EQ(select(file + 1, &r, &w, NULL, &minute), 2, "select of a file");
	OK(FD_ISSET(file, &r) && FD_ISSET(file, &w), "can be read and written");
	clear(&r, &w, &e);
	FD_SET(file, &r);
	EQ(select(file + 1, &r, &w, &e, NULL), 1, "select without an end");
	OK(FD_ISSET(file, &r) && !FD_ISSET(file, &w) && !FD_ISSET(file, &e), "can be read");
	EQ(select(file + 1, &r, NULL, NULL, &none), 1, "select without waiting");
	clear(&r, &w, &e);
	FD_SET(closed, &r);
	ERR(select(closed + 1, &r, NULL, NULL, &minute), EBADF, "select of a closed descriptor");
	clear(&r, &w, &e);
	FD_SET(closed, &w);
	FD_SET(file, &r);
	ERR(select(closed + 1, &r, &w, NULL, &minute), EBADF, "select of a file and a closed descriptor");
	clear(&r, &w, &e);
	FD_SET(closed, &e);
	ERR(select(closed + 1, NULL, NULL, &e, &minute), EBADF, "select of a closed descriptor for exceptional conditions");
	clear(&r, &w, &e);
	FD_SET(file, &r);
	FD_SET(file, &e);
	EQ(select(file + 1, &r, NULL, &e, &minute), 1, "select of a file in two sets");
	OK(FD_ISSET(file, &r) && !FD_ISSET(file, &e), "there are no exceptional conditions");
	FD_SET(closed, &r);
	EQ(select(file + 1, &r, NULL, NULL, &minute), 1, "a descriptor above the limit is not looked at");
	struct timeval bad = {.tv_sec = -1};
	ERR(select(0, NULL, NULL, NULL, &bad), EINVAL, "select for less than no time");
	ERR(select(-1, NULL, NULL, NULL, &none), EINVAL, "select of less than nothing");
	SOON("select of what is always ready");

	started = now();
	EQ(select(0, NULL, NULL, NULL, &none), 0, "select of nothing");
	clear(&r, &w, &e);
	struct timeval little = {.tv_usec = 50000};
	EQ(select(0, &r, &w, &e, &little), 0, "select of nothing for a time");
	OK(now() - started > 0.045, "waits that long");
	struct timespec ns = {.tv_nsec = 1000000};
	FD_SET(file, &r);
	EQ(pselect(file + 1, &r, NULL, NULL, &ns, NULL), 1, "pselect of a file");
	SOON("and no longer");

	int high = fcntl(file, F_DUPFD, 1000);
	clear(&r, &w, &e);
	FD_SET(high, &r);
	EQ(select(high + 1, &r, NULL, NULL, &minute), 1, "select of a high number");
	OK(FD_ISSET(high, &r) && !FD_ISSET(file, &r), "which is set");
	close(high);
	close(file);
}

static void sleeps(void)
{
	started = now();
	struct timespec t = {.tv_nsec = 20000000};
	ZERO(nanosleep(&t, NULL), "nanosleep");
	OK(now() - started > 0.018, "waits that long");
	started = now();
	ZERO(usleep(20000), "usleep");
	OK(now() - started > 0.018, "waits that long");
	EQ(sleep(0), 0, "sleep of no seconds");
	SOON("sleeping");
}

int main(void)
{
	polls();
	selects();
	sleeps();
	closes();
	return done();
}
