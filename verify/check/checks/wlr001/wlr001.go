// Package wlr001 finds functions that the runtime does not have.
package wlr001

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

var Check = &check.Check{
	ID: "WLR001", Name: "unknown-import", Severity: check.Error, OfRuntime: true,
	Doc: check.Doc{
		Title: "A function is imported that the runtime does not have",
		Text: `Most runtimes refuse such a module when they start it, even if the function is never called; some start it, and stop it at the call.

Build the module for this runtime, or run it on one that has the function. A module that was made for JavaScript, with imports from "env" or "a", needs the program that came with it.`,
		Blind: "Host functions that an embedder or a plug-in adds, and modules that are linked by name (--preload).",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	link := p.Target.Link()
	effect, says := check.Refused, "the module is refused"
	if link.Unknown == abi.AtCall {
		effect, says = check.Wrong, "calling it stops the module"
	}
	for _, i := range p.FuncImports() {
		if len(p.Target.Functions(i.Module, i.Name)) > 0 {
			continue
		}
		p.Report(check.Error, effect, i.Offset, "there is no function %s.%s %s: %s", i.Module, i.Name, i.Type, says).
			Hintf("%s", hint(p, i))
	}
}

// hint says who has the function, or what else may have been meant.
func hint(p *check.Pass, i check.Import) string {
	if others := having(i); others != nil {
		return "It is there in " + strings.Join(others, ", ") + "."
	}
	modules := p.Target.Modules()
	if !slices.Contains(modules, i.Module) {
		return fmt.Sprintf("No runtime has a module %q. What can be imported from here is %s.", i.Module, strings.Join(modules, ", "))
	}
	var names []string
	for _, f := range p.Target.All() {
		if f.Module == i.Module {
			names = append(names, f.Name)
		}
	}
	if near := abi.Nearest(i.Name, names); near != "" {
		return fmt.Sprintf("No runtime has it. Did you mean %s?", near)
	}
	return "No runtime has it."
}

// having are the runtimes that have the function, with the releases.
func having(i check.Import) []string {
	all, err := abi.Profiles()
	if err != nil {
		return nil
	}
	var out []string
	for _, other := range all {
		var with []abi.Target
		for _, t := range other.Targets() {
			if len(t.Functions(i.Module, i.Name)) > 0 {
				with = append(with, t)
			}
		}
		if with != nil {
			out = append(out, abi.Describe(with)...)
		}
	}
	return out
}
