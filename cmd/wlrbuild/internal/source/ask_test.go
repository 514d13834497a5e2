package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// everywhere is a world with three providers: git and Debian out of reach, and
// a server that has 8.2.3.
func everywhere(t *testing.T) (w *world, s *server, suite *fakeSuite, rec *recipe.Recipe) {
	w = newWorld(t)
	data := compress(t, "xz", phpTar(t, "8.2.3"))
	s = newServer(t, map[string][]byte{"/index": []byte(`"php-8.2.3.tar.xz"`), "/php-8.2.3.tar.xz": data})
	rec = tarballRecipe(s)
	rec.Source.Digests = map[string]string{"8.2.3": sumOf(data)}
	rec.Source.Git = &recipe.GitSource{URL: "http://127.0.0.1:1/php-src", Tag: "php-{version}"}
	rec.Source.Debian = &recipe.DebianSource{Suite: "bookworm", Package: "php8.2"}
	suite = &fakeSuite{err: errors.New("the mirror does not answer")}
	w.OpenSuite = suite.open
	return w, s, suite, rec
}

// release puts a newer release on the server.
func (s *server) release(t *testing.T, rec *recipe.Recipe, version string) {
	data := compress(t, "xz", phpTar(t, version))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files["/index"] = append(s.files["/index"], (`"php-` + version + `.tar.xz"`)...)
	s.files["/php-"+version+".tar.xz"] = data
	rec.Source.Digests[version] = sumOf(data)
}

func TestNewestIsRemembered(t *testing.T) {
	w, s, suite, rec := everywhere(t)
	req := Request{Recipe: rec}
	first := w.must(req)
	if first.Version != "8.2.3" || first.Provider != "release tarball" {
		t.Fatalf("%+v", first)
	}
	if !w.noted("upstream git (http://127.0.0.1:1/php-src): ") {
		t.Errorf("no note that upstream did not answer: %q", w.notes)
	}
	if suite.opened != 0 {
		t.Error("Debian was asked although upstream's archive was there")
	}
	asked, notes := s.asked(), len(w.notes)
	s.release(t, rec, "8.2.4")

	unchanged := func(what string) {
		t.Helper()
		if rel := w.must(req); *rel != *first {
			t.Errorf("%s: %+v", what, rel)
		}
		if s.asked() != asked || len(w.notes) != notes {
			t.Errorf("%s: %d requests, notes %q", what, s.asked()-asked, w.notes[notes:])
		}
	}
	unchanged("at once")
	w.clock = now.Add(24*time.Hour - time.Second)
	unchanged("within the day")
	w.clock = now.Add(1000 * time.Hour)
	req.Offline = true
	unchanged("offline")
	req.Offline = false
	if rel := w.must(req); rel.Version != "8.2.4" {
		t.Errorf("after a day: %+v", rel)
	}
	s.release(t, rec, "8.2.5")
	req.Refresh = true
	if rel := w.must(req); rel.Version != "8.2.5" {
		t.Errorf("refresh: %+v", rel)
	}
	// Earlier ones are still there by name.
	asked = s.asked()
	if rel := w.must(Request{Recipe: rec, Version: "8.2.3"}); *rel != *first || s.asked() != asked {
		t.Errorf("%+v, %d requests", rel, s.asked()-asked)
	}
}

func TestExactDoesNotBecomeNewest(t *testing.T) {
	w, s, _, rec := everywhere(t)
	s.release(t, rec, "8.2.2")
	w.must(Request{Recipe: rec, Version: "8.2.2"})
	if rel := w.must(Request{Recipe: rec}); rel.Version != "8.2.3" {
		t.Errorf("%+v", rel)
	}
}

func TestUnreachableIsRemembered(t *testing.T) {
	w, s, _, rec := everywhere(t)
	asked := func() int { return strings.Count(strings.Join(w.notes, "\n"), "upstream git") }
	// A release that is not in the cache yet each time, so that somebody must
	// be asked.
	for _, tt := range []struct {
		version string
		after   time.Duration
		refresh bool
		asked   int
	}{
		{version: "8.2.10", after: 0, asked: 1},
		{version: "8.2.11", after: time.Minute, asked: 1},
		{version: "8.2.12", after: 59 * time.Minute, asked: 1},
		{version: "8.2.13", after: 59 * time.Minute, refresh: true, asked: 2}, // in vain again, which counts from now
		{version: "8.2.14", after: 118 * time.Minute, asked: 2},
		{version: "8.2.15", after: 119 * time.Minute, asked: 3},
	} {
		s.release(t, rec, tt.version)
		w.clock = now.Add(tt.after)
		w.must(Request{Recipe: rec, Version: tt.version, Refresh: tt.refresh})
		if n := asked(); n != tt.asked {
			t.Errorf("after %v, refresh %v: git was asked %d times by then, expected %d", tt.after, tt.refresh, n, tt.asked)
		}
	}
}

// TestUnreachableIsAskedAgain makes sure that a failure that is remembered
// does not become a failure of the build.
func TestUnreachableIsAskedAgain(t *testing.T) {
	w, s, suite, rec := everywhere(t)
	suite.pool = map[string][]byte{}
	data := compress(t, "xz", phpTar(t, "8.2.7"))
	suite.add("8.2.7-1", false, map[string][]byte{"php8.2_8.2.7.orig.tar.xz": data})
	s.Close()
	req := Request{Recipe: rec}
	w.fails(req, 4, "find the newest release of php-8.2",
		"cache: has no release of 8.2",
		"upstream git (http://127.0.0.1:1/php-src): ", "connection refused",
		"release tarball ("+s.URL,
		"Debian source package (php8.2 in bookworm): the mirror does not answer",
		"--source")
	suite.err = nil // the network is back
	if rel := w.must(req); rel.Version != "8.2.7" {
		t.Errorf("%+v", rel)
	}
}

func TestOffline(t *testing.T) {
	w, s, suite, rec := everywhere(t)
	w.fails(Request{Recipe: rec, Offline: true}, 4, "not in the cache", "offline", "cache: has no release of 8.2",
		"upstream git", "release tarball", "Debian source package", "not asked", "--offline")
	if s.asked() != 0 || suite.opened != 0 {
		t.Error("asked although offline")
	}
	w.must(Request{Recipe: rec, Version: "8.2.3"})
	if rel := w.must(Request{Recipe: rec, Offline: true}); rel.Version != "8.2.3" {
		t.Errorf("%+v", rel)
	}
	w.fails(Request{Recipe: rec, Version: "8.2.1", Offline: true}, 4, "find php-8.2.1", "cache: has 8.2.3")
	w.fails(Request{Recipe: rec, Override: "https://127.0.0.1:1/php-8.2.1.tar.xz", Offline: true}, 4, "not asked")
}

// TestNetworkGone is a build of a branch whose resolution is old.
func TestNetworkGone(t *testing.T) {
	w, s, _, rec := everywhere(t)
	first := w.must(Request{Recipe: rec})
	s.Close()
	w.clock = now.Add(48 * time.Hour)
	for range 2 {
		if rel := w.must(Request{Recipe: rec}); *rel != *first {
			t.Errorf("%+v", rel)
		}
	}
	if !w.noted("using 8.2.3, fetched on 2026-11-20") {
		t.Errorf("notes: %q", w.notes)
	}
	// The second build asked nobody: all that failed is remembered.
	if n := strings.Count(strings.Join(w.notes, "\n"), "upstream git"); n != 2 { // at first, and two days later
		t.Errorf("git was asked %d times: %q", n, w.notes)
	}
}

func TestCacheIsNotTrustedBlindly(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	data := compress(t, "xz", phpTar(t, "8.2.3"))
	set := func() (*world, *server, *recipe.Recipe) {
		w := newWorld(t, key)
		s := newServer(t, map[string][]byte{"/php-8.2.3.tar.xz": data, "/php-8.2.3.tar.xz.asc": sign(t, key, time.Now(), data)})
		rec := tarballRecipe(s)
		rec.Source.Keys = "keys.asc"
		rec.Source.Tarball.Signature = s.URL + "/php-{version}.tar.xz.asc"
		w.must(Request{Recipe: rec, Version: "8.2.3"})
		return w, s, rec
	}
	t.Run("the recipe pins another digest now", func(t *testing.T) {
		w, _, rec := set()
		rec.Source.Digests = map[string]string{"8.2.3": sumOf([]byte("x"))}
		w.fails(Request{Recipe: rec, Version: "8.2.3"}, 4, sumOf([]byte("x")))
		w.fails(Request{Recipe: rec, Version: "8.2.3", Offline: true}, 4, "has no release")
	})
	t.Run("the recipe pins this digest now", func(t *testing.T) {
		w, s, rec := set()
		asked := s.asked()
		rec.Source.Digests = map[string]string{"8.2.3": sumOf(data)}
		w.must(Request{Recipe: rec, Version: "8.2.3"})
		if s.asked() != asked {
			t.Error("asked for what is in the cache")
		}
	})
	t.Run("the signer is not trusted any more", func(t *testing.T) {
		w, _, rec := set()
		w.Recipes = newWorld(t, newKey(t, "successor", time.Now().Add(-year), 0)).Recipes
		w.fails(Request{Recipe: rec, Version: "8.2.3"}, 4, "none of keys.asc")
	})
	t.Run("the tree was removed", func(t *testing.T) {
		w, s, rec := set()
		if err := os.RemoveAll(filepath.Join(w.Store.Dir(), "outputs")); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(w.Store.Dir(), "outputs"), 0o777); err != nil {
			t.Fatal(err)
		}
		asked := s.asked()
		rel := w.must(Request{Recipe: rec, Version: "8.2.3"})
		if _, err := os.Stat(filepath.Join(rel.Dir, "configure")); err != nil {
			t.Error(err)
		}
		if s.asked() == asked {
			t.Error("where did it come from?")
		}
	})
	t.Run("what was remembered is damaged", func(t *testing.T) {
		w, _, rec := set()
		files, _ := filepath.Glob(filepath.Join(w.Store.Dir(), "state", "*"))
		for _, f := range files {
			if err := os.WriteFile(f, []byte("{"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		w.must(Request{Recipe: rec, Version: "8.2.3"})
		if len(files) == 0 || !w.noted("starting anew") {
			t.Errorf("files %q, notes %q", files, w.notes)
		}
	})
}

func TestWrongVersion(t *testing.T) {
	w, _, _, rec := everywhere(t)
	w.fails(Request{Recipe: rec, Version: "8.4.1"}, 2, "php-8.4.1", "recipe php-8.2 is for 8.2")
	rec.Source.Keys = "nowhere.asc"
	w.fails(Request{Recipe: rec, Version: "8.2.1"}, 2, "nowhere.asc")
}

// TestInterrupted stops between two providers.
func TestInterrupted(t *testing.T) {
	w, s, _, rec := everywhere(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.Events = func(e progress.Event) {
		if strings.Contains(e.Text, "upstream git") {
			cancel()
		}
	}
	_, err := w.Resolve(ctx, Request{Recipe: rec})
	if err == nil {
		t.Fatal("no error")
	}
	checkError(t, err, 130, "context canceled")
	w.empty()
	if s.asked() != 0 {
		t.Errorf("%d requests after the interruption", s.asked())
	}
	w.must(Request{Recipe: rec})
}

// TestTogether resolves from several goroutines with stores of their own in
// one directory, as several processes do.
func TestTogether(t *testing.T) {
	w, _, _, rec := everywhere(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			store, err := cache.Open(w.Store.Dir())
			if err != nil {
				t.Error(err)
				return
			}
			r := *w.Resolver
			r.Store = store
			rel, err := r.Resolve(context.Background(), Request{Recipe: rec})
			if err != nil || rel.Version != "8.2.3" {
				t.Errorf("%+v, %v", rel, err)
			}
		})
	}
	wg.Wait()
	if n := strings.Count(strings.Join(w.done, " "), "php-8.2.3.tar.xz"); n != 1 {
		t.Errorf("the archive was fetched %d times", n)
	}
}
