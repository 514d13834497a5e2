package patchset

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

const (
	second = "diff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -1,3 +1,3 @@ not what we would write\n a\n-b\n+B\n c\n"
	third  = "diff --git a/g b/g\n--- a/g\n+++ b/g\n@@ -1,3 +1,3 @@\n a\n B\n-c\n+C\n"
)

var (
	roundRelease = files{"f": sevenLines, "g": "a\nb\nc\n"}
	// As people write them: names, numbers, a date and a footer of their own.
	roundSeries = files{
		"series":                  "# Patches of this branch.\n# Keep them few.\n\n# lines of f\n0001-eff.patch\n\n# lines of g\n0005-gee.patch\n# end\n",
		"0001-eff.patch":          mail("f: change X", change),
		"0005-gee.patch":          strings.Replace(mail("g: change b", second), "Subject:", "Date: Sat, 3 Jan 2026 01:02:03 +0200\nSubject:", 1) + "-- \n2.39.5\n",
		"wasmedge/series":         "0001-own.patch\n",
		"wasmedge/0001-own.patch": mail("g: change c", third),
		"wasi/series":             "0001-other.patch\n",
		"wasi/0001-other.patch":   mail("g: another", third),
		"README.md":               "read me\n",
		"wasmedge/.gitkeep":       "",
	}
)

// round makes a work tree and the folder its series is from.
func round(t *testing.T) (dst, dir string) {
	t.Helper()
	dst = importFiles(t, roundRelease)
	mustApply(t, dst, loadFiles(t, roundSeries))
	return dst, roundSeries.write(t, t.TempDir())
}

func refresh(t *testing.T, dst, dir string, drop bool) *Refreshed {
	t.Helper()
	done, err := Refresh(t.Context(), dst, dir, drop)
	if err != nil {
		t.Fatal(diag.Format(err))
	}
	return done
}

// rows is a status in short.
func rows(t *testing.T, dst, dir string) string {
	t.Helper()
	s, err := Load(readFiles(t, dir).fs(), "php", "8.2", "wasmedge")
	if err != nil {
		t.Fatal(diag.Format(err))
	}
	status, err := Status(t.Context(), dst, s)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range status.Rows {
		b.WriteString(string(r.Presence) + " " + r.Patch + " " + r.Subject + "\n")
	}
	if !status.Ordered {
		b.WriteString("not in order\n")
	}
	for _, name := range status.Dirty {
		b.WriteString("dirty " + name + "\n")
	}
	return b.String()
}

const allPresent = "present 0001-eff.patch f: change X\npresent 0005-gee.patch g: change b\npresent wasmedge/0001-own.patch g: change c\n"

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestRefreshUnchanged(t *testing.T) {
	dst, dir := round(t)
	done := refresh(t, dst, dir, false)
	if diff := cmp.Diff(&Refreshed{Kept: []string{"0001-eff.patch", "0005-gee.patch", "wasmedge/0001-own.patch"}}, done); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(roundSeries, readFiles(t, dir)); diff != "" {
		t.Errorf("the series was changed:\n%s", diff)
	}
	expect(t, "status", rows(t, dst, dir), allPresent)
}

// Patches that fit only elsewhere on this release are not written anew: the
// same series is for all releases of the branch.
func TestRefreshUnchangedAtOffset(t *testing.T) {
	dst := importFiles(t, files{"f": numbers(0, 5) + sevenLines, "g": "a\nb\nc\n"})
	report := mustApply(t, dst, loadFiles(t, roundSeries))
	if report.Patches[0].Hunks[0].State != Offset {
		t.Fatal("this was to fit at an offset")
	}
	dir := roundSeries.write(t, t.TempDir())
	if done := refresh(t, dst, dir, false); len(done.Written) > 0 {
		t.Errorf("written: %v", done.Written)
	}
	expect(t, "status", rows(t, dst, dir), allPresent)
}

// An edit, a new commit and one more time must give a series that makes the
// same tree.
func TestRefreshEdited(t *testing.T) {
	dst, dir := round(t)
	// The commit for 0005 says more, and does more.
	runGit(t, dst, "checkout", "-q", "HEAD~1")
	files{"g": "a\nB!\nc\n"}.write(t, dst)
	runGit(t, dst, "commit", "-q", "-a", "--amend", "-m", "g: change b\n\nBecause.\n\nAnd more.\n\n"+nameTrailer+"0005-gee.patch\n")
	// A new one between, without a name.
	files{"h.c": "int h;\n"}.write(t, dst)
	runGit(t, dst, "add", "h.c")
	runGit(t, dst, "commit", "-q", "-m", "h.c: Add it (new)\n\nNobody else makes it.")
	files{"g": "a\nB!\nC\n"}.write(t, dst)
	runGit(t, dst, "commit", "-q", "-a", "-m", "g: change c\n\nBecause.\n\n"+nameTrailer+"wasmedge/0001-own.patch\n")
	files{"k": "k\n"}.write(t, dst)
	runGit(t, dst, "add", "k")
	runGit(t, dst, "commit", "-q", "-m", "k: for one runtime\n\nIt lacks k.\n\n"+nameTrailer+"wasmedge/k.patch\n")
	expect(t, "status before", rows(t, dst, dir), "present 0001-eff.patch f: change X\nchanged 0005-gee.patch g: change b\nextra  h.c: Add it (new)\n"+
		"changed wasmedge/0001-own.patch g: change c\nextra  k: for one runtime\n")

	done := refresh(t, dst, dir, false)
	want := &Refreshed{Kept: []string{"0001-eff.patch"},
		Written: []string{"0005-gee.patch", "0006-h-c-add-it-new.patch", "series", "wasmedge/0001-own.patch", "wasmedge/0002-k.patch", "wasmedge/series"}}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Error(diff)
	}
	after := readFiles(t, dir)
	expect(t, "series", after["series"],
		"# Patches of this branch.\n# Keep them few.\n\n# lines of f\n0001-eff.patch\n\n# lines of g\n0005-gee.patch\n0006-h-c-add-it-new.patch\n# end\n")
	expect(t, "patch", after["0005-gee.patch"], "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"+
		"From: Jo Doe <jo@example.com>\nDate: Sat, 3 Jan 2026 01:02:03 +0200\nSubject: [PATCH] g: change b\n\nBecause.\n\nAnd more.\n---\n\n"+
		"diff --git a/g b/g\nindex de980441c3ab..5960a744b8c8 100644\n--- a/g\n+++ b/g\n@@ -1,3 +1,3 @@\n a\n-b\n+B!\n c\n")
	for _, name := range []string{"wasi/0001-other.patch", "wasi/series", "README.md", "0001-eff.patch"} {
		expect(t, name, after[name], roundSeries[name])
	}
	expect(t, "status after", rows(t, dst, dir), "present 0001-eff.patch f: change X\npresent 0005-gee.patch g: change b\n"+
		"present 0006-h-c-add-it-new.patch h.c: Add it (new)\npresent wasmedge/0001-own.patch g: change c\npresent wasmedge/0002-k.patch k: for one runtime\n")
	if done := refresh(t, dst, dir, false); len(done.Written)+len(done.Removed) > 0 {
		t.Errorf("a second refresh: %+v", done)
	}
	again := importFiles(t, roundRelease)
	mustApply(t, again, loadFiles(t, after))
	expect(t, "tree", runGit(t, again, "rev-parse", "HEAD^{tree}"), runGit(t, dst, "rev-parse", "HEAD^{tree}"))
}

func TestRefreshDropped(t *testing.T) {
	dst, dir := round(t)
	runGit(t, dst, "rebase", "-q", "--onto", "upstream/8.2.32", "HEAD~2") // without 0001
	expect(t, "status", rows(t, dst, dir), "present 0005-gee.patch g: change b\npresent wasmedge/0001-own.patch g: change c\nmissing 0001-eff.patch f: change X\n")
	_, err := Refresh(t.Context(), dst, dir, false)
	if diag.ExitCode(err) != diag.Patch || !strings.Contains(diag.Format(err), "0001-eff.patch") || !strings.Contains(diag.Format(err), "--drop") {
		t.Errorf("error is %v", err)
	}
	if diff := cmp.Diff(roundSeries, readFiles(t, dir)); diff != "" {
		t.Errorf("the series was changed:\n%s", diff)
	}
	done := refresh(t, dst, dir, true)
	want := &Refreshed{Kept: []string{"0005-gee.patch", "wasmedge/0001-own.patch"}, Written: []string{"series"}, Removed: []string{"0001-eff.patch"}}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Error(diff)
	}
	expect(t, "series", readFiles(t, dir)["series"], "# Patches of this branch.\n# Keep them few.\n\n\n# lines of g\n0005-gee.patch\n# end\n")
}

// A series that was applied in part must not lose the rest.
func TestRefreshOfPart(t *testing.T) {
	dst := importFiles(t, files{"f": sevenLines, "g": "quite other\n"})
	if _, err := Apply(t.Context(), dst, loadFiles(t, roundSeries)); err == nil {
		t.Fatal("this was not to fit")
	}
	dir := roundSeries.write(t, t.TempDir())
	if _, err := Refresh(t.Context(), dst, dir, false); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff(roundSeries, readFiles(t, dir)); diff != "" {
		t.Errorf("the series was changed:\n%s", diff)
	}
}

func TestRefreshReordered(t *testing.T) {
	dst := importFiles(t, roundRelease)
	mustApply(t, dst, loadFiles(t, files{"series": "0002-gee.patch\n0001-eff.patch\n",
		"0001-eff.patch": roundSeries["0001-eff.patch"], "0002-gee.patch": roundSeries["0005-gee.patch"]}))
	dir := files{"series": "# eff\n0001-eff.patch\n# gee\n0002-gee.patch\n",
		"0001-eff.patch": roundSeries["0001-eff.patch"], "0002-gee.patch": roundSeries["0005-gee.patch"]}.write(t, t.TempDir())
	expect(t, "status", rows(t, dst, dir), "present 0002-gee.patch g: change b\npresent 0001-eff.patch f: change X\nnot in order\n")
	refresh(t, dst, dir, false)
	want := files{"series": "# gee\n0001-gee.patch\n# eff\n0002-eff.patch\n",
		"0002-eff.patch": roundSeries["0001-eff.patch"], "0001-gee.patch": roundSeries["0005-gee.patch"]}
	if diff := cmp.Diff(want, readFiles(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func TestRefreshIntoNewFolder(t *testing.T) {
	dst, _ := round(t)
	dir := filepath.Join(t.TempDir(), "php", "8.2")
	refresh(t, dst, dir, false)
	// Names are kept where the messages have them.
	if diff := cmp.Diff([]string{"0001-eff.patch", "0002-gee.patch", "series", "wasmedge/0001-own.patch", "wasmedge/series"}, sortedKeys(readFiles(t, dir))); diff != "" {
		t.Error(diff)
	}
	again := importFiles(t, roundRelease)
	s, err := Load(readFiles(t, dir).fs(), "php", "8.2", "wasmedge")
	if err != nil {
		t.Fatal(err)
	}
	mustApply(t, again, s)
	expect(t, "tree", runGit(t, again, "rev-parse", "HEAD^{tree}"), runGit(t, dst, "rev-parse", "HEAD^{tree}"))
}

func TestRefreshErrors(t *testing.T) {
	commit := func(message string, change files) func(*testing.T, string) {
		return func(t *testing.T, dst string) {
			change.write(t, dst)
			runGit(t, dst, "add", "--all")
			runGit(t, dst, "commit", "-q", "--allow-empty", "-m", message)
		}
	}
	h := files{"h": "x\n"}
	for _, test := range []struct {
		name   string
		change func(t *testing.T, dst string)
		want   string
	}{
		{"edited", func(t *testing.T, dst string) { files{"f": "mine\n"}.write(t, dst) }, "1 files have changes that are not committed"},
		{"edited to the same size", func(t *testing.T, dst string) {
			files{"f": strings.Replace(sevenLines, "X", "Z", 1)}.write(t, dst)
		}, "1 files have changes that are not committed"},
		{"staged", func(t *testing.T, dst string) { h.write(t, dst); runGit(t, dst, "add", "h") }, "1 files have changes that are not committed"},
		{"deleted", func(t *testing.T, dst string) { os.Remove(filepath.Join(dst, "f")) }, "1 files have changes that are not committed"},
		{"made executable", func(t *testing.T, dst string) { os.Chmod(filepath.Join(dst, "f"), 0o755) }, "1 files have changes that are not committed"},
		{"no reason", commit("add h", h), `commit [0-9a-f]{12} \("add h"\):1: gives no reason`},
		{"no change", commit("nothing\n\nBecause.", nil), `has no line that begins with "diff --git"`},
		{"binary", commit("add h\n\nBecause.", files{"h": "a\x00b"}), "h: it is a binary file"},
		{"symlink", commit("add h\n\nBecause.", files{"h@": "f"}), "h is a symlink"},
		{"quoted name", commit("add h\n\nBecause.", files{`a"b`: "x\n"}), "would have to be quoted"},
		{"generated", commit("add h\n\nBecause.", files{"configure": "x\n"}), "changes configure, which autoconf makes"},
		{"message that a mail would cut", commit("add h\n\nBecause.\n---\nThis would be lost.", h), "would not be read as what the commit says"},
		{"subject that a mail would cut", commit("[PATCH] add h\n\nBecause.", h), "would not be read as what the commit says"},
		{"diff in the message", commit("add h\n\nBecause of\n\ndiff --git a/x b/x\n", h), "cannot tell|miscounts|nothing is changed|missing filename|belongs to no hunk|would not be read"},
		{"wrong folder", commit("add h\n\nBecause.\n\n"+nameTrailer+"h.patch", h), `its patch is "h.patch", but the commit below it belongs to "wasmedge"`},
		{"second runtime", commit("add h\n\nBecause.\n\n"+nameTrailer+"wasi/h.patch", h), `its patch is "wasi/h.patch"`},
		{"out of the folder", commit("add h\n\nBecause.\n\n"+nameTrailer+"../h.patch", h), `its patch is "../h.patch"`},
		{"merge", func(t *testing.T, dst string) {
			runGit(t, dst, "checkout", "-q", "-b", "side", "upstream/8.2.32")
			commit("side\n\nBecause.", h)(t, dst)
			runGit(t, dst, "checkout", "-q", "main")
			runGit(t, dst, "merge", "-q", "-m", "both", "side")
		}, "is a merge"},
		{"no release below", func(t *testing.T, dst string) { runGit(t, dst, "tag", "-d", "upstream/8.2.32") }, "no commit below HEAD has a tag"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dst, dir := round(t)
			test.change(t, dst)
			_, err := Refresh(t.Context(), dst, dir, false)
			if code := diag.ExitCode(err); code != diag.Patch && code != diag.Usage {
				t.Errorf("exit code %d", code)
			}
			if err == nil || !regexp.MustCompile(test.want).MatchString(err.Error()) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
			if diff := cmp.Diff(roundSeries, readFiles(t, dir)); diff != "" {
				t.Errorf("the series was changed:\n%s", diff)
			}
		})
	}
}

// What git writes into its index when it looks at the tree must not confuse us.
func TestStatusAfterGit(t *testing.T) {
	dst, dir := round(t)
	runGit(t, dst, "config", "core.checkStat", "default")
	runGit(t, dst, "config", "core.trustctime", "true")
	runGit(t, dst, "update-index", "--index-version", "4")
	runGit(t, dst, "update-index", "--really-refresh")
	files{"untracked.o": "x"}.write(t, dst)
	expect(t, "status", rows(t, dst, dir), allPresent)
	files{"g": "mine\n"}.write(t, dst)
	expect(t, "status", rows(t, dst, dir), allPresent+"dirty g\n")
}
