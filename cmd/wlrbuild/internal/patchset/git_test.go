package patchset

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changes are releases before and after a change, for which git makes the
// patch and judges ours.
var changes = []struct {
	name        string
	old, change files // a nil content deletes; names as in files
	gone        []string
}{
	{name: "lines", old: files{"f": numbers(0, 60)}, change: files{"f": strings.Replace(numbers(0, 60), "line Bb\n", "line two\nmore\n", 1)}},
	{name: "two hunks", old: files{"f": numbers(0, 90)}, change: files{"f": "top\n" + numbers(0, 40) + numbers(43, 90) + "end\n"}},
	{name: "CRLF", old: files{"f": strings.ReplaceAll(numbers(0, 30), "\n", "\r\n")}, change: files{"f": strings.ReplaceAll(numbers(1, 30), "\n", "\r\n")}},
	{name: "CRLF to LF", old: files{"f": "a\r\nb\r\n"}, change: files{"f": "a\nb\n"}},
	{name: "newline added", old: files{"f": "a\nb"}, change: files{"f": "a\nb\n"}},
	{name: "newline removed", old: files{"f": "a\nb\n"}, change: files{"f": "a\nb"}},
	{name: "no newline kept", old: files{"f": "a\nb\nc"}, change: files{"f": "A\nb\nc"}},
	{name: "appended after no newline", old: files{"f": "a\nb"}, change: files{"f": "a\nb\nc"}},
	{name: "new", old: files{"f": "x\n"}, change: files{"dir/new": "a\nb", "dir/run*": "#!/bin/sh\n", "dir/empty": ""}},
	{name: "delete", old: files{"f": "x\n", "dir/g": "a\nb", "dir/empty": ""}, gone: []string{"dir/g", "dir/empty"}},
	{name: "mode", old: files{"f": "x\n", "g*": "y\n"}, change: files{"f*": "x\n", "g": "z\n"}},
	{name: "rename", old: files{"f": numbers(0, 30), "x": ""}, gone: []string{"f"}, change: files{"d/g": numbers(0, 30)}},
	{name: "rename and change", old: files{"f": numbers(0, 60), "x": ""}, gone: []string{"f"}, change: files{"d/g*": "new\n" + numbers(0, 60)}},
	{name: "names", old: files{"a b": "x\n", "naïve": "y\n"}, change: files{"a b": "X\n", "naïve": "Y\n", "c d": "new\n"}},
	{name: "control characters", old: files{"f": "a\x01\x1b[31m\n\fb\n\n"}, change: files{"f": "a\x01\x1b[32m\n\fb\n\n\n"}},
	{name: "lines that look like a patch", old: files{"f": "-- \n--- a\n+++ b\n@@ -1 +1 @@\ndiff --git a/f b/f\n"}, change: files{"f": "-- \n+++ b\n@@ -1 +1 @@\ndiff --git a/f b/g\n-- \n"}},
	{name: "file to directory", old: files{"f": "a\n", "x": ""}, gone: []string{"f"}, change: files{"f/g": "other\n"}},
}

// change makes the change in a work tree.
func makeChange(t *testing.T, dst string, change files, gone []string) {
	t.Helper()
	for _, name := range gone {
		if err := os.Remove(filepath.Join(dst, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name := range change {
		os.Remove(filepath.Join(dst, strings.TrimRight(name, "*@")))
	}
	change.write(t, dst)
}

// Patches that git writes must make, in our hands, the tree that they were made
// from; patches that we write must do so in git's.
func TestAgainstGit(t *testing.T) {
	for _, test := range changes {
		for _, algorithm := range []string{"myers", "histogram"} {
			t.Run(test.name+"/"+algorithm, func(t *testing.T) {
				edited := importFiles(t, test.old)
				makeChange(t, edited, test.change, test.gone)
				runGit(t, edited, "add", "--all")
				runGit(t, edited, "commit", "-q", "-m", "change it\n\nBecause of naïveté.")
				agree(t, test.old, edited, algorithm)
			})
		}
	}
}

// The same with many random edits, in files of few different lines, so that
// there are many wrong places.
func TestAgainstGitRandom(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 1))
			var lines []string
			for range r.IntN(120) {
				lines = append(lines, string("abcdefgh"[r.IntN(8)])+"\n")
			}
			old := files{"f": strings.Join(lines, ""), "other": ""}
			for range 1 + r.IntN(6) {
				at := r.IntN(len(lines) + 1)
				cut := min(r.IntN(3), len(lines)-at)
				lines = append(append(append([]string{}, lines[:at]...), "new "+fmt.Sprint(r.IntN(3))+"\n"), lines[at+cut:]...)
			}
			content := strings.Join(lines, "")
			if r.IntN(4) == 0 {
				content = strings.TrimSuffix(content, "\n")
			}
			edited := importFiles(t, old)
			makeChange(t, edited, files{"f": content}, nil)
			runGit(t, edited, "commit", "-q", "-a", "-m", "change it\n\nBecause.")
			agree(t, old, edited, "myers")
		})
	}
}

// agree compares what git and we make of the last commit of edited, a tree of
// the release old.
func agree(t *testing.T, old files, edited, algorithm string) {
	t.Helper()
	want := runGit(t, edited, "rev-parse", "HEAD^{tree}")

	name := strings.TrimSpace(runGit(t, edited, "format-patch", "-1", "--diff-algorithm="+algorithm, "-o", t.TempDir()))
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	s := loadFiles(t, series(string(text)))
	dst := importFiles(t, old)
	report := mustApply(t, dst, s)
	for _, h := range report.Patches[0].Hunks {
		if h.State != Clean {
			t.Errorf("%s, hunk %d: %s", h.File, h.N, h.State)
		}
	}
	if got := runGit(t, dst, "rev-parse", "HEAD^{tree}"); got != want {
		t.Errorf("we make the tree %sof git's patch, want %s", got, want)
	}
	mustBeSound(t, dst)
	// Two patches can differ in text and do the same.
	status, err := Status(t.Context(), edited, s)
	if err != nil {
		t.Fatal(err)
	}
	if len(status.Rows) != 1 || status.Rows[0].Presence != Present || len(status.Dirty) > 0 {
		t.Errorf("status of the tree that the patch was made from: %+v", status)
	}

	dir := t.TempDir()
	done, err := Refresh(t.Context(), edited, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&Refreshed{Written: []string{"0001-change-it.patch", "series"}}, done); diff != "" {
		t.Error(diff)
	}
	clone := importFiles(t, old)
	runGit(t, clone, "am", "-q", "--keep-cr", filepath.Join(dir, "0001-change-it.patch"))
	if got := runGit(t, clone, "rev-parse", "HEAD^{tree}"); got != want {
		t.Errorf("git makes the tree %sof our patch, want %s", got, want)
	}
	for _, field := range []string{"%an <%ae> %ad", "%B"} {
		if a, b := runGit(t, edited, "log", "-1", "--format="+field), runGit(t, clone, "log", "-1", "--format="+field); a != b {
			t.Errorf("git reads %q from our patch, want %q", b, a)
		}
	}
}
