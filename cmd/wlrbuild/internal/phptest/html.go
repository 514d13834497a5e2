package phptest

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// The page is well-formed as XML too, so that a test can tell that it is.
//
//go:embed report.html
var reportHTML string

var reportPage = template.Must(template.New("report.html").Funcs(template.FuncMap{
	"percent":   percent,
	"duration":  duration,
	"visible":   visible,
	"cause":     (*Test).cause,
	"firstLine": firstLine,
	"diffLines": diffLines,
	"number":    number,
	"time":      func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
}).Parse(reportHTML))

// page is what report.html shows.
type page struct {
	*Report
	Rows      []Folder
	Bad       []section
	Explained []reason
	Flakes    []*Test
}

// section is the unexplained tests with one outcome, or the stale ones.
type section struct {
	Title string
	Tests []*Test
}

// reason is a reason why tests differ, and these tests.
type reason struct {
	Why   string
	Tests []*Test
}

// WriteHTML writes r as one page that needs no other file and no network.
func (r *Report) WriteHTML(w io.Writer) error {
	// A template that fails must not leave half a page.
	var b bytes.Buffer
	err := reportPage.Execute(&b, page{
		Report:    r,
		Rows:      r.nativeFolders(),
		Bad:       r.sections(),
		Explained: byReason(r.explained()),
		Flakes:    r.flaky(),
	})
	if err != nil {
		return err
	}
	_, err = b.WriteTo(w)
	return err
}

func (r *Report) sections() []section {
	titles := map[Outcome]string{Crash: "Crashes", Hang: "Hangs", Fail: "Failures", Skip: "Skipped"}
	tests := map[Outcome][]*Test{}
	for _, t := range r.unexplained() {
		tests[t.Outcome] = append(tests[t.Outcome], t)
	}
	var list []section
	for _, o := range worstFirst {
		if len(tests[o]) > 0 {
			list = append(list, section{titles[o], tests[o]})
		}
	}
	if stale := r.stale(); len(stale) > 0 {
		list = append(list, section{"No longer different", stale})
	}
	return list
}

// byReason groups tests by why they are expected to differ.
func byReason(tests []*Test) []reason {
	groups := map[string][]*Test{}
	for _, t := range tests {
		groups[t.Why] = append(groups[t.Why], t)
	}
	var list []reason
	for _, why := range slices.Sorted(maps.Keys(groups)) {
		list = append(list, reason{why, groups[why]})
	}
	return list
}

// diffLine is a line of a diff and the class it is coloured by.
type diffLine struct {
	Class, Text string
}

func diffLines(diff string) []diffLine {
	var list []diffLine
	for line := range strings.Lines(visible(diff)) {
		line = strings.TrimSuffix(line, "\n")
		list = append(list, diffLine{diffClass(line), line})
	}
	return list
}

// diffClass tells lines that are missing and too many by their sign, which the
// line's number may precede: run-tests.php writes "003- text".
func diffClass(line string) string {
	line = strings.TrimLeft(line, "0123456789")
	switch {
	case line == "--": // run-tests.php's mark between two places
		return ""
	case strings.HasPrefix(line, "+"):
		return "add"
	case strings.HasPrefix(line, "-"):
		return "del"
	}
	return ""
}
