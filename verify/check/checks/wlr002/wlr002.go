// Package wlr002 finds imports whose type is not the host's, and that are
// refused for it.
package wlr002

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR002", Name: "import-type", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "A function is imported with another type than the runtime's, and refused",
		Text: `The runtime has a function of that name with other parameters or results. It refuses the module when it starts it; some runtimes stop it at the call.

The same name can stand for different functions: sock_accept has two parameters on WasmEdge before 0.12 and three in the standard. Build the module with a header for this release of the runtime.`,
		Blind: "Functions of the same type that mean something else, such as sock_bind of WasmEdge with addresses of 16 or of 128 bytes.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	link := p.Target.Link()
	for _, i := range p.FuncImports() {
		there := p.Mismatch(i)
		if there == nil {
			continue
		}
		switch link.MismatchOf(i.Name) {
		case abi.Refused:
			p.Report(check.Error, check.Refused, i.Offset, "%s.%s is imported as %s, and is %s: the module is refused", i.Module, i.Name, i.Type, check.Types(there))
		case abi.AtCall:
			p.Report(check.Error, check.Wrong, i.Offset, "%s.%s is imported as %s, and is %s: calling it stops the module", i.Module, i.Name, i.Type, check.Types(there))
		}
	}
}
