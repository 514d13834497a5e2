//go:build amd64 || arm64

package sockets

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// preview1 are the functions of WASI preview 1 that sockets have.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
var preview1 = map[string]signature{
	"fd_close":            {"i", fdClose},
	"fd_fdstat_get":       {"ii", either("fd_fdstat_get", fdstatGet)},
	"fd_fdstat_set_flags": {"ii", either("fd_fdstat_set_flags", fdstatSetFlags)},
	"fd_filestat_get":     {"ii", either("fd_filestat_get", filestatGet)},
	"fd_read":             {"iiii", either("fd_read", fdRead)},
	"fd_renumber":         {"ii", fdRenumber},
	"fd_write":            {"iiii", either("fd_write", fdWrite)},
	"poll_oneoff":         {"iiii", pollOneoff},
	"sock_accept":         {"iii", sockAccept},
	"sock_recv":           {"iiiiii", sockRecv},
	"sock_send":           {"iiiii", sockSend},
	"sock_shutdown":       {"ii", sockShutdown},
}

// What fd_fdstat_get and fd_filestat_get have.
const (
	socketDgram  = 5 // filetype
	socketStream = 6

	fdflagNonblock = 1 << 2
	fdflagsKnown   = 1<<5 - 1
)

// Rights, as WasmEdge gives them; those from SOCK_OPEN on are its own.
const (
	rightFdRead = 1 << 1 << iota
	_
	rightFdSetFlags
	_
	_
	rightFdWrite
)

const (
	rightPoll = 1 << 27 << iota
	rightSockShutdown
	rightSockOpen
	rightSockClose
	rightSockBind
	rightSockRecv
	rightSockRecvFrom
	rightSockSend
	rightSockSendTo

	rightsAccepted = rightFdRead | rightFdSetFlags | rightFdWrite | rightPoll | rightSockShutdown |
		rightSockRecv | rightSockRecvFrom | rightSockSend | rightSockSendTo
	rightsMade = rightsAccepted | rightSockOpen | rightSockClose | rightSockBind
)

// filetype is the kind of s; WasmEdge calls all streams.
func (c *call) filetype(s *socket) byte {
	if s.stream || c.host.streamsAll {
		return socketStream
	}
	return socketDgram
}

func fdstatGet(c *call, s *socket) errno {
	out := c.bytes(c.u32(1), 24)
	clear(out)
	out[0] = c.filetype(s)
	if s.nonblock {
		binary.LittleEndian.PutUint16(out[2:], fdflagNonblock)
	}
	rights := uint64(rightsAccepted)
	if s.made {
		rights = rightsMade
	}
	binary.LittleEndian.PutUint64(out[8:], rights)
	binary.LittleEndian.PutUint64(out[16:], rights)
	return success
}

// fdstatSetFlags knows one flag that sockets have; the others are about files,
// and are as they are there on Linux: without effect.
func fdstatSetFlags(c *call, s *socket) errno {
	flags := c.u32(1)
	if flags&^fdflagsKnown != 0 {
		return eINVAL
	}
	return errnoOf(s.setNonblock(flags&fdflagNonblock != 0))
}

func filestatGet(c *call, s *socket) errno {
	if e := c.host.refused("fd_filestat_get"); e != success {
		return e
	}
	out := c.bytes(c.u32(1), 64)
	var st unix.Stat_t
	if err := unix.Fstat(s.fd, &st); err != nil {
		return errnoOf(err)
	}
	clear(out)
	binary.LittleEndian.PutUint64(out, st.Dev)
	binary.LittleEndian.PutUint64(out[8:], st.Ino)
	out[16] = c.filetype(s)
	binary.LittleEndian.PutUint64(out[24:], uint64(st.Nlink))
	return success
}

func fdRead(c *call, s *socket) errno {
	n, _, err := s.recv(c.Host, c.iovecs(c.u32(1), c.u32(2)), 0)
	return c.count(c.u32(3), n, err)
}

func fdWrite(c *call, s *socket) errno {
	n, err := s.send(c.Host, c.iovecs(c.u32(1), c.u32(2)), nil)
	return c.count(c.u32(3), n, err)
}

// count is the end of a call that has moved n bytes.
func (c *call) count(ptr uint32, n int, err error) errno {
	if err != nil {
		return errnoOf(err)
	}
	c.store32(ptr, uint32(n))
	return success
}

func sockAccept(c *call) errno { return c.accept(c.u32(1), c.u32(2)) }

func (c *call) accept(flags, result uint32) errno {
	s := c.socket(0)
	if flags&^fdflagsKnown != 0 {
		return eINVAL
	}
	c.bytes(result, 4) // before anything is accepted
	conn, err := s.accept(c.Host)
	if err != nil {
		return errnoOf(err)
	}
	conn.nonblock = flags&fdflagNonblock != 0
	if !s.made && s.stream {
		// The guest has no means to, and servers want it.
		unix.SetsockoptInt(conn.fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	c.store32(result, uint32(c.table.add(descriptor{sock: conn})))
	return success
}

// riflags are the flags of sock_recv for the system. It panics with eINVAL.
func riflags(f uint32) int {
	const peek, waitall = 1, 2
	if f&^(peek|waitall) != 0 {
		panic(eINVAL)
	}
	flags := 0
	if f&peek != 0 {
		flags |= unix.MSG_PEEK
	}
	if f&waitall != 0 {
		flags |= unix.MSG_WAITALL
	}
	return flags
}

func sockRecv(c *call) errno {
	_, e := c.receive(c.u32(3), c.u32(4), c.u32(5))
	return e
}

// receive is all functions that receive: their first three parameters are the
// same. It returns where from.
func (c *call) receive(flags, length, roflags uint32) (unix.Sockaddr, errno) {
	const truncated = 1
	s, bufs := c.socket(0), c.iovecs(c.u32(1), c.u32(2))
	c.bytes(length, 4)
	out := c.bytes(roflags, 2)
	n, r, err := s.recv(c.Host, bufs, riflags(flags))
	if err != nil {
		return nil, errnoOf(err)
	}
	c.store32(length, uint32(n))
	clear(out)
	if r.truncated {
		out[0] = truncated
	}
	return r.from, success
}

func sockSend(c *call) errno {
	if c.u32(3) != 0 {
		return eINVAL
	}
	n, err := c.socket(0).send(c.Host, c.iovecs(c.u32(1), c.u32(2)), nil)
	return c.count(c.u32(4), n, err)
}

// sdflags are the ways to shut a socket down.
var sdflags = map[uint32]int{1: unix.SHUT_RD, 2: unix.SHUT_WR, 1 | 2: unix.SHUT_RDWR}

func sockShutdown(c *call) errno {
	how, ok := sdflags[c.u32(1)]
	if !ok {
		return eINVAL
	}
	return errnoOf(unix.Shutdown(c.socket(0).fd, how))
}
