// Package wlr105 finds stacks that grow into data.
package wlr105

import "github.com/wlrbuild/wlrbuild/verify/check"

var Check = &check.Check{
	ID: "WLR105", Name: "stack-above-data", Severity: check.Warning,
	Doc: check.Doc{
		Title: "Data lies below the stack, which grows down",
		Text: `What overflows the stack writes into the program's data, and the program goes on with that. With the stack first, an overflow leaves the memory and traps.

Link with -Wl,--stack-first.`,
		Blind: "Modules that wasm-ld did not link, or that have no data.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	if s, ok := check.FindStack(p.Module); ok && s.Below {
		p.Report(check.Warning, check.None, p.Module.Globals[s.Global].Offset, "data lies below the stack, which begins at 0x%x and grows down", s.Top)
	}
}
