package source

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
)

// untarInto unpacks an archive below a fresh folder and returns the folder
// above, which must stay as it is.
func untarInto(t *testing.T, data []byte, lim limits) (parent string, err error) {
	t.Helper()
	parent = t.TempDir()
	dir := filepath.Join(parent, "tree")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	w, err := newTreeWriter(dir, lim)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	return parent, untar(context.Background(), w, bytes.NewReader(data))
}

func TestUntar(t *testing.T) {
	parent, err := untarInto(t, makeTar(t,
		entry{kind: tar.TypeXGlobalHeader},
		entry{name: "./", kind: tar.TypeDir},
		entry{name: "./p-1/", kind: tar.TypeDir, mode: 0o111}, // a mode that would lock us out
		entry{name: "./p-1/plain", data: "1", mode: 0o4604},
		entry{name: "p-1//deep/er/run", data: "2", mode: 0o755},
		entry{name: "p-1/deep/", kind: tar.TypeDir, mode: 0o500},
		entry{name: "p-1/deep/same", kind: tar.TypeLink, link: "p-1/plain"},
		entry{name: "p-1/deep/er/up", kind: tar.TypeSymlink, link: "../../plain"},
		entry{name: "p-1/top", kind: tar.TypeSymlink, link: "deep/.."},
		entry{name: "p-1/dangling", kind: tar.TypeSymlink, link: "nothing/here"},
	), defaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"dangling -> nothing/here",
		"deep/er/run -rwxr-xr-x 2",
		"deep/er/up -> ../../plain",
		"deep/same -rw-r--r-- 1",
		"plain -rw-r--r-- 1",
		"top -> deep/..",
	}
	if diff := cmp.Diff(want, listing(t, filepath.Join(parent, "tree"))); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(filepath.Join(parent, "tree/deep/er/run"))
	if err != nil {
		t.Fatal(err)
	}
	if !info.ModTime().Equal(released) {
		t.Errorf("modification time %v is not the archive's", info.ModTime())
	}
}

func TestUntarRefuses(t *testing.T) {
	dir := entry{name: "p/", kind: tar.TypeDir}
	for _, tt := range []struct {
		name    string
		entries []entry
		want    []string // parts of the error
		limits  limits
	}{
		{name: "nothing at all", want: []string{"no files"}},
		{name: "only folders", entries: []entry{dir}, want: []string{"no files"}},
		{name: "climbs", entries: []entry{dir, {name: "p/../../evil"}}, want: []string{`"p/../../evil"`, ".."}},
		{name: "climbs within", entries: []entry{dir, {name: "p/a/../b"}}, want: []string{`"p/a/../b"`, ".."}},
		{name: "absolute", entries: []entry{dir, {name: "/etc/evil"}}, want: []string{`"/etc/evil"`, "absolute"}},
		{name: "control character", entries: []entry{dir, {name: "p/a\nb"}}, want: []string{`"p/a\nb"`, "control"}},
		{name: "two tops", entries: []entry{dir, {name: "p/a"}, {name: "q/a"}}, want: []string{`"q/a"`, `"p"`}},
		{name: "file at the top", entries: []entry{dir, {name: "README"}}, want: []string{`"README"`, "top"}},
		{name: "the top is a link", entries: []entry{{name: "p", kind: tar.TypeSymlink, link: "/tmp"}}, want: []string{`"p"`, "top"}},
		{name: "twice", entries: []entry{{name: "p/a"}, {name: "p/./a"}}, want: []string{`"p/./a"`, "twice"}},
		{name: "file, then folder", entries: []entry{{name: "p/a"}, {name: "p/a/b"}}, want: []string{`"p/a/b"`, `"a", which is a file`}},
		{name: "folder, then file", entries: []entry{{name: "p/a/b"}, {name: "p/a"}}, want: []string{`"p/a"`, "twice"}},
		{name: "folder over a link", entries: []entry{{name: "p/a", kind: tar.TypeSymlink, link: "b"}, {name: "p/a/", kind: tar.TypeDir}}, want: []string{`"p/a/"`, "link"}},
		{name: "absolute link", entries: []entry{dir, {name: "p/l", kind: tar.TypeSymlink, link: "/etc"}}, want: []string{`"p/l"`, `"/etc"`, "outside"}},
		{name: "climbing link", entries: []entry{dir, {name: "p/d/l", kind: tar.TypeSymlink, link: "../../x"}}, want: []string{`"p/d/l"`, "outside"}},
		{name: "empty link", entries: []entry{dir, {name: "p/l", kind: tar.TypeSymlink}}, want: []string{`"p/l"`}},
		{name: "through a link", entries: []entry{{name: "p/l", kind: tar.TypeSymlink, link: "d"}, {name: "p/l/evil"}}, want: []string{`"p/l/evil"`, "symbolic link"}},
		{
			name: "link that climbs by way of another",
			entries: []entry{
				{name: "p/a/b/c"},
				{name: "p/a/b/up", kind: tar.TypeSymlink, link: "../.."},   // the top of the tree
				{name: "p/a/b/l", kind: tar.TypeSymlink, link: "up/../.."}, // looks like p/a
			},
			want: []string{`"a/b/l"`, "escapes"},
		},
		{name: "links in a circle", entries: []entry{{name: "p/a"}, {name: "p/l", kind: tar.TypeSymlink, link: "m"}, {name: "p/m", kind: tar.TypeSymlink, link: "l"}}, want: []string{`"l"`}},
		{name: "hard link to what is outside", entries: []entry{dir, {name: "p/l", kind: tar.TypeLink, link: "../../etc/passwd"}}, want: []string{`"p/l"`, `"../../etc/passwd"`}},
		{name: "hard link to what is not there", entries: []entry{dir, {name: "p/l", kind: tar.TypeLink, link: "p/x"}}, want: []string{`"p/l"`, `"x"`}},
		{name: "hard link to a link", entries: []entry{{name: "p/s", kind: tar.TypeSymlink, link: "x"}, {name: "p/l", kind: tar.TypeLink, link: "p/s"}}, want: []string{`"p/l"`, "not a file"}},
		{name: "character device", entries: []entry{dir, {name: "p/null", kind: tar.TypeChar}}, want: []string{`"p/null"`, "device"}},
		{name: "block device", entries: []entry{dir, {name: "p/sda", kind: tar.TypeBlock}}, want: []string{`"p/sda"`, "device"}},
		{name: "named pipe", entries: []entry{dir, {name: "p/pipe", kind: tar.TypeFifo}}, want: []string{`"p/pipe"`, "named pipe"}},
		{name: "too many", limits: limits{files: 3, bytes: 100}, entries: []entry{{name: "p/d/a"}, {name: "p/d/b"}, {name: "p/d/c"}}, want: []string{`"p/d/c"`, "3"}},
		{name: "too large", limits: limits{files: 9, bytes: 1 << 20}, entries: []entry{{name: "p/a", data: strings.Repeat("x", 1<<20)}, {name: "p/b", data: "x"}}, want: []string{`"p/b"`, "1 MiB"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.limits == (limits{}) {
				tt.limits = defaultLimits
			}
			parent, err := untarInto(t, makeTar(t, tt.entries...), tt.limits)
			if err == nil {
				t.Fatalf("unpacked: %q", listing(t, parent))
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("no %q in: %v", part, err)
				}
			}
			if entries, _ := os.ReadDir(parent); len(entries) != 1 {
				t.Errorf("written outside of the tree: %v", entries)
			}
		})
	}
}

func FuzzUntar(f *testing.F) {
	f.Add([]byte{})
	f.Add(makeTar(f, entry{name: "p/a", data: "1"}, entry{name: "p/l", kind: tar.TypeSymlink, link: "a"}))
	f.Add(makeTar(f, entry{name: "p/l", kind: tar.TypeSymlink, link: "../.."}, entry{name: "p/l/x"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		parent, err := untarInto(t, data, limits{files: 100, bytes: 1 << 20})
		if entries, _ := os.ReadDir(parent); len(entries) != 1 {
			t.Errorf("written outside of the tree: %v (%v)", entries, err)
		}
	})
}

// bzip2Tar holds the marks of 8.2.1. No Go library writes bzip2.
const bzip2Tar = "QlpoOTFBWSZTWUf9xNsAALd/gcoQCABYE//ABmnZEOdj3xAgAAgIMAC5tiIgDQAEMGgNABqegNRHpE9ATACYBGRkaYmQSkFNPSGQekHqHqADQNAepKspFqFTKABTURBBj7CocDSpiyYQQUJRiZHmsrfkfJy/JBNKWXZ3TjWuKSKhCgwCwDdraAgVGQwfsgEYpQcEkRrisPrA4QZIUJgEJKwtj4xVwwjMbHMpCkDg4VC0GXsNuzWA0LnpD6EMCGBxeIWZBY/gECRCLoCIH8XckU4UJBH/cTbA"

func TestDecompress(t *testing.T) {
	noise := make([]byte, 4096) // so that one bit of the archive is one of its content
	rand.Read(noise)
	plain := phpTar(t, "8.2.1", entry{name: "php-8.2.1/noise", data: string(noise)})
	bz2, err := base64.StdEncoding.DecodeString(bzip2Tar)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		data []byte
		path string // PATH
	}{
		{"xz program", compress(t, "xz", plain), os.Getenv("PATH")},
		{"xz library", compress(t, "xz", plain), ""},
		{"gz", compress(t, "gz", plain), ""},
		{"zst", compress(t, "zst", plain), ""},
		{"bz2", bz2, ""},
		{"tar", plain, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PATH", tt.path)
			if _, err := exec.LookPath("xz"); err != nil && tt.name == "xz program" {
				t.Skip("SKIPPED: no xz on PATH")
			}
			w := newWorld(t)
			archive := write(t, t.TempDir(), "source.bin", tt.data)
			rel := w.must(Request{Recipe: phpRecipe("8.2"), Override: archive})
			if rel.Version != "8.2.1" || rel.SourceDateEpoch != released.Unix() {
				t.Errorf("%+v", rel)
			}
			if !w.noted("used as it is") {
				t.Errorf("no note that nothing was checked: %q", w.notes)
			}
			// Every kind of damage is found, and nothing is kept.
			if tt.name == "tar" {
				return // it has no checksum, and a cut between two entries is its end
			}
			for _, n := range []int{7, len(tt.data) / 2, len(tt.data) - 1} {
				w := newWorld(t)
				archive := write(t, t.TempDir(), "cut.bin", tt.data[:n])
				w.fails(Request{Recipe: phpRecipe("8.2"), Override: archive}, 4, archive)
				w.empty()
			}
			flipped := slices.Clone(tt.data)
			flipped[len(flipped)/2] ^= 0x40
			w = newWorld(t)
			archive = write(t, t.TempDir(), "flipped.bin", flipped)
			w.fails(Request{Recipe: phpRecipe("8.2"), Override: archive}, 4, archive)
			w.empty()
		})
	}
}

// TestUnpackStops makes sure that neither a process nor a file is left when
// the user interrupts.
func TestUnpackStops(t *testing.T) {
	w := newWorld(t)
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	archive := write(t, t.TempDir(), "big.tar.xz", compress(t, "xz", phpTar(t, "8.2.1", entry{name: "php-8.2.1/big", data: string(big)})))
	for _, after := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond} {
		ctx, cancel := context.WithTimeoutCause(context.Background(), after, errors.New("stopped by the test"))
		_, err := w.Resolve(ctx, Request{Recipe: phpRecipe("8.2"), Override: archive})
		cancel()
		if err == nil {
			t.Skip("SKIPPED: this machine unpacked 16 MiB too fast to be stopped")
		}
		checkError(t, err, 130, "stopped by the test")
		w.empty()
	}
	w.must(Request{Recipe: phpRecipe("8.2"), Override: archive})
}

func TestXZClose(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("SKIPPED: no xz on PATH")
	}
	data := compress(t, "xz", bytes.Repeat([]byte("0123456789abcdef"), 1<<18))
	r, err := decompress(context.Background(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if p := r.(*xzProcess).cmd.ProcessState; p == nil {
		t.Error("xz still runs after Close")
	}
}

// TestUnpackChecksAgain unpacks a file that is not any more what it was when
// its digest was made.
func TestUnpackChecksAgain(t *testing.T) {
	w := newWorld(t)
	for _, how := range []string{"xz", "gz", "tar"} {
		path := write(t, t.TempDir(), "php.tar", compress(t, how, phpTar(t, "8.2.1")))
		_, _, _, err := unpackArchive(context.Background(), w.Store, path, cache.Digest{1})
		if err == nil {
			t.Fatal("no error")
		}
		checkError(t, err, 4, "changed while it was read")
		w.empty()
	}
}
