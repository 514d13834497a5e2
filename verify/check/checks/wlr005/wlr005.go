// Package wlr005 finds functions that are there and do nothing.
package wlr005

import "github.com/wlrbuild/wlrbuild/verify/check"

var Check = &check.Check{
	ID: "WLR005", Name: "host-stub", Severity: check.Note, OfRuntime: true,
	Doc: check.Doc{
		Title: "A function is imported that the runtime has only for its name",
		Text: `The module links, and the function fails whenever it is called. The C library imports sock_accept, sock_recv and sock_send if anything in the program mentions accept(), recv() or send(), so this need not matter.

A program that needs the function needs another runtime.`,
		Blind: "Whether the function is ever called, and stubs that no profile tells of.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, i := range p.FuncImports() {
		for _, f := range p.Target.Functions(i.Module, i.Name) {
			if f.Type == i.Type && f.Stub != "" {
				p.Report(check.Note, check.None, i.Offset, "%s.%s is a stub: %s", i.Module, i.Name, f.Stub)
			}
		}
	}
}
