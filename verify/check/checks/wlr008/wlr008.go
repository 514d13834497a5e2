// Package wlr008 finds modules whose memory the host cannot find.
package wlr008

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var Check = &check.Check{
	ID: "WLR008", Name: "no-memory", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module exports no memory",
		Text: `Host functions read their arguments from the memory that the module exports under the name "memory". Without it Node.js refuses the module, whether it has host functions or not; the others stop it, or fail with EFAULT, at the first call that needs it.

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
	if p.Target.Link().Memory == abi.Refused {
		p.Report(check.Error, check.Refused, -1, "it exports no memory under that name: the module is refused")
		return
	}
	for _, i := range p.FuncImports() {
		if i.Module == "wasi_snapshot_preview1" && i.Type.Params() > 0 && i.Name != "proc_exit" {
			p.Report(check.Error, check.Wrong, i.Offset, "it imports %s.%s and exports no memory for it: a call goes wrong", i.Module, i.Name)
			return
		}
	}
}
