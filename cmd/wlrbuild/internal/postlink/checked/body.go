package checked

import (
	"errors"
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// label is a block of the old code, and its place in the new.
type label struct {
	at int // its first instruction in the old code
	// level is how many blocks of the new code are around the block.
	level int
	try   *try // if the block is a try_table that an exception can come out of
	// places are those of the block's region that are yet to come.
	places []place
}

// try is what becomes of a try_table.
type try struct {
	landing int // level of the block that a throw within it leaves
	catches []wasm.Catch
}

// rewriter makes the new body of a function.
type rewriter struct {
	*lowering
	wasm.Asm
	fn     uint32
	code   []wasm.Code // the old instructions
	end    []int       // of each instruction that opens a block its end, of an else its if
	hot    []bool      // of each try_table, whether an exception can come out of what is in it
	labels []label
	level  int   // how many blocks are open in the new code
	leave  bool  // the body is in a block that a throw leaves
	plan   *plan // if the function can be suspended
	ways   []way // that are to be written where the next region begins
	first  bool  // and the frame is to be read there
	// resumes is the function that goes on after a suspension in the place of this
	// one, 0 if that is itself.
	resumes uint32
}

// leaveLevel is that of the block around the body, if there is one.
const leaveLevel = 1

// body returns the new body of a function, or nil if it needs none.
func (l *lowering) body(fn uint32) ([]byte, error) {
	f := &l.m.Funcs[fn]
	if f.Body == nil {
		return nil, errors.New("it has no body")
	}
	r := &rewriter{lowering: l, fn: fn}
	locals, _, err := f.Locals()
	if err != nil {
		return nil, err
	}
	changed, err := r.read(f)
	if err != nil {
		return nil, err
	}
	for i := range locals {
		if t := withoutExnref(locals[i].Type); t != locals[i].Type {
			locals[i].Type, changed = t, true
		}
	}
	if !changed {
		return nil, nil
	}
	if r.suspends != nil && r.suspends.fns[fn] && fn != r.contexts.switchFn {
		if locals, err = r.makePlan(locals); err != nil {
			return nil, err
		}
	}
	body, err := r.rewrite(locals)
	if err != nil || r.plan == nil || !l.hot[fn] {
		return body, err
	}
	r.resumes = l.edit.AddFunc(f.Type, l.m.FuncName(fn)+".resume", body)
	return r.rewrite(locals)
}

// read reads the old code, and says whether any of it has to change.
func (r *rewriter) read(f *wasm.Func) (changed bool, err error) {
	type open struct {
		at  int
		try bool
	}
	var opened []open
	c := f.Code()
	for c.Next() {
		i := len(r.code)
		r.code = append(r.code, c)
		r.end = append(r.end, 0)
		r.hot = append(r.hot, false)
		throws := false
		switch c.Op {
		case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTryTable:
			opened = append(opened, open{i, c.Op == wasm.OpTryTable})
			changed = changed || c.Op == wasm.OpTryTable || withoutExnref(c.Type) != c.Type
		case wasm.OpElse:
			r.end[i] = opened[len(opened)-1].at
		case wasm.OpEnd:
			if n := len(opened); n > 0 {
				r.end[opened[n-1].at] = i
				opened = opened[:n-1]
			}
		case wasm.OpThrow, wasm.OpThrowRef:
			throws = true
		case wasm.OpCall, wasm.OpCallIndirect, wasm.OpCallRef:
			throws = r.leaves.has(&c)
		case wasm.OpRefNull:
			changed = changed || isExn(c.Heap)
		case wasm.OpSelectT:
			for _, t := range c.Types() {
				changed = changed || withoutExnref(t) != t
			}
		case wasm.OpTry, wasm.OpCatch, wasm.OpCatchAll, wasm.OpRethrow, wasm.OpDelegate:
			return false, fmt.Errorf("%s is of the legacy exception handling", c.Op)
		case wasm.OpContNew, wasm.OpContBind, wasm.OpSuspend, wasm.OpResume, wasm.OpResumeThrow, wasm.OpSwitch:
			return false, fmt.Errorf("%s is of stack switching", c.Op)
		}
		if throws {
			changed = true
			r.leave = true
			for _, o := range opened {
				r.hot[o.at] = r.hot[o.at] || o.try
			}
		}
	}
	return changed, c.Err()
}

func isExn(h wasm.HeapType) bool { return h == -23 || h == -12 }

// rewrite writes the body with these variables.
func (r *rewriter) rewrite(locals []wasm.Locals) ([]byte, error) {
	old := len(r.m.Funcs[r.fn].Body)
	r.Code, r.level = make([]byte, 0, old+old/4), 0
	results := r.m.FuncType(r.fn).Results
	r.labels = []label{{level: 0}}
	if r.leave {
		r.Block(wasm.OpBlock, 0, 0)
		r.level = leaveLevel
	}
	r.begin(-1)
	last := len(r.code) - 1
	for i := range r.code[:last] {
		if err := r.instruction(i); err != nil {
			return nil, fmt.Errorf("%s at 0x%x: %w", r.code[i].Op, r.code[i].Offset(), err)
		}
	}
	if r.leave {
		if len(results) > 0 {
			r.Op(wasm.OpReturn)
		}
		r.Op(wasm.OpEnd)
		if r.plan != nil {
			r.ifSuspending()
			r.Block(wasm.OpIf, 0, 0)
			r.save()
			r.Op(wasm.OpEnd)
		}
		for _, t := range results {
			z, err := zero(t)
			if err != nil {
				return nil, err
			}
			r.Raw(z)
		}
	}
	r.Op(wasm.OpEnd)
	return wasm.BodyOf(locals, r.Code), nil
}

func (r *rewriter) instruction(i int) error {
	r.arrive(i)
	if err := r.write(i, &r.code[i]); err != nil {
		return err
	}
	if r.plan != nil {
		if v, ok := r.plan.keep[i]; ok {
			r.Op(wasm.OpLocalTee, v)
		}
	}
	return nil
}

// arrive ends the blocks of the places that are before instruction i.
func (r *rewriter) arrive(i int) {
	l := &r.labels[len(r.labels)-1]
	for len(l.places) > 0 && l.places[0].at == i {
		r.Op(wasm.OpEnd)
		r.level--
		l.places = l.places[1:]
	}
}

func (r *rewriter) write(i int, c *wasm.Code) error {
	switch c.Op {
	case wasm.OpBlock, wasm.OpLoop, wasm.OpIf:
		r.Block(c.Op, withoutExnref(c.Type), c.Index)
		r.open(label{at: i})
		r.begin(i)
	case wasm.OpElse:
		r.Op(c.Op)
		r.begin(i)
	case wasm.OpTryTable:
		r.tryTable(i)
	case wasm.OpEnd:
		return r.close()
	case wasm.OpBr, wasm.OpBrIf, wasm.OpBrOnNull, wasm.OpBrOnNonNull:
		r.Op(c.Op, r.branch(c.Index))
	case wasm.OpBrTable:
		var to []uint32
		for l := range c.Labels() {
			to = append(to, r.branch(l))
		}
		r.BrTable(to[:len(to)-1], to[len(to)-1])
	case wasm.OpBrOnCast, wasm.OpBrOnCastFail:
		return errors.New("a function with casts of references that an exception can leave is not supported")
	case wasm.OpThrow:
		r.throw(c.Index)
	case wasm.OpThrowRef:
		return r.throwRef()
	case wasm.OpRefNull:
		if isExn(c.Heap) {
			r.I64Const(0)
			return nil
		}
		r.Raw(c.Bytes())
	case wasm.OpSelectT:
		types := c.Types()
		r.Op(c.Op, uint32(len(types)))
		for _, t := range types {
			r.Code = wasm.AppendValType(r.Code, withoutExnref(t))
		}
	case wasm.OpCall, wasm.OpCallIndirect, wasm.OpCallRef:
		site := 0
		if r.plan != nil {
			site = r.plan.sites[i]
		}
		if site > 0 {
			r.I32Const(int32(site))
			r.Op(wasm.OpLocalSet, r.plan.call)
		}
		r.Raw(c.Bytes())
		if r.leaves.has(c) && (site > 0 || !r.harmless(i+1)) {
			r.Op(wasm.OpGlobalGet, r.thrown)
			r.Op(wasm.OpBrIf, r.to(r.target()))
		}
	default:
		r.Raw(c.Bytes())
	}
	return nil
}

// open enters a block of the old code that has been written.
func (r *rewriter) open(l label) {
	r.level++
	l.level = r.level
	r.labels = append(r.labels, l)
}

// to is the label of the block that has that level.
func (r *rewriter) to(level int) uint32 { return uint32(r.level - level) }

// branch is the new label for one of the old code.
func (r *rewriter) branch(old uint32) uint32 {
	return r.to(r.labels[len(r.labels)-1-int(old)].level)
}

// target is the level of the block that a throw has to leave.
func (r *rewriter) target() int {
	for i := len(r.labels) - 1; i > 0; i-- {
		if t := r.labels[i].try; t != nil {
			return t.landing
		}
	}
	return leaveLevel
}

// tryTable begins a try_table:
//
//	block $try (type)           the old label: a branch to it leaves with results
//	  block $landing (parameters)
//	    …                       the old code
//	    br $try
//	  end
//	  …                         which label catches it: see close
//	end
func (r *rewriter) tryTable(i int) {
	c := &r.code[i]
	r.Block(wasm.OpBlock, withoutExnref(c.Type), c.Index)
	var catches []wasm.Catch
	for k := range c.Catches() {
		catches = append(catches, k)
	}
	if !r.hot[i] || len(catches) == 0 {
		r.open(label{at: i})
		r.begin(i)
		return
	}
	r.open(label{at: i, try: &try{landing: r.level + 2, catches: catches}})
	inner, index := wasm.ValType(0), uint32(0)
	if c.Type == wasm.Indexed {
		if params := r.m.SigType(c.Index).Params; len(params) > 0 {
			inner, index = wasm.Indexed, r.edit.Type(params, nil)
		}
	}
	r.Block(wasm.OpBlock, inner, index)
	r.level++
	r.begin(i)
}

// close ends a block.
func (r *rewriter) close() error {
	l := r.labels[len(r.labels)-1]
	r.labels = r.labels[:len(r.labels)-1]
	if l.try != nil {
		r.Op(wasm.OpBr, r.to(l.level))
		r.Op(wasm.OpEnd)
		r.level--
		if err := r.catch(l.try.catches); err != nil {
			return err
		}
	}
	r.Op(wasm.OpEnd)
	r.level--
	return nil
}

// catch goes to the label of the clause that catches what has been thrown, or
// to where an outer try_table does that.
func (r *rewriter) catch(clauses []wasm.Catch) error {
	if r.plan != nil {
		r.ifSuspending()
		r.Op(wasm.OpBrIf, r.to(r.target()))
	}
	for _, k := range clauses {
		all := k.Kind == wasm.CatchAll || k.Kind == wasm.CatchAllRef
		only := all || len(r.m.Tags) == 1 // nothing else can be thrown
		if !only {
			r.Op(wasm.OpGlobalGet, r.thrown)
			r.I32Const(int32(k.Tag) + 1)
			r.Op(wasm.OpI32Eq)
			r.Block(wasm.OpIf, 0, 0)
			r.level++
		}
		if !all {
			for _, p := range r.params[k.Tag] {
				r.Op(wasm.OpGlobalGet, p)
			}
		}
		if k.Kind == wasm.CatchAllRef || k.Kind == wasm.CatchTagRef {
			if err := r.packRef(); err != nil {
				return err
			}
		}
		r.I32Const(0)
		r.Op(wasm.OpGlobalSet, r.thrown)
		r.Op(wasm.OpBr, r.branch(k.Label))
		if only {
			return nil
		}
		r.Op(wasm.OpEnd)
		r.level--
	}
	r.Op(wasm.OpBr, r.to(r.target()))
	return nil
}

// throw takes the parameters of the tag from the stack and leaves.
func (r *rewriter) throw(tag uint32) {
	params := r.params[tag]
	for i := len(params) - 1; i >= 0; i-- {
		r.Op(wasm.OpGlobalSet, params[i])
	}
	r.I32Const(int32(tag) + 1)
	r.Op(wasm.OpGlobalSet, r.thrown)
	r.Op(wasm.OpBr, r.to(r.target()))
}

var errNotPacked = errors.New("a reference to an exception, in a module with a tag that has other parameters than one i32")

const refTag = 32 // the bit of a reference where the tag's number begins

// packRef makes a reference of the exception that is on its way: the tag's
// number plus 1, and its parameter. Null is 0.
func (r *rewriter) packRef() error {
	if !r.packable {
		return errNotPacked
	}
	r.Op(wasm.OpGlobalGet, r.thrown)
	r.Op(wasm.OpI64ExtendI32U)
	r.I64Const(refTag)
	r.Op(wasm.OpI64Shl)
	if p, ok := r.payload(); ok {
		r.Op(wasm.OpGlobalGet, p)
		r.Op(wasm.OpI64ExtendI32U)
		r.Op(wasm.OpI64Or)
	}
	return nil
}

// payload is the variable of the one parameter that tags have.
func (r *rewriter) payload() (uint32, bool) {
	for _, p := range r.params {
		if len(p) > 0 {
			return p[0], true
		}
	}
	return 0, false
}

// throwRef throws what the reference on the stack tells.
func (r *rewriter) throwRef() error {
	if !r.packable {
		return errNotPacked
	}
	r.Op(wasm.OpGlobalSet, r.ref)
	r.Op(wasm.OpGlobalGet, r.ref)
	r.Op(wasm.OpI64Eqz)
	r.Block(wasm.OpIf, 0, 0)
	r.Op(wasm.OpUnreachable)
	r.Op(wasm.OpEnd)
	if p, ok := r.payload(); ok {
		r.Op(wasm.OpGlobalGet, r.ref)
		r.Op(wasm.OpI32WrapI64)
		r.Op(wasm.OpGlobalSet, p)
	}
	r.Op(wasm.OpGlobalGet, r.ref)
	r.I64Const(refTag)
	r.Op(wasm.OpI64ShrU)
	r.Op(wasm.OpI32WrapI64)
	r.Op(wasm.OpGlobalSet, r.thrown)
	r.Op(wasm.OpBr, r.to(r.target()))
	return nil
}
