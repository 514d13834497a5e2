// Package source gets the source tree of a release: from what the user names,
// from the cache, from upstream's git repository, from a release archive or
// from a Debian source package, in this order. Whatever comes over a network
// is checked against a digest or a signature before it is unpacked.
package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// step is the name that events of this package carry.
const step = "source"

// Request is what to get.
type Request struct {
	Recipe *recipe.Recipe
	// Version is an exact release, such as "8.2.0". "" is the newest of the
	// recipe's branch that the first provider with an answer has.
	Version string
	// Override is what the user gave with --source: a directory, an archive or
	// a git repository, as a path or URL.
	Override string
	Offline  bool // ask nobody over a network
	Refresh  bool // forget what the newest release was, and who did not answer
}

// Release is a source tree and where it is from.
type Release struct {
	Version  string `json:"version"`
	Provider string `json:"provider"`
	Origin   string `json:"origin"` // URL or path
	Commit   string `json:"commit,omitempty"`
	SHA256   string `json:"sha256,omitempty"` // of the archive
	SignedBy string `json:"signed_by,omitempty"`

	Tree cache.Digest `json:"tree"`
	// Dir holds the tree, in the cache: it is shared, and its files are
	// read-only.
	Dir string `json:"-"`
	// SourceDateEpoch is the time of the commit or of the newest file in the
	// archive; of a directory, that of the file which holds the release.
	SourceDateEpoch int64 `json:"source_date_epoch"`
}

// Resolver gets releases.
type Resolver struct {
	Store *cache.Store
	// Recipes is what Source.Keys of a recipe is relative to.
	Recipes fs.FS
	// Events takes notes and the progress of downloads; it may be nil.
	Events progress.Sink
	// OpenSuite opens a Debian suite, Now is the clock; nil means the real ones.
	OpenSuite func(ctx context.Context, suite string) (Suite, error)
	Now       func() time.Time
}

// Resolve gets the release asked for. An error is a *diag.Error.
func (r *Resolver) Resolve(ctx context.Context, req Request) (*Release, error) {
	rel, err := r.resolve(ctx, req)
	if err == nil {
		return rel, nil
	}
	outer := &diag.Error{Exit: diag.Source, Op: "get the source of " + req.Recipe.Name, Err: err}
	var inner *diag.Error
	switch {
	case ctx.Err() != nil:
		outer.Exit, outer.Err = diag.Interrupted, context.Cause(ctx)
	case errors.As(err, &inner) && error(inner) == err:
		return nil, err
	case inner != nil:
		outer.Exit, outer.Hint, outer.Detail, outer.Log = inner.Exit, inner.Hint, inner.Detail, inner.Log
	}
	return nil, outer
}

func (r *Resolver) resolve(ctx context.Context, req Request) (*Release, error) {
	s := &session{
		store:     r.Store,
		events:    r.Events,
		openSuite: r.OpenSuite,
		now:       r.Now,
		recipe:    req.Recipe,
		version:   req.Version,
		offline:   req.Offline,
		refresh:   req.Refresh,
		state:     "source " + req.Recipe.Name,
	}
	if s.openSuite == nil {
		s.openSuite = openSuite(r.Store)
	}
	if s.now == nil {
		s.now = time.Now
	}
	src := req.Recipe.Source
	if src.Keys != "" {
		var err error
		if s.keys, err = loadKeys(r.Recipes, src.Keys); err != nil {
			return nil, err
		}
	}
	if req.Version != "" && !inBranch(req.Version, req.Recipe.Branch) {
		return nil, diag.New(diag.Usage, "find "+s.wanted(), "the recipe %s is for %s", req.Recipe.Name, req.Recipe.Branch)
	}
	if req.Override != "" {
		// Several sources can be given for one recipe in turn; what is
		// remembered of one is not true of another.
		h := cache.NewHasher("source override/v1")
		h.String("override", req.Override)
		s.state += " " + h.Sum().Short()
		return s.override(ctx, req.Override)
	}
	var providers []provider
	if src.Git != nil {
		providers = append(providers, &repository{session: s, provider: "upstream git", url: src.Git.URL, tag: src.Git.Tag})
	}
	if src.Tarball != nil {
		providers = append(providers, &tarball{session: s, src: *src.Tarball})
	}
	if src.Debian != nil {
		providers = append(providers, &debian{session: s, DebianSource: src.Debian})
	}
	return s.ask(ctx, providers)
}

// provider is somewhere that releases come from.
type provider interface {
	// name tells it from others, with its origin.
	name() string
	// releases lists what it has of the branch, newest first.
	releases(ctx context.Context) ([]string, error)
	// get fetches, checks and unpacks a release. The error is missing if the
	// provider answers that it has no such release, and unreachable if it does
	// not answer.
	get(ctx context.Context, version string) (*record, error)
}

// missing is a provider's answer that it does not have something.
type missing string

func (m missing) Error() string { return string(m) }

// unreachable is an error that makes it pointless to ask again soon.
type unreachable struct{ error }

func (u unreachable) Unwrap() error { return u.error }

// fatal says whether err is no provider's answer, but stops everything: the
// user interrupts, the disk is full, or the recipe is wrong.
func fatal(ctx context.Context, err error) bool {
	var d *diag.Error
	return ctx.Err() != nil || errors.As(err, &d) && (d.Exit == diag.Step || d.Exit == diag.Usage)
}

// session is one call of Resolve.
type session struct {
	store     *cache.Store
	events    progress.Sink
	openSuite func(ctx context.Context, suite string) (Suite, error)
	now       func() time.Time

	recipe           *recipe.Recipe
	keys             *keyring // nil if the recipe names none
	version          string
	offline, refresh bool
	state            string // the name of what is remembered
}

// wanted is what was asked for, for messages.
func (s *session) wanted() string {
	if s.version == "" {
		return "the newest release of " + s.recipe.Name
	}
	return s.recipe.Project + "-" + s.version
}

// newest gets the exact release, or the newest that the provider really has: a
// list may run ahead of what is there.
func (s *session) newest(ctx context.Context, p provider) (*record, error) {
	versions := []string{s.version}
	if s.version == "" {
		var err error
		if versions, err = p.releases(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	for _, v := range versions {
		if rec := s.cached(v); rec != nil {
			return rec, nil
		}
		var rec *record
		if rec, err = p.get(ctx, v); err == nil {
			return rec, nil
		}
		if m := missing(""); !errors.As(err, &m) {
			return nil, err
		}
		if s.version == "" {
			s.events.Notef(step, "%s lists release %s, but: %v", p.name(), v, err)
		}
	}
	return nil, err
}

// identify returns the release that a tree is, and checks that it is one that
// was asked for.
func (s *session) identify(tree fs.FS) (string, error) {
	version, err := identify(tree, s.recipe)
	switch {
	case err != nil:
		return "", err
	case version == "" && s.version == "":
		return s.recipe.Branch, nil
	case version == "":
		return s.version, nil
	case s.version != "" && version != s.version:
		return "", fmt.Errorf("this is %s %s, but %s was asked for", s.recipe.Project, version, s.version)
	}
	return version, nil
}

// confirm makes sure that a provider's tree is the release it was fetched as.
func (s *session) confirm(rec *record) error {
	version, err := identify(os.DirFS(rec.Release.Dir), s.recipe)
	if err == nil && version != "" && version != rec.Release.Version {
		err = fmt.Errorf("refused: this is %s %s, not %s", s.recipe.Project, version, rec.Release.Version)
	}
	return err
}

// pin is the digest of the release's .tar.xz that the recipe insists on.
func (s *session) pin(version string) (d cache.Digest, pinned bool, err error) {
	text, ok := s.recipe.Source.Digests[version]
	if !ok {
		return d, false, nil
	}
	d, err = cache.ParseDigest(text)
	if err != nil {
		return d, true, diag.New(diag.Usage, "read the recipe "+s.recipe.Name, "source.digests: %s: %w", version, err)
	}
	return d, true, nil
}

// checkPin compares an archive that was had from elsewhere than upstream with
// what the recipe knows of upstream's.
func (s *session) checkPin(version, archive string, got cache.Digest) error {
	want, pinned, err := s.pin(version)
	if err == nil && pinned && isUpstreamArchive(archive) && got != want {
		err = fmt.Errorf("its sha256 is %v, but the recipe %s pins %v for %s", got, s.recipe.Name, want, version)
	}
	return err
}

// isUpstreamArchive says whether a file can be the one that recipes pin.
func isUpstreamArchive(name string) bool { return strings.HasSuffix(name, ".tar.xz") }

// unpack unpacks a provider's archive, which has been checked.
func (s *session) unpack(ctx context.Context, path string, digest cache.Digest, rel Release, by signer) (*record, error) {
	tree, key, m, err := unpackArchive(ctx, s.store, path, digest)
	if err != nil {
		return nil, err
	}
	m.SignedBy, m.Fingerprint = by.String(), by.Fingerprint
	rec := newRecord(tree, key, m, rel)
	return rec, s.confirm(rec)
}

// record is a release and what is needed to find it again in the cache.
type record struct {
	Release     Release      `json:"release"`
	Key         cache.Digest `json:"key"`
	Fingerprint string       `json:"fingerprint,omitempty"`
	Fetched     time.Time    `json:"fetched"`
}

func newRecord(tree string, key cache.Digest, m meta, rel Release) *record {
	rel.Dir, rel.Tree, rel.SourceDateEpoch = tree, m.Tree, m.Epoch
	rel.Commit, rel.SignedBy = m.Commit, m.SignedBy
	return &record{Release: rel, Key: key, Fingerprint: m.Fingerprint}
}

// locate finds the record's tree in the store.
func (rec *record) locate(store *cache.Store) bool {
	dir, ok := store.Get(rec.Key)
	rec.Release.Dir = filepath.Join(dir, treeDir)
	return ok
}
