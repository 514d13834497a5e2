package flow

import (
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// unit makes constraints of a translation unit.
type unit struct {
	*Analysis
	m        *llvmir.Module
	internal map[string]bool
	unions   map[string]bool
	access   map[int]llvmir.Access
	places   map[int]int32

	fn     *function
	in     string            // its name in the source
	values map[string]*value // registers of the function
}

// value is what a register holds: the address of a known place, or whatever is
// in its node.
type value struct {
	node   int32 // -1 while nobody asked for it
	known  bool  // the address of cell + offset
	cell   int32
	offset int64
}

// Add reads a translation unit.
func (a *Analysis) Add(m *llvmir.Module) {
	if a.Edit != nil {
		a.Edit(m)
	}
	u := &unit{
		Analysis: a, m: m, internal: map[string]bool{}, unions: m.Unions(),
		access: map[int]llvmir.Access{}, places: map[int]int32{},
	}
	a.stats.Modules++
	m.Members(func(structure string, d llvmir.Member) {
		id := offsetID{structure, int64(d.Offset)}
		if _, ok := a.declared[id]; !ok {
			a.declared[id] = declaration{d.Name, d.Slot, d.Choices}
		}
	})
	for _, g := range m.Globals {
		u.internal[g.Name] = g.Internal
	}
	for _, f := range m.Funcs {
		u.internal[f.Name] = f.Internal
	}
	for _, f := range m.Funcs {
		u.head(f)
	}
	for alias := range m.Aliases {
		a.aliases[alias] = u.key(alias)
	}
	for _, g := range m.Globals {
		u.variable(g)
	}
	for _, g := range m.Globals {
		u.initialiser(g)
	}
	for _, f := range m.Funcs {
		if f.Defined {
			u.body(f)
		}
	}
}

// key is a global name, made unique if it is internal.
func (u *unit) key(name string) string {
	for range 10 {
		target, ok := u.m.Aliases[name]
		if !ok {
			break
		}
		name = target
	}
	if u.internal[name] {
		return u.m.Source + ":" + name
	}
	return name
}

func (u *unit) function(name string) *function {
	key := u.key(name)
	f := u.funcs[key]
	if f == nil {
		if i := strings.LastIndexByte(key, ':'); i >= 0 {
			name = key[i+1:]
		} else {
			name = key
		}
		f = &function{name: name, key: key, result: -1, rest: -1, declared: map[string]llvmir.Pos{}}
		f.cell = u.newCell(cell{kind: code, fn: f, name: key})
		u.funcs[key] = f
	}
	return f
}

// head takes down what a function's declaration or definition says.
func (u *unit) head(d *llvmir.Func) {
	f := u.function(d.Name)
	sig := d.Type.Signature()
	f.noAlias = f.noAlias || d.NoAlias
	if d.Defined || f.sig == "" {
		f.sig, f.variadic, f.module = sig, d.Type.Variadic, u.m.Source
		f.pos, f.c = u.m.Pos(d.Debug), u.m.FuncC(d.Debug)
		f.unit = u.m.Unit(d.Debug)
		f.pos.Col = 0
	}
	if d.Defined {
		f.defined = true
		u.stats.Functions++
		return
	}
	f.declared[sig] = llvmir.Pos{File: u.m.Source}
	if f.slots == nil {
		f.slots = u.m.ParamSlots(d.Debug)
	}
}

// global is the cell of a variable.
func (u *unit) global(name string) int32 {
	key := u.key(name)
	c, ok := u.globals[key]
	if !ok {
		c = u.newCell(cell{kind: variable, name: name})
		u.globals[key] = c
	}
	return c
}

func (u *unit) variable(g *llvmir.Global) {
	c := &u.cells[u.global(g.Name)]
	if g.Debug >= 0 && c.slot.C == "" {
		c.slot = u.m.VariableSlot(g.Debug)
	}
	if c.typ == nil || !g.External {
		c.typ = u.structOf(g)
	}
}

// structOf is the type of a global. An initialiser with padding has a type
// without a name; debug information tells which struct it is.
func (u *unit) structOf(g *llvmir.Global) *llvmir.Type {
	t := plain(g.Type)
	if t.Kind != llvmir.Struct || t.Name != "" || g.Debug < 0 {
		return g.Type
	}
	named := u.m.VariableType(g.Debug, func(name string) *llvmir.Type {
		if s := u.m.Structs[name]; s != nil && !s.Opaque {
			return s
		}
		if others := u.layouts[name]; len(others) == 1 {
			return others[0]
		}
		return nil
	})
	if named != nil && named.Size() == g.Type.Size() {
		return named
	}
	for _, r := range g.Init.Refs {
		if u.isFunc(r.Name) {
			u.unnamed[g.Name] = true
		}
	}
	return g.Type
}

func (u *unit) initialiser(g *llvmir.Global) {
	if len(g.Init.Refs) == 0 {
		return
	}
	at := u.placeOf(u.m.Pos(g.Debug))
	c := u.global(g.Name)
	for _, r := range g.Init.Refs {
		from, to := u.constant(r), u.at(c, r.At)
		if m := &u.cells[to]; m.kind == member && m.typ.Kind == llvmir.Ptr && u.isFunc(r.Name) {
			from = u.newNode()
			u.initial[to] = append(u.initial[to], entry{u.function(r.Name), from, g.Init.Ints, r.At - m.offset})
			u.address(from, u.function(r.Name).cell)
		}
		u.flows(from, u.content(to), at, all)
	}
}

// isFunc says whether a global name is a function's.
func (u *unit) isFunc(name string) bool { return u.funcs[u.key(name)] != nil }

// constant is the node of an address in a constant, -1 if it is none that is
// followed.
func (u *unit) constant(r llvmir.Ref) int32 {
	var c int32
	if u.isFunc(r.Name) {
		f := u.function(r.Name)
		f.taken = true
		c = f.cell
	} else {
		c = u.global(r.Name)
		if r.Offset != 0 {
			c = u.at(c, r.Offset)
		}
		if !canHold(u.cells[c].typ, 0) {
			return -1
		}
	}
	n, ok := u.consts[c]
	if !ok {
		n = u.newNode()
		u.address(n, c)
		u.consts[c] = n
		if t := plain(u.cells[c].typ); t != nil && isStruct(t) && t.Name != "" {
			u.loaded[n] = strings.TrimPrefix(baseName(t.Name), "struct.")
		}
	}
	return n
}

// register is a register of the function.
func (u *unit) register(name string) *value {
	v := u.values[name]
	if v == nil {
		v = &value{node: -1}
		u.values[name] = v
	}
	return v
}

// result is the node of a register that an instruction sets.
func (u *unit) result(name string) int32 {
	if name == "" {
		return -1
	}
	return u.nodeOf(u.register(name))
}

func (u *unit) nodeOf(v *value) int32 {
	if v.node < 0 {
		v.node = u.newNode()
		if v.known {
			u.know(v)
		}
	}
	return v.node
}

// know puts the address of the place into the node of a register.
func (u *unit) know(v *value) {
	c := v.cell
	if t := u.cells[c].typ; v.offset != 0 || t != nil && t.Union() {
		c = u.at(c, v.offset)
	}
	u.address(v.node, c)
}

// point says that a register has the address of a place.
func (u *unit) point(name string, c int32, offset int64) {
	v := u.register(name)
	v.known, v.cell, v.offset = true, c, offset
	if v.node >= 0 {
		u.know(v)
	}
}

// operand is the node of an operand, -1 if it has no address that is followed.
func (u *unit) operand(v llvmir.Value) int32 {
	if v.Kind == llvmir.Local {
		return u.nodeOf(u.register(v.Name))
	}
	switch len(v.Refs) {
	case 0:
		return -1
	case 1:
		return u.constant(v.Refs[0])
	}
	n := u.newNode()
	for _, r := range v.Refs {
		u.flows(u.constant(r), n, 0, all)
	}
	return n
}

// target is the place that a pointer operand is the address of, if it is known.
func (u *unit) target(v llvmir.Value) (c int32, offset int64, ok bool) {
	if v.Kind == llvmir.Local {
		r := u.register(v.Name)
		if !r.known && r.node >= 0 {
			// A pointer to a union is used as it is.
			if name := u.loaded[r.node]; u.unions[name] {
				return u.union("union." + name), 0, true
			}
		}
		return r.cell, r.offset, r.known
	}
	if len(v.Refs) == 1 && !u.isFunc(v.Refs[0].Name) {
		return u.global(v.Refs[0].Name), v.Refs[0].Offset, true
	}
	return 0, 0, false
}

// passesOf is what an access lets pass.
func (u *unit) passesOf(in *llvmir.Inst) (passes, string) {
	acc := llvmir.AnyAccess
	if in.TBAA >= 0 {
		var ok bool
		if acc, ok = u.access[in.TBAA]; !ok {
			acc = u.m.Access(in.TBAA)
			u.access[in.TBAA] = acc
		}
	}
	switch {
	case in.Type.Kind == llvmir.Int && in.Type.Bits == 64:
		return nothing, ""
	case acc.Pointers < 0:
		return all, ""
	case acc.Pointers > 1:
		return objects, ""
	}
	return nothing, acc.Struct
}

// place is where an instruction stands.
func (u *unit) place(in *llvmir.Inst) int32 {
	if in.Debug < 0 {
		return u.placeOf(u.fn.pos)
	}
	at, ok := u.places[in.Debug]
	if !ok {
		at = u.placeOf(u.m.Pos(in.Debug))
		u.places[in.Debug] = at
	}
	return at
}
