// Package prefix installs Debian packages in a folder of the cache, beside and
// not among the machine's own, from a suite that need not be the machine's:
// they are unpacked, and their programs are started with the loader and the
// libraries that came with them.
package prefix

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// Tree is the folder of an output that the packages are unpacked in.
const Tree = "root"

// Suite is the part of *apt.Suite that an Installer needs.
type Suite interface {
	Binary(ctx context.Context, names ...string) ([]apt.Package, error)
	Versions(ctx context.Context, name string) ([]apt.Package, error)
	Download(ctx context.Context, p apt.Package, w io.Writer) error
	Refresh(ctx context.Context) error
}

// Installer puts package sets into a store.
type Installer struct {
	Store  *cache.Store
	Events progress.Sink
	// Open opens a suite; nil means apt with its state in the store.
	Open func(ctx context.Context, suite string) (Suite, error)
}

// Set is a set of packages and what is made of them.
type Set struct {
	Name     string // for messages: "toolchain debian-trixie"
	Packages *recipe.DebianPackages
	// Maker and Inputs name what Finish does, and with what: together with
	// the packages they are the key of the output.
	Maker  string
	Inputs []string
	// Finish completes the output dir, whose folder Tree has the packages.
	Finish func(ctx context.Context, dir string, l *Loader) error
}

// Program is a set whose packages are there for one program, which Prefix.Launcher
// starts. Maker is that of the Set.
func Program(name, maker string, packages *recipe.DebianPackages) *Set {
	return &Set{
		Name:     name,
		Packages: packages,
		Maker:    maker,
		Inputs:   []string{packages.Program},
		Finish: func(ctx context.Context, dir string, loader *Loader) error {
			if err := loader.Check(ctx, packages.Program); err != nil {
				return err
			}
			script := launcher(dir, packages)
			if err := os.Mkdir(filepath.Dir(script), 0o777); err != nil {
				return err
			}
			return os.WriteFile(script, []byte(loader.Launcher("", packages.Program)), 0o777)
		},
	}
}

func launcher(dir string, packages *recipe.DebianPackages) string {
	return filepath.Join(dir, "bin", filepath.Base(packages.Program))
}

// Launcher is the path of what starts the program of a set that Program made.
func (p *Prefix) Launcher(set *Set) string { return launcher(p.Dir, set.Packages) }

// Prefix is an installed set.
type Prefix struct {
	Dir      string
	Packages []apt.Package
	Digest   cache.Digest
}

// Find returns the set as it was last installed in this store, without asking
// anybody else; false means that it is not there (any more).
func (in *Installer) Find(set *Set) (*Prefix, bool, error) {
	packages, ok, err := in.recorded(set)
	if !ok || err != nil {
		return nil, false, err
	}
	digest, err := set.digest(packages)
	if err != nil {
		return nil, false, err
	}
	dir, ok := in.Store.Get(digest)
	return &Prefix{dir, packages, digest}, ok, nil
}

// Install returns the set as it was last installed in this store, and installs
// the newest packages of the suite if it was not, or if update says so: a suite
// that moves must not change what a build is made of without being asked. The
// newest are those of package lists that are at most a day old.
func (in *Installer) Install(ctx context.Context, set *Set, update bool) (*Prefix, error) {
	if !update {
		if p, ok, err := in.Find(set); ok || err != nil {
			return p, err
		}
	}
	// The loader takes these characters in a library path for its own.
	if i := strings.IndexAny(in.Store.Dir(), ":;$"); i >= 0 {
		return nil, diag.New(diag.Preflight, "install "+set.Name, "the cache directory %q has a %q in its name, which the loader of shared libraries cannot cope with", in.Store.Dir(), in.Store.Dir()[i]).
			WithHint("Set WLRBUILD_CACHE to another directory.")
	}
	open := in.Open
	if open == nil {
		open = func(ctx context.Context, suite string) (Suite, error) {
			s, err := apt.Open(ctx, filepath.Join(in.Store.Dir(), "apt"), suite)
			if err != nil {
				return nil, err
			}
			for _, w := range s.Warnings() {
				in.Events.Notef(set.Name, "%s", w)
			}
			return s, nil
		}
	}
	suite, err := open(ctx, set.Packages.Suite)
	if err != nil {
		return nil, in.explain(ctx, set, err)
	}
	p, err := in.installNewest(ctx, set, suite)
	if errors.Is(err, apt.ErrNotFound) {
		// The suite has moved on since its lists were read.
		if err := suite.Refresh(ctx); err != nil {
			return nil, in.explain(ctx, set, err)
		}
		p, err = in.installNewest(ctx, set, suite)
	}
	if absent, ok := errors.AsType[*absentError](err); ok {
		p, err = in.installOlder(ctx, set, suite, absent)
	}
	if err != nil {
		return nil, in.explain(ctx, set, err)
	}
	return p, nil
}

// absentError is an apt.ErrNotFound of a package that the suite lists.
type absentError struct {
	pkg      apt.Package
	packages []apt.Package // all that were to be installed
	err      error
}

func (e *absentError) Error() string {
	return fmt.Sprintf("package %s %s: %v", e.pkg.Name, e.pkg.Version, e.err)
}
func (e *absentError) Unwrap() error { return e.err }

func (in *Installer) installNewest(ctx context.Context, set *Set, suite Suite) (*Prefix, error) {
	packages, err := suite.Binary(ctx, set.Packages.Packages...)
	if err != nil {
		return nil, err
	}
	return in.install(ctx, set, suite, packages)
}

// installOlder is for mirrors that list a version, of a security update most
// often, before they have its files: it takes the one before. Packages of one
// source have one version and need each other in it, so all that have the
// version of an absent package step back together.
func (in *Installer) installOlder(ctx context.Context, set *Set, suite Suite, absent *absentError) (*Prefix, error) {
	for {
		packages := slices.Clone(absent.packages)
		for i, p := range packages {
			if p.Version != absent.pkg.Version {
				continue
			}
			older, err := olderThan(ctx, suite, p)
			if err != nil {
				return nil, err
			}
			if older == nil && p.Name != absent.pkg.Name {
				continue // of another source, which happens to have this version
			}
			if older == nil {
				return nil, absent
			}
			in.Events.Notef(set.Name, "the mirror lists %s %s and does not have it: taking %s", p.Name, p.Version, older.Version)
			packages[i] = *older
		}
		p, err := in.install(ctx, set, suite, packages)
		next, ok := errors.AsType[*absentError](err)
		if !ok {
			return p, err
		}
		absent = next
	}
}

// olderThan is the version before p, nil if the suite has none.
func olderThan(ctx context.Context, suite Suite, p apt.Package) (*apt.Package, error) {
	versions, err := suite.Versions(ctx, p.Name)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(versions, func(v apt.Package) bool { return v.Version == p.Version })
	for _, v := range versions[i+1:] {
		if v.Version != p.Version {
			return &v, nil
		}
	}
	return nil, nil
}

// install does it once, with these packages.
func (in *Installer) install(ctx context.Context, set *Set, suite Suite, packages []apt.Package) (*Prefix, error) {
	digest, err := set.digest(packages)
	if err != nil {
		return nil, err
	}
	dir, _, err := in.Store.Do(ctx, digest, func(tmp string) error {
		tree := filepath.Join(tmp, Tree)
		if err := os.Mkdir(tree, 0o777); err != nil {
			return err
		}
		if err := in.unpack(ctx, set, suite, packages, tree); err != nil {
			return err
		}
		loader, err := findLoader(tree, set.Packages.Libraries)
		if err != nil {
			return err
		}
		return set.Finish(ctx, tmp, loader)
	})
	if err != nil {
		return nil, err
	}
	if err := in.Store.SaveJSON(set.record(), packages); err != nil {
		return nil, err
	}
	return &Prefix{dir, packages, digest}, nil
}

// unpack downloads packages and unpacks them in tree. The packages stay in the
// store: what a suite has dropped can be had from nowhere else.
func (in *Installer) unpack(ctx context.Context, set *Set, suite Suite, packages []apt.Package, tree string) error {
	meter := &Meter{Events: in.Events, Event: progress.Event{
		Step: set.Name,
		Text: fmt.Sprintf("%d packages of Debian %s", len(packages), set.Packages.Suite),
	}}
	for _, p := range packages {
		meter.Event.Total += p.Size
	}
	var done int64
	for _, p := range packages {
		want, err := cache.ParseDigest(p.SHA256)
		if err != nil {
			return fmt.Errorf("package %s %s: %w", p.Name, p.Version, err)
		}
		deb, err := in.Store.Blob(ctx, want, func(w io.Writer) error {
			return suite.Download(ctx, p, io.MultiWriter(w, meter))
		})
		if errors.Is(err, apt.ErrNotFound) {
			return &absentError{p, packages, err}
		}
		if err != nil {
			return fmt.Errorf("package %s %s: %w", p.Name, p.Version, err)
		}
		done += p.Size
		if meter.Event.Bytes != done { // it was in the store already
			meter.set(done)
		}
		if err := apt.Unpack(ctx, deb, tree); err != nil {
			return fmt.Errorf("unpack package %s %s: %w", p.Name, p.Version, err)
		}
	}
	return nil
}

// Meter reports as a download what is written through it. A transfer of no
// known size never reports its end.
type Meter struct {
	Events progress.Sink
	Event  progress.Event // with Step, Text and Total
}

// Write counts p.
func (m *Meter) Write(p []byte) (int, error) {
	m.set(m.Event.Bytes + int64(len(p)))
	return len(p), nil
}

func (m *Meter) set(n int64) {
	m.Event.Kind, m.Event.Bytes = progress.Download, n
	m.Events.Send(m.Event)
}

// explain makes the error that a person sees of err.
func (in *Installer) explain(ctx context.Context, set *Set, err error) error {
	var d *diag.Error
	if ctx.Err() != nil || errors.As(err, &d) {
		return err
	}
	return diag.New(diag.Source, "install "+set.Name, "packages of Debian %s: %w", set.Packages.Suite, err).
		WithHint("The packages come through this machine's own apt configuration: see that `apt-get update` works here.")
}

// record is the name under which the store keeps which packages a set was last
// installed from.
func (s *Set) record() string {
	h := cache.NewHasher("debian packages/v1")
	h.String("suite", s.Packages.Suite)
	h.Strings("packages", s.Packages.Packages)
	h.String("architecture", runtime.GOARCH) // a home directory may be shared by machines
	return "debian-" + h.Sum().Short()
}

func (in *Installer) recorded(set *Set) (packages []apt.Package, ok bool, err error) {
	ok, err = in.Store.LoadJSON(set.record(), &packages)
	return packages, ok, err
}

// digest is the key of the output made of packages. Their own digests stand
// for their content, so that nobody has to read it all.
func (s *Set) digest(packages []apt.Package) (cache.Digest, error) {
	h := cache.NewHasher(s.Maker)
	h.Strings("inputs", s.Inputs)
	h.Strings("libraries", s.Packages.Libraries)
	for _, p := range packages {
		d, err := cache.ParseDigest(p.SHA256)
		if err != nil {
			return cache.Digest{}, fmt.Errorf("package %s %s: %w", p.Name, p.Version, err)
		}
		h.Digest(p.Name, d)
	}
	return h.Sum(), nil
}
