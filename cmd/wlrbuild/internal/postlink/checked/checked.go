// Package checked takes exceptions out of a module, so that engines without them
// can run it. It is made for what a C compiler makes of setjmp and longjmp: few
// functions that catch, one that throws, and many between them.
//
// A throw becomes a return. It leaves what it throws in global variables, one of
// which says that an exception is on its way, and the function returns zeros.
// After each call that an exception can come out of, the caller asks that
// variable, and returns in its turn, or goes on where its try_table would have
// caught the exception:
//
//	call $f                     call $f
//	…                  ⇒        global.get $thrown
//	                            br_if $leave
//	                            …
//
// Calls that no exception can come out of are not followed by anything: see
// graph. Neither are those that are followed by nothing but a return: see
// harmless.
//
// The same variable tells of a suspension, where a module has contexts (see
// contexts): functions that it can come out of then save their variables before
// they return, and can be called once more to go on (see plan).
//
// Limits: the parameters of tags may be of any type that has a zero; where
// exceptions are passed on as references (catch_all_ref, throw_ref), as clang
// does it, all tags have to have one i32 parameter or none, and a reference is
// an i64 of tag and parameter. Legacy exception handling is refused.
package checked

import (
	"errors"
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// uncaught is the export that is called when an exception leaves an exported
// function. If there is none, or if it returns, the module traps.
const uncaught = "__wlr_longjmp_uncaught"

// Run takes the exceptions out of a module. One that has none is returned as it
// is. hot are functions that are to lose no time by it, for some size.
func Run(module []byte, hot []uint32) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	if len(m.Findings) > 0 {
		return nil, m.Findings[0]
	}
	if len(m.Tags) == 0 && m.Export(contextExports.switchFn) == nil {
		return module, nil
	}
	if m, err = withoutExnrefTypes(m); err != nil {
		return nil, err
	}
	l, err := newLowering(m)
	if err != nil {
		return nil, err
	}
	for _, fn := range hot {
		l.hot[fn] = true
	}
	for fn := m.ImportedFuncs(); fn < len(m.Funcs); fn++ {
		body, err := l.body(uint32(fn))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.FuncName(uint32(fn)), err)
		}
		if body != nil {
			l.edit.SetBody(uint32(fn), body)
		}
	}
	if err := l.exports(); err != nil {
		return nil, err
	}
	if l.suspends != nil {
		l.edit.SetBody(l.contexts.switchFn, l.switchBody())
	}
	l.edit.Drop(wasm.SectionTag)
	if err := l.features(); err != nil {
		return nil, err
	}
	return l.edit.Encode()
}

// lowering is a module on its way.
type lowering struct {
	m    *wasm.Module
	edit *wasm.Editor

	leaves   *cone // what an exception, or a suspension, can come out of
	suspends *cone // what a suspension can come out of; nil if there are none
	contexts contexts
	hot      map[uint32]bool
	movers   map[string]uint32 // functions of the pass, by their names

	// thrown is the global variable that is 0, or 1 plus the number of the tag
	// of the exception that is on its way, or suspending, or resuming.
	thrown uint32
	// params are the variables for a tag's parameters, by tag.
	params [][]uint32
	// ref is a variable for a reference while it is taken apart.
	ref uint32
	// packable says that references can be an i64: see packRef.
	packable bool
	// stackPointer is the variable that says where the shadow stack ends, -1 if
	// none is named so.
	stackPointer int
}

func newLowering(m *wasm.Module) (*lowering, error) {
	g, err := newGraph(m)
	if err != nil {
		return nil, err
	}
	l := &lowering{m: m, edit: m.Edit(), packable: true, stackPointer: -1, hot: map[uint32]bool{}, movers: map[string]uint32{}}
	for i := range m.Globals {
		if m.Names().Globals[uint32(i)] == "__stack_pointer" {
			l.stackPointer = i
		}
		if m.Globals[i].Type == wasm.ExnRef {
			return nil, fmt.Errorf("global %d holds an exception", i)
		}
	}
	for i := range m.Tables {
		if m.Tables[i].Type == wasm.ExnRef {
			return nil, fmt.Errorf("table %d holds exceptions", i)
		}
	}
	l.leaves = g.cone(g.throws...)
	if err := l.findContexts(g); err != nil {
		return nil, err
	}
	l.thrown = l.global(wasm.I32)
	// Only one exception is on its way, so tags share variables by type.
	shared := map[wasm.ValType][]uint32{}
	for i := range m.Tags {
		if m.Tags[i].Imported {
			return nil, fmt.Errorf("tag %d is imported", i)
		}
		t := m.SigType(m.Tags[i].Type)
		if t == nil {
			return nil, fmt.Errorf("tag %d has no type", i)
		}
		used := map[wasm.ValType]int{}
		var vars []uint32
		for _, p := range t.Params {
			if _, err := zero(p); err != nil {
				return nil, fmt.Errorf("tag %d: %w", i, err)
			}
			if used[p] == len(shared[p]) {
				shared[p] = append(shared[p], l.global(p))
			}
			vars = append(vars, shared[p][used[p]])
			used[p]++
		}
		l.params = append(l.params, vars)
		l.packable = l.packable && (len(t.Params) == 0 || len(t.Params) == 1 && t.Params[0] == wasm.I32)
	}
	l.ref = l.global(wasm.I64)
	return l, nil
}

func (l *lowering) global(t wasm.ValType) uint32 {
	var init wasm.Asm
	init.Zero(t)
	init.Op(wasm.OpEnd)
	return l.edit.AddGlobal(t, true, init.Code)
}

// zero is what a function returns for a result that nobody looks at.
func zero(t wasm.ValType) ([]byte, error) {
	if t.IsRef() {
		if _, nullable := t.Heap(); !nullable {
			return nil, fmt.Errorf("there is no zero of type %s", t)
		}
	}
	var a wasm.Asm
	a.Zero(t)
	return a.Code, nil
}

// exports puts a function before each exported one that an exception can leave.
func (l *lowering) exports() error {
	handler, hasHandler := uint32(0), false
	var kept []wasm.Export
	for _, x := range l.m.Exports {
		if x.Name == uncaught && x.Kind == wasm.KindFunc {
			handler, hasHandler = x.Index, true
			continue
		}
		if l.suspends != nil && contextExports.has(x.Name) {
			continue
		}
		if x.Kind == wasm.KindTag {
			return fmt.Errorf("export %q is a tag", x.Name)
		}
		kept = append(kept, x)
	}
	if l.m.Start != nil && l.leaves.fns[*l.m.Start] {
		return errors.New("an exception can leave the start function")
	}
	var err error
	guards := map[uint32]uint32{}
	payload := wasm.AppendU(nil, uint64(len(kept)))
	for _, x := range kept {
		index := x.Index
		if x.Kind == wasm.KindFunc && l.leaves.fns[index] {
			guard, ok := guards[index]
			if !ok {
				if guard, err = l.guard(index, handler, hasHandler); err != nil {
					return fmt.Errorf("export %q: %w", x.Name, err)
				}
				guards[index] = guard
			}
			index = guard
		}
		payload = append(wasm.AppendName(payload, x.Name), byte(x.Kind))
		payload = wasm.AppendU(payload, uint64(index))
	}
	l.edit.SetSection(wasm.SectionExport, payload)
	return nil
}

// guard adds a function that calls fn, and the handler if an exception comes out.
func (l *lowering) guard(fn, handler uint32, hasHandler bool) (uint32, error) {
	t := l.m.FuncType(fn)
	var a wasm.Asm
	var locals []wasm.Locals
	if l.suspends != nil && l.suspends.fns[fn] {
		if len(t.Params)+len(t.Results) > 0 {
			return 0, fmt.Errorf("a function of type %s is called by the host and can be suspended", t)
		}
		locals = l.runContexts(&a, fn)
	} else {
		for i := range t.Params {
			a.Op(wasm.OpLocalGet, uint32(i))
		}
		a.Op(wasm.OpCall, fn)
	}
	a.Op(wasm.OpGlobalGet, l.thrown)
	a.Block(wasm.OpIf, 0, 0)
	if hasHandler {
		a.I32Const(0)
		a.Op(wasm.OpGlobalSet, l.thrown)
		a.Op(wasm.OpCall, handler)
	}
	a.Op(wasm.OpUnreachable)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpEnd)
	return l.edit.AddFunc(l.m.Funcs[fn].Type, l.m.FuncName(fn)+".guard", wasm.BodyOf(locals, a.Code)), nil
}

// features takes exceptions out of what the module says it needs.
func (l *lowering) features() error {
	const section = "target_features"
	if l.m.Custom(section) == nil {
		return nil
	}
	features, err := l.m.TargetFeatures()
	if err != nil {
		return err
	}
	var kept []byte
	n := uint64(0)
	for _, f := range features {
		if f.Name != "exception-handling" {
			n++
			kept = wasm.AppendName(append(kept, f.Prefix), f.Name)
		}
	}
	l.edit.DropCustoms(func(name string) bool { return name == section })
	l.edit.AddCustom(section, append(wasm.AppendU(nil, n), kept...))
	return nil
}

// withoutExnrefTypes puts i64 in the place of references to exceptions in the
// module's types. Bodies that have such references do not fit until they are
// rewritten.
func withoutExnrefTypes(m *wasm.Module) (*wasm.Module, error) {
	found := false
	payload := wasm.AppendU(nil, uint64(len(m.Types)))
	for i := range m.Types {
		t := &m.Types[i]
		payload = append(payload, byte(t.Form))
		for _, list := range [][]wasm.ValType{t.Params, t.Results} {
			payload = wasm.AppendU(payload, uint64(len(list)))
			for _, v := range list {
				found = found || v == wasm.ExnRef
				payload = wasm.AppendValType(payload, withoutExnref(v))
			}
		}
	}
	if !found {
		return m, nil
	}
	for i := range m.Types {
		if !m.Types[i].Plain() {
			return nil, fmt.Errorf("type %d is not of the first version of WebAssembly, and another has an exception", i)
		}
	}
	e := m.Edit()
	e.SetSection(wasm.SectionType, payload)
	data, err := e.Encode()
	if err != nil {
		return nil, err
	}
	return wasm.Decode(data)
}

func withoutExnref(t wasm.ValType) wasm.ValType {
	if t == wasm.ExnRef || t == wasm.Ref(false, -23) || t == wasm.NullExnRef {
		return wasm.I64
	}
	return t
}
