// Package wlr106 finds indirect calls that can only trap.
package wlr106

import "github.com/wlrbuild/wlrbuild/verify/check"

var Check = &check.Check{
	ID: "WLR106", Name: "no-callee", Severity: check.Note,
	Doc: check.Doc{
		Title: "Functions are called through the table with a type that none in it has",
		Text: `Such a call can only trap. Most often it is a hook that nothing in the program sets, and that is tested before the call; it can also be that every function meant for it has another type.

It is worth a look where the call is known to be made.`,
		Blind: "Where both types are common, a wrong function among right ones: that takes an analysis of what is stored where. Modules whose table the host can write to are not looked at.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	m := p.Module
	if check.OpenTable(m) || len(m.Tables) == 0 {
		return
	}
	for _, t := range p.Facts.CallTypes() {
		met := false
		for fn := range p.Facts.Referred {
			if int(fn) < len(m.Funcs) && check.SameType(m, m.Funcs[fn].Type, t) {
				met = true
				break
			}
		}
		if !met {
			p.Report(check.Note, check.None, p.Facts.IndirectTypes[t], "call_indirect of type %s: no function in the table has it", check.TypeOf(m.SigType(t)))
		}
	}
}
