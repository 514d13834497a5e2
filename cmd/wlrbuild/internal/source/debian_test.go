package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// fakeSuite is a Debian suite in memory.
type fakeSuite struct {
	packages  []apt.SourcePackage // newest first
	pool      map[string][]byte   // by URL
	err       error               // of everything
	opened    int
	refreshed int
	fetched   []string
}

func (s *fakeSuite) open(_ context.Context, suite string) (Suite, error) {
	s.opened++
	if suite != "bookworm" {
		return nil, fmt.Errorf("no suite %q", suite)
	}
	return s, s.err
}

func (s *fakeSuite) Refresh(context.Context) error {
	s.refreshed++
	return s.err
}

func (s *fakeSuite) Warnings() []string { return []string{"the lists are from last week"} }

func (s *fakeSuite) Sources(_ context.Context, pkg string) ([]apt.SourcePackage, error) {
	if len(s.packages) == 0 {
		return nil, fmt.Errorf("source package %s: %w", pkg, apt.ErrNotFound)
	}
	return s.packages, s.err
}

func (s *fakeSuite) Pool(path string) (string, error) { return "http://mirror.test/" + path, nil }

func (s *fakeSuite) DownloadSource(_ context.Context, f apt.SourceFile, w io.Writer) error {
	data, ok := s.pool[f.URL]
	if !ok {
		return fmt.Errorf("download %s: %w", f.URL, apt.ErrNotFound)
	}
	s.fetched = append(s.fetched, f.URL)
	_, err := w.Write(data)
	return err
}

// add lists a version whose files are in the pool unless gone.
func (s *fakeSuite) add(version string, gone bool, files map[string][]byte) {
	upstream, _, _ := strings.Cut(version, "-")
	p := apt.SourcePackage{Package: "php8.2", Version: version, Upstream: upstream}
	for name, data := range files {
		url := "http://mirror.test/" + version + "/" + name
		p.Files = append(p.Files, apt.SourceFile{Name: name, URL: url, SHA256: sumOf(data), Size: int64(len(data))})
		if !gone {
			s.pool[url] = data
		}
	}
	slices.SortFunc(p.Files, func(a, b apt.SourceFile) int { return strings.Compare(a.Name, b.Name) })
	s.packages = append(s.packages, p)
}

func debianRecipe() *recipe.Recipe {
	rec := phpRecipe("8.2")
	rec.Source.Keys = "keys.asc"
	rec.Source.Debian = &recipe.DebianSource{Suite: "bookworm", Package: "php8.2"}
	return rec
}

func TestDebian(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	foreign := newKey(t, "foreign", time.Now().Add(-year), 0)
	orig := func(version, compression string) map[string][]byte {
		data := compress(t, compression, phpTar(t, version))
		name := "php8.2_" + version + ".orig.tar." + compression
		return map[string][]byte{
			name:                                     data,
			name + ".asc":                            sign(t, key, time.Now(), data),
			"php8.2_" + version + "-1.debian.tar.xz": compress(t, "xz", makeTar(t, entry{name: "debian/rules", data: "x"})),
			"php8.2_" + version + "-1.dsc":           []byte("Format: 3.0 (quilt)\n"),
			"php8.2_" + version + ".orig-docs.tar.xz": compress(t, "xz", makeTar(t, entry{name: "docs/x", data: "x"})),
		}
	}
	for _, tt := range []struct {
		name    string
		version string
		setUp   func(s *fakeSuite, rec *recipe.Recipe)
		want    string   // version or, with a "!", part of the error
		more    []string // parts of the error
		signer  string
		note    string
	}{
		{
			name:  "newest",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) { s.add("8.2.32-1~deb12u1", false, orig("8.2.32", "xz")) },
			want:  "8.2.32", signer: "manager <", note: "last week",
		},
		{
			name: "the newest is not on the mirror",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.35-1~deb12u1", true, orig("8.2.35", "xz"))
				s.add("8.2.32-1~deb12u1", false, orig("8.2.32", "xz"))
			},
			want: "8.2.32", signer: "manager <", note: "lists release 8.2.35, but: the mirror does not have the files of 8.2.35-1~deb12u1",
		},
		{
			name: "another revision of the release is on the mirror",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1~deb12u2", true, orig("8.2.32", "xz"))
				s.add("8.2.32-1~deb12u1", false, orig("8.2.32", "gz"))
			},
			want: "8.2.32", signer: "manager <",
		},
		{
			name: "the mirror has none that is listed, but an earlier one",
			setUp: func(s *fakeSuite, rec *recipe.Recipe) {
				s.add("8.2.35-1~deb12u1", true, orig("8.2.35", "xz"))
				files := orig("8.2.31", "xz")
				pin := func(name string) recipe.PoolFile {
					s.pool["http://mirror.test/pool/"+name] = files[name]
					return recipe.PoolFile{Path: "pool/" + name, SHA256: sumOf(files[name])}
				}
				signature := pin("php8.2_8.2.31.orig.tar.xz.asc")
				rec.Source.Debian.Earlier = []recipe.EarlierRelease{{
					Version: "8.2.31", Archive: pin("php8.2_8.2.31.orig.tar.xz"), Signature: &signature,
				}}
			},
			want: "8.2.31", signer: "manager <", note: "does not have the files of 8.2.35-1~deb12u1",
		},
		{
			name: "an earlier one is gone, too", version: "8.2.31",
			setUp: func(s *fakeSuite, rec *recipe.Recipe) {
				s.add("8.2.35-1~deb12u1", true, orig("8.2.35", "xz"))
				rec.Source.Debian.Earlier = []recipe.EarlierRelease{{
					Version: "8.2.31", Archive: recipe.PoolFile{Path: "pool/php8.2_8.2.31.orig.tar.xz", SHA256: strings.Repeat("ab", 32)},
				}}
			},
			want: "!does not have the files of 8.2.31 (no longer listed)",
		},
		{
			name: "exact", version: "8.2.31",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1~deb12u1", false, orig("8.2.32", "xz"))
				s.add("8.2.31-1~deb12u1", false, orig("8.2.31", "gz"))
			},
			want: "8.2.31", signer: "manager <",
		},
		{
			name: "exact, not there", version: "8.2.0",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1~deb12u1", false, orig("8.2.32", "xz"))
				s.add("8.2.31-1~deb12u1", false, orig("8.2.31", "xz"))
			},
			want: "!find php-8.2.0: ", more: []string{"Debian source package (php8.2 in bookworm): has 8.2.32, 8.2.31"},
		},
		{
			name: "exact, not on the mirror", version: "8.2.32",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1~deb12u2", true, orig("8.2.32", "xz"))
				s.add("8.2.32-1~deb12u1", true, orig("8.2.32", "xz"))
			},
			want: "!does not have the files of 8.2.32-1~deb12u2, 8.2.32-1~deb12u1",
		},
		{
			name: "no signature beside it",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				files := orig("8.2.32", "xz")
				delete(files, "php8.2_8.2.32.orig.tar.xz.asc")
				s.add("8.2.32-1", false, files)
			},
			want: "8.2.32", signer: "the Debian archive, bookworm",
		},
		{
			name: "signed by somebody else",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				files := orig("8.2.32", "xz")
				files["php8.2_8.2.32.orig.tar.xz.asc"] = sign(t, foreign, time.Now(), files["php8.2_8.2.32.orig.tar.xz"])
				s.add("8.2.32-1", false, files)
			},
			want: "!php8.2_8.2.32.orig.tar.xz.asc: signed with the key", more: []string{"refused", "none of keys.asc"},
		},
		{
			name: "not what the index says",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1", false, orig("8.2.32", "xz"))
				for url := range s.pool {
					s.pool[url] = []byte("something else")
				}
			},
			want: "!sha256 of the 14 bytes received",
		},
		{
			name: "another signature than the index says",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1", false, orig("8.2.32", "xz"))
				s.pool["http://mirror.test/8.2.32-1/php8.2_8.2.32.orig.tar.xz.asc"] = []byte("something else")
			},
			want: "!sha256 of php8.2_8.2.32.orig.tar.xz.asc is " + sumOf([]byte("something else")),
		},
		{
			name: "not what the recipe pins",
			setUp: func(s *fakeSuite, rec *recipe.Recipe) {
				s.add("8.2.32-1", false, orig("8.2.32", "xz"))
				rec.Source.Digests = map[string]string{"8.2.32": sumOf([]byte("upstream's"))}
			},
			want: "!pins " + sumOf([]byte("upstream's")),
		},
		{
			name:  "another branch",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) { s.add("8.4.1-1", false, orig("8.4.1", "xz")) },
			want:  "!has no release of 8.2",
		},
		{name: "no such package", setUp: func(*fakeSuite, *recipe.Recipe) {}, want: "!the suite has no such package"},
		{
			name:  "no such suite",
			setUp: func(_ *fakeSuite, rec *recipe.Recipe) { rec.Source.Debian.Suite = "bo" },
			want:  `!no suite "bo"`,
		},
		{
			name: "no archive",
			setUp: func(s *fakeSuite, _ *recipe.Recipe) {
				s.add("8.2.32-1", false, map[string][]byte{"php8.2_8.2.32.orig-docs.tar.xz": []byte("x")})
			},
			want: "!8.2.32-1 has no .orig.tar",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, key)
			s := &fakeSuite{pool: map[string][]byte{}}
			w.OpenSuite = s.open
			rec := debianRecipe()
			tt.setUp(s, rec)
			req := Request{Recipe: rec, Version: tt.version}
			if want, bad := strings.CutPrefix(tt.want, "!"); bad {
				w.fails(req, 4, append(tt.more, want, "Debian source package (php8.2 in bo")...)
				return
			}
			rel := w.must(req)
			if rel.Version != tt.want || rel.Provider != "Debian source package" || !strings.HasPrefix(rel.SignedBy, tt.signer) ||
				!strings.Contains(rel.Origin, ".orig.tar.") || rel.SHA256 == "" {
				t.Errorf("%+v", rel)
			}
			if tt.note != "" && !w.noted(tt.note) {
				t.Errorf("no %q among the notes: %q", tt.note, w.notes)
			}
			if slices.ContainsFunc(s.fetched, func(url string) bool { return strings.Contains(url, "docs") || strings.Contains(url, "debian.tar") }) {
				t.Errorf("fetched too much: %q", s.fetched)
			}
			// Again, and it is neither opened nor fetched.
			fetched := len(s.fetched)
			if again := w.must(req); *again != *rel || len(s.fetched) != fetched || s.opened != 1 {
				t.Errorf("second time: %+v, opened %d times, fetched %q", again, s.opened, s.fetched)
			}
			// A refresh reads the lists anew, but fetches no archive twice.
			req.Refresh = true
			if again := w.must(req); again.Tree != rel.Tree || len(s.fetched) != fetched {
				t.Errorf("after a refresh: %+v, fetched %q", again, s.fetched)
			}
			if tt.version == "" && s.refreshed != 1 {
				t.Errorf("refreshed %d times", s.refreshed)
			}
		})
	}
}

func TestDebianOutOfReach(t *testing.T) {
	w := newWorld(t)
	s := &fakeSuite{err: errors.New("cannot resolve the mirror's name")}
	w.OpenSuite = s.open
	rec := debianRecipe()
	rec.Source.Keys = ""
	w.fails(Request{Recipe: rec}, 4, "cannot resolve the mirror's name")
}
