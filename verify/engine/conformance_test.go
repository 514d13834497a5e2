package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

//go:generate sh testdata/build.sh

// candidate is an engine for the tests, or why there is none.
type candidate struct {
	name   string // of a row's known differences
	engine Engine
	err    error
}

// errNoWasmEdge is no failure, not even with WLR_E2E=1: WasmEdge is no part of this
// module, and the command that knows where to get it has a test for that.
var errNoWasmEdge = errors.New("WLR_WASMEDGE names no program; TestWasmEdgeConformance " +
	"of cmd/wlrbuild/internal/engines gets both releases and runs them here, with WLR_E2E=1")

// candidates are all engines that can be tested here. WLR_WASMEDGE is the path of
// a WasmEdge, or several, and they have to be there; with WLR_E2E=1 all the others
// have to be there, too.
func candidates(t *testing.T) []candidate {
	t.Helper()
	wasmtime, wasmtimeErr := Wasmtime(WasmtimeOptions{CacheDir: t.TempDir()})
	node, nodeErr := Node(NodeOptions{CacheDir: t.TempDir()})
	list := []candidate{
		{"wazero", Wazero(WazeroOptions{CacheDir: t.TempDir()}), nil},
		{"wasmtime", wasmtime, wasmtimeErr},
		{"node", node, nodeErr},
	}
	programs := filepath.SplitList(os.Getenv("WLR_WASMEDGE"))
	for _, p := range programs {
		e, err := wasmEdge(p)
		if err != nil {
			t.Fatalf("WLR_WASMEDGE: %s: %v", p, err)
		}
		list = append(list, candidate{"wasmedge", e, nil})
	}
	if len(programs) == 0 {
		list = append(list, candidate{"wasmedge", nil, errNoWasmEdge})
	}
	return list
}

// wasmEdge is the interpreter of the WasmEdge that program is.
func wasmEdge(program string) (Engine, error) {
	out, err := exec.Command(program, "--version").Output()
	if err != nil {
		return nil, err
	}
	m := regexp.MustCompile(`wasmedge version (\S+)`).FindSubmatch(out)
	if m == nil {
		return nil, fmt.Errorf("%s --version says %q", program, out)
	}
	return Command(CommandSpec{
		Name:        "wasmedge",
		Version:     string(m[1]),
		Program:     program,
		Run:         []string{"{dirs}", "{env}", "{module}", "{args}"},
		Dir:         []string{"--dir", "{guest}:{host}"},
		ReadOnlyDir: []string{"--dir", "{guest}:{host}:readonly"},
		Env:         []string{"--env", "{name}={value}"},
	}), nil
}

// eachEngine runs test on every engine that is there.
func eachEngine(t *testing.T, test func(t *testing.T, c candidate)) {
	t.Helper()
	for _, c := range candidates(t) {
		name := c.name
		if c.engine != nil && c.engine.Version() != "" {
			name += "-" + c.engine.Version()
		}
		t.Run(name, func(t *testing.T) {
			if c.err != nil {
				if os.Getenv("WLR_E2E") == "1" && c.err != errNoWasmEdge {
					t.Fatalf("WLR_E2E=1 asks for all engines: %v", c.err)
				}
				notTested(c)
				t.Skip(c.err)
			}
			test(t, c)
		})
	}
}

var toldNotTested sync.Map

// notTested says once that an engine is missing, and not only with -v: conformance
// that was not tested must not look like conformance.
func notTested(c candidate) {
	if _, told := toldNotTested.LoadOrStore(c.name, true); !told {
		fmt.Fprintf(os.Stderr, "NOT TESTED: %s: %v\n", c.name, c.err)
	}
}

// difference is something an engine is known to do in its own way. When it does so
// no more, the test fails, and the row has to go.
type difference struct {
	want, got string // lines of the output
	why       string
	// The major versions that do so, if not all; 0 is no bound.
	since, until int
}

// of says whether a version of the engine is one that differs.
func (d *difference) of(version string) bool {
	major, _, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	return d.since == 0 && d.until == 0 || err == nil && n >= d.since && (d.until == 0 || n < d.until)
}

// row is one run of a fixture and what has to come of it.
type row struct {
	name, module string
	args         []string
	env          []string
	stdin        string
	dir          func(t *testing.T) Dir // the directory /data, if any

	stdout string // all of it; with trap, what it begins with
	stderr string
	exit   int
	trap   bool
	deep   bool // the trap is a stack overflow

	differs map[string][]difference // by engine
	skip    map[string]string       // by engine: why it cannot be tried
}

// nodeFiles is what uvwasi, which is in Node.js, does differently with files.
var nodeFiles = []difference{
	{want: "open O_NOFOLLOW: ELOOP", got: "open O_NOFOLLOW: ok", why: "it follows the link all the same"},
	{want: "mtime 1234567890.987654000", got: "mtime 1234567890.000000000", why: "it keeps whole seconds only"},
	{want: "stat a/: ENOTDIR", got: "stat a/: file of 11", why: "it dropped the slash at the end of a path", until: 20},
}

var rows = []row{
	{
		name: "arguments, environment and streams", module: "stdio",
		args:   []string{"stdio.wasm", "-r", "two words", "", "--dir", "{module}", "ünïcode", "line\nbreak"},
		env:    []string{"A=1", "EMPTY=", "SPACED=x y=z", "A=2"},
		stdin:  "in\x00put\n",
		stdout: "arg 0 [stdio.wasm]\narg 1 [-r]\narg 2 [two words]\narg 3 []\narg 4 [--dir]\narg 5 [{module}]\narg 6 [ünïcode]\narg 7 [line\nbreak]\nenv [A=2]\nenv [EMPTY=]\nenv [SPACED=x y=z]\nin\x00put\n",
		stderr: "copied 7 bytes\n",
	},
	{
		name: "nothing given", module: "stdio",
		stdout: "arg 0 [stdio.wasm]\n",
		stderr: "copied 0 bytes\n",
	},
	{
		name: "much through a pipe", module: "stdio",
		stdin:  strings.Repeat("0123456789abcdef", 1<<16),
		stdout: "arg 0 [stdio.wasm]\n" + strings.Repeat("0123456789abcdef", 1<<16),
		stderr: "copied 1048576 bytes\n",
	},
	{name: "exit 0", module: "exit", args: []string{"exit", "0"}, stdout: "status 0\n"},
	{name: "exit 1", module: "exit", args: []string{"exit", "1"}, stdout: "status 1\n", exit: 1},
	{name: "exit 1 from below main", module: "exit", args: []string{"exit", "1", "now"}, stdout: "status 1\n", exit: 1},
	{name: "exit 125", module: "exit", args: []string{"exit", "125"}, stdout: "status 125\n", exit: 125},
	{name: "exit 126", module: "exit", args: []string{"exit", "126"}, stdout: "status 126\n", exit: 126},
	{name: "exit 255", module: "exit", args: []string{"exit", "255"}, stdout: "status 255\n", exit: 255},
	{name: "exit 255 from below main", module: "exit", args: []string{"exit", "255", "now"}, stdout: "status 255\n", exit: 255},
	{name: "exit 256", module: "exit", args: []string{"exit", "256"}, stdout: "status 256\n"},
	{name: "exit -1", module: "exit", args: []string{"exit", "-1"}, stdout: "status -1\n", exit: 255},

	{name: "trap unreachable", module: "trap", args: []string{"trap", "unreachable"}, stdout: "before\n", trap: true},
	{name: "trap memory", module: "trap", args: []string{"trap", "memory"}, stdout: "before\n", trap: true},
	{name: "trap divide", module: "trap", args: []string{"trap", "divide"}, stdout: "before\n", trap: true},
	{name: "trap signature", module: "trap", args: []string{"trap", "signature"}, stdout: "before\n", trap: true},
	{name: "trap null", module: "trap", args: []string{"trap", "null"}, stdout: "before\n", trap: true},

	{name: "a million calls deep", module: "recurse", args: []string{"recurse", "1000000"}, stdout: "going down\nad02bb93\n"},
	{
		name: "deeper than any stack", module: "recurse", args: []string{"recurse"},
		stdout: "going down\n", trap: true, deep: true,
		skip: map[string]string{"wasmedge": "the interpreter's stack is on the heap and grows until the machine has no more memory"},
	},

	{
		name: "clocks, sleep and random bytes", module: "clock", args: []string{"clock", fmt.Sprint(time.Now().Unix())},
		stdout: "realtime is now\nsleep took as long as asked\nrandom differs\n",
	},

	{
		name: "files", module: "files", args: []string{"files", "/data"}, dir: work, stdout: golden("files.txt"),
		differs: map[string][]difference{"node": nodeFiles},
	},
	{
		name: "files, directory named .", module: "files", args: []string{"files"}, dir: func(t *testing.T) Dir {
			return Dir{Host: work(t).Host, Guest: "."}
		}, stdout: golden("files.txt"),
		differs: map[string][]difference{"node": nodeFiles},
	},
	{
		name: "remove while listing", module: "listing", args: []string{"listing", "/data"}, dir: work,
		stdout: "all were listed\n",
		differs: map[string][]difference{
			"wasmtime": {{want: "all were listed", got: "some were left out", why: "the cookie of fd_readdir is a position in a listing that is made anew for every call"}},
			"node":     {{want: "all were listed", got: "some were left out", why: "as wasmtime", since: 20}},
		},
	},
	{
		name: "the way out", module: "escape", args: []string{"escape", "/data"}, dir: jailed,
		stdout: golden("escape.txt"),
		skip:   map[string]string{"node": "node:wasi is no sandbox, see Node"},
	},
	{
		name: "read only", module: "readonly", args: []string{"readonly", "/data"}, dir: func(t *testing.T) Dir {
			d := work(t)
			d.ReadOnly = true
			must(t, os.Mkdir(filepath.Join(d.Host, "dir"), 0o755))
			must(t, os.WriteFile(filepath.Join(d.Host, "file"), []byte("text"), 0o644))
			return d
		},
		stdout: golden("readonly.txt"),
		skip:   map[string]string{"node": "node:wasi cannot mount for reading only, see TestNodeReadOnly"},
		differs: map[string][]difference{
			"wasmedge": {{want: "futimens: refused", got: "futimens: CHANGED", why: "a file that is read only can be opened for writing, though not written to"}},
		},
	},
}

// golden is a file of expected output.
func golden(name string) string {
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		panic(err)
	}
	return string(data)
}

// work is an empty directory, with a file beside it that is not to be seen.
func work(t *testing.T) Dir {
	top := t.TempDir()
	must(t, os.WriteFile(filepath.Join(top, "outside"), []byte("secret"), 0o644))
	must(t, os.Mkdir(filepath.Join(top, "work"), 0o755))
	return Dir{Host: filepath.Join(top, "work"), Guest: "/data"}
}

// jailed is work with links that lead out of it. The test fails if what is beside
// it is not as it was.
func jailed(t *testing.T) Dir {
	d := work(t)
	top := filepath.Dir(d.Host)
	must(t, os.Mkdir(filepath.Join(top, "empty"), 0o755))
	must(t, os.Symlink("outside", filepath.Join(top, "link")))
	must(t, os.Mkdir(filepath.Join(d.Host, "sub"), 0o755))
	must(t, os.Symlink("../outside", filepath.Join(d.Host, "out")))
	must(t, os.Symlink("..", filepath.Join(d.Host, "up")))
	must(t, os.Symlink("/", filepath.Join(d.Host, "top")))
	before := listing(t, top)
	t.Cleanup(func() {
		if after := listing(t, top); after != before {
			t.Errorf("beside the guest's directory was\n%s\nand is now\n%s", before, after)
		}
	})
	return d
}

// listing is the names, sizes and times in a directory, but of "work".
func listing(t *testing.T, dir string) string {
	entries, err := os.ReadDir(dir)
	must(t, err)
	var b strings.Builder
	for _, e := range entries {
		if e.Name() != "work" {
			info, err := e.Info()
			must(t, err)
			fmt.Fprintln(&b, e.Name(), info.Mode(), info.Size(), info.ModTime())
		}
	}
	return b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		for _, r := range rows {
			t.Run(r.name, func(t *testing.T) { r.test(t, c) })
		}
	})
}

func (r *row) test(t *testing.T, c candidate) {
	if why := r.skip[c.name]; why != "" {
		t.Skip(why)
	}
	t.Parallel()
	want := r.stdout
	for _, d := range r.differs[c.name] {
		if !strings.Contains(want, d.want) {
			t.Fatalf("difference is out of date: no %q is expected", d.want)
		}
		if d.of(c.engine.Version()) {
			want = strings.ReplaceAll(want, d.want, d.got)
		}
	}
	var stdout, stderr bytes.Buffer
	cfg := Config{
		Module: fixture(r.module), Args: r.args, Env: r.env,
		Stdin: strings.NewReader(r.stdin), Stdout: &stdout, Stderr: &stderr,
	}
	if r.dir != nil {
		cfg.Dirs = []Dir{r.dir(t)}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	res, err := c.engine.Run(ctx, cfg)
	if err != nil {
		t.Fatalf("%v\nstdout:\n%s\nstderr:\n%s", err, stdout.String(), stderr.String())
	}
	if r.trap {
		r.checkTrap(t, res)
		// WasmEdge tells its own part on standard output.
		if !strings.HasPrefix(stdout.String(), want) {
			t.Errorf("stdout is %q, and should begin with %q", stdout.String(), want)
		}
		return
	}
	if res.Trap != nil {
		t.Errorf("trap: %v", res.Trap)
	}
	if res.ExitCode != r.exit {
		t.Errorf("exit status is %d, want %d", res.ExitCode, r.exit)
	}
	if got := stdout.String(); got != want {
		if len(want) > 1<<16 {
			t.Fatalf("stdout is %d bytes and not the %d expected; stderr:\n%s", len(got), len(want), stderr.String())
		}
		t.Errorf("stdout (-want +got):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
	}
	if diff := cmp.Diff(r.stderr, stderr.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

func (r *row) checkTrap(t *testing.T, res Result) {
	trap, ok := errors.AsType[*Trap](res.Trap)
	if !ok {
		t.Fatalf("no trap; exit status %d", res.ExitCode)
	}
	if res.ExitCode != TrapExit {
		t.Errorf("exit status is %d, want %d", res.ExitCode, TrapExit)
	}
	if trap.Reason == "" || strings.Contains(trap.Reason, "\n") {
		t.Errorf("reason is %q", trap.Reason)
	}
	if len(trap.Frames) > maxFrames {
		t.Errorf("%d frames, want %d at most", len(trap.Frames), maxFrames)
	}
	if got := errors.Is(res.Trap, ErrStackOverflow); got != r.deep {
		t.Errorf("is a stack overflow: %t, want %t: %v", got, r.deep, res.Trap)
	}
}

func fixture(name string) string { return filepath.Join("testdata", name+".wasm") }

// TestSources fails when a fixture is older than its source.
func TestSources(t *testing.T) {
	for line := range strings.Lines(golden("sources.sha256")) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		if got := fmt.Sprintf("%x", sha256.Sum256([]byte(golden(name)))); got != want {
			t.Errorf("%s has changed since testdata/build.sh made its module", name)
		}
	}
}
