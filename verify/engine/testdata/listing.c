// listing removes the files of a directory while it lists it, as every recursive
// delete does: `listing DIR`.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { files = 300 };

int main(int argc, char **argv)
{
	if (argc > 1 && chdir(argv[1]) < 0) {
		perror(argv[1]);
		return 1;
	}
	char path[300];
	mkdir("many", 0755);
	for (int i = 0; i < files; i++) {
		snprintf(path, sizeof path, "many/file-with-a-long-name-%d", i);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
	int listed = 0, removed = 0;
	DIR *d = opendir("many");
	for (struct dirent *e; d && (e = readdir(d));) {
		if (e->d_name[0] == '.')
			continue;
		listed++;
		snprintf(path, sizeof path, "many/%s", e->d_name);
		removed += unlink(path) == 0;
	}
	if (d)
		closedir(d);
	if (listed == files && removed == files && rmdir("many") == 0)
		printf("all were listed\n");
	else
		printf("some were left out\n");
	return 0;
}
