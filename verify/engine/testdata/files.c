// files does below the directory it is given what PHP does with files, and
// prints what came of each step: `files DIR`. Names of errno and not numbers are
// printed, file sizes but no times or inodes, so that every host can say the same.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *name_of(int e)
{
	switch (e) {
	case 0: return "ok";
	case EBADF: return "EBADF";
	case EEXIST: return "EEXIST";
	case EINVAL: return "EINVAL";
	case EIO: return "EIO";
	case EISDIR: return "EISDIR";
	case ELOOP: return "ELOOP";
	case ENOENT: return "ENOENT";
	case ENOSYS: return "ENOSYS";
	case ENOTDIR: return "ENOTDIR";
	case ENOTEMPTY: return "ENOTEMPTY";
	case ENOTSUP: return "ENOTSUP";
	// Hosts differ in the word for what leads out of their directories.
	case EACCES:
	case ENOTCAPABLE:
	case EPERM: return "refused";
	case EROFS: return "EROFS";
	case ESPIPE: return "ESPIPE";
	case EXDEV: return "EXDEV";
	default: return strerror(e);
	}
}

static void say(const char *step, int result)
{
	printf("%s: %s\n", step, result < 0 ? name_of(errno) : "ok");
}

static void put(const char *path, int flags, const char *text, const char *step)
{
	int fd = open(path, flags, 0644);
	if (fd < 0) {
		say(step, -1);
		return;
	}
	say(step, (int)write(fd, text, strlen(text)));
	close(fd);
}

static void get(const char *path, const char *step)
{
	char buf[256];
	int fd = open(path, O_RDONLY);
	if (fd < 0) {
		say(step, -1);
		return;
	}
	ssize_t n = read(fd, buf, sizeof buf - 1);
	close(fd);
	if (n < 0) {
		say(step, -1);
		return;
	}
	buf[n] = 0;
	printf("%s: [%s]\n", step, buf);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path, const char *step)
{
	DIR *d = opendir(path);
	if (!d) {
		say(step, -1);
		return;
	}
	char *names[64];
	int n = 0;
	for (struct dirent *e; (e = readdir(d));) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && n < 64) {
			char type = e->d_type == DT_DIR ? '/' : e->d_type == DT_LNK ? '@' : e->d_type == DT_REG ? ' ' : '?';
			asprintf(&names[n++], "%s%c", e->d_name, type);
		}
	}
	closedir(d);
	qsort(names, n, sizeof *names, by_name);
	printf("%s:", step);
	for (int i = 0; i < n; i++)
		printf(" %s", names[i]);
	printf("\n");
}

static const char *kind(mode_t m)
{
	return S_ISDIR(m) ? "dir" : S_ISREG(m) ? "file" : S_ISLNK(m) ? "link" : "other";
}

static void look(int (*how)(const char *, struct stat *), const char *path, const char *step)
{
	struct stat st;
	if (how(path, &st) < 0)
		say(step, -1);
	else if (S_ISREG(st.st_mode))
		printf("%s: file of %lld\n", step, (long long)st.st_size);
	else
		printf("%s: %s\n", step, kind(st.st_mode));
}

int main(int argc, char **argv)
{
	if (argc > 1 && chdir(argv[1]) < 0) {
		perror(argv[1]);
		return 1;
	}

	// Writing and reading.
	put("a", O_WRONLY | O_CREAT | O_TRUNC, "hello", "create");
	put("a", O_WRONLY | O_CREAT | O_EXCL, "no", "create what exists");
	put("a", O_WRONLY | O_APPEND, " world", "append");
	get("a", "read");
	put("a", O_WRONLY, "J", "overwrite first byte");
	get("a", "read");
	int fd = open("a", O_RDWR);
	say("seek", (int)lseek(fd, 6, SEEK_SET));
	say("write in the middle", (int)write(fd, "W", 1));
	say("pwrite", (int)pwrite(fd, "!", 1, 5));
	say("ftruncate", ftruncate(fd, 9));
	say("fsync", fsync(fd));
	struct stat st;
	fstat(fd, &st);
	printf("fstat: %s of %lld\n", kind(st.st_mode), (long long)st.st_size);
	close(fd);
	get("a", "read");
	fd = open("a", O_WRONLY | O_APPEND);
	say("seek in append mode", (int)lseek(fd, 0, SEEK_SET));
	say("write in append mode", (int)write(fd, "+", 1));
	close(fd);
	get("a", "read");
	fd = open("a", O_RDWR);
	say("fcntl append", fcntl(fd, F_SETFL, O_APPEND));
	say("write", (int)write(fd, "*", 1));
	say("fcntl no append", fcntl(fd, F_SETFL, 0));
	close(fd);
	get("a", "read");
	put("none/x", O_WRONLY | O_CREAT, "x", "create in a missing directory");
	get("none", "read what is missing");
	put("a/x", O_WRONLY | O_CREAT, "x", "create below a file");

	// Directories.
	say("mkdir", mkdir("d", 0755));
	say("mkdir again", mkdir("d", 0755));
	say("mkdir below", mkdir("d/e", 0755));
	put("d/f", O_WRONLY | O_CREAT, "f", "create below");
	list(".", "list .");
	list("d", "list d");
	list("d/e", "list d/e");
	look(stat, "d", "stat d");
	look(stat, "d/", "stat d/");
	look(stat, "d/../a", "stat d/../a");
	look(stat, "./d/./f", "stat ./d/./f");
	look(stat, "a/", "stat a/");
	look(stat, "d//f", "stat d//f");
	say("rmdir not empty", rmdir("d"));
	say("rmdir", rmdir("d/e"));
	say("rmdir what is missing", rmdir("d/e"));
	say("rmdir a file", rmdir("a"));
	say("unlink a directory", unlink("d") < 0 && (errno == EISDIR || errno == EPERM) ? 0 : -1);

	// Names.
	say("rename", rename("a", "b"));
	look(stat, "a", "stat old name");
	look(stat, "b", "stat new name");
	say("rename over", rename("d/f", "b"));
	get("b", "read");
	say("rename what is missing", rename("nope", "c"));
	say("rename directory", rename("d", "g"));
	list(".", "list .");
	say("rename file over directory", rename("b", "g"));
	say("link", link("b", "h"));
	get("h", "read through link");
	say("unlink", unlink("h"));
	say("unlink again", unlink("h"));

	// Symbolic links.
	say("symlink", symlink("b", "s"));
	char to[64] = {0};
	ssize_t n = readlink("s", to, sizeof to - 1);
	printf("readlink: %s\n", n < 0 ? name_of(errno) : to);
	look(stat, "s", "stat link");
	look(lstat, "s", "lstat link");
	get("s", "read through symlink");
	say("symlink to nothing", symlink("nothing", "t"));
	look(stat, "t", "stat dangling");
	look(lstat, "t", "lstat dangling");
	say("symlink to itself", symlink("u", "u"));
	look(stat, "u", "stat loop");
	say("symlink to directory", symlink("g", "v"));
	put("v/w", O_WRONLY | O_CREAT, "w", "create below a link");
	get("g/w", "read it");
	list(".", "list .");
	fd = open("s", O_RDONLY | O_NOFOLLOW);
	printf("open O_NOFOLLOW: %s\n", fd < 0 ? name_of(errno) : "ok");
	unlink("s"), unlink("t"), unlink("u"), unlink("v"), unlink("g/w");

	// Times and modes.
	struct timespec times[2] = {{1000000000, 123456000}, {1234567890, 987654000}};
	say("utimensat", utimensat(AT_FDCWD, "b", times, 0));
	stat("b", &st);
	printf("atime %lld mtime %lld.%09ld\n", (long long)st.st_atim.tv_sec, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	fd = open("b", O_RDWR);
	times[1].tv_sec = 1500000000;
	say("futimens", futimens(fd, times));
	fstat(fd, &st);
	printf("mtime %lld\n", (long long)st.st_mtim.tv_sec);
	close(fd);
	times[1].tv_nsec = UTIME_NOW;
	say("utimensat now", utimensat(AT_FDCWD, "b", times, 0));
	stat("b", &st);
	printf("mtime %s\n", st.st_mtim.tv_sec > 1700000000 ? "is now" : "is old");

	// Places: the way out, the top, the other directory.
	get("../outside", "read ../outside");
	get("/etc/passwd", "read /etc/passwd");
	say("clean", unlink("b") | rmdir("g"));
	list(".", "list .");
	return 0;
}
