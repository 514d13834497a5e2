// Package wlr003 finds imports whose type is not the host's, and that are linked
// all the same.
package wlr003

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR003", Name: "silent-mismatch", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "A function is imported with another type than the runtime's, and linked all the same",
		Text: `The module starts, and nothing says that something is wrong until the function is called. WasmEdge 0.12 and 0.13 link any type of any function of preview 1; 0.14 to 0.16 do so for eleven functions of sockets, and call the second version of the function with what was meant for the first; Node.js links any function with any type, since JavaScript functions have none.

That a module starts on such a release says nothing. Give the import the type that is shown.`,
		Blind: "Whether the function is ever called.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	link := p.Target.Link()
	for _, i := range p.FuncImports() {
		there := p.Mismatch(i)
		if there == nil || link.MismatchOf(i.Name) != abi.Linked {
			continue
		}
		p.Report(check.Error, check.Wrong, i.Offset, "%s.%s is imported as %s, and is %s: the module is linked, and a call goes wrong", i.Module, i.Name, i.Type, check.Types(there)).
			Hintf("What comes of a call: %s.", link.Wrong)
	}
}
