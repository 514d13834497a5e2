package engines

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestRealWasmEdge fetches the releases of WasmEdge that wlrbuild knows and
// runs a program on each, interpreted and compiled.
func TestRealWasmEdge(t *testing.T) {
	store := realStore(t)
	module := buildProgram(t, store)
	def := readRuntimes(t)["wasmedge"].Engines[0]
	for _, want := range []string{"0.14.1", "0.17"} {
		t.Run(want, func(t *testing.T) {
			p, err := Find(t.Context(), store, &def, want, emptyPath, nil)
			if want == "0.17" && err != nil {
				t.Skipf("the suite has moved on: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			compiled, err := Compile(t.Context(), store, p, module, NativeCPU)
			if err != nil {
				t.Fatal(err)
			}
			again := time.Now()
			if same, err := Compile(t.Context(), store, p, module, NativeCPU); err != nil || same.Path != compiled.Path || time.Since(again) > time.Second {
				t.Errorf("second time: %+v, %v after %v", same, err, time.Since(again))
			}
			file, err := os.ReadFile(compiled.Path)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = embedded(compiled.Path, file, p.Release.CompiledModule)
			if err == nil || !strings.Contains(err.Error(), "does not say how long") {
				t.Errorf("its module is as long as before: %v", err)
			}
			host := t.TempDir()
			if err := os.WriteFile(filepath.Join(host, "file"), []byte("content"), 0o666); err != nil {
				t.Fatal(err)
			}
			run := func(aot bool, file, loops string) (string, time.Duration) {
				var out strings.Builder
				start := time.Now()
				res, err := engine.Command(p.Command(aot)).Run(t.Context(), engine.Config{
					Module: file,
					Args:   []string{"program", loops, "--dir"},
					Env:    []string{"NAME=a b"},
					Dirs:   []engine.Dir{{Host: host, Guest: "/data"}},
					Stdout: &out, Stderr: &out,
				})
				if err != nil || res.ExitCode != 255 {
					t.Errorf("%s: %+v, %v", file, res, err)
				}
				return out.String(), time.Since(start)
			}
			const says = "--dir, a b, content\n"
			if got, _ := run(false, module, "1"); got != says {
				t.Errorf("interpreted, it says %q", got)
			}
			// Interpreted, this takes a quarter of a minute and more.
			generic, err := Compile(t.Context(), store, p, module, GenericCPU)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := run(true, generic.Path, "1"); got != says {
				t.Errorf("compiled for all processors, it says %q", got)
			}
			if got, took := run(true, compiled.Path, "200000000"); got != says || took > 5*time.Second {
				t.Errorf("compiled, it says %q after %v", got, took)
			}

			// A signal to the launcher is one to the engine.
			cmd := exec.CommandContext(t.Context(), p.Path, module, "2000000000")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond)
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
				t.Errorf("stopped by a signal: %v", err)
			}
		})
	}
}

// TestWasmEdgeConformance runs the tests of package engine on the releases of
// WasmEdge that wlrbuild knows. That package cannot get them by itself.
func TestWasmEdgeConformance(t *testing.T) {
	store := realStore(t)
	def := readRuntimes(t)["wasmedge"].Engines[0]
	var paths, versions []string
	for _, want := range []string{"0.14", "0.17"} {
		p, err := Find(t.Context(), store, &def, want, emptyPath, nil)
		if want == "0.17" && err != nil {
			t.Logf("NOT TESTED: Debian's unstable suite has moved on: %v", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		paths, versions = append(paths, p.Path), append(versions, p.Version)
	}
	// The names of tests that passed are printed with -v only.
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run=/^wasmedge-",
		"github.com/wlrbuild/wlrbuild/verify/engine")
	cmd.Env = append(os.Environ(), "WLR_WASMEDGE="+strings.Join(paths, string(filepath.ListSeparator)))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	for _, v := range versions {
		for _, row := range []string{"TestConformance/wasmedge-" + v + " ", "TestConformance/wasmedge-" + v + "/files ", "TestWasmEdgeSockets/wasmedge-" + v + " "} {
			if passed := "--- PASS: " + row; !strings.Contains(string(out), passed) {
				t.Errorf("%s does not say %q:\n%s", cmd, passed, out)
			}
		}
	}
}

// realStore is the user's cache, which keeps what is downloaded.
func realStore(t *testing.T) *cache.Store {
	t.Helper()
	if os.Getenv("WLR_E2E") == "" {
		t.Skip("set WLR_E2E=1 to download and use real engines")
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// emptyPath is an environment without PATH, for engines to be fetched.
func emptyPath(string) string { return "" }

// buildProgram is a module that loops as often as its first argument says, and
// prints what it sees.
func buildProgram(t *testing.T, store *cache.Store) string {
	t.Helper()
	data, err := os.ReadFile("../../../../recipes/toolchains/debian-trixie.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var def recipe.Toolchain
	if err := yaml.UnmarshalWithOptions(data, &def, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	tc, err := toolchain.Find(t.Context(), store, &def, func(string) string { return "" }, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	source, module := filepath.Join(dir, "program.c"), filepath.Join(dir, "program.wasm")
	err = os.WriteFile(source, []byte(`#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
	volatile unsigned n = 0;
	for (unsigned end = strtoul(argv[1], 0, 10); n < end; n++) {}
	char text[16] = "";
	FILE *f = fopen("/data/file", "r");
	if (f) fgets(text, sizeof text, f);
	printf("%s, %s, %s\n", argc > 2 ? argv[2] : "", getenv("NAME"), text);
	return 255;
}
`), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), tc.Clang, "-O2", source, "-o", module)
	cmd.Env = tc.Environ(nil)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return module
}
