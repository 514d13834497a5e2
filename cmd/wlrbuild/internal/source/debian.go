package source

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// Suite is what is needed of an *apt.Suite.
type Suite interface {
	Refresh(ctx context.Context) error
	Sources(ctx context.Context, pkg string) ([]apt.SourcePackage, error)
	Pool(path string) (url string, err error)
	DownloadSource(ctx context.Context, f apt.SourceFile, w io.Writer) error
	Warnings() []string
}

// openSuite is how a suite is opened unless a Resolver says otherwise.
func openSuite(store *cache.Store) func(ctx context.Context, suite string) (Suite, error) {
	return func(ctx context.Context, suite string) (Suite, error) {
		return apt.Open(ctx, filepath.Join(store.Dir(), "apt"), suite)
	}
}

// debian is the provider of Debian source packages: their .orig.tar is
// upstream's release archive.
type debian struct {
	*session
	*recipe.DebianSource

	opened   Suite
	packages []apt.SourcePackage // newest first, only of the branch
}

func (d *debian) name() string {
	return fmt.Sprintf("Debian source package (%s in %s)", d.Package, d.Suite)
}

func (d *debian) releases(ctx context.Context) ([]string, error) {
	if err := d.list(ctx); err != nil {
		return nil, err
	}
	var found []string
	for _, p := range d.packages {
		found = append(found, p.Upstream)
	}
	if len(found) == 0 {
		return nil, missing("has no release of " + d.recipe.Branch)
	}
	return newestFirst(d.recipe.Branch, found), nil
}

func (d *debian) list(ctx context.Context) error {
	if d.opened != nil {
		return nil
	}
	suite, err := d.openSuite(ctx, d.Suite)
	if err != nil {
		return unreachable{err}
	}
	if d.refresh {
		if err := suite.Refresh(ctx); err != nil {
			return unreachable{err}
		}
	}
	for _, w := range suite.Warnings() {
		d.events.Notef(step, "%s", w)
	}
	all, err := suite.Sources(ctx, d.Package)
	if errors.Is(err, apt.ErrNotFound) {
		return missing("the suite has no such package")
	}
	if err != nil {
		return unreachable{err}
	}
	release := regexp.MustCompile("^" + releasePattern(d.recipe.Branch) + "$")
	for _, p := range all {
		if release.MatchString(p.Upstream) {
			d.packages = append(d.packages, p)
		}
	}
	for _, e := range d.Earlier {
		p, err := earlier(suite, e)
		if err != nil {
			return unreachable{err}
		}
		d.packages = append(d.packages, p)
	}
	d.opened = suite
	return nil
}

// earlier is a release that the suite had, as if it were listed.
func earlier(suite Suite, e recipe.EarlierRelease) (apt.SourcePackage, error) {
	p := apt.SourcePackage{Version: e.Version + " (no longer listed)", Upstream: e.Version}
	files := []recipe.PoolFile{e.Archive}
	if e.Signature != nil {
		files = append(files, *e.Signature)
	}
	for _, f := range files {
		url, err := suite.Pool(f.Path)
		if err != nil {
			return p, err
		}
		p.Files = append(p.Files, apt.SourceFile{Name: path.Base(f.Path), URL: url, SHA256: f.SHA256})
	}
	return p, nil
}

// get tries every Debian revision of the release, newest first: a mirror may
// list one that is not in its pool.
func (d *debian) get(ctx context.Context, version string) (*record, error) {
	if err := d.list(ctx); err != nil {
		return nil, err
	}
	var have, gone []string
	for _, p := range d.packages {
		have = append(have, p.Upstream)
		if p.Upstream != version {
			continue
		}
		rec, err := d.fetch(ctx, p)
		if !errors.Is(err, apt.ErrNotFound) {
			return rec, err
		}
		gone = append(gone, p.Version)
	}
	switch {
	case len(gone) > 0:
		return nil, missing("the mirror does not have the files of " + strings.Join(gone, ", "))
	case len(have) == 0:
		return nil, missing("has no release of " + d.recipe.Branch)
	}
	return nil, missing("has " + strings.Join(newestFirst(d.recipe.Branch, have), ", "))
}

// origTar is the archive's name, not that of a further component's.
var origTar = regexp.MustCompile(`\.orig\.tar\.[a-z0-9]+$`)

func (d *debian) fetch(ctx context.Context, p apt.SourcePackage) (*record, error) {
	var orig, asc apt.SourceFile
	for _, f := range p.Files {
		switch {
		case origTar.MatchString(f.Name):
			orig = f
		case origTar.MatchString(strings.TrimSuffix(f.Name, ".asc")):
			asc = f
		}
	}
	if orig.Name == "" {
		return nil, fmt.Errorf("%s has no .orig.tar", p.Version)
	}
	digest, err := cache.ParseDigest(orig.SHA256)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", orig.Name, err)
	}
	if err := d.checkPin(p.Upstream, orig.Name, digest); err != nil {
		return nil, err
	}
	file, err := d.store.Blob(ctx, digest, func(w io.Writer) error {
		return d.download(ctx, orig, w)
	})
	if err != nil {
		return nil, err
	}
	by := signer{Name: "the Debian archive, " + d.Suite}
	if asc.Name != "" && d.keys != nil {
		var signature bytes.Buffer
		if err := d.download(ctx, asc, &signature); err != nil {
			return nil, fmt.Errorf("%s: %w", asc.Name, err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(signature.Bytes())); got != asc.SHA256 {
			return nil, fmt.Errorf("refused: sha256 of %s is %s, expected %s", asc.Name, got, asc.SHA256)
		}
		if by, err = d.verifyFile(file, signature.Bytes()); err != nil {
			return nil, fmt.Errorf("refused: %s: %w", asc.Name, err)
		}
	}
	return d.unpack(ctx, file, digest, Release{
		Version:  p.Upstream,
		Provider: "Debian source package",
		Origin:   orig.URL,
		SHA256:   digest.String(),
	}, by)
}

func (d *debian) download(ctx context.Context, f apt.SourceFile, w io.Writer) error {
	err := d.opened.DownloadSource(ctx, f, w)
	if err != nil && !errors.Is(err, apt.ErrNotFound) {
		return unreachable{err}
	}
	return err
}
