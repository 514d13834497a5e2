// Package wlr104 finds small stacks.
package wlr104

import "github.com/wlrbuild/wlrbuild/verify/check"

// enough is what is not reported: wasm-ld gives 64 KiB if it is not told
// otherwise, and aligns where they begin to 16 bytes.
const enough = 64<<10 + 16

var Check = &check.Check{
	ID: "WLR104", Name: "small-stack", Severity: check.Warning,
	Doc: check.Doc{
		Title: "The stack has no more than the linker's 64 KiB",
		Text: `wasm-ld gives a program a stack of 64 KiB if it is not told otherwise, where Linux has 8 MiB. Programs that recurse, or that put arrays on the stack, overflow it; nothing notices, since the stack is a part of memory like any other.

Link with -Wl,-z,stack-size=8388608.`,
		Blind: "Modules that wasm-ld did not link, or that have no data; the stack of the engine, which counts calls. Between data and stack there can be variables without a value, so that the size is an upper limit.",
		Since: "0.1",
	},
	Run: run,
}

func run(p *check.Pass) {
	s, ok := check.FindStack(p.Module)
	if !ok || s.Size >= enough {
		return
	}
	most := ""
	if s.AtMost {
		most = "at most "
	}
	p.Report(check.Warning, check.None, p.Module.Globals[s.Global].Offset, "the stack has %s%d bytes", most, s.Size)
}
