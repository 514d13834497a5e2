package recipe

import (
	"cmp"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
)

// What follows is what the types and their tags cannot say. Where a recipe
// refers to something (a file, a release, a placeholder) it is looked up now,
// and not after half an hour of building.

func (r *Recipe) validate(d *document, s *Set) error {
	if err := d.sameName(r.Name); err != nil {
		return err
	}
	if r.EOL != "" {
		if _, err := time.Parse(time.DateOnly, r.EOL); err != nil {
			return d.errorAt("eol", "%q is not a day", r.EOL).WithHint("write it as 2026-12-31")
		}
	}
	if err := r.Source.validate(d, s.FS, r.Branch); err != nil {
		return err
	}
	if _, err := s.Toolchain(r.Toolchain); err != nil {
		return d.unknown("toolchain", "toolchain", r.Toolchain, names(s.Toolchains))
	}
	for i, name := range r.Runtimes {
		if _, err := s.Runtime(name); err != nil {
			return d.unknown(fmt.Sprintf("runtimes[%d]", i), "runtime", name, names(s.Runtimes))
		}
	}
	if err := d.localPath("configure.script", r.Configure.Script); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, f := range r.Configure.Cache {
		if seen[f.Name] {
			return d.errorAt(fmt.Sprintf("configure.cache[%d].name", i), "%s is set twice", f.Name)
		}
		seen[f.Name] = true
	}
	for i, h := range r.Hot {
		if err := h.validate(d, fmt.Sprintf("hot[%d]", i)); err != nil {
			return err
		}
	}
	for i, a := range r.Artifacts {
		place := fmt.Sprintf("artifacts[%d]", i)
		if err := d.localPath(place+".link", a.Link); err != nil {
			return err
		}
		if slices.ContainsFunc(r.Artifacts[:i], func(b Artifact) bool { return a.Name == b.Name }) {
			return d.errorAt(place+".name", "there are two artifacts %q", a.Name)
		}
		if a.Smoke == nil {
			continue
		}
		if err := d.placeholders(place+".smoke.expect", a.Smoke.Expect, "version"); err != nil {
			return err
		}
		if err := d.regexp(place+".smoke.expect", strings.ReplaceAll(a.Smoke.Expect, "{version}", "1"), 0); err != nil {
			return err
		}
		for j, env := range a.Smoke.Env {
			if name, _, ok := strings.Cut(env, "="); !ok || name == "" {
				return d.errorAt(fmt.Sprintf("%s.smoke.env[%d]", place, j), "%q is not NAME=VALUE", env)
			}
		}
	}
	if err := r.Bench.validate(d, s.FS); err != nil {
		return err
	}
	return r.Tests.validate(d, r.Artifacts)
}

func (h *HotFunction) validate(d *document, place string) error {
	if err := d.regexp(place+".callees", h.Callees, 0); err != nil {
		return err
	}
	for i, in := range h.Inline {
		place := fmt.Sprintf("%s.inline[%d]", place, i)
		groups := 0
		if in.File != "" {
			groups = 1
			if err := d.localPath(place+".file", in.File); err != nil {
				return err
			}
		}
		if err := d.regexp(place+".names", in.Names, groups); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bench) validate(d *document, fsys fs.FS) error {
	if b == nil {
		return nil
	}
	for i, w := range b.Workloads {
		place := fmt.Sprintf("bench.workloads[%d]", i)
		known := []string{"source"}
		if w.Files != "" {
			known = append(known, "files")
			if err := d.localPath(place+".files", w.Files); err != nil {
				return err
			}
			if info, err := fs.Stat(fsys, w.Files); err != nil || !info.IsDir() {
				return d.errorAt(place+".files", "there is no folder %s beside the recipe", w.Files)
			}
		}
		for field, args := range map[string][]string{"args": w.Args, "generate": w.Generate} {
			if err := d.placeholders(place+"."+field, strings.Join(args, " "), known...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tests) validate(d *document, artifacts []Artifact) error {
	if t == nil {
		return nil
	}
	for place, name := range map[string]string{"tests.cli": t.CLI, "tests.cgi": t.CGI} {
		if !slices.ContainsFunc(artifacts, func(a Artifact) bool { return a.Name == name }) {
			var known []string
			for _, a := range artifacts {
				known = append(known, a.Name)
			}
			return d.unknown(place, "artifact", name, known)
		}
	}
	if err := d.localPath("tests.runner", t.Runner); err != nil {
		return err
	}
	for i, folder := range t.Folders {
		if err := d.localPath(fmt.Sprintf("tests.folders[%d]", i), folder); err != nil {
			return err
		}
	}
	if s := t.Starting; s != nil {
		for i, folder := range s.Folders {
			if err := d.localPath(fmt.Sprintf("tests.starting.folders[%d]", i), folder); err != nil {
				return err
			}
		}
		if err := d.regexp("tests.starting.text", s.Text, 0); err != nil {
			return err
		}
	}
	if t.Extensions == "" {
		return nil
	}
	return d.placeholders("tests.extensions", t.Extensions, "extension!")
}

// function is the name of a function in C.
var function = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (v *Differences) validate(d *document, s *Set) error {
	if err := d.sameName(v.Name); err != nil {
		return err
	}
	if recipes := names(s.Recipes); !slices.Contains(recipes, v.Name) {
		return d.unknown("name", "recipe", v.Name, recipes)
	}
	for i, g := range v.Groups {
		place := fmt.Sprintf("groups[%d]", i)
		for j, name := range g.Runtimes {
			if _, err := s.Runtime(name); err != nil {
				return d.unknown(fmt.Sprintf("%s.runtimes[%d]", place, j), "runtime", name, names(s.Runtimes))
			}
		}
		for j, f := range g.Endless {
			if !function.MatchString(f.Function) {
				return d.errorAt(fmt.Sprintf("%s.endless[%d].function", place, j), "%q is not the name of a function", f.Function)
			}
		}
		for j, test := range g.Tests {
			if slices.Contains(g.Tests[:j], test) {
				return d.errorAt(fmt.Sprintf("%s.tests[%d]", place, j), "%s is there twice", test)
			}
		}
	}
	return nil
}

// Of is the group of a test that is expected to differ on an engine of a runtime;
// nil if it is not.
func (v *Differences) Of(test, runtime, engine, version string) *Difference {
	if v == nil {
		return nil
	}
	for i := range v.Groups {
		g := &v.Groups[i]
		if (len(g.Runtimes) == 0 || slices.Contains(g.Runtimes, runtime)) &&
			(len(g.Engines) == 0 || slices.ContainsFunc(g.Engines, func(e string) bool { return isEngine(e, engine, version) })) &&
			slices.Contains(g.Tests, test) {
			return g
		}
	}
	return nil
}

// isEngine says whether spec, a name that a version or the beginning of one may
// follow, is true for an engine.
func isEngine(spec, name, version string) bool {
	wantName, wantVersion, _ := strings.Cut(spec, " ")
	return wantName == name && (wantVersion == "" || version == wantVersion || strings.HasPrefix(version, wantVersion+"."))
}

func (s *Source) validate(d *document, fsys fs.FS, branch string) error {
	for i, m := range s.Marks {
		place := fmt.Sprintf("source.marks[%d]", i)
		if err := d.localPath(place+".file", m.File); err != nil {
			return err
		}
		if err := d.regexp(place+".version", m.Version, 1); err != nil {
			return err
		}
	}
	if s.Git != nil {
		if err := d.placeholders("source.git.tag", s.Git.Tag, "version!"); err != nil {
			return err
		}
	}
	if t := s.Tarball; t != nil {
		if err := d.placeholders("source.tarball.url", t.URL, "version!"); err != nil {
			return err
		}
		if err := d.placeholders("source.tarball.signature", t.Signature, "version"); err != nil {
			return err
		}
		if (t.Index == "") != (t.Releases == "") {
			return d.errorAt("source.tarball", "index and releases need one another")
		}
		if err := d.regexp("source.tarball.releases", t.Releases, 1); err != nil {
			return err
		}
	}
	if err := d.localPath("source.keys", s.Keys); err != nil {
		return err
	}
	if _, err := fs.Stat(fsys, s.Keys); err != nil {
		return d.errorAt("source.keys", "there is no file %s beside the recipe", s.Keys)
	}
	for release, digest := range s.Digests {
		place := "source.digests." + release
		if level, ok := strings.CutPrefix(release, branch+"."); !ok || !patchLevel.MatchString(level) {
			return d.errorAt(place, "%q is not a release of branch %s", release, branch)
		}
		if err := d.sha256(place, digest); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runtime) validate(d *document) error {
	if err := d.sameName(r.Name); err != nil {
		return err
	}
	for i, e := range r.Engines {
		place := fmt.Sprintf("engines[%d]", i)
		if slices.ContainsFunc(r.Engines[:i], func(b Engine) bool { return e.Name == b.Name }) {
			return d.errorAt(place+".name", "there are two engines %q", e.Name)
		}
		if err := e.validate(d, place); err != nil {
			return err
		}
	}
	if err := r.Optimizer.validate(d); err != nil {
		return err
	}
	if r.TestEngine != "" && !slices.ContainsFunc(r.Engines, func(e Engine) bool { return e.Name == r.TestEngine }) {
		var known []string
		for _, e := range r.Engines {
			known = append(known, e.Name)
		}
		return d.unknown("test_engine", "engine", r.TestEngine, known)
	}
	return nil
}

func (o *Optimizer) validate(d *document) error {
	if o == nil {
		return nil
	}
	if o.Fetch.Program == "" {
		return d.errorAt("optimizer.fetch", "missing: %q", "program")
	}
	return d.placeholders("optimizer.args", strings.Join(o.Args, " "), "in!", "out!")
}

func (v *Variant) validate(d *document) error {
	if err := d.sameName(v.Name); err != nil {
		return err
	}
	return v.Optimizer.validate(d)
}

// Of is the recipe and the runtime with what the variant does differently.
func (v *Variant) Of(r *Recipe, rt *Runtime) (*Recipe, *Runtime) {
	recipe, runtime := *r, *rt
	recipe.Configure.CFlags = slices.Concat(r.Configure.CFlags, v.CFlags)
	if v.Setjmp != "" {
		runtime.Setjmp = v.Setjmp
	}
	if v.PostLink != nil {
		runtime.PostLink = v.PostLink
	}
	if v.Optimizer != nil {
		runtime.Optimizer = v.Optimizer
	}
	return &recipe, &runtime
}

func (e *Engine) validate(d *document, place string) error {
	if e.Kind == "command" && (len(e.Programs) == 0 || len(e.Releases) == 0) {
		return d.errorAt(place, "an engine of kind command needs programs and releases")
	}
	if e.Host != "" && e.Kind != "embedded" {
		return d.errorAt(place+".host", "only an embedded engine has its host functions from here")
	}
	if err := d.regexp(place+".version", e.Version, 1); err != nil {
		return err
	}
	for i, r := range e.Releases {
		place := fmt.Sprintf("%s.releases[%d]", place, i)
		for _, bound := range []struct{ field, value string }{{"since", r.Since}, {"until", r.Until}} {
			if !release.MatchString(bound.value) {
				return d.errorAt(place+"."+bound.field, "%q is not a release", bound.value).WithHint("write it as 0.14.1")
			}
		}
		if r.Since != "" && r.Until != "" && compareReleases(r.Since, r.Until) >= 0 {
			return d.errorAt(place+".until", "the range ends at %s, before it begins at %s", r.Until, r.Since)
		}
		if (r.RunAOT == nil) != (r.Compile == nil) {
			return d.errorAt(place, "run_aot and compile need one another")
		}
		for _, list := range []struct {
			field   string
			argv    []string
			allowed []string
		}{
			{"run", r.Run, []string{"dirs", "env", "module!", "args!", "argv0"}},
			{"run_aot", r.RunAOT, []string{"dirs", "env", "module!", "args!", "argv0"}},
			{"compile", r.Compile, []string{"in!", "out!"}},
			{"dir", r.Dir, []string{"host!", "guest"}},
			{"env", r.Env, []string{"name!", "value!"}},
		} {
			if err := d.placeholders(place+"."+list.field, strings.Join(list.argv, " "), list.allowed...); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Toolchain) validate(d *document) error {
	if err := d.sameName(t.Name); err != nil {
		return err
	}
	if t.Debian == nil && t.Archive == nil && t.EnvVar == "" {
		return d.errorAt("", "no provider: at least one of debian, archive and env is needed")
	}
	if t.Archive != nil {
		if err := d.sha256("archive.sha256", t.Archive.SHA256); err != nil {
			return err
		}
	}
	for _, name := range programs {
		if t.Programs[name] == "" {
			return d.errorAt("programs", "missing: %q", name)
		}
	}
	for name, file := range t.Programs {
		if !slices.Contains(programs, name) {
			return d.unknown("programs."+name, "program", name, programs)
		}
		if err := d.localPath("programs."+name, file); err != nil {
			return err
		}
	}
	return nil
}

// programs are what a toolchain consists of.
var programs = []string{"clang", "wasm-ld", "ar", "ranlib", "nm", "objcopy", "strip"}

// sameName keeps names and file names equal, so that a file is found by name.
func (d *document) sameName(name string) error {
	file := d.path[strings.LastIndexAny(d.path, `/\`)+1:]
	if file != name+".yaml" {
		return d.errorAt("name", "the name is %q but the file is %s", name, file)
	}
	return nil
}

// regexp checks that a regular expression, if there is one, compiles and has
// as many groups as are read.
func (d *document) regexp(place, expr string, groups int) error {
	if expr == "" {
		return nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return d.errorAt(place, "%w", err)
	}
	if re.NumSubexp() < groups {
		return d.errorAt(place, "the regular expression has no group").WithHint("put parentheses around what it is to find")
	}
	return nil
}

// localPath checks that a path stays in the tree it is relative to.
func (d *document) localPath(place, p string) error {
	if !fs.ValidPath(p) || p == "." {
		return d.errorAt(place, "%q is not a plain relative path", p).
			WithHint("write it with slashes, without a slash at the beginning or end and without . and ..")
	}
	return nil
}

var hexSHA256 = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (d *document) sha256(place, digest string) error {
	if !hexSHA256.MatchString(digest) {
		return d.errorAt(place, "%q is not a SHA-256", digest).WithHint("64 digits 0-9 and a-f, as sha256sum prints them")
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// placeholders checks the {words} in text, if there is any text: only allowed
// ones, and those marked with "!" at least once. Braces around anything else,
// as in a regular expression, mean nothing.
func (d *document) placeholders(place, text string, allowed ...string) error {
	if text == "" {
		return nil
	}
	var known []string
	for _, a := range allowed {
		name, must := strings.CutSuffix(a, "!")
		known = append(known, "{"+name+"}")
		if must && !strings.Contains(text, "{"+name+"}") {
			return d.errorAt(place, "{%s} does not occur in it", name)
		}
	}
	for _, p := range placeholder.FindAllString(text, -1) {
		if !slices.Contains(known, p) {
			return d.errorAt(place, "unknown placeholder %s", p).WithHint("%s", near.Hint("placeholders here", p, known))
		}
	}
	return nil
}

// release is the number of an engine's release, or nothing.
var release = regexp.MustCompile(`^([0-9]+(\.[0-9]+)*)?$`)

// compareReleases orders dotted release numbers: 0.9 before 0.14, and 0.14
// before 0.14.1.
func compareReleases(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(component(as, i), component(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

func component(parts []string, i int) uint64 {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.ParseUint(parts[i], 10, 64) // the largest one if it does not fit
	return n
}

func (d *document) unknown(place, what, name string, known []string) error {
	return d.errorAt(place, "unknown %s %q", what, name).WithHint("%s", near.Hint(what+"s", name, known))
}
