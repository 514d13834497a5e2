// Package wlr015 finds proposals of which it is not known whether the runtime has
// them.
package wlr015

import (
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR015", Name: "unknown-feature", Severity: check.Note, OfRuntime: true,
	Doc: check.Doc{
		Title: "The module uses a proposal of which the runtime's profile says nothing",
		Text: `Whether the runtime takes the module is not known: its profile tells of functions and not of this proposal. With runtimes that are built with options of their own, such as WAMR and wasm3, it depends on these.

Try it. If you know, add the proposal to the profile.`,
		Blind: "How the runtime at hand was built.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	for _, u := range p.Uses() {
		if u.State.State == abi.Unknown {
			p.Report(check.Note, check.None, u.Offset, "%s uses %s; whether the runtime has it is not known", u.What, u.Name)
		}
	}
}
