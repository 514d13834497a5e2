//go:build amd64 || arm64

package sockets

import (
	"context"
	"encoding/binary"

	"github.com/tetratelabs/wazero/api"
)

// call is one call of a host function.
type call struct {
	*Host
	ctx   context.Context
	mod   api.Module
	stack []uint64
}

// function is a host function: it returns a WASI error number, or panics with
// one.
type function func(c *call) errno

// export is f as wazero calls it.
func (h *Host) export(f function) api.GoModuleFunc {
	return func(ctx context.Context, mod api.Module, stack []uint64) {
		c := &call{Host: h, ctx: ctx, mod: mod, stack: stack}
		stack[0] = uint64(c.run(f))
	}
}

func (c *call) run(f function) (e errno) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case errno:
			e = r
		default:
			panic(r) // the end of the guest, too
		}
	}()
	return f(c)
}

// u32 is a parameter; what is above its 32 bits means nothing.
func (c *call) u32(i int) uint32 { return uint32(c.stack[i]) }
func (c *call) i32(i int) int32  { return int32(uint32(c.stack[i])) }

// bytes is memory of the guest, not a copy. It panics with eFAULT.
func (c *call) bytes(ptr, n uint32) []byte {
	if n == 0 {
		return nil // wherever it is
	}
	b, ok := c.mod.Memory().Read(ptr, n)
	if !ok {
		panic(eFAULT)
	}
	return b
}

// load16 and so on read and write integers of the guest. They panic with eFAULT.
func (c *call) load16(ptr uint32) uint16 { return binary.LittleEndian.Uint16(c.bytes(ptr, 2)) }
func (c *call) load32(ptr uint32) uint32 { return binary.LittleEndian.Uint32(c.bytes(ptr, 4)) }
func (c *call) load64(ptr uint32) uint64 { return binary.LittleEndian.Uint64(c.bytes(ptr, 8)) }

func (c *call) store16(ptr uint32, v uint16) { binary.LittleEndian.PutUint16(c.bytes(ptr, 2), v) }
func (c *call) store32(ptr uint32, v uint32) { binary.LittleEndian.PutUint32(c.bytes(ptr, 4), v) }

// iovecs is the memory that n iovecs, or ciovecs, at ptr are about.
func (c *call) iovecs(ptr, n uint32) [][]byte {
	if n > maxIovecs {
		panic(eINVAL)
	}
	list := c.bytes(ptr, 8*n)
	out := make([][]byte, n)
	for i := range out {
		v := list[8*i:]
		out[i] = c.bytes(binary.LittleEndian.Uint32(v), binary.LittleEndian.Uint32(v[4:]))
	}
	return out
}

// socket is the socket that parameter i is a descriptor of. It panics with eBADF
// or eNOTSOCK.
func (c *call) socket(i int) *socket {
	d, ok := c.table.open[c.i32(i)]
	if !ok {
		panic(eBADF)
	}
	if d.sock == nil {
		panic(eNOTSOCK)
	}
	return d.sock
}
