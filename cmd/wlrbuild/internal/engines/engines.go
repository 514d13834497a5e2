// Package engines finds the programs that run WebAssembly modules: on PATH, or
// as Debian packages in the cache.
package engines

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// Program is an engine that can be started.
type Program struct {
	Engine *recipe.Engine
	// Release says how this version is started; nil if the engine has none,
	// and wlrbuild knows by itself.
	Release *recipe.EngineRelease
	Version string
	Path    string // of the program, or of our launcher for it
	Origin  string // "PATH", "Debian trixie"
	digest  cache.Digest
}

// Command says how the program runs a module: a core module, or what Compile
// has made of one.
func (p *Program) Command(compiled bool) engine.CommandSpec {
	run := p.Release.Run
	if compiled {
		run = p.Release.RunAOT
	}
	return engine.CommandSpec{
		Name:    p.Engine.Name,
		Version: p.Version,
		Program: p.Path,
		Run:     run,
		Dir:     p.Release.Dir,
		Env:     p.Release.Env,
	}
}

// Find returns the engine in the wanted version, which may be a whole one
// ("0.14.1"), the beginning of one ("0.14"), or "" for any that is known. It
// looks for the engine's programs on the PATH that getenv has, and fetches
// packages into the store if they will not do. The releases of an engine are
// tried in their order.
func Find(ctx context.Context, store *cache.Store, def *recipe.Engine, want string, getenv func(string) string, events progress.Sink) (*Program, error) {
	f := &finder{store: store, def: def, want: want, getenv: getenv, events: events}
	return f.find(ctx)
}

type finder struct {
	store  *cache.Store
	def    *recipe.Engine
	want   string
	getenv func(string) string
	events progress.Sink
	// openSuite opens a Debian suite; nil means apt's.
	openSuite func(ctx context.Context, suite string) (prefix.Suite, error)

	answers []string // why it is not there
}

func (f *finder) find(ctx context.Context) (*Program, error) {
	p, err := f.onPath(ctx)
	if p != nil || err != nil {
		return p, err
	}
	var fetched []*recipe.EngineRelease
	for i := range f.def.Releases {
		if r := &f.def.Releases[i]; r.Fetch != nil && inRange(f.want, r) {
			fetched = append(fetched, r)
		}
	}
	// What is installed already costs nothing.
	for _, r := range fetched {
		if p, err := f.installed(ctx, r); err == nil && p != nil {
			return p, nil
		}
	}
	for _, r := range fetched {
		p, err := f.install(ctx, r)
		if err == nil || ctx.Err() != nil {
			return p, err
		}
		f.answer("Debian "+r.Fetch.Suite, err)
	}
	return nil, &diag.Error{
		Exit:   diag.Preflight,
		Op:     "find engine " + strings.TrimSpace(f.def.Name+" "+f.want),
		Err:    errors.New("it is not on this machine and cannot be fetched"),
		Detail: strings.Join(f.answers, "\n"),
		Hint:   fmt.Sprintf("Install %s so that one of these programs is on PATH: %s.", f.def.Name, strings.Join(f.def.Programs, ", ")),
	}
}

func (f *finder) answer(who string, err error) {
	f.answers = append(f.answers, who+": "+err.Error())
	f.events.Notef("", "%s of %s: %v", f.def.Name, who, err)
}

// onPath looks for a program of the machine's own.
func (f *finder) onPath(ctx context.Context) (*Program, error) {
	for _, name := range f.def.Programs {
		found := false
		for _, dir := range filepath.SplitList(f.getenv("PATH")) {
			path := filepath.Join(dir, name)
			// A program in the current directory is not an engine by its name.
			if _, err := exec.LookPath(path); err != nil || !filepath.IsAbs(path) {
				continue
			}
			found = true
			p, err := f.identify(ctx, path)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				f.answer(path, err)
				continue
			}
			p.Origin = "PATH"
			if p.digest, err = cache.FileDigest(path); err != nil {
				return nil, err
			}
			return p, nil
		}
		if !found {
			f.answers = append(f.answers, fmt.Sprintf("PATH: no program %q", name))
		}
	}
	return nil, nil
}

// installed is the engine of the packages that were last installed; nil if
// there are none.
func (f *finder) installed(ctx context.Context, r *recipe.EngineRelease) (*Program, error) {
	in, set := f.packages(r)
	p, ok, err := in.Find(set)
	if !ok || err != nil {
		return nil, err
	}
	return f.start(ctx, r, p, set)
}

// install is the engine of the newest packages that the suite has.
func (f *finder) install(ctx context.Context, r *recipe.EngineRelease) (*Program, error) {
	in, set := f.packages(r)
	p, err := in.Install(ctx, set, true)
	if err != nil {
		return nil, err
	}
	return f.start(ctx, r, p, set)
}

func (f *finder) start(ctx context.Context, r *recipe.EngineRelease, installed *prefix.Prefix, set *prefix.Set) (*Program, error) {
	p, err := f.identify(ctx, installed.Launcher(set))
	if err != nil {
		return nil, err
	}
	p.Origin, p.digest = "Debian "+r.Fetch.Suite, installed.Digest
	return p, nil
}

func (f *finder) packages(r *recipe.EngineRelease) (*prefix.Installer, *prefix.Set) {
	return &prefix.Installer{Store: f.store, Events: f.events, Open: f.openSuite},
		prefix.Program("engine "+f.def.Name, "engine debian/v1", r.Fetch)
}

// identify asks a program for its version. The error says why it will not do.
func (f *finder) identify(ctx context.Context, path string) (*Program, error) {
	cmd := exec.CommandContext(ctx, path, f.def.VersionArgs...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("does not start: %w: %s", err, bytes.TrimSpace(out))
	}
	re, err := regexp.Compile(f.def.Version)
	if err != nil {
		return nil, fmt.Errorf("engine %s: version: %w", f.def.Name, err)
	}
	m := re.FindSubmatch(out)
	if len(m) < 2 {
		return nil, fmt.Errorf("says no version: %q", firstLine(out))
	}
	p := &Program{Engine: f.def, Path: path, Version: string(m[1])}
	if !isVersion(p.Version, f.want) {
		return nil, fmt.Errorf("is version %s, not %s", p.Version, f.want)
	}
	for i := range f.def.Releases {
		if r := &f.def.Releases[i]; inRange(p.Version, r) {
			p.Release = r
			return p, nil
		}
	}
	if len(f.def.Releases) > 0 {
		return nil, fmt.Errorf("is version %s, which wlrbuild does not know how to start", p.Version)
	}
	return p, nil
}

func firstLine(text []byte) []byte {
	line, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	return line
}

// isVersion says whether version is what want asks for.
func isVersion(version, want string) bool {
	return want == "" || version == want || strings.HasPrefix(version, want+".")
}

// inRange says whether a version, or some version that starts with it, is of a
// release; "" is of every one.
func inRange(version string, r *recipe.EngineRelease) bool {
	if version == "" {
		return true
	}
	return (r.Since == "" || compare(version, r.Since) >= 0 || isVersion(r.Since, version)) &&
		(r.Until == "" || compare(version, r.Until) < 0)
}

// compare orders versions by their numbers, a missing one being 0.
func compare(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := cmp.Compare(number(x), number(y)); c != 0 {
			return c
		}
	}
	return 0
}

// number is the number that s starts with: 0 of "0-rc.1".
func number(s string) int {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		s = s[:end]
	}
	n, _ := strconv.Atoi(s)
	return n
}
