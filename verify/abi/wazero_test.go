package abi_test

import (
	"cmp"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/wlrbuild/wlrbuild/verify/abi"
)

// target is the newest release of a profile.
func target(t *testing.T, name string) abi.Target {
	t.Helper()
	p, err := abi.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := p.Target("")
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// profileOf is what a profile offers, a line a function.
func profileOf(target abi.Target) []string {
	var lines []string
	for _, f := range target.All() {
		lines = append(lines, f.Name+" "+string(f.Type))
	}
	slices.Sort(lines)
	return lines
}

// differ reports lines that are in only one of two sorted lists.
func differ(t *testing.T, profile, runtime []string) {
	t.Helper()
	for _, line := range profile {
		if !slices.Contains(runtime, line) {
			t.Errorf("only in the profile: %s", line)
		}
	}
	for _, line := range runtime {
		if !slices.Contains(profile, line) {
			t.Errorf("only in the runtime: %s", line)
		}
	}
}

// linkedVersion is the version of a Go module that is linked into this test. (A
// test's own build information does not have it.)
func linkedVersion(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if version, ok := strings.CutPrefix(strings.TrimSpace(line), path+" v"); ok {
			return version
		}
	}
	return ""
}

// known fails the test if the version that is at hand is not the profile's
// newest: then somebody has to look at what is new, and add the release.
func known(t *testing.T, target abi.Target, version string) {
	t.Helper()
	if version != target.Version {
		t.Errorf("this is release %q; the newest in the profile is %s", version, target.Version)
	}
}

func TestWazero(t *testing.T) {
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	defer r.Close(ctx)
	host, err := wasi_snapshot_preview1.NewBuilder(r).Compile(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for name, f := range host.ExportedFunctions() {
		have = append(have, name+" "+string(abi.NewType(names(f.ParamTypes()), names(f.ResultTypes()))))
	}
	known(t, target(t, "wazero"), linkedVersion(t, "github.com/tetratelabs/wazero"))
	differ(t, profileOf(target(t, "wazero")), have)
}

func names(types []api.ValueType) []string {
	var out []string
	for _, v := range types {
		out = append(out, api.ValueTypeName(v))
	}
	return out
}

// TestNode compares names and numbers of parameters: JavaScript has no more.
func TestNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		unavailable(t, "no node on PATH")
	}
	const script = `
import { WASI } from "node:wasi";
const imports = new WASI({ version: "preview1" }).wasiImport;
const counts = Object.fromEntries(Object.keys(imports).map((k) => [k, imports[k].length]));
console.log(JSON.stringify({ version: process.versions.node, counts }));`
	file := filepath.Join(t.TempDir(), "list.mjs")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, "--no-warnings", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var have struct {
		Version string
		Counts  map[string]int
	}
	if err := json.Unmarshal(out, &have); err != nil {
		t.Fatal(err)
	}
	if major, _, _ := strings.Cut(have.Version, "."); major != "20" {
		unavailable(t, "the profile tells of Node.js 20, and this is "+have.Version)
	}
	counts := map[string]int{}
	for _, f := range target(t, "node").All() {
		counts[f.Name] = f.Type.Params()
	}
	var names []string
	for name := range have.Counts {
		names = append(names, name)
	}
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range slices.Compact(names) {
		want, inProfile := counts[name]
		got, inNode := have.Counts[name]
		if inProfile != inNode || want != got {
			t.Errorf("%s: in the profile %v (%d parameters), in Node.js %v (%d)", name, inProfile, want, inNode, got)
		}
	}
}

// unavailable skips the test, or fails it where everything has to be there.
func unavailable(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("WLR_E2E") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}
