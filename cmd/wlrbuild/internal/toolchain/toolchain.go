// Package toolchain finds what compiles and links: clang, wasm-ld, the archive
// tools and a sysroot with the C library of WASI. Every toolchain, wherever it
// comes from, becomes the same: a folder in the cache with launchers that
// always pass what belongs to every call, and a sysroot that has nothing but
// the target's headers and libraries in it.
package toolchain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
)

// Toolchain is a toolchain ready for use.
type Toolchain struct {
	Name     string
	Provider string // which provider it came from: "WASI_SDK_PATH", "archive", "Debian trixie"
	Target   string // clang's --target, and the name before every launcher's
	Version  string // clang's: "22.1.8"

	Root        string // where the programs themselves are
	Bin         string // where our launchers are
	Sysroot     string
	ResourceDir string // clang's own headers and builtins
	Empty       string // a folder with nothing in it

	// Paths of launchers.
	Clang, LD, AR, Ranlib, NM, Strip, Objcopy string

	Flags    []string      // what the launcher of clang passes with every call
	Packages []apt.Package // what it is made of, if that is packages
	// Digest stands for everything that has an influence on what it makes.
	Digest cache.Digest
}

// Answer is what a provider said when it was asked for the toolchain.
type Answer struct {
	Provider string
	Err      error // why it has none; nil if the toolchain is from it
}

// String is the answer in a line.
func (a Answer) String() string {
	if a.Err == nil {
		return a.Provider + ": has it"
	}
	return a.Provider + ": " + a.Err.Error()
}

// Find returns the toolchain from the first provider that has it: the folder
// that the definition's environment variable names, its pinned archive, its
// Debian packages. The latter two are downloaded into the store once.
func Find(ctx context.Context, store *cache.Store, def *recipe.Toolchain, getenv func(string) string, events progress.Sink) (*Toolchain, error) {
	f := &finder{store: store, def: def, getenv: getenv, events: events}
	t, _, err := f.find(ctx, install)
	return t, err
}

// Update is Find, but takes the newest packages instead of those that were
// installed before.
func Update(ctx context.Context, store *cache.Store, def *recipe.Toolchain, getenv func(string) string, events progress.Sink) (*Toolchain, error) {
	f := &finder{store: store, def: def, getenv: getenv, events: events}
	t, _, err := f.find(ctx, update)
	return t, err
}

// Lookup is Find, but downloads nothing: the error is ErrNotInstalled if only
// that is missing. It also returns what every provider answered.
func Lookup(ctx context.Context, store *cache.Store, def *recipe.Toolchain, getenv func(string) string) (*Toolchain, []Answer, error) {
	f := &finder{store: store, def: def, getenv: getenv}
	return f.find(ctx, look)
}

// ErrNotInstalled means that a toolchain is not in the store yet, but has
// somewhere to come from.
var ErrNotInstalled = errors.New("not installed yet")

// effort is how far a finder goes to get a toolchain.
type effort int

const (
	look effort = iota
	install
	update
)

type finder struct {
	store  *cache.Store
	def    *recipe.Toolchain
	getenv func(string) string
	events progress.Sink
	client *http.Client // nil means http.DefaultClient
	// openSuite opens a Debian suite; nil means apt's.
	openSuite func(ctx context.Context, suite string) (prefix.Suite, error)
}

// absent is the error of a provider that has nothing to offer, so that the next
// one is asked. Any other error of a provider ends the search: who set
// WASI_SDK_PATH to a broken SDK does not want another one instead.
type absent struct{ error }

func (e absent) Unwrap() error { return e.error }

func (f *finder) find(ctx context.Context, how effort) (*Toolchain, []Answer, error) {
	providers := []struct {
		name string
		get  func(context.Context, effort) (*Toolchain, error)
	}{
		{f.envName(), f.fromEnv},
		{"archive", f.fromArchive},
		{f.debianName(), f.fromDebian},
	}
	var answers []Answer
	installable := false
	for _, p := range providers {
		t, err := p.get(ctx, how)
		if err == nil {
			t.Provider = p.name
			return t, append(answers, Answer{p.name, nil}), nil
		}
		answers = append(answers, Answer{p.name, err})
		if !errors.As(err, new(absent)) {
			return nil, answers, f.explain(ctx, p.name, err)
		}
		installable = installable || errors.Is(err, ErrNotInstalled)
	}
	if installable {
		return nil, answers, ErrNotInstalled
	}
	lines := make([]string, len(answers))
	for i, a := range answers {
		lines[i] = a.String()
	}
	return nil, answers, &diag.Error{
		Exit:   diag.Preflight,
		Op:     fmt.Sprintf("find toolchain %q", f.def.Name),
		Err:    errors.New("no provider has it"),
		Detail: strings.Join(lines, "\n"),
		Hint:   "Name a folder with wasi-sdk in the variable, or use a toolchain that names packages or an archive.",
	}
}

func (f *finder) explain(ctx context.Context, provider string, err error) error {
	if ctx.Err() != nil || errors.As(err, new(*diag.Error)) {
		return err
	}
	return diag.New(diag.Preflight, fmt.Sprintf("find toolchain %q", f.def.Name), "%s: %w", provider, err)
}

func (f *finder) envName() string {
	if f.def.EnvVar == "" {
		return "environment"
	}
	return f.def.EnvVar
}

func (f *finder) debianName() string {
	if f.def.Debian == nil {
		return "Debian"
	}
	return "Debian " + f.def.Debian.Suite
}

// fromEnv takes the SDK that the user has pointed at.
func (f *finder) fromEnv(ctx context.Context, _ effort) (*Toolchain, error) {
	if f.def.EnvVar == "" {
		return nil, absent{errors.New("the toolchain names no variable")}
	}
	dir := f.getenv(f.def.EnvVar)
	if dir == "" {
		return nil, absent{errors.New("not set")}
	}
	t, err := f.useSDK(ctx, dir)
	if err == nil || ctx.Err() != nil {
		return t, err
	}
	var d *diag.Error
	if !errors.As(err, &d) {
		d = &diag.Error{Exit: diag.Preflight, Op: fmt.Sprintf("use %s=%s", f.def.EnvVar, dir), Err: err}
	}
	if d.Hint == "" {
		d.Hint = fmt.Sprintf("Unset %s to have wlrbuild find a toolchain by itself, or let it name a folder with a wasi-sdk of clang %d or later.", f.def.EnvVar, f.minClang())
	}
	return nil, d
}

func (f *finder) useSDK(ctx context.Context, dir string) (*Toolchain, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	l, err := wasiSDK(dir, f.def.Target)
	if err != nil {
		return nil, err
	}
	content, err := l.digest(dir)
	if err != nil {
		return nil, err
	}
	h := cache.NewHasher("toolchain sdk/" + launcherVersion)
	h.Digest("content", content)
	h.Strings("definition", f.inputs())
	digest := h.Sum()
	// The launchers also depend on where the SDK is; what they make does not.
	h.String("directory", dir)
	out, _, err := f.store.Do(ctx, h.Sum(), func(tmp string) error {
		return f.write(ctx, tmp, dir, l)
	})
	if err != nil {
		return nil, err
	}
	return f.open(out, digest)
}

// fromArchive takes the pinned SDK archive.
func (f *finder) fromArchive(ctx context.Context, how effort) (*Toolchain, error) {
	a := f.def.Archive
	if a == nil {
		return nil, absent{errors.New("the toolchain names none")}
	}
	// Without a digest there is no archive: nobody else vouches for a compiler.
	want, err := cache.ParseDigest(a.SHA256)
	if err != nil {
		return nil, diag.New(diag.Usage, fmt.Sprintf("read toolchain %q", f.def.Name), "archive: %w", err)
	}
	h := cache.NewHasher("toolchain archive/" + launcherVersion)
	h.Digest("archive", want)
	h.Strings("definition", append(f.inputs(), definition(f.def)...))
	h.String("strip", fmt.Sprint(a.Strip))
	digest := h.Sum()
	if out, ok := f.store.Get(digest); ok {
		return f.open(out, digest)
	}
	if how == look {
		return nil, absent{ErrNotInstalled}
	}
	blob, err := f.store.Blob(ctx, want, f.download(ctx, a.URL))
	if err != nil {
		if ctx.Err() != nil || errors.As(err, new(*diag.Error)) {
			return nil, err
		}
		return nil, absent{fmt.Errorf("%s: %w", a.URL, err)}
	}
	out, _, err := f.store.Do(ctx, digest, func(tmp string) error {
		root := filepath.Join(tmp, prefix.Tree)
		if err := unpackArchive(ctx, blob, root, a.Strip); err != nil {
			return diag.New(diag.Source, "unpack "+a.URL, "%w", err)
		}
		l, err := defined(root, f.def)
		if err != nil {
			return diag.New(diag.Usage, "use "+a.URL, "%w", err).
				WithHint("The paths in %s.yaml are relative to the archive's folder after `strip` leading ones are left out.", f.def.Name)
		}
		return f.write(ctx, tmp, root, l)
	})
	if err != nil {
		return nil, err
	}
	return f.open(out, digest)
}

// fromDebian takes packages of a Debian suite.
func (f *finder) fromDebian(ctx context.Context, how effort) (*Toolchain, error) {
	if f.def.Debian == nil {
		return nil, absent{errors.New("the toolchain names no packages")}
	}
	in := &prefix.Installer{Store: f.store, Events: f.events, Open: f.openSuite}
	set := &prefix.Set{
		Name:     "toolchain " + f.def.Name,
		Packages: f.def.Debian,
		Maker:    "toolchain debian/" + launcherVersion,
		Inputs:   append(f.inputs(), definition(f.def)...),
		Finish: func(ctx context.Context, dir string, loader *prefix.Loader) error {
			root := filepath.Join(dir, prefix.Tree)
			l, err := defined(root, f.def)
			if err != nil {
				return err
			}
			l.loader = loader
			for _, name := range programs {
				if err := loader.Check(ctx, l.programs[name]); err != nil {
					return err
				}
			}
			return f.write(ctx, dir, root, l)
		},
	}
	var p *prefix.Prefix
	var err error
	if how == look {
		var ok bool
		p, ok, err = in.Find(set)
		if err == nil && !ok {
			return nil, absent{ErrNotInstalled}
		}
	} else {
		p, err = in.Install(ctx, set, how == update)
	}
	if err != nil {
		return nil, err
	}
	t, err := f.open(p.Dir, p.Digest)
	if err != nil {
		return nil, err
	}
	t.Packages = p.Packages
	return t, nil
}

// open describes the toolchain that write has put into out.
func (f *finder) open(out string, digest cache.Digest) (*Toolchain, error) {
	var m manifest
	data, err := os.ReadFile(filepath.Join(out, manifestFile))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(out, manifestFile), err)
	}
	// An SDK outside of the output has an absolute path.
	root := m.Root
	if !filepath.IsAbs(root) {
		root = filepath.Join(out, root)
	}
	bin := filepath.Join(out, "bin")
	launcher := func(program string) string { return filepath.Join(bin, f.launcherName(program)) }
	t := &Toolchain{
		Name:        f.def.Name,
		Target:      f.def.Target,
		Version:     m.Version,
		Root:        root,
		Bin:         bin,
		Sysroot:     filepath.Join(out, "sysroot"),
		ResourceDir: filepath.Join(root, m.ResourceDir),
		Empty:       filepath.Join(out, "empty"),
		Clang:       launcher("clang"),
		LD:          launcher("wasm-ld"),
		AR:          launcher("ar"),
		Ranlib:      launcher("ranlib"),
		NM:          launcher("nm"),
		Strip:       launcher("strip"),
		Objcopy:     launcher("objcopy"),
		Digest:      digest,
	}
	t.Flags = append([]string{"--sysroot=" + t.Sysroot, "-resource-dir", t.ResourceDir}, f.clangFlags()...)
	return t, nil
}

// Environ is the environment of every program that a build starts. Nothing of
// the user's own gets into it but where to write: a CFLAGS from somewhere, a
// compiler or a .pc file that is found by accident must not change what comes
// out.
func (t *Toolchain) Environ(base []string) []string {
	env := []string{
		"PATH=" + t.Bin + string(filepath.ListSeparator) + HostPath,
		"LC_ALL=C",
		"TZ=UTC",
		// pkg-config that looks in an empty folder, and only there, finds
		// nothing of the machine.
		"PKG_CONFIG_LIBDIR=" + t.Empty,
	}
	for _, kv := range base {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "HOME", "TMPDIR":
			env = append(env, kv)
		}
	}
	return env
}

// HostPath is where a build looks for the machine's own programs, make among
// them.
const HostPath = "/usr/bin:/bin"
