package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

var (
	released = time.Unix(1_700_000_000, 0)
	now      = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

func phpRecipe(branch string) *recipe.Recipe {
	return &recipe.Recipe{
		Name:    "php-" + branch,
		Project: "php",
		Branch:  branch,
		Source: recipe.Source{Marks: []recipe.Mark{
			{File: "main/php_version.h", Version: `#define PHP_VERSION "([^"]+)"`},
			{File: "Zend/zend.h"},
		}},
	}
}

func format(err error) string { return diag.Format(err) }

// world is a Resolver with what is around it.
type world struct {
	*Resolver
	t     *testing.T
	clock time.Time

	mu    sync.Mutex
	notes []string
	done  []string // downloads that were complete
}

// newWorld makes one whose recipes folder holds these keys as "keys.asc".
func newWorld(t *testing.T, keys ...*openpgp.Entity) *world {
	t.Helper()
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, clock: now}
	w.Resolver = &Resolver{
		Store:   store,
		Recipes: fstest.MapFS{"keys.asc": {Data: armorKeys(t, keys...)}},
		Now:     func() time.Time { return w.clock },
		Events: func(e progress.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			switch e.Kind {
			case progress.Note:
				w.notes = append(w.notes, e.Text)
			case progress.Download:
				if e.Bytes == e.Total {
					w.done = append(w.done, e.Text)
				}
			}
		},
		OpenSuite: func(context.Context, string) (Suite, error) {
			return nil, errors.New("the test has no suites")
		},
	}
	return w
}

func (w *world) noted(part string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.notes, func(n string) bool { return strings.Contains(n, part) })
}

func (w *world) resolve(req Request) (*Release, error) {
	return w.Resolve(context.Background(), req)
}

func (w *world) must(req Request) *Release {
	w.t.Helper()
	rel, err := w.resolve(req)
	if err != nil {
		w.t.Fatal(format(err))
	}
	return rel
}

// fails makes sure that the request fails with that exit code and all of the
// parts in what a person sees.
func (w *world) fails(req Request, exit diag.Code, parts ...string) {
	w.t.Helper()
	rel, err := w.resolve(req)
	if err == nil {
		w.t.Fatalf("no error, but %+v", rel)
	}
	checkError(w.t, err, exit, parts...)
}

func checkError(t *testing.T, err error, exit diag.Code, parts ...string) {
	t.Helper()
	var d *diag.Error
	if !errors.As(err, &d) || error(d) != err {
		t.Errorf("not a *diag.Error: %T %v", err, err)
	}
	text := format(err)
	if got := diag.ExitCode(err); got != exit {
		t.Errorf("exit code %d, expected %d\n%s", got, exit, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in:\n%s", part, text)
		}
	}
}

// empty makes sure that the store holds no output, blob or temporary file.
func (w *world) empty() {
	w.t.Helper()
	for _, dir := range []string{"outputs", "blobs", "tmp"} {
		entries, err := os.ReadDir(filepath.Join(w.Store.Dir(), dir))
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range entries {
			w.t.Errorf("left behind: %s/%s", dir, e.Name())
		}
	}
}

// entry is a member of an archive, a regular file unless it says otherwise.
type entry struct {
	name string
	data string
	kind byte
	link string
	mode int64
}

func makeTar(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Size: int64(len(e.data)), Mode: e.mode, ModTime: released}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			*h = tar.Header{Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "0123456789"}}
		}
		if err := tw.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(tw, e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func phpFiles(version string) map[string]string {
	return map[string]string{
		"main/php_version.h": "#define PHP_VERSION \"" + version + "\"\n",
		"Zend/zend.h":        "/* zend */\n",
		"configure":          "#!/bin/sh\n",
	}
}

// phpTar is a release archive.
func phpTar(t *testing.T, version string, more ...entry) []byte {
	t.Helper()
	top := "php-" + version + "/"
	entries := []entry{{name: top, kind: tar.TypeDir, mode: 0o755}}
	files := phpFiles(version)
	for _, name := range []string{"main/php_version.h", "Zend/zend.h"} {
		entries = append(entries, entry{name: top + name, data: files[name]})
	}
	entries = append(entries, entry{name: top + "configure", data: files["configure"], mode: 0o755})
	return makeTar(t, append(entries, more...)...)
}

func compress(t *testing.T, how string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch how {
	case "xz":
		w, err = xz.NewWriter(&b)
	case "gz":
		w = gzip.NewWriter(&b)
	case "zst":
		w, err = zstd.NewWriter(&b)
	case "tar":
		return data
	}
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// newKey makes a signing key that was created at a time, and that is valid for
// so long; 0 is for ever.
func newKey(t *testing.T, name string, created time.Time, valid time.Duration) *openpgp.Entity {
	t.Helper()
	e, err := openpgp.NewEntity(name, "", name+"@example.org", &packet.Config{
		Algorithm:       packet.PubKeyAlgoEdDSA,
		Time:            func() time.Time { return created },
		KeyLifetimeSecs: uint32(valid / time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func armorKeys(t *testing.T, keys ...*openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, k := range keys { // a block each, as in Debian's files
		w, err := armor.Encode(&b, openpgp.PublicKeyType, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := k.Serialize(w); err != nil {
			t.Fatal(err)
		}
		w.Close()
		b.WriteString("\n")
	}
	return b.Bytes()
}

// sign makes an armoured detached signature of a time.
func sign(t *testing.T, key *openpgp.Entity, when time.Time, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := openpgp.ArmoredDetachSign(&b, key, bytes.NewReader(data), &packet.Config{Time: func() time.Time { return when }}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// server serves files by path and counts the requests. A nil file breaks off
// half-way.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	files    map[string][]byte
	broken   map[string]bool
	requests int
}

func newServer(t *testing.T, files map[string][]byte) *server {
	s := &server{files: files, broken: map[string]bool{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests++
		data, ok := s.files[r.URL.Path]
		switch {
		case !ok:
			http.NotFound(w, r)
		case s.broken[r.URL.Path]:
			w.Header().Set("Content-Length", "1000000")
			w.Write(data[:len(data)/2])
		default:
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// listing is what a tree holds: "name mode content" or "name -> target".
func listing(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			list = append(list, rel+" -> "+target)
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		list = append(list, rel+" "+info.Mode().String()+" "+string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
