// Package postlink has the passes that make of a linked module what is shipped.
// A runtime's profile names the passes that its modules go through, in their
// order.
package postlink

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink/checked"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Pass turns a module into another that does the same.
type Pass struct {
	Name string // as profiles have it: lower-case words with hyphens
	Doc  string // one sentence: what the pass does and what for
	// Version changes when the pass makes something else of the same module.
	Version int
	// Run returns the new module; it must not change the one it is given. A hot
	// function that the module does not have is an error of the pass that makes
	// use of them.
	Run func(module []byte, hot []Hot) ([]byte, error)
}

// passes are all there are, by name.
var passes = []Pass{
	{
		Name:    "checked-returns",
		Doc:     "takes exceptions out of a module: a throw becomes a return, and its caller asks for that, so that setjmp works on engines without exceptions, and contexts (fibers) on all",
		Version: 5,
		Run:     CheckedReturns,
	},
	{
		Name:    "devirtualize",
		Doc:     "calls functions of a fixed table directly, through a switch, instead of by call_indirect, and makes some of them a part of their caller: AOT compilers make that several times as fast",
		Version: 6,
		Run:     Devirtualize,
	},
	{
		Name:    "pack-data",
		Doc:     "leaves zeros out of the data segments, which memory has without them: PHP's modules get a third smaller",
		Version: 1,
		Run:     func(module []byte, _ []Hot) ([]byte, error) { return PackData(module) },
	},
}

// Options are what a project says of its functions.
type Options struct {
	Hot   []Hot        // in which the program spends its time
	Adapt []Adaptation // before all passes
}

// Hot is a function in which a program spends its time, which passes can make larger
// to make it faster.
type Hot struct {
	// Function is its name in the module, of which that must have one.
	Function string
	// Callees matches the names of the functions that its indirect calls are of; nil
	// means all of the type that is called. A call of another function works, too,
	// and is slower. It must match something.
	Callees *regexp.Regexp
	// Inline matches the names of those whose bodies become a part of it; nil: none.
	// It must match something.
	Inline *regexp.Regexp
}

// Find returns the pass of that name, or nil.
func Find(name string) *Pass {
	for i := range passes {
		if passes[i].Name == name {
			return &passes[i]
		}
	}
	return nil
}

// Names lists the passes there are.
func Names() []string {
	var names []string
	for _, p := range passes {
		names = append(names, p.Name)
	}
	return names
}

// Hash adds the named passes to the inputs of a step.
func Hash(h *cache.Hasher, names []string, o Options) error {
	for _, f := range o.Hot {
		h.String("hot function", f.Function)
		if f.Callees != nil {
			h.String("its callees", f.Callees.String())
		}
		if f.Inline != nil {
			h.String("of these in it", f.Inline.String())
		}
	}
	for _, a := range o.Adapt {
		h.String("adapt "+a.Function, a.As)
	}
	for _, name := range names {
		p := Find(name)
		if p == nil {
			return fmt.Errorf("unknown pass %q", name)
		}
		h.String("pass "+name, fmt.Sprint(p.Version))
	}
	return nil
}

// Run runs the named passes over a module, in their order, after Adapt.
func Run(module []byte, names []string, o Options) ([]byte, error) {
	module, err := Adapt(module, o.Adapt)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		p := Find(name)
		if p == nil {
			return nil, fmt.Errorf("unknown pass %q", name)
		}
		if module, err = p.Run(module, o.Hot); err != nil {
			return nil, fmt.Errorf("pass %s: %w", name, err)
		}
	}
	return module, nil
}

// CheckedReturns takes exceptions out of a module, as package checked says. The hot
// functions lose no time by it unless they are suspended.
func CheckedReturns(module []byte, hot []Hot) ([]byte, error) {
	if len(hot) == 0 {
		return checked.Run(module, nil)
	}
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	fns, err := hotFunctions(m, hot)
	if err != nil {
		return nil, err
	}
	return checked.Run(module, slices.Sorted(maps.Keys(fns)))
}

// decode reads a module that is to be rewritten.
func decode(module []byte) (*wasm.Module, error) {
	m, err := wasm.Decode(module)
	if err == nil && len(m.Findings) > 0 {
		err = fmt.Errorf("it cannot be read whole: %w", m.Findings[0])
	}
	return m, err
}

// cases are the slots of a dispatcher whose functions a hot function calls.
func (h *Hot) cases(m *wasm.Module, disp *dispatcher) []slot {
	if h.Callees == nil {
		return disp.slots
	}
	var slots []slot
	for _, s := range disp.slots {
		if h.Callees.MatchString(m.FuncName(s.fn)) {
			slots = append(slots, s)
		}
	}
	return slots
}

// inlines says whether a function's body becomes a part of a hot function.
func (h *Hot) inlines(m *wasm.Module, fn uint32) bool {
	return h.Inline != nil && h.Inline.MatchString(m.FuncName(fn)) && inlinable(m, fn)
}

// hotFunctions finds the hot functions of a module.
func hotFunctions(m *wasm.Module, hot []Hot) (map[uint32]*Hot, error) {
	fns := map[uint32]*Hot{}
	for i, h := range hot {
		found := functionsNamed(m, h.Function)
		if len(found) == 0 {
			return nil, fmt.Errorf("hot function %q: it has no function of that name", h.Function)
		}
		for _, fn := range found {
			fns[fn] = &hot[i]
		}
		for _, expr := range []*regexp.Regexp{h.Callees, h.Inline} {
			if expr != nil && !namesAny(m, expr) {
				return nil, fmt.Errorf("hot function %q: it has no function whose name matches %q", h.Function, expr)
			}
		}
	}
	return fns, nil
}

// namesAny says whether the name of any function matches.
func namesAny(m *wasm.Module, expr *regexp.Regexp) bool {
	for _, name := range m.Names().Funcs {
		if expr.MatchString(name) {
			return true
		}
	}
	return false
}

// functionsNamed finds the functions of a name.
func functionsNamed(m *wasm.Module, name string) []uint32 {
	var found []uint32
	for fn, its := range m.Names().Funcs {
		if its == name {
			found = append(found, fn)
		}
	}
	return found
}
