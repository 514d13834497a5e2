/* mkstemp(), mkdtemp(), mkostemp(), mkstemps(), mkostemps(), tmpfile(). */
#include <ctype.h>
#include <limits.h>
#include <sys/stat.h>

#include "test.h"

static char *template(const char *name)
{
	static char path[PATH_MAX];
	strcpy(path, tmp(name));
	return path;
}

static bool drawn(const char *path, int suffix)
{
	const char *xs = path + strlen(path) - suffix - 6;
	for (int i = 0; i < 6; i++)
		if (!isalnum((unsigned char)xs[i]))
			return false;
	return strncmp(xs, "XXXXXX", 6) != 0;
}

static void files(void)
{
	char *path = template("fileXXXXXX");
	int fd = mkstemp(path);
	OK(fd >= 0, "mkstemp");
	OK(drawn(path, 0), "fills in letters and digits");
	OK(strncmp(path, tmp("file"), strlen(tmp("file"))) == 0, "and keeps the rest");
	struct stat st;
	ZERO(stat(path, &st), "the file is there");
	OK(S_ISREG(st.st_mode), "it is a regular file");
	EQ(st.st_size, 0, "it is empty");
	LINUX(EQ(st.st_mode & 0777, 0600, "mode 0600"));
	EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR, "it is open for reading and writing");
	EQ(write(fd, "abc", 3), 3, "write");
	EQ(lseek(fd, 0, SEEK_SET), 0, "lseek");
	char s[4] = "";
	EQ(read(fd, s, 3), 3, "read");
	STR(s, "abc", "what was written");
	ERR(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600), EEXIST, "it cannot be made once more");
	close(fd);
	unlink(path);

	/* PHP's session and upload files have names of their own. */
	enum { N = 300 };
	static char names[N][256];
	bool same = false;
	for (int i = 0; i < N; i++) {
		strcpy(names[i], template("manyXXXXXX"));
		int f = mkstemp(names[i]);
		NEED(f >= 0);
		close(f);
		for (int k = 0; k < i; k++)
			same = same || strcmp(names[i], names[k]) == 0;
	}
	OK(!same, "300 files with as many names");
	for (int i = 0; i < N; i++)
		NEED(unlink(names[i]) == 0);

	path = template("sXXXXXX.ext");
	fd = mkstemps(path, 4);
	OK(fd >= 0, "mkstemps");
	OK(drawn(path, 4), "fills in what stands before the suffix");
	STR(path + strlen(path) - 4, ".ext", "and keeps the suffix");
	close(fd);
	unlink(path);
	path = template("oXXXXXX");
	fd = mkostemp(path, O_APPEND);
	OK(fd >= 0, "mkostemp");
	EQ(fcntl(fd, F_GETFL) & O_APPEND, O_APPEND, "with O_APPEND");
	close(fd);
	unlink(path);
	path = template("osXXXXXX--");
	fd = mkostemps(path, 2, O_CLOEXEC);
	OK(fd >= 0, "mkostemps");
	close(fd);
	unlink(path);
	path = template("XXXXXXXXXX");
	fd = mkstemp(path);
	OK(fd >= 0, "more than six X");
	OK(strstr(path, "/XXXX") && drawn(path, 0), "of which the last six are filled in");
	close(fd);
	unlink(path);
}

static void errors(void)
{
	ERR(mkstemp(template("aXXXXX")), EINVAL, "mkstemp with five X");
	ERR(mkstemp(template("XXXXXXa")), EINVAL, "mkstemp with X elsewhere");
	ERR(mkstemp((char[]){""}), EINVAL, "mkstemp of nothing");
	ERR(mkstemps(template("aXXXXXX"), 3), EINVAL, "mkstemps with the suffix in the X");
	ERR(mkstemps((char[]){"XXXXXX"}, 100), EINVAL, "mkstemps with a suffix longer than all");
	NULLERR(mkdtemp(template("aXXXXX")), EINVAL, "mkdtemp with five X");
	ERR(mkstemp(template("none/aXXXXXX")), ENOENT, "mkstemp in no directory");
	close(make_file("file", ""));
	ERR(mkstemp(template("file/aXXXXXX")), ENOTDIR, "mkstemp below a file");
	NULLERR(mkdtemp(template("none/aXXXXXX")), ENOENT, "mkdtemp in no directory");
}

static void others(void)
{
	char *path = template("dirXXXXXX"), one[256];
	OK(mkdtemp(path) == path, "mkdtemp");
	OK(drawn(path, 0), "fills in letters and digits");
	struct stat st;
	ZERO(stat(path, &st), "the directory is there");
	OK(S_ISDIR(st.st_mode), "it is a directory");
	strcpy(one, path);
	path = template("dirXXXXXX");
	OK(mkdtemp(path) && strcmp(path, one) != 0, "a second one has another name");
	rmdir(path);
	rmdir(one);

	int before = entries("/tmp");
	FILE *f = tmpfile();
	OK(f != NULL, "tmpfile");
	if (f) {
		EQ(fputs("abc", f) >= 0, 1, "fputs");
		rewind(f);
		char s[8] = "";
		STR(fgets(s, sizeof s, f), "abc", "fgets");
		/* On Linux, others make files there. */
		WASI(EQ(entries("/tmp"), before, "it has no name"));
		ZERO(fclose(f), "fclose");
	}
	WASI(EQ(entries("/tmp"), before, "nothing is left"));
}

int main(void)
{
	files();
	errors();
	others();
	return done();
}
