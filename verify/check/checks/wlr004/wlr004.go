// Package wlr004 finds a function that is imported with two types.
package wlr004

import (
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR004", Name: "two-conventions", Severity: check.Warning,
	Doc: check.Doc{
		Title: "The same function is imported with two types",
		Text: `Parts of the module were built for different conventions: typically the C library's accept() imports sock_accept with the three parameters of the standard, and a socket library for WasmEdge imports it with two. Only WasmEdge 0.12 and later link both. The descriptors they give are the same, but one of the two is likely a mistake.

Build all parts for one convention.`,
		Blind: "Two conventions under two names.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	type name struct{ module, name string }
	types := map[name][]abi.Type{}
	for _, i := range p.FuncImports() {
		n := name{i.Module, i.Name}
		if before := types[n]; len(before) > 0 && !slices.Contains(before, i.Type) {
			p.Report(check.Warning, check.None, i.Offset, "%s.%s is imported as %s and as %s", i.Module, i.Name, before[0], i.Type)
		}
		types[n] = append(types[n], i.Type)
	}
}
