package wasm

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// AppendU appends an unsigned LEB128.
func AppendU(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// AppendS appends a signed LEB128.
func AppendS(b []byte, v int64) []byte {
	for v < -0x40 || v >= 0x40 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

// AppendName appends a length and a name.
func AppendName(b []byte, name string) []byte {
	return append(AppendU(b, uint64(len(name))), name...)
}

// AppendValType appends a value type.
func AppendValType(b []byte, t ValType) []byte {
	if !t.long() {
		return append(b, byte(t))
	}
	h, _ := t.Heap()
	return AppendS(append(b, byte(t)), int64(h))
}

// AppendOp appends an opcode without immediates.
func AppendOp(b []byte, op Opcode) []byte {
	if p := op.Prefix(); p != 0 {
		return AppendU(append(b, p), uint64(op&0xffff))
	}
	return append(b, byte(op))
}

// Asm writes instructions. Its zero value is ready to use.
type Asm struct {
	Code []byte
}

// Op writes an instruction whose immediates are any number of unsigned LEB128:
// indices, labels; an alignment and an offset.
func (a *Asm) Op(op Opcode, immediates ...uint32) {
	a.Code = AppendOp(a.Code, op)
	for _, v := range immediates {
		a.Code = AppendU(a.Code, uint64(v))
	}
}

// I32Const writes i32.const.
func (a *Asm) I32Const(v int32) { a.Code = AppendS(append(a.Code, byte(OpI32Const)), int64(v)) }

// I64Const writes i64.const.
func (a *Asm) I64Const(v int64) { a.Code = AppendS(append(a.Code, byte(OpI64Const)), v) }

// F32Const writes f32.const of these bits.
func (a *Asm) F32Const(bits uint32) {
	a.Code = binary.LittleEndian.AppendUint32(append(a.Code, byte(OpF32Const)), bits)
}

// F64Const writes f64.const of these bits.
func (a *Asm) F64Const(bits uint64) {
	a.Code = binary.LittleEndian.AppendUint64(append(a.Code, byte(OpF64Const)), bits)
}

// V128Const writes v128.const of these bits.
func (a *Asm) V128Const(low, high uint64) {
	a.Op(OpV128Const)
	a.Code = binary.LittleEndian.AppendUint64(a.Code, low)
	a.Code = binary.LittleEndian.AppendUint64(a.Code, high)
}

// RefNull writes ref.null.
func (a *Asm) RefNull(h HeapType) { a.Code = AppendS(append(a.Code, byte(OpRefNull)), int64(h)) }

// Block writes block, loop, if or try with a type: 0 for none, one of a value,
// or Indexed with the index of a function type.
func (a *Asm) Block(op Opcode, t ValType, index uint32) {
	a.Code = append(a.Code, byte(op))
	switch t {
	case 0:
		a.Code = append(a.Code, 0x40)
	case Indexed:
		a.Code = AppendS(a.Code, int64(index))
	default:
		a.Code = AppendValType(a.Code, t)
	}
}

// BrTable writes br_table.
func (a *Asm) BrTable(labels []uint32, otherwise uint32) {
	a.Op(OpBrTable, uint32(len(labels)))
	for _, l := range labels {
		a.Code = AppendU(a.Code, uint64(l))
	}
	a.Code = AppendU(a.Code, uint64(otherwise))
}

// Zero writes the constant zero or null of a type; it panics for a reference
// that cannot be null.
func (a *Asm) Zero(t ValType) {
	switch t {
	case I32:
		a.I32Const(0)
	case I64:
		a.I64Const(0)
	case F32:
		a.F32Const(0)
	case F64:
		a.F64Const(0)
	case V128:
		a.V128Const(0, 0)
	default:
		h, nullable := t.Heap()
		if !nullable {
			panic(fmt.Sprintf("wasm: %s has no zero", t))
		}
		a.RefNull(h)
	}
}

// Raw writes instructions as they are.
func (a *Asm) Raw(code []byte) { a.Code = append(a.Code, code...) }

// BodyOf returns a function's body: locals, then the code, which must end with
// an end instruction.
func BodyOf(locals []Locals, code []byte) []byte {
	b := AppendU(make([]byte, 0, len(code)+1+3*len(locals)), uint64(len(locals)))
	for _, l := range locals {
		b = AppendValType(AppendU(b, uint64(l.Count)), l.Type)
	}
	return append(b, code...)
}

// Rewriter makes of a body another one, by copying what stays and writing what
// is new between it:
//
//	r, err := m.Rewrite(fn)
//	x := r.AddLocal(wasm.I32)
//	for c := r.Old(); c.Next(); {
//		if c.Op == wasm.OpCall {
//			r.CopyTo(c.End)               // the call itself, and all before it
//			r.Op(wasm.OpLocalSet, x)      // new
//		}
//		if c.Op == wasm.OpThrow {
//			r.CopyTo(c.Pos)
//			r.Op(wasm.OpUnreachable)      // new
//			r.SkipTo(c.End)               // instead of the throw
//		}
//	}
//	e.SetBody(fn, r.Body())
//
// Code that is put into or around blocks must take care of the labels itself.
type Rewriter struct {
	Asm
	f      Func
	locals []Locals
	next   uint32 // index of the next local variable
	old    int    // position in the old body of what is not yet copied
	start  int    // of the old code
}

// Rewrite begins to rewrite the body of a function that the module defines.
func (m *Module) Rewrite(fn uint32) (*Rewriter, error) {
	if int(fn) >= len(m.Funcs) || m.Funcs[fn].Body == nil {
		return nil, fmt.Errorf("function %d has no body", fn)
	}
	t := m.FuncType(fn)
	if t == nil {
		return nil, fmt.Errorf("function %d has no type", fn)
	}
	f := m.Funcs[fn]
	locals, start, err := f.Locals()
	if err != nil {
		return nil, fmt.Errorf("function %d: its locals: %w", fn, err)
	}
	r := &Rewriter{f: f, locals: locals, old: start, start: start, next: uint32(len(t.Params))}
	for _, l := range locals {
		r.next += l.Count
	}
	r.Asm.Code = make([]byte, 0, len(f.Body)+len(f.Body)/4)
	return r, nil
}

// Old walks over the old instructions.
func (r *Rewriter) Old() Code { return r.f.Code() }

// AddLocal adds a local variable and returns its index. Those that were there
// keep theirs.
func (r *Rewriter) AddLocal(t ValType) uint32 {
	if n := len(r.locals); n > 0 && r.locals[n-1].Type == t {
		r.locals = slices.Clone(r.locals)
		r.locals[n-1].Count++
	} else {
		r.locals = append(r.locals, Locals{Count: 1, Type: t})
	}
	r.next++
	return r.next - 1
}

// CopyTo copies the old code up to a position in the old body.
func (r *Rewriter) CopyTo(pos int) {
	r.Asm.Code = append(r.Asm.Code, r.f.Body[r.old:pos]...)
	r.old = pos
}

// SkipTo leaves out the old code up to a position in the old body.
func (r *Rewriter) SkipTo(pos int) { r.old = pos }

// Changed says whether anything was written, left out or added so far that
// makes the body another one.
func (r *Rewriter) Changed() bool { return len(r.Asm.Code) > 0 || r.old > r.start }

// Body copies what is left of the old code and returns the new body.
func (r *Rewriter) Body() []byte {
	r.CopyTo(len(r.f.Body))
	return BodyOf(r.locals, r.Asm.Code)
}
