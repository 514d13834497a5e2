//go:build amd64 || arm64

package sockets

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Flags of sock_getaddrinfo.
const (
	aiPassive     = 1 << iota
	aiCanonname   // 2
	aiNumerichost // 4
	aiNumericserv // 8
	aiV4mapped
	aiAll
	aiAddrconfig
	aiKnown = 1<<iota - 1
)

// Protocols of sock_getaddrinfo.
const (
	protocolIP  = 0
	protocolTCP = 1
	protocolUDP = 2
)

// The layout of what a guest gives room for: __wasi_addrinfo_t and
// __wasi_sockaddr_t of
// https://github.com/WasmEdge/WasmEdge/blob/0.14.1/thirdparty/wasi/api.hpp
const (
	aiSize = 28
	saSize = 12

	saData4 = 14 // sin_port, sin_addr and padding
	saData6 = 26 // sin6_port, sin6_flowinfo, sin6_addr and sin6_scope_id
)

// query is a sock_getaddrinfo.
type query struct {
	node, service    string
	flags            uint16
	family           byte
	kind, protocol   byte
	port             uint16
	canonical        string
	answers          []netip.Addr
	kinds, protocols []byte
}

// sockGetaddrinfo (*node, len, *service, len, *hints, **results, max, *length):
// results points to the first of max linked nodes, which the guest has made.
func sockGetaddrinfo(c *call) errno {
	q := query{node: string(c.bytes(c.u32(0), c.u32(1))), service: string(c.bytes(c.u32(2), c.u32(3)))}
	// Programs count the zero at the end, or not.
	q.node, q.service = strings.TrimRight(q.node, "\x00"), strings.TrimRight(q.service, "\x00")
	hints := c.bytes(c.u32(4), aiSize)
	q.flags = binary.LittleEndian.Uint16(hints)
	q.family, q.kind, q.protocol = hints[2], hints[3], hints[4]
	first, most := c.load32(c.u32(5)), c.u32(6)
	c.bytes(c.u32(7), 4)
	if most < 1 {
		return eaiMEMORY
	}
	if e := q.check(); e != success {
		return e
	}
	if e := q.findPort(c); e != success {
		return e
	}
	if e := q.findAddresses(c); e != success {
		return e
	}
	n := uint32(0)
	for _, a := range q.answers {
		for i := range q.kinds {
			if n == min(most, maxGetaddrinfo) {
				break
			}
			first = q.put(c, first, a, i, n == 0)
			n++
		}
	}
	c.store32(c.u32(7), n)
	return success
}

// check looks for what cannot be, and finds the kinds of sockets to answer with.
func (q *query) check() errno {
	switch {
	case q.node == "" && q.service == "":
		return eaiNONAME
	case q.flags&^aiKnown != 0, q.flags&aiCanonname != 0 && q.node == "":
		return eaiBADFLAGS
	case q.family > familyInet6:
		return eaiFAMILY
	case q.protocol > protocolUDP, q.kind > typeStream:
		return eNOSYS
	}
	for _, k := range []struct{ kind, protocol byte }{{typeStream, protocolTCP}, {typeDgram, protocolUDP}} {
		if (q.kind == typeAny || q.kind == k.kind) && (q.protocol == protocolIP || q.protocol == k.protocol) {
			q.kinds, q.protocols = append(q.kinds, k.kind), append(q.protocols, k.protocol)
		}
	}
	if len(q.kinds) == 0 {
		return eaiSERVICE
	}
	return success
}

func (q *query) findPort(c *call) errno {
	if q.service == "" {
		return success
	}
	if n, err := strconv.ParseUint(q.service, 10, 16); err == nil {
		q.port = uint16(n)
		return success
	}
	if q.flags&aiNumericserv != 0 {
		return eaiNONAME
	}
	network := map[byte]string{typeStream: "tcp", typeDgram: "udp"}[q.kinds[0]]
	n, err := net.DefaultResolver.LookupPort(c.ctx, network, q.service)
	if err != nil {
		return eaiSERVICE
	}
	q.port = uint16(n)
	return success
}

func (q *query) findAddresses(c *call) errno {
	addrs, e := q.lookup(c)
	if e != success {
		return e
	}
	for _, a := range addrs {
		if a = a.WithZone(""); a.Is4() && q.family != familyInet6 || a.Is6() && q.family != familyInet4 {
			q.answers = append(q.answers, a)
		}
	}
	if len(q.answers) == 0 {
		return eaiADDRFAMILY
	}
	return success
}

func (q *query) lookup(c *call) ([]netip.Addr, errno) {
	if q.node == "" {
		if q.flags&aiPassive != 0 {
			return []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}, success
		}
		return loopbacks, success
	}
	q.canonical = q.node
	if a, err := netip.ParseAddr(q.node); err == nil {
		return []netip.Addr{a}, success
	}
	switch {
	case q.flags&aiNumerichost != 0:
		return nil, eaiNONAME
	case q.node == "localhost":
		return localhost(c), success
	case !c.resolve:
		return nil, eaiFAIL
	}
	network := map[byte]string{familyUnspec: "ip", familyInet4: "ip4", familyInet6: "ip6"}[q.family]
	addrs, err := net.DefaultResolver.LookupNetIP(c.ctx, network, q.node)
	if err != nil {
		return nil, eaiOf(err)
	}
	if q.flags&aiCanonname != 0 {
		if name, err := net.DefaultResolver.LookupCNAME(c.ctx, q.node); err == nil {
			q.canonical = strings.TrimSuffix(name, ".")
		}
	}
	for i := range addrs {
		addrs[i] = addrs[i].Unmap()
	}
	return addrs, success
}

// localhost are the loopback addresses that this machine has under that name, in
// its order, or both.
func localhost(c *call) []netip.Addr {
	addrs, _ := net.DefaultResolver.LookupNetIP(c.ctx, "ip", "localhost")
	var own []netip.Addr
	for _, a := range addrs {
		if a = a.Unmap(); a.IsLoopback() {
			own = append(own, a)
		}
	}
	if len(own) == 0 {
		return loopbacks
	}
	return own
}

// eaiOf is why a name has no addresses.
func eaiOf(err error) errno {
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case ok && dns.IsNotFound:
		return eaiNONAME
	case ok && (dns.IsTemporary || dns.IsTimeout):
		return eaiAGAIN
	}
	return eaiFAIL
}

// put writes an answer to the node at ptr, and returns the next node.
func (q *query) put(c *call, ptr uint32, a netip.Addr, i int, withName bool) (next uint32) {
	b := c.bytes(ptr, aiSize)
	family, data, addrlen := byte(familyInet4), make([]byte, saData4), uint32(16)
	if a.Is6() {
		family, data, addrlen = familyInet6, make([]byte, saData6), 28
		copy(data[6:], a.AsSlice())
	} else {
		copy(data[2:], a.AsSlice())
	}
	binary.BigEndian.PutUint16(data, q.port)
	binary.LittleEndian.PutUint16(b, q.flags)
	b[2], b[3], b[4] = family, q.kinds[i], q.protocols[i]
	binary.LittleEndian.PutUint32(b[8:], addrlen)

	sa := c.bytes(binary.LittleEndian.Uint32(b[12:]), saSize)
	room := binary.LittleEndian.Uint32(sa[4:])
	if room < uint32(len(data)) {
		panic(eaiMEMORY)
	}
	sa[0] = family
	binary.LittleEndian.PutUint32(sa[4:], uint32(len(data)))
	copy(c.bytes(binary.LittleEndian.Uint32(sa[8:]), room), data)

	length := uint32(0)
	if withName && q.flags&aiCanonname != 0 {
		name := append([]byte(q.canonical), 0)
		room := binary.LittleEndian.Uint32(b[20:])
		if room < uint32(len(name)) {
			panic(eaiMEMORY)
		}
		copy(c.bytes(binary.LittleEndian.Uint32(b[16:]), room), name)
		length = uint32(len(name) - 1)
	}
	binary.LittleEndian.PutUint32(b[20:], length)
	return binary.LittleEndian.Uint32(b[24:])
}
