package postlink

import (
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// dispatcher is the function that stands for call_indirect of one type through
// one table. Its parameters are those of the call: the arguments and the index.
type dispatcher struct {
	wasm.Asm
	table  uint32
	typ    uint32
	tail   bool // for return_call_indirect
	addr64 bool // the table's indices have 64 bits
	params uint32
	slots  []slot // in order
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

// body writes the dispatcher's code.
func (d *dispatcher) body() []byte {
	d.find(d.slots)
	d.arguments()
	d.Op(wasm.OpLocalGet, d.params)
	if d.tail {
		d.Op(wasm.OpReturnCallIndirect, d.typ, d.table)
	} else {
		d.Op(wasm.OpCallIndirect, d.typ, d.table)
	}
	d.Op(wasm.OpEnd)
	return wasm.BodyOf(nil, d.Code)
}

// find leaves the dispatcher if the index is one of the slots.
func (d *dispatcher) find(slots []slot) {
	n := len(slots)
	span := slots[n-1].index - slots[0].index
	switch {
	case n <= fewSlots:
		d.compare(slots)
	case span <= uint64(sparseness*n+moreSparse):
		d.branch(slots)
	default:
		d.Op(wasm.OpLocalGet, d.params)
		d.constant(slots[n/2].index)
		d.either(wasm.OpI32LtU, wasm.OpI64LtU)
		d.Block(wasm.OpIf, 0, 0)
		d.find(slots[:n/2])
		d.Op(wasm.OpElse)
		d.find(slots[n/2:])
		d.Op(wasm.OpEnd)
	}
}

// constant puts a number of the index's type on the stack.
func (d *dispatcher) constant(v uint64) {
	if d.addr64 {
		d.I64Const(int64(v))
	} else {
		d.I32Const(int32(v))
	}
}

// either writes the instruction for the index's type.
func (d *dispatcher) either(op32, op64 wasm.Opcode) {
	if d.addr64 {
		d.Op(op64)
	} else {
		d.Op(op32)
	}
}

func (d *dispatcher) arguments() {
	for i := range d.params {
		d.Op(wasm.OpLocalGet, i)
	}
}

// call leaves the dispatcher through a function.
func (d *dispatcher) call(fn uint32) {
	d.arguments()
	if d.tail {
		d.Op(wasm.OpReturnCall, fn)
		return
	}
	d.Op(wasm.OpCall, fn)
	d.Op(wasm.OpReturn)
}

// compare compares the index with each slot.
func (d *dispatcher) compare(slots []slot) {
	for _, s := range slots {
		d.Op(wasm.OpLocalGet, d.params)
		d.constant(s.index)
		d.either(wasm.OpI32Eq, wasm.OpI64Eq)
		d.Block(wasm.OpIf, 0, 0)
		d.call(s.fn)
		d.Op(wasm.OpEnd)
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
func (d *dispatcher) branch(slots []slot) {
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
		d.Block(wasm.OpBlock, 0, 0)
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
		d.Op(wasm.OpEnd)
		d.call(fn)
	}
	d.Op(wasm.OpEnd)
}

// relative puts the index minus first on the stack. An index below first
// becomes a number above all cases.
func (d *dispatcher) relative(first uint64) {
	d.Op(wasm.OpLocalGet, d.params)
	if first > 0 {
		d.constant(first)
		d.either(wasm.OpI32Sub, wasm.OpI64Sub)
	}
}
