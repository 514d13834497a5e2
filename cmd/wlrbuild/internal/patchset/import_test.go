package patchset

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
)

var release = files{
	"README":            "x\n",
	"configure*":        "#!/bin/sh\n",
	"ext/a/a.c":         "int a;\r\n",
	"ext/a/copy.c":      "int a;\r\n",
	"ext/a-b/b.c":       "no newline",
	"ext/a.c":           "sorted between ext/a-b and ext/a\n",
	"ext/empty":         "",
	"ext/link@":         "a/a.c",
	"ext/out@":          "/etc/passwd",
	"ext/with space.c":  "s\n",
	"ext/naïve.c":       "i\n",
	".gitattributes":    "* text=auto eol=crlf\n/README ident\n",
	".gitignore":        "*.c\nconfigure\n",
	"tests/id.phpt":     "$Id: 0123 $\n",
	"tests/binary.png":  "\x89PNG\r\n\x1a\n\x00",
	"tests/.gitmodules": "x\n",
}

func TestImport(t *testing.T) {
	dst := importFiles(t, release)
	if diff := cmp.Diff(release, readFiles(t, dst)); diff != "" {
		t.Errorf("work tree (-release +tree):\n%s", diff)
	}
	for name := range release {
		if strings.HasSuffix(name, "@") {
			continue
		}
		info, err := os.Stat(filepath.Join(dst, strings.TrimSuffix(name, "*")))
		if err != nil || !info.ModTime().Equal(releaseTime) {
			t.Errorf("%s has time %v (%v), want that of the release", name, info.ModTime(), err)
		}
	}
	mustBeSound(t, dst)
	// Also if git does not believe its index and reads all files.
	if err := os.Chtimes(filepath.Join(dst, "README"), time.Now(), time.Now()); err != nil {
		t.Fatal(err)
	}
	mustBeSound(t, dst)
	want := "upstream 8.2.32|wlrbuild|wlrbuild@localhost|2026-01-02 03:04:05 +0000| (HEAD -> main, tag: upstream/8.2.32)\n"
	if got := runGit(t, dst, "log", "--format=%s|%an|%ae|%ci|%d"); got != want {
		t.Errorf("git log: %q, want %q", got, want)
	}
	if got := runGit(t, dst, "tag", "-l", "--format=%(objecttype) %(contents)"); got != "tag 8.2.32\n\nFrom a test\n\n" {
		t.Errorf("tag: %q", got)
	}
	// git must make the same tree of the files as we have.
	tree := runGit(t, dst, "rev-parse", "HEAD^{tree}")
	if err := os.Remove(filepath.Join(dst, ".git", "index")); err != nil {
		t.Fatal(err)
	}
	runGit(t, dst, "add", "--force", "--all")
	if own := runGit(t, dst, "write-tree"); own != tree {
		t.Errorf("git makes the tree %s of the files, we %s", own, tree)
	}
}

// The same release becomes the same repository to the last byte, but for where
// it was found.
func TestImportReproducible(t *testing.T) {
	digest := func(dir string) cache.Digest {
		d, err := cache.TreeDigest(dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	first, second := importFiles(t, release), importFiles(t, release)
	if digest(first) != digest(second) {
		t.Error("two imports differ")
	}
	third := filepath.Join(t.TempDir(), "tree")
	info := ImportInfo{Version: "8.2.32", Origin: "elsewhere", Time: releaseTime.Add(300 * time.Millisecond).In(time.FixedZone("", 3600))}
	if err := Import(t.Context(), release.write(t, t.TempDir()), third, info); err != nil {
		t.Fatal(err)
	}
	if a, b := runGit(t, first, "rev-parse", "HEAD"), runGit(t, third, "rev-parse", "HEAD"); a != b {
		t.Errorf("commits differ: %s%s", a, b)
	}
}

// A checkout brings its own .git, and may bring folders without files.
func TestImportCheckout(t *testing.T) {
	src := files{"a.c": "a\n", ".git/HEAD": "x\n", "sub/b.c": "b\n", "sub/.git": "gitdir: ../.git/modules/sub\n"}.write(t, t.TempDir())
	if err := os.MkdirAll(filepath.Join(src, "empty", "er"), 0o777); err != nil {
		t.Fatal(err)
	}
	dst := filepath.Join(t.TempDir(), "tree")
	if err := Import(t.Context(), src, dst, ImportInfo{Version: "1", Time: releaseTime}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files{"a.c": "a\n", "sub/b.c": "b\n"}, readFiles(t, dst)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(dst, "empty")); err == nil {
		t.Error("an empty directory was copied, which no clone of the tree would have")
	}
	mustBeSound(t, dst)
}

func TestImportErrors(t *testing.T) {
	one := files{"f": "x\n"}
	info := ImportInfo{Version: "8.2.32", Time: releaseTime}
	fifo := one.write(t, t.TempDir())
	if err := syscall.Mkfifo(filepath.Join(fifo, "z"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		src  string
		info ImportInfo
		want string
	}{
		{"no source", filepath.Join(t.TempDir(), "no"), info, "no such file"},
		{"empty source", t.TempDir(), info, "has no files"},
		{"not a file", fifo, info, "z is neither a file, a directory nor a symlink"},
		{"name of git's folder", files{"f": "x", "a/.GIT/hooks/x": "x"}.write(t, t.TempDir()), info, "a/.GIT/hooks/x"},
		{"control character", files{"f": "x", "a\tb": "x"}.write(t, t.TempDir()), info, "control character"},
		{"version", one.write(t, t.TempDir()), ImportInfo{Version: "8..2", Time: releaseTime}, `version "8..2"`},
		{"time", one.write(t, t.TempDir()), ImportInfo{Version: "8.2.32"}, "before 1970"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, dst := range []string{t.TempDir(), filepath.Join(t.TempDir(), "new")} {
				_, err := os.Stat(dst)
				existed := err == nil
				err = Import(t.Context(), test.src, dst, test.info)
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error is %v, want %q", err, test.want)
				}
				entries, err := os.ReadDir(dst)
				if len(entries) > 0 || existed != (err == nil) {
					t.Errorf("left behind: %v (%v)", entries, err)
				}
			}
		})
	}
	t.Run("used directory", func(t *testing.T) {
		dst := files{"mine": "x"}.write(t, t.TempDir())
		err := Import(t.Context(), one.write(t, t.TempDir()), dst, info)
		if err == nil || !strings.Contains(err.Error(), "is not empty") {
			t.Errorf("error is %v", err)
		}
		if diff := cmp.Diff(files{"mine": "x"}, readFiles(t, dst)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		dst := filepath.Join(t.TempDir(), "tree")
		if err := Import(ctx, one.write(t, t.TempDir()), dst, info); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		if _, err := os.Stat(dst); err == nil {
			t.Error("something was left behind")
		}
	})
}
