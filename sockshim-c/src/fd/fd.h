/* The descriptor table: what POSIX calls a file descriptor, kept by us.
 *
 * WASI preview1 has no dup, fcntl(F_DUPFD) or guaranteed lowest-free number,
 * and WasmEdge draws descriptors at random from [0, 2^31). So a program's
 * descriptors are entries of this table, numbered as POSIX says (lowest free
 * first), and each refers to an open file description that holds the host's
 * descriptor. Every call of wasi-libc goes through the __wasi_* functions in
 * wasi.c, which translate, so stdio, dirent and the preopens see it too.
 */
#ifndef WLR_FD_H
#define WLR_FD_H

#include <stdbool.h>
#include <stdint.h>
#include <wasi/api.h>

/* Descriptors are below this. More would be of no use: fd_set, and with it
 * select(), ends at 1024. The preopened directories are the numbers from it on:
 * paths are relative to them, and nothing else has them. */
#define WLR_FD_MAX 1024

struct wlr_pair;

/* An open file description (POSIX 3.258): what dup shares. */
struct wlr_file {
	__wasi_fd_t host;
	struct wlr_pair *pair;   /* one end of a socketpair(), and no host's: see pair.c */
	uint32_t refs;
	__wasi_filetype_t type;  /* as the host said when it was opened, but see init() */
	uint8_t domain;          /* AF_… of a socket that the program has made */
	__wasi_errno_t error;    /* of a socket, found by poll() and not told yet */
	uint32_t asked[2];       /* where poll() asks for its reading and writing */
	bool waited;             /* for by poll(), by a host to which it may be a stream */
	bool opened;             /* by path_open, with these: */
	__wasi_fdflags_t flags;
	__wasi_rights_t rights;
	uint8_t lock;            /* LOCK_SH, LOCK_EX or 0: see flock.c */
	uint64_t lock_dev, lock_ino;
};

/* The open file description of fd, or NULL if fd is not open. */
struct wlr_file *wlr_fd_get(int fd);

/* The same of what paths can be relative to, preopened directories too. */
struct wlr_file *wlr_fd_get_base(int fd);

/* The same of what may be a socket; else EBADF or ENOTSOCK. */
__wasi_errno_t wlr_fd_get_socket(int fd, struct wlr_file **sock);

/* Whether f is a socket for certain. */
bool wlr_is_socket(const struct wlr_file *f);

/* Enters host as a new descriptor, the lowest free one that is at least min.
 * Returns -1 with errno EMFILE or ENOMEM; the host descriptor stays open. */
int wlr_fd_adopt(__wasi_fd_t host, int min);

/* Enters one end of a pair as the lowest free descriptor. Returns -1 with
 * errno; the pair stays as it is. */
int wlr_fd_adopt_pair(struct wlr_pair *pair, __wasi_filetype_t type, __wasi_fdflags_t flags);

/* Makes another descriptor, at least min, of the description of fd. */
int wlr_fd_dup(int fd, int min);

/* Makes newfd a descriptor of fd's description, closing what it was before. */
int wlr_fd_dup_onto(int fd, int newfd);

/* Makes fd, which is below WLR_FD_MAX, a descriptor of f, closing what it was
 * before. Returns -1 with errno. */
int wlr_fd_set(struct wlr_file *f, int fd);

/* poll_oneoff of preview1 over the table: see poll.c. */
__wasi_errno_t wlr_poll(const __wasi_subscription_t *in, __wasi_event_t *out, __wasi_size_t n,
	__wasi_size_t *got);

/* Frees fd; the host descriptor is closed with the last one. */
__wasi_errno_t wlr_fd_close(int fd);

/* Calls visit for each open file description; stops when it returns true. */
struct wlr_file *wlr_fd_find(bool (*visit)(struct wlr_file *, void *), void *arg);

#endif
