package patchset

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzApply feeds any patch to any file: nothing may panic, and no line that
// the patch does not name as deleted may get lost, moved or changed.
func FuzzApply(f *testing.F) {
	for _, folder := range []string{"lint", "apply"} {
		paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			ar, err := txtar.ParseFile(path)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range ar.Files {
				if strings.HasSuffix(file.Name, ".patch") {
					f.Add([]byte("a\nb\nc\n"), file.Data)
				}
			}
		}
	}
	f.Add([]byte(sevenLines+sevenLines), []byte(mail("x", change)))
	f.Add([]byte("x\n"+sevenLines+numbers(0, 9)), []byte(mail("x", change+"@@ -10,5 +10,4 @@\n line Ac\n line Ad\n-line Ae\n line Af\n line Ag\n")))
	f.Add([]byte(sevenLines), []byte(mail("x", strings.Replace(change, "-1,7", "-9223372036854775807,7", 1))))
	f.Add([]byte("a\nb"), []byte(mail("x", modify+"@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n")))
	f.Add([]byte("a\n"), []byte(mail("x", "diff --git a/f b/g\nrename from f\nrename to g\n--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n")))

	f.Fuzz(func(t *testing.T, content, patch []byte) {
		p, problems := parsePatch("0001-x.patch", "0001-x.patch", patch)
		asError(problems)
		if len(problems) > 0 {
			return
		}
		if p.Subject == "" || p.Body == "" || len(p.Files) == 0 {
			t.Fatalf("accepted without subject, reason or change: %+v", p)
		}
		tree := files{}
		for _, file := range p.Files {
			if file.Old != "" {
				tree[file.Old] = string(content)
			}
		}
		for _, file := range p.Files {
			lines, results := placeHunks(file.Path(), splitLines(content), file.hunks)
			checkLines(t, file, splitLines(content), lines, results)
		}
		o := newOverlay(tree.tree())
		hunks, err := o.patch(p)
		if err != nil {
			t.Fatal(err)
		}
		if !fits(hunks) {
			if err := conflict(p, hunks); err == nil || err.Error() == "" {
				t.Fatal("a conflict without an error")
			}
		}
	})
}

// checkLines takes the added lines out of the new file and the deleted ones
// out of the old; what is left must be the same.
func checkLines(t *testing.T, f *File, old, now []string, results []Hunk) {
	t.Helper()
	oldKept, nowKept := slices.Clone(old), slices.Clone(now)
	const gone = "\x00gone"
	moved := 0
	for i, r := range results {
		if r.State != Clean && r.State != Offset {
			if r.Reason == "" {
				t.Fatalf("hunk %d does not fit for no reason", i+1)
			}
			continue
		}
		x, y := r.Line-1, r.Line-1+moved
		for _, l := range f.hunks[i].Lines {
			if l.Old() {
				if old[x] != l.Line {
					t.Fatalf("hunk %d: line %d is %q, the hunk says %q", i+1, x+1, old[x], l.Line)
				}
				if !l.New() {
					oldKept[x] = gone
					moved--
				}
				x++
			}
			if l.New() {
				if now[y] != l.Line {
					t.Fatalf("hunk %d: new line %d is %q, the hunk says %q", i+1, y+1, now[y], l.Line)
				}
				if !l.Old() {
					nowKept[y] = gone
					moved++
				}
				y++
			}
		}
	}
	isGone := func(l string) bool { return l == gone }
	oldKept, nowKept = slices.DeleteFunc(oldKept, isGone), slices.DeleteFunc(nowKept, isGone)
	if !slices.Equal(oldKept, nowKept) {
		t.Fatalf("lines outside the hunks changed:\n%q\n%q", oldKept, nowKept)
	}
	// Every line but the last must still end.
	for i, l := range now {
		if !strings.HasSuffix(l, "\n") && i < len(now)-1 {
			t.Fatalf("line %d of %d has no newline", i+1, len(now))
		}
	}
}
