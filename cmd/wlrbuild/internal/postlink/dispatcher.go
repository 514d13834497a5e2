package postlink

import (
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// dispatcher stands for call_indirect of one type through one table. It is a
// function whose parameters are the call's operands, the arguments and the
// index; or code within a caller that has these in local variables.
type dispatcher struct {
	target
	sig    *wasm.Type // the type
	addr64 bool       // the table's indices have 64 bits
	slots  []slot     // in order, at least one
	fn     uint32     // the function, 0 if there is none yet
}

// dispatcherCode writes a dispatcher.
type dispatcherCode struct {
	*dispatcher
	wasm.Asm
	first  uint32    // the local variable that has the first operand
	inline *inlining // where it is a part of a caller: a branch out of the blocks leaves it
	blocks uint32    // that are open
	// otherwise is the function for what is none of the slots; 0: call_indirect.
	otherwise uint32
	err       error // of the last body that could not be put into it
}

const (
	// fewSlots is up to how many slots are compared one by one.
	fewSlots = 2
	// padding is up to how many slots below the first one are put into a
	// br_table, so that nothing need be subtracted from the index.
	padding = 32
	// A br_table has up to sparseness places for each slot and some more. What
	// is sparser is divided.
	sparseness, moreSparse = 64, 1024
)

// operands are the types of the arguments and the index.
func (d *dispatcher) operands() []wasm.ValType {
	index := wasm.I32
	if d.addr64 {
		index = wasm.I64
	}
	return append(d.sig.Params[:len(d.sig.Params):len(d.sig.Params)], index)
}

// body writes the dispatcher as a function.
func (d *dispatcher) body() []byte {
	c := dispatcherCode{dispatcher: d}
	c.write(d.slots)
	c.Op(wasm.OpEnd)
	return wasm.BodyOf(nil, c.Code)
}

// code writes the dispatcher as what is in a block of the type's results, with
// the operands in local variables from first on, for those slots alone and with
// the bodies of some functions. What is none of the slots is called through the
// function otherwise, if that is not 0.
func (d *dispatcher) code(slots []slot, first uint32, in *inlining, otherwise uint32) ([]byte, error) {
	c := dispatcherCode{dispatcher: d, first: first, inline: in, otherwise: otherwise}
	c.write(slots)
	return c.Code, c.err
}

func (d *dispatcherCode) write(slots []slot) {
	d.find(slots)
	d.arguments()
	d.index()
	switch {
	case d.otherwise != 0:
		d.Op(wasm.OpCall, d.otherwise)
	case d.tail:
		d.Op(wasm.OpReturnCallIndirect, d.typ, d.table)
	default:
		d.Op(wasm.OpCallIndirect, d.typ, d.table)
	}
}

func (d *dispatcherCode) open(op wasm.Opcode) {
	d.Block(op, 0, 0)
	d.blocks++
}

func (d *dispatcherCode) end() {
	d.Op(wasm.OpEnd)
	d.blocks--
}

// find leaves the dispatcher if the index is one of the slots.
func (d *dispatcherCode) find(slots []slot) {
	n := len(slots)
	span := slots[n-1].index - slots[0].index
	switch {
	case n <= fewSlots:
		d.compare(slots)
	case span <= uint64(sparseness*n+moreSparse):
		d.branch(slots)
	default:
		d.index()
		d.constant(slots[n/2].index)
		d.either(wasm.OpI32LtU, wasm.OpI64LtU)
		d.open(wasm.OpIf)
		d.find(slots[:n/2])
		d.Op(wasm.OpElse)
		d.find(slots[n/2:])
		d.end()
	}
}

// constant puts a number of the index's type on the stack.
func (d *dispatcherCode) constant(v uint64) {
	if d.addr64 {
		d.I64Const(int64(v))
	} else {
		d.I32Const(int32(v))
	}
}

// either writes the instruction for the index's type.
func (d *dispatcherCode) either(op32, op64 wasm.Opcode) {
	if d.addr64 {
		d.Op(op64)
	} else {
		d.Op(op32)
	}
}

// index puts the index on the stack.
func (d *dispatcherCode) index() { d.Op(wasm.OpLocalGet, d.first+uint32(len(d.sig.Params))) }

// arguments puts all before the index on the stack.
func (d *dispatcherCode) arguments() {
	for i := range uint32(len(d.sig.Params)) {
		d.Op(wasm.OpLocalGet, d.first+i)
	}
}

// call leaves the dispatcher through a function.
func (d *dispatcherCode) call(fn uint32) {
	switch in := d.inline; {
	case d.tail:
		d.arguments()
		d.Op(wasm.OpReturnCall, fn)
	case in == nil:
		d.arguments()
		d.Op(wasm.OpCall, fn)
		d.Op(wasm.OpReturn)
	case in.hot.inlines(in.d.m, fn):
		if err := in.write(&d.Asm, fn, d.first, d.blocks); err != nil {
			d.err = err
		}
		d.Op(wasm.OpBr, d.blocks)
	default:
		d.arguments()
		d.Op(wasm.OpCall, fn)
		d.Op(wasm.OpBr, d.blocks)
	}
}

// compare compares the index with each slot.
func (d *dispatcherCode) compare(slots []slot) {
	for _, s := range slots {
		d.index()
		d.constant(s.index)
		d.either(wasm.OpI32Eq, wasm.OpI64Eq)
		d.open(wasm.OpIf)
		d.call(s.fn)
		d.end()
	}
}

// branch has a case for each function, in blocks around a br_table:
//
//	block $default
//	  block $last … block $first
//	    local.get index
//	    br_table …
//	  end             ;; $first
//	  …               ;; its arguments, call, return
//	end               ;; $default
func (d *dispatcherCode) branch(slots []slot) {
	label := map[uint32]uint32{} // of a function
	var fns []uint32
	for _, s := range slots {
		if _, has := label[s.fn]; !has {
			label[s.fn] = uint32(len(fns))
			fns = append(fns, s.fn)
		}
	}
	otherwise := uint32(len(fns))
	first, last := slots[0].index, slots[len(slots)-1].index
	if first <= padding {
		first = 0
	}
	labels := make([]uint32, last-first+1)
	for i := range labels {
		labels[i] = otherwise
	}
	for _, s := range slots {
		labels[s.index-first] = label[s.fn]
	}

	for range otherwise + 1 {
		d.open(wasm.OpBlock)
	}
	if d.addr64 {
		d.relative(first)
		d.I64Const(int64(last - first))
		d.Op(wasm.OpI64GtU)
		d.Op(wasm.OpBrIf, otherwise)
		d.relative(first)
		d.Op(wasm.OpI32WrapI64)
	} else {
		d.relative(first)
	}
	d.BrTable(labels, otherwise)
	for _, fn := range fns {
		d.end()
		d.call(fn)
	}
	d.end()
}

// relative puts the index minus first on the stack. An index below first
// becomes a number above all cases.
func (d *dispatcherCode) relative(first uint64) {
	d.index()
	if first > 0 {
		d.constant(first)
		d.either(wasm.OpI32Sub, wasm.OpI64Sub)
	}
}
