package phptest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// tree makes a source tree of empty files.
func tree(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFolders(t *testing.T) {
	dir := tree(t, "Zend/tests/a.phpt", "tests", "ext/date/tests/a.phpt", "ext/pdo/tests/a.phpt", "ext/gd/tests/a.phpt")
	got := folders(dir, &recipe.Tests{Folders: []string{"Zend/tests", "tests", "more"}, Extensions: "ext/{extension}/tests"}, []string{"Core", "date", "PDO"})
	if diff := cmp.Diff([]string{"Zend/tests", "ext/date/tests", "ext/pdo/tests"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFind(t *testing.T) {
	dir := tree(t, "Zend/tests/b.phpt", "Zend/tests/a.phpt", "Zend/tests/a.inc", "Zend/tests/sub/c.phpt", "ext/date/tests/d.phpt", "ext/date/date.c")
	for _, tt := range []struct {
		wanted string
		want   string
		hint   string // of the error
	}{
		{wanted: "Zend/tests", want: "Zend/tests/a.phpt Zend/tests/b.phpt Zend/tests/sub/c.phpt"},
		{wanted: "Zend/tests/ Zend/tests/sub ext/date/tests/d.phpt", want: "Zend/tests/a.phpt Zend/tests/b.phpt Zend/tests/sub/c.phpt ext/date/tests/d.phpt"},
		{wanted: "./ext", want: "ext/date/tests/d.phpt"},
		{wanted: "Zend/test", hint: `did you mean "Zend/tests"?`},
		{wanted: "Zned/tests", hint: `did you mean "Zend"?`},
		{wanted: "Zend/tests/a.php", hint: `did you mean "Zend/tests/a.phpt"?`},
		{wanted: "ext/xyzzy/tests", hint: "ext has 1 folders and tests, none of a name like that"},
		{wanted: "ext/date/date.c", hint: "files that end in .phpt"},
		{wanted: "/etc", hint: "name it as it is called below the source tree"},
		{wanted: "../x", hint: "name it as it is called below the source tree"},
	} {
		t.Run(tt.wanted, func(t *testing.T) {
			got, err := find(dir, strings.Fields(tt.wanted))
			if tt.hint != "" {
				d, ok := errors.AsType[*diag.Error](err)
				if !ok || d.Exit != diag.Usage || !strings.Contains(d.Hint, tt.hint) {
					t.Errorf("error %#v, want the hint %q", err, tt.hint)
				}
				return
			}
			if err != nil || strings.Join(got, " ") != tt.want {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestSample(t *testing.T) {
	var tests []string
	for i := range 10 {
		tests = append(tests, fmt.Sprint(i))
	}
	for n, want := range map[int]string{1: "0", 3: "0 3 6", 5: "0 2 4 6 8", 9: "0 1 2 3 4 5 6 7 8", 10: "0 1 2 3 4 5 6 7 8 9", 99: "0 1 2 3 4 5 6 7 8 9"} {
		if got := strings.Join(sample(tests, n), " "); got != want {
			t.Errorf("%d of 10: %s, want %s", n, got, want)
		}
	}
}

func TestStarting(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a/one": "server_start();", "a/two": "echo 1;", "a/sub/one": "server_start();", "b/one": "server_start();"} {
		path := filepath.Join(dir, name+extension)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := &recipe.Starting{Folders: []string{"a"}, Text: "server_(start|stop)"}
	got, err := starting(dir, s, []string{"a/one.phpt", "a/two.phpt", "a/sub/one.phpt", "b/one.phpt"})
	if diff := cmp.Diff(map[string]bool{"a/one.phpt": true}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestSkipReasons(t *testing.T) {
	got := skipReasons([]byte("PASS a [x.phpt] \nTEST 1/9\rSKIP Several\nlines [of] it [Zend/tests/a.phpt] reason: no  sockets \n" +
		"SKIP b [ext/b.phpt] reason: \nXFAIL c [c.phpt]   XFAIL REASON: later\n"))
	if diff := cmp.Diff(map[string]string{"Zend/tests/a.phpt": "no  sockets", "ext/b.phpt": ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRead(t *testing.T) {
	s := &suite{dir: t.TempDir()}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(s.path(name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("results.0", "PASSED\ta.phpt\nSKIPPED\tb.phpt\nPASSED\t# ext/common.phpt: "+s.path("tree")+"/ext/c.phpt\nFAIL")
	write("output.0", "SKIP b [b.phpt] reason: why\n")
	write("results.1", "FAILED\ta.phpt\n")
	write("output.1", "")
	next, got, err := s.earlier()
	if err != nil || next != 2 {
		t.Errorf("%d earlier starts, %v", next, err)
	}
	want := map[string]verdict{
		"a.phpt": {status: failed}, "b.phpt": {status: skipped, reason: "why"}, "ext/common.phpt: ext/c.phpt": {status: passed},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(verdict{})); diff != "" {
		t.Error(diff)
	}
	if !s.complete(0, []string{"a.phpt", "ext/common.phpt"}) || s.complete(0, []string{"a.phpt", "d.phpt"}) || s.complete(2, nil) {
		t.Error("it does not know which starts are complete")
	}
	if left := unknown([]string{"a.phpt", "d.phpt", "ext/common.phpt"}, got); len(left) != 1 || left[0] != "d.phpt" {
		t.Errorf("left to run: %q", left)
	}
}

func TestAttribute(t *testing.T) {
	s := &suite{dir: "/suite"}
	for _, tt := range []struct {
		entry guest.Entry
		test  string
		kind  Outcome
	}{
		{guest.Entry{Kind: guest.Trap, Args: []string{"-d", "a=b", "-f", "/suite/tree/Zend/tests/a.php", "--", "x"}}, "Zend/tests/a.phpt", Crash},
		{guest.Entry{Kind: guest.Late, Args: []string{"-f", "/suite/tree/Zend/tests/a.skip.php"}}, "Zend/tests/a.phpt", Hang},
		{guest.Entry{Kind: guest.Broken, Args: []string{"-f", "/suite/tree/Zend/tests/a.clean.php"}}, "Zend/tests/a.phpt", Crash},
		{guest.Entry{Kind: guest.Trap, Script: "/suite/tree/tests/basic/021.php"}, "tests/basic/021.phpt", Crash},
		{guest.Entry{Kind: guest.Trap, Args: []string{"-f", "other.php"}, From: "/suite/tree/sapi/cli/tests/a.php"}, "sapi/cli/tests/a.phpt", Crash},
		{guest.Entry{Kind: guest.Trap, Args: []string{"-v"}}, "", Crash},
		{guest.Entry{Kind: guest.Trap, Args: []string{"-f"}}, "", Crash},
	} {
		test, in := s.attribute(tt.entry)
		if test != tt.test || in.Kind != tt.kind {
			t.Errorf("%+v: %s of %q, want %s of %q", tt.entry, in.Kind, test, tt.kind, tt.test)
		}
	}
}
