//go:build amd64 || arm64

package sockets

import (
	"bytes"
	"encoding/binary"
	"maps"
	"net/netip"
	"strings"

	"github.com/tetratelabs/wazero/api"
	"golang.org/x/sys/unix"
)

// wasmedge1 are the socket functions of WasmEdge, and wasmedge2 those that were
// added in 0.12.0 and have names that end in _v2. A guest can import the latter by
// the old names too, with the new types.
// https://github.com/WasmEdge/WasmEdge/blob/0.14.1/lib/host/wasi/wasifunc.cpp
var (
	wasmedge1 = map[string]signature{
		"sock_accept":       {"ii", acceptV1},
		"sock_bind":         {"iii", sockBind},
		"sock_connect":      {"iii", sockConnect},
		"sock_getaddrinfo":  {"iiiiiiii", sockGetaddrinfo},
		"sock_getlocaladdr": {"iiii", nameV1(unix.Getsockname)},
		"sock_getpeeraddr":  {"iiii", nameV1(unix.Getpeername)},
		"sock_getsockopt":   {"iiiii", sockGetsockopt},
		"sock_listen":       {"ii", sockListen},
		"sock_open":         {"iii", sockOpen},
		"sock_recv_from":    {"iiiiiii", recvFromV1},
		"sock_send_to":      {"iiiiiii", sockSendTo},
		"sock_setsockopt":   {"iiiii", sockSetsockopt},
		"sock_shutdown":     {"ii", shutdownAny},
	}
	wasmedge2 = map[string]signature{
		"sock_accept":       {"iii", sockAccept},
		"sock_bind":         {"iii", sockBindV2},
		"sock_connect":      {"iii", sockConnectV2},
		"sock_getlocaladdr": {"iii", nameV2(unix.Getsockname)},
		"sock_getpeeraddr":  {"iii", nameV2(unix.Getpeername)},
		"sock_listen":       {"ii", sockListen},
		"sock_open":         {"iii", sockOpen},
		"sock_recv":         {"iiiiii", sockRecv},
		"sock_recv_from":    {"iiiiiiii", recvFromV2},
		"sock_send":         {"iiiii", sockSend},
		"sock_send_to":      {"iiiiiii", sockSendToV2},
	}
)

// wasmedge are the functions for a guest with the given imports.
func wasmedge(imports []api.FunctionDefinition) map[string]signature {
	all := maps.Clone(wasmedge1)
	for name, v2 := range wasmedge2 {
		all[name+"_v2"] = v2
	}
	for _, f := range imports {
		_, name, _ := f.Import()
		v1, v2 := wasmedge1[name], wasmedge2[name]
		if v2.call != nil && letters(f.ParamTypes()) == v2.params && v1.params != v2.params {
			all[name] = v2
		}
	}
	return all
}

// WasmEdge's numbers for families and types.
const (
	familyUnspec = 0
	familyInet4  = 1
	familyInet6  = 2
	familyUnix   = 3

	typeAny    = 0
	typeDgram  = 1
	typeStream = 2
)

var (
	families  = map[uint32]int{familyInet4: unix.AF_INET, familyInet6: unix.AF_INET6, familyUnix: unix.AF_UNIX}
	sockTypes = map[uint32]int{typeDgram: unix.SOCK_DGRAM, typeStream: unix.SOCK_STREAM}
)

// sockOpen (family, type, *fd). Sockets of the file system have to be among what
// the guest may use, as WasmEdge has to be told that there are any.
func sockOpen(c *call) errno {
	family, ok := families[c.u32(0)]
	if !ok {
		return eINVAL
	}
	if family == unix.AF_UNIX && !c.listen.havePaths() && !c.connect.havePaths() {
		return eNOSYS
	}
	kind, ok := sockTypes[c.u32(1)]
	if !ok {
		return eINVAL
	}
	c.bytes(c.u32(2), 4)
	s, err := openSocket(family, kind)
	if err != nil {
		return errnoOf(err)
	}
	c.store32(c.u32(2), uint32(c.table.add(descriptor{sock: s})))
	return success
}

// addressBuffer is the memory that an address at ptr is in: a pointer and a
// length.
func (c *call) addressBuffer(ptr uint32) []byte {
	return c.bytes(c.load32(ptr), c.load32(ptr+4))
}

// v2Size is the length of an address that begins with its family.
const v2Size = 128

// address reads an address: 4 or 16 bytes, or in the second version also 128. It
// panics with eINVAL.
func (c *call) address(ptr, port uint32, v2 bool) unix.Sockaddr {
	b := c.addressBuffer(ptr)
	family := map[int]uint32{4: familyInet4, 16: familyInet6}[len(b)]
	if v2 && len(b) == v2Size {
		family, b = uint32(binary.LittleEndian.Uint16(b)), b[2:]
	}
	switch family {
	case familyInet4:
		return inet(netip.AddrPortFrom(netip.AddrFrom4([4]byte(b)), uint16(port)))
	case familyInet6:
		return inet(netip.AddrPortFrom(netip.AddrFrom16([16]byte(b)), uint16(port)))
	case familyUnix:
		path, _, _ := bytes.Cut(b[:sunPath], []byte{0})
		return &unix.SockaddrUnix{Name: string(path)}
	}
	panic(eINVAL)
}

// sunPath is the room for a path in an address of the file system.
const sunPath = 108

func sockBind(c *call) errno   { return c.bind(c.address(c.u32(1), c.u32(2), false)) }
func sockBindV2(c *call) errno { return c.bind(c.address(c.u32(1), c.u32(2), true)) }

func (c *call) bind(to unix.Sockaddr) errno {
	s := c.socket(0)
	if !c.listen.allowed(to) {
		return eACCES
	}
	err := unix.Bind(s.fd, to)
	s.bound = s.bound || err == nil
	return errnoOf(err)
}

// sockListen (fd, backlog). The system gives an address to a socket that has none.
func sockListen(c *call) errno {
	s := c.socket(0)
	if !s.bound {
		name, err := unix.Getsockname(s.fd)
		if err != nil {
			return errnoOf(err)
		}
		if !c.listen.allowed(name) {
			return eACCES
		}
	}
	return errnoOf(unix.Listen(s.fd, int(c.i32(1))))
}

// acceptV1 (fd, *fd).
func acceptV1(c *call) errno { return c.accept(0, c.u32(1)) }

func sockConnect(c *call) errno   { return c.connectTo(c.address(c.u32(1), c.u32(2), false)) }
func sockConnectV2(c *call) errno { return c.connectTo(c.address(c.u32(1), c.u32(2), true)) }

func (c *call) connectTo(to unix.Sockaddr) errno {
	s := c.socket(0)
	if !c.connect.allowed(to) {
		return eACCES
	}
	return errnoOf(s.connect(c.Host, to))
}

// recvFromV1 (fd, iovs, n, *address, flags, *length, *roflags) has no port.
func recvFromV1(c *call) errno {
	b := c.addressBuffer(c.u32(3))
	from, e := c.receive(c.u32(4), c.u32(5), c.u32(6))
	if e != success {
		return e
	}
	_, _, e = putAddress(b, from)
	return e
}

// recvFromV2 (fd, iovs, n, *address, flags, *port, *length, *roflags): the port is
// a u16 in the byte order of the network.
func recvFromV2(c *call) errno {
	b, port := c.addressBuffer(c.u32(3)), c.bytes(c.u32(5), 2)
	if len(b) != 4 && len(b) != 16 && len(b) != v2Size {
		return eINVAL
	}
	to := b
	if len(b) == v2Size {
		to = b[2:]
	}
	from, e := c.receive(c.u32(4), c.u32(6), c.u32(7))
	if e != success || from == nil {
		return e
	}
	family, n, e := putAddress(to, from)
	binary.BigEndian.PutUint16(port, n)
	if len(b) == v2Size {
		binary.LittleEndian.PutUint16(b, family)
	}
	return e
}

// putAddress writes as much of an address as has room, as WasmEdge does for what
// was received.
func putAddress(b []byte, from unix.Sockaddr) (family, port uint16, e errno) {
	switch a := from.(type) {
	case *unix.SockaddrInet4:
		if len(b) >= len(a.Addr) {
			copy(b, a.Addr[:])
		}
		return familyInet4, uint16(a.Port), success
	case *unix.SockaddrInet6:
		if len(b) >= len(a.Addr) {
			copy(b, a.Addr[:])
		}
		return familyInet6, uint16(a.Port), success
	case *unix.SockaddrUnix:
		if len(b) < sunPath {
			return 0, 0, eINVAL
		}
		clear(b[:sunPath])
		copy(b[:sunPath], a.Name)
		if strings.HasPrefix(a.Name, "@") {
			b[0] = 0 // of no name, or one that is no path
		}
		return familyUnix, 0, success
	}
	return familyUnspec, 0, success
}

func sockSendTo(c *call) errno   { return c.sendTo(c.address(c.u32(3), c.u32(4), false)) }
func sockSendToV2(c *call) errno { return c.sendTo(c.address(c.u32(3), c.u32(4), true)) }

func (c *call) sendTo(to unix.Sockaddr) errno {
	if c.u32(5) != 0 {
		return eINVAL
	}
	s, bufs := c.socket(0), c.iovecs(c.u32(1), c.u32(2))
	if !c.connect.allowed(to) {
		return eACCES
	}
	n, err := s.send(c.Host, bufs, to)
	return c.count(c.u32(6), n, err)
}

// shutdownAny is sock_shutdown, where 0 is the receiving side.
func shutdownAny(c *call) errno {
	if c.u32(1) == 0 {
		return errnoOf(unix.Shutdown(c.socket(0).fd, unix.SHUT_RD))
	}
	return sockShutdown(c)
}

// nameV1 (fd, *address, *type, *port): the type is 4 or 6.
func nameV1(get func(fd int) (unix.Sockaddr, error)) function {
	return func(c *call) errno {
		b := c.addressBuffer(c.u32(1))
		if len(b) != 4 && len(b) != 16 {
			return eINVAL
		}
		family, port, e := c.name(get, b)
		if e != success {
			return e
		}
		kind := map[uint16]uint32{familyInet4: 4, familyInet6: 6}[family]
		c.store32(c.u32(2), kind)
		c.store32(c.u32(3), uint32(port))
		return success
	}
}

// nameV2 (fd, *address, *port).
func nameV2(get func(fd int) (unix.Sockaddr, error)) function {
	return func(c *call) errno {
		b := c.addressBuffer(c.u32(1))
		if len(b) != v2Size {
			return eINVAL
		}
		family, port, e := c.name(get, b[2:])
		if e != success {
			return e
		}
		binary.LittleEndian.PutUint16(b, family)
		c.store32(c.u32(2), uint32(port))
		return success
	}
}

// name writes an address that has to have room.
func (c *call) name(get func(fd int) (unix.Sockaddr, error), b []byte) (family, port uint16, e errno) {
	name, err := get(c.socket(0).fd)
	if err != nil {
		return 0, 0, errnoOf(err)
	}
	var room int
	switch name.(type) {
	case *unix.SockaddrInet4:
		room = 4
	case *unix.SockaddrInet6:
		room = 16
	default:
		room = sunPath
	}
	if len(b) < room {
		return 0, 0, eNOMEM
	}
	return putAddress(b, name)
}

// Options of SOL_SOCKET by WasmEdge's numbers.
const (
	solSocket = 0

	soType  = 1
	soError = 2
)

var sockopts = map[uint32]int{
	0:       unix.SO_REUSEADDR,
	soType:  unix.SO_TYPE,
	soError: unix.SO_ERROR,
	3:       unix.SO_DONTROUTE,
	4:       unix.SO_BROADCAST,
	5:       unix.SO_SNDBUF,
	6:       unix.SO_RCVBUF,
	7:       unix.SO_KEEPALIVE,
	8:       unix.SO_OOBINLINE,
	9:       unix.SO_LINGER,
	10:      unix.SO_RCVLOWAT,
	11:      unix.SO_RCVTIMEO,
	12:      unix.SO_SNDTIMEO,
	13:      unix.SO_ACCEPTCONN,
	14:      unix.SO_BINDTODEVICE,
}

// sockopt is the option that parameters 1 and 2 name. It panics with eINVAL.
func (c *call) sockopt() int {
	name, ok := sockopts[c.u32(2)]
	if c.u32(1) != solSocket || !ok {
		panic(eINVAL)
	}
	return name
}

// sockGetsockopt (fd, level, name, *value, *size).
func sockGetsockopt(c *call) errno {
	s, name := c.socket(0), c.sockopt()
	size := c.load32(c.u32(4))
	if size > maxSockoptBytes {
		size = maxSockoptBytes
	}
	value := c.bytes(c.u32(3), size)
	n, err := s.option(name, value)
	if err != nil {
		return errnoOf(err)
	}
	if n == 4 && len(value) >= 4 {
		v := binary.LittleEndian.Uint32(value)
		switch c.u32(2) {
		case soError:
			if v = uint32(errnoOf(orNil(unix.Errno(v)))); v == uint32(success) {
				v, s.pending = uint32(s.pending), success
			}
		case soType:
			v = map[uint32]uint32{unix.SOCK_DGRAM: typeDgram, unix.SOCK_STREAM: typeStream}[v]
		}
		binary.LittleEndian.PutUint32(value, v)
	}
	c.store32(c.u32(4), uint32(n))
	return success
}

// orNil is e as an error.
func orNil(e unix.Errno) error {
	if e == 0 {
		return nil
	}
	return e
}

// sockSetsockopt (fd, level, name, *value, size).
func sockSetsockopt(c *call) errno {
	s, name := c.socket(0), c.sockopt()
	return errnoOf(s.setOption(name, c.bytes(c.u32(3), c.u32(4))))
}
