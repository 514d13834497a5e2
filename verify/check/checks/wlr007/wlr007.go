// Package wlr007 finds modules that cannot be started.
package wlr007

import (
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var Check = &check.Check{
	ID: "WLR007", Name: "no-start", Severity: check.Error,
	Doc: check.Doc{
		Title: "The module exports no function _start",
		Text: `A runtime starts a program by its export _start, a function without parameters and results. A module without it is a library: somebody else has to call its functions. One with _initialize, a reactor, says so, and is reported as a note only.

Link with crt1-command.o (without -nostartfiles, -mexec-model=reactor and --no-entry), and without stripping exports.`,
		Blind: "Programs whose start is the module's start section.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	e := p.Module.Export("_start")
	switch {
	case e != nil && e.Kind != wasm.KindFunc:
		p.Report(check.Error, check.Refused, e.Offset, "the export _start is a %s and has to be a function", e.Kind)
	case e != nil:
		if t := p.FunctionType(e.Index); t != "()" {
			p.Report(check.Error, check.Wrong, e.Offset, "_start has the type %s and has to have (): calling it goes wrong", t)
		}
	case p.Module.Export("_initialize") != nil:
		p.Report(check.Note, check.None, -1, "it is a reactor: it exports _initialize and no _start, so it cannot be started as a program")
	default:
		p.Report(check.Error, check.Refused, -1, "it exports no function _start, so it cannot be started as a program")
	}
}
