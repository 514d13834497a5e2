/* Directories: readdir while entries go, many entries, rewinddir, seekdir. */
#include <dirent.h>
#include <sys/stat.h>

#include "test.h"

enum { N = 500 };

static const char *entry(int i)
{
	static char name[64];
	/* Long names, so that the host needs more than one call for all. */
	snprintf(name, sizeof name, "dir/entry-with-a-name-of-some-length-%d", i);
	return name;
}

/* Reads on and marks what it sees. Returns how many there were twice or that
 * nobody made. */
static int look(DIR *d, bool seen[N], int limit)
{
	int wrong = 0, i;
	for (struct dirent *e; limit-- && (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		if (sscanf(e->d_name, "entry-with-a-name-of-some-length-%d", &i) != 1 || i < 0 ||
		    i >= N || seen[i])
			wrong++;
		else
			seen[i] = true;
	}
	return wrong;
}

static int count(const bool seen[N])
{
	int n = 0;
	for (int i = 0; i < N; i++)
		n += seen[i];
	return n;
}

/* "." and ".." are there once each, wherever the host's file system has them. */
static bool dots(const char *path)
{
	int dot = 0, dotdot = 0;
	DIR *d = opendir(path);
	NEED(d);
	for (struct dirent *e; (e = readdir(d));) {
		dot += strcmp(e->d_name, ".") == 0;
		dotdot += strcmp(e->d_name, "..") == 0;
	}
	closedir(d);
	return dot == 1 && dotdot == 1;
}

int main(void)
{
	bool always = true;
	for (int i = 0; i < 50; i++) {
		char name[16];
		snprintf(name, sizeof name, "small%d", i);
		close(make_file(name, ""));
		always = always && dots(tmp("."));
	}
	OK(always, "\".\" and \"..\" are there once in small directories");
	ZERO(mkdir(tmp("dir"), 0700), "mkdir");
	ERR(mkdir(tmp("dir"), 0700), EEXIST, "mkdir again");
	for (int i = 0; i < N; i++)
		close(make_file(entry(i), ""));
	EQ(entries(tmp("dir")), N, "readdir finds each entry");

	bool seen[N] = {false};
	DIR *d = opendir(tmp("dir"));
	NEED(d);
	OK(dots(tmp("dir")), "\".\" and \"..\" are there once");
	EQ(look(d, seen, -1), 0, "each once");
	EQ(count(seen), N, "and none is left out");
	rewinddir(d);
	memset(seen, 0, sizeof seen);
	EQ(look(d, seen, -1), 0, "after rewinddir each once");
	EQ(count(seen), N, "and none is left out");

	rewinddir(d);
	memset(seen, 0, sizeof seen);
	EQ(look(d, seen, N / 2), 0, "half of them");
	long at = telldir(d);
	EQ(look(d, seen, -1), 0, "the other half");
	EQ(count(seen), N, "is all of them");
	seekdir(d, at);
	memset(seen, 0, sizeof seen);
	EQ(look(d, seen, -1), 0, "seekdir to the half");
	int again = count(seen);
	test_report(again >= N / 2 - 2 && again <= N / 2 + 2, "reads the other half again", "got %d", again);
	OK(dirfd(d) > 2, "dirfd");
	int fd = dirfd(d);
	ZERO(closedir(d), "closedir");
	ERR(close(fd), EBADF, "closes its descriptor");

	/* What file managers, and PHP programs that clear a cache, do. POSIX leaves
	 * open whether an entry that goes while one reads is seen, and nothing
	 * else. */
	d = opendir(tmp("dir"));
	NEED(d);
	memset(seen, 0, sizeof seen);
	int wrong = 0, removed = 0, i;
	for (struct dirent *e; (e = readdir(d));) {
		if (sscanf(e->d_name, "entry-with-a-name-of-some-length-%d", &i) != 1)
			continue;
		wrong += seen[i];
		seen[i] = true;
		removed += unlink(tmp(entry(i))) == 0;
	}
	closedir(d);
	EQ(wrong, 0, "while each entry is removed, none is seen twice");
	EQ(removed, N, "none is left out");
	EQ(entries(tmp("dir")), 0, "the directory is empty");

	for (i = 0; i < 20; i++)
		close(make_file(entry(i), ""));
	ERR(rmdir(tmp("dir")), ENOTEMPTY, "rmdir of a directory that is not empty");
	d = opendir(tmp("dir"));
	NEED(d);
	for (i = 0; i < 20; i++)
		NEED(unlink(tmp(entry(i))) == 0);
	ZERO(rmdir(tmp("dir")), "rmdir of one that is open");
	/* With what it has read before, or nothing; but to an end. */
	for (i = 0; i < 10000 && readdir(d); i++) {}
	OK(i < 10000, "readdir of it comes to an end");
	ZERO(closedir(d), "closedir of it");

	NULLERR(opendir(tmp("dir")), ENOENT, "opendir of nothing");
	close(make_file("file", ""));
	NULLERR(opendir(tmp("file")), ENOTDIR, "opendir of a file");
	struct stat st;
	ERR(stat(tmp("file/x"), &st), ENOTDIR, "stat below a file");
	ERR(open(tmp("."), O_WRONLY), EISDIR, "open of a directory for writing");
	ERR(unlink(tmp("none")), ENOENT, "unlink of nothing");
	ERR(rmdir(tmp("file")), ENOTDIR, "rmdir of a file");
	ZERO(unlink(tmp("file")), "unlink");
	return done();
}
