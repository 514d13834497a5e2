package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// makeTree writes a small tree with one of everything.
func makeTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "README"), "read me")
	write(t, filepath.Join(dir, "Zend/zend.c"), "int zend;")
	write(t, filepath.Join(dir, "Zend/zend.h"), "extern int zend;")
	write(t, filepath.Join(dir, "build/configure"), "#!/bin/sh\n")
	do(t,
		os.Chmod(filepath.Join(dir, "build/configure"), 0o755),
		os.Mkdir(filepath.Join(dir, "empty"), 0o777),
		os.Symlink("Zend/zend.h", filepath.Join(dir, "link")),
		os.Symlink("Zend", filepath.Join(dir, "linked-dir")))
	return dir
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func mustDigest(t *testing.T, dir string, match func(string) bool) Digest {
	t.Helper()
	d, err := TreeDigest(dir, match)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTreeDigestSensitivity(t *testing.T) {
	in := func(dir, name string) string { return filepath.Join(dir, name) }
	for _, tt := range []struct {
		name   string
		change func(dir string) error
		same   bool
	}{
		{name: "nothing", same: true, change: func(dir string) error { return nil }},
		{name: "time", same: true, change: func(dir string) error {
			return os.Chtimes(in(dir, "README"), time.Unix(1, 0), time.Unix(1, 0))
		}},
		{name: "write permission", same: true, change: func(dir string) error { return os.Chmod(in(dir, "README"), 0o444) }},
		{name: "permission of a directory", same: true, change: func(dir string) error { return os.Chmod(in(dir, "Zend"), 0o700) }},
		{name: "content", change: func(dir string) error { return os.WriteFile(in(dir, "README"), []byte("read my"), 0o666) }},
		{name: "executable bit set", change: func(dir string) error { return os.Chmod(in(dir, "README"), 0o755) }},
		{name: "executable bit cleared", change: func(dir string) error { return os.Chmod(in(dir, "build/configure"), 0o644) }},
		{name: "name", change: func(dir string) error { return os.Rename(in(dir, "README"), in(dir, "README.md")) }},
		{name: "contents swapped", change: func(dir string) error {
			return errors.Join(
				os.Rename(in(dir, "Zend/zend.c"), in(dir, "x")),
				os.Rename(in(dir, "Zend/zend.h"), in(dir, "Zend/zend.c")),
				os.Rename(in(dir, "x"), in(dir, "Zend/zend.h")))
		}},
		{name: "moved to another directory", change: func(dir string) error { return os.Rename(in(dir, "README"), in(dir, "empty/README")) }},
		{name: "empty directory", change: func(dir string) error { return os.Remove(in(dir, "empty")) }},
		{name: "symlink target", change: func(dir string) error {
			return errors.Join(os.Remove(in(dir, "link")), os.Symlink("README", in(dir, "link")))
		}},
		{name: "symlink instead of a file", change: func(dir string) error {
			return errors.Join(os.Remove(in(dir, "link")), os.WriteFile(in(dir, "link"), []byte("Zend/zend.h"), 0o666))
		}},
		{name: "directory instead of a symlink", change: func(dir string) error {
			return errors.Join(os.Remove(in(dir, "link")), os.Mkdir(in(dir, "link"), 0o777))
		}},
		{name: "new file", change: func(dir string) error { return os.WriteFile(in(dir, "empty/new"), nil, 0o666) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := makeTree(t)
			before := mustDigest(t, dir, nil)
			do(t, tt.change(dir))
			if after := mustDigest(t, dir, nil); (after == before) != tt.same {
				t.Errorf("digest was %v and is %v", before.Short(), after.Short())
			}
		})
	}
}

// Like keys, digests of trees are kept beyond the life of the program.
func TestTreeDigestIsStable(t *testing.T) {
	for range 3 {
		if got, want := mustDigest(t, makeTree(t), nil).Short(), "34156d6b8272"; got != want {
			t.Errorf("digest %s, want %s", got, want)
		}
	}
}

func TestTreeDigestMatch(t *testing.T) {
	dir := makeTree(t)
	headers := func(rel string) bool { return strings.HasSuffix(rel, "/") || strings.HasSuffix(rel, ".h") }
	before := mustDigest(t, dir, headers)
	write(t, filepath.Join(dir, "Zend/zend.c"), "int changed;")
	write(t, filepath.Join(dir, "new/other.c"), "")
	if mustDigest(t, dir, headers) != before {
		t.Error("what is not matched counts")
	}
	write(t, filepath.Join(dir, "new/other.h"), "")
	if mustDigest(t, dir, headers) == before {
		t.Error("what is matched does not count")
	}
	var asked []string
	mustDigest(t, dir, func(rel string) bool {
		asked = append(asked, rel)
		return rel != "Zend/"
	})
	want := []string{"README", "Zend/", "build/", "build/configure", "empty/", "link", "linked-dir", "new/", "new/other.c", "new/other.h"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked about: -want +got:\n%s", diff)
	}
}

func TestTreeDigestErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := TreeDigest(filepath.Join(dir, "missing"), nil)
	checkErr(t, err, "digest of "+dir+"/missing: ")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	do(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666))
	_, err = TreeDigest(dir, nil) // must not wait for a writer
	checkErr(t, err, "pipe: neither a file, a directory nor a symlink")
}

func TestFSDigest(t *testing.T) {
	dir := makeTree(t)
	got, err := FSDigest(os.DirFS(dir))
	if err != nil || got != mustDigest(t, dir, nil) {
		t.Errorf("digest of the same tree differs, %v", err)
	}
	file := func(text string, mode fs.FileMode) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(text), Mode: mode}
	}
	got, err = FSDigest(fstest.MapFS{
		"README":          file("read me", 0o444),
		"Zend/zend.c":     file("int zend;", 0o444),
		"Zend/zend.h":     file("extern int zend;", 0o444),
		"build/configure": file("#!/bin/sh\n", 0o555),
		"empty":           file("", fs.ModeDir|0o555),
		"link":            file("Zend/zend.h", fs.ModeSymlink|0o777),
		"linked-dir":      file("Zend", fs.ModeSymlink|0o777),
	})
	if err != nil || got != mustDigest(t, dir, nil) {
		t.Errorf("digest of the same tree in memory differs, %v", err)
	}
}

func TestCopyTree(t *testing.T) {
	ctx := context.Background()
	src := makeTree(t)
	grammar, parser := filepath.Join(src, "Zend/zend.h"), filepath.Join(src, "Zend/zend.c")
	old := time.Unix(1700000000, 123456789)
	do(t,
		os.Chtimes(grammar, old, old),
		os.Chtimes(parser, old.Add(time.Millisecond), old.Add(time.Millisecond)),
		os.Chmod(parser, 0o444),
		os.Chmod(filepath.Join(src, "build/configure"), 0o555))

	dst := filepath.Join(t.TempDir(), "copy")
	do(t, CopyTree(ctx, src, dst))
	if mustDigest(t, dst, nil) != mustDigest(t, src, nil) {
		t.Error("the copy differs")
	}
	for _, name := range []string{"Zend/zend.c", "build/configure"} {
		info, err := os.Stat(filepath.Join(dst, name))
		if err != nil || info.Mode()&0o200 == 0 {
			t.Errorf("%s is not writable: %v, %v", name, info.Mode(), err)
		}
		want, err := os.Stat(filepath.Join(src, name))
		if err != nil || !info.ModTime().Equal(want.ModTime()) {
			t.Errorf("%s has another time: %v, not %v", name, info.ModTime(), want.ModTime())
		}
	}

	t.Run("into an empty directory", func(t *testing.T) {
		dst := t.TempDir()
		if err := CopyTree(ctx, src, dst); err != nil || mustDigest(t, dst, nil) != mustDigest(t, src, nil) {
			t.Errorf("the copy differs, or %v", err)
		}
	})
	t.Run("does not overwrite", func(t *testing.T) {
		dst := t.TempDir()
		write(t, filepath.Join(dst, "Zend/zend.c"), "mine")
		err := CopyTree(ctx, src, dst)
		if !errors.Is(err, fs.ErrExist) {
			t.Errorf("error %v", err)
		}
		if text, err := os.ReadFile(filepath.Join(dst, "Zend/zend.c")); string(text) != "mine" {
			t.Errorf("now %q, %v", text, err)
		}
	})
	t.Run("leaves nothing after an error", func(t *testing.T) {
		src := makeTree(t)
		do(t, syscall.Mkfifo(filepath.Join(src, "pipe"), 0o666))
		dst := filepath.Join(t.TempDir(), "copy")
		checkErr(t, CopyTree(ctx, src, dst), "copy "+src+" to "+dst+": ")
		if _, err := os.Lstat(dst); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("left behind: %v", err)
		}
	})
	t.Run("stops when cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		dst := filepath.Join(t.TempDir(), "copy")
		if err := CopyTree(ctx, src, dst); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if _, err := os.Lstat(dst); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("left behind: %v", err)
		}
	})
	t.Run("into a file", func(t *testing.T) {
		if err := CopyTree(ctx, src, filepath.Join(src, "README")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("error %v", err)
		}
	})
}

func TestForEach(t *testing.T) {
	fail := errors.New("fail")
	for _, n := range []int{0, 1, 7, 1000} {
		done := make([]bool, n)
		err := forEach(context.Background(), n, func() func(int) error {
			return func(i int) error { done[i] = true; return nil }
		})
		if err != nil {
			t.Error(err)
		}
		for i := range done {
			if !done[i] {
				t.Errorf("%d of %d was left out", i, n)
			}
		}
	}
	err := forEach(context.Background(), 1000, func() func(int) error {
		return func(i int) error {
			if i == 500 {
				return fail
			}
			return nil
		}
	})
	if !errors.Is(err, fail) {
		t.Errorf("error %v", err)
	}
}

// makeManyFiles is about what a release of PHP is: 20,000 small files.
func makeManyFiles(tb testing.TB) string {
	dir := tb.TempDir()
	text := []byte(strings.Repeat("static int zend_something(zval *z) { return 0; }\n", 100))
	for i := range 20_000 {
		sub := filepath.Join(dir, fmt.Sprintf("d%03d", i/100))
		if i%100 == 0 {
			if err := os.Mkdir(sub, 0o777); err != nil {
				tb.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("f%d.c", i)), text, 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func BenchmarkTreeDigest(b *testing.B) {
	dir := makeManyFiles(b)
	for b.Loop() {
		if _, err := TreeDigest(dir, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCopyTree(b *testing.B) {
	dir := makeManyFiles(b)
	dst := filepath.Join(b.TempDir(), "copy")
	for b.Loop() {
		if err := CopyTree(context.Background(), dir, dst); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		os.RemoveAll(dst)
		b.StartTimer()
	}
}
