package build

import (
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// setjmpFlags make jumps of setjmp() and longjmp(): exceptions of the final
// proposal, which only functions that call setjmp() catch. An engine need not
// have them, since a mode's pass can take them out of the linked module; so the
// objects are the same for every mode.
var setjmpFlags = []string{"-mllvm", "-wasm-enable-sjlj", "-mllvm", "-wasm-use-legacy-eh=false"}

// setjmpMode is how a linked module jumps, and whether it switches contexts.
type setjmpMode struct {
	jumps    string   // its folder below sockshim-c/src/setjmp
	contexts string   // its folder below sockshim-c/src/context
	passes   []string // over the linked module, before the runtime's own
}

// setjmpModes are the values of a runtime's setjmp.
var setjmpModes = map[string]setjmpMode{
	"none":      {"none", "none", []string{"checked-returns"}},
	"checked":   {"throw", "none", []string{"checked-returns"}},
	"resumable": {"throw", "switch", []string{"checked-returns"}},
	"exnref":    {"throw", "none", nil},
}

// setjmp is the runtime's mode; the schema knows no other names.
func setjmp(rt *recipe.Runtime) setjmpMode {
	mode, ok := setjmpModes[rt.Setjmp]
	if !ok {
		panic(fmt.Sprintf("runtime %s: setjmp mode %q is in the schema but not in the table", rt.Name, rt.Setjmp))
	}
	return mode
}

// passes are those that the runtime's modules go through, in their order.
func passes(rt *recipe.Runtime) []string {
	return slices.Concat(setjmp(rt).passes, rt.PostLink)
}
