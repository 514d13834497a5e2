package engines

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix/prefixtest"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// runner is the script of an engine of a version. It counts what it compiles.
func runner(version string) string {
	return `#!/bin/sh
case $1 in
--version) echo "runner version ` + version + `"; echo " (plugin) version 9.9.9" ;;
compile)
	grep -q bad "$2" && { echo "module is bad" >&2; exit 1; }
	[ -z "$RUNNER_LOG" ] || echo "$2" >>"$RUNNER_LOG"
	{ echo compiled; cat "$2"; } >"$3" ;;
*) printf '%s\n' "$@" ;;
esac
`
}

// runnerEngine has releases 1.x and 2.x, each from a suite of its own, and
// knows nothing about 3.0.
func runnerEngine() *recipe.Engine {
	release := func(since, until, suite string, aot ...string) recipe.EngineRelease {
		return recipe.EngineRelease{
			Since: since, Until: until,
			Run:     []string{"{dirs}", "{env}", "{module}", "{args}"},
			RunAOT:  append(aot, "{dirs}", "{env}", "{module}", "{args}"),
			Compile: []string{"compile", "{in}", "{out}.so"},
			Dir:     []string{"--dir", "{guest}:{host}"},
			Env:     []string{"--env", "{name}={value}"},
			Fetch: &recipe.DebianPackages{
				Suite:     suite,
				Packages:  []string{"libc6", "runner"},
				Program:   "usr/bin/runner",
				Libraries: []string{"usr/lib/*-linux-gnu"},
			},
		}
	}
	return &recipe.Engine{
		Name:        "runner",
		Kind:        "command",
		Programs:    []string{"runner", "runner-ng"},
		VersionArgs: []string{"--version"},
		Version:     `runner version ([0-9.]+)`,
		Releases:    []recipe.EngineRelease{release("1.0", "2.0", "stable"), release("2.0", "3.0", "unstable", "--aot")},
	}
}

// newFinder has release 1.4.1 in stable and 2.1.0 in unstable, and the given
// programs in two folders on PATH.
func newFinder(t *testing.T, first, second map[string]string) (*finder, map[string]*prefixtest.Suite) {
	t.Helper()
	suites := make(map[string]*prefixtest.Suite)
	for suite, version := range map[string]string{"stable": "1.4.1", "unstable": "2.1.0"} {
		s := prefixtest.New(t)
		s.Add("libc6", "2", map[string]string{prefixtest.LoaderPath: prefixtest.Loader})
		s.Add("runner", version, map[string]string{"usr/bin/runner": runner(version)})
		suites[suite] = s
	}
	dirs := []string{t.TempDir(), t.TempDir()}
	prefixtest.Write(t, dirs[0], first)
	prefixtest.Write(t, dirs[1], second)
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &finder{
		store:  store,
		def:    runnerEngine(),
		getenv: func(string) string { return strings.Join(dirs, ":") },
		openSuite: func(ctx context.Context, suite string) (prefix.Suite, error) {
			return suites[suite].Open(ctx, suite)
		},
	}, suites
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name          string
		want          string
		first, second map[string]string // programs on PATH
		version       string            // found
		origin        string
		aot           string // first argument of RunAOT
	}{
		{name: "nothing on PATH", version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
		{name: "whole version", want: "2.1.0", version: "2.1.0", origin: "Debian unstable", aot: "--aot"},
		{name: "beginning of a version", want: "2", version: "2.1.0", origin: "Debian unstable", aot: "--aot"},
		{name: "on PATH", first: map[string]string{"runner": runner("2.5.0")}, version: "2.5.0", origin: "PATH", aot: "--aot"},
		{name: "other name", first: map[string]string{"runner-ng": runner("1.0.0")}, version: "1.0.0", origin: "PATH", aot: "{dirs}"},
		{
			name:   "second on PATH is right",
			want:   "1.9",
			first:  map[string]string{"runner": runner("2.5.0")},
			second: map[string]string{"runner": runner("1.9.9")}, version: "1.9.9", origin: "PATH", aot: "{dirs}",
		},
		{name: "wrong version on PATH", want: "1.4", first: map[string]string{"runner": runner("1.40.0")}, version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
		{name: "unknown release on PATH", first: map[string]string{"runner": runner("3.0.0")}, version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
		{name: "broken on PATH", first: map[string]string{"runner": "#!/bin/sh\nexit 127\n"}, version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
		{name: "something else on PATH", first: map[string]string{"runner": "#!/bin/sh\necho I jog\n"}, version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
		{name: "not executable on PATH", first: map[string]string{"runner": "text"}, version: "1.4.1", origin: "Debian stable", aot: "{dirs}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, _ := newFinder(t, tt.first, tt.second)
			f.want = tt.want
			p, err := f.find(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if p.Version != tt.version || p.Origin != tt.origin || p.Release.RunAOT[0] != tt.aot {
				t.Errorf("found %s from %s with %q, want %s from %s with %s", p.Version, p.Origin, p.Release.RunAOT, tt.version, tt.origin, tt.aot)
			}
		})
	}
}

// TestFindAgain sees that an installed engine is used without asking its suite.
func TestFindAgain(t *testing.T) {
	f, suites := newFinder(t, nil, nil)
	f.want = "2"
	if _, err := f.find(t.Context()); err != nil {
		t.Fatal(err)
	}
	suites["unstable"].Add("runner", "2.2.0", map[string]string{"usr/bin/runner": runner("2.2.0")})
	for want, version := range map[string]string{"2": "2.1.0", "": "2.1.0"} { // no download at all where any version will do
		f.want = want
		if p, err := f.find(t.Context()); err != nil || p.Version != version {
			t.Errorf("%q: %+v, %v", want, p, err)
		}
	}
	if suites["unstable"].Opened != 1 || suites["stable"].Opened != 0 {
		t.Errorf("opened unstable %d times and stable %d times", suites["unstable"].Opened, suites["stable"].Opened)
	}
	f.want = "2.2"
	if p, err := f.find(t.Context()); err != nil || p.Version != "2.2.0" {
		t.Errorf("a version that has come since: %+v, %v", p, err)
	}
}

func TestFindErrors(t *testing.T) {
	f, suites := newFinder(t, map[string]string{"runner": runner("3.0.0")}, nil)
	f.want = "2.7"
	_, err := f.find(t.Context())
	var d *diag.Error
	if !errors.As(err, &d) || d.Exit != diag.Preflight {
		t.Fatalf("error %v", err)
	}
	for _, line := range []string{
		"runner: is version 3.0.0, not 2.7",
		`PATH: no program "runner-ng"`,
		"Debian unstable: is version 2.1.0, not 2.7",
	} {
		if !strings.Contains(d.Detail, line) {
			t.Errorf("detail %q lacks %q", d.Detail, line)
		}
	}
	if suites["stable"].Opened != 0 {
		t.Error("asked a suite that cannot have it")
	}

	// A suite that fails is passed over for the next one.
	f, suites = newFinder(t, nil, nil)
	suites["stable"].Fail = func(apt.Package) error { return errors.New("the server is on fire") }
	if p, err := f.find(t.Context()); err != nil || p.Version != "2.1.0" {
		t.Errorf("%+v, %v", p, err)
	}

	// Who stops it does not want another one.
	f, suites = newFinder(t, nil, nil)
	ctx, cancel := context.WithCancel(t.Context())
	suites["stable"].Fail = func(apt.Package) error { cancel(); return ctx.Err() }
	if _, err := f.find(ctx); !errors.Is(err, context.Canceled) || suites["unstable"].Opened > 0 {
		t.Errorf("error %v", err)
	}
}

func TestInRange(t *testing.T) {
	for _, tt := range []struct {
		version, since, until string
		want                  bool
	}{
		{"", "1.0", "2.0", true},
		{"0.9.9", "1.0", "2.0", false},
		{"1.0.0", "1.0", "2.0", true},
		{"1.10.0", "1.9", "2.0", true},
		{"2.0.0", "1.0", "2.0", false},
		{"2", "1.0", "2.0", false},
		{"1", "1.0", "2.0", true},
		{"0", "0.14.0", "0.17.0", true}, // may become 0.14
		{"0.17", "0.17.0", "", true},
		{"0.17.0-rc.1", "0.17.0", "", true},
		{"5", "", "", true},
	} {
		if got := inRange(tt.version, &recipe.EngineRelease{Since: tt.since, Until: tt.until}); got != tt.want {
			t.Errorf("%q in [%q, %q): %v", tt.version, tt.since, tt.until, got)
		}
	}
}

func TestCompile(t *testing.T) {
	f, _ := newFinder(t, map[string]string{"runner": runner("1.5.0")}, nil)
	p, err := f.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	t.Setenv("RUNNER_LOG", log)
	prefixtest.Write(t, dir, map[string]string{"a.wasm": "one", "copy.wasm": "one", "b.wasm": "two", "bad.wasm": "bad"})
	compile := func(name string) string {
		t.Helper()
		out, err := Compile(t.Context(), f.store, p, filepath.Join(dir, name), NativeCPU)
		if err != nil {
			t.Fatal(err)
		}
		if out.Seconds <= 0 || out.PeakMemory <= 0 {
			t.Errorf("%s: it took %v s and %d bytes", name, out.Seconds, out.PeakMemory)
		}
		return out.Path
	}
	a := compile("a.wasm")
	if text, err := os.ReadFile(a); err != nil || string(text) != "compiled\none" || filepath.Base(a) != "module.so" {
		t.Errorf("%s: %q, %v", a, text, err)
	}
	if again := compile("copy.wasm"); again != a {
		t.Errorf("the same module: %s, not %s", again, a)
	}
	if b := compile("b.wasm"); b == a {
		t.Error("another module has the same output")
	}
	p.Version = "1.6.0"
	if newer := compile("a.wasm"); newer == a {
		t.Error("another version has the same output")
	}
	if text, _ := os.ReadFile(log); strings.Count(string(text), "\n") != 3 {
		t.Errorf("compiled:\n%s", text)
	}

	_, err = Compile(t.Context(), f.store, p, filepath.Join(dir, "bad.wasm"), NativeCPU)
	var d *diag.Error
	if !errors.As(err, &d) || d.Exit != diag.Run || !strings.Contains(d.Detail, "module is bad") {
		t.Errorf("error %#v", err)
	}
	if _, err := Compile(t.Context(), f.store, p, filepath.Join(dir, "none.wasm"), NativeCPU); !errors.Is(err, os.ErrNotExist) || diag.ExitCode(err) != diag.Usage {
		t.Errorf("error %v", err)
	}
	if _, err := Compile(t.Context(), f.store, p, a, GenericCPU); !errors.Is(err, ErrNoAOT) {
		t.Errorf("generic: error %v", err)
	}
	p.Release.CompileGeneric = p.Release.Compile
	if out, err := Compile(t.Context(), f.store, p, filepath.Join(dir, "a.wasm"), GenericCPU); err != nil || out.Path == a {
		t.Errorf("generic: %+v, %v", out, err)
	}
	p.Release.Compile = nil
	if _, err := Compile(t.Context(), f.store, p, a, NativeCPU); !errors.Is(err, ErrNoAOT) {
		t.Errorf("error %v", err)
	}
}

// TestCommand runs a module of an engine with what its release says.
func TestCommand(t *testing.T) {
	f, _ := newFinder(t, nil, nil)
	f.want = "2"
	p, err := f.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(t.TempDir(), "m.wasm")
	if err := os.WriteFile(module, []byte("\x00asm\x01\x00\x00\x00"), 0o666); err != nil {
		t.Fatal(err)
	}
	host := t.TempDir()
	for compiled, first := range map[bool]string{false: "", true: "--aot\n"} {
		var out strings.Builder
		_, err := engine.Command(p.Command(compiled)).Run(t.Context(), engine.Config{
			Module: module,
			Args:   []string{"m", "-r", "a b"},
			Env:    []string{"X=y z"},
			Dirs:   []engine.Dir{{Host: host, Guest: "/data"}},
			Stdout: &out,
		})
		want := first + "--dir\n/data:" + host + "\n--env\nX=y z\n" + module + "\n-r\na b\n"
		if err != nil || out.String() != want {
			t.Errorf("called with %q, %v; want %q", out.String(), err, want)
		}
	}
}

// readRuntimes reads the runtimes that come with wlrbuild.
func readRuntimes(t *testing.T) map[string]recipe.Runtime {
	t.Helper()
	files, err := filepath.Glob("../../../../recipes/runtimes/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	runtimes := make(map[string]recipe.Runtime)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var r recipe.Runtime
		if err := yaml.UnmarshalWithOptions(data, &r, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		runtimes[r.Name] = r
	}
	return runtimes
}

// TestSameEngine keeps an engine that several runtimes have the same in all of
// them, but for the host functions that it gives.
func TestSameEngine(t *testing.T) {
	seen := make(map[string]recipe.Engine)
	for _, r := range readRuntimes(t) {
		for _, e := range r.Engines {
			e.Host = ""
			if other, ok := seen[e.Name]; ok {
				if diff := cmp.Diff(other, e); diff != "" {
					t.Errorf("engine %s differs:\n%s", e.Name, diff)
				}
			}
			seen[e.Name] = e
		}
	}
}
