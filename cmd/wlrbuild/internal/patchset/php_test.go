package patchset

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/patches"
)

// TestPHP does the whole round on a real release: import, git's judgement, a
// patch, what is built in for the branch, status and refresh.
func TestPHP(t *testing.T) {
	src := os.Getenv("WLR_TEST_PHP_TREE")
	if src == "" {
		t.Skip("WLR_TEST_PHP_TREE does not name the folder of an unpacked PHP release")
	}
	header, err := os.ReadFile(filepath.Join(src, "main", "php_version.h"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`PHP_VERSION "((\d+\.\d+)\.[^"]+)"`).FindSubmatch(header)
	if m == nil {
		t.Fatal("no version in main/php_version.h")
	}
	version, branch := string(m[1]), string(m[2])

	info := ImportInfo{Version: version, Origin: "a test", Time: releaseTime}
	dst := filepath.Join(t.TempDir(), "tree")
	timed := func(what string, f func() error) {
		start := time.Now()
		if err := f(); err != nil {
			t.Fatal(diag.Format(err))
		}
		t.Logf("%s: %v", what, time.Since(start).Round(time.Millisecond))
	}
	timed("import", func() error { return Import(t.Context(), src, dst, info) })
	timed("git status and fsck", func() error { mustBeSound(t, dst); return nil })

	dir := filepath.Join(t.TempDir(), branch)
	if _, err := patches.FS.ReadDir("php/" + branch); err == nil {
		sub := files{}
		for name, f := range readFiles(t, filepath.Join("..", "..", "..", "..", "patches", "php", branch)) {
			sub[name] = f
		}
		sub.write(t, dir)
	}
	s, err := Load(os.DirFS(filepath.Dir(dir)), "", branch, "no-such-runtime")
	if err != nil {
		t.Fatal(diag.Format(err))
	}
	var report *Report
	timed("apply the series", func() (err error) { report, err = Apply(t.Context(), dst, s); return err })
	t.Logf("%d patches, %d lines\n%s", len(s.Patches), s.Lines, report)
	mustBeSound(t, dst)
	timed("refresh", func() error {
		done, err := Refresh(t.Context(), dst, dir, false)
		if err == nil && len(done.Written)+len(done.Removed) > 0 {
			t.Errorf("refreshing an unchanged tree changed %+v", done)
		}
		return err
	})

	// One more change, in a large file, made by hand.
	name := filepath.Join(dst, "ext", "standard", "basic_functions.c")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(string(text), "PHP_FUNCTION(getenv)", "/* a test */\nPHP_FUNCTION(getenv)", 1)
	if err := os.WriteFile(name, []byte(edited), 0o666); err != nil {
		t.Fatal(err)
	}
	runGit(t, dst, "commit", "-q", "-a", "-m", "basic_functions: say what this is\n\nIt is a test.")
	timed("refresh with one more", func() error {
		done, err := Refresh(t.Context(), dst, dir, false)
		if err == nil && len(done.Written) != 2 {
			t.Errorf("written: %v", done.Written)
		}
		return err
	})
	if s, err = Load(os.DirFS(filepath.Dir(dir)), "", branch, "no-such-runtime"); err != nil {
		t.Fatal(diag.Format(err))
	}
	timed("status", func() error {
		status, err := Status(t.Context(), dst, s)
		if err == nil && (len(status.Dirty) > 0 || !status.Ordered) {
			t.Errorf("dirty %v, ordered %v", status.Dirty, status.Ordered)
		}
		for _, r := range status.Rows {
			if r.Presence != Present {
				t.Errorf("%s %s %s", r.Presence, r.Patch, r.Subject)
			}
		}
		return err
	})
	timed("check on the release", func() error {
		report, err := Check(t.Context(), src, s)
		if err == nil && !report.Fits() {
			t.Errorf("does not fit:\n%s", report)
		}
		return err
	})
	again := filepath.Join(t.TempDir(), "again")
	timed("import again", func() error { return Import(t.Context(), src, again, info) })
	mustApply(t, again, s)
	if a, b := runGit(t, dst, "rev-parse", "HEAD^{tree}"), runGit(t, again, "rev-parse", "HEAD^{tree}"); a != b {
		t.Errorf("the refreshed series makes the tree %s, not %s", b, a)
	}
}
