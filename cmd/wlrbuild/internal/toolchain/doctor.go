package toolchain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// Status is how a Check ended.
type Status string

// The statuses. Only Missing and Wrong keep a build from going well.
const (
	OK      Status = "ok"
	Missing Status = "missing"
	Wrong   Status = "wrong"
	Note    Status = "note" // worth knowing, but in nobody's way
)

// Check is one line of `wlrbuild doctor`.
type Check struct {
	Name   string   `json:"name"`
	Status Status   `json:"status"`
	Found  string   `json:"found"`
	Detail []string `json:"detail,omitempty"`
	Why    string   `json:"why"`           // what it is needed for, or does
	Fix    string   `json:"fix,omitempty"` // what to do, if there is something to do
	// FixCmd does it; nil if wlrbuild cannot, or need not.
	FixCmd func(ctx context.Context) error `json:"-"`
}

// HostTool is a program of the machine that something here starts.
type HostTool struct {
	Name    string `yaml:"name"`
	Program string `yaml:"program"`
	Package string `yaml:"package"` // Debian's
	// For names what needs it: "build" everything, "packages" the toolchain
	// that is made of Debian packages, "git-source" a source tree without
	// generated files, "tests" the project's own tests.
	For []string `yaml:"for"`
	Why string   `yaml:"why"`
}

// ReadHostTools reads host/tools.yaml of the recipes.
func ReadHostTools(recipes fs.FS) ([]HostTool, error) {
	const name, op = "host/tools.yaml", "read the list of host tools"
	data, err := fs.ReadFile(recipes, name)
	if err != nil {
		return nil, diag.New(diag.Usage, op, "%w", err)
	}
	var file struct {
		Schema string     `yaml:"schema"`
		Tools  []HostTool `yaml:"tools"`
	}
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Path: name, Op: op, Err: err}
	}
	if file.Schema != "wlrbuild.host-tools/v1" {
		return nil, &diag.Error{Exit: diag.Usage, Path: name, Op: op, Err: fmt.Errorf("schema is %q, not wlrbuild.host-tools/v1", file.Schema)}
	}
	for _, t := range file.Tools {
		if t.Name == "" || t.Program == "" || t.Package == "" || t.Why == "" || len(t.For) == 0 {
			return nil, &diag.Error{Exit: diag.Usage, Path: name, Op: op, Err: fmt.Errorf("tool %q: name, program, package, for and why are all needed", t.Name)}
		}
	}
	return file.Tools, nil
}

// Examination is what Doctor looks at.
type Examination struct {
	CacheDir  string
	Toolchain *recipe.Toolchain
	Tools     []HostTool
	// Needs are the groups of tools that must be there besides "build". Of
	// the others it is only noted what is missing.
	Needs   []string
	Environ []string
	Events  progress.Sink // for what FixCmd does

	// What follows is this machine, if it is not a test.
	install  installer
	valgrind string // the header
	memory   func() (int64, error)
}

// Sizes below which a build is not likely to end well.
const (
	wantDisk   = 4_000_000_000 // toolchain, sources, objects of two runtimes
	wantMemory = 2_000_000_000 // two compilers at once, or the passes after linking
)

// Doctor looks at everything a build needs of this machine, and at what could
// lead it astray. It changes nothing and downloads nothing.
func Doctor(ctx context.Context, x Examination) []Check {
	if x.install == nil {
		x.install = aptInstaller(ctx, HostPath, os.Geteuid())
	}
	if x.valgrind == "" {
		x.valgrind = "/usr/include/valgrind/valgrind.h"
	}
	if x.memory == nil {
		x.memory = availableMemory
	}
	store, cacheCheck := x.cache()
	toolchain, installed := x.toolchain(ctx, store)
	needs := append([]string{"build"}, x.Needs...)
	if !installed && x.Toolchain.Debian != nil {
		needs = append(needs, "packages")
	}
	checks := []Check{cacheCheck, x.disk(), x.memoryCheck(), toolchain}
	for _, tool := range x.Tools {
		checks = append(checks, x.tool(tool, needs))
	}
	return append(checks, x.influences()...)
}

func (x *Examination) getenv(name string) string {
	for _, kv := range x.Environ {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

func (x *Examination) cache() (*cache.Store, Check) {
	c := Check{
		Name:   "cache",
		Status: OK,
		Found:  x.CacheDir,
		Why:    "everything that is downloaded or built is kept there",
	}
	store, err := cache.Open(x.CacheDir)
	if err == nil {
		// The folder may be there from before, and not be ours to write to.
		var f *os.File
		if f, err = os.CreateTemp(x.CacheDir, "doctor-"); err == nil {
			f.Close()
			os.Remove(f.Name())
		}
	}
	if err != nil {
		c.Status = Wrong
		c.Found = err.Error()
		c.Fix = "set WLRBUILD_CACHE to a directory that you may write to"
		return nil, c
	}
	return store, c
}

func (x *Examination) disk() Check {
	c := Check{Name: "disk space", Status: OK, Why: fmt.Sprintf("the cache needs about %s for one release and two runtimes", progress.FormatBytes(wantDisk))}
	// The cache need not be there yet.
	dir := x.CacheDir
	var st unix.Statfs_t
	err := unix.Statfs(dir, &st)
	for errors.Is(err, unix.ENOENT) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		err = unix.Statfs(dir, &st)
	}
	if err != nil {
		c.Status, c.Found = Note, "unknown: "+err.Error()
		return c
	}
	free := int64(st.Bavail) * int64(st.Bsize)
	c.Found = fmt.Sprintf("%s free at %s", progress.FormatBytes(free), dir)
	if free < wantDisk {
		c.Status = Wrong
		c.Fix = "free some space, for example with `wlrbuild cache clean`, or set WLRBUILD_CACHE to a directory on a larger disk"
	}
	return c
}

func (x *Examination) memoryCheck() Check {
	c := Check{Name: "memory", Status: OK, Why: "a compiler takes up to 1 GB, and as many run at once as -j says"}
	free, err := x.memory()
	if err != nil {
		c.Status, c.Found = Note, "unknown: "+err.Error()
		return c
	}
	c.Found = progress.FormatBytes(free) + " available"
	if free < wantMemory {
		c.Status = Note
		c.Fix = "build with -j1"
	}
	return c
}

// availableMemory is what the system and the control group leave.
func availableMemory() (int64, error) {
	data, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(string(data), "MemAvailable:")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0, errors.New("/proc/meminfo has no MemAvailable")
	}
	kib, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return 0, err
	}
	free := kib << 10
	limit, err1 := readNumber("/sys/fs/cgroup/memory.max")
	used, err2 := readNumber("/sys/fs/cgroup/memory.current")
	if err1 == nil && err2 == nil {
		free = min(free, max(limit-used, 0))
	}
	return free, nil
}

func readNumber(path string) (int64, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
}

// toolchain also says whether there is one without asking for packages.
func (x *Examination) toolchain(ctx context.Context, store *cache.Store) (c Check, installed bool) {
	c = Check{
		Name: "toolchain " + x.Toolchain.Name,
		Why:  "clang and wasm-ld compile and link, against the C library in its sysroot",
	}
	if store == nil {
		c.Status, c.Found = Wrong, "not looked for: there is no cache to have it in"
		return c, false
	}
	t, answers, err := Lookup(ctx, store, x.Toolchain, x.getenv)
	for _, a := range answers {
		c.Detail = append(c.Detail, a.String())
	}
	var d *diag.Error
	switch {
	case err == nil:
		c.Status = OK
		c.Found = fmt.Sprintf("clang %s for %s, from %s", t.Version, t.Target, t.Provider)
		if err := t.try(ctx); err != nil {
			c.Status, c.Found = Wrong, err.Error()
			c.Fix = fmt.Sprintf("remove %s, so that it is installed again", filepath.Dir(t.Bin))
		}
		return c, true
	case errors.Is(err, ErrNotInstalled):
		c.Status, c.Found = Missing, err.Error()
		c.Fix = "`wlrbuild doctor --fix`, or the first build, downloads it into the cache"
		c.FixCmd = func(ctx context.Context) error {
			_, err := Find(ctx, store, x.Toolchain, x.getenv, x.Events)
			return err
		}
	case errors.As(err, &d):
		c.Status, c.Found, c.Fix = Wrong, d.Error(), d.Hint
	default:
		c.Status, c.Found = Wrong, err.Error()
	}
	return c, false
}

// try starts the compiler: what is in the cache was seen to work when it was
// put there, but the machine may have changed since.
func (t *Toolchain) try(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, t.Clang, "--version")
	cmd.Env = t.Environ(nil)
	_, err := run(cmd)
	return err
}

func (x *Examination) tool(tool HostTool, needs []string) Check {
	c := Check{Name: tool.Name, Status: OK, Why: tool.Why}
	// A build sees no other programs; tests run in the user's own environment,
	// in which servers need not be on PATH.
	path := HostPath
	if slices.Contains(tool.For, "tests") {
		path = x.getenv("PATH") + ":/usr/sbin:/sbin"
	}
	c.Found = lookPath(tool.Program, path)
	if c.Found != "" {
		return c
	}
	c.Status, c.Found = Missing, "not found"
	c.Fix, c.FixCmd = x.install(tool)
	if !slices.ContainsFunc(tool.For, func(group string) bool { return slices.Contains(needs, group) }) {
		c.Status, c.FixCmd = Note, nil
		c.Found = fmt.Sprintf("not found, but only %s would need it", strings.Join(tool.For, " and "))
	}
	return c
}

// lookPath is exec.LookPath in a given path.
func lookPath(program, path string) string {
	for _, dir := range filepath.SplitList(path) {
		if file := filepath.Join(dir, program); filepath.IsAbs(file) && isExecutable(file) {
			return file
		}
	}
	return ""
}

// installer says how a tool is installed, and does it if that can be done
// without asking for a password.
type installer func(HostTool) (fix string, cmd func(context.Context) error)

// aptInstaller installs with the apt-get on path, as far as this user may.
func aptInstaller(ctx context.Context, path string, euid int) installer {
	aptGet := lookPath("apt-get", path)
	var as, may = []string(nil), euid == 0
	if sudo := lookPath("sudo", path); !may && sudo != "" {
		as = []string{sudo, "-n"}
		may = exec.CommandContext(ctx, sudo, "-n", "true").Run() == nil
	}
	return func(tool HostTool) (string, func(context.Context) error) {
		if aptGet == "" {
			return fmt.Sprintf("install %s (on Debian it is in package %s)", tool.Program, tool.Package), nil
		}
		fix := "apt-get install -y " + tool.Package
		if euid != 0 {
			fix = "sudo " + fix
		}
		if !may {
			return fix, nil
		}
		get := func(ctx context.Context, args ...string) error {
			argv := slices.Concat(as, []string{"/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", aptGet}, args)
			out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
			if err != nil && ctx.Err() == nil {
				return &diag.Error{
					Exit:   diag.Preflight,
					Op:     "run apt-get " + strings.Join(args, " "),
					Err:    err,
					Detail: lastLines(out, 10),
				}
			}
			return ctx.Err()
		}
		return fix, func(ctx context.Context) error {
			err := get(ctx, "install", "-y", tool.Package)
			if err == nil || ctx.Err() != nil {
				return err
			}
			// A fresh container has no package lists at all.
			if err := get(ctx, "update"); err != nil {
				return err
			}
			return get(ctx, "install", "-y", tool.Package)
		}
	}
}

func lastLines(text []byte, n int) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(len(lines)-n, 0):], []byte("\n")))
}

// strays are variables that configure, make or a compiler would obey.
var strays = []string{
	"AR", "AS", "CC", "CPP", "CXX", "LD", "NM", "RANLIB", "STRIP",
	"CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "LIBS", "MAKEFLAGS",
	"CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "CONFIG_SITE",
	"LD_LIBRARY_PATH", "LD_PRELOAD",
	"PKG_CONFIG", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_PATH", "PKG_CONFIG_SYSROOT_DIR",
}

// influences notes what of this machine would change a build that did not shut
// it out.
func (x *Examination) influences() []Check {
	var checks []Check
	note := func(name, found, why string) {
		checks = append(checks, Check{Name: name, Status: Note, Found: found, Why: why})
	}
	if path := lookPath("wasm-opt", x.getenv("PATH")); path != "" {
		note("wasm-opt", path, "clang would run it after linking, whatever its version; a build never does")
	}
	for _, name := range strays {
		if value := x.getenv(name); value != "" {
			note(name, value, "set in the environment; a build does not see it")
		}
	}
	if _, err := os.Stat(x.valgrind); err == nil {
		note("valgrind headers", x.valgrind, "configure would use them; a build sees no headers but its sysroot's")
	}
	if len(checks) == 0 {
		return []Check{{Name: "influences of this machine", Status: OK, Found: "none", Why: "compilers, flags and headers of the machine must not get into a build"}}
	}
	return checks
}
