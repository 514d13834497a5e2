// Package wlr010 finds proposals that a flag turns on.
package wlr010

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR010", Name: "feature-flag", Severity: check.Warning, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module uses a proposal of WebAssembly that has to be turned on",
		Text: `Started plainly, the runtime refuses the module. The finding names the flag.

Start it with the flag, or build without the proposal.`,
		Blind: "How the module will be started.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, u := range p.Uses() {
		if u.State.State == abi.Flag {
			f := p.Report(check.Warning, check.Flags, u.Offset, "%s uses %s, which %s turns on", u.What, u.Name, u.State.Flag)
			if u.State.Note != "" {
				f.Hintf("Note: %s.", u.State.Note)
			}
		}
	}
}
