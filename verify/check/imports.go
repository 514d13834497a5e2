package check

import (
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// TypeOf is a function type as profiles write it.
func TypeOf(t *wasm.Type) abi.Type {
	if t == nil {
		return "(unknown type)"
	}
	names := func(types []wasm.ValType) []string {
		var out []string
		for _, v := range types {
			out = append(out, v.String())
		}
		return out
	}
	return abi.NewType(names(t.Params), names(t.Results))
}

// Import is an imported function.
type Import struct {
	*wasm.Import
	Type abi.Type
}

// FuncImports are the imported functions, in the module's order.
func (p *Pass) FuncImports() []Import {
	var out []Import
	for i := range p.Module.Imports {
		if imp := &p.Module.Imports[i]; imp.Kind == wasm.KindFunc {
			out = append(out, Import{imp, TypeOf(p.Module.SigType(imp.Type))})
		}
	}
	return out
}

// Imports says whether the module imports a function of that name.
func (p *Pass) Imports(name string) bool {
	return slices.ContainsFunc(p.Module.Imports, func(i wasm.Import) bool { return i.Kind == wasm.KindFunc && i.Name == name })
}

// FunctionType is the type of a function of the module.
func (p *Pass) FunctionType(fn uint32) abi.Type { return TypeOf(p.Module.FuncType(fn)) }

// Types joins the types that an import has the choice of.
func Types(functions []abi.Function) string {
	var out []string
	for _, f := range functions {
		out = append(out, string(f.Type))
	}
	return strings.Join(out, " or ")
}

// Mismatch is the function that an import names and whose type is another: nil
// if the import fits or if there is no such function.
func (p *Pass) Mismatch(i Import) []abi.Function {
	there := p.Target.Functions(i.Module, i.Name)
	if slices.ContainsFunc(there, func(f abi.Function) bool { return f.Type == i.Type }) {
		return nil
	}
	return there
}

// FeatureUse is a proposal that the module uses, and what it is on the target.
type FeatureUse struct {
	Name string
	Use
	State abi.FeatureState
}

// Uses are the proposals that the module uses, in the order of abi's names.
// Where either of two will do, the better one is in the list.
func (p *Pass) Uses() []FeatureUse {
	var out []FeatureUse
	for _, name := range abi.FeatureNames {
		use, ok := p.Facts.Features[name]
		if !ok {
			continue
		}
		u := FeatureUse{name, use, p.Target.Feature(name)}
		if name == exceptionHandling && p.Facts.AnyExceptions && u.State.State != abi.On {
			if other := p.Target.Feature(legacyExceptions); other.State == abi.On || u.State.State == abi.No {
				u.State = other
			}
		}
		out = append(out, u)
	}
	return out
}
