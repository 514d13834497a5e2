package postlink

import (
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// inlining is a call_indirect of a hot function in whose place the switch is, and
// in it the bodies of some of the functions that it calls.
//
// Often a caller asks a global variable after the call whether the callee had to
// leave, as package checked makes it:
//
//	call_indirect
//	global.get $thrown
//	br_if $leave
//
// Where a body returns and the variable is surely 0, it goes past that. Nor does
// it ask itself what its caller knows:
//
//	block $past (result)
//	  block $done (result)
//	    …                      switch, calls, bodies
//	    br $done               after a call
//	    br $past               where a body returns and the variable is 0
//	  end
//	  global.get $thrown
//	  br_if $leave
//	end
type inlining struct {
	d      *devirtualizer
	fn     uint32 // the caller
	r      *wasm.Rewriter
	hot    *Hot
	locals map[wasm.ValType][]uint32 // for the variables of one body at a time
	zeros  map[uint32]map[int]bool   // of a global variable that the caller asks: see findZeros

	asks   bool // the caller asks after the call
	global uint32
	zero   bool // the variable is 0 at the call
}

// call writes what takes the place of a call_indirect, whose operands are on the
// stack, and of the question that follows it, if there is one; asked is the
// position behind that. labels are what opens the blocks around the call.
func (in *inlining) call(disp *dispatcher, c *wasm.Code, labels []wasm.Code) (asked int, err error) {
	var leave uint32
	in.asks, in.zero = false, false
	if in.global, leave, asked = question(*c, labels); asked > 0 {
		in.asks, in.zero = true, in.known(in.global)[c.Pos]
	}
	locals := make([]uint32, 0, len(disp.sig.Params)+1)
	for _, t := range disp.operands() {
		locals = append(locals, in.r.AddLocal(t))
	}
	for _, l := range slices.Backward(locals) {
		in.r.Op(wasm.OpLocalSet, l)
	}
	var otherwise uint32
	slots := in.hot.cases(in.d.m, disp)
	if len(slots) < len(disp.slots) {
		otherwise = in.d.function(disp)
	}
	code, err := disp.code(slots, locals[0], in, otherwise)
	if err != nil {
		return 0, err
	}
	if in.asks {
		in.d.e.BlockOf(&in.r.Asm, disp.sig.Results)
	}
	in.d.e.BlockOf(&in.r.Asm, disp.sig.Results)
	in.r.Raw(code)
	in.r.Op(wasm.OpEnd)
	if in.asks {
		in.r.Op(wasm.OpGlobalGet, in.global)
		in.r.Op(wasm.OpBrIf, leave+1)
		in.r.Op(wasm.OpEnd)
	}
	return asked, nil
}

// known are the positions in the caller where a global variable is surely 0.
func (in *inlining) known(global uint32) map[int]bool {
	zero, has := in.zeros[global]
	if !has {
		zero = findZeros(&in.d.m.Funcs[in.fn], global, false)
		in.zeros[global] = zero
	}
	return zero
}

// question finds the question after a call: a branch out of a block without results
// if a global variable is not 0. end is the position behind it, 0 if there is none.
func question(c wasm.Code, labels []wasm.Code) (global, label uint32, end int) {
	if !c.Next() || c.Op != wasm.OpGlobalGet {
		return 0, 0, 0
	}
	global = c.Index
	if !c.Next() || c.Op != wasm.OpBrIf || int(c.Index) >= len(labels) {
		return 0, 0, 0
	}
	if b := labels[len(labels)-1-int(c.Index)]; b.Op != wasm.OpBlock || b.Type != 0 {
		return 0, 0, 0
	}
	return global, c.Index, c.End
}

// inlinable says whether a function can be a part of another: it has variables
// that are zero at the beginning, and no tail calls, which would be the caller's.
func inlinable(m *wasm.Module, fn uint32) bool {
	f := &m.Funcs[fn]
	locals, _, err := f.Locals()
	if f.Body == nil || err != nil {
		return false
	}
	for _, l := range locals {
		if _, nullable := l.Type.Heap(); !nullable {
			return false
		}
	}
	c := f.Code()
	for c.Next() {
		switch c.Op {
		case wasm.OpReturnCall, wasm.OpReturnCallIndirect, wasm.OpReturnCallRef:
			return false
		}
	}
	return c.Err() == nil
}

// write writes a function's body in a block of its results. Its parameters are the
// caller's local variables from first on; blocks is how many blocks are open in
// $done.
func (in *inlining) write(a *wasm.Asm, fn, first, blocks uint32) error {
	f := &in.d.m.Funcs[fn]
	sig := in.d.m.FuncType(fn)
	locals, err := in.variables(a, fn, first)
	if err != nil {
		return err
	}
	var zero map[int]bool
	if in.asks {
		zero = findZeros(f, in.global, in.zero)
	}
	in.d.e.BlockOf(a, sig.Results)
	// leave is the label for leaving the function from within depth blocks of it.
	leave := func(pos, depth int) uint32 {
		label := uint32(depth) + blocks
		if zero[pos] {
			label++
		}
		return label
	}
	c := f.Code()
	for c.Next() {
		switch c.Op {
		case wasm.OpLocalGet, wasm.OpLocalSet, wasm.OpLocalTee:
			a.Op(c.Op, locals[c.Index])
		case wasm.OpReturn:
			a.Op(wasm.OpBr, leave(c.Pos, c.Depth))
		case wasm.OpBr, wasm.OpBrIf:
			if int(c.Index) == c.Depth-1 {
				a.Op(c.Op, leave(c.Pos, c.Depth))
				continue
			}
			a.Raw(c.Bytes())
		case wasm.OpGlobalGet:
			if c.Index == in.global && zero[c.Pos] && skipQuestion(&c) {
				continue
			}
			a.Raw(c.Bytes())
		case wasm.OpCallIndirect:
			if disp := in.d.dispatcher(target{table: c.Index2, typ: c.Index}); disp != nil {
				a.Op(wasm.OpCall, in.d.function(disp))
				continue
			}
			a.Raw(c.Bytes())
		case wasm.OpEnd:
			if c.Depth == 0 && zero[c.Pos] {
				a.Op(wasm.OpBr, leave(c.Pos, 1))
			}
			a.Raw(c.Bytes())
		default:
			a.Raw(c.Bytes())
		}
	}
	return c.Err()
}

// variables gives the variables of a body places among the caller's, and makes
// them zero.
func (in *inlining) variables(a *wasm.Asm, fn, first uint32) ([]uint32, error) {
	var places []uint32
	for i := range in.d.m.FuncType(fn).Params {
		places = append(places, first+uint32(i))
	}
	declared, _, err := in.d.m.Funcs[fn].Locals()
	if err != nil {
		return nil, err
	}
	used := map[wasm.ValType]int{}
	for _, l := range declared {
		for range l.Count {
			n := used[l.Type]
			used[l.Type]++
			if n == len(in.locals[l.Type]) {
				in.locals[l.Type] = append(in.locals[l.Type], in.r.AddLocal(l.Type))
			}
			places = append(places, in.locals[l.Type][n])
			a.Zero(l.Type)
			a.Op(wasm.OpLocalSet, in.locals[l.Type][n])
		}
	}
	return places, nil
}

// skipQuestion goes from an instruction that puts 0 on the stack to the end of
// what is done if that is not 0, which is never, and says whether it was such.
func skipQuestion(c *wasm.Code) bool {
	next := *c
	if !next.Next() {
		return false
	}
	switch {
	case next.Op == wasm.OpBrIf:
	case next.Op == wasm.OpIf && next.Type == 0:
		depth := next.Depth
		for next.Next() && next.Depth > depth {
		}
		if next.Op != wasm.OpEnd {
			return false // an else
		}
	default:
		return false
	}
	if next.Err() != nil {
		return false
	}
	*c = next
	return true
}
