package source

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

const (
	resolutionAge = 24 * time.Hour // how long the newest release of a branch stays the newest
	failureAge    = time.Hour      // how long who could not be reached is not tried again
)

// memory is what is remembered between builds of a recipe, so that one where
// nothing changed asks no network.
type memory struct {
	// Newest is the release that the branch was last resolved to, and when.
	Newest   string    `json:"newest,omitempty"`
	Resolved time.Time `json:"resolved,omitzero"`
	// Releases are those in the cache, by version.
	Releases map[string]*record `json:"releases,omitempty"`
	// Unreachable are providers that could not be reached, by name.
	Unreachable map[string]failure `json:"unreachable,omitempty"`
}

type failure struct {
	At  time.Time `json:"at"`
	Err string    `json:"error"`
}

// recall loads what is remembered. What cannot be read is as good as
// forgotten: everything in it can be found out again.
func (s *session) recall() *memory {
	m := &memory{}
	if _, err := s.store.LoadJSON(s.state, m); err != nil {
		s.events.Notef(step, "starting anew: %v", err)
		m = &memory{}
	}
	if m.Releases == nil {
		m.Releases = map[string]*record{}
	}
	if m.Unreachable == nil {
		m.Unreachable = map[string]failure{}
	}
	return m
}

// remember changes what is remembered; other builds may do so at this moment.
func (s *session) remember(ctx context.Context, change func(*memory)) error {
	unlock, err := s.store.Lock(ctx, s.state)
	if err != nil {
		return err
	}
	defer unlock()
	m := s.recall()
	change(m)
	return s.store.SaveJSON(s.state, m)
}

// cached is the release in the cache, nil if it is not there or would not be
// accepted today: recipes change.
func (s *session) cached(version string) *record {
	rec := s.recall().Releases[version]
	if rec == nil || !s.trusted(rec) || !rec.locate(s.store) {
		return nil
	}
	return rec
}

func (s *session) trusted(rec *record) bool {
	pin, pinned, err := s.pin(rec.Release.Version)
	if err != nil || pinned && isUpstreamArchive(rec.Release.Origin) && rec.Release.SHA256 != pin.String() {
		return false
	}
	return rec.Fingerprint == "" || s.keys == nil || s.keys.has(rec.Fingerprint)
}

// answer is what a provider said.
type answer struct{ who, what string }

// ask gets the release from the cache or else from the first provider that has
// it.
func (s *session) ask(ctx context.Context, providers []provider) (*Release, error) {
	mem := s.recall()
	if rec := s.fromCache(mem); rec != nil {
		return &rec.Release, nil
	}
	answers := []answer{{"cache", s.cacheAnswer(mem)}}
	var later []provider
	for _, p := range providers {
		if s.offline {
			answers = append(answers, answer{p.name(), "not asked, since this build is offline"})
			continue
		}
		if f, ok := mem.Unreachable[p.name()]; ok && !s.refresh && s.now().Sub(f.At) < failureAge {
			later = append(later, p)
			continue
		}
		rel, err := s.askOne(ctx, p, &answers)
		if rel != nil || err != nil {
			return rel, err
		}
	}
	if rec := s.lastResort(mem); rec != nil {
		s.events.Notef(step, "no provider could tell the newest release of %s; using %s, fetched on %s",
			s.recipe.Name, rec.Release.Version, rec.Fetched.Format(time.DateOnly))
		return &rec.Release, nil
	}
	// Nothing else can help, so those that were out of reach get a new chance.
	for _, p := range later {
		rel, err := s.askOne(ctx, p, &answers)
		if rel != nil || err != nil {
			return rel, err
		}
	}
	return nil, s.notFound(answers)
}

// fromCache is a release in the cache that need not be asked for: releases do
// not change, and branches not every hour.
func (s *session) fromCache(mem *memory) *record {
	if s.version != "" {
		return s.cached(s.version)
	}
	if s.offline {
		return s.lastResort(mem)
	}
	if mem.Newest == "" || s.refresh || s.now().Sub(mem.Resolved) >= resolutionAge {
		return nil
	}
	return s.cached(mem.Newest)
}

// lastResort is what the branch was resolved to last, however long ago, or the
// newest release in the cache.
func (s *session) lastResort(mem *memory) *record {
	if s.version != "" {
		return nil
	}
	if rec := s.cached(mem.Newest); rec != nil {
		return rec
	}
	for _, v := range newestFirst(s.recipe.Branch, slices.Collect(maps.Keys(mem.Releases))) {
		if rec := s.cached(v); rec != nil {
			return rec
		}
	}
	return nil
}

func (s *session) cacheAnswer(mem *memory) string {
	var have []string
	for _, v := range newestFirst(s.recipe.Branch, slices.Collect(maps.Keys(mem.Releases))) {
		if s.cached(v) != nil {
			have = append(have, v)
		}
	}
	if len(have) == 0 {
		return "has no release of " + s.recipe.Branch
	}
	return "has " + strings.Join(have, ", ")
}

// askOne asks a provider and remembers what came of it. No release and no
// error means that the next one is to be asked.
func (s *session) askOne(ctx context.Context, p provider, answers *[]answer) (*Release, error) {
	rec, err := s.newest(ctx, p)
	switch {
	case err == nil:
		return &rec.Release, s.remember(ctx, func(m *memory) {
			delete(m.Unreachable, p.name())
			if rec.Fetched.IsZero() {
				rec.Fetched = s.now()
			}
			m.Releases[rec.Release.Version] = rec
			if s.version == "" {
				m.Newest, m.Resolved = rec.Release.Version, s.now()
			}
		})
	case fatal(ctx, err):
		return nil, err
	}
	*answers = append(*answers, answer{p.name(), err.Error()})
	if m := missing(""); !errors.As(err, &m) {
		s.events.Notef(step, "%s: %v", p.name(), err)
	}
	if u := (unreachable{}); errors.As(err, &u) {
		return nil, s.remember(ctx, func(m *memory) {
			m.Unreachable[p.name()] = failure{s.now(), err.Error()}
		})
	}
	return nil, nil
}

// notFound names everybody who was asked and what they said.
func (s *session) notFound(answers []answer) error {
	var b strings.Builder
	for _, a := range answers {
		fmt.Fprintf(&b, "%s: %s\n", a.who, strings.ReplaceAll(a.what, "\n", "\n  "))
	}
	err := &diag.Error{
		Exit:   diag.Source,
		Op:     "find " + s.wanted(),
		Err:    errors.New("nobody who was asked has it"),
		Detail: b.String(),
		Hint:   "Give a directory, an archive or a git repository with --source.",
	}
	if s.offline {
		err.Err = errors.New("it is not in the cache, and this build is offline")
		err.Hint = "Run it once without --offline, or give a directory or an archive with --source."
	}
	return err
}
