// Package wlr108 finds functions that are stored where another type is declared.
package wlr108

import (
	"errors"

	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/slots"
)

var Check = &check.Check{
	ID: "WLR108", Name: "stored-type", Severity: check.Error,
	Doc: check.Doc{
		Title: "A function is stored where the source declares another type",
		Text: `A variable, or a member of one, is declared as a pointer to a function of one type, and what lies there when the program starts is a function of another: it was cast. A call through the pointer traps, unless it casts back.

Wrap the function in one of the declared type. The check needs a module that was linked with -g and -Wl,--emit-relocs, before it was stripped; it takes about a second for PHP.`,
		Blind: "Functions that are stored when the program runs; places declared as void *, void (*)(void) or without a prototype, which say nothing; variables that the debug information does not have. An analysis of the whole program sees these (wlrbuild verify).",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	result, err := slots.Compare(p.Module)
	if errors.Is(err, slots.ErrNone) {
		return
	}
	if err != nil {
		p.Report(check.Warning, check.None, -1, "the types of what is stored cannot be compared: %v", err)
		return
	}
	for _, s := range result.Mismatches {
		p.Report(check.Error, check.Wrong, s.Offset, "%s %s is stored in %s, which is declared as %s (%s)", p.Module.FuncName(s.Function), s.Type, s.Place, s.Declared, s.Source).
			Hintf("Its slot in the table is %d.", s.Index)
	}
}
