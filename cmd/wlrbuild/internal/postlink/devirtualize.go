package postlink

import (
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Devirtualize replaces indirect calls by calls of dispatchers. For each
// function type that is called through a table whose contents are fixed (see
// fixedSlots), it adds a function
//
//	dispatch (i32, i64) -> (i32)
//
// with the type's parameters and, last, the table index. A br_table over the
// index leads to a direct call for each of the table's functions of that type;
// every other index leads to the call_indirect that the dispatcher stands for.
// Then each call_indirect of the type becomes a call of it: the operands are in
// the same places, so nothing else of the code changes.
//
// An engine that compiles ahead of time makes of this a jump and a direct call,
// which it can inline, where call_indirect costs it a call into its run time:
// on WasmEdge 17 ns each, of which Zend's VM makes one per opcode.
//
// The module behaves as before, traps included: an index out of bounds, of an
// empty slot or of a function of another type is no case, and meets the
// original instruction. What is left as it was:
//
//   - Calls through a table that is imported, exported or written to other than
//     by growing it, or whose segments' places depend on imports.
//   - Calls of a type of which the table has no function.
//   - Within a dispatcher, functions beyond the first maxSlots of a type, and
//     those whose type is a subtype of the one that is called: they are no case.
//
// return_call_indirect gets dispatchers of its own, which leave by return_call
// and so take no room on the stack. Dispatchers of other calls do: recursion
// through them gets less deep, by the size of one small frame per call.
func Devirtualize(module []byte) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	if len(m.Findings) > 0 {
		return nil, fmt.Errorf("it cannot be read whole: %w", m.Findings[0])
	}
	slots, err := fixedSlots(m)
	if err != nil {
		return nil, err
	}
	d := devirtualizer{m: m, e: m.Edit(), slots: slots, known: map[target]uint32{}}
	for i := range m.Funcs {
		if err := d.rewrite(uint32(i)); err != nil {
			return nil, err
		}
	}
	return d.e.Encode()
}

// maxSlots limits the cases of a dispatcher: engines have limits for the size
// of a function and the depth of its blocks.
const maxSlots = 10_000

// target is what a call_indirect says of where it goes.
type target struct {
	table, typ uint32
	tail       bool
}

// left stands in place of a dispatcher for calls that stay as they are.
const left = ^uint32(0)

type devirtualizer struct {
	m     *wasm.Module
	e     *wasm.Editor
	slots [][]slot
	known map[target]uint32 // the dispatchers' indices
}

// rewrite replaces the indirect calls of a function.
func (d *devirtualizer) rewrite(fn uint32) error {
	var r *wasm.Rewriter
	for c := d.m.Funcs[fn].Code(); c.Next(); {
		if c.Op != wasm.OpCallIndirect && c.Op != wasm.OpReturnCallIndirect {
			continue
		}
		to := d.dispatcher(target{table: c.Index2, typ: c.Index, tail: c.Op == wasm.OpReturnCallIndirect})
		if to == left {
			continue
		}
		if r == nil {
			var err error
			if r, err = d.m.Rewrite(fn); err != nil {
				return err
			}
		}
		r.CopyTo(c.Pos)
		if c.Op == wasm.OpReturnCallIndirect {
			r.Op(wasm.OpReturnCall, to)
		} else {
			r.Op(wasm.OpCall, to)
		}
		r.SkipTo(c.End)
	}
	if r != nil {
		d.e.SetBody(fn, r.Body())
	}
	return nil
}

// dispatcher returns the index of the dispatcher for a target, and makes it if
// there is none yet.
func (d *devirtualizer) dispatcher(t target) uint32 {
	if fn, known := d.known[t]; known {
		return fn
	}
	d.known[t] = left
	sig := d.m.SigType(t.typ)
	if sig == nil || int(t.table) >= len(d.slots) {
		return left
	}
	disp := dispatcher{table: t.table, typ: t.typ, tail: t.tail, params: uint32(len(sig.Params)), addr64: d.m.Tables[t.table].Limits.Addr64}
	for _, s := range d.slots[t.table] {
		if d.sameType(s.fn, t.typ) && len(disp.slots) < maxSlots {
			disp.slots = append(disp.slots, s)
		}
	}
	if len(disp.slots) == 0 {
		return left
	}
	index := wasm.I32
	if disp.addr64 {
		index = wasm.I64
	}
	params := append(sig.Params[:len(sig.Params):len(sig.Params)], index)
	name := "dispatch " + sig.String()
	if t.table > 0 {
		name += fmt.Sprintf(" through table %d", t.table)
	}
	if t.tail {
		name += " and return"
	}
	d.known[t] = d.e.AddFunc(d.e.Type(params, sig.Results), name, disp.body())
	return d.known[t]
}

// sameType says whether a function is surely of that type.
func (d *devirtualizer) sameType(fn, typ uint32) bool {
	t, u := d.m.FuncType(fn), d.m.SigType(typ)
	return t != nil && (d.m.Funcs[fn].Type == typ || t.Plain() && u.Plain() && t.SameSig(u))
}
