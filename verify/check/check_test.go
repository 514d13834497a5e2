package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// targets are all releases of WasmEdge.
func targets(t *testing.T) []abi.Target {
	t.Helper()
	p, err := abi.Find("wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	return p.Targets()
}

// TestRun merges what is the same on several targets, and keeps the rest apart.
func TestRun(t *testing.T) {
	m, err := wasm.Decode([]byte("\x00asm\x01\x00\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	old := &Check{ID: "WLR901", OfRuntime: true, Run: func(p *Pass) {
		if abi.Compare(p.Target.Version, "0.10") < 0 {
			p.Report(Error, Refused, -1, "too old")
		} else if p.Target.Version == "0.14.1" {
			p.Report(Warning, Flags, -1, "on %s", p.Target)
		}
	}}
	all := &Check{ID: "WLR900", Run: func(p *Pass) { p.Report(Note, None, 3, "always") }}
	found := Run(m, []*Check{old, all}, Options{Targets: targets(t)})
	var lines []string
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%s %s %s %v", f.Check.ID, f.Severity, f.Message, abi.Describe(f.Targets)))
	}
	want := []string{
		"WLR900 note always []",
		"WLR901 error too old [wasmedge 0.8.2 to 0.9.1]",
		"WLR901 warning on wasmedge 0.14.1 [wasmedge 0.14.1]",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}

	got := map[string]string{}
	for _, v := range Verdicts(found, targets(t)) {
		got[v.Target.Version] = fmt.Sprint(v.Outcome, v.Reasons)
	}
	for version, want := range map[string]string{
		"0.9.0": "refused [too old]", "0.13.5": "runs []", "0.14.1": "runs with flags [on wasmedge 0.14.1]", "0.17.1": "runs []",
	} {
		if got[version] != want {
			t.Errorf("%s: %s, want %s", version, got[version], want)
		}
	}
}

// TestComponent runs nothing on a component but what is made for files.
func TestComponent(t *testing.T) {
	m, err := wasm.Decode([]byte("\x00asm\x0d\x00\x01\x00"))
	if err != nil {
		t.Fatal(err)
	}
	check := func(id string, file bool) *Check {
		return &Check{ID: id, OfFile: file, Run: func(p *Pass) { p.Report(Error, Refused, -1, "run") }}
	}
	found := Run(m, []*Check{check("WLR900", false), check("WLR901", true)}, Options{})
	if len(found) != 1 || found[0].Check.ID != "WLR901" {
		t.Errorf("%+v", found)
	}
}
