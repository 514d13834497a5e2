// Package wlr006 finds imports of what is no function.
package wlr006

import (
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var Check = &check.Check{
	ID: "WLR006", Name: "import-kind", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "A memory, table, global or tag is imported",
		Text: `A program for WASI brings its own memory and table; runtimes have none to import, and refuse the module. Modules that are made for JavaScript, and shared libraries, import them.

Link with --export-memory instead of --import-memory, and without --import-table and -shared.`,
		Blind: "Hosts that make a shared memory for threads, and modules that are linked by name (--preload).",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, i := range p.Module.Imports {
		if i.Kind != wasm.KindFunc {
			p.Report(check.Error, check.Refused, i.Offset, "the %s %s.%s is imported, and the runtime has only functions", i.Kind, i.Module, i.Name)
		}
	}
}
