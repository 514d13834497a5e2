package lint

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
)

// TestSuppress suppresses by check, file, text and release.
func TestSuppress(t *testing.T) {
	edge, err := Targets("wasmedge@all")
	if err != nil {
		t.Fatal(err)
	}
	found := func() []check.Finding {
		return []check.Finding{
			{Check: checks.Find("WLR002"), Message: "host.f is wrong", Targets: edge},
			{Check: checks.Find("WLR103"), Message: "longjmp is called"},
		}
	}
	for _, c := range []struct {
		rule recipe.Suppression
		want string
	}{
		{recipe.Suppression{Check: "WLR103"}, "WLR002 wasmedge; WLR103 -"},
		{recipe.Suppression{Check: "trap-only", Match: "longjmp", File: "php*.wasm"}, "WLR002 wasmedge; WLR103 -"},
		{recipe.Suppression{Check: "WLR103", Match: "abort"}, "WLR002 wasmedge; WLR103"},
		{recipe.Suppression{Check: "WLR103", File: "ruby*.wasm"}, "WLR002 wasmedge; WLR103"},
		{recipe.Suppression{Check: "WLR103", Runtime: "wasmedge"}, "WLR002 wasmedge; WLR103"},
		{recipe.Suppression{Check: "WLR002", Runtime: "wasmedge"}, "WLR002 - wasmedge; WLR103"},
		{recipe.Suppression{Check: "WLR002", Runtime: "wasmedge@0.12"}, "WLR002 - wasmedge 0.12.0 to 0.12.1; WLR002 wasmedge 0.8.2 to 0.11.2, wasmedge 0.13.5 to 0.17.1; WLR103"},
		{recipe.Suppression{Check: "WLR002", Runtime: "wazero"}, "WLR002 wasmedge; WLR103"},
	} {
		c.rule.Reason = "it is meant so"
		used := map[int]bool{}
		var got []string
		suppressed := false
		for _, f := range suppress(found(), "php-8.2.wasm", &recipe.Suppressions{Suppress: []recipe.Suppression{c.rule}}, used) {
			line := f.Check.ID
			if f.Suppressed != "" {
				line, suppressed = line+" -", true
			}
			got = append(got, strings.TrimSpace(line+" "+strings.Join(abi.Describe(f.Targets), ", ")))
		}
		if s := strings.Join(got, "; "); s != c.want || used[0] != suppressed {
			t.Errorf("%+v: %s, used %v; want %s", c.rule, s, used[0], c.want)
		}
	}
}

// TestOf holds a build against the releases that its runtime's profile starts.
func TestOf(t *testing.T) {
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"wasmedge": "[wasmedge 0.14.1 to 0.17.1]",
		"wasi":     "[wazero 1.12.0 wasmtime 39.0.1 node 20.20.2 wasmedge 0.14.1 to 0.17.1]",
	} {
		rt, err := set.Runtime(name)
		if err != nil {
			t.Fatal(err)
		}
		targets, err := Of(rt)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(abi.Describe(targets)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
