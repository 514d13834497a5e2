package postlink

import (
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// findZeros finds where in a function a global variable of type i32 is surely 0:
// the positions of the instructions before which it is, or which are never
// reached. atStart says whether it is when the function is called. It can be
// changed by the function itself and by whatever it calls. Of a function that
// catches exceptions or branches by references, nothing is found.
func findZeros(f *wasm.Func, global uint32, atStart bool) map[int]bool {
	z := zeroFinder{f: f, global: global, loops: map[int]bool{}}
	for {
		found, again, ok := z.walk(atStart)
		if !ok {
			return nil
		}
		if !again {
			return found
		}
	}
}

type zeroFinder struct {
	f      *wasm.Func
	global uint32
	labels []zeroLabel
	// loops are those that can be begun while the variable is something else. A
	// loop is taken for another until a branch shows that it is one.
	loops map[int]bool
}

// zeroLabel is an open block.
type zeroLabel struct {
	op      wasm.Opcode
	pos     int  // of a loop
	leaving bool // what is known wherever a branch goes to its end
	without bool // of an if: what is known where its condition is 0
}

// walk goes through the code once. What follows a branch and cannot be reached
// counts as known, since that adds nothing where ways meet. again says that a
// loop turned out to be begun otherwise than was thought.
func (z *zeroFinder) walk(zero bool) (found map[int]bool, again, ok bool) {
	found = map[int]bool{}
	z.labels = []zeroLabel{{op: wasm.OpBlock, leaving: true}}
	before := len(z.loops)
	var last wasm.Code
	c := z.f.Code()
	for c.Next() {
		asked := last.Op == wasm.OpGlobalGet && last.Index == z.global
		if zero {
			found[c.Pos] = true
		}
		switch c.Op {
		case wasm.OpBlock, wasm.OpIf:
			z.labels = append(z.labels, zeroLabel{op: c.Op, leaving: true, without: zero || asked})
		case wasm.OpLoop:
			if !zero {
				z.loops[c.Pos] = true
			}
			zero = !z.loops[c.Pos]
			z.labels = append(z.labels, zeroLabel{op: c.Op, pos: c.Pos, leaving: true})
		case wasm.OpElse:
			l := z.label(0)
			l.leaving = l.leaving && zero
			zero, l.op = l.without, wasm.OpElse
		case wasm.OpEnd:
			l := z.label(0)
			zero = zero && l.leaving && (l.op != wasm.OpIf || l.without)
			z.labels = z.labels[:len(z.labels)-1]
		case wasm.OpBr:
			z.branch(c.Index, zero)
			zero = true
		case wasm.OpBrIf:
			z.branch(c.Index, zero)
			zero = zero || asked
		case wasm.OpBrTable:
			for to := range c.Labels() {
				z.branch(to, zero)
			}
			zero = true
		case wasm.OpReturn, wasm.OpUnreachable, wasm.OpReturnCall, wasm.OpReturnCallIndirect, wasm.OpReturnCallRef:
			zero = true
		case wasm.OpCall, wasm.OpCallIndirect, wasm.OpCallRef:
			zero = false
		case wasm.OpGlobalSet:
			if c.Index == z.global {
				zero = last.Op == wasm.OpI32Const && last.Value == 0
			}
		default:
			if catchesOrBranches(c.Op) {
				return nil, false, false
			}
		}
		last = c
	}
	return found, len(z.loops) > before, c.Err() == nil
}

// branch notes what is known where a branch begins.
func (z *zeroFinder) branch(to uint32, zero bool) {
	l := z.label(to)
	switch {
	case zero:
	case l.op == wasm.OpLoop:
		z.loops[l.pos] = true
	default:
		l.leaving = false
	}
}

func (z *zeroFinder) label(depth uint32) *zeroLabel { return &z.labels[len(z.labels)-1-int(depth)] }

// catchesOrBranches says of an instruction that it can go elsewhere, in a way that
// zeroFinder does not follow.
func catchesOrBranches(op wasm.Opcode) bool {
	switch op {
	case wasm.OpTryTable, wasm.OpTry, wasm.OpCatch, wasm.OpCatchAll, wasm.OpDelegate,
		wasm.OpThrow, wasm.OpThrowRef, wasm.OpRethrow,
		wasm.OpBrOnNull, wasm.OpBrOnNonNull, wasm.OpBrOnCast, wasm.OpBrOnCastFail,
		wasm.OpContNew, wasm.OpContBind, wasm.OpSuspend, wasm.OpResume, wasm.OpResumeThrow, wasm.OpSwitch:
		return true
	}
	return false
}
