package patchset

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// numbers are the lines from..to.
func numbers(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		b.WriteString("line " + string(rune('A'+i/26)) + string(rune('a'+i%26)) + "\n")
	}
	return b.String()
}

// tree is a reader over a map.
func (f files) tree() reader {
	return func(name string) (*blob, error) {
		if content, ok := f[name]; ok {
			return &blob{[]byte(content), filemode.Regular}, nil
		}
		if content, ok := f[name+"*"]; ok {
			return &blob{[]byte(content), filemode.Executable}, nil
		}
		if _, ok := f[name+"@"]; ok {
			return &blob{nil, filemode.Symlink}, nil
		}
		for other := range f {
			if strings.HasPrefix(other, name+"/") {
				return &blob{nil, filemode.Dir}, nil
			}
		}
		return nil, fs.ErrNotExist
	}
}

const (
	modify = "diff --git a/f b/f\n--- a/f\n+++ b/f\n"
	// change replaces X in the middle of a to f.
	change = modify + "@@ -1,7 +1,7 @@\n a\n b\n c\n-X\n+Y\n d\n e\n f\n"
)

func TestPlaceHunks(t *testing.T) {
	const abc = "a\nb\nc\n"
	const def = "d\ne\nf\n"
	for _, test := range []struct {
		name   string
		old    string
		diff   string
		want   string // content afterwards
		states []State
		offset []int
		reason string // part of the reason of the first that does not fit
		hint   string
	}{
		{name: "clean", old: abc + "X\n" + def, diff: change,
			want: abc + "Y\n" + def, states: []State{Clean}},
		{name: "lower", old: numbers(0, 11) + abc + "X\n" + def, diff: change,
			want: numbers(0, 11) + abc + "Y\n" + def, states: []State{Offset}, offset: []int{12}},
		{name: "higher", old: abc + "X\n" + def, diff: strings.Replace(change, "-1,7 +1,7", "-41,7 +41,7", 1),
			want: abc + "Y\n" + def, states: []State{Offset}, offset: []int{-40}},
		{name: "the second moves with the first", old: "1\nq\nr\ns\n" + abc + "X\n" + def + abc + "X\n" + def,
			// Alone, the second would fit at two places.
			diff: modify + "@@ -1,3 +1,3 @@\n q\n-r\n+R\n s\n@@ -11,7 +11,7 @@\n a\n b\n c\n-X\n+Z\n d\n e\n f\n",
			want: "1\nq\nR\ns\n" + abc + "X\n" + def + abc + "Z\n" + def, states: []State{Offset, Offset}, offset: []int{1, 1}},
		{name: "at its own place although there are others", old: abc + "X\n" + def + abc + "X\n" + def, diff: change,
			want: abc + "Y\n" + def + abc + "X\n" + def, states: []State{Clean}},
		{name: "several places", old: "1\n" + abc + "X\n" + def + abc + "X\n" + def, diff: change,
			states: []State{Conflict}, reason: "it is not at line 1, and would fit at any of the lines 2, 9", hint: "more context"},
		{name: "one line differs", old: abc + "X\nd\ne!\nf\n", diff: change,
			states: []State{Conflict}, reason: "at the nearest place, line 1, 1 of its 7 lines differ", hint: "Edit the hunk"},
		{name: "nothing is there", old: numbers(0, 20), diff: change,
			states: []State{Conflict}, reason: "nothing like it is near line 1"},
		{name: "empty file", old: "", diff: change, states: []State{Conflict}, reason: "nothing like it is near line 1"},
		{name: "white space differs", old: abc + "\tX\n" + def, diff: change,
			states: []State{Conflict}, reason: "white space or line endings"},
		{name: "line endings differ", old: strings.ReplaceAll(abc+"X\n"+def, "\n", "\r\n"), diff: change,
			states: []State{Conflict}, reason: "white space or line endings"},
		{name: "already applied", old: "1\n" + abc + "Y\n" + def, diff: change,
			states: []State{Applied}, reason: "line 2 has what", hint: "drop it"},
		{name: "the other hunks are placed", old: abc + "?\n" + def + numbers(0, 9),
			diff: change + "@@ -10,5 +10,4 @@\n line Ac\n line Ad\n-line Ae\n line Af\n line Ag\n",
			want: abc + "?\n" + def + numbers(0, 3) + numbers(5, 9), states: []State{Conflict, Clean}, reason: "1 of its 7"},
		{name: "not above the hunk before", old: "q\nr\ns\n" + abc + "X\n" + def,
			diff:   modify + "@@ -4,7 +4,7 @@\n a\n b\n c\n-X\n+Y\n d\n e\n f\n@@ -20,3 +20,3 @@\n q\n-r\n+R\n s\n",
			states: []State{Clean, Conflict}, reason: "only at line 1, above the end of the hunk before it",
			want: "q\nr\ns\n" + abc + "Y\n" + def},

		{name: "insertion at the top", old: abc, diff: modify + "@@ -1,3 +1,4 @@\n+new\n a\n b\n c\n",
			want: "new\n" + abc, states: []State{Clean}},
		{name: "top of the file is the top", old: "1\n" + abc, diff: modify + "@@ -1,3 +1,4 @@\n+new\n a\n b\n c\n",
			states: []State{Conflict}, reason: "belongs to the top of the file"},
		{name: "insertion at the end", old: abc, diff: modify + "@@ -1,3 +1,4 @@\n a\n b\n c\n+new\n",
			want: abc + "new\n", states: []State{Clean}},
		{name: "end of the file moves", old: "1\n" + abc, diff: modify + "@@ -1,3 +1,4 @@\n a\n b\n c\n+new\n",
			want: "1\n" + abc + "new\n", states: []State{Offset}, offset: []int{1}},
		{name: "end of the file is the end", old: abc + "z\n", diff: modify + "@@ -1,3 +1,4 @@\n a\n b\n c\n+new\n",
			states: []State{Conflict}, reason: "belongs to the end of the file"},
		{name: "first line of a file without others", old: "a\n", diff: modify + "@@ -1 +1 @@\n-a\n+b\n",
			want: "b\n", states: []State{Clean}},
		{name: "all lines go", old: "a\nb\n", diff: modify + "@@ -1,2 +0,0 @@\n-a\n-b\n", want: "", states: []State{Clean}},
		{name: "into an empty file", old: "", diff: modify + "@@ -0,0 +1,2 @@\n+a\n+b\n", want: "a\nb\n", states: []State{Clean}},
		{name: "empty context line without its space", old: "a\n\nb\n", diff: modify + "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n",
			want: "a\n\nc\n", states: []State{Clean}},

		{name: "no newline on both sides", old: "a\nb", diff: modify + "@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n",
			want: "A\nb", states: []State{Clean}},
		{name: "newline is added", old: "a\nb", diff: modify + "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
			want: "a\nb\n", states: []State{Clean}},
		{name: "newline is taken away", old: "a\nb\n", diff: modify + "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n",
			want: "a\nb", states: []State{Clean}},
		{name: "patch expects a newline", old: "a\nb", diff: modify + "@@ -1,2 +1,2 @@\n a\n-b\n+c\n",
			states: []State{Conflict}, reason: "white space or line endings"},
		{name: "patch expects none", old: "a\nb\n", diff: modify + "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n",
			states: []State{Conflict}, reason: "white space or line endings"},
		{name: "CRLF is content", old: "a\r\nX\r\nb\r\n", diff: modify + "@@ -1,3 +1,3 @@\n a\r\n-X\r\n+Y\r\n b\r\n",
			want: "a\r\nY\r\nb\r\n", states: []State{Clean}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, problems := parsePatch("0001-x.patch", "0001-x.patch", []byte(mail("x", test.diff)))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			o := newOverlay(files{"f": test.old}.tree())
			hunks, err := o.patch(p)
			if err != nil {
				t.Fatal(err)
			}
			if len(hunks) != len(test.states) {
				t.Fatalf("%d hunks reported, want %d: %+v", len(hunks), len(test.states), hunks)
			}
			misfits := 0
			for i, h := range hunks {
				if h.State != test.states[i] {
					t.Errorf("hunk %d is %q, want %q: %s", i+1, h.State, test.states[i], h.Reason)
				}
				if test.offset != nil && h.Offset != test.offset[i] {
					t.Errorf("hunk %d has offset %d, want %d", i+1, h.Offset, test.offset[i])
				}
				if h.State == Conflict || h.State == Applied {
					if misfits++; misfits == 1 && (!strings.Contains(h.Reason, test.reason) || !strings.Contains(h.Hint, test.hint)) {
						t.Errorf("reason %q, hint %q; want parts %q, %q", h.Reason, h.Hint, test.reason, test.hint)
					}
				}
			}
			if misfits == len(hunks) {
				test.want = test.old
			}
			got, err := o.read("f")
			if err != nil || string(got.data) != test.want {
				t.Errorf("file is %q (%v), want %q", got.data, err, test.want)
			}
		})
	}
}

func TestChangeFiles(t *testing.T) {
	const make = "diff --git a/d/f b/d/f\nnew file mode 100755\n--- /dev/null\n+++ b/d/f\n@@ -0,0 +1 @@\n+a\n"
	const remove = "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
	const rename = "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n"
	const chmod = "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"
	for _, test := range []struct {
		name   string
		old    files
		diff   string
		want   files
		reason string
		state  State
	}{
		{name: "make", diff: make, want: files{"d/f*": "a\n"}},
		{name: "make, but it is there", old: files{"d/f": "b\n"}, diff: make, state: Conflict, reason: "d/f is there already (a file)"},
		{name: "make, but a directory is there", old: files{"d/f/x": "b\n"}, diff: make, state: Conflict, reason: "d/f is there already (a directory)"},
		{name: "make below a file", old: files{"d": "b\n"}, diff: make, state: Conflict, reason: "d is a file, not a directory"},
		{name: "make below a symlink", old: files{"d@": "/etc"}, diff: make, state: Conflict, reason: "d is a symlink, not a directory"},
		{name: "made already", old: files{"d/f*": "a\n"}, diff: make, state: Applied, reason: "it is there, with the same content"},
		{name: "make an empty file", diff: "diff --git a/f b/f\nnew file mode 100644\nindex 0000000..e69de29\n", want: files{"f": ""}},

		{name: "delete", old: files{"f": "a\n"}, diff: remove, want: files{}},
		{name: "delete, but it is gone", diff: remove, state: Applied, reason: "there is no such file"},
		{name: "delete, but it has more", old: files{"f": "a\nb\n"}, diff: remove, state: Conflict, reason: "no context"},
		{name: "delete without its content", old: files{"f": "a\n"}, diff: "diff --git a/f b/f\ndeleted file mode 100644\n", state: Conflict, reason: "lines that the patch does not know"},
		{name: "delete an empty file", old: files{"f": ""}, diff: "diff --git a/f b/f\ndeleted file mode 100644\n", want: files{}},

		{name: "rename", old: files{"f*": "a\n"}, diff: rename, want: files{"g*": "a\n"}},
		{name: "rename and change", old: files{"f": "a\n"}, diff: rename + "--- a/f\n+++ b/g\n@@ -1 +1 @@\n-a\n+b\n", want: files{"g": "b\n"}},
		{name: "rename onto another", old: files{"f": "a\n", "g": "b\n"}, diff: rename, state: Conflict, reason: "g is there already"},
		{name: "renamed already", old: files{"g": "a\n"}, diff: rename, state: Applied, reason: "it is there, and f is not"},
		{name: "rename what is not there", diff: rename, state: Conflict, reason: "there is no file f"},
		{name: "copy", old: files{"f": "a\n"}, diff: "diff --git a/f b/g\nsimilarity index 100%\ncopy from f\ncopy to g\n", want: files{"f": "a\n", "g": "a\n"}},

		{name: "mode", old: files{"f": "a\n"}, diff: chmod, want: files{"f*": "a\n"}},
		{name: "mode already", old: files{"f*": "a\n"}, diff: chmod, state: Applied, reason: "its mode is 100755"},
		{name: "mode and lines", old: files{"f": "a\n"}, diff: chmod + "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n", want: files{"f*": "b\n"}},

		{name: "no such file", diff: change, state: Conflict, reason: "there is no file f"},
		{name: "a directory", old: files{"f/x": ""}, diff: change, state: Conflict, reason: "f is a directory"},
		{name: "a symlink", old: files{"f@": "x"}, diff: change, state: Conflict, reason: "f is a symlink"},
		{name: "a generated file", old: files{"f": "/* Generated by re2c 3.0 */\na\nb\nc\nX\nd\ne\nf\n"}, diff: change, state: Conflict, reason: "made by re2c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, problems := parsePatch("0001-x.patch", "0001-x.patch", []byte(mail("x", test.diff)))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			o := newOverlay(test.old.tree())
			hunks, err := o.patch(p)
			if err != nil {
				t.Fatal(err)
			}
			got := files{}
			for name, content := range test.old {
				got[name] = content
			}
			for name, b := range o.files {
				delete(got, name)
				delete(got, name+"*")
				if b != nil && b.mode == filemode.Executable {
					got[name+"*"] = string(b.data)
				} else if b != nil {
					got[name] = string(b.data)
				}
			}
			if test.want == nil {
				test.want = test.old
				for _, h := range hunks {
					if h.State == test.state && strings.Contains(h.Reason, test.reason) {
						test.reason = ""
					}
				}
				if test.reason != "" || fits(hunks) {
					t.Errorf("want %q for the reason %q, got %+v", test.state, test.reason, hunks)
				}
			} else if !fits(hunks) {
				t.Errorf("does not fit: %+v", hunks)
			}
			if strings.Join(sortedKeys(got), " ") != strings.Join(sortedKeys(test.want), " ") {
				t.Errorf("files are %q, want %q", got, test.want)
			}
			for name := range test.want {
				if got[name] != test.want[name] {
					t.Errorf("%s is %q, want %q", name, got[name], test.want[name])
				}
			}
		})
	}
}
