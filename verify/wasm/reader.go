package wasm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// reader reads from b up to its end; pos is an offset in the file, since b
// begins where the file does. The first error stays, and every read after it
// returns zero.
type reader struct {
	b   []byte
	pos int
	err error
}

var errEnds = errors.New("unexpected end")

// fail records an error at the reader's position, if it is the first.
func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *reader) failf(format string, args ...any) {
	r.fail(fmt.Errorf(format, args...))
}

func (r *reader) left() int { return len(r.b) - r.pos }

func (r *reader) byte() byte {
	if r.err != nil {
		return 0
	}
	if r.pos >= len(r.b) {
		r.fail(errEnds)
		return 0
	}
	c := r.b[r.pos]
	r.pos++
	return c
}

// u32 reads an unsigned LEB128 of at most 32 bits, padded to 5 bytes at most,
// as linkers write it.
// Spec: https://webassembly.github.io/spec/core/binary/values.html#integers
func (r *reader) u32() uint32 {
	if r.err == nil && r.pos < len(r.b) && r.b[r.pos] < 0x80 {
		r.pos++
		return uint32(r.b[r.pos-1])
	}
	return uint32(r.leb(32, false))
}

func (r *reader) u64() uint64 { return r.leb(64, false) }
func (r *reader) s32() int32  { return int32(r.leb(32, true)) }
func (r *reader) s33() int64  { return int64(r.leb(33, true)) }
func (r *reader) s64() int64  { return int64(r.leb(64, true)) }

// leb reads a LEB128 of that many bits; a signed one is returned sign-extended
// to 64 bits.
func (r *reader) leb(bits uint, signed bool) uint64 {
	if r.err != nil {
		return 0
	}
	var v uint64
	for shift := uint(0); ; shift += 7 {
		if r.pos >= len(r.b) {
			r.fail(errEnds)
			return 0
		}
		c := r.b[r.pos]
		if shift+7 > bits && !lastByteFits(c, bits-shift, signed) {
			r.fail(fmt.Errorf("integer of more than %d bits", bits))
			return 0
		}
		r.pos++
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if end := shift + 7; signed && c&0x40 != 0 && end < 64 {
				v |= ^uint64(0) << end
			}
			return v
		}
	}
}

// lastByteFits says whether the last byte of a LEB128 has only bits that the
// integer has, of which this many are left.
func lastByteFits(c byte, left uint, signed bool) bool {
	if c >= 0x80 {
		return false
	}
	rest := c >> left
	if !signed {
		return rest == 0
	}
	// The bits above the sign must repeat it.
	ones := byte(0x7f) >> left
	if c>>(left-1)&1 == 1 {
		return rest == ones
	}
	return rest == 0
}

func (r *reader) bytes(n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > r.left() {
		r.fail(errEnds)
		return nil
	}
	b := r.b[r.pos : r.pos+n : r.pos+n]
	r.pos += n
	return b
}

func (r *reader) fixed32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) fixed64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// name reads a length and that many bytes of UTF-8.
// Spec: https://webassembly.github.io/spec/core/binary/values.html#names
func (r *reader) name() string {
	n := r.u32()
	at := r.pos
	b := r.bytes(int(n))
	if r.err == nil && !utf8.Valid(b) {
		r.pos = at
		r.failf("name %q is not UTF-8", b)
	}
	return string(b)
}

// count reads the number of items that follow, each of which takes at least
// that many bytes.
func (r *reader) count(least int) uint32 {
	n := r.u32()
	if r.err == nil && int(n) > r.left()/least {
		r.failf("%d items in %d bytes", n, r.left())
		return 0
	}
	return n
}

// most limits what is allocated before anything was read.
const most = 1 << 16
