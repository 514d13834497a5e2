package source

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

func sumOf(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }

// tarballRecipe takes archives from a server, and newest releases from its
// index.
func tarballRecipe(s *server) *recipe.Recipe {
	rec := phpRecipe("8.2")
	rec.Source.Tarball = &recipe.TarballSource{
		URL:      s.URL + "/php-{version}.tar.xz",
		Index:    s.URL + "/index",
		Releases: `"php-([^"]+)\.tar\.xz"`,
	}
	return rec
}

func TestTarball(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-3*year), 0)
	expired := newKey(t, "retired", time.Now().Add(-3*year), year)
	foreign := newKey(t, "foreign", time.Now().Add(-3*year), 0)
	archive := compress(t, "xz", phpTar(t, "8.2.3"))
	other := compress(t, "xz", phpTar(t, "8.2.2"))
	evil := compress(t, "xz", makeTar(t, entry{name: "php-8.2.3/main/php_version.h", data: "x"}, entry{name: "php-8.2.3/../../evil"}))
	const file = "/php-8.2.3.tar.xz"

	for _, tt := range []struct {
		name      string
		served    []byte
		signature []byte // served beside it
		pinned    string
		noKeys    bool
		broken    bool
		signer    string
		want      []string // parts of the error; nil for success
	}{
		{name: "pinned", served: archive, pinned: sumOf(archive)},
		{name: "pinned in capitals", served: archive, pinned: strings.ToUpper(sumOf(archive))},
		{name: "signed", served: archive, signature: sign(t, key, time.Now(), archive), signer: "manager <"},
		{name: "signed by a key that expired since", served: archive, signature: sign(t, expired, time.Now().Add(-5*year/2), archive), signer: "retired <"},
		{name: "wrong digest", served: other, pinned: sumOf(archive), want: []string{sumOf(other), sumOf(archive)}},
		{name: "a login page", served: []byte("<html>"), pinned: sumOf(archive), want: []string{"6 bytes received", sumOf(archive)}},
		{name: "wrong signature", served: other, signature: sign(t, key, time.Now(), archive), want: []string{"signature"}},
		{name: "unknown signer", served: archive, signature: sign(t, foreign, time.Now(), archive), want: []string{"none of keys.asc", fmt.Sprintf("%X", foreign.PrimaryKey.Fingerprint)}},
		{name: "no signature", served: archive, want: []string{"refused", file + ".asc", "404"}},
		{name: "no keys", served: archive, signature: sign(t, key, time.Now(), archive), noKeys: true, want: []string{"refused", "nothing to check it against", `"8.2.3": <sha256>`, "source.digests", "recipe php-8.2"}},
		{name: "not there", pinned: sumOf(archive), want: []string{"404 Not Found"}},
		{name: "partial, pinned", served: archive, pinned: sumOf(archive), broken: true, want: []string{"broke off after", "of 1000000 bytes"}},
		{name: "partial, signed", served: archive, signature: sign(t, key, time.Now(), archive), broken: true, want: []string{"broke off after"}},
		{name: "truncated at its origin", served: archive[:len(archive)/2], pinned: sumOf(archive[:len(archive)/2]), want: []string{"unpack", "end of"}},
		{name: "another release inside", served: other, pinned: sumOf(other), want: []string{"php 8.2.2, not 8.2.3"}},
		{name: "climbs out", served: evil, pinned: sumOf(evil), want: []string{`"php-8.2.3/../../evil"`}},
		{name: "signed, but climbs out", served: evil, signature: sign(t, key, time.Now(), evil), want: []string{`"php-8.2.3/../../evil"`}},
	} {
		for _, version := range []string{"8.2.3", ""} { // exact, and the newest
			t.Run(tt.name+"/"+version, func(t *testing.T) {
				w := newWorld(t, key, expired)
				s := newServer(t, map[string][]byte{"/index": []byte(`"php-8.2.3.tar.xz"`)})
				if tt.served != nil {
					s.files[file] = tt.served
				}
				if tt.signature != nil {
					s.files[file+".asc"] = tt.signature
				}
				s.broken[file] = tt.broken
				rec := tarballRecipe(s)
				rec.Source.Tarball.Signature = s.URL + "/php-{version}.tar.xz.asc"
				if !tt.noKeys {
					rec.Source.Keys = "keys.asc"
				}
				if tt.pinned != "" {
					rec.Source.Digests = map[string]string{"8.2.3": tt.pinned}
				}
				req := Request{Recipe: rec, Version: version}
				if tt.want != nil {
					w.fails(req, 4, append(tt.want, "release tarball ("+rec.Source.Tarball.URL+")")...)
					if strings.Contains(tt.name, "wrong") || strings.Contains(tt.name, "partial") {
						w.empty()
					}
					return
				}
				rel := w.must(req)
				if rel.Version != "8.2.3" || rel.Provider != "release tarball" || rel.Origin != s.URL+file ||
					rel.SHA256 != sumOf(archive) || rel.SourceDateEpoch != released.Unix() || !strings.HasPrefix(rel.SignedBy, tt.signer) {
					t.Errorf("%+v", rel)
				}
				want := []string{"Zend/zend.h -r--r--r-- /* zend */\n", "configure -r-xr-xr-x #!/bin/sh\n", "main/php_version.h -r--r--r-- #define PHP_VERSION \"8.2.3\"\n"}
				if got := listing(t, rel.Dir); !slices.Equal(got, want) {
					t.Errorf("%q", got)
				}
				if !slices.Contains(w.done, "php-8.2.3.tar.xz") {
					t.Errorf("downloads reported: %q", w.done)
				}
			})
		}
	}
}

func TestTarballIndex(t *testing.T) {
	archive := func(v string) []byte { return compress(t, "xz", phpTar(t, v)) }
	for _, tt := range []struct {
		name    string
		index   string
		pattern string
		files   []string
		want    string // version or, with a "!", part of the error
		note    string
	}{
		{name: "numbers, not text", index: `"php-8.2.9.tar.xz" "php-8.2.10.tar.xz"`, files: []string{"8.2.9", "8.2.10"}, want: "8.2.10"},
		{name: "no candidates", index: `"php-8.2.9.tar.xz" "php-8.2.10RC1.tar.xz" "php-8.20.1.tar.xz"`, files: []string{"8.2.9"}, want: "8.2.9"},
		{name: "listed too early", index: `"php-8.2.9.tar.xz" "php-8.2.10.tar.xz"`, files: []string{"8.2.9"}, want: "8.2.9", note: "lists release 8.2.10, but: 404"},
		{name: "another branch", index: `"php-8.4.1.tar.xz"`, want: "!lists no release of 8.2"},
		{name: "none of them there", index: `"php-8.2.9.tar.xz"`, want: "!404"},
		{name: "bad pattern", index: "x", pattern: "php", want: "!source.tarball.releases"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			s := newServer(t, map[string][]byte{"/index": []byte(tt.index)})
			rec := tarballRecipe(s)
			rec.Source.Digests = map[string]string{}
			for _, v := range []string{"8.2.9", "8.2.10"} {
				data := archive(v)
				rec.Source.Digests[v] = sumOf(data)
				if slices.Contains(tt.files, v) {
					s.files["/php-"+v+".tar.xz"] = data
				}
			}
			if tt.pattern != "" {
				rec.Source.Tarball.Releases = tt.pattern
			}
			if want, bad := strings.CutPrefix(tt.want, "!"); bad {
				w.fails(Request{Recipe: rec}, 4, want)
				return
			}
			if rel := w.must(Request{Recipe: rec}); rel.Version != tt.want {
				t.Errorf("version %s, expected %s", rel.Version, tt.want)
			}
			if !w.noted(tt.note) && tt.note != "" {
				t.Errorf("no %q among the notes: %q", tt.note, w.notes)
			}
		})
	}
	t.Run("pinned releases without an index", func(t *testing.T) {
		w := newWorld(t)
		data := archive("8.2.10")
		s := newServer(t, map[string][]byte{"/php-8.2.10.tar.xz": data})
		rec := tarballRecipe(s)
		rec.Source.Tarball.Index = ""
		w.fails(Request{Recipe: rec}, 4, "neither an index of releases nor a pinned one")
		rec.Source.Digests = map[string]string{"8.2.9": sumOf(nil), "8.2.10": sumOf(data)}
		if rel := w.must(Request{Recipe: rec}); rel.Version != "8.2.10" {
			t.Errorf("version %s", rel.Version)
		}
	})
	t.Run("a pin that is no digest", func(t *testing.T) {
		w := newWorld(t)
		rec := tarballRecipe(newServer(t, nil))
		rec.Source.Digests = map[string]string{"8.2.9": "abc"}
		w.fails(Request{Recipe: rec, Version: "8.2.9"}, 2, "php-8.2", "source.digests", `"abc"`)
	})
}

// TestTarballOverride gets the archive from a URL that the user gives.
func TestTarballOverride(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	data := compress(t, "gz", phpTar(t, "8.2.3"))
	s := newServer(t, map[string][]byte{
		"/mirror/php-8.2.3.tar.gz":     data,
		"/mirror/php-8.2.3.tar.gz.asc": sign(t, key, time.Now(), data),
		"/mirror/snapshot.tar.gz":      data,
		"/mirror/snapshot.tar.gz.asc":  sign(t, key, time.Now(), data),
		"/mirror/php-8.2.4.tar.gz":     data,
	})
	rec := phpRecipe("8.2")
	rec.Source.Keys = "keys.asc"
	w := newWorld(t, key)
	rel := w.must(Request{Recipe: rec, Override: s.URL + "/mirror/php-8.2.3.tar.gz"})
	if rel.Version != "8.2.3" || !strings.HasPrefix(rel.SignedBy, "manager") {
		t.Errorf("%+v", rel)
	}
	asked := s.asked()
	if again := w.must(Request{Recipe: rec, Override: s.URL + "/mirror/php-8.2.3.tar.gz", Offline: true}); *again != *rel || s.asked() != asked {
		t.Errorf("second time: %+v, %d requests more", again, s.asked()-asked)
	}
	w.fails(Request{Recipe: rec, Override: s.URL + "/mirror/snapshot.tar.gz"}, 2, "tells no release of 8.2", "exact")
	w.must(Request{Recipe: rec, Version: "8.2.3", Override: s.URL + "/mirror/snapshot.tar.gz"})
	w.fails(Request{Recipe: rec, Override: s.URL + "/mirror/php-8.2.4.tar.gz"}, 4, "no signature")
	w.fails(Request{Recipe: rec, Override: s.URL + "/mirror/php-8.2.5.tar.gz"}, 4, "404")
}

// TestTarballStoreFails makes sure that a signed download ends when the store
// cannot take it.
func TestTarballStoreFails(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	w := newWorld(t, key)
	data := compress(t, "xz", phpTar(t, "8.2.3"))
	s := newServer(t, map[string][]byte{"/php-8.2.3.tar.xz": data, "/sig": sign(t, key, time.Now(), data)})
	rec := tarballRecipe(s)
	rec.Source.Keys, rec.Source.Tarball.Signature = "keys.asc", s.URL+"/sig"
	tmp := filepath.Join(w.Store.Dir(), "tmp")
	if err := os.Remove(tmp); err != nil {
		t.Fatal(err)
	}
	w.Events = nil
	_, err := w.resolve(Request{Recipe: rec, Version: "8.2.3"})
	if err == nil {
		t.Fatal("no error")
	}
	checkError(t, err, 4, tmp)
}
