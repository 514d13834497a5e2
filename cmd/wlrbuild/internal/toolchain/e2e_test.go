package toolchain

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix/prefixtest"
)

// TestRealToolchain installs the toolchain that comes with wlrbuild and makes
// programs with what PHP needs most of a C library: mathematics and setjmp.
func TestRealToolchain(t *testing.T) {
	if os.Getenv("WLR_E2E") == "" {
		t.Skip("set WLR_E2E=1 to download and use the real toolchain")
	}
	data, err := os.ReadFile("../../../../recipes/toolchains/debian-trixie.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var def recipe.Toolchain
	if err := yaml.UnmarshalWithOptions(data, &def, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	tc, err := Find(t.Context(), store, &def, env(""), nil)
	if err != nil {
		t.Fatal(err)
	}

	work := t.TempDir()
	prefixtest.Write(t, work, map[string]string{
		"math.c": `#include <math.h>
#include <stdio.h>
int main(int argc, char **argv) { printf("%d %.6f\n", argc, pow(sin(argc), 2.5)); return 7; }
`,
		"setjmp.c": `#include <setjmp.h>
#include <stdio.h>
static jmp_buf env;
static void f(int n) { if (n > 3) longjmp(env, n); f(n + 1); }
int main(int argc, char **argv) { int r = setjmp(env); if (!r) f(argc); printf("jumped with %d\n", r); return 7; }
`,
		"epoll.c":      "#include <sys/epoll.h>\n",
		"glibc.c":      "#include <gnu/libc-version.h>\n",
		"warn.c":       "int x;\n",
		"bin/wasm-opt": "#!/bin/sh\ntouch \"${0%/*}/ran\"\n",
	})
	run := func(argv ...string) (string, error) {
		cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
		cmd.Dir = work
		cmd.Env = tc.Environ(os.Environ())
		cmd.Env[0] += ":" + filepath.Join(work, "bin")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(argv ...string) {
		t.Helper()
		if out, err := run(argv...); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
		}
	}

	must(tc.Clang, "-O2", "math.c", "-lm", "-o", "math.wasm")
	if got := runWazero(t, filepath.Join(work, "math.wasm"), api.CoreFeaturesV2); got != "1 0.649528\n" {
		t.Errorf("math says %q", got)
	}
	if _, err := os.Stat(filepath.Join(work, "bin/ran")); err == nil {
		t.Error("clang has run the wasm-opt on PATH")
	}
	must(tc.Strip, "math.wasm", "-o", "stripped.wasm")
	if got := runWazero(t, filepath.Join(work, "stripped.wasm"), api.CoreFeaturesV2); got != "1 0.649528\n" {
		t.Errorf("stripped math says %q", got)
	}

	sjlj := []string{tc.Clang, "-O2", "-mllvm", "-wasm-enable-sjlj", "setjmp.c", "-lsetjmp", "-o"}
	must(append(sjlj, "exnref.wasm", "-mllvm", "-wasm-use-legacy-eh=false")...)
	if got := runWazero(t, filepath.Join(work, "exnref.wasm"), api.CoreFeaturesV2|experimental.CoreFeaturesExceptionHandling); got != "jumped with 4\n" {
		t.Errorf("setjmp says %q", got)
	}
	must(append(sjlj, "legacy.wasm")...)
	if node, err := exec.LookPath("node"); err == nil {
		const script = `import { WASI } from 'node:wasi'; import { readFileSync } from 'node:fs';
const w = new WASI({ version: 'preview1', args: ['x'], returnOnExit: true });
process.exitCode = w.start(await WebAssembly.instantiate(await WebAssembly.compile(readFileSync('legacy.wasm')), { wasi_snapshot_preview1: w.wasiImport }));`
		out, err := run(node, "--no-warnings", "--input-type=module", "--eval", script)
		var exit *exec.ExitError
		if out != "jumped with 4\n" || !errors.As(err, &exit) || exit.ExitCode() != 7 {
			t.Errorf("setjmp on node: %q, %v", out, err)
		}
	}

	// Nothing of the machine is seen.
	for _, file := range []string{"epoll.c", "glibc.c"} {
		if out, err := run(tc.Clang, "-c", file, "-o", "x.o"); err == nil || !strings.Contains(out, "file not found") {
			t.Errorf("%s compiles: %v\n%s", file, err, out)
		}
	}
	// The flags of the launcher are right for every kind of call.
	must(tc.Clang, "-Werror", "-Wall", "-c", "warn.c", "-o", "warn.o")
	must(tc.Clang, "-Werror", "-Wall", "-E", "warn.c")
	must(tc.Clang, "-Werror", "-Wall", "-S", "warn.c", "-o", "warn.s")
	must(tc.LD, "-r", "warn.o", "-o", "all.o")
	must(tc.AR, "rcs", "libwarn.a", "warn.o")
	if out, err := run(tc.NM, "libwarn.a"); err != nil || !strings.Contains(out, " x\n") {
		t.Errorf("nm: %v\n%s", err, out)
	}
}

// runWazero is what a module prints. It must end with status 7.
func runWazero(t *testing.T, path string, features api.CoreFeatures) string {
	t.Helper()
	module, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(features))
	defer r.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	var out bytes.Buffer
	_, err = r.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithArgs("x").WithStdout(&out))
	var exit *sys.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Errorf("%s: %v, want exit status 7", path, err)
	}
	return out.String()
}
