// escape tries to get out of the directory it is given: `escape DIR`. Beside DIR
// on the host is a file "outside"; in it are links "out" to that file, "up" to
// the directory it is in, and "top" to the host's root. What is refused with which
// error is the host's business; that it is refused is printed.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void got(const char *step, int out) { printf("%s: %s\n", step, out ? "GOT OUT" : "kept in"); }

static int can_open(const char *path, int flags)
{
	int fd = open(path, flags, 0644);
	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}

static int can_list(const char *path)
{
	DIR *d = opendir(path);
	if (!d)
		return 0;
	int n = 0;
	while (readdir(d))
		n++;
	closedir(d);
	return n > 0;
}

int main(int argc, char **argv)
{
	char to[64];
	struct stat st;
	if (argc > 1 && chdir(argv[1]) < 0) {
		perror(argv[1]);
		return 1;
	}
	close(open("mine", O_WRONLY | O_CREAT, 0644));

	got("read ..", can_open("../outside", O_RDONLY));
	got("list ..", can_list(".."));
	got("read an absolute path", can_open("/etc/passwd", O_RDONLY));
	got("read .. inside", can_open("sub/../../outside", O_RDONLY));
	got("create ..", can_open("../created", O_WRONLY | O_CREAT));
	got("read a link", can_open("out", O_RDONLY));
	got("write a link", can_open("out", O_WRONLY));
	got("truncate a link", can_open("out", O_WRONLY | O_TRUNC));
	got("stat a link", stat("out", &st) == 0);
	got("times of a link", utimensat(AT_FDCWD, "out", (struct timespec[2]){{1}, {1}}, 0) == 0);
	printf("lstat a link: %s\n", lstat("out", &st) == 0 && S_ISLNK(st.st_mode) ? "ok" : "failed");
	printf("readlink: %s\n", readlink("out", to, sizeof to) > 0 ? "ok" : "failed");
	got("read below a link", can_open("up/outside", O_RDONLY));
	got("create below a link", can_open("up/created", O_WRONLY | O_CREAT));
	got("list a link", can_list("up"));
	got("stat below a link", stat("up/outside", &st) == 0);
	got("lstat below a link", lstat("up/outside", &st) == 0);
	got("mkdir below a link", mkdir("up/created", 0755) == 0);
	got("rmdir below a link", rmdir("up/empty") == 0);
	got("unlink below a link", unlink("up/outside") == 0);
	got("rename out", rename("mine", "up/mine") == 0);
	got("rename in", rename("up/outside", "theirs") == 0);
	got("link out", link("mine", "up/mine") == 0);
	got("link in", link("up/outside", "theirs") == 0);
	got("symlink below a link", symlink("mine", "up/created") == 0);
	got("readlink below a link", readlink("up/link", to, sizeof to) > 0);
	got("read an absolute link", can_open("top/etc/passwd", O_RDONLY));
	symlink("../outside", "own"); // some refuse to make it, some to follow it
	got("read a link of one's own", can_open("own", O_RDONLY));
	printf("unlink a link: %s\n", unlink("out") == 0 ? "ok" : "failed");
	return 0;
}
