package phptest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the results into the golden files")

// golden compares got with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got); go test -update writes it anew:\n%s", path, diff)
	}
}

// nasty has what XML, HTML and terminals must not get as it is.
const nasty = "     same\n001- a\x00b\x1b[31m\xff\xfe\r\n001+ ]]> <script>alert('x')</script> & \u202e \uffff \U0001f418\n--\n012+ --last"

// sampleReport has a test of every kind.
func sampleReport() *Report {
	r := &Report{
		Schema: SchemaV1, Build: "php-8.2.32", Recipe: "php-8.2",
		Runtime: "wasmedge", Engine: "wasmedge 0.14.1, compiled ahead of time",
		Modules: []Module{{"php", strings.Repeat("ab", 32)}, {"php-cgi", strings.Repeat("cd", 32)}},
		Started: time.Date(2026, 11, 20, 9, 30, 0, 0, time.FixedZone("", 3600)), Seconds: 754.3,
		Tests: []Test{
			{Name: "Zend/tests/bug1.phpt", Outcome: Pass, Seconds: 0.25},
			{Name: "Zend/tests/bug2.phpt", Outcome: Fail, Seconds: 0.5, Diff: nasty},
			{Name: "Zend/tests/sub/flaky.phpt", Outcome: Pass, Seconds: 1, Flaky: true},
			{Name: "Zend/tests/trap.phpt", Outcome: Crash, Seconds: 0.125, Incidents: []Incident{
				{Crash, "php", "Zend/tests/trap.php", "out of bounds memory access\n  #0 zend_execute\n  #1 <main>"},
				{Crash, "php", "Zend/tests/trap.clean.php", "unreachable"},
			}},
			{Name: "ext/pcntl/tests/fork.phpt", Outcome: Skip, Seconds: 0.01, Reason: "no fork here", Why: "WASI has no fork"},
			{Name: "ext/pcntl/tests/fork2.phpt", Outcome: Fail, Seconds: 0.01, Diff: "001+ no", Why: "WASI has no fork"},
			{Name: "ext/pcntl/tests/loop.phpt", Outcome: Hang, Seconds: 60, Why: "WASI has no signals", Incidents: []Incident{
				{Hang, "php", "ext/pcntl/tests/loop.php", "stopped after 1m0s"},
			}},
			{Name: "ext/posix/tests/uid.phpt", Outcome: Pass, Seconds: 0.02, Stale: true, Why: "WASI has no <users> | `groups`"},
			{Name: "ext/posix/tests/zmode.phpt", Outcome: Fail, Seconds: 0.02, Diff: "001- 0644\n001+ 0000", Why: "WASI's stat has no modes | `st_mode` is <0>"},
			{Name: "tests/basic/skip.phpt", Outcome: Skip, Seconds: 0.03, Reason: "\nneeds \x1b[1mproc_open\x1b[0m\nmore"},
			{Name: "tests/basic/unrun.phpt", Outcome: Fail, Reason: "the script did not run it"},
		},
		Loose: []Incident{{Crash, "php-cgi", "", "stack overflow\n  #0 recurse"}},
	}
	chosen := []string{"ext/native/tests/fails.phpt"}
	for _, test := range r.Tests {
		chosen = append(chosen, test.Name)
	}
	r.count(chosen)
	return r
}

// written is what write writes.
func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	r := sampleReport()
	for name, write := range map[string]func(io.Writer) error{
		"report.json": r.WriteJSON,
		"junit.xml":   r.WriteJUnit,
		"report.html": r.WriteHTML,
		"report.txt":  r.WriteText,
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, written(t, write)) })
	}
}

// A full disk is the caller's to report.
func TestWriteFails(t *testing.T) {
	r := sampleReport()
	full := errors.New("no space left on device")
	for name, write := range map[string]func(io.Writer) error{
		"json":     r.WriteJSON,
		"junit":    r.WriteJUnit,
		"html":     r.WriteHTML,
		"text":     r.WriteText,
		"markdown": func(w io.Writer) error { return WriteMarkdown(w, "docs/conformance.md", []*Report{r}) },
	} {
		// JUnit is written in more than one piece; none may be lost.
		for _, room := range []int{0, 100} {
			if err := write(&fullWriter{room, full}); !errors.Is(err, full) {
				t.Errorf("%s, room for %d bytes: error is %v", name, room, err)
			}
		}
	}
}

type fullWriter struct {
	room int
	err  error
}

func (w *fullWriter) Write(p []byte) (int, error) {
	if len(p) > w.room {
		return 0, w.err
	}
	w.room -= len(p)
	return len(p), nil
}

func TestFolderOf(t *testing.T) {
	for test, want := range map[string]string{
		"Zend/tests/bug1.phpt":                                         "Zend/tests",
		"Zend/tests/closures/closure_001.phpt":                         "Zend/tests",
		"tests/basic/001.phpt":                                         "tests",
		"ext/date/tests/tests/x.phpt":                                  "ext/date/tests",
		"ext/pdo_sqlite/tests/common.phpt: ext/pdo/tests/pdo_001.phpt": "ext/pdo_sqlite/tests",
		"sapi/cli/x.phpt":                                              "sapi/cli",
		"x.phpt":                                                       "",
	} {
		if got := folderOf(test); got != want {
			t.Errorf("folderOf(%q) = %q, expected %q", test, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	r := sampleReport()
	want := Totals{Chosen: 12, Native: 11, Passed: 3, Explained: 3, Unexplained: 5, Crashed: 1, Hung: 1, Stale: 1, Flaky: 1}
	if diff := cmp.Diff(want, r.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	folders := []Folder{
		{"Zend/tests", Totals{Chosen: 4, Native: 4, Passed: 2, Unexplained: 2, Crashed: 1, Flaky: 1}},
		{"ext/native/tests", Totals{Chosen: 1}},
		// A hang stays unexplained though a difference is expected.
		{"ext/pcntl/tests", Totals{Chosen: 3, Native: 3, Explained: 2, Unexplained: 1, Hung: 1}},
		{"ext/posix/tests", Totals{Chosen: 2, Native: 2, Passed: 1, Explained: 1, Stale: 1}},
		{"tests", Totals{Chosen: 2, Native: 2, Unexplained: 2}},
	}
	if diff := cmp.Diff(folders, r.Folders); diff != "" {
		t.Errorf("folders (-want +got):\n%s", diff)
	}
	r.count(nil)
	if r.Totals.Chosen != 0 || r.Totals.Native != 11 || len(r.Folders) != 4 {
		t.Errorf("counted again: %+v, %d folders", r.Totals, len(r.Folders))
	}
}

// What is listed must be what is counted.
func TestLists(t *testing.T) {
	r := sampleReport()
	for name, n := range map[string][2]int{
		"unexplained": {len(r.unexplained()), r.Totals.Unexplained},
		"explained":   {len(r.explained()), r.Totals.Explained},
		"stale":       {len(r.stale()), r.Totals.Stale},
		"flaky":       {len(r.flaky()), r.Totals.Flaky},
	} {
		if n[0] != n[1] {
			t.Errorf("%d %s tests are listed, %d counted", n[0], name, n[1])
		}
	}
}

func TestReadJSON(t *testing.T) {
	r := sampleReport()
	got, err := ReadJSON(bytes.NewReader(written(t, r.WriteJSON)))
	if err != nil {
		t.Fatal(err)
	}
	r.Tests[1].Diff = strings.ReplaceAll(r.Tests[1].Diff, "\xff\xfe", "\ufffd\ufffd")
	if diff := cmp.Diff(r, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if _, err := ReadJSON(strings.NewReader(`{"schema": "wlrbuild.test/v1", "later": {"x": 1}, "tests": []}`)); err != nil {
		t.Errorf("with a field of a later release: %v", err)
	}
}

func TestReadJSONRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "not a report of wlrbuild test: byte 0: unexpected end of JSON input",
		`<testsuites/>`:                  "not a report of wlrbuild test: byte 1: invalid character '<' looking for beginning of value",
		`[]`:                             "not a report of wlrbuild test: json: cannot unmarshal array into Go value of type struct",
		`{}`:                             `the schema is "", this wlrbuild reads "wlrbuild.test/v1"`,
		`{"schema": "wlrbuild.test/v2"}`: `the schema is "wlrbuild.test/v2", this wlrbuild reads "wlrbuild.test/v1"`,
		// Whatever the fields of another schema are, that is the reason.
		`{"schema": "wlrbuild.test/v2", "tests": 3}`:                                               `the schema is "wlrbuild.test/v2"`,
		`{"schema": "wlrbuild.test/v1", "tests": 3}`:                                               "cannot unmarshal number into Go struct field Report.tests",
		`{"schema": "wlrbuild.test/v1"} {}`:                                                        "byte 32: invalid character '{' after top-level value",
		`{"schema": "wlrbuild.test/v1", "tests": [{"name": "a"}]}`:                                 `tests[0] (a): unknown outcome ""`,
		`{"schema": "wlrbuild.test/v1", "tests": [{"outcome": "pass", "incidents": [{}]}]}`:        `tests[0] (): incident 0: kind is "", expected "crash" or "hang"`,
		`{"schema": "wlrbuild.test/v1", "loose": [{"kind": "hang"}, {"kind": "pass"}]}`:            `loose: incident 1: kind is "pass"`,
		`{"schema": "wlrbuild.test/v1", "tests": [{"name": "a", "outcome": "maybe"}], "loose":[]}`: `unknown outcome "maybe"`,
	} {
		if _, err := ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, expected %s", text, err, want)
		}
	}
}

func TestWriteJSONEmpty(t *testing.T) {
	got := string(written(t, (&Report{Schema: SchemaV1}).WriteJSON))
	if strings.Contains(got, "null") {
		t.Errorf("a report of nothing has a null:\n%s", got)
	}
}

// junitCheck is JUnit as a reader has it that does not know how it was written.
type junitCheck struct {
	Tests    int     `xml:"tests,attr"`
	Failures int     `xml:"failures,attr"`
	Errors   int     `xml:"errors,attr"`
	Skipped  int     `xml:"skipped,attr"`
	Time     float64 `xml:"time,attr"`
}

type junitCheckCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    float64      `xml:"time,attr"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Skipped *junitResult `xml:"skipped"`
}

func TestJUnit(t *testing.T) {
	var got struct {
		junitCheck
		Suites []struct {
			Name string `xml:"name,attr"`
			junitCheck
			Cases []junitCheckCase `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(written(t, sampleReport().WriteJUnit), &got); err != nil {
		t.Fatal(err)
	}
	if want := (junitCheck{Tests: 12, Failures: 4, Errors: 3, Skipped: 3, Time: 61.965}); got.junitCheck != want {
		t.Errorf("the root has %+v, expected %+v", got.junitCheck, want)
	}
	suites := map[string]junitCheck{}
	cases := map[string]junitCheckCase{}
	for _, s := range got.Suites {
		suites[s.Name] = s.junitCheck
		for _, c := range s.Cases {
			cases[c.Name] = c
			if c.Class != s.Name {
				t.Errorf("%s is in suite %s and of class %s", c.Name, s.Name, c.Class)
			}
		}
	}
	want := map[string]junitCheck{
		"Zend/tests":      {Tests: 4, Failures: 1, Errors: 1, Time: 1.875},
		"ext/pcntl/tests": {Tests: 3, Errors: 1, Skipped: 2, Time: 60.02},
		"ext/posix/tests": {Tests: 2, Failures: 1, Skipped: 1, Time: 0.04},
		"tests":           {Tests: 2, Failures: 2, Time: 0.03},
		looseSuite:        {Tests: 1, Errors: 1},
	}
	if diff := cmp.Diff(want, suites); diff != "" {
		t.Errorf("suites (-want +got):\n%s", diff)
	}
	body := cases["Zend/tests/bug2.phpt"].Failure.Body
	if want := visible(nasty[:len(nasty)-1]); !strings.HasPrefix(body, want) {
		t.Errorf("the diff is read back as %q, expected %q", body, want)
	}
	if c := cases["ext/pcntl/tests/fork.phpt"]; c.Skipped == nil || c.Skipped.Message != "expected: WASI has no fork" {
		t.Errorf("an expected difference: %+v", c)
	}
	if c := cases["ext/pcntl/tests/loop.phpt"]; c.Error == nil || c.Error.Message != "hang: stopped after 1m0s" {
		t.Errorf("a hang that is listed: %+v", c)
	}
}

// A tag that is not closed shows as a page with parts missing; a script or a
// style sheet from elsewhere as one that does not work where it is opened.
func TestHTML(t *testing.T) {
	page := written(t, sampleReport().WriteHTML)
	scripts, open := 0, 0
	for d := xml.NewDecoder(bytes.NewReader(page)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "script":
			scripts++
		case "details":
			open++
		case "link", "img", "iframe":
			t.Errorf("the page has a <%s>", start.Name.Local)
		}
		for _, a := range start.Attr {
			if a.Name.Local == "src" || a.Name.Local == "href" {
				t.Errorf("the page refers to %s", a.Value)
			}
		}
	}
	if scripts != 1 {
		t.Errorf("the page has %d scripts, expected its own", scripts)
	}
	if want := 5 + 1 + 2; open != want { // unexplained, stale, reasons
		t.Errorf("the page has %d details, expected %d", open, want)
	}
}

func TestDiffClass(t *testing.T) {
	for line, want := range map[string]string{
		"003- gone": "del", "003+ new": "add", "     same": "", "--": "", "-gone": "del", "+": "add", "12 - 3": "", "": "",
	} {
		if got := diffClass(line); got != want {
			t.Errorf("diffClass(%q) = %q, expected %q", line, got, want)
		}
	}
}

func TestTextListsAreShort(t *testing.T) {
	r := &Report{}
	for i := range maxListed + 3 {
		r.Tests = append(r.Tests, Test{Name: fmt.Sprintf("tests/%03d.phpt", i), Outcome: Fail})
		r.Loose = append(r.Loose, Incident{Kind: Crash, Program: "php"})
	}
	r.Tests[maxListed+2].Outcome = Crash
	r.count(nil)
	got := string(written(t, r.WriteText))
	if n := strings.Count(got, ".phpt"); n != maxListed {
		t.Errorf("%d tests are named, expected %d", n, maxListed)
	}
	if n := strings.Count(got, "\n  and 3 more\n"); n != 2 {
		t.Errorf("%d lists say that there are more, expected 2:\n%s", n, got)
	}
	if !strings.Contains(got, "Unexplained:\n  crash  tests/052.phpt\n  fail   tests/000.phpt\n") {
		t.Errorf("the crash is not first:\n%s", got)
	}
}

func TestPercent(t *testing.T) {
	for _, test := range []struct {
		passed, native int
		want           string
	}{
		{0, 0, "-"}, {0, 3, "0.00"}, {1, 3, "33.33"}, {2, 3, "66.66"},
		{99_999, 100_000, "99.99"}, {1, 1, "100.00"}, {199, 200, "99.50"},
	} {
		if got := percent(Totals{Passed: test.passed, Native: test.native}); got != test.want {
			t.Errorf("%d of %d is %s, expected %s", test.passed, test.native, got, test.want)
		}
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext\n":            "plain\ttext\n",
		"it's \"é\" 象\u00a0\ufffd": "it's \"é\" 象\u00a0\ufffd",
		"\x00\x1b[0m\r\x7f":        `\x00\x1b[0m\r\x7f`,
		"\xc3(\xff":                `\xc3(\xff`,
		"\u0085\u202e\uffff":       `\u0085\u202e\uffff`,
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, expected %q", in, got, want)
		}
	}
}

// conformance is the sample, the same modules on two engines of another
// runtime, and another build.
func conformance() []*Report {
	edge := sampleReport()
	wasi := sampleReport()
	wasi.Runtime, wasi.Engine = "wasi", "wazero 1.12.0"
	wasi.Tests = wasi.Tests[:9] // fewer tests than native of the other
	wasi.count(nil)
	aot := sampleReport()
	aot.Runtime, aot.Engine = "wasi", "wasmtime 39.0.1, <aot> | `O2`"
	aot.Tests[5] = Test{Name: aot.Tests[5].Name, Outcome: Pass}
	aot.count(nil)
	old := &Report{Build: "php-7.4.33", Recipe: "php-7.4", Runtime: "wasmedge", Engine: edge.Engine, Sample: true,
		Tests: []Test{{Name: "tests/a.phpt", Outcome: Pass}}}
	old.count(nil)
	return []*Report{edge, wasi, aot, old}
}

func TestMarkdown(t *testing.T) {
	reports := conformance()
	write := func(w io.Writer) error { return WriteMarkdown(w, "docs/conformance.md", reports) }
	first := written(t, write)
	golden(t, "conformance.md", first)

	reports[0], reports[1], reports[2], reports[3] = reports[3], reports[2], reports[0], reports[1]
	for _, r := range reports {
		r.Started, r.Seconds = time.Now(), r.Seconds+1
		for i := range r.Tests {
			r.Tests[i].Seconds++
		}
	}
	if diff := cmp.Diff(string(first), string(written(t, write))); diff != "" {
		t.Errorf("the same results in another order, at another time (-first +second):\n%s", diff)
	}
}

// A cell more or less, and the table is not one any more.
func TestMarkdownTables(t *testing.T) {
	page := string(written(t, func(w io.Writer) error { return WriteMarkdown(w, "docs/conformance.md", conformance()) }))
	columns := 0
	for line := range strings.Lines(page) {
		n := strings.Count(line, "|") - strings.Count(line, `\|`)
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		if columns == 0 {
			columns = n
		}
		if n != columns {
			t.Errorf("%d bars, expected %d: %s", n, columns, line)
		}
	}
}

func TestCode(t *testing.T) {
	for in, want := range map[string]string{"a|b": "`a|b`", "a`b\n": "`` a`b ``"} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %s, expected %s", in, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		n          int
		noun, want string
	}{
		{0, "crash", "0 crashes"}, {1, "crash", "1 crash"}, {2, "hang", "2 hangs"},
	} {
		if got := number(test.n, test.noun); got != test.want {
			t.Errorf("number(%d, %q) = %q, expected %q", test.n, test.noun, got, test.want)
		}
	}
}
