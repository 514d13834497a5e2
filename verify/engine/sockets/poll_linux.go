//go:build amd64 || arm64

package sockets

import (
	"encoding/binary"
	"math"
	"time"

	"golang.org/x/sys/unix"
)

// The types of subscriptions and events, their sizes, and what else poll_oneoff
// has.
const (
	eventClock   = 0
	eventFdRead  = 1
	eventFdWrite = 2

	subscriptionSize = 48
	eventSize        = 32

	clockAbstime = 1
	eventHangup  = 1
)

// subscription is one wish of a poll_oneoff.
type subscription struct {
	userdata uint64
	kind     byte

	e        errno     // it fails
	deadline time.Time // of a clock
	at       int       // in polled, if it is about a descriptor that can be waited for; or -1
	sock     *socket   // if it is about one
	ready    bool      // it is fulfilled already
}

// poller is one poll_oneoff.
type poller struct {
	subs   []subscription
	polled []unix.PollFd
	index  map[int]int // of a descriptor in polled
	first  time.Time   // deadline of the first clock; zero if there is none
	now    bool        // something is fulfilled already
}

// pollOneoff waits until at least one subscription is fulfilled, and tells all
// that are. One that fails is fulfilled at once, with its error.
func pollOneoff(c *call) errno {
	in, out, n := c.u32(0), c.u32(1), c.u32(2)
	if n == 0 || n > maxEvents {
		return eINVAL
	}
	list, events := c.bytes(in, n*subscriptionSize), c.bytes(out, n*eventSize)
	c.bytes(c.u32(3), 4)
	p := poller{index: map[int]int{}}
	for i := range n {
		p.add(c, list[i*subscriptionSize:], out)
	}
	deadline := p.first
	if p.now {
		deadline = time.Now()
	}
	told := uint32(0)
	for told == 0 {
		if _, err := c.wait(p.polled, deadline); err != nil {
			return errnoOf(err)
		}
		for i := range p.subs {
			if s := &p.subs[i]; p.fulfilled(s) {
				p.tell(s, events[told*eventSize:])
				told++
			}
		}
	}
	c.store32(c.u32(3), told)
	return success
}

// add reads a subscription. scratch is memory of the guest.
func (p *poller) add(c *call, b []byte, scratch uint32) {
	s := subscription{userdata: binary.LittleEndian.Uint64(b), kind: b[8], at: -1}
	switch s.kind {
	case eventClock:
		s.deadline, s.e = c.deadline(b[16:], scratch)
		if s.e == success && (p.first.IsZero() || s.deadline.Before(p.first)) {
			p.first = s.deadline
		}
	case eventFdRead:
		p.addDescriptor(c, &s, int32(binary.LittleEndian.Uint32(b[16:])), unix.POLLIN)
	case eventFdWrite:
		p.addDescriptor(c, &s, int32(binary.LittleEndian.Uint32(b[16:])), unix.POLLOUT)
	default:
		s.e = eINVAL
	}
	p.now = p.now || s.ready || s.e != success
	p.subs = append(p.subs, s)
}

func (p *poller) addDescriptor(c *call, s *subscription, n int32, events int16) {
	d, ok := c.table.open[n]
	if !ok {
		s.e = eBADF
		return
	}
	fd := -1
	switch {
	case d.sock != nil:
		s.sock, fd = d.sock, d.sock.fd
		if s.e = errnoOf(d.sock.listen()); s.e == success {
			s.e = d.sock.pending
		}
	case d.file < int32(len(c.streams)) && c.streams[d.file] >= 0:
		fd = c.streams[d.file]
	default:
		// "Regular files shall always poll TRUE for reading and writing"
		// (POSIX, poll).
		s.ready = true
		return
	}
	at, ok := p.index[fd]
	if !ok {
		at = len(p.polled)
		p.index[fd] = at
		p.polled = append(p.polled, unix.PollFd{Fd: int32(fd)})
	}
	p.polled[at].Events |= events
	s.at = at
}

// deadline is when a clock subscription is fulfilled.
func (c *call) deadline(b []byte, scratch uint32) (time.Time, errno) {
	id, timeout := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint64(b[8:])
	switch binary.LittleEndian.Uint16(b[24:]) {
	case 0:
	case clockAbstime:
		// The guest's clocks are wazero's: ask it what time it is. The event
		// that will be at scratch is written later.
		args := []uint64{uint64(id), 1, uint64(scratch)}
		c.builtin["clock_time_get"].Call(c.ctx, c.mod, args)
		if e := errno(args[0]); e != success {
			return time.Time{}, e
		}
		timeout -= min(timeout, c.load64(scratch))
	default:
		return time.Time{}, eINVAL
	}
	return time.Now().Add(time.Duration(min(timeout, math.MaxInt64/2))), success
}

// fulfilled says whether there is an event for s. A socket that was never connected
// can be written to and has hung up, which is nothing that can be read: as in
// WasmEdge, the end of a connection is an event if there is no other. So is an
// error, which the guest's next call on the socket gets too.
func (p *poller) fulfilled(s *subscription) bool {
	switch {
	case s.e != success || s.ready:
		return true
	case s.kind == eventClock:
		return !time.Now().Before(s.deadline)
	}
	has := p.polled[s.at].Revents
	if has&(unix.POLLIN|unix.POLLOUT) == 0 {
		if has&unix.POLLERR != 0 && s.sock != nil {
			s.sock.takeError()
			s.e = s.sock.pending
		}
		return has != 0
	}
	return s.kind == eventFdRead && has&unix.POLLIN != 0 || s.kind == eventFdWrite && has&unix.POLLOUT != 0
}

// tell writes an event.
func (p *poller) tell(s *subscription, b []byte) {
	b = b[:eventSize]
	clear(b)
	binary.LittleEndian.PutUint64(b, s.userdata)
	binary.LittleEndian.PutUint16(b[8:], uint16(s.e))
	b[10] = s.kind
	if s.kind == eventClock || s.e != success {
		return
	}
	bytes := uint64(1)
	if s.at >= 0 {
		fd := p.polled[s.at]
		if s.kind == eventFdRead {
			bytes = readable(int(fd.Fd))
		}
		if fd.Revents&unix.POLLHUP != 0 {
			binary.LittleEndian.PutUint16(b[24:], eventHangup)
		}
	}
	binary.LittleEndian.PutUint64(b[16:], bytes)
}
