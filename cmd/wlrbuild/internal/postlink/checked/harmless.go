package checked

import "github.com/wlrbuild/wlrbuild/verify/wasm"

// harmlessSteps is how many instructions harmless looks at.
const harmlessSteps = 32

// harmless says whether the code from instruction i on returns soon, and does
// nothing until then that could be noticed while an exception is on its way. The
// call before it then needs no check: what follows it makes nonsense of the
// zeros that the call returned, and the caller does not look at it.
//
// Setting the stack pointer is not noticed: who catches sets it to its own.
func (r *rewriter) harmless(i int) bool {
	if r.target() != leaveLevel {
		return false
	}
	// The blocks that are open at i, innermost last, by their first instruction.
	var open []int
	for _, l := range r.labels[1:] {
		open = append(open, l.at)
	}
	for range harmlessSteps {
		c := &r.code[i]
		switch {
		case c.Op == wasm.OpReturn:
			return true
		case c.Op == wasm.OpEnd:
			if len(open) == 0 {
				return true
			}
			open = open[:len(open)-1]
			i++
		case c.Op == wasm.OpElse:
			i = r.end[open[len(open)-1]]
		case c.Op == wasm.OpBr:
			n := len(open) - 1 - int(c.Index)
			if n < 0 {
				return true
			}
			if r.code[open[n]].Op == wasm.OpLoop {
				return false
			}
			i = r.end[open[n]]
			open = open[:n+1]
		case c.Op == wasm.OpGlobalSet && int(c.Index) == r.stackPointer, pure(c.Op):
			i++
		default:
			return false
		}
	}
	return false
}

// pure says whether an instruction only computes, and cannot trap.
func pure(op wasm.Opcode) bool {
	switch {
	case op == wasm.OpNop, op == wasm.OpDrop, op == wasm.OpSelect, op == wasm.OpGlobalGet,
		op == wasm.OpLocalGet, op == wasm.OpLocalSet, op == wasm.OpLocalTee,
		op >= wasm.OpI32Const && op <= wasm.OpF64Const:
		return true
	case op >= wasm.OpI32DivS && op <= wasm.OpI32RemU, op >= wasm.OpI64DivS && op <= wasm.OpI64RemU,
		op >= wasm.OpI32TruncF32S && op <= wasm.OpI32TruncF64U, op >= wasm.OpI64TruncF32S && op <= wasm.OpI64TruncF64U:
		return false
	case op >= wasm.OpI32Eqz && op <= wasm.OpI64Extend32S, op >= wasm.OpI32TruncSatF32S && op <= wasm.OpI64TruncSatF64U:
		return true
	}
	return false
}
