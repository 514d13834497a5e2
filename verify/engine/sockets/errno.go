package sockets

import "syscall"

// errno is a WASI error number.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#errno
type errno uint32

// Those that this package names.
const (
	success         errno = 0
	eACCES          errno = 2
	eADDRINUSE      errno = 3
	eAGAIN          errno = 6
	eBADF           errno = 8
	eFAULT          errno = 21
	eINPROGRESS     errno = 26
	eINVAL          errno = 28
	eIO             errno = 29
	eNODEV          errno = 43
	eNOMEM          errno = 48
	eNOSYS          errno = 52
	eNOTDIR         errno = 54
	eNOTSOCK        errno = 57
	eNOTSUP         errno = 58
	eSPIPE          errno = 70
	eNOTCAPABLE     errno = 76
	eaiAGAIN        errno = 78 // WasmEdge's, of sock_getaddrinfo, as all below
	eaiBADFLAGS     errno = 79
	eaiFAIL         errno = 80
	eaiFAMILY       errno = 81
	eaiMEMORY       errno = 82
	eaiNONAME       errno = 84
	eaiSERVICE      errno = 85
	eaiADDRFAMILY   errno = 77
	maxIovecs             = 1024 // of one call, as on Linux and in WasmEdge
	maxEvents             = 4096 // of one poll_oneoff
	maxGetaddrinfo        = 4096 // answers that one call can ask for
	maxSockoptBytes       = 4096 // more than any option has
)

// ofSystem are the error numbers of the system that calls on sockets end with.
var ofSystem = map[syscall.Errno]errno{
	syscall.EACCES:          eACCES,
	syscall.EADDRINUSE:      eADDRINUSE,
	syscall.EADDRNOTAVAIL:   4,
	syscall.EAFNOSUPPORT:    5,
	syscall.EAGAIN:          eAGAIN,
	syscall.EALREADY:        7,
	syscall.EBADF:           eBADF,
	syscall.ECONNABORTED:    13,
	syscall.ECONNREFUSED:    14,
	syscall.ECONNRESET:      15,
	syscall.EDESTADDRREQ:    17,
	syscall.EDOM:            18,
	syscall.EEXIST:          20,
	syscall.EFAULT:          eFAULT,
	syscall.EHOSTUNREACH:    23,
	syscall.EINPROGRESS:     eINPROGRESS,
	syscall.EINTR:           27,
	syscall.EINVAL:          eINVAL,
	syscall.EIO:             eIO,
	syscall.EISCONN:         30,
	syscall.EISDIR:          31,
	syscall.ELOOP:           32,
	syscall.EMFILE:          33,
	syscall.EMSGSIZE:        35,
	syscall.ENAMETOOLONG:    37,
	syscall.ENETDOWN:        38,
	syscall.ENETRESET:       39,
	syscall.ENETUNREACH:     40,
	syscall.ENFILE:          41,
	syscall.ENOBUFS:         42,
	syscall.ENODEV:          eNODEV,
	syscall.ENOENT:          44,
	syscall.ENOMEM:          eNOMEM,
	syscall.ENOPROTOOPT:     50,
	syscall.ENOSYS:          eNOSYS,
	syscall.ENOTCONN:        53,
	syscall.ENOTDIR:         eNOTDIR,
	syscall.ENOTSOCK:        eNOTSOCK,
	syscall.EOPNOTSUPP:      eNOTSUP,
	syscall.EPERM:           63,
	syscall.EPIPE:           64,
	syscall.EPROTO:          65,
	syscall.EPROTONOSUPPORT: 66,
	syscall.EPROTOTYPE:      67,
	syscall.EROFS:           69,
	syscall.ETIMEDOUT:       73,
}

// errnoOf is err as a guest is told it.
func errnoOf(err error) errno {
	if err == nil {
		return success
	}
	if sys, ok := err.(syscall.Errno); ok {
		if e, ok := ofSystem[sys]; ok {
			return e
		}
	}
	return eIO
}
