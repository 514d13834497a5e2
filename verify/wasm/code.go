package wasm

import (
	"errors"
	"fmt"
	"iter"
)

// Code walks over instructions without allocating:
//
//	c := f.Code()
//	for c.Next() {
//		… c.Op, c.Index, … are those of the instruction
//	}
//	if err := c.Err(); err != nil { … }
//
// What the immediate fields mean depends on the instruction; those that it does
// not have keep any value.
//
//	block, loop, if, try         Type: 0 (nothing), a value type, or Indexed with Index
//	try_table                    the same; Catches
//	br, br_if, rethrow, delegate, br_on_null …   Index: label
//	br_table                     Index: number of labels without the default; Labels
//	call, return_call, ref.func  Index: function
//	call_ref, return_call_ref    Index: type
//	call_indirect …              Index: type; Index2: table
//	local.*, global.*            Index
//	throw, catch                 Index: tag
//	table.get, .set, .grow …     Index: table
//	table.init                   Index: element segment; Index2: table
//	table.copy, memory.copy      Index: destination; Index2: source
//	memory.init                  Index: data segment; Index2: memory
//	memory.size, .grow, .fill    Index: memory
//	loads, stores, atomics       Index: memory; Align: binary logarithm; Value: offset; Index2: lane if any
//	lanes                        Index2
//	*.const                      Value: the bits, an i32 sign-extended; of v128.const and i8x16.shuffle the low half, High the other
//	ref.null, ref.test, ref.cast Heap
//	select with a type           Types
//	struct.*, array.*            Index: type; Index2: field, type, segment or number
//	br_on_cast …                 Index: label; Index2: flags; From, Heap
type Code struct {
	Op  Opcode
	Pos int // of the instruction in the body
	End int // in the body, of the next one
	// Depth is the number of blocks around the instruction, the function
	// itself included. What opens, divides and ends a block has the depth of
	// the block's surroundings. A branch to Depth-1 leaves the function.
	Depth int

	Index, Index2 uint32
	Align         uint32
	Type          ValType
	Heap, From    HeapType
	Value, High   uint64

	body  []byte
	base  int // of the body in the file
	pos   int // what is read next
	depth int
	list  int  // position of a list of immediates
	open  bool // the body may go on after its end
	done  bool
	err   error
}

// Indexed is the Type of a block whose type is the function type Index.
const Indexed ValType = 1

// Offset is the instruction's offset in the file.
func (c *Code) Offset() int { return c.base + c.Pos }

// Bytes is the instruction as it is in the file.
func (c *Code) Bytes() []byte { return c.body[c.Pos:c.End] }

// Err returns what stopped Next, but for the end of the code.
func (c *Code) Err() error {
	if c.err == nil {
		return nil
	}
	return &CodeError{Offset: c.base + c.pos, Err: c.err}
}

// CodeError is an error in instructions.
type CodeError struct {
	Offset int // in the file
	Err    error
}

func (e *CodeError) Error() string { return fmt.Sprintf("0x%x: %v", e.Offset, e.Err) }
func (e *CodeError) Unwrap() error { return e.Err }

var errNoEnd = errors.New("the code stops before its end instruction")

// Next reads the next instruction, and says whether there is one.
func (c *Code) Next() bool {
	if c.done || c.err != nil {
		return false
	}
	if c.depth == 0 {
		c.done = true
		if n := len(c.body) - c.pos; n > 0 && !c.open {
			c.err = fmt.Errorf("%d bytes after the end instruction", n)
		}
		return false
	}
	if c.pos >= len(c.body) {
		c.err = errNoEnd
		return false
	}
	c.Pos = c.pos
	op := c.body[c.pos]
	c.pos++
	c.Op = Opcode(op)
	c.Depth = c.depth
	switch imm := plain[op].imm; imm {
	case immNone:
		switch Opcode(op) {
		case OpEnd:
			c.depth--
			c.Depth = c.depth
		case OpElse, OpCatchAll:
			c.Depth--
		default:
			if op >= 0xfb || plain[op].name == "" {
				c.rare(op)
			}
		}
	case immIndex, immLabel:
		if c.pos < len(c.body) && c.body[c.pos] < 0x80 {
			c.Index = uint32(c.body[c.pos])
			c.pos++
		} else {
			c.immediate(imm)
		}
		switch Opcode(op) {
		case OpCatch:
			c.Depth--
		case OpDelegate:
			c.depth--
			c.Depth = c.depth
		}
	case immBlock, immTryTable:
		c.immediate(imm)
		c.depth++
	case immMem:
		if n := c.pos + 1; n < len(c.body) && c.body[c.pos] < 0x40 && c.body[n] < 0x80 {
			c.Index, c.Align, c.Value = 0, uint32(c.body[c.pos]), uint64(c.body[n])
			c.pos += 2
		} else {
			c.immediate(imm)
		}
	case immI32:
		if c.pos < len(c.body) && c.body[c.pos] < 0x80 {
			c.Value = uint64(int64(int8(c.body[c.pos]<<1)) >> 1)
			c.pos++
		} else {
			c.immediate(imm)
		}
	default:
		c.immediate(imm)
	}
	c.End = c.pos
	return c.err == nil
}

// rare reads the rest of an instruction with a prefix.
func (c *Code) rare(prefix byte) {
	table := prefixed[prefix]
	r := reader{b: c.body, pos: c.pos}
	var n uint32
	if table != nil {
		n = r.u32()
	}
	if r.err != nil {
		c.pos, c.err = r.pos, r.err
		return
	}
	if int(n) >= len(table) || table[n].name == "" {
		c.pos = c.Pos
		if table == nil {
			c.err = fmt.Errorf("unknown opcode 0x%x", prefix)
		} else {
			c.err = fmt.Errorf("unknown opcode 0x%x %d", prefix, n)
		}
		return
	}
	c.Op = Opcode(prefix)<<16 | Opcode(n)
	c.pos = r.pos
	c.immediate(table[n].imm)
}

// immediate reads what follows an opcode.
func (c *Code) immediate(imm immediates) {
	r := reader{b: c.body, pos: c.pos}
	switch imm {
	case immBlock:
		c.blockType(&r)
	case immLabel, immIndex:
		c.Index = r.u32()
	case immIndex2:
		c.Index = r.u32()
		c.Index2 = r.u32()
	case immBrTable:
		c.Index = r.count(1)
		c.list = r.pos
		for range c.Index {
			r.u32()
		}
		r.u32()
	case immTypes:
		c.Index = r.count(1)
		c.list = r.pos
		for range c.Index {
			r.valType()
		}
	case immTryTable:
		c.blockType(&r)
		c.list = r.pos
		for range r.count(2) {
			r.catch()
		}
	case immMem:
		c.memory(&r)
	case immMemLane:
		c.memory(&r)
		c.Index2 = uint32(r.byte())
	case immLane:
		c.Index2 = uint32(r.byte())
	case immI32:
		c.Value = uint64(int64(r.s32()))
	case immI64:
		c.Value = uint64(r.s64())
	case immF32:
		c.Value = uint64(r.fixed32())
	case immF64:
		c.Value = r.fixed64()
	case immV128:
		c.Value = r.fixed64()
		c.High = r.fixed64()
	case immHeap:
		c.Heap = r.heapType()
	case immBrCast:
		c.Index2 = uint32(r.byte())
		c.Index = r.u32()
		c.From = r.heapType()
		c.Heap = r.heapType()
	case immResume, immResumeThrow:
		c.Index = r.u32()
		if imm == immResumeThrow {
			c.Index2 = r.u32()
		}
		for range r.count(2) {
			r.handler()
		}
	}
	c.pos, c.err = r.pos, r.err
}

// blockType reads a block's type.
// Spec: https://webassembly.github.io/spec/core/binary/instructions.html#control-instructions
func (c *Code) blockType(r *reader) {
	const empty = 0x40
	if r.pos < len(r.b) {
		switch b := r.b[r.pos]; {
		case b == empty:
			r.pos++
			c.Type = 0
			return
		case b > empty && b < 0x80:
			c.Type = r.valType()
			return
		}
	}
	n := r.s33()
	if n < 0 {
		r.failf("unknown block type %d", n)
	}
	c.Type, c.Index = Indexed, uint32(n)
}

// memory reads the immediates of a load or store.
// Spec: https://webassembly.github.io/spec/core/binary/instructions.html#memory-instructions
func (c *Code) memory(r *reader) {
	const hasIndex = 0x40
	align := r.u32()
	c.Index = 0
	if align&hasIndex != 0 {
		align &^= hasIndex
		c.Index = r.u32()
	}
	if align >= hasIndex {
		r.failf("unknown flags 0x%x of an alignment", align)
	}
	c.Align = align
	c.Value = r.u64()
}

// Labels are the labels of a br_table, the default last.
func (c *Code) Labels() iter.Seq[uint32] {
	n, r := c.Index, reader{b: c.body, pos: c.list}
	return func(yield func(uint32) bool) {
		for i := uint32(0); i <= n; i++ {
			if !yield(r.u32()) {
				return
			}
		}
	}
}

// Types are the types of a select that names them.
func (c *Code) Types() []ValType {
	n, r := c.Index, reader{b: c.body, pos: c.list}
	types := make([]ValType, n)
	for i := range types {
		types[i] = r.valType()
	}
	return types
}

// CatchKind is what a clause of a try_table catches, and whether its label gets
// the exception's reference.
type CatchKind byte

const (
	CatchTag    CatchKind = 0
	CatchTagRef CatchKind = 1
	CatchAll    CatchKind = 2
	CatchAllRef CatchKind = 3
)

// Catch is a clause of a try_table.
type Catch struct {
	Kind  CatchKind
	Tag   uint32 // of CatchTag and CatchTagRef
	Label uint32 // counted from outside of the try_table
}

// Catches are the clauses of a try_table, in their order.
func (c *Code) Catches() iter.Seq[Catch] {
	r := reader{b: c.body, pos: c.list}
	return func(yield func(Catch) bool) {
		for range r.count(2) {
			if !yield(r.catch()) {
				return
			}
		}
	}
}

func (r *reader) catch() Catch {
	c := Catch{Kind: CatchKind(r.byte())}
	if c.Kind > CatchAllRef {
		r.failf("unknown kind %d of a catch clause", c.Kind)
	}
	if c.Kind <= CatchTagRef {
		c.Tag = r.u32()
	}
	c.Label = r.u32()
	return c
}

// handler reads a clause of resume.
// https://github.com/WebAssembly/stack-switching/blob/main/proposals/stack-switching/Explainer.md
func (r *reader) handler() {
	kind := r.byte()
	if kind > 1 {
		r.failf("unknown kind %d of a handler", kind)
	}
	r.u32()
	if kind == 0 {
		r.u32()
	}
}
