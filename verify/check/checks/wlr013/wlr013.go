// Package wlr013 finds functions of the host that can do harm.
package wlr013

import (
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR013", Name: "host-hazard", Severity: check.Note, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module uses a function that is known to do harm on this runtime",
		Text:  `A defect of the runtime that a program can step around: a write to a socket that ends WasmEdge with SIGPIPE, a wait that never ends, a call that crashes the host. The hint says how.`,
		Blind: "Whether the program steps around it already: this is a note for that reason.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, h := range p.Target.Hazards() {
		if !slices.ContainsFunc(h.With, p.Imports) {
			continue
		}
		for _, i := range p.FuncImports() {
			if i.Name == h.Function {
				p.Report(check.Note, check.None, i.Offset, "%s: %s", i.Name, h.Text).Hintf("To step around it, %s.", h.Hint)
			}
		}
	}
}
