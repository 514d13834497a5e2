// Package wlr012 finds exit statuses that do not arrive.
package wlr012

import "github.com/wlrbuild/wlrbuild/verify/check"

var Check = &check.Check{
	ID: "WLR012", Name: "exit-status", Severity: check.Warning, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module ends with a status that the runtime takes for an error",
		Text: `wasmtime lets a program end with 0 to 125; with a larger status, such as PHP's 255 after a fatal error, it prints a backtrace and ends as after a trap. A constant status is a warning; that the module can end with a status at all, a note.

Where the status matters, run the module on another runtime or embed wasmtime.`,
		Blind: "Statuses that are computed.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	limit := p.Target.Exit()
	if limit == nil {
		return
	}
	constant := false
	for _, e := range p.Facts.Exits {
		if e.Status > uint32(limit.Max) {
			constant = true
			p.Report(check.Warning, check.None, e.Offset, "it ends with status %d; of more than %d, %s", int32(e.Status), limit.Max, limit.Above)
		}
	}
	if constant {
		return
	}
	for _, i := range p.FuncImports() {
		if i.Name == "proc_exit" {
			p.Report(check.Note, check.None, i.Offset, "it can end with a status; of more than %d, %s", limit.Max, limit.Above)
			return
		}
	}
}
