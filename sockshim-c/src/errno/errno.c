/* errno on the program's side, and the texts of its numbers.
 *
 * wasi-libc has compiled WASI's numbers into itself, and sets its errno to them;
 * sockshim-c does the same. The program's errno is another variable, with
 * Linux's numbers. The program cannot look at it, or write to it, without
 * __wlr_errno(), which takes what wasi-libc has left since the last time. What
 * has been taken is 0 there, so that the same error is noticed again: wasi-libc
 * never sets errno to 0 for another to see.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "errno.h"

static const struct {
	unsigned char linux_number;
	const char *text; /* glibc's */
} errors[] = {
	[EPERM] = {1, "Operation not permitted"},
	[ENOENT] = {2, "No such file or directory"},
	[ESRCH] = {3, "No such process"},
	[EINTR] = {4, "Interrupted system call"},
	[EIO] = {5, "Input/output error"},
	[ENXIO] = {6, "No such device or address"},
	[E2BIG] = {7, "Argument list too long"},
	[ENOEXEC] = {8, "Exec format error"},
	[EBADF] = {9, "Bad file descriptor"},
	[ECHILD] = {10, "No child processes"},
	[EAGAIN] = {11, "Resource temporarily unavailable"},
	[ENOMEM] = {12, "Cannot allocate memory"},
	[EACCES] = {13, "Permission denied"},
	[EFAULT] = {14, "Bad address"},
	[EBUSY] = {16, "Device or resource busy"},
	[EEXIST] = {17, "File exists"},
	[EXDEV] = {18, "Invalid cross-device link"},
	[ENODEV] = {19, "No such device"},
	[ENOTDIR] = {20, "Not a directory"},
	[EISDIR] = {21, "Is a directory"},
	[EINVAL] = {22, "Invalid argument"},
	[ENFILE] = {23, "Too many open files in system"},
	[EMFILE] = {24, "Too many open files"},
	[ENOTTY] = {25, "Inappropriate ioctl for device"},
	[ETXTBSY] = {26, "Text file busy"},
	[EFBIG] = {27, "File too large"},
	[ENOSPC] = {28, "No space left on device"},
	[ESPIPE] = {29, "Illegal seek"},
	[EROFS] = {30, "Read-only file system"},
	[EMLINK] = {31, "Too many links"},
	[EPIPE] = {32, "Broken pipe"},
	[EDOM] = {33, "Numerical argument out of domain"},
	[ERANGE] = {34, "Numerical result out of range"},
	[EDEADLK] = {35, "Resource deadlock avoided"},
	[ENAMETOOLONG] = {36, "File name too long"},
	[ENOLCK] = {37, "No locks available"},
	[ENOSYS] = {38, "Function not implemented"},
	[ENOTEMPTY] = {39, "Directory not empty"},
	[ELOOP] = {40, "Too many levels of symbolic links"},
	[ENOMSG] = {42, "No message of desired type"},
	[EIDRM] = {43, "Identifier removed"},
	[ENOLINK] = {67, "Link has been severed"},
	[EPROTO] = {71, "Protocol error"},
	[EMULTIHOP] = {72, "Multihop attempted"},
	[EBADMSG] = {74, "Bad message"},
	[EOVERFLOW] = {75, "Value too large for defined data type"},
	[EILSEQ] = {84, "Invalid or incomplete multibyte or wide character"},
	[ENOTSOCK] = {88, "Socket operation on non-socket"},
	[EDESTADDRREQ] = {89, "Destination address required"},
	[EMSGSIZE] = {90, "Message too long"},
	[EPROTOTYPE] = {91, "Protocol wrong type for socket"},
	[ENOPROTOOPT] = {92, "Protocol not available"},
	[EPROTONOSUPPORT] = {93, "Protocol not supported"},
	[ENOTSUP] = {95, "Operation not supported"},
	[EAFNOSUPPORT] = {97, "Address family not supported by protocol"},
	[EADDRINUSE] = {98, "Address already in use"},
	[EADDRNOTAVAIL] = {99, "Cannot assign requested address"},
	[ENETDOWN] = {100, "Network is down"},
	[ENETUNREACH] = {101, "Network is unreachable"},
	[ENETRESET] = {102, "Network dropped connection on reset"},
	[ECONNABORTED] = {103, "Software caused connection abort"},
	[ECONNRESET] = {104, "Connection reset by peer"},
	[ENOBUFS] = {105, "No buffer space available"},
	[EISCONN] = {106, "Transport endpoint is already connected"},
	[ENOTCONN] = {107, "Transport endpoint is not connected"},
	[ETIMEDOUT] = {110, "Connection timed out"},
	[ECONNREFUSED] = {111, "Connection refused"},
	[EHOSTUNREACH] = {113, "No route to host"},
	[EALREADY] = {114, "Operation already in progress"},
	[EINPROGRESS] = {115, "Operation now in progress"},
	[ESTALE] = {116, "Stale file handle"},
	[EDQUOT] = {122, "Disk quota exceeded"},
	[ECANCELED] = {125, "Operation canceled"},
	[EOWNERDEAD] = {130, "Owner died"},
	[ENOTRECOVERABLE] = {131, "State not recoverable"},
	/* What a host keeps from its guests; Linux has no number for that. */
	[ENOTCAPABLE] = {13, "Permission denied"},
};

#define COUNT (sizeof errors / sizeof *errors)

int wlr_errno_number(int err)
{
	return err > 0 && (size_t)err < COUNT && errors[err].linux_number ? errors[err].linux_number : err;
}

int *__wlr_errno(void)
{
	static int number;
	if (errno) {
		number = wlr_errno_number(errno);
		errno = 0;
	}
	return &number;
}

/* The program's strerror(). */
char *wlr_strerror(int number)
{
	static char unknown[32];
	if (number == 0)
		return "Success";
	for (size_t i = 0; i < COUNT; i++)
		if (errors[i].linux_number == number)
			return (char *)errors[i].text;
	snprintf(unknown, sizeof unknown, "Unknown error %d", number);
	return unknown;
}

char *wlr_strerror_l(int number, locale_t locale)
{
	(void)locale;
	return wlr_strerror(number);
}

int wlr_strerror_r(int number, char *buf, size_t size)
{
	const char *text = wlr_strerror(number);
	if (strlen(text) < size) {
		strcpy(buf, text);
		return 0;
	}
	if (size) {
		memcpy(buf, text, size - 1);
		buf[size - 1] = '\0';
	}
	return wlr_errno_number(ERANGE);
}

/* wasi-libc's own: the number is its errno, of which there is none left when
 * the program has looked at it, as before perror() and printf("%m"). */
char *strerror(int err)
{
	return wlr_strerror(err ? wlr_errno_number(err) : *__wlr_errno());
}

/* Functions that return a number. */

int wlr_posix_fadvise(int fd, off_t from, off_t size, int advice)
{
	return wlr_errno_number(posix_fadvise(fd, from, size, advice));
}

int wlr_posix_fallocate(int fd, off_t from, off_t size)
{
	return wlr_errno_number(posix_fallocate(fd, from, size));
}

int wlr_posix_memalign(void **p, size_t align, size_t size)
{
	return wlr_errno_number(posix_memalign(p, align, size));
}

int wlr_clock_nanosleep(clockid_t clock, int flags, const struct timespec *t, struct timespec *left)
{
	return wlr_errno_number(clock_nanosleep(clock, flags, t, left));
}
