// Package wlr101 finds the traps that the linker puts where declarations disagree.
package wlr101

import (
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

const prefix = "signature_mismatch:"

var Check = &check.Check{
	ID: "WLR101", Name: "signature-mismatch", Severity: check.Error,
	Doc: check.Doc{
		Title: "The linker put a trap where a function was declared with another type",
		Text: `Two sources declare a function with different types, and one of them calls it. wasm-ld warns, and links the call to a function signature_mismatch:NAME that does nothing but trap.

Give the function one declaration, in a header that all its callers include. Link with --fatal-warnings, so that it cannot happen again.`,
		Blind: "Modules without names; a function whose address alone is taken (see the analysis of indirect calls).",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, fn := range p.Facts.Traps {
		name := p.Module.Names().Funcs[fn]
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			p.Report(check.Error, check.Wrong, p.Module.Funcs[fn].Offset, "a call of %s meets a trap: it was declared as %s, and is defined otherwise", rest, p.FunctionType(fn))
		}
	}
}
