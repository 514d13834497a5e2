// Package prefixtest makes Debian packages for tests, of shell scripts, with a
// shell script for a dynamic loader.
package prefixtest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
)

// LoaderPath is where a package has Loader.
const LoaderPath = "usr/lib/test-linux-gnu/ld-linux-test.so.1"

// Loader is a loader of shell scripts. The libraries that script p needs are
// the lines of p.needs, if there is such a file.
const Loader = `#!/bin/sh
libs=$3
[ "$1 $2" = "--inhibit-cache --library-path" ] || exit 97
shift 3
case $1 in
--list)
	[ -e "$2.needs" ] || exit 0
	while read -r lib; do
		if [ -e "$libs/$lib" ]; then
			echo "	$lib => $libs/$lib (0x0)"
		else
			echo "	$lib => not found"
		fi
	done <"$2.needs" ;;
--argv0)
	NAME=$2
	export NAME
	shift 2
	exec "$@" ;;
esac
`

// Suite is a Debian suite of packages that were added to it.
type Suite struct {
	Opened, Refreshed int
	// OnRefresh is what happened to the suite in the meantime.
	OnRefresh func()
	// Fail is asked before a package is downloaded.
	Fail func(p apt.Package) error

	t    testing.TB
	dir  string
	debs map[string][]deb // newest first
}

type deb struct {
	apt.Package
	path string
}

// New makes a suite without packages.
func New(t testing.TB) *Suite {
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("there is no dpkg-deb")
	}
	return &Suite{t: t, dir: t.TempDir(), debs: make(map[string][]deb)}
}

// Add puts a package into the suite, as the newest version. Scripts
// are executable.
func (s *Suite) Add(name, version string, files map[string]string) {
	s.t.Helper()
	tree := filepath.Join(s.dir, name+"_"+version)
	Write(s.t, tree, files)
	Write(s.t, tree, map[string]string{"DEBIAN/control": fmt.Sprintf(
		"Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: for a test\n", name, version)})
	path := tree + ".deb"
	if out, err := exec.Command("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, path).CombinedOutput(); err != nil {
		s.t.Fatalf("dpkg-deb: %v: %s", err, out)
	}
	digest, err := cache.FileDigest(path)
	if err != nil {
		s.t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		s.t.Fatal(err)
	}
	d := deb{apt.Package{Name: name, Version: version, Architecture: "all", SHA256: digest.String(), Size: info.Size()}, path}
	s.debs[name] = append([]deb{d}, s.debs[name]...)
}

// Open is the Open of an Installer.
func (s *Suite) Open(context.Context, string) (prefix.Suite, error) {
	s.Opened++
	return s, nil
}

// Binary returns the packages of those names.
func (s *Suite) Binary(_ context.Context, names ...string) ([]apt.Package, error) {
	var all []apt.Package
	for _, name := range names {
		versions, err := s.Versions(context.Background(), name)
		if err != nil {
			return nil, err
		}
		all = append(all, versions[0])
	}
	return all, nil
}

// Versions returns the versions of a package.
func (s *Suite) Versions(_ context.Context, name string) (all []apt.Package, err error) {
	for _, d := range s.debs[name] {
		all = append(all, d.Package)
	}
	if all == nil {
		err = fmt.Errorf("package %s: %w", name, apt.ErrNotFound)
	}
	return all, err
}

// Download writes a package.
func (s *Suite) Download(_ context.Context, p apt.Package, w io.Writer) error {
	if s.Fail != nil {
		if err := s.Fail(p); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(s.debs[p.Name], func(d deb) bool { return d.Version == p.Version })
	f, err := os.Open(s.debs[p.Name][i].path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// Refresh calls OnRefresh.
func (s *Suite) Refresh(context.Context) error {
	s.Refreshed++
	if s.OnRefresh != nil {
		s.OnRefresh()
	}
	return nil
}

// Write writes files below dir. Scripts are executable.
func Write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
}
