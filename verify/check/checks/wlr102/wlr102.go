// Package wlr102 finds the traps that LLVM puts where a call does not fit.
package wlr102

import (
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

const suffix = "_bitcast_invalid"

var Check = &check.Check{
	ID: "WLR102", Name: "bitcast-invalid", Severity: check.Error,
	Doc: check.Doc{
		Title: "LLVM put a trap where a function is called through a cast",
		Text: `A function is called as if it had another type, and the compiler could see it. LLVM replaces the call by one of .LNAME_bitcast_invalid, which does nothing but trap.

Call the function with its own type, through a wrapper if need be.`,
		Blind: "Modules without names; casts that the compiler could not see through (see the analysis of indirect calls).",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, fn := range p.Facts.Traps {
		name := p.Module.Names().Funcs[fn]
		if rest, ok := strings.CutSuffix(name, suffix); ok {
			p.Report(check.Error, check.Wrong, p.Module.Funcs[fn].Offset, "a call of %s as %s meets a trap", strings.TrimPrefix(rest, ".L"), p.FunctionType(fn))
		}
	}
}
