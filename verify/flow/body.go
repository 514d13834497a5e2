package flow

import (
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// body makes constraints of a function's instructions.
func (u *unit) body(d *llvmir.Func) {
	u.fn = u.function(d.Name)
	u.in = d.Name
	if name := u.m.NameOf(d.Debug); name != "" {
		u.in = name // main has another name in IR
	}
	u.values = make(map[string]*value, 64)
	for i, name := range d.Params {
		if i < len(d.Type.Fields) && d.Type.Fields[i].Carrier() {
			u.register(name).node = u.param(u.fn, i)
		}
	}
	for i := range d.Body {
		u.instruction(&d.Body[i])
	}
}

func (u *unit) instruction(in *llvmir.Inst) {
	switch in.Op {
	case llvmir.Alloca:
		u.point(in.Dst, u.newCell(cell{kind: local, typ: in.Type, name: "%" + in.Dst + " of " + u.fn.name}), 0)
	case llvmir.Declare:
		if c, offset, ok := u.target(in.Args[0]); ok && offset == 0 && in.TBAA >= 0 {
			u.cells[c].slot = u.m.VariableSlot(in.TBAA)
			u.cells[c].name = u.m.NameOf(in.TBAA) + " of " + u.fn.name
		}
	case llvmir.Load:
		u.load(in)
	case llvmir.Store:
		u.store(in, in.Args[0], in.Args[1])
	case llvmir.Swap:
		for _, v := range in.Args[1:] {
			u.store(in, v, in.Args[0])
		}
		in.Args = in.Args[:1]
		u.load(in)
	case llvmir.VaArg:
		u.constrainLoad(u.operand(in.Args[0]), in)
	case llvmir.GEP:
		u.gep(in)
	case llvmir.Move, llvmir.Extract:
		dst := u.result(in.Dst)
		for _, v := range in.Args {
			u.flows(u.operand(v), dst, u.place(in), all)
		}
	case llvmir.Return:
		if n := u.operand(in.Args[0]); n >= 0 {
			u.flows(n, u.resultOf(u.fn), u.place(in), all)
		}
	case llvmir.Call:
		u.call(in)
	}
}

func (u *unit) load(in *llvmir.Inst) {
	pass, structure := u.passesOf(in)
	dst := u.result(in.Dst)
	if structure != "" {
		u.loaded[dst] = structure
	}
	if c, offset, ok := u.target(in.Args[0]); ok {
		u.loadCell(u.at(c, offset), dst, u.place(in), pass)
		return
	}
	u.constrain(u.operand(in.Args[0]), constraint{op: load, other: dst, at: u.place(in), pass: pass})
}

func (u *unit) constrainLoad(pointer int32, in *llvmir.Inst) {
	u.constrain(pointer, constraint{op: load, other: u.result(in.Dst), at: u.place(in), pass: all})
}

func (u *unit) store(in *llvmir.Inst, v, pointer llvmir.Value) {
	src := u.operand(v)
	if src < 0 {
		return
	}
	pass, structure := u.passesOf(in)
	if structure != "" {
		u.storedAs[src] = append(u.storedAs[src], structure)
	}
	if c, offset, ok := u.target(pointer); ok {
		u.storeCell(src, u.at(c, offset), u.place(in), pass)
		return
	}
	u.constrain(u.operand(pointer), constraint{op: store, other: src, at: u.place(in), pass: pass})
}

// gep makes the address of a member or element.
func (u *unit) gep(in *llvmir.Inst) {
	base, indexes := in.Args[0], in.Args[1:]
	c, offset, known := u.target(base)
	if in.Type.Kind == llvmir.Struct && len(indexes) > 1 {
		if !known && base.Kind == llvmir.Local {
			u.castTo(base, in.Type)
		}
		if u.memberOf(in, c, offset, known, indexes[1:]) {
			return
		}
	}
	switch {
	case !known:
		n := u.operand(base)
		u.flows(n, u.result(in.Dst), u.place(in), all)
		// A member by its offset. What lies before an object is what that is a
		// member of, and has its address for this analysis.
		if in.Type.Kind == llvmir.Int && in.Type.Bits == 8 && len(indexes) == 1 && indexes[0].Int > 0 {
			u.constrain(n, constraint{op: shift, other: u.result(in.Dst), by: indexes[0].Int, at: u.place(in)})
		}
	case in.Type.Kind == llvmir.Int && in.Type.Bits == 8 && len(indexes) == 1:
		u.point(in.Dst, c, max(0, offset+indexes[0].Int))
	case in.Type.Kind == llvmir.Struct && len(indexes) > 1: // one without a name
		u.point(in.Dst, c, offset+in.Type.ByteOffset(indexes))
	default: // another element of the same array
		u.point(in.Dst, c, offset)
	}
}

// memberOf makes the address of a struct's member. It returns false if no part
// of the path to it has a name.
func (u *unit) memberOf(in *llvmir.Inst, c int32, offset int64, known bool, path []llvmir.Value) bool {
	t := in.Type
	if known && u.cells[c].typ != nil && plain(u.cells[c].typ).Union() && (t.Union() || strings.HasSuffix(baseName(t.Name), ".anon")) {
		// Within a union, what has no name is known by its offset.
		u.point(in.Dst, c, offset+t.ByteOffset(append([]llvmir.Value{{Kind: llvmir.Integer}}, path...)))
		return true
	}
	found := int32(-1)
	offset = 0
	for _, index := range path {
		switch {
		case t.Kind == llvmir.Array || t.Kind == llvmir.Vector:
			t = t.Elem
		case t.Kind != llvmir.Struct || index.Int < 0 || index.Int >= int64(len(t.Fields)):
			return false
		default:
			switch {
			case t.Union() && !strings.HasSuffix(baseName(t.Name), ".anon"):
				found, offset = u.Analysis.union(t.Name), 0
			case t.Union():
				offset += t.Offsets()[index.Int]
			case t.Name != "":
				found, offset = u.field(t, int(index.Int)), 0
			default:
				offset += t.Offsets()[index.Int]
			}
			t = t.Fields[index.Int]
		}
	}
	if found < 0 {
		return false
	}
	u.point(in.Dst, found, offset)
	return true
}

// castTo notes that a pointer to one struct is used as one to another.
func (u *unit) castTo(base llvmir.Value, t *llvmir.Type) {
	from := u.loaded[u.nodeOf(u.register(base.Name))]
	to := strings.TrimPrefix(baseName(t.Name), "struct.")
	if from != "" && from != to && strings.HasPrefix(t.Name, "struct.") {
		u.casts[[2]string{from, to}] = true
	}
}

func (u *unit) call(in *llvmir.Inst) {
	args := make([]int32, len(in.Args))
	for i, v := range in.Args {
		args[i] = -1
		if in.ArgTypes[i].Carrier() {
			args[i] = u.operand(v)
		}
	}
	result := int32(-1)
	if in.Dst != "" && in.Type.Elem.Kind != llvmir.Void {
		result = u.result(in.Dst)
	}
	s := &Site{
		In: u.in, Pos: u.positionOf(in), Sig: in.Type.Signature(),
		unit: u.fn.unit, args: args, result: result,
	}
	if refs := in.Callee.Refs; len(refs) == 1 && refs[0].Offset == 0 && u.isFunc(refs[0].Name) {
		if strings.HasPrefix(refs[0].Name, "llvm.") {
			u.intrinsic(refs[0].Name, in, args, result)
			return
		}
		u.direct = append(u.direct, directCall{s, u.function(refs[0].Name)})
		return
	}
	s.callee = u.operand(in.Callee)
	s.targets = map[*function]bool{}
	u.sites = append(u.sites, s)
	u.constrain(s.callee, constraint{op: call, at: u.place(in), site: s})
}

func (u *unit) positionOf(in *llvmir.Inst) llvmir.Pos { return u.Analysis.places[u.place(in)] }

func (u *unit) intrinsic(name string, in *llvmir.Inst, args []int32, result int32) {
	at := u.place(in)
	prefix := func(list ...string) bool {
		for _, p := range list {
			if strings.HasPrefix(name, "llvm."+p) {
				return true
			}
		}
		return false
	}
	switch {
	case prefix("memcpy", "memmove"):
		u.copy(in.Args[0], in.Args[1], at)
	case prefix("va_start"):
		list := u.newNode()
		u.address(list, u.restOf(u.fn))
		if c, offset, ok := u.target(in.Args[0]); ok {
			u.flows(list, u.content(u.at(c, offset)), at, all)
		} else {
			u.constrain(args[0], constraint{op: store, other: list, at: at})
		}
	case prefix("va_copy"):
		list := u.newNode()
		u.constrain(args[1], constraint{op: load, other: list, at: at})
		u.constrain(args[0], constraint{op: store, other: list, at: at})
	case prefix("expect", "ptr", "launder", "strip", "threadlocal", "ssa.copy", "umax", "umin", "smax", "smin"):
		for _, n := range args {
			u.flows(n, result, at, all)
		}
	}
}

// copy lets everything at one address flow to another.
func (u *unit) copy(to, from llvmir.Value, at int32) {
	c, cOffset, toKnown := u.target(to)
	d, dOffset, fromKnown := u.target(from)
	if toKnown && !fromKnown {
		// Into the place itself: bytes without a name have no address that is
		// followed.
		u.copyInto(u.content(u.at(c, cOffset)), u.operand(from), at)
	}
	if !toKnown || !fromKnown {
		u.copyMemory(u.operand(to), u.operand(from), at)
		return
	}
	x, y := plain(u.cells[c].typ), plain(u.cells[d].typ)
	switch {
	case y == nil || !isStruct(y):
		u.flows(u.content(u.at(d, dOffset)), u.content(u.at(c, cOffset)), at, all)
	case x == nil || !isStruct(x) || x == y || x.Name == "" || y.Name == "":
		// Members of one struct are the same cells on both sides.
	default:
		u.casts[[2]string{
			strings.TrimPrefix(baseName(x.Name), "struct."), strings.TrimPrefix(baseName(y.Name), "struct."),
		}] = true
	}
}

// copyMemory lets everything at one address flow to another.
func (a *Analysis) copyMemory(to, from, at int32) {
	if to < 0 || from < 0 {
		return
	}
	everything := a.newNode()
	a.copyInto(everything, from, at)
	a.constrain(to, constraint{op: store, other: everything, at: at})
}

// copyInto lets everything at an address flow to a node.
func (a *Analysis) copyInto(to, from, at int32) {
	if from < 0 {
		return
	}
	a.constrain(from, constraint{op: copyFrom, other: to, at: at})
	a.node(to).bases = append(a.node(to).bases, from)
}

func (a *Analysis) param(f *function, i int) int32 {
	for len(f.params) <= i {
		f.params = append(f.params, a.newNode())
	}
	return f.params[i]
}

func (a *Analysis) resultOf(f *function) int32 {
	if f.result < 0 {
		f.result = a.newNode()
	}
	return f.result
}

func (a *Analysis) restOf(f *function) int32 {
	if f.rest < 0 {
		f.rest = a.newCell(cell{kind: varargs, name: "variable arguments of " + f.name})
	}
	return f.rest
}
