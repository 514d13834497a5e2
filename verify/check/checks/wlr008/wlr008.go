// Package wlr008 finds modules whose memory the host cannot find.
package wlr008

import (
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var Check = &check.Check{
	ID: "WLR008", Name: "no-memory", Severity: check.Error,
	Doc: check.Doc{
		Title: "Host functions are imported, and no memory is exported",
		Text: `Host functions read their arguments from the memory that the module exports under the name "memory". Without it Node.js refuses the module, and the others stop it or fail with EFAULT at the first call.

Link with --export-memory, which is the default, and do not strip exports.`,
		Blind: "Host functions of other interfaces than preview 1, and whether any is called.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	e := p.Module.Export("memory")
	if e != nil && e.Kind == wasm.KindMemory {
		return
	}
	if e != nil {
		p.Report(check.Error, check.Wrong, e.Offset, "the export memory is a %s and has to be a memory", e.Kind)
		return
	}
	for _, i := range p.FuncImports() {
		if i.Module == "wasi_snapshot_preview1" && i.Type.Params() > 0 && i.Name != "proc_exit" {
			p.Report(check.Error, check.Wrong, i.Offset, "it imports %s.%s and exports no memory for it", i.Module, i.Name)
			return
		}
	}
}
