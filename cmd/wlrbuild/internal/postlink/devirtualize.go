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
// In the hot functions the dispatcher's code itself takes the place of each call,
// and in it the bodies of the functions that a Hot says: see inlining. That makes
// them larger by up to some 20 KB per call and as much as the bodies have, and
// saves a call or two each time: a third of bench.php's time on WasmEdge. V8
// optimises a function when it is called, not while it is running, so one that
// hardly ever returns should be left out, or made to return.
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
func Devirtualize(module []byte, hot []Hot) ([]byte, error) {
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	d := devirtualizer{m: m, e: m.Edit(), known: map[target]*dispatcher{}, verb: "dispatch"}
	if d.hot, err = hotFunctions(m, hot); err != nil {
		return nil, err
	}
	if d.slots, err = fixedSlots(m); err != nil {
		return nil, err
	}
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
	tail       bool // it is a return_call_indirect
}

type devirtualizer struct {
	m     *wasm.Module
	e     *wasm.Editor
	hot   map[uint32]*Hot
	slots [][]slot               // of each table
	known map[target]*dispatcher // nil for calls that stay as they are
	verb  string                 // with which dispatchers' names begin
}

// rewrite replaces the indirect calls of a function.
func (d *devirtualizer) rewrite(fn uint32) error {
	var r *wasm.Rewriter
	var labels []wasm.Code // what opens the blocks around
	hot := d.hot[fn]
	var in inlining
	for c := d.m.Funcs[fn].Code(); c.Next(); {
		if hot != nil {
			switch c.Op {
			case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTryTable, wasm.OpTry:
				labels = append(labels, c)
			case wasm.OpEnd, wasm.OpDelegate:
				labels = labels[:max(len(labels)-1, 0)]
			}
		}
		if c.Op != wasm.OpCallIndirect && c.Op != wasm.OpReturnCallIndirect {
			continue
		}
		disp := d.dispatcher(target{table: c.Index2, typ: c.Index, tail: c.Op == wasm.OpReturnCallIndirect})
		if disp == nil {
			continue
		}
		if r == nil {
			var err error
			if r, err = d.m.Rewrite(fn); err != nil {
				return err
			}
			in = inlining{d: d, fn: fn, r: r, hot: hot, locals: map[wasm.ValType][]uint32{}, zeros: map[uint32]map[int]bool{}}
		}
		r.CopyTo(c.Pos)
		end := c.End
		switch {
		case disp.tail:
			r.Op(wasm.OpReturnCall, d.function(disp))
		case hot != nil && len(hot.cases(d.m, disp)) > 0:
			asked, err := in.call(disp, &c, labels)
			if err != nil {
				return err
			}
			end = max(end, asked)
		default:
			r.Op(wasm.OpCall, d.function(disp))
		}
		r.SkipTo(end)
	}
	if r != nil {
		d.e.SetBody(fn, r.Body())
	}
	return nil
}

// dispatcher returns the dispatcher for a target, or nil if there can be none.
func (d *devirtualizer) dispatcher(t target) *dispatcher {
	if disp, known := d.known[t]; known {
		return disp
	}
	d.known[t] = nil
	sig := d.m.SigType(t.typ)
	if sig == nil || int(t.table) >= len(d.slots) {
		return nil
	}
	disp := &dispatcher{target: t, addr64: d.m.Tables[t.table].Limits.Addr64, sig: sig}
	for _, s := range d.slots[t.table] {
		if d.sameType(s.fn, t.typ) && len(disp.slots) < maxSlots {
			disp.slots = append(disp.slots, s)
		}
	}
	if len(disp.slots) > 0 {
		d.known[t] = disp
	}
	return d.known[t]
}

// sameType says whether a function is surely of that type.
func (d *devirtualizer) sameType(fn, typ uint32) bool {
	t, u := d.m.FuncType(fn), d.m.SigType(typ)
	return t != nil && (d.m.Funcs[fn].Type == typ || t.Plain() && u.Plain() && t.SameSig(u))
}

// function returns the index of a dispatcher's function, which it adds if it
// has not yet.
func (d *devirtualizer) function(disp *dispatcher) uint32 {
	if disp.fn == 0 {
		name := d.verb + " " + disp.sig.String()
		if disp.table > 0 {
			name += fmt.Sprintf(" through table %d", disp.table)
		}
		if disp.tail {
			name += " and return"
		}
		disp.fn = d.e.AddFunc(d.e.Type(disp.operands(), disp.sig.Results), name, disp.body())
	}
	return disp.fn
}
