package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// runner stands for an engine whose compiler is quick.
const runner = `#!/bin/sh
case $1 in
--version) echo "runner 1.5.0" ;;
compile) { echo compiled; cat "$2"; } >"$3" ;;
esac
`

// withRunner gives a job an engine that compiles.
func withRunner(f *finished) {
	f.t.Helper()
	bin := f.t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "runner"), []byte(runner), 0o777); err != nil {
		f.t.Fatal(err)
	}
	f.Store, f.Env = f.state.Store, []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")}
	f.runtime.Engines = []recipe.Engine{{
		Name: "runner", Kind: "command", Programs: []string{"runner"}, VersionArgs: []string{"--version"}, Version: `runner (\S+)`,
		Releases: []recipe.EngineRelease{{
			Run: []string{"{module}"}, RunAOT: []string{"--native", "{dirs}", "{env}", "{module}", "{args}"},
			Compile: []string{"compile", "{in}", "{out}.so"},
		}},
	}}
}

// TestAOT compiles artifacts ahead of time, and gives them to the user with the
// command that runs them.
func TestAOT(t *testing.T) {
	f := newFinished(t, t.TempDir(), "wasi", "content")
	withRunner(f)
	f.AOT, f.AOTCPU = []cli.AOT{{Engine: "runner", Version: "1"}}, engines.NativeCPU
	if err := pipeline.Execute(t.Context(), f.state, f.aotSteps(f.state)); err != nil {
		t.Fatal(err)
	}
	f.write()
	wantSums(t, f.Out)
	for _, name := range []string{"hello", "tool"} {
		file := name + "-1.0.3-wasi-runner-1.5.0-native.so"
		if text, err := os.ReadFile(filepath.Join(f.Out, file)); err != nil || string(text) != "compiled\ncontent "+name {
			t.Errorf("%s: %q, %v", file, text, err)
		}
		if command := "    runner --native " + file + "\n"; !strings.Contains(f.stdout.String(), command) {
			t.Errorf("printed was %q, without %q", f.stdout.String(), command)
		}
	}
	var m metadata
	if err := readJSON(filepath.Join(f.Out, metadataFile), &m); err != nil {
		t.Fatal(err)
	}
	a := m.Builds[0].Artifacts[0].AOT
	if len(a) != 1 || a[0].Engine != "runner" || a[0].Version != "1.5.0" || a[0].CPU != engines.NativeCPU || a[0].SHA256 == "" || a[0].Seconds <= 0 || a[0].PeakMemory <= 0 {
		t.Errorf("metadata: %+v", a)
	}
}

// TestAOTRefused has an engine that cannot do what was asked for.
func TestAOTRefused(t *testing.T) {
	for _, tt := range []struct {
		want cli.AOT
		cpu  engines.CPU
		exit diag.Code
	}{
		{cli.AOT{Engine: "runner", Version: "2"}, engines.NativeCPU, diag.Preflight},
		{cli.AOT{Engine: "runner"}, engines.GenericCPU, diag.Usage},
	} {
		f := newFinished(t, t.TempDir(), "wasi", "content")
		withRunner(f)
		f.AOT, f.AOTCPU = []cli.AOT{tt.want}, tt.cpu
		if err := pipeline.Execute(t.Context(), f.state, f.aotSteps(f.state)); diag.ExitCode(err) != tt.exit {
			t.Errorf("%+v for %s: %v", tt.want, tt.cpu, err)
		}
	}
}
