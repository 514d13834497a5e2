package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Coverage compares an analysis with the linked module: a proof that overlooks
// a part of the program is none.
type Coverage struct {
	Functions int // of the module that call by address
	Sites     int // such calls
	Elements  int // functions in tables
	Compared  int // of those, whose type in the module and in IR is the same
	Gaps      []Gap
	Slots     map[string][]int // function → indices in the table
}

// Gap is something in the module that the analysis knows nothing of.
type Gap struct {
	Function string
	Why      string
}

// Cover compares with a module that has names and that no pass has changed
// since it was linked.
func (a *Analysis) Cover(m *wasm.Module) *Coverage {
	c := &Coverage{Slots: map[string][]int{}}
	names := a.byName()
	for i := range m.Funcs {
		c.callers(m, a.model, uint32(i), names)
	}
	for _, e := range m.Elements {
		base, _ := m.Const(e.Place)
		for i, index := range e.Funcs {
			if index != wasm.NullFunc && index != wasm.OtherFunc {
				c.element(m, a.model, index, int(base)+i, names)
			}
		}
	}
	return c
}

// functionNames are the functions of the IR by the names that they have in the
// linked module.
type functionNames map[string][]*function

func (a *Analysis) byName() functionNames {
	names := functionNames{}
	for _, f := range a.funcs {
		names[f.name] = append(names[f.name], f)
	}
	// clang names main by its parameters in IR, and main in the module.
	for _, name := range []string{"__main_argc_argv", "__main_void", "__original_main"} {
		names["main"] = append(names["main"], names[name]...)
	}
	for alias, key := range a.aliases {
		if f := a.funcs[key]; f != nil {
			names[alias] = append(names[alias], f)
		}
	}
	return names
}

// defined says whether the IR of a function of that name was seen.
func (n functionNames) defined(name string) bool {
	return slices.ContainsFunc(n[name], func(f *function) bool { return f.defined })
}

// callers looks for calls by address in a function.
func (c *Coverage) callers(m *wasm.Module, model *Model, index uint32, names functionNames) {
	var sigs []string
	for code := m.Funcs[index].Code(); code.Next(); {
		if code.Op == wasm.OpCallIndirect || code.Op == wasm.OpReturnCallIndirect {
			sigs = append(sigs, Signature(m.SigType(code.Index)))
		}
	}
	if sigs == nil {
		return
	}
	c.Functions++
	c.Sites += len(sigs)
	name := m.FuncName(index)
	if names.defined(name) {
		return
	}
	inner, ok := model.Indirect[name]
	if !ok {
		c.gap(name, "calls by address, and is neither in the IR nor in the model: %s", strings.Join(sigs, " "))
		return
	}
	for _, sig := range sigs {
		if !slices.Contains(inner.Sigs, sig) {
			c.gap(name, "calls by address as %s, which the model does not have", sig)
		}
	}
}

// element looks at a function in a table.
func (c *Coverage) element(m *wasm.Module, model *Model, index uint32, slot int, names functionNames) {
	name := m.FuncName(index)
	c.Elements++
	c.Slots[name] = append(c.Slots[name], slot)
	sig := Signature(m.FuncType(index))
	known := names[name]
	switch {
	case len(known) == 0:
		if !slices.Contains(model.Kept, name) {
			c.gap(name, "is in a table, and is neither in the IR nor in the model")
		}
	case slices.ContainsFunc(known, func(f *function) bool { return f.sig == sig }):
		c.Compared++
	default:
		c.gap(name, "has type %s in the module, and %s in the IR", sig, known[0].sig)
	}
}

func (c *Coverage) gap(function, format string, args ...any) {
	c.Gaps = append(c.Gaps, Gap{function, fmt.Sprintf(format, args...)})
}

// Signature is a function type in the notation of llvmir.Type.Signature.
func Signature(t *wasm.Type) string {
	if t == nil {
		return "unknown"
	}
	return strings.ReplaceAll(strings.ReplaceAll(t.String(), ", ", ","), " -> ", "->")
}
