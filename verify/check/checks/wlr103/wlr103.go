// Package wlr103 finds functions that are called and only trap.
package wlr103

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR103", Name: "trap-only", Severity: check.Warning,
	Doc: check.Doc{
		Title: "A function is called whose body is only a trap",
		Text: `Nothing is left of the function but the instruction unreachable: it was a stub, or the compiler found that it can do nothing that is defined. abort() and the like are meant so and are not reported; nor is undefined_weak:NAME, which programs test for before they call it.

Where it is meant so, suppress the finding with the reason.`,
		Blind: "Functions that do something before they trap; whether the call is ever reached. In a module without names it cannot tell abort() from others, so there it reports notes.",
		Since: "0.1",
	},
	Run: run,
}

// meant are functions that are there to trap, or only for their address.
var meant = []string{"abort", "__abort", "_abort_js", "__builtin_trap", "__cxa_pure_virtual", "__cxa_deleted_virtual", "__cxa_throw", "std::terminate()", "__SIG_ERR", "__SIG_IGN"}

// meantBy are parts of the names of such functions in other languages.
var meantBy = []string{"undefined_weak:", "abort_internal", "__rust_start_panic", "rust_panic", "std::process::abort", "std..process..abort", "runtime.abort"}

func run(p *check.Pass) {
	names := p.Module.Names().Funcs
	var nameless []uint32
	for _, fn := range p.Facts.Traps {
		name := names[fn]
		if strings.HasPrefix(name, "signature_mismatch:") || strings.HasSuffix(name, "_bitcast_invalid") {
			continue // WLR101, WLR102
		}
		by := func(part string) bool { return strings.Contains(name, part) }
		if slices.Contains(meant, name) || slices.ContainsFunc(meantBy, by) {
			continue
		}
		how := "is called"
		if _, called := p.Facts.Called[fn]; !called {
			if !p.Facts.Referred[fn] {
				continue
			}
			how = "is in a table"
		}
		if name == "" {
			nameless = append(nameless, fn)
			continue
		}
		p.Report(check.Warning, check.None, p.Module.Funcs[fn].Offset, "%s %s, and its body is only a trap", name, how)
	}
	if nameless == nil {
		return
	}
	more := ""
	if n := len(nameless) - 1; n > 0 {
		more = fmt.Sprintf(" (and %d more)", n)
	}
	p.Report(check.Note, check.None, p.Module.Funcs[nameless[0]].Offset, "%s%s is called or in a table, has no name, and its body is only a trap", p.Module.FuncName(nameless[0]), more)
}
