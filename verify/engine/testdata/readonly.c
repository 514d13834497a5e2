// readonly tries to change a directory that is mounted for reading: `readonly
// DIR`. On the host it holds a file "file" and a directory "dir".
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void did(const char *step, int yes) { printf("%s: %s\n", step, yes ? "CHANGED" : "refused"); }

// can_write says whether a file can be opened with flags and, if those are for
// writing, written to: some hosts refuse the one, some the other.
static int can_write(const char *path, int flags)
{
	int fd = open(path, flags, 0644);
	if (fd < 0)
		return 0;
	int ok = (flags & O_ACCMODE) == O_RDONLY || write(fd, "x", 1) == 1;
	close(fd);
	return ok;
}

int main(int argc, char **argv)
{
	if (argc > 1 && chdir(argv[1]) < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("read: %s\n", can_write("file", O_RDONLY) ? "ok" : "failed");
	DIR *d = opendir(".");
	printf("list: %s\n", d && readdir(d) ? "ok" : "failed");
	if (d)
		closedir(d);

	did("write", can_write("file", O_WRONLY));
	did("write and read", can_write("file", O_RDWR));
	did("append", can_write("file", O_WRONLY | O_APPEND));
	int fd = open("file", O_RDWR);
	did("ftruncate", fd >= 0 && ftruncate(fd, 0) == 0);
	did("futimens", fd >= 0 && futimens(fd, (struct timespec[2]){{1}, {1}}) == 0);
	if (fd >= 0)
		close(fd);
	did("truncate", can_write("file", O_WRONLY | O_TRUNC));
	did("truncate for reading", can_write("file", O_RDONLY | O_TRUNC));
	did("create", can_write("new", O_WRONLY | O_CREAT));
	did("create for reading", can_write("new", O_RDONLY | O_CREAT));
	did("mkdir", mkdir("new", 0755) == 0);
	did("rmdir", rmdir("dir") == 0);
	did("rename", rename("file", "other") == 0);
	did("link", link("file", "other") == 0);
	did("symlink", symlink("file", "other") == 0);
	did("times", utimensat(AT_FDCWD, "file", (struct timespec[2]){{1}, {1}}, 0) == 0);
	did("unlink", unlink("file") == 0);
	return 0;
}
