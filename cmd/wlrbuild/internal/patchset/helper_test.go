package patchset

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the results into the golden files")

var releaseTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// files is a tree: content by path. A path that ends in "*" is executable, one
// that ends in "@" a symlink.
type files map[string]string

func (f files) write(t *testing.T, dir string) string {
	t.Helper()
	for name, content := range f {
		path := filepath.Join(dir, strings.TrimRight(name, "*@"))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case strings.HasSuffix(name, "@"):
			err = os.Symlink(content, path)
		case strings.HasSuffix(name, "*"):
			err = os.WriteFile(path, []byte(content), 0o777)
		default:
			err = os.WriteFile(path, []byte(content), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read is the inverse of files.write; it leaves .git out.
func readFiles(t *testing.T, dir string) files {
	t.Helper()
	f := files{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.Type() == fs.ModeSymlink {
			f[name+"@"], err = os.Readlink(path)
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode()&0o100 != 0 {
			name += "*"
		}
		data, err := os.ReadFile(path)
		f[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// importFiles makes a work tree of a release with the files.
func importFiles(t *testing.T, f files) string {
	t.Helper()
	dst := filepath.Join(t.TempDir(), "tree")
	info := ImportInfo{Version: "8.2.32", Origin: "a test", Time: releaseTime}
	if err := Import(t.Context(), f.write(t, t.TempDir()), dst, info); err != nil {
		t.Fatal(err)
	}
	return dst
}

// loadFiles loads a series of files named as below <project>/<branch>.
func loadFiles(t *testing.T, f files) *Series {
	t.Helper()
	s, err := Load(f.fs(), "php", "8.2", "wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f files) fs() fstest.MapFS {
	m := fstest.MapFS{}
	for name, content := range f {
		m["php/8.2/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func mustApply(t *testing.T, dst string, s *Series) *Report {
	t.Helper()
	r, err := Apply(t.Context(), dst, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// mail is a patch with a header.
func mail(subject, diff string) string {
	return fmt.Sprintf("From: Jo Doe <jo@example.com>\nSubject: [PATCH] %s\n\nBecause.\n---\n%s", subject, diff)
}

// runGit runs the real git, with nothing of the user's configuration.
func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED, NOT PROVEN: no git on PATH, so nothing shows that it understands the work tree")
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "TZ=UTC",
		"GIT_AUTHOR_NAME=Jo Doe", "GIT_AUTHOR_EMAIL=jo@example.com", "GIT_COMMITTER_NAME=Jo Doe", "GIT_COMMITTER_EMAIL=jo@example.com",
		"GIT_EDITOR=true", "GIT_SEQUENCE_EDITOR=true")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// mustBeSound lets git itself judge a work tree.
func mustBeSound(t *testing.T, dir string) {
	t.Helper()
	if out := runGit(t, dir, "fsck", "--strict", "--no-dangling"); out != "" {
		t.Errorf("git fsck: %s", out)
	}
	if out := runGit(t, dir, "status", "--porcelain"); out != "" {
		t.Errorf("git status is not clean:\n%s", out)
	}
}

// golden calls test with each archive in a folder and compares what it returns
// with the sections of that name; with -update it writes them.
func golden(t *testing.T, folder string, test func(t *testing.T, in files) (out files)) {
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			in, want := files{}, files{}
			given := ar.Files[:0]
			for _, f := range ar.Files {
				if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
					want[name] = string(f.Data)
				} else {
					in[f.Name] = string(f.Data)
					given = append(given, f)
				}
			}
			out := test(t, in)
			if *update {
				ar.Files = given
				for _, name := range sortedKeys(out) {
					ar.Files = append(ar.Files, txtar.File{Name: "want/" + name, Data: []byte(out[name])})
				}
				if err := os.WriteFile(path, txtar.Format(ar), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, out); diff != "" {
				t.Errorf("result differs (-want +got); if that is right, run go test -update:\n%s", diff)
			}
		})
	}
}

func sortedKeys(f files) []string { return slices.Sorted(maps.Keys(f)) }

// below takes the files of a folder.
func (f files) below(dir string) files {
	sub := files{}
	for name, content := range f {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			sub[rest] = content
		}
	}
	return sub
}
