// Package wlr014 finds files that are no module, or a damaged one.
package wlr014

import (
	"errors"

	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var Check = &check.Check{
	ID: "WLR014", Name: "damaged", Severity: check.Error, OfFile: true,
	Doc: check.Doc{
		Title: "The file cannot be read as a module",
		Text: `A part of the file is not as the format has it: it was cut off or changed, it uses a proposal that is newer than this program, or it is a component and no core module. What could be read was checked.

A component runs on wasmtime and jco; the runtimes here run core modules of WASI preview 1.`,
		Blind: "Whether the module is valid: only its form is read, and no types are checked.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	p.Module.Names() // whose findings are among those of the module
	for _, f := range p.Module.Findings {
		if custom(p.Module, f) {
			p.Report(check.Warning, check.None, f.Offset, "the %s section: %s", f.Section, f.Reason)
			continue
		}
		where := ""
		if f.Section != "" {
			where = "the " + f.Section + " section: "
		}
		p.Report(check.Error, check.Refused, f.Offset, "%s%s", where, f.Reason)
	}
	for _, err := range p.Facts.CodeErrors {
		var at *wasm.CodeError
		if errors.As(err, &at) {
			p.Report(check.Error, check.Refused, at.Offset, "a function's code: %v", at.Err)
		}
	}
}

// custom says whether a finding is in a custom section: engines ignore it.
func custom(m *wasm.Module, f wasm.Finding) bool {
	for i := range m.Sections {
		s := &m.Sections[i]
		if s.ID == wasm.SectionCustom && f.Offset >= s.Offset && f.Offset <= s.End() && f.Section == "custom \""+s.Name+"\"" {
			return true
		}
	}
	return false
}
