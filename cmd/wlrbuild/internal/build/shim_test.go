package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	sockshim "github.com/wlrbuild/wlrbuild/sockshim-c"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	network "github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

const shimTests = "../../../../sockshim-c/test"

// TestShim runs each program of sockshim-c/test as every runtime would, on all
// of its engines, and as a program of this machine, which says whether the
// program itself is right.
func TestShim(t *testing.T) {
	files, err := filepath.Glob(shimTests + "/*.c")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs in %s: %v", shimTests, err)
	}
	kit := newShimKit(t)
	hosts := kit.hosts(t)
	table := &shimTable{hosts: []string{"linux"}, counts: map[string]map[string]int{}, seen: map[string]int{}}
	for _, h := range hosts {
		table.hosts = append(table.hosts, h.label())
	}
	t.Cleanup(func() { table.write(t, len(files)) }) // after all that runs in parallel
	slots := make(chan struct{}, 2)                  // how many programs are at work at once
	for _, file := range files {
		t.Run(shimProgram(file), func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			t.Run("linux", func(t *testing.T) {
				o := runNative(t, file)
				judge(t, "linux", o)
				table.add("linux", o)
			})
			kit.eachHost(t, hosts, file, func(t *testing.T, h shimHost, module string) {
				o := h.run(t, shimProgram(file), module)
				judge(t, h.label(), o)
				table.add(h.label(), o)
			})
		})
	}
}

// TestShimRandomDescriptors runs what has to do with descriptors on a host that
// numbers them as WasmEdge does: at random, up to 2^31.
func TestShimRandomDescriptors(t *testing.T) {
	kit := newShimKit(t)
	rt, err := kit.recipes.Runtime("wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	host := shimHost{name: "wazero", runtime: rt, embedded: true, engine: engine.Wazero(engine.WazeroOptions{
		Host: "wasmedge", RandomDescriptors: true,
	})}
	for _, program := range []string{"fd", "tcp", "udp", "poll", "dir", "tempfile"} {
		t.Run(program, func(t *testing.T) {
			module := filepath.Join(t.TempDir(), "program.wasm")
			kit.link(t, rt, shimTests+"/"+program+".c", module)
			judge(t, host.label(), host.run(t, program, module))
		})
	}
}

// TestShimProcessNumber runs a program twice: a process has another number
// each time.
func TestShimProcessNumber(t *testing.T) {
	kit := newShimKit(t)
	number := regexp.MustCompile(`(?m)^# process (\d+)$`)
	kit.eachHost(t, kit.hosts(t), shimTests+"/process.c", func(t *testing.T, h shimHost, module string) {
		first := number.FindString(h.run(t, "process", module).stdout)
		second := number.FindString(h.run(t, "process", module).stdout)
		if first == "" || first == second {
			t.Errorf("it was %q and %q", first, second)
		}
	})
}

// TestShimStart starts a program in several directories, and in some that it
// cannot start in.
func TestShimStart(t *testing.T) {
	kit := newShimKit(t)
	start := regexp.MustCompile(`(?m)^# starts in (.*)$`)
	kit.eachHost(t, kit.hosts(t), shimTests+"/cwd.c", func(t *testing.T, h shimHost, module string) {
		for pwd, want := range map[string]string{
			"/tmp":            "/tmp",
			"/tmp/":           "/tmp",
			"/etc/../tmp/.":   "/tmp",
			"/etc":            "/etc",
			"":                "/",
			"tmp":             "/",
			"/etc/passwd":     "/",
			"/tmp/not-there":  "/",
			"/tmp/../nothing": "/",
		} {
			m := start.FindStringSubmatch(h.run(t, "cwd", module, "PWD="+pwd).stdout)
			if m == nil || m[1] != want {
				t.Errorf("with PWD=%q it starts in %q, want %q", pwd, m, want)
			}
		}
	})
}

// TestShimSyslogLine sees a line of the log in one write, so that lines of
// several processes do not mix.
func TestShimSyslogLine(t *testing.T) {
	kit := newShimKit(t)
	rt, err := kit.recipes.Runtime("wasi")
	if err != nil {
		t.Fatal(err)
	}
	module := filepath.Join(t.TempDir(), "syslog.wasm")
	kit.link(t, rt, shimTests+"/syslog.c", module)
	var writes writeRecorder
	tmp, _, _ := shimDirs(t)
	_, err = engine.Wazero(engine.WazeroOptions{}).Run(t.Context(), engine.Config{
		Module: module,
		Dirs:   []engine.Dir{{Host: tmp, Guest: "/tmp"}},
		Stderr: &writes,
	})
	if want := []string{"tester: one write\n"}; err != nil || !slices.Equal(writes, want) {
		t.Errorf("it wrote %q, want %q: %v", writes, want, err)
	}
}

type writeRecorder []string

func (w *writeRecorder) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

// TestShimHeaders compiles each header alone, and all of them in both orders,
// in C and in C++.
func TestShimHeaders(t *testing.T) {
	kit := newShimKit(t)
	sources := map[string]string{}
	var forward, backward string
	for name := range shimHeaders(t) {
		line := "#include <" + name + ">\n"
		sources[name] = line + line
		forward += line
		backward = line + backward
	}
	sources["all"], sources["all backwards"] = forward, backward
	languages := [][]string{
		{"-xc", "-std=c11"},
		{"-xc", "-std=gnu17", "-D_GNU_SOURCE"},
		{"-xc++", "-std=c++11", "-D_GNU_SOURCE"},
		{"-xc++", "-std=gnu++20", "-D_GNU_SOURCE"},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			for _, lang := range languages {
				argv := append([]string{kit.tools.Clang, "-fsyntax-only"}, lang...)
				argv = append(argv, shimDefines...)
				// Not -isystem, which would keep warnings back.
				argv = append(argv, "-Wall", "-Wextra", "-Werror", "-I", filepath.Join(kit.dir, "include"), "-")
				kit.tool(t, source, argv...)
			}
		})
	}
}

// TestShimDefinesWhatItDeclares looks for each function of the headers in the
// archives: configure asks for most by linking, but some PHP calls unasked.
func TestShimDefinesWhatItDeclares(t *testing.T) {
	kit := newShimKit(t)
	prototype := regexp.MustCompile(`(?m)^(?:_Noreturn )?[A-Za-z][\w ]*[ *](\w+)\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*__asm__\("(\w+)"\))?[^;]*;`)
	for _, rt := range kit.recipes.Runtimes {
		t.Run(rt.Name, func(t *testing.T) {
			libs, err := shimLibraries(kit.dir, rt.Backend, setjmp(rt))
			if err != nil {
				t.Fatal(err)
			}
			defined := map[string]bool{}
			for _, lib := range libs {
				if filepath.Ext(lib) != ".a" {
					continue
				}
				for line := range strings.Lines(kit.tool(t, "", kit.tools.NM, "--defined-only", lib)) {
					if f := strings.Fields(line); len(f) == 3 && f[1] == "T" {
						defined[f[2]] = true
					}
				}
			}
			declared := 0
			for name, text := range shimHeaders(t) {
				for _, m := range prototype.FindAllStringSubmatch(text, -1) {
					declared++
					symbol := m[1]
					if m[2] != "" {
						symbol = m[2]
					}
					if !defined[symbol] && symbol != "setjmp" { // of which the compiler makes other calls
						t.Errorf("%s declares %s, which is in no archive", name, symbol)
					}
				}
			}
			if declared < 95 {
				t.Errorf("only %d functions found in the headers: the pattern does not fit them any more", declared)
			}
		})
	}
}

// shimHeaders are the headers of sockshim-c by the names that programs include.
func shimHeaders(t *testing.T) map[string]string {
	t.Helper()
	headers := map[string]string{}
	include, err := fs.Sub(sockshim.FS, "include")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(include, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(include, name)
		headers[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return headers
}

// shimKit compiles and links programs with sockshim-c.
type shimKit struct {
	store   *cache.Store
	tools   *toolchain.Toolchain
	recipes *recipe.Set
	dir     string // the output of the step shim
}

func newShimKit(t *testing.T) *shimKit {
	t.Helper()
	toolchainOutput(t) // or else the test is skipped
	k := &shimKit{store: openStore(t, shared.dir), dir: shimOutput(t)}
	var err error
	if k.recipes, err = recipe.Open(""); err != nil {
		t.Fatal(err)
	}
	def, err := k.recipes.Toolchain("debian-trixie")
	if err != nil {
		t.Fatal(err)
	}
	noenv := func(string) string { return "" }
	if k.tools, _, err = toolchain.Lookup(t.Context(), k.store, def, noenv); err != nil {
		t.Fatal(err)
	}
	return k
}

// tool is what a program of the toolchain prints.
func (k *shimKit) tool(t *testing.T, stdin string, argv ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Env = k.tools.Environ(os.Environ())
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(argv, " "), err, out)
	}
	return string(out)
}

// link makes a module of one source file, with the flags of a build.
func (k *shimKit) link(t *testing.T, rt *recipe.Runtime, file, module string) {
	t.Helper()
	libs, err := shimLibraries(k.dir, rt.Backend, setjmp(rt))
	if err != nil {
		t.Fatal(err)
	}
	step := linkStep{job: &job{runtime: rt}}
	argv := slices.Concat([]string{k.tools.Clang}, shimFlags, setjmpFlags)
	argv = append(argv, "-isystem", filepath.Join(k.dir, "include"), file, "-o", module)
	argv = append(argv, step.flags(&objectList{})...)
	k.tool(t, "", append(argv, libs...)...)
	data, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	if data, err = postlink.Run(data, passes(rt), postlink.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(module, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// shimHost is an engine of a runtime.
type shimHost struct {
	name     string
	variant  string // runtimes of one variant have the same modules
	runtime  *recipe.Runtime
	engine   engine.Engine
	err      error // why there is none
	moving   bool  // it comes from a suite that has what it has today
	embedded bool  // it keeps guests from the network that is not allowed to them
}

// label names the host in a table.
func (h shimHost) label() string { return fmt.Sprintf("%s (%s)", h.name, h.runtime.Backend) }

// everything is leave for what the programs do, with unix sockets in dir.
func everything(dir string) network.Policy {
	all := []string{"*", "unix:" + dir + "/*"}
	return network.Policy{Listen: all, Connect: all, Resolve: true}
}

// hosts are all engines in all releases, once for each kind of module that
// they are to run.
func (k *shimKit) hosts(t *testing.T) []shimHost {
	t.Helper()
	var hosts []shimHost
	for _, rt := range k.recipes.Runtimes {
		for i := range rt.Engines {
			def := &rt.Engines[i]
			releases := def.Releases
			if len(releases) == 0 {
				releases = make([]recipe.EngineRelease, 1)
			}
			for _, r := range releases {
				version := strings.TrimSuffix(r.Since, ".0") // of 0.14.0 any 0.14
				h := shimHost{
					name:     def.Name + version,
					variant:  fmt.Sprint(rt.Backend, rt.Setjmp, rt.Stack, args(rt.LDFlags)),
					runtime:  rt,
					moving:   r.Fetch != nil && r.Fetch.Suite == "sid",
					embedded: def.Kind == "embedded",
				}
				if slices.ContainsFunc(hosts, func(o shimHost) bool { return o.name == h.name && o.variant == h.variant }) {
					continue // as another runtime has it
				}
				h.engine, h.err = k.open(t.Context(), def, version)
				hosts = append(hosts, h)
			}
		}
	}
	return hosts
}

func (k *shimKit) open(ctx context.Context, def *recipe.Engine, version string) (engine.Engine, error) {
	eng, _, err := engines.Open(ctx, k.store, engines.Options{
		Engine: def, Version: version, Stoppable: true, Getenv: os.Getenv,
	})
	return eng, err
}

// eachHost links file for every host and calls test in a subtest.
func (k *shimKit) eachHost(t *testing.T, hosts []shimHost, file string, test func(t *testing.T, h shimHost, module string)) {
	t.Helper()
	dir, modules := t.TempDir(), map[string]string{}
	for _, h := range hosts {
		module := modules[h.variant]
		if module == "" {
			module = filepath.Join(dir, fmt.Sprintf("%s%d.wasm", shimProgram(file), len(modules)))
			k.link(t, h.runtime, file, module)
			modules[h.variant] = module
		}
		t.Run(h.name+"-"+h.runtime.Name, func(t *testing.T) {
			if h.err != nil && h.moving {
				t.Skipf("SKIPPED, NOTHING IS PROVEN: Debian's unstable suite has moved on: %v", h.err)
			}
			if h.err != nil {
				absent(t, h.err)
			}
			test(t, h, module)
		})
	}
}

// absent skips a test that cannot run here, or fails it where everything has
// to be there.
func absent(t *testing.T, why error) {
	t.Helper()
	if os.Getenv("WLR_E2E") == "1" {
		t.Fatal(why)
	}
	t.Skipf("SKIPPED, NOTHING IS PROVEN: %v (with WLR_E2E=1 this is a failure)", why)
}

func shimProgram(file string) string { return strings.TrimSuffix(filepath.Base(file), ".c") }

// shimDirs are the directories that a program sees: an empty one, the made
// /etc, and one for reading.
func shimDirs(t *testing.T) (tmp, etc, readOnly string) {
	t.Helper()
	root := t.TempDir()
	dir := func(name string) string { return filepath.Join(root, name) }
	if err := os.CopyFS(dir("etc"), os.DirFS(shimTests+"/etc")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tmp", "readonly/sub"} {
		if err := os.MkdirAll(dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dir("readonly/file"), []byte("read me\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir("tmp"), dir("etc"), dir("readonly")
}

// shimTimeout is for a program that hangs.
const shimTimeout = 2 * time.Minute

// outcome is how a program ended.
type outcome struct {
	program        string
	exit           int
	err            error // it did not end by itself
	stdout, stderr string
}

// protects are the engines that can keep a guest from writing: Node.js mounts
// everything for writing, and WasmEdge, whose option for it the recipes do not
// use, lets a guest write below a directory that is read-only.
var protects = map[string]bool{"wazero": true, "wasmtime": true}

// reserves are the engines on which memory that is not touched costs nothing:
// wazero copies all of it each time it grows.
var reserves = map[string]bool{"wasmtime": true, "wasmedge0.14": true, "wasmedge0.17": true}

// sockets are the backends by which a program can make sockets.
var sockets = map[string]bool{"wasmedge": true}

// shortDir is a directory whose path fits into the address of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// knownName is a name that this machine's resolver knows, with its address: its
// own, if it knows that.
func knownName() []string {
	name, err := os.Hostname()
	if err != nil {
		return nil
	}
	addrs, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip4", name)
	if err != nil || len(addrs) == 0 {
		return nil
	}
	return []string{"TEST_NAME=" + name, "TEST_ADDRESS=" + addrs[0].Unmap().String()}
}

// run runs a program as a guest that starts in /tmp, or where env says.
func (h shimHost) run(t *testing.T, program, module string, env ...string) outcome {
	t.Helper()
	tmp, etc, readOnly := shimDirs(t)
	ctx, cancel := context.WithTimeout(t.Context(), shimTimeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cfg := engine.Config{
		Module: module,
		Args:   []string{program},
		Env:    append([]string{"TEST_ETC=1"}, env...),
		Dirs:   []engine.Dir{{Host: tmp, Guest: "/tmp"}, {Host: etc, Guest: "/etc"}},
		Stdout: &stdout, Stderr: &stderr,
	}
	if len(env) == 0 {
		cfg.Env = append(cfg.Env, "PWD=/tmp")
	}
	if sockets[h.runtime.Backend] {
		// Paths of sockets are the host's.
		unix := shortDir(t)
		cfg.Dirs = append(cfg.Dirs, engine.Dir{Host: unix, Guest: unix})
		cfg.Env = append(cfg.Env, "TEST_SOCKETS=1", "TEST_UNIX="+unix)
		cfg.Env = append(cfg.Env, knownName()...)
		if h.embedded {
			cfg.Network = everything(unix)
		}
	}
	if reserves[h.name] {
		cfg.Env = append(cfg.Env, "TEST_MEMORY=1")
	}
	if protects[h.name] {
		cfg.Env = append(cfg.Env, "TEST_READONLY=/readonly")
		cfg.Dirs = append(cfg.Dirs, engine.Dir{Host: readOnly, Guest: "/readonly", ReadOnly: true})
	}
	res, err := h.engine.Run(ctx, cfg)
	return outcome{program, res.ExitCode, errors.Join(err, res.Trap), stdout.String(), stderr.String()}
}

// inNamespace gives a program the made /etc and a read-only directory, as a
// guest has them, in a mount namespace of its own.
const inNamespace = `mount --bind "$1" /etc && mount --bind "$2" "$2" && mount -o remount,bind,ro "$2" && ulimit -n 1024 && shift 2 && exec "$@"`

// runNative compiles a program for this machine and runs it.
func runNative(t *testing.T, file string) outcome {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("SKIPPED, NOTHING IS PROVEN: the oracle is Linux")
	}
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		absent(t, fmt.Errorf("no C compiler for the oracle: %w", err))
	}
	ctx, cancel := context.WithTimeout(t.Context(), shimTimeout)
	defer cancel()
	program := filepath.Join(t.TempDir(), shimProgram(file))
	out, err := exec.CommandContext(ctx, gcc, "-std=gnu17", "-O1", "-D_GNU_SOURCE",
		"-Wall", "-Wextra", "-Werror", "-Wno-nonnull", "-o", program, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tmp, etc, readOnly := shimDirs(t)
	argv := []string{"unshare", "--map-root-user", "--mount", "sh", "-c", inNamespace, "sh", etc, readOnly}
	env := []string{"TEST_TMP=" + tmp, "PWD=" + tmp, "TEST_SOCKETS=1", "TEST_UNIX=" + shortDir(t)}
	outside := len(env)
	env = append(env, "TEST_ETC=1", "TEST_READONLY="+readOnly)
	if out, err := exec.CommandContext(ctx, argv[0], append(argv[1:], "true")...).CombinedOutput(); err != nil {
		t.Logf("the oracle is not asked what needs a mount namespace: %v: %s", err, out)
		argv, env = []string{"sh", "-c", `ulimit -n 1024 && exec "$@"`, "sh"}, append(env[:outside], knownName()...)
	}
	cmd := exec.CommandContext(ctx, argv[0], append(argv[1:], program)...)
	cmd.Env, cmd.Dir = env, tmp
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); ok && cmd.ProcessState.Exited() {
		err = nil // how it ended is in its state
	}
	return outcome{shimProgram(file), cmd.ProcessState.ExitCode(), err, stdout.String(), stderr.String()}
}

// endings are how programs end, where that is not with status 0 and nothing on
// standard error.
var endings = map[string]struct {
	exit   int
	stderr string
}{
	"longjmp": {255, `longjmp: the function that called setjmp has returned\n`},
	"syslog":  {0, `tester: one write\n`},
}

// gaps are the checks that fail on an engine whose fault it is. The engine is a
// host's name, or its label where only one backend has the gap.
var gaps = []struct {
	engines []string
	program string
	why     string
	checks  []string
}{
	{[]string{"wazero"}, "unix", "has no file type for sockets", []string{"it is a socket"}},
	{[]string{"wazero"}, "symlink", "takes a name that is not UTF-8 for one that is forbidden", []string{
		"open of a name that is not UTF-8",
		"stat of a name that is not UTF-8",
		"unlink of a name that is not UTF-8",
	}},
	{[]string{"node"}, "symlink", "takes the text of a link for a path from the mounted directory, which it leaves", []string{
		"symlink in it",
		"readlink of that",
		"that leads to the file",
		"symlink through it",
		"leads to the file from where it is",
		"readlink of this",
		"readlink by the other path",
	}},
	{[]string{"node"}, "poll", "has an error for what is no pipe, socket or terminal", []string{"poll of standard input"}},
	// The backend wasmedge makes up for it.
	{[]string{"wasmedge0.14 (preview1)", "wasmedge0.17 (preview1)"}, "rename", "follows links that it renames", []string{
		"moves the link",
		"and not what it leads to",
		"leaves it there",
		"rename of a link to a link",
		"replaces the other link",
		"and not what that leads to",
		"the old link is gone",
		"rename of a file to a link",
		"rename of a directory to a link",
		"rename of a link to a directory",
	}},
}

// gap says why a check may fail on a host, or "".
func gap(host, program, check string) string {
	engine, _, _ := strings.Cut(host, " ")
	for _, g := range gaps {
		if g.program != program || !slices.Contains(g.engines, host) && !slices.Contains(g.engines, engine) {
			continue
		}
		for _, c := range g.checks {
			if check == c || strings.HasPrefix(check, c+" (") {
				return g.why
			}
		}
	}
	return ""
}

var (
	checkLine = regexp.MustCompile(`(?m)^(not )?ok \d+ - (.*)$`)
	planLine  = regexp.MustCompile(`(?m)^1\.\.(\d+)$`)
)

// judge reports every check of a program that failed.
func judge(t *testing.T, on string, o outcome) {
	t.Helper()
	end := endings[o.program]
	checks := checkLine.FindAllStringSubmatch(o.stdout, -1)
	known := 0 // how many gaps there are
	for _, m := range checks {
		failed, text := m[1] != "", m[2]
		why := gap(on, o.program, text)
		switch {
		case failed && why == "":
			t.Errorf("not ok: %s", text)
		case failed:
			known++
			t.Logf("not ok, because %s %s: %s", on, why, text)
		case why != "":
			t.Errorf("ok, though it is in the list of gaps that %s %s: %s", on, why, text)
		}
	}
	if known > 0 && end.exit == 0 {
		end.exit = 1
	}
	plan := planLine.FindStringSubmatch(o.stdout)
	if plan == nil || plan[1] != fmt.Sprint(len(checks)) || len(checks) == 0 {
		t.Errorf("it stopped early, or not all of its lines came out:\n%s", o.stdout)
	}
	if o.err != nil || o.exit != end.exit {
		t.Errorf("it ended with status %d, want %d: %v", o.exit, end.exit, o.err)
	}
	if !regexp.MustCompile(`^` + end.stderr + `$`).MatchString(o.stderr) {
		t.Errorf("on standard error it printed %q, want %q", o.stderr, end.stderr)
	}
}
