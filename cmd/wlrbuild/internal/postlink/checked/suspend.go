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
//
// A hot function does not ask in each block. It has a second function made of the
// same code, which does, and which it calls when it begins with a resumption.

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
	again   []uint32       // the variables that are read again on the way to a call
	frame   []saved
	size    uint32 // of the frame in bytes
	call    uint32 // local variable: the number of the call
	place   uint32 // local variable: the address of the frame, if it is moved by several calls
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
	f.site = func(i int) error {
		if !r.suspends.has(&r.code[i]) {
			return nil
		}
		p.sites[i] = len(p.sites) + 1
		f.places(p, i)
		return nil
	}
	if err := f.follow(r.m.FuncType(r.fn).Results); err != nil {
		return nil, err
	}
	if len(p.sites) == 0 {
		return declared, nil
	}
	add := func(t wasm.ValType) uint32 {
		if n := len(declared); n > 0 && declared[n-1].Type == t {
			declared[n-1].Count++
		} else {
			declared = append(declared, wasm.Locals{Count: 1, Type: t})
		}
		types = append(types, t)
		return uint32(len(types) - 1)
	}
	p.call = add(wasm.I32)
	if err := p.keepSlots(add); err != nil {
		return nil, err
	}
	if err := p.layout(r.live(p, len(types)), types); err != nil {
		return nil, err
	}
	if p.parted() {
		p.place = add(wasm.I32)
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
		p.again = append(p.again, f.again(at, i)...)
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

// again lists the variables that are read between instruction at and the call at
// i, if what is made of them matters: see operands.
func (f *follower) again(at, i int) []uint32 {
	arguments := f.arguments(i)
	for _, s := range f.stack[f.top().base:] {
		if s.producer < at || arguments[s] {
			continue
		}
		var reads []uint32
		for k := at; k < i; k++ {
			if f.code[k].Op == wasm.OpLocalGet {
				reads = append(reads, f.code[k].Index)
			}
		}
		return reads
	}
	return nil
}

// arguments are the values on the stack that the call at instruction i passes.
func (f *follower) arguments(i int) map[*slot]bool {
	c := &f.code[i]
	top := len(f.stack) - indexOperands(c)
	list := map[*slot]bool{}
	for _, s := range f.stack[top-len(f.callType(c).Params) : top] {
		list[s] = true
	}
	return list
}

// operands says how a stack is had again before the call at instruction i. What
// the call gets does not matter: the callee has its own frame. But which function
// an indirect call calls does.
func (f *follower) operands(stack []*slot, i int) []operand {
	var arguments map[*slot]bool
	if i >= 0 {
		arguments = f.arguments(i)
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

// live finds which variables are needed to go on after one of the calls. size is
// how many variables there are.
func (r *rewriter) live(p *plan, size int) set {
	live := r.liveness(size, func(i int) bool { return p.sites[i] > 0 })
	for _, v := range p.again {
		live.add(v)
	}
	for _, reg := range p.regions {
		for _, e := range reg.entries {
			for _, o := range e.stack {
				if o.slot != nil && (o.slot.has || o.slot.kept) {
					live.add(o.slot.local)
				}
			}
		}
	}
	live.add(p.call)
	return live
}

var sizes = map[wasm.ValType]uint32{wasm.V128: 16, wasm.I64: 8, wasm.F64: 8, wasm.I32: 4, wasm.F32: 4}

// layout gives each variable that is needed its place in the frame, the largest
// first. The frame is aligned to eight bytes.
func (p *plan) layout(needed set, types []wasm.ValType) error {
	for _, size := range []uint32{16, 8, 4} {
		for v := range needed.all() {
			t := types[v]
			if sizes[t] == 0 {
				return fmt.Errorf("a variable of type %s, in a function that can be suspended", t)
			}
			if sizes[t] == size {
				p.frame = append(p.frame, saved{v, t, p.size})
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
	// A hint of more than the frame's own alignment would be wrong.
	wasm.V128: {wasm.OpV128Load, wasm.OpV128Store, 3},
}

// ifSuspending asks whether what is on its way is no exception.
func (r *rewriter) ifSuspending() {
	r.Op(wasm.OpGlobalGet, r.thrown)
	r.I32Const(0)
	r.Op(wasm.OpI32LtS)
}

// moved is the largest number of variables that are moved by one call.
const moved = 16

// save writes the frame.
func (r *rewriter) save() {
	p := r.plan
	for part := range slices.Chunk(p.frame, moved) {
		first := part[0].offset == 0
		if !first {
			r.Op(wasm.OpLocalGet, p.place)
		}
		for _, s := range part {
			r.Op(wasm.OpLocalGet, s.local)
		}
		r.Op(wasm.OpCall, r.mover(p, part, true))
		if first && p.parted() {
			r.Op(wasm.OpLocalSet, p.place)
		}
	}
}

// restore reads the frame.
func (r *rewriter) restore() {
	p := r.plan
	for part := range slices.Chunk(p.frame, moved) {
		first := part[0].offset == 0
		if !first {
			r.Op(wasm.OpLocalGet, p.place)
		}
		r.Op(wasm.OpCall, r.mover(p, part, false))
		if first && p.parted() {
			r.Op(wasm.OpLocalSet, p.place)
		}
		for _, s := range slices.Backward(part) {
			r.Op(wasm.OpLocalSet, s.local)
		}
	}
}

// parted says that the frame is moved by several calls.
func (p *plan) parted() bool { return len(p.frame) > moved }

// mover returns a function that writes or reads a part of a frame. That is slower than
// to do it in place, but there are thousands of frames in the code, and few are
// moved.
//
// The one for the first part makes the frame, or takes it away, and if there are
// more parts its last result is the frame's address. The others have the address
// as their first parameter.
func (l *lowering) mover(p *plan, part []saved, save bool) uint32 {
	first := part[0].offset == 0
	more := first && p.parted()
	name := "frame.load"
	if save {
		name = "frame.save"
	}
	switch {
	case more:
		name += fmt.Sprintf(".first.%d", p.size)
	case first:
		name += fmt.Sprintf(".%d", p.size)
	default:
		name += fmt.Sprintf(".at.%d", part[0].offset)
	}
	var params, results []wasm.ValType
	values := &results
	if save {
		values = &params
	}
	if !first {
		params = append(params, wasm.I32)
	}
	for _, s := range part {
		*values = append(*values, s.typ)
		name += "." + s.typ.String()
	}
	if fn, ok := l.movers[name]; ok {
		return fn
	}
	if more {
		results = append(results, wasm.I32)
	}
	var a wasm.Asm
	var declared []wasm.Locals
	place, value := uint32(0), uint32(1)
	if first {
		declared = []wasm.Locals{{Count: 1, Type: wasm.I32}}
		place, value = uint32(len(params)), 0
		a.I32Const(int32(p.size))
		if save {
			a.Op(wasm.OpCall, l.contexts.push)
		} else {
			a.Op(wasm.OpCall, l.contexts.pop)
		}
		a.Op(wasm.OpLocalSet, place)
	}
	for _, s := range part {
		a.Op(wasm.OpLocalGet, place)
		move := loads[s.typ]
		if save {
			a.Op(wasm.OpLocalGet, value)
			value++
			a.Op(move.store, move.align, s.offset)
		} else {
			a.Op(move.load, move.align, s.offset)
		}
	}
	if more {
		a.Op(wasm.OpLocalGet, place)
	}
	a.Op(wasm.OpEnd)
	fn := l.edit.AddFunc(l.edit.Type(params, results), name, wasm.BodyOf(declared, a.Code))
	l.movers[name] = fn
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
	if r.resumes != 0 {
		if at < 0 {
			r.hand()
		}
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
		r.edit.BlockOf(&r.Asm, places[i].stack)
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
	if len(r.ways) == 1 && !r.first {
		r.takeIf(r.ways[0])
		r.ways = nil
		return
	}
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

// hand begins a function that another goes on for: a resumption is that one's.
func (r *rewriter) hand() {
	r.Op(wasm.OpGlobalGet, r.thrown)
	r.Block(wasm.OpIf, 0, 0)
	for i := range r.m.FuncType(r.fn).Params {
		r.Op(wasm.OpLocalGet, uint32(i))
	}
	r.Op(wasm.OpCall, r.resumes)
	r.Op(wasm.OpReturn)
	r.Op(wasm.OpEnd)
}

// compared is how many entries are found by comparing; more by a table.
const compared = 6

// dispatch goes to the place of the call whose number is in the frame.
func (r *rewriter) dispatch(ways []way) {
	n := len(ways)
	if n <= compared {
		for _, w := range ways[:n-1] {
			r.Op(wasm.OpLocalGet, r.plan.call)
			r.I32Const(int32(w.last))
			r.Op(wasm.OpI32LeU)
			r.takeIf(w)
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

// takeIf does the same as take if the value on the stack is not 0.
func (r *rewriter) takeIf(w way) {
	if len(w.stack) == 0 {
		r.Op(wasm.OpBrIf, r.to(w.to.level))
		return
	}
	r.Block(wasm.OpIf, 0, 0)
	r.level++
	r.take(w)
	r.Op(wasm.OpEnd)
	r.level--
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
