/* The functions by which wasi-libc calls its host, with the descriptors of
 * table.c. They stand before libc.a's own on the link line and are all in this
 * one file, so that libc's object of the same functions is never linked.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../fs/fs.h"
#include "../net/backend.h"
#include "fd.h"
#include "host.h"
#include "pair.h"

/* The directory that a path is relative to. Hosts differ in what they call a
 * file that stands in its place. */
static __wasi_errno_t get_dir(__wasi_fd_t fd, struct wlr_file **dir)
{
	*dir = wlr_fd_get_base(fd);
	if (!*dir)
		return __WASI_ERRNO_BADF;
	return (*dir)->type == __WASI_FILETYPE_DIRECTORY ||
	       (*dir)->type == __WASI_FILETYPE_UNKNOWN ? 0 : __WASI_ERRNO_NOTDIR;
}

/* A descriptor, for what a socket has an error for. */
static __wasi_errno_t get_file(__wasi_fd_t fd, __wasi_errno_t of_socket, struct wlr_file **file)
{
	*file = wlr_fd_get(fd);
	if (!*file)
		return __WASI_ERRNO_BADF;
	return wlr_is_socket(*file) ? of_socket : 0;
}

/* The error of a call that makes nothing: a name that is not UTF-8 is one that
 * no file has, where the host knows of no other names. */
static __wasi_errno_t looked_up(__wasi_errno_t err)
{
	return err == __WASI_ERRNO_ILSEQ ? __WASI_ERRNO_NOENT : err;
}

__wasi_errno_t __wasi_args_get(uint8_t ** argv, uint8_t *argv_buf)
{
	return wlr_host_args_get(argv, argv_buf);
}

__wasi_errno_t __wasi_args_sizes_get(__wasi_size_t *out0, __wasi_size_t *out1)
{
	return wlr_host_args_sizes_get(out0, out1);
}

__wasi_errno_t __wasi_environ_get(uint8_t ** environ, uint8_t *environ_buf)
{
	return wlr_host_environ_get(environ, environ_buf);
}

__wasi_errno_t __wasi_environ_sizes_get(__wasi_size_t *out0, __wasi_size_t *out1)
{
	return wlr_host_environ_sizes_get(out0, out1);
}

__wasi_errno_t __wasi_clock_res_get(__wasi_clockid_t id, __wasi_timestamp_t *out0)
{
	return wlr_host_clock_res_get(id, out0);
}

__wasi_errno_t __wasi_clock_time_get(__wasi_clockid_t id, __wasi_timestamp_t
	precision, __wasi_timestamp_t *out0)
{
	return wlr_host_clock_time_get(id, precision, out0);
}

__wasi_errno_t __wasi_fd_advise(__wasi_fd_t fd, __wasi_filesize_t offset,
	__wasi_filesize_t len, __wasi_advice_t advice)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_SPIPE, &f);
	if (err)
		return err;
	return wlr_host_fd_advise(f->host, offset, len, advice);
}

__wasi_errno_t __wasi_fd_allocate(__wasi_fd_t fd, __wasi_filesize_t offset,
	__wasi_filesize_t len)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_NODEV, &f);
	if (err)
		return err;
	return wlr_host_fd_allocate(f->host, offset, len);
}

__wasi_errno_t __wasi_fd_datasync(__wasi_fd_t fd)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_INVAL, &f);
	if (err)
		return err;
	return wlr_host_fd_datasync(f->host);
}

__wasi_errno_t __wasi_fd_fdstat_get(__wasi_fd_t fd, __wasi_fdstat_t *out0)
{
	struct wlr_file *f = wlr_fd_get_base(fd); /* openat() asks for its rights */
	if (!f)
		return __WASI_ERRNO_BADF;
	if (f->pair) {
		*out0 = (__wasi_fdstat_t){
			.fs_filetype = f->type,
			.fs_flags = f->flags,
			.fs_rights_base = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE |
			                  __WASI_RIGHTS_POLL_FD_READWRITE | __WASI_RIGHTS_SOCK_SHUTDOWN,
		};
		return 0;
	}
	__wasi_errno_t err = wlr_host_fd_fdstat_get(f->host, out0);
	if (!err)
		out0->fs_filetype = f->type;
	if (!err && f->opened) {
		/* wazero has every right for all, Node.js no flag for any. */
		out0->fs_rights_base &= f->rights;
		out0->fs_flags = f->flags;
	}
	return err;
}

__wasi_errno_t __wasi_fd_fdstat_set_flags(__wasi_fd_t fd, __wasi_fdflags_t flags)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f)
		return __WASI_ERRNO_BADF;
	if (f->pair) {
		f->flags = flags;
		return 0;
	}
	__wasi_errno_t err = wlr_host_fd_fdstat_set_flags(f->host, flags);
	if (!err)
		f->flags = flags;
	return err;
}

__wasi_errno_t __wasi_fd_fdstat_set_rights(__wasi_fd_t fd, __wasi_rights_t
	fs_rights_base, __wasi_rights_t fs_rights_inheriting)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_NOTSUP, &f);
	if (err)
		return err;
	return wlr_host_fd_fdstat_set_rights(f->host, fs_rights_base, fs_rights_inheriting);
}

__wasi_errno_t __wasi_fd_filestat_get(__wasi_fd_t fd, __wasi_filestat_t *out0)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f)
		return __WASI_ERRNO_BADF;
	/* WasmEdge does not tell of sockets. */
	if (wlr_is_socket(f)) {
		*out0 = (__wasi_filestat_t){.filetype = f->type, .nlink = 1};
		return 0;
	}
	__wasi_errno_t err = wlr_host_fd_filestat_get(f->host, out0);
	if (!err && f->type == __WASI_FILETYPE_UNKNOWN)
		out0->filetype = f->type;
	return err;
}

__wasi_errno_t __wasi_fd_filestat_set_size(__wasi_fd_t fd, __wasi_filesize_t size)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_INVAL, &f);
	if (err)
		return err;
	/* "EINVAL: the fildes argument is not a file open for writing." */
	if (f->opened && !(f->rights & __WASI_RIGHTS_FD_WRITE))
		return __WASI_ERRNO_INVAL;
	return wlr_host_fd_filestat_set_size(f->host, size);
}

__wasi_errno_t __wasi_fd_filestat_set_times(__wasi_fd_t fd, __wasi_timestamp_t atim,
	__wasi_timestamp_t mtim, __wasi_fstflags_t fst_flags)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_INVAL, &f);
	if (err)
		return err;
	return wlr_host_fd_filestat_set_times(f->host, atim, mtim, fst_flags);
}

__wasi_errno_t __wasi_fd_pread(__wasi_fd_t fd, const __wasi_iovec_t *iovs, size_t
	iovs_len, __wasi_filesize_t offset, __wasi_size_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_SPIPE, &f);
	if (err)
		return err;
	if (f->type == __WASI_FILETYPE_DIRECTORY)
		return __WASI_ERRNO_ISDIR;
	return wlr_host_fd_pread(f->host, iovs, iovs_len, offset, out0);
}

/* Preopened directories have these alone: see preopen.c. */
__wasi_errno_t __wasi_fd_prestat_get(__wasi_fd_t fd, __wasi_prestat_t *out0)
{
	struct wlr_file *f = wlr_fd_get_base(fd);
	if (!f || fd < WLR_FD_MAX)
		return __WASI_ERRNO_BADF;
	return wlr_host_fd_prestat_get(f->host, out0);
}

__wasi_errno_t __wasi_fd_prestat_dir_name(__wasi_fd_t fd, uint8_t *path,
	__wasi_size_t path_len)
{
	struct wlr_file *f = wlr_fd_get_base(fd);
	if (!f || fd < WLR_FD_MAX)
		return __WASI_ERRNO_BADF;
	return wlr_host_fd_prestat_dir_name(f->host, path, path_len);
}

__wasi_errno_t __wasi_fd_pwrite(__wasi_fd_t fd, const __wasi_ciovec_t *iovs, size_t
	iovs_len, __wasi_filesize_t offset, __wasi_size_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_SPIPE, &f);
	if (err)
		return err;
	return wlr_host_fd_pwrite(f->host, iovs, iovs_len, offset, out0);
}

__wasi_errno_t __wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *iovs, size_t
	iovs_len, __wasi_size_t *out0)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f)
		return __WASI_ERRNO_BADF;
	if (wlr_is_socket(f))
		return __wasi_sock_recv(fd, iovs, iovs_len, 0, out0, &(__wasi_roflags_t){0});
	if (f->type == __WASI_FILETYPE_DIRECTORY)
		return __WASI_ERRNO_ISDIR;
	return wlr_host_fd_read(f->host, iovs, iovs_len, out0);
}

__wasi_errno_t __wasi_fd_readdir(__wasi_fd_t fd, uint8_t *buf, __wasi_size_t
	buf_len, __wasi_dircookie_t cookie, __wasi_size_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_NOTDIR, &f);
	if (err)
		return err;
	return wlr_host_fd_readdir(f->host, buf, buf_len, cookie, out0);
}

__wasi_errno_t __wasi_fd_seek(__wasi_fd_t fd, __wasi_filedelta_t offset,
	__wasi_whence_t whence, __wasi_filesize_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_SPIPE, &f);
	if (err)
		return err;
	/* wasmtime traps when it sees another. */
	if (whence != __WASI_WHENCE_SET && whence != __WASI_WHENCE_CUR &&
	    whence != __WASI_WHENCE_END)
		return __WASI_ERRNO_INVAL;
	return wlr_host_fd_seek(f->host, offset, whence, out0);
}

__wasi_errno_t __wasi_fd_sync(__wasi_fd_t fd)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_INVAL, &f);
	if (err)
		return err;
	return wlr_host_fd_sync(f->host);
}

__wasi_errno_t __wasi_fd_tell(__wasi_fd_t fd, __wasi_filesize_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_file(fd, __WASI_ERRNO_SPIPE, &f);
	if (err)
		return err;
	return wlr_host_fd_tell(f->host, out0);
}

__wasi_errno_t __wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *iovs, size_t
	iovs_len, __wasi_size_t *out0)
{
	struct wlr_file *f = wlr_fd_get(fd);
	if (!f)
		return __WASI_ERRNO_BADF;
	/* WasmEdge's fd_write ends the process by SIGPIPE, if the peer is gone. */
	if (wlr_is_socket(f))
		return __wasi_sock_send(fd, iovs, iovs_len, 0, out0);
	return wlr_host_fd_write(f->host, iovs, iovs_len, out0);
}

__wasi_errno_t __wasi_path_create_directory(__wasi_fd_t fd, const char *path)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	return wlr_host_path_create_directory(f->host, path, strlen(path));
}

__wasi_errno_t __wasi_path_filestat_get(__wasi_fd_t fd, __wasi_lookupflags_t flags,
	const char *path, __wasi_filestat_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	err = looked_up(wlr_host_path_filestat_get(f->host, flags, path, strlen(path), out0));
	if (!err && out0->filetype == __WASI_FILETYPE_SYMBOLIC_LINK) {
		/* "The length of the pathname contained in the symbolic link." */
		uint8_t text[PATH_MAX];
		__wasi_size_t n;
		if (__wasi_path_readlink(fd, path, text, sizeof text, &n) == 0)
			out0->size = n;
	}
	return err;
}

__wasi_errno_t __wasi_path_filestat_set_times(__wasi_fd_t fd, __wasi_lookupflags_t
	flags, const char *path, __wasi_timestamp_t atim, __wasi_timestamp_t mtim,
	__wasi_fstflags_t fst_flags)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	return looked_up(wlr_host_path_filestat_set_times(f->host, flags, path, strlen(path),
		atim, mtim, fst_flags));
}

__wasi_errno_t __wasi_path_link(__wasi_fd_t old_fd, __wasi_lookupflags_t old_flags,
	const char *old_path, __wasi_fd_t new_fd, const char *new_path)
{
	struct wlr_file *from, *to;
	__wasi_errno_t err = get_dir(old_fd, &from);
	if (!err)
		err = get_dir(new_fd, &to);
	if (err)
		return err;
	return wlr_host_path_link(from->host, old_flags, old_path, strlen(old_path),
		to->host, new_path, strlen(new_path));
}

__wasi_errno_t __wasi_path_readlink(__wasi_fd_t fd, const char *path, uint8_t *buf,
	__wasi_size_t buf_len, __wasi_size_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	char text[PATH_MAX];
	__wasi_size_t n;
	err = looked_up(wlr_host_path_readlink(f->host, path, strlen(path), (uint8_t *)text, sizeof text - 1, &n));
	if (err)
		return err;
	text[n] = '\0';
	n = wlr_abslink_decode(fd, path, text, n);
	*out0 = n < buf_len ? n : buf_len;
	memcpy(buf, text, *out0);
	return 0;
}

__wasi_errno_t __wasi_path_remove_directory(__wasi_fd_t fd, const char *path)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	/* "dir/" is dir; wasmtime finds the name invalid. */
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	return looked_up(wlr_host_path_remove_directory(f->host, path, n));
}

/* What is at path, and not what it leads to if it is a link. */
static __wasi_errno_t entry(__wasi_fd_t fd, const char *path, __wasi_filestat_t *st)
{
	return __wasi_path_filestat_get(fd, 0, path, st);
}

static bool is_link(__wasi_errno_t err, const __wasi_filestat_t *st)
{
	return !err && st->filetype == __WASI_FILETYPE_SYMBOLIC_LINK;
}

/* A link's text as the program sees it. */
static __wasi_errno_t link_text(__wasi_fd_t fd, const char *path, char text[PATH_MAX])
{
	__wasi_size_t n;
	__wasi_errno_t err = __wasi_path_readlink(fd, path, (uint8_t *)text, PATH_MAX - 1, &n);
	if (!err)
		text[n] = '\0';
	return err;
}

/* Whether a link to an absolute path has to have another text in its new place:
 * see abslink.c. */
static bool text_changes(const char *target, __wasi_fd_t fd, const char *old_path, __wasi_fd_t new_fd,
	const char *new_path)
{
	char before[PATH_MAX], after[PATH_MAX];
	return wlr_abslink_encode(target, fd, old_path, before) &&
	       wlr_abslink_encode(target, new_fd, new_path, after) && strcmp(before, after) != 0;
}

/* Makes a link anew in its new place. */
static __wasi_errno_t move_link(const char *target, __wasi_fd_t fd, const char *old_path,
	__wasi_fd_t new_fd, const char *new_path)
{
	__wasi_errno_t err = __wasi_path_symlink(target, new_fd, new_path);
	if (err == __WASI_ERRNO_EXIST) {
		err = __wasi_path_unlink_file(new_fd, new_path);
		if (!err)
			err = __wasi_path_symlink(target, new_fd, new_path);
	}
	return err ? err : __wasi_path_unlink_file(fd, old_path);
}

/* Renames what is no link to what is one, on a host that follows it. */
static __wasi_errno_t replace_link(const struct wlr_file *f, const char *old_path,
	const struct wlr_file *to, __wasi_fd_t new_fd, const char *new_path)
{
	char target[PATH_MAX];
	__wasi_errno_t err = link_text(new_fd, new_path, target);
	if (!err)
		err = __wasi_path_unlink_file(new_fd, new_path);
	if (err)
		return err;
	err = wlr_host_path_rename(f->host, old_path, strlen(old_path), to->host, new_path,
		strlen(new_path));
	if (err && __wasi_path_symlink(target, new_fd, new_path))
		return __WASI_ERRNO_IO; /* it is gone, which no other error would say */
	return err;
}

static bool ends_in_slash(const char *path)
{
	size_t n = strlen(path);
	return n && path[n - 1] == '/';
}

__wasi_errno_t __wasi_path_rename(__wasi_fd_t fd, const char *old_path, __wasi_fd_t
	new_fd, const char *new_path)
{
	struct wlr_file *f, *to;
	__wasi_errno_t err = get_dir(fd, &f);
	if (!err)
		err = get_dir(new_fd, &to);
	if (err)
		return err;
	__wasi_filestat_t old, new;
	err = entry(fd, old_path, &old);
	if (err)
		return err;
	bool directory = old.filetype == __WASI_FILETYPE_DIRECTORY;
	/* Not every host sees the slash, which stands for a directory. */
	if (!directory && (ends_in_slash(old_path) || ends_in_slash(new_path)))
		return __WASI_ERRNO_NOTDIR;
	bool follows = wlr_backend_rename_follows;
	if (is_link(0, &old)) {
		char target[PATH_MAX];
		err = link_text(fd, old_path, target);
		if (err)
			return err;
		if (follows || text_changes(target, fd, old_path, new_fd, new_path)) {
			if (!entry(new_fd, new_path, &new) && new.dev == old.dev && new.ino == old.ino)
				return 0;
			return move_link(target, fd, old_path, new_fd, new_path);
		}
	} else if (follows && is_link(entry(new_fd, new_path, &new), &new)) {
		if (directory)
			return __WASI_ERRNO_NOTDIR;
		return replace_link(f, old_path, to, new_fd, new_path);
	}
	return wlr_host_path_rename(f->host, old_path, strlen(old_path), to->host,
		new_path, strlen(new_path));
}

__wasi_errno_t __wasi_path_symlink(const char *old_path, __wasi_fd_t fd, const char
	*new_path)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	char text[PATH_MAX];
	bool absolute = *old_path == '/';
	if (wlr_abslink_encode(old_path, fd, new_path, text))
		old_path = text;
	err = wlr_host_path_symlink(old_path, strlen(old_path), f->host, new_path, strlen(new_path));
	/* What hosts call it that they make no such link differs. */
	return err == __WASI_ERRNO_NOTCAPABLE || (err == __WASI_ERRNO_INVAL && absolute) ? __WASI_ERRNO_PERM : err;
}

__wasi_errno_t __wasi_path_unlink_file(__wasi_fd_t fd, const char *path)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	return looked_up(wlr_host_path_unlink_file(f->host, path, strlen(path)));
}

_Noreturn void __wasi_proc_exit(__wasi_exitcode_t rval)
{
	wlr_host_proc_exit(rval);
}

__wasi_errno_t __wasi_sched_yield(void)
{
	return wlr_host_sched_yield();
}

__wasi_errno_t __wasi_random_get(uint8_t *buf, __wasi_size_t buf_len)
{
	return wlr_host_random_get(buf, buf_len);
}

/* The error that poll() had to take from the host to notice it. */
static __wasi_errno_t take_error(struct wlr_file *f)
{
	__wasi_errno_t err = f->error;
	f->error = 0;
	return err;
}

__wasi_errno_t __wasi_sock_recv(__wasi_fd_t fd, const __wasi_iovec_t *ri_data,
	size_t ri_data_len, __wasi_riflags_t ri_flags, __wasi_size_t *out0,
	__wasi_roflags_t *out1)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return err;
	if (f->pair) {
		bool truncated;
		err = wlr_pair_read(f, ri_data, ri_data_len, ri_flags & __WASI_RIFLAGS_RECV_PEEK, out0, &truncated);
		*out1 = truncated ? __WASI_ROFLAGS_RECV_DATA_TRUNCATED : 0;
		return err;
	}
	if (f->error)
		return take_error(f);
	return wlr_host_sock_recv(f->host, ri_data, ri_data_len, ri_flags, out0, out1);
}

__wasi_errno_t __wasi_sock_send(__wasi_fd_t fd, const __wasi_ciovec_t *si_data,
	size_t si_data_len, __wasi_siflags_t si_flags, __wasi_size_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return err;
	if (f->pair)
		return wlr_pair_write(f, si_data, si_data_len, out0);
	if (f->error)
		return take_error(f);
	return wlr_host_sock_send(f->host, si_data, si_data_len, si_flags, out0);
}

__wasi_errno_t __wasi_sock_shutdown(__wasi_fd_t fd, __wasi_sdflags_t how)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return err;
	if (f->pair)
		return wlr_pair_shutdown(f->pair, how);
	return wlr_host_sock_shutdown(f->host, how);
}
__wasi_errno_t __wasi_fd_close(__wasi_fd_t fd)
{
	return wlr_fd_close(fd);
}

__wasi_errno_t __wasi_fd_renumber(__wasi_fd_t fd, __wasi_fd_t to)
{
	/* preview1 asks that both be open; dup2() has no such wish. */
	if (!wlr_fd_get(fd) || !wlr_fd_get(to))
		return __WASI_ERRNO_BADF;
	if (fd == to)
		return 0;
	if (wlr_fd_dup_onto(fd, to) < 0)
		return errno;
	return wlr_fd_close(fd);
}

/* Enters what a host call has opened, or gives it back to the host. */
static __wasi_errno_t adopt(__wasi_fd_t host, __wasi_fd_t *out0)
{
	int fd = wlr_fd_adopt(host, 0);
	if (fd < 0) {
		int err = errno;
		(void)wlr_host_fd_close(host);
		return err;
	}
	*out0 = fd;
	return 0;
}

__wasi_errno_t __wasi_path_open(__wasi_fd_t fd, __wasi_lookupflags_t dirflags,
	const char *path, __wasi_oflags_t oflags, __wasi_rights_t fs_rights_base,
	__wasi_rights_t fs_rights_inheriting, __wasi_fdflags_t fdflags, __wasi_fd_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = get_dir(fd, &f);
	if (err)
		return err;
	/* wasmtime ends the program for a flag that is none; POSIX has no word on it. */
	oflags &= __WASI_OFLAGS_CREAT | __WASI_OFLAGS_DIRECTORY | __WASI_OFLAGS_EXCL | __WASI_OFLAGS_TRUNC;
	fdflags &= __WASI_FDFLAGS_APPEND | __WASI_FDFLAGS_DSYNC | __WASI_FDFLAGS_NONBLOCK |
	           __WASI_FDFLAGS_RSYNC | __WASI_FDFLAGS_SYNC;
	__wasi_fd_t host;
	err = wlr_host_path_open(f->host, dirflags, path, strlen(path),
		oflags, fs_rights_base, fs_rights_inheriting, fdflags, &host);
	if (!(oflags & __WASI_OFLAGS_CREAT))
		err = looked_up(err);
	if (!err)
		err = adopt(host, out0);
	if (!err) {
		f = wlr_fd_get(*out0);
		f->opened = true;
		f->flags = fdflags;
		f->rights = fs_rights_base;
	}
	return err;
}

__wasi_errno_t __wasi_sock_accept(__wasi_fd_t fd, __wasi_fdflags_t flags, __wasi_fd_t *out0)
{
	struct wlr_file *f;
	__wasi_errno_t err = wlr_fd_get_socket(fd, &f);
	if (err)
		return err;
	if (f->pair)
		return f->type == __WASI_FILETYPE_SOCKET_STREAM ? __WASI_ERRNO_INVAL : __WASI_ERRNO_NOTSUP;
	__wasi_fd_t host;
	err = wlr_host_sock_accept(f->host, flags, &host);
	return err ? err : adopt(host, out0);
}

__wasi_errno_t __wasi_poll_oneoff(const __wasi_subscription_t *in, __wasi_event_t *out,
	__wasi_size_t nsubscriptions, __wasi_size_t *out0)
{
	return wlr_poll(in, out, nsubscriptions, out0);
}
