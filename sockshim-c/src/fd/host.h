/* The host functions of wasi_snapshot_preview1 as the host has them: numbers
 * of the host, paths as pointer and length. The types are those of the
 * preview1 witx; a pointer is an i32.
 * https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
 *
 * Only wasi.c and table.c call these; everything else goes through the
 * descriptor table.
 */
#ifndef WLR_HOST_H
#define WLR_HOST_H

#include <stddef.h>
#include <wasi/api.h>

#define HOST(name) \
	__attribute__((__import_module__("wasi_snapshot_preview1"), \
	               __import_name__(#name))) wlr_host_##name

__wasi_errno_t HOST(args_get)(uint8_t ** argv, uint8_t *argv_buf);
__wasi_errno_t HOST(args_sizes_get)(__wasi_size_t *out0, __wasi_size_t *out1);
__wasi_errno_t HOST(environ_get)(uint8_t ** environ, uint8_t *environ_buf);
__wasi_errno_t HOST(environ_sizes_get)(__wasi_size_t *out0, __wasi_size_t *out1);
__wasi_errno_t HOST(clock_res_get)(__wasi_clockid_t id, __wasi_timestamp_t *out0);
__wasi_errno_t HOST(clock_time_get)(__wasi_clockid_t id, __wasi_timestamp_t
	precision, __wasi_timestamp_t *out0);
__wasi_errno_t HOST(fd_advise)(__wasi_fd_t fd, __wasi_filesize_t offset,
	__wasi_filesize_t len, __wasi_advice_t advice);
__wasi_errno_t HOST(fd_allocate)(__wasi_fd_t fd, __wasi_filesize_t offset,
	__wasi_filesize_t len);
__wasi_errno_t HOST(fd_close)(__wasi_fd_t fd);
__wasi_errno_t HOST(fd_datasync)(__wasi_fd_t fd);
__wasi_errno_t HOST(fd_fdstat_get)(__wasi_fd_t fd, __wasi_fdstat_t *out0);
__wasi_errno_t HOST(fd_fdstat_set_flags)(__wasi_fd_t fd, __wasi_fdflags_t flags);
__wasi_errno_t HOST(fd_fdstat_set_rights)(__wasi_fd_t fd, __wasi_rights_t
	fs_rights_base, __wasi_rights_t fs_rights_inheriting);
__wasi_errno_t HOST(fd_filestat_get)(__wasi_fd_t fd, __wasi_filestat_t *out0);
__wasi_errno_t HOST(fd_filestat_set_size)(__wasi_fd_t fd, __wasi_filesize_t size);
__wasi_errno_t HOST(fd_filestat_set_times)(__wasi_fd_t fd, __wasi_timestamp_t atim,
	__wasi_timestamp_t mtim, __wasi_fstflags_t fst_flags);
__wasi_errno_t HOST(fd_pread)(__wasi_fd_t fd, const __wasi_iovec_t *iovs, size_t
	iovs_len, __wasi_filesize_t offset, __wasi_size_t *out0);
__wasi_errno_t HOST(fd_prestat_get)(__wasi_fd_t fd, __wasi_prestat_t *out0);
__wasi_errno_t HOST(fd_prestat_dir_name)(__wasi_fd_t fd, uint8_t *path,
	__wasi_size_t path_len);
__wasi_errno_t HOST(fd_pwrite)(__wasi_fd_t fd, const __wasi_ciovec_t *iovs, size_t
	iovs_len, __wasi_filesize_t offset, __wasi_size_t *out0);
__wasi_errno_t HOST(fd_read)(__wasi_fd_t fd, const __wasi_iovec_t *iovs, size_t
	iovs_len, __wasi_size_t *out0);
__wasi_errno_t HOST(fd_readdir)(__wasi_fd_t fd, uint8_t *buf, __wasi_size_t buf_len,
	__wasi_dircookie_t cookie, __wasi_size_t *out0);
__wasi_errno_t HOST(fd_renumber)(__wasi_fd_t fd, __wasi_fd_t to);
__wasi_errno_t HOST(fd_seek)(__wasi_fd_t fd, __wasi_filedelta_t offset,
	__wasi_whence_t whence, __wasi_filesize_t *out0);
__wasi_errno_t HOST(fd_sync)(__wasi_fd_t fd);
__wasi_errno_t HOST(fd_tell)(__wasi_fd_t fd, __wasi_filesize_t *out0);
__wasi_errno_t HOST(fd_write)(__wasi_fd_t fd, const __wasi_ciovec_t *iovs, size_t
	iovs_len, __wasi_size_t *out0);
__wasi_errno_t HOST(path_create_directory)(__wasi_fd_t fd, const char *path,
	__wasi_size_t path_len);
__wasi_errno_t HOST(path_filestat_get)(__wasi_fd_t fd, __wasi_lookupflags_t flags,
	const char *path, __wasi_size_t path_len, __wasi_filestat_t *out0);
__wasi_errno_t HOST(path_filestat_set_times)(__wasi_fd_t fd, __wasi_lookupflags_t
	flags, const char *path, __wasi_size_t path_len, __wasi_timestamp_t atim,
	__wasi_timestamp_t mtim, __wasi_fstflags_t fst_flags);
__wasi_errno_t HOST(path_link)(__wasi_fd_t old_fd, __wasi_lookupflags_t old_flags,
	const char *old_path, __wasi_size_t old_path_len, __wasi_fd_t new_fd, const char
	*new_path, __wasi_size_t new_path_len);
__wasi_errno_t HOST(path_open)(__wasi_fd_t fd, __wasi_lookupflags_t dirflags, const
	char *path, __wasi_size_t path_len, __wasi_oflags_t oflags, __wasi_rights_t
	fs_rights_base, __wasi_rights_t fs_rights_inheriting, __wasi_fdflags_t fdflags,
	__wasi_fd_t *out0);
__wasi_errno_t HOST(path_readlink)(__wasi_fd_t fd, const char *path, __wasi_size_t
	path_len, uint8_t *buf, __wasi_size_t buf_len, __wasi_size_t *out0);
__wasi_errno_t HOST(path_remove_directory)(__wasi_fd_t fd, const char *path,
	__wasi_size_t path_len);
__wasi_errno_t HOST(path_rename)(__wasi_fd_t fd, const char *old_path, __wasi_size_t
	old_path_len, __wasi_fd_t new_fd, const char *new_path, __wasi_size_t
	new_path_len);
__wasi_errno_t HOST(path_symlink)(const char *old_path, __wasi_size_t old_path_len,
	__wasi_fd_t fd, const char *new_path, __wasi_size_t new_path_len);
__wasi_errno_t HOST(path_unlink_file)(__wasi_fd_t fd, const char *path,
	__wasi_size_t path_len);
__wasi_errno_t HOST(poll_oneoff)(const __wasi_subscription_t *in, __wasi_event_t
	*out, __wasi_size_t nsubscriptions, __wasi_size_t *out0);
_Noreturn void HOST(proc_exit)(__wasi_exitcode_t rval);
__wasi_errno_t HOST(sched_yield)(void);
__wasi_errno_t HOST(random_get)(uint8_t *buf, __wasi_size_t buf_len);
__wasi_errno_t HOST(sock_accept)(__wasi_fd_t fd, __wasi_fdflags_t flags, __wasi_fd_t
	*out0);
__wasi_errno_t HOST(sock_recv)(__wasi_fd_t fd, const __wasi_iovec_t *ri_data, size_t
	ri_data_len, __wasi_riflags_t ri_flags, __wasi_size_t *out0, __wasi_roflags_t
	*out1);
__wasi_errno_t HOST(sock_send)(__wasi_fd_t fd, const __wasi_ciovec_t *si_data,
	size_t si_data_len, __wasi_siflags_t si_flags, __wasi_size_t *out0);
__wasi_errno_t HOST(sock_shutdown)(__wasi_fd_t fd, __wasi_sdflags_t how);

#undef HOST

#endif
