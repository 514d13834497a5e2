package source

import (
	"archive/tar"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// phpDir is a source directory.
func phpDir(t *testing.T, version string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "my php")
	for name, data := range phpFiles(version) {
		path := write(t, dir, name, []byte(data))
		if err := os.Chtimes(path, released, released); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "configure"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestDirectory(t *testing.T) {
	dir := phpDir(t, "8.2.33-dev")
	write(t, dir, ".git/HEAD", []byte("ref: refs/heads/x\n"))
	write(t, dir, "ext/sub/.git", []byte("gitdir: elsewhere\n"))
	write(t, dir, ".gitignore", []byte("*.o\n"))
	if err := os.Symlink("configure", filepath.Join(dir, "conf")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "Zend/zend.h"), 0o400); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	w := newWorld(t)
	req := Request{Recipe: phpRecipe("8.2"), Override: dir, Offline: true}
	rel := w.must(req)
	if rel.Version != "8.2.33-dev" || rel.Provider != "source directory" || rel.Origin != dir || rel.SourceDateEpoch != released.Unix() {
		t.Errorf("%+v", rel)
	}
	want := []string{
		".gitignore -r--r--r-- *.o\n", "Zend/zend.h -r--r--r-- /* zend */\n", "conf -> configure", "configure -r-xr-xr-x #!/bin/sh\n",
		"main/php_version.h -r--r--r-- #define PHP_VERSION \"8.2.33-dev\"\n",
	}
	if got := listing(t, rel.Dir); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if after := listing(t, dir); !slices.Equal(before, after) {
		t.Errorf("the user's tree was changed: %q", after)
	}

	if again := w.must(req); *again != *rel {
		t.Errorf("%+v, then %+v", rel, again)
	}
	// The time of an edited file is not part of the build, its content is.
	write(t, dir, "ext/new.c", []byte("int x;\n"))
	edited := w.must(req)
	if edited.Tree == rel.Tree || edited.Dir == rel.Dir || edited.SourceDateEpoch != rel.SourceDateEpoch {
		t.Errorf("%+v, after an edit %+v", rel, edited)
	}
	// What version control does is not part of it.
	write(t, dir, ".git/HEAD", []byte("ref: refs/heads/y\n"))
	if again := w.must(req); *again != *edited {
		t.Errorf("%+v, after a commit %+v", edited, again)
	}
	// A relative path is the same directory.
	t.Chdir(dir)
	req.Override = "."
	if again := w.must(req); *again != *edited {
		t.Errorf("%+v, by a relative path %+v", edited, again)
	}
}

func TestDirectoryRefuses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		setUp   func(dir string) error
		version string
		branch  string
		want    []string
	}{
		{name: "not PHP", setUp: func(dir string) error { return os.RemoveAll(filepath.Join(dir, "main")) }, want: []string{"not the source of php", "main/php_version.h"}},
		{name: "half of it", setUp: func(dir string) error { return os.Remove(filepath.Join(dir, "Zend/zend.h")) }, want: []string{"not the source of php", "Zend/zend.h"}},
		{name: "a mark without a version", setUp: func(dir string) error { return os.WriteFile(filepath.Join(dir, "main/php_version.h"), nil, 0o666) }, want: []string{"main/php_version.h does not say which release"}},
		{name: "another branch", branch: "8.4", want: []string{"this is php 8.2.3", "the recipe php-8.4 is for 8.4"}},
		{name: "a branch that starts alike", setUp: func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "main/php_version.h"), []byte(`#define PHP_VERSION "8.20.1"`), 0o666)
		}, want: []string{"this is php 8.20.1", "is for 8.2"}},
		{name: "another release", version: "8.2.0", want: []string{"this is php 8.2.3", "8.2.0 was asked for"}},
		{name: "absolute link", setUp: func(dir string) error { return os.Symlink("/etc", filepath.Join(dir, "ext")) }, want: []string{`"ext"`, `"/etc"`, "outside"}},
		{name: "climbing link", setUp: func(dir string) error { return os.Symlink("../mine.c", filepath.Join(dir, "mine.c")) }, want: []string{`"mine.c"`, "outside"}},
		{name: "named pipe", setUp: func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o666) }, want: []string{"pipe"}},
		{name: "unreadable", setUp: func(dir string) error { return os.Chmod(filepath.Join(dir, "configure"), 0) }, want: []string{"configure", "permission"}},
		{name: "removed", setUp: os.RemoveAll, want: []string{"no such file or directory", "git repository"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "unreadable" && os.Geteuid() == 0 {
				t.Skip("SKIPPED: root reads everything")
			}
			dir := phpDir(t, "8.2.3")
			if tt.setUp != nil {
				if err := tt.setUp(dir); err != nil {
					t.Fatal(err)
				}
			}
			w := newWorld(t)
			rec := phpRecipe(or(tt.branch, "8.2"))
			w.fails(Request{Recipe: rec, Version: tt.version, Override: dir}, 2, append(tt.want, dir)...)
			w.empty()
		})
	}
}

func TestArchiveOverride(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	foreign := newKey(t, "foreign", time.Now().Add(-year), 0)
	plain := phpTar(t, "8.2.3")
	data, other := compress(t, "xz", plain), compress(t, "xz", phpTar(t, "8.2.3", entry{name: "php-8.2.3/more"}))
	zipped := compress(t, "gz", plain)
	for _, tt := range []struct {
		name      string
		file      string
		data      []byte
		signature []byte
		pinned    string
		version   string
		branch    string
		exit      diag.Code // 0 for success
		want      []string
		signer    string
		unchecked bool
	}{
		{name: "as it is", file: "php.tar.xz", data: data, unchecked: true},
		{name: "pinned", file: "php.tar.xz", data: data, pinned: sumOf(data)},
		{name: "wrong digest", file: "php.tar.xz", data: other, pinned: sumOf(data), exit: 4, want: []string{sumOf(data), sumOf(other), "unpack it and give the directory"}},
		{name: "the pin is for another compression", file: "php.tar.gz", data: zipped, pinned: sumOf(data), unchecked: true},
		{name: "signed", file: "php.tar.gz", data: zipped, signature: sign(t, key, time.Now(), zipped), signer: "manager"},
		{name: "signed and pinned", file: "php.tar.xz", data: data, signature: sign(t, key, time.Now(), data), pinned: sumOf(data), signer: "manager"},
		{name: "wrong signature", file: "php.tar.xz", data: other, signature: sign(t, key, time.Now(), data), exit: 4, want: []string{"signature"}},
		{name: "unknown signer", file: "php.tar.xz", data: data, signature: sign(t, foreign, time.Now(), data), exit: 4, want: []string{"none of keys.asc"}},
		{name: "another release", file: "php.tar.xz", data: data, version: "8.2.0", exit: 2, want: []string{"this is php 8.2.3", "8.2.0 was asked for"}},
		{name: "another branch", file: "php.tar.xz", data: data, branch: "8.4", exit: 2, want: []string{"this is php 8.2.3", "8.4"}},
		{name: "not PHP", file: "php.tar.xz", data: compress(t, "xz", makeTar(t, entry{name: "p/README"})), exit: 2, want: []string{"not the source of php", "main/php_version.h"}},
		{name: "not an archive", file: "php.tar.xz", data: []byte("<html>not found</html>"), exit: 4, want: []string{"unpack the archive"}},
		{name: "empty file", file: "php.tar.xz", data: []byte{}, exit: 4, want: []string{"no files"}},
		{name: "climbs out", file: "php.tar", data: phpTar(t, "8.2.3", entry{name: "php-8.2.3/a/../../../evil"}), exit: 4, want: []string{`"php-8.2.3/a/../../../evil"`}},
		{name: "a device", file: "php.tar", data: phpTar(t, "8.2.3", entry{name: "php-8.2.3/null", kind: tar.TypeChar}), exit: 4, want: []string{`"php-8.2.3/null"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, key)
			rec := phpRecipe(or(tt.branch, "8.2"))
			rec.Source.Keys = "keys.asc"
			if tt.pinned != "" {
				rec.Source.Digests = map[string]string{"8.2.3": tt.pinned}
			}
			path := write(t, t.TempDir(), tt.file, tt.data)
			if tt.signature != nil {
				write(t, filepath.Dir(path), tt.file+".asc", tt.signature)
			}
			for _, given := range []string{path, "file://" + path} {
				req := Request{Recipe: rec, Version: tt.version, Override: given, Offline: true}
				if tt.exit != 0 {
					rel, err := w.resolve(req)
					if err == nil {
						t.Fatalf("no error, but %+v", rel)
					}
					checkError(t, err, tt.exit, append(tt.want, path)...)
					continue
				}
				rel := w.must(req)
				if rel.Version != "8.2.3" || rel.Origin != path || rel.SHA256 != sumOf(tt.data) || rel.SourceDateEpoch != released.Unix() ||
					!strings.HasPrefix(rel.SignedBy, tt.signer) || (rel.SignedBy == "") != (tt.signer == "") {
					t.Errorf("%+v", rel)
				}
				if w.noted("used as it is") != tt.unchecked {
					t.Errorf("notes: %q", w.notes)
				}
			}
			if tt.exit == 4 && !strings.Contains(tt.name, "wrong digest") {
				w.empty()
			}
		})
	}
}

// TestOverrideAlone makes sure that what the user gave is neither replaced by
// what others have, nor taken for the release later.
func TestOverrideAlone(t *testing.T) {
	w := newWorld(t)
	data := compress(t, "xz", phpTar(t, "8.2.3"))
	s := newServer(t, map[string][]byte{"/index": []byte(`"php-8.2.3.tar.xz"`), "/php-8.2.3.tar.xz": data})
	rec := tarballRecipe(s)
	rec.Source.Digests = map[string]string{"8.2.3": sumOf(data)}

	mine := phpDir(t, "8.2.3")
	if err := os.WriteFile(filepath.Join(mine, "Zend/zend.h"), []byte("/* mine */\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	own := w.must(Request{Recipe: rec, Version: "8.2.3", Override: mine})
	if s.asked() != 0 {
		t.Error("asked the network although a directory was given")
	}
	theirs := w.must(Request{Recipe: rec, Version: "8.2.3"})
	if own.Tree == theirs.Tree || theirs.Provider != "release tarball" {
		t.Errorf("with --source %+v, without %+v", own, theirs)
	}
	if again := w.must(Request{Recipe: rec, Version: "8.2.3", Override: mine}); *again != *own {
		t.Errorf("%+v, then %+v", own, again)
	}
	w.fails(Request{Recipe: rec, Version: "8.2.3", Override: "/nowhere/php.tar.xz"}, 2, "/nowhere/php.tar.xz", "no such file")
}

func TestDirectoryWithoutVersionMark(t *testing.T) {
	rec := &recipe.Recipe{Name: "demo-1", Project: "demo", Branch: "1", Source: recipe.Source{Marks: []recipe.Mark{{File: "demo.h"}}}}
	dir := t.TempDir()
	write(t, dir, "demo.h", nil)
	w := newWorld(t)
	if rel := w.must(Request{Recipe: rec, Override: dir}); rel.Version != "1" {
		t.Errorf("%+v", rel)
	}
	if rel := w.must(Request{Recipe: rec, Version: "1.5", Override: dir}); rel.Version != "1.5" {
		t.Errorf("%+v", rel)
	}
}

// TestOutputSealed makes sure that nobody edits what is shared by mistake.
func TestOutputSealed(t *testing.T) {
	w := newWorld(t)
	rel := w.must(Request{Recipe: phpRecipe("8.2"), Override: phpDir(t, "8.2.3")})
	err := filepath.WalkDir(rel.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode()&0o222 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
