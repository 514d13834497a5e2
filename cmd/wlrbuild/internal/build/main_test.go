package build

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
)

// asProgram makes the test binary be wlrbuild, for what takes a process.
const asProgram = "WLR_TEST_AS_PROGRAM"

// TestMain lets the test binary be the compiler launcher, as the build starts
// the program that it is a part of under that name, and wlrbuild itself.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == compilerName {
		os.Exit(cc.Main(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ(), Builder{}))
	}
	code := m.Run()
	for _, dir := range shared.remove {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// site is a place in which a small project is built, with the real toolchain
// if there is one: sources, patches, recipes, cache and output directory are
// its own.
type site struct {
	t   *testing.T
	dir string
	// What a build is asked for, changed by tests.
	cli.BuildOptions
	// watch gets what a build reports, before it is recorded.
	watch    progress.Sink
	equipped bool

	mu       sync.Mutex
	events   []progress.Event
	stdout   bytes.Buffer
	ranSoFar []string // in builds that stopAt has stopped
}

// newSite makes one that cannot compile anything.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	s.restore()
	s.BuildOptions = cli.BuildOptions{
		Source: s.path("src"), Patches: s.path("patches"), Out: s.path("dist"), Jobs: 2,
		Store: openStore(t, s.path("cache")), Env: []string{"HOME=" + s.dir},
	}
	s.loadRecipes()
	s.runtimes("wasi")
	return s
}

// newRealSite makes one with a toolchain and, since it takes the longest, a
// finished sockshim-c.
func newRealSite(t *testing.T) *site {
	t.Helper()
	return newSite(t).equip()
}

// equip puts the toolchain and sockshim-c into a site's cache.
func (s *site) equip() *site {
	s.t.Helper()
	s.equipWith(toolchainOutput(s.t), shimOutput(s.t))
	return s
}

// equipWith puts outputs of other caches into the site's. It is a link: what is
// built differs by no byte, as if the toolchain had been installed there.
func (s *site) equipWith(outputs ...string) {
	s.t.Helper()
	s.equipped = true
	s.loadRecipes()
	for _, out := range outputs {
		s.must(os.Symlink(out, filepath.Join(s.Store.Dir(), "outputs", filepath.Base(out))))
	}
	states, err := filepath.Glob(filepath.Join(shared.dir, "state", "debian-*.json"))
	s.must(err)
	for _, file := range states {
		s.must(os.WriteFile(filepath.Join(s.Store.Dir(), "state", filepath.Base(file)), []byte(read(s.t, file)), 0o666))
	}
}

// shared is what is made once for all tests.
var shared struct {
	once      sync.Once
	dir       string // the cache that has the toolchain
	toolchain string // its output
	err       error
	shimOnce  sync.Once
	shim      string
	remove    []string
}

// toolchainOutput is the real toolchain's output in the user's cache. Only with
// WLR_E2E=1 it is downloaded if it is not there.
func toolchainOutput(t *testing.T) string {
	t.Helper()
	shared.once.Do(func() { shared.dir, shared.toolchain, shared.err = findToolchain() })
	switch {
	case shared.err != nil && os.Getenv("WLR_E2E") == "1":
		t.Fatal(diag.Format(shared.err))
	case errors.Is(shared.err, toolchain.ErrNotInstalled):
		t.Skipf("SKIPPED, NOTHING IS PROVEN: the toolchain is not in the cache %s; build something, or set WLR_E2E=1 to have it downloaded", shared.dir)
	case shared.err != nil:
		t.Skipf("SKIPPED, NOTHING IS PROVEN: %v", shared.err)
	}
	return shared.toolchain
}

func findToolchain() (dir, output string, err error) {
	if dir, err = cache.DefaultDir(); err != nil {
		return "", "", err
	}
	if _, err := os.Stat(dir); err != nil && os.Getenv("WLR_E2E") != "1" {
		return dir, "", toolchain.ErrNotInstalled // and no cache is made for this question
	}
	store, err := cache.Open(dir)
	if err != nil {
		return dir, "", err
	}
	set, err := recipe.Open("")
	if err != nil {
		return dir, "", err
	}
	def, err := set.Toolchain("debian-trixie")
	if err != nil {
		return dir, "", err
	}
	// Without WASI_SDK_PATH: the tests are about one toolchain.
	noenv := func(string) string { return "" }
	var tools *toolchain.Toolchain
	if os.Getenv("WLR_E2E") == "1" {
		tools, err = toolchain.Find(context.Background(), store, def, noenv, nil)
	} else {
		tools, _, err = toolchain.Lookup(context.Background(), store, def, noenv)
	}
	if err != nil {
		return dir, "", err
	}
	return dir, filepath.Dir(tools.Bin), nil
}

// shimOutput is the output of the step shim.
func shimOutput(t *testing.T) string {
	t.Helper()
	shared.shimOnce.Do(func() {
		s := newSite(t)
		s.equipWith(toolchainOutput(t))
		dir, err := os.MkdirTemp("", "wlrbuild-shim-")
		s.must(err)
		shared.remove = append(shared.remove, dir)
		s.Store = openStore(t, dir)
		s.equipWith(shared.toolchain)
		// The smallest way to have that step run is to stop the build after it.
		ctx, stop := context.WithCancel(t.Context())
		s.watch = func(e progress.Event) {
			if e.Kind == progress.StepDone && e.Step == stepShim {
				stop()
			}
		}
		s.fails(s.buildIn(ctx), diag.Interrupted)
		shared.shim = s.output(stepShim)
	})
	if shared.shim == "" {
		t.Fatal("an earlier test could not compile sockshim-c")
	}
	return shared.shim
}

func openStore(t *testing.T, dir string) *cache.Store {
	t.Helper()
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(diag.Format(err))
	}
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

// write makes a file, or replaces it.
func (s *site) write(name, content string) {
	s.t.Helper()
	file := s.path(name)
	s.must(os.MkdirAll(filepath.Dir(file), 0o777))
	perm := fs.FileMode(0o666)
	if strings.HasPrefix(content, "#!") {
		perm = 0o777
	}
	s.must(os.WriteFile(file, []byte(content), perm))
}

// edit replaces text that must be in a file once. The file's time stays, since
// that of the mark is a part of what is built.
func (s *site) edit(name, old, new string) {
	s.t.Helper()
	text := read(s.t, s.path(name))
	if strings.Count(text, old) != 1 {
		s.t.Fatalf("%s has %q %d times", name, old, strings.Count(text, old))
	}
	info, err := os.Stat(s.path(name))
	s.must(err)
	s.write(name, strings.Replace(text, old, new, 1))
	s.must(os.Chtimes(s.path(name), info.ModTime(), info.ModTime()))
}

func (s *site) remove(name string) {
	s.t.Helper()
	s.must(os.Remove(s.path(name)))
}

// released is when everything in testdata was made.
var released = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// restore makes sources, patches and recipes what they were.
func (s *site) restore() {
	s.t.Helper()
	s.copyTestdata("hello", "src")
	s.copyTestdata("set", "recipes")
	s.copyTestdata("patches", "patches")
	const def = "recipes/toolchains/debian-trixie.yaml"
	s.write(def, read(s.t, "../../../../"+def))
}

func (s *site) copyTestdata(from, to string) {
	s.t.Helper()
	from, to = filepath.Join("testdata", from), s.path(to)
	s.must(os.RemoveAll(to))
	s.must(os.CopyFS(to, os.DirFS(from)))
	s.must(filepath.WalkDir(to, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(name, released, released)
	}))
}

// loadRecipes reads the recipes after they were changed.
func (s *site) loadRecipes() {
	s.t.Helper()
	var err error
	s.Recipes, err = recipe.Open(s.path("recipes"))
	s.must(err)
	s.Recipe, _, err = s.Recipes.Find("hello-1.0")
	s.must(err)
	s.Toolchain = &recipe.Toolchain{Name: "of which there is none"} // not one to download
	if s.equipped {
		s.Toolchain, err = s.Recipes.Toolchain(s.Recipe.Toolchain)
		s.must(err)
	}
	var names []string
	for _, r := range s.Runtimes {
		names = append(names, r.Name)
	}
	s.runtimes(names...)
}

func (s *site) runtimes(names ...string) {
	s.t.Helper()
	s.Runtimes = nil
	for _, name := range names {
		r, err := s.Recipes.Runtime(name)
		s.must(err)
		s.Runtimes = append(s.Runtimes, r)
	}
}

// options are those of the next build, whose record starts anew.
func (s *site) options() cli.BuildOptions {
	s.events = nil
	s.stdout.Reset()
	o := s.BuildOptions
	o.Stdout = &s.stdout
	o.Events = func(e progress.Event) {
		if s.watch != nil {
			s.watch(e)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events = append(s.events, e)
	}
	return o
}

// tryBuild builds.
func (s *site) tryBuild() error { return s.buildIn(s.t.Context()) }

func (s *site) buildIn(ctx context.Context) error {
	return Builder{}.Build(ctx, s.options())
}

// build builds, and must succeed.
func (s *site) build() {
	s.t.Helper()
	s.must(s.tryBuild())
}

// stopAt interrupts a build when it begins with that step.
func (s *site) stopAt(step string) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	defer stop()
	s.watch = func(e progress.Event) {
		if e.Kind == progress.StepStart && e.Step == step {
			stop()
		}
	}
	defer func() { s.watch = nil }()
	s.fails(s.buildIn(ctx), diag.Interrupted, step)
	s.ranSoFar = append(s.ranSoFar, s.ran()...)
}

// planned is the first command that a plan has for a step.
func (s *site) planned(step string) string {
	s.t.Helper()
	for _, row := range s.plan().Steps {
		if row.Step == step && len(row.Commands) > 0 {
			return row.Commands[0].String()
		}
	}
	s.t.Fatalf("the plan has no command for %s", step)
	return ""
}

// metadata is that in the output directory.
func (s *site) metadata() *metadata {
	s.t.Helper()
	var m metadata
	s.must(json.Unmarshal([]byte(read(s.t, filepath.Join(s.Out, metadataFile))), &m))
	return &m
}

// plan is what `wlrbuild plan` says, for the first runtime.
func (s *site) plan() cli.Plan {
	s.t.Helper()
	plans, err := Builder{}.Plan(s.t.Context(), s.options())
	s.must(err)
	return plans[0]
}

// fails makes sure that err has that exit code, is made for people, and has the
// parts in what they see.
func (s *site) fails(err error, exit diag.Code, parts ...string) *diag.Error {
	s.t.Helper()
	if err == nil {
		s.t.Fatalf("no error, want exit code %d", exit)
	}
	var d *diag.Error
	text := diag.Format(err)
	if !errors.As(err, &d) {
		s.t.Fatalf("not a *diag.Error: %s", text)
	}
	if got := diag.ExitCode(err); got != exit {
		s.t.Errorf("exit code %d, want %d\n%s", got, exit, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			s.t.Errorf("no %q in\n%s", part, text)
		}
	}
	return d
}

// steps are the steps of the last build with an event of that kind, in order.
func (s *site) steps(kind progress.Kind) (names []string) {
	for _, e := range s.events {
		if e.Kind == kind {
			names = append(names, e.Step)
		}
	}
	return names
}

// ran are the cached steps that the last build ran.
func (s *site) ran() []string {
	return slices.DeleteFunc(s.steps(progress.StepDone), func(step string) bool {
		return slices.Contains([]string{stepSource, stepToolchain, stepCalls, stepDist}, step) || strings.HasPrefix(step, stepLint+"-")
	})
}

// wantRan makes sure that the last build ran these of the cached steps, and no
// others.
func (s *site) wantRan(want ...string) {
	s.t.Helper()
	if got := s.ran(); !slices.Equal(got, want) {
		s.t.Errorf("the build ran %q, want %q", got, want)
	}
}

// output is the output of a step of the last build.
func (s *site) output(step string) string {
	s.t.Helper()
	for _, e := range s.events {
		if e.Step == step && (e.Kind == progress.StepDone || e.Kind == progress.StepCached) {
			return filepath.Join(s.Store.Dir(), "outputs", e.Key)
		}
	}
	s.t.Fatalf("the build had no step %s", step)
	return ""
}

// compiled are the sources that the last build started the compiler for, and
// those whose objects it found in the cache.
func (s *site) compiled() (missed, hit []string) {
	s.t.Helper()
	for line := range strings.Lines(read(s.t, filepath.Join(s.output(stepCompile), "stats.jsonl"))) {
		var l struct{ Outcome, File, Reason string }
		s.must(json.Unmarshal([]byte(line), &l))
		file := strings.TrimPrefix(l.File, "/hello/src/")
		if l.Outcome == "hit" {
			hit = append(hit, file)
		} else {
			missed = append(missed, file)
		}
		if l.Outcome == "uncacheable" {
			s.t.Errorf("%s is not kept: %s", file, l.Reason)
		}
	}
	slices.Sort(missed)
	slices.Sort(hit)
	return missed, hit
}

// wantCompiled makes sure that the last build compiled these sources, and took
// the others from the cache.
func (s *site) wantCompiled(want ...string) {
	s.t.Helper()
	missed, hit := s.compiled()
	if !slices.Equal(missed, want) {
		s.t.Errorf("compiled were %q, want %q", missed, want)
	}
	if all := len(missed) + len(hit); all != len(sources) {
		s.t.Errorf("%d sources, want %d", all, len(sources))
	}
}

// sources are what is compiled for hello.
var sources = []string{"greet.c", "lib/count.c", "main_cgi.c", "main_cli.c", "shout.c"}

// dist is what is in the output directory, by name.
func (s *site) dist() map[string]string {
	s.t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(s.Out)
	if errors.Is(err, fs.ErrNotExist) {
		return files
	}
	s.must(err)
	for _, e := range entries {
		if e.IsDir() {
			files[e.Name()+"/"] = ""
			continue
		}
		files[e.Name()] = read(s.t, filepath.Join(s.Out, e.Name()))
	}
	return files
}

// modules are the WebAssembly files in the output directory.
func (s *site) modules() map[string]string {
	files := s.dist()
	for name := range files {
		if !strings.HasSuffix(name, ".wasm") {
			delete(files, name)
		}
	}
	return files
}

// wantSame makes sure that two sets of files are the same.
func wantSame(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if g, ok := got[name]; !ok {
			t.Errorf("%s is not there", name)
		} else if g != want[name] {
			t.Errorf("%s differs (%d bytes, want %d)", name, len(g), len(want[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("there is a %s", name)
		}
	}
}

// clean makes sure that nothing half-made is in the cache or the output
// directory.
func (s *site) clean() {
	s.t.Helper()
	for _, dir := range []string{"tmp", "work", "locks", "objects/tmp"} {
		entries, err := os.ReadDir(filepath.Join(s.Store.Dir(), dir))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		s.must(err)
		for _, e := range entries {
			s.t.Errorf("left behind: %s/%s", dir, e.Name())
		}
	}
	entries, _ := os.ReadDir(s.Out)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			s.t.Errorf("left behind: %s", filepath.Join(s.Out, e.Name()))
		}
	}
}

// log is what the last build logged for a step.
func (s *site) log(step string) string {
	s.t.Helper()
	for _, e := range s.events {
		if e.Step == step && e.Log != "" {
			return read(s.t, e.Log)
		}
	}
	s.t.Fatalf("no log of step %s", step)
	return ""
}
