// Package wlr011 finds proposals that cannot be compiled ahead of time.
package wlr011

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR011", Name: "no-aot", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module uses a proposal that the runtime can only interpret",
		Text: `The runtime's compiler refuses the module, and interpreted it is many times as slow. It is an error with --aot and else a note.

For setjmp and longjmp, use checked returns (setjmp: checked) instead of exception handling.`,
		Blind: "Limits of a compiler that no profile tells of.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, u := range p.Uses() {
		if u.State.AOT != abi.No || u.State.State == abi.No {
			continue
		}
		severity, effect := check.Note, check.None
		if p.AOT {
			severity, effect = check.Error, check.Refused
		}
		p.Report(severity, effect, u.Offset, "%s uses %s, which cannot be compiled ahead of time", u.What, u.Name)
	}
}
