package patchset

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/google/go-cmp/cmp"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Each fixture is applied to a work tree and checked on the bare files.
func TestApply(t *testing.T) {
	golden(t, "apply", func(t *testing.T, in files) files {
		release := in.below("tree")
		dst := importFiles(t, release)
		s := loadFiles(t, in)
		out := files{}
		report, err := Apply(t.Context(), dst, s)
		if err != nil {
			if code := diag.ExitCode(err); code != diag.Patch {
				t.Errorf("exit code %d, want %d", code, diag.Patch)
			}
			out["error"] = diag.Format(err)
		} else if !report.Fits() {
			t.Error("no error, but not all fits")
		}
		out["report"] = report.String()
		out["log"] = gitLog(t, dst)
		after := readFiles(t, dst)
		out["files"] = strings.Join(sortedKeys(after), "\n") + "\n"
		for name, content := range after {
			if release[name] != content {
				out["tree/"+name] = content
			}
		}

		checked, err := Check(t.Context(), release.write(t, t.TempDir()), s)
		if err != nil {
			t.Fatal(err)
		}
		out["check"] = checked.String()
		mustBeSound(t, dst)
		return out
	})
}

// gitLog lists the commits, oldest first, as the golden files have them. The
// hashes are in it on purpose: they must never depend on the machine.
func gitLog(t *testing.T, dir string) string {
	t.Helper()
	repo, err := gogit.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	commits, err := repo.Log(&gogit.LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	err = commits.ForEach(func(c *object.Commit) error {
		message := strings.ReplaceAll(strings.TrimSpace(c.Message), "\n", "\n    ")
		lines = append(lines, fmt.Sprintf("%s %s <%s> %s\n    %s\n", c.Hash, c.Author.Name, c.Author.Email, c.Committer.When.Format("15:04:05 -0700"), message))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := len(lines) - 1; i >= 0; i-- {
		b.WriteString(lines[i])
	}
	return b.String()
}

func series(patches ...string) files {
	f := files{}
	for i, p := range patches {
		name := fmt.Sprintf("%04d-p.patch", i+1)
		f["series"] += name + "\n"
		f[name] = p
	}
	return f
}

const sevenLines = "a\nb\nc\nX\nd\ne\nf\n"

func TestApplyRefusesUsedTree(t *testing.T) {
	dst := importFiles(t, files{"f": sevenLines})
	s := loadFiles(t, series(mail("x", change)))
	mustApply(t, dst, s)
	_, err := Apply(t.Context(), dst, s)
	if err == nil || !strings.Contains(err.Error(), "it has 1 commits on top of release 8.2.32 already") {
		t.Errorf("error is %v", err)
	}
}

func TestApplyRefusesEditedFile(t *testing.T) {
	dst := importFiles(t, files{"f": sevenLines})
	edited := files{"f": sevenLines + "mine\n"}
	edited.write(t, dst)
	_, err := Apply(t.Context(), dst, loadFiles(t, series(mail("x", change))))
	if err == nil || !strings.Contains(err.Error(), "f in the work tree is not as committed") {
		t.Errorf("error is %v", err)
	}
	if diff := cmp.Diff(edited, readFiles(t, dst)); diff != "" {
		t.Error(diff)
	}
}

func TestApplyRefusesOtherDirectories(t *testing.T) {
	empty, plain := t.TempDir(), t.TempDir()
	if _, err := gogit.PlainInit(plain, false); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{empty, plain, filepath.Join(empty, "no")} {
		_, err := Apply(t.Context(), dir, &Series{})
		if diag.ExitCode(err) != diag.Usage {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// A tree in the cache is read-only but for its directories.
func TestApplyReadOnlyFiles(t *testing.T) {
	dst := importFiles(t, files{"f": sevenLines})
	err := filepath.Walk(dst, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			err = os.Chmod(path, info.Mode()&^0o222)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	mustApply(t, dst, loadFiles(t, series(mail("x", change))))
	mustBeSound(t, dst)
}

func TestApplyCancelled(t *testing.T) {
	dst := importFiles(t, files{"f": sevenLines})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Apply(ctx, dst, loadFiles(t, series(mail("x", change))))
	var e *diag.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &e) {
		t.Errorf("error is %v", err)
	}
}

// A file may become a directory and the other way round.
func TestApplyFileBecomesDirectory(t *testing.T) {
	dst := importFiles(t, files{"f": "a\n", "g/h": "b\n", "k": "c\n"})
	diff := "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n" +
		"diff --git a/f/x b/f/x\nnew file mode 100644\n--- /dev/null\n+++ b/f/x\n@@ -0,0 +1 @@\n+a\n" +
		"diff --git a/g/h b/g/h\ndeleted file mode 100644\n--- a/g/h\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"
	mustApply(t, dst, loadFiles(t, series(mail("x", diff))))
	mustBeSound(t, dst)
	if diff := cmp.Diff(files{"f/x": "a\n", "k": "c\n"}, readFiles(t, dst)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(dst, "g")); err == nil {
		t.Error("the empty directory is still there")
	}
}
