package postlink

import (
	"fmt"
	"slices"

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
// In the hot functions, which are given by name, the dispatcher's code itself
// takes the place of each call. That makes them larger by up to some 20 KB per
// call and saves a call each time: a fifth of bench.php's time on wasmtime. V8
// optimises a function when it is called, not while it is running, so one that
// hardly ever returns should be left out, or made to return. A name that the
// module does not have is an error, and so is any in a module without names.
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
func Devirtualize(module []byte, hot []string) ([]byte, error) {
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	d := devirtualizer{m: m, e: m.Edit(), hot: map[uint32]bool{}, known: map[target]*dispatcher{}, verb: "dispatch"}
	fns, err := hotFunctions(m, hot)
	if err != nil {
		return nil, err
	}
	for _, fn := range fns {
		d.hot[fn] = true
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
	hot   map[uint32]bool
	slots [][]slot               // of each table
	known map[target]*dispatcher // nil for calls that stay as they are
	verb  string                 // with which dispatchers' names begin
}

// rewrite replaces the indirect calls of a function.
func (d *devirtualizer) rewrite(fn uint32) error {
	var r *wasm.Rewriter
	for c := d.m.Funcs[fn].Code(); c.Next(); {
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
		}
		r.CopyTo(c.Pos)
		switch {
		case disp.tail:
			r.Op(wasm.OpReturnCall, d.function(disp))
		case d.hot[fn]:
			d.inline(r, disp)
		default:
			r.Op(wasm.OpCall, d.function(disp))
		}
		r.SkipTo(c.End)
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

// inline writes a dispatcher's code where the operands of its call are on the
// stack.
func (d *devirtualizer) inline(r *wasm.Rewriter, disp *dispatcher) {
	locals := make([]uint32, 0, len(disp.sig.Params)+1)
	for _, t := range disp.operands() {
		locals = append(locals, r.AddLocal(t))
	}
	for _, l := range slices.Backward(locals) {
		r.Op(wasm.OpLocalSet, l)
	}
	switch results := disp.sig.Results; len(results) {
	case 0:
		r.Block(wasm.OpBlock, 0, 0)
	case 1:
		r.Block(wasm.OpBlock, results[0], 0)
	default:
		r.Block(wasm.OpBlock, wasm.Indexed, d.e.Type(nil, results))
	}
	r.Raw(disp.code(locals[0]))
	r.Op(wasm.OpEnd)
}
