// Package wlr107 finds functions in the table that no call can reach.
package wlr107

import (
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR107", Name: "no-caller", Severity: check.Note,
	Doc: check.Doc{
		Title: "Functions are in the table with a type that no indirect call has",
		Text: `Their addresses are taken, and a call of them through the table can only trap. It can be that the call was optimised away, or that they are called as if they had another type.

It is worth a look where such a function is known to be called.`,
		Blind: "Where both types are common, a wrong function among right ones: that takes an analysis of what is stored where. Modules whose table the host can read, or that call through typed references, are not looked at.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	m := p.Module
	if check.OpenTable(m) || p.Facts.CallsRef {
		return
	}
	called := p.Facts.CallTypes()
	byType := map[abi.Type][]uint32{}
	for fn := range p.Facts.Referred {
		if int(fn) >= len(m.Funcs) {
			continue
		}
		fits := func(t uint32) bool { return check.SameType(m, m.Funcs[fn].Type, t) }
		if !slices.ContainsFunc(called, fits) {
			t := p.FunctionType(fn)
			byType[t] = append(byType[t], fn)
		}
	}
	for t, funcs := range byType {
		slices.Sort(funcs)
		more := ""
		if n := len(funcs) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		p.Report(check.Note, check.None, m.Funcs[funcs[0]].Offset, "%s%s is in the table with the type %s, and no call_indirect has it", m.FuncName(funcs[0]), more, t)
	}
}
