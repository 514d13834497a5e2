//go:build amd64 || arm64

package sockets

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// socket is a socket of this machine. That never blocks: where the guest's does,
// we wait, so that we can stop waiting. One that others have too is as they have it,
// and only asked for what is there; that another process takes a connection first,
// for which this one then waits, cannot be helped.
type socket struct {
	fd       int
	stream   bool
	nonblock bool // for the guest
	bound    bool // to an address that the guest was allowed
	made     bool // by the guest, not accepted or opened before
	shared   bool // with others, who may want it to block
	waiting  bool // opened before for a guest that has not asked for connections yet
	// pending is an error that poll_oneoff has told: the next call has it.
	pending errno
	// What SO_RCVTIMEO and SO_SNDTIMEO say; 0 is for ever.
	recvTimeout, sendTimeout time.Duration
}

func openSocket(family, kind int) (*socket, error) {
	fd, err := unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &socket{fd: fd, stream: kind == unix.SOCK_STREAM, made: true}, nil
}

// listenOn is a socket as a server makes it. It listens from when the guest first
// asks for a connection: until then, clients are refused and not left waiting.
func listenOn(a netip.AddrPort) (*socket, error) {
	family := unix.AF_INET6
	if a.Addr().Is4() {
		family = unix.AF_INET
	}
	s, err := openSocket(family, unix.SOCK_STREAM)
	if err != nil {
		return nil, err
	}
	s.bound, s.made, s.waiting = true, false, true
	err = unix.SetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if err == nil {
		err = unix.Bind(s.fd, inet(a))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// setNonblock makes s block for the guest, or not. What others share with it they
// share with all of this.
func (s *socket) setNonblock(on bool) error {
	s.nonblock = on
	if !s.shared {
		return nil
	}
	return unix.SetNonblock(s.fd, on)
}

func (s *socket) close() errno { return errnoOf(unix.Close(s.fd)) }

// listen makes s listen, if that was put off.
func (s *socket) listen() error {
	if !s.waiting {
		return nil
	}
	s.waiting = false
	return unix.Listen(s.fd, unix.SOMAXCONN)
}

// takeError makes an error that the system has for s pending.
func (s *socket) takeError() {
	if code, err := unix.GetsockoptInt(s.fd, unix.SOL_SOCKET, unix.SO_ERROR); err == nil && code != 0 {
		s.pending = errnoOf(unix.Errno(code))
	}
}

// throwPending panics with the pending error, if there is one.
func (s *socket) throwPending() {
	if e := s.pending; e != success {
		s.pending = success
		panic(e)
	}
}

// accept waits for a connection.
func (s *socket) accept(h *Host) (*socket, error) {
	s.throwPending()
	if err := s.listen(); err != nil {
		return nil, err
	}
	for {
		if s.shared && !s.nonblock {
			if err := h.waitFor(s.fd, unix.POLLIN, s.recvTimeout); err != nil {
				return nil, err
			}
		}
		fd, _, err := unix.Accept4(s.fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN && !s.nonblock:
			if err := h.waitFor(s.fd, unix.POLLIN, s.recvTimeout); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		default:
			return &socket{fd: fd, stream: s.stream}, nil
		}
	}
}

func (s *socket) connect(h *Host, to unix.Sockaddr) error {
	s.throwPending()
	for {
		err := unix.Connect(s.fd, to)
		switch {
		case err == unix.EINTR:
		case err == unix.EAGAIN && !s.nonblock:
			// A listener of the file system that has no room: nothing tells
			// when it has.
			if _, err := h.wait(nil, time.Now().Add(10*time.Millisecond)); err != nil {
				return err
			}
		case err == unix.EINPROGRESS && !s.nonblock:
			// The system tells how it went when it is asked again.
			if h.waitFor(s.fd, unix.POLLOUT, s.sendTimeout) != nil {
				return unix.EINPROGRESS
			}
		default:
			return err
		}
	}
}

// received is what recv has besides the bytes.
type received struct {
	truncated bool
	from      unix.Sockaddr // nil of a stream
}

// recv reads into bufs. With MSG_WAITALL it waits until they are full, but not
// together with MSG_PEEK, which then looks at what there is.
func (s *socket) recv(h *Host, bufs [][]byte, flags int) (total int, r received, err error) {
	s.throwPending()
	all := flags&unix.MSG_WAITALL != 0 && flags&unix.MSG_PEEK == 0 && s.stream
	flags &^= unix.MSG_WAITALL
	for {
		n, _, out, from, err := unix.RecvmsgBuffers(s.fd, bufs, nil, flags|unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EAGAIN && !s.nonblock {
			if err = h.waitFor(s.fd, unix.POLLIN, s.recvTimeout); err == nil {
				continue
			}
		}
		if err != nil {
			return total, r, unlessMoved(total, err)
		}
		total += n
		r = received{out&unix.MSG_TRUNC != 0, from}
		if bufs = advance(bufs, n); !all || n == 0 || len(bufs) == 0 {
			return total, r, nil
		}
	}
}

// unlessMoved is why a call cannot go on, if it has moved nothing before: what it
// has counts more.
func unlessMoved(total int, err error) error {
	if total > 0 {
		return nil
	}
	return err
}

// send writes bufs; of a stream all of it, if the guest is to wait.
func (s *socket) send(h *Host, bufs [][]byte, to unix.Sockaddr) (total int, err error) {
	s.throwPending()
	for {
		n, err := unix.SendmsgBuffers(s.fd, bufs, nil, to, unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EAGAIN && !s.nonblock {
			if err = h.waitFor(s.fd, unix.POLLOUT, s.sendTimeout); err == nil {
				continue
			}
		}
		if err != nil {
			return total, unlessMoved(total, err)
		}
		total += n
		if bufs = advance(bufs, n); s.nonblock || !s.stream || len(bufs) == 0 {
			return total, nil
		}
	}
}

// advance is bufs without the first n bytes, and without what is empty before
// others.
func advance(bufs [][]byte, n int) [][]byte {
	for len(bufs) > 0 && n >= len(bufs[0]) {
		n -= len(bufs[0])
		bufs = bufs[1:]
	}
	if n > 0 {
		bufs = append([][]byte{bufs[0][n:]}, bufs[1:]...)
	}
	return bufs
}

// option and setOption are getsockopt(2) and setsockopt(2) of SOL_SOCKET. Values
// have the layout that the guest has, too: numbers of 32 bits, and struct timeval
// of two of 64.
func (s *socket) option(name int, value []byte) (n int, err error) {
	size := uint32(len(value))
	_, _, e := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(s.fd), unix.SOL_SOCKET, uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(unsafe.Pointer(&size)), 0)
	if e != 0 {
		return 0, e
	}
	return int(size), nil
}

func (s *socket) setOption(name int, value []byte) error {
	_, _, e := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(s.fd), unix.SOL_SOCKET, uintptr(name),
		uintptr(unsafe.Pointer(unsafe.SliceData(value))), uintptr(len(value)), 0)
	if e != 0 {
		return e
	}
	switch name {
	case unix.SO_RCVTIMEO:
		s.recvTimeout = timeval(value)
	case unix.SO_SNDTIMEO:
		s.sendTimeout = timeval(value)
	}
	return nil
}

// timeval is a struct timeval that the system has found good.
func timeval(b []byte) time.Duration {
	sec := int64(binary.LittleEndian.Uint64(b))
	usec := int64(binary.LittleEndian.Uint64(b[8:]))
	if sec < 0 {
		return 0
	}
	return time.Duration(min(sec, int64(time.Hour*24*365/time.Second)))*time.Second + time.Duration(usec)*time.Microsecond
}

// readable is how many bytes can be read at once, or 1 where the system has no
// such number.
func (s *socket) readable() uint64 { return readable(s.fd) }

func readable(fd int) uint64 {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ) // FIONREAD by its other name
	if err != nil {
		return 1
	}
	return uint64(n)
}

// inet is a as the system has it.
func inet(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}

// addrPort is what inet had; it is not valid for other families.
func addrPort(sa unix.Sockaddr) netip.AddrPort {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port))
	}
	return netip.AddrPort{}
}

// allowed says whether rs has the address, whatever its family.
func (rs rules) allowed(sa unix.Sockaddr) bool {
	if u, ok := sa.(*unix.SockaddrUnix); ok {
		// Names of other forms are no files.
		return strings.HasPrefix(u.Name, "/") && rs.allowPath(u.Name)
	}
	return rs.allow(addrPort(sa))
}
