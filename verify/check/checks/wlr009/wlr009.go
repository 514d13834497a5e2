// Package wlr009 finds proposals that the runtime does not have.
package wlr009

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR009", Name: "no-feature", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module uses a proposal of WebAssembly that the runtime does not have",
		Text: `The runtime refuses the module when it reads it. The finding names the first place where the proposal is used.

Build without it (clang: -mno-FEATURE, or another -mcpu), or run it on a release that has it.`,
		Blind: "Proposals that the profile of the runtime does not tell of; a runtime that was built with other options.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, u := range p.Uses() {
		if u.State.State == abi.No {
			p.Report(check.Error, check.Refused, u.Offset, "%s uses %s, which the runtime does not have", u.What, u.Name)
		}
	}
}
