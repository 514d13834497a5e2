#include <sys/stat.h>

#include "test.h"

static const char *link_text(const char *name)
{
	static char text[512];
	ssize_t n = readlink(tmp(name), text, sizeof text - 1);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return text;
}

static void directories(void)
{
	close(make_file("file", "file"));
	NEED(mkdir(tmp("full"), 0700) == 0);
	close(make_file("full/file", "full/file"));
	NEED(mkdir(tmp("empty"), 0700) == 0);

	ERR(rename(tmp("missing"), tmp("x")), ENOENT, "rename of nothing");
	ERR(rename(tmp("file"), tmp("missing/x")), ENOENT, "rename into no directory");
	ERR(rename(tmp("file/"), tmp("x")), ENOTDIR, "rename of a file with a slash");
	ERR(rename(tmp("file"), tmp("x/")), ENOTDIR, "rename of a file to a name with a slash");
	ERR(rename(tmp("empty"), tmp("file")), ENOTDIR, "rename of a directory to a file");
	STR(content("file"), "file", "which stays");
	ERR(rename(tmp("file"), tmp("empty")), EISDIR, "rename of a file to a directory");
	ERR(rename(tmp("full"), tmp("full/in-itself")), EINVAL, "rename of a directory into itself");
	ZERO(rename(tmp("full/"), tmp("empty/")), "rename of a directory to an empty one");
	STR(content("empty/file"), "full/file", "replaces that");
	NEED(mkdir(tmp("another"), 0700) == 0);
	ERR(rename(tmp("another"), tmp("empty")), ENOTEMPTY, "rename of a directory to a full one");
}

static void links(void)
{
	close(make_file("kept", "kept"));
	NEED(symlink("kept", tmp("before")) == 0);
	ZERO(rename(tmp("before"), tmp("after")), "rename of a link");
	STR(link_text("after"), "kept", "moves the link");
	STR(content("kept"), "kept", "and not what it leads to");

	ZERO(rename(tmp("after"), tmp("after")), "rename of a link to itself");
	STR(link_text("after"), "kept", "leaves it there");
	NEED(symlink("nothing", tmp("loose")) == 0);
	ZERO(rename(tmp("loose"), tmp("after")), "rename of a link to a link");
	STR(link_text("after"), "nothing", "replaces the other link");
	STR(content("kept"), "kept", "and not what that leads to");
	ERR(readlink(tmp("loose"), (char[1]){0}, 1), ENOENT, "the old link is gone");
	ZERO(rename(tmp("kept"), tmp("after")), "rename of a file to a link");
	STR(content("after"), "kept", "puts the file there");
	ERR(readlink(tmp("after"), (char[1]){0}, 1), EINVAL, "in place of the link");
	ERR(access(tmp("nothing"), F_OK), ENOENT, "and not where that led");

	NEED(mkdir(tmp("dir"), 0700) == 0);
	NEED(symlink("dir", tmp("to-dir")) == 0);
	ERR(rename(tmp("another"), tmp("to-dir")), ENOTDIR, "rename of a directory to a link");
	STR(link_text("to-dir"), "dir", "the link stays");
	ERR(rename(tmp("to-dir"), tmp("dir")), EISDIR, "rename of a link to a directory");
	STR(link_text("to-dir"), "dir", "it stays as well");
}

int main(void)
{
	directories();
	links();
	return done();
}
