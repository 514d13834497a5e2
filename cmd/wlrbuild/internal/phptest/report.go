package phptest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// SchemaV1 names the format of a Report as JSON. Fields may be added to it;
// what is there keeps its meaning.
const SchemaV1 = "wlrbuild.test/v1"

// Outcome is how a test ended that native PHP passes.
type Outcome string

// The outcomes. The last two are failures whatever a list of differences says.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail" // it printed something else than it should
	Skip Outcome = "skip" // it found out that it cannot run; natively it runs
	// Endless is a script that waits for ever for what the module cannot do; so it
	// does natively, where that cannot be done.
	Endless Outcome = "endless"
	Crash   Outcome = "crash" // a trap, or a signal that ended the engine
	Hang    Outcome = "hang"  // it was stopped at the time limit
)

// Report is what a run of the tests found.
type Report struct {
	Schema  string    `json:"schema"`
	Build   string    `json:"build"`   // "php-8.2.32"
	Recipe  string    `json:"recipe"`  // "php-8.2"
	Runtime string    `json:"runtime"` // "wasmedge"
	Engine  string    `json:"engine"`  // "wasmedge 0.14.1, compiled ahead of time"
	Modules []Module  `json:"modules"`
	Started time.Time `json:"started"`
	// Server is the database server that tests could use: "MariaDB 10.11.14".
	Server string `json:"server,omitempty"`
	// Seconds is how long the tests took, the native ones not included.
	Seconds float64 `json:"seconds"`
	// Sample says that only some of the tests were chosen.
	Sample bool `json:"sample"`

	Totals  Totals     `json:"totals"`
	Folders []Folder   `json:"folders"` // by name
	Tests   []Test     `json:"tests"`   // that native PHP passes, by name
	Loose   []Incident `json:"loose"`   // crashes and hangs outside of any test
}

// Module is a program that was tested.
type Module struct {
	Artifact string `json:"artifact"` // "php-cgi"
	SHA256   string `json:"sha256"`
}

// Totals count tests.
type Totals struct {
	Chosen      int `json:"chosen"`      // tests that were asked for
	Native      int `json:"native"`      // of these, native PHP passes
	Passed      int `json:"passed"`      // of these, the modules pass
	Explained   int `json:"explained"`   // expected differences
	Unexplained int `json:"unexplained"` // all others, crashes and hangs included
	Crashed     int `json:"crashed"`
	Hung        int `json:"hung"`
	// Stale counts expected differences of tests that pass.
	Stale int `json:"stale"`
	// Flaky counts tests that failed first and passed when they ran again.
	Flaky int `json:"flaky"`
}

// Folder is a folder with tests: "Zend/tests", "ext/date/tests".
type Folder struct {
	Name string `json:"name"`
	Totals
}

// Test is one test that native PHP passes.
type Test struct {
	Name    string  `json:"name"` // path in the source tree
	Outcome Outcome `json:"outcome"`
	Seconds float64 `json:"seconds,omitempty"`
	// Reason is why it was skipped, in its own words.
	Reason string `json:"reason,omitempty"`
	// Why it is expected to differ, if it is.
	Why string `json:"why,omitempty"`
	// Stale means that it passes though a difference is expected.
	Stale bool `json:"stale,omitempty"`
	// Flaky means that it passed only when it ran again.
	Flaky bool `json:"flaky,omitempty"`
	// Diff has the lines that are missing (-) and too many (+) in its output.
	Diff      string     `json:"diff,omitempty"`
	Incidents []Incident `json:"incidents,omitempty"`
}

// Incident is the end of a module that did not end by itself.
type Incident struct {
	Kind    Outcome `json:"kind"`    // Crash or Hang
	Program string  `json:"program"` // the artifact
	Script  string  `json:"script"`  // the file it ran
	Text    string  `json:"text"`    // in the engine's words
}

// Good says that t is as it should be.
func (t *Test) Good() bool {
	return !t.Stale && (t.Outcome == Pass || t.Why != "" && t.Outcome != Crash && t.Outcome != Hang)
}

// Failed says that the run found something that is not expected.
func (r *Report) Failed() bool {
	return r.Totals.Unexplained > 0 || r.Totals.Stale > 0 || len(r.Loose) > 0
}

// Folder is the folder that a test counts for: up to and including the first
// element of its path that is named tests.
func folderOf(test string) string {
	test, _, _ = redirected(test) // the redirecting one counts
	parts := strings.Split(test, "/")
	if i := slices.Index(parts, "tests"); i >= 0 {
		return strings.Join(parts[:i+1], "/")
	}
	return strings.Join(parts[:max(len(parts)-1, 0)], "/")
}

// count fills in Totals and Folders from Tests. chosen are all tests that were
// asked for, those included that native PHP does not pass.
func (r *Report) count(chosen []string) {
	folders := map[string]*Folder{}
	folder := func(test string) *Totals {
		name := folderOf(test)
		if folders[name] == nil {
			folders[name] = &Folder{Name: name}
		}
		return &folders[name].Totals
	}
	r.Totals = Totals{}
	for _, name := range chosen {
		for _, t := range []*Totals{&r.Totals, folder(name)} {
			t.Chosen++
		}
	}
	for i := range r.Tests {
		test := &r.Tests[i]
		for _, t := range []*Totals{&r.Totals, folder(test.Name)} {
			t.add(test)
		}
	}
	r.Folders = nil
	for _, f := range folders {
		r.Folders = append(r.Folders, *f)
	}
	slices.SortFunc(r.Folders, func(a, b Folder) int { return cmp.Compare(a.Name, b.Name) })
}

func (t *Totals) add(test *Test) {
	t.Native++
	switch {
	case test.Outcome == Pass:
		t.Passed++
	case test.Good():
		t.Explained++
	default:
		t.Unexplained++
	}
	switch test.Outcome {
	case Crash:
		t.Crashed++
	case Hang:
		t.Hung++
	}
	if test.Stale {
		t.Stale++
	}
	if test.Flaky {
		t.Flaky++
	}
}
