package checked

import (
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// A function that can be suspended keeps what it needs to go on in a frame: its
// local variables, and the number of the call that it is in. It returns, and
// later is called once more, takes its frame back, and jumps to that call, which
// goes on in the same way.
//
// WebAssembly has no jump into a block. So each block on the way is entered from
// its beginning, where the code skips what comes before the call:
//
//	block
//	  block $here (result …)    what is on the stack at the call
//	    global.get $thrown      is this a resumption?
//	    if … br $here end       then put that on the stack again
//	    …                       else come there as before
//	  end
//	  i32.const 7               the number of the call, for the frame
//	  local.set $call
//	  call $f
//	  global.get $thrown
//	  br_if $leave
//	  …
//	end

// region is where the code in a block begins: of the function, a block, a loop,
// a part of an if, a try_table.
type region struct {
	places  []place // in the order of the code
	entries []entry // in the order of the code
}

// place is an instruction that a resumption goes to.
type place struct {
	at    int // the instruction
	stack []wasm.ValType
	level int // of the block that ends there, in the new code
}

// entry is how it goes there, for some calls.
type entry struct {
	first, last int // numbers of the calls
	place       int
	stack       []operand
}

// operand is a value that is put on the stack again.
type operand struct {
	slot *slot // nil for a constant
	zero wasm.ValType
	cond int32 // if zero is 0
}

// plan is what a function needs for its suspension.
type plan struct {
	sites   map[int]int // numbers of the calls, from 1, by instruction
	regions map[int]*region
	keep    map[int]uint32 // by instruction, the variable that gets its value
	frame   []saved
	size    uint32 // of the frame in bytes
	call    uint32 // local variable: the number of the call
	place   uint32 // local variable: the address of the frame
}

// saved is a local variable in a frame.
type saved struct {
	local  uint32
	typ    wasm.ValType
	offset uint32
}

// locals are the types of a function's variables, the parameters first.
func (l *lowering) locals(fn uint32, declared []wasm.Locals) []wasm.ValType {
	types := slices.Clone(l.m.FuncType(fn).Params)
	for _, d := range declared {
		for range d.Count {
			types = append(types, d.Type)
		}
	}
	return types
}

// plan finds the calls in which a function can be suspended, and how it comes
// back to them. It adds the variables for that to the declared ones.
func (r *rewriter) makePlan(declared []wasm.Locals) ([]wasm.Locals, error) {
	types := r.lowering.locals(r.fn, declared)
	for i, t := range types {
		types[i] = withoutExnref(t)
	}
	p := &plan{sites: map[int]int{}, regions: map[int]*region{}, keep: map[int]uint32{}}
	f := &follower{m: r.m, code: r.code, end: r.end, locals: types}
	var needed []*slot
	f.site = func(i int) error {
		if !r.suspends.has(&r.code[i]) {
			return nil
		}
		p.sites[i] = len(p.sites) + 1
		f.places(p, i)
		for _, s := range f.stack {
			needed = append(needed, s)
		}
		return nil
	}
	if err := f.follow(r.m.FuncType(r.fn).Results); err != nil {
		return nil, err
	}
	if len(p.sites) == 0 {
		return declared, nil
	}
	add := func(t wasm.ValType) uint32 {
		declared = append(declared, wasm.Locals{Count: 1, Type: t})
		types = append(types, t)
		return uint32(len(types) - 1)
	}
	p.call, p.place = add(wasm.I32), add(wasm.I32)
	if err := p.keepSlots(add); err != nil {
		return nil, err
	}
	if err := p.layout(r.code, r.end, types); err != nil {
		return nil, err
	}
	r.plan = p
	return declared, nil
}

// places notes that the call at instruction i can be resumed, in the region that
// it is in and in those around it.
func (f *follower) places(p *plan, i int) {
	number := p.sites[i]
	last := len(f.frames) - 1
	for k := range f.frames {
		fr := &f.frames[k]
		if fr.region == nil {
			fr.region = &region{}
			p.regions[fr.at] = fr.region
		}
		if k < last {
			f.through(fr, &f.frames[k+1], number)
			continue
		}
		at, stack := f.start(i)
		fr.region.add(place{at: at, stack: typesOf(stack)}, entry{first: number, last: number, stack: f.operands(stack, i)})
	}
}

// through notes that a resumption goes through a block.
func (f *follower) through(fr, inner *frame, number int) {
	r := fr.region
	at, isIf := inner.at, false
	var cond int32
	switch inner.op {
	case wasm.OpElse:
		at, isIf = f.end[inner.at], true
	case wasm.OpIf:
		isIf, cond = true, 1
	}
	if n := len(r.entries); n > 0 {
		e := &r.entries[n-1]
		same := r.places[e.place].at == at
		if same && isIf {
			same = e.stack[len(e.stack)-1].cond == cond
		}
		if same {
			e.last = number
			return
		}
	}
	below := f.stack[fr.base:inner.base]
	types, stack := typesOf(below), f.operands(below, -1)
	if isIf {
		types = append(types, wasm.I32)
		stack = append(stack, operand{cond: cond})
	}
	r.add(place{at: at, stack: types}, entry{first: number, last: number, stack: stack})
}

// add adds an entry, and its place unless it is the last one's.
func (r *region) add(pl place, e entry) {
	if n := len(r.places); n > 0 && r.places[n-1].at == pl.at {
		e.place = n - 1
	} else {
		e.place = len(r.places)
		r.places = append(r.places, pl)
	}
	r.entries = append(r.entries, e)
}

// start is where the code for a call begins that can be repeated, as far before
// the call as makes the stack there small.
func (f *follower) start(i int) (at int, stack []*slot) {
	at, stack = i, f.stack[f.top().base:]
	for k := len(f.run) - 1; k >= 0; k-- {
		if s := f.run[k]; len(s.stack) < len(stack) {
			at, stack = s.at, s.stack
		}
	}
	return at, slices.Clone(stack)
}

// operands says how a stack is had again before the call at instruction i. What
// the call gets does not matter: the callee has its own frame. But which function
// an indirect call calls does.
func (f *follower) operands(stack []*slot, i int) []operand {
	arguments := map[*slot]bool{}
	if i >= 0 {
		c := &f.code[i]
		top := len(f.stack) - indexOperands(c)
		for _, s := range f.stack[top-len(f.callType(c).Params) : top] {
			arguments[s] = true
		}
	}
	var list []operand
	for _, s := range stack {
		if arguments[s] {
			list = append(list, operand{zero: s.typ})
		} else {
			list = append(list, operand{slot: s})
		}
	}
	return list
}

func typesOf(stack []*slot) []wasm.ValType {
	var types []wasm.ValType
	for _, s := range stack {
		types = append(types, s.typ)
	}
	return types
}

// keepSlots gives the values that are lost with the stack a variable: one for
// each type and place in the stack, since there is one value at a time.
func (p *plan) keepSlots(add func(wasm.ValType) uint32) error {
	type place struct {
		height int
		typ    wasm.ValType
	}
	vars := map[place]uint32{}
	for _, at := range sortedKeys(p.regions) {
		for _, e := range p.regions[at].entries {
			for _, o := range e.stack {
				s := o.slot
				if s == nil || !s.lost() || s.kept {
					continue
				}
				if !s.last {
					return fmt.Errorf("a value is needed again that is one of several results")
				}
				pl := place{s.height, s.typ}
				v, ok := vars[pl]
				if !ok {
					v = add(s.typ)
					vars[pl] = v
				}
				s.kept, s.local = true, v
				p.keep[s.producer] = v
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// layout gives each variable that is needed after a call its place in the frame.
// A variable is needed if it is read behind the first of the calls, or in a loop
// around one.
func (p *plan) layout(code []wasm.Code, end []int, types []wasm.ValType) error {
	first := len(code)
	for i := range p.sites {
		first = min(first, i)
	}
	for i := range code {
		if code[i].Op == wasm.OpLoop && p.regions[i] != nil {
			first = min(first, i)
		}
	}
	for _, r := range p.regions {
		for _, pl := range r.places {
			first = min(first, pl.at)
		}
	}
	needed := make([]bool, len(types))
	for i := first; i < len(code); i++ {
		if code[i].Op == wasm.OpLocalGet {
			needed[code[i].Index] = true
		}
	}
	for _, r := range p.regions {
		for _, e := range r.entries {
			for _, o := range e.stack {
				if o.slot != nil && (o.slot.has || o.slot.kept) {
					needed[o.slot.local] = true
				}
			}
		}
	}
	needed[p.call], needed[p.place] = true, false
	sizes := map[wasm.ValType]uint32{wasm.I64: 8, wasm.F64: 8, wasm.I32: 4, wasm.F32: 4}
	for _, size := range []uint32{8, 4} {
		for i, t := range types {
			if !needed[i] {
				continue
			}
			if sizes[t] == 0 {
				return fmt.Errorf("a variable of type %s, in a function that can be suspended", t)
			}
			if sizes[t] == size {
				p.frame = append(p.frame, saved{uint32(i), t, p.size})
				p.size += size
			}
		}
	}
	p.size = (p.size + 7) &^ 7
	return nil
}

var loads = map[wasm.ValType]struct {
	load, store wasm.Opcode
	align       uint32
}{
	wasm.I32: {wasm.OpI32Load, wasm.OpI32Store, 2},
	wasm.I64: {wasm.OpI64Load, wasm.OpI64Store, 3},
	wasm.F32: {wasm.OpF32Load, wasm.OpF32Store, 2},
	wasm.F64: {wasm.OpF64Load, wasm.OpF64Store, 3},
}

// ifSuspending asks whether what is on its way is no exception.
func (r *rewriter) ifSuspending() {
	r.Op(wasm.OpGlobalGet, r.thrown)
	r.I32Const(0)
	r.Op(wasm.OpI32LtS)
}

// save writes the frame.
func (r *rewriter) save() {
	p := r.plan
	r.I32Const(int32(p.size))
	r.Op(wasm.OpCall, r.contexts.push)
	r.Op(wasm.OpLocalSet, p.place)
	for _, part := range p.parts() {
		r.Op(wasm.OpLocalGet, p.place)
		for _, s := range part {
			r.Op(wasm.OpLocalGet, s.local)
		}
		if len(part) > 1 {
			r.Op(wasm.OpCall, r.mover(part, true))
		} else {
			r.Op(loads[part[0].typ].store, loads[part[0].typ].align, part[0].offset)
		}
	}
}

// restore reads the frame.
func (r *rewriter) restore() {
	p := r.plan
	r.I32Const(int32(p.size))
	r.Op(wasm.OpCall, r.contexts.pop)
	r.Op(wasm.OpLocalSet, p.place)
	for _, part := range p.parts() {
		r.Op(wasm.OpLocalGet, p.place)
		if len(part) > 1 {
			r.Op(wasm.OpCall, r.mover(part, false))
		} else {
			r.Op(loads[part[0].typ].load, loads[part[0].typ].align, part[0].offset)
		}
		for _, s := range slices.Backward(part) {
			r.Op(wasm.OpLocalSet, s.local)
		}
	}
}

// moved is the largest number of variables that are moved by one call.
const moved = 8

// parts divides the frame into runs of variables of one type.
func (p *plan) parts() [][]saved {
	var parts [][]saved
	for _, s := range p.frame {
		if n := len(parts); n > 0 && len(parts[n-1]) < moved && parts[n-1][0].typ == s.typ {
			parts[n-1] = append(parts[n-1], s)
		} else {
			parts = append(parts, []saved{s})
		}
	}
	return parts
}

// moverKey is what a function moves between a frame and the stack.
type moverKey struct {
	typ    wasm.ValType
	offset uint32
	n      int
	save   bool
}

// mover is a function that writes or reads a part of a frame. That is slower than
// to do it in place, but there are thousands of frames in the code, and few are
// moved.
func (l *lowering) mover(part []saved, save bool) uint32 {
	key := moverKey{part[0].typ, part[0].offset, len(part), save}
	if fn, ok := l.movers[key]; ok {
		return fn
	}
	types := slices.Repeat([]wasm.ValType{key.typ}, key.n)
	var a wasm.Asm
	for i, s := range part {
		a.Op(wasm.OpLocalGet, 0)
		if save {
			a.Op(wasm.OpLocalGet, uint32(1+i))
			a.Op(loads[s.typ].store, loads[s.typ].align, s.offset)
		} else {
			a.Op(loads[s.typ].load, loads[s.typ].align, s.offset)
		}
	}
	a.Op(wasm.OpEnd)
	name, typ := "frame.load", uint32(0)
	if save {
		name, typ = "frame.store", l.edit.Type(append([]wasm.ValType{wasm.I32}, types...), nil)
	} else {
		typ = l.edit.Type([]wasm.ValType{wasm.I32}, types)
	}
	fn := l.edit.AddFunc(typ, fmt.Sprintf("%s.%s.%d.%d", name, key.typ, key.offset, key.n), wasm.BodyOf(nil, a.Code))
	l.movers[key] = fn
	return fn
}

// way is an entry and its place.
type way struct {
	*entry
	to *place
}

// begin writes what is at the beginning of a region: the blocks that end at its
// places, and in them the ways there. Where a block begins at the same point, its
// beginning has the ways of both.
func (r *rewriter) begin(at int) {
	if r.plan == nil {
		return
	}
	reg := r.plan.regions[at]
	if reg == nil {
		return
	}
	places := reg.places
	inner := r.code[at+1].Op == wasm.OpBlock && places[0].at == at+1
	if inner {
		places = places[1:]
	}
	for i := len(places) - 1; i >= 0; i-- {
		r.blockOf(places[i].stack)
		r.level++
		places[i].level = r.level
	}
	r.labels[len(r.labels)-1].places = places
	var ways []way
	for i := range reg.entries {
		e := &reg.entries[i]
		if e.place > 0 || !inner {
			ways = append(ways, way{e, &reg.places[e.place]})
		}
	}
	// Those of the block are of earlier calls.
	r.ways = append(ways, r.ways...)
	r.first = r.first || at < 0
	if inner {
		return
	}
	r.Op(wasm.OpGlobalGet, r.thrown)
	r.Block(wasm.OpIf, 0, 0)
	r.level++
	if r.first {
		r.restore()
	}
	r.dispatch(r.ways)
	r.ways, r.first = nil, false
	r.Op(wasm.OpEnd)
	r.level--
}

// blockOf begins a block with results.
func (r *rewriter) blockOf(results []wasm.ValType) {
	switch len(results) {
	case 0:
		r.Block(wasm.OpBlock, 0, 0)
	case 1:
		r.Block(wasm.OpBlock, results[0], 0)
	default:
		r.Block(wasm.OpBlock, wasm.Indexed, r.edit.Type(nil, results))
	}
}

// compared is how many entries are found by comparing; more by a table.
const compared = 4

// dispatch goes to the place of the call whose number is in the frame.
func (r *rewriter) dispatch(ways []way) {
	n := len(ways)
	if n <= compared {
		for _, w := range ways[:n-1] {
			r.Op(wasm.OpLocalGet, r.plan.call)
			r.I32Const(int32(w.last))
			r.Op(wasm.OpI32LeU)
			r.Block(wasm.OpIf, 0, 0)
			r.level++
			r.take(w)
			r.Op(wasm.OpEnd)
			r.level--
		}
		r.take(ways[n-1])
		return
	}
	// The block of the last way is the outermost.
	for range n {
		r.Block(wasm.OpBlock, 0, 0)
	}
	var labels []uint32
	for i, w := range ways {
		for range w.last - w.first + 1 {
			labels = append(labels, uint32(i))
		}
	}
	r.Op(wasm.OpLocalGet, r.plan.call)
	r.I32Const(int32(ways[0].first))
	r.Op(wasm.OpI32Sub)
	r.BrTable(labels, uint32(n-1))
	r.level += n
	for _, w := range ways {
		r.Op(wasm.OpEnd)
		r.level--
		r.take(w)
	}
}

// take puts the operands on the stack and goes to the place.
func (r *rewriter) take(w way) {
	for _, o := range w.stack {
		switch {
		case o.slot == nil && o.zero == 0:
			r.I32Const(o.cond)
		case o.slot == nil:
			r.Zero(o.zero)
		case o.slot.kept || o.slot.has:
			r.Op(wasm.OpLocalGet, o.slot.local)
		default:
			r.Raw(o.slot.repeat)
		}
	}
	r.Op(wasm.OpBr, r.to(w.to.level))
}
