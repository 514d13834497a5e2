package phptest

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// looseSuite is the suite of the incidents outside of any test. Without it a
// run could fail whose JUnit file says that all is well.
const looseSuite = "outside of any test"

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Timestamp string      `xml:"timestamp,attr"`
	Cases     []junitCase `xml:"testcase"`
}

type junitCounts struct {
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     junitSeconds `xml:"time,attr"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    junitSeconds `xml:"time,attr"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Skipped *junitResult `xml:"skipped"`
	Out     string       `xml:"system-out,omitempty"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Body    string `xml:",chardata"`
}

// junitSeconds are written without an exponent, which not every reader takes.
type junitSeconds float64

func (s junitSeconds) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%.3f", float64(s)), nil
}

// WriteJUnit writes r in the XML of JUnit, a suite for every folder. Expected
// differences are skipped tests there; crashes and hangs are errors. The time
// of a suite is the sum of its tests', which is more than what passed on the
// clock where they ran in parallel.
func (r *Report) WriteJUnit(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(r.junit()); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Report) junit() *junitSuites {
	cases := map[string][]junitCase{}
	for i := range r.Tests {
		t := &r.Tests[i]
		folder := folderOf(t.Name)
		cases[folder] = append(cases[folder], t.junit(folder))
	}
	root := &junitSuites{Name: visible(fmt.Sprintf("%s, %s (%s)", r.Build, r.Runtime, r.Engine))}
	for _, folder := range slices.Sorted(maps.Keys(cases)) {
		root.add(folder, r.Started, cases[folder])
	}
	if len(r.Loose) > 0 {
		root.add(looseSuite, r.Started, junitLoose(r.Loose))
	}
	return root
}

// add appends a suite and counts its cases in it and in the root.
func (root *junitSuites) add(name string, started time.Time, cases []junitCase) {
	s := &junitSuite{
		Name:      visible(name),
		Timestamp: started.UTC().Format("2006-01-02T15:04:05"),
		Cases:     cases,
	}
	for _, c := range cases {
		s.count(c)
		root.count(c)
	}
	root.Suites = append(root.Suites, s)
}

func (n *junitCounts) count(c junitCase) {
	n.Tests++
	n.Time += c.Time
	switch {
	case c.Failure != nil:
		n.Failures++
	case c.Error != nil:
		n.Errors++
	case c.Skipped != nil:
		n.Skipped++
	}
}

func (t *Test) junit(folder string) junitCase {
	c := junitCase{Class: visible(folder), Name: visible(t.Name), Time: junitSeconds(t.Seconds)}
	switch {
	case t.Outcome == Crash || t.Outcome == Hang:
		c.Error = result(string(t.Outcome)+": "+firstLine(t.cause()), t.account())
	case t.Stale:
		c.Failure = result(staleAdvice, "expected: "+t.Why)
	case t.Outcome == Pass:
		if t.Flaky {
			c.Out = "passed only when it ran again"
		}
	case t.Good():
		c.Skipped = result("expected: "+t.Why, "")
	case t.Outcome == Skip:
		c.Failure = result("skipped: "+firstLine(t.Reason), t.account())
	default:
		c.Failure = result(cmp.Or(firstLine(t.Reason), "its output differs"), t.account())
	}
	return c
}

func junitLoose(list []Incident) []junitCase {
	var cases []junitCase
	for i := range list {
		in := &list[i]
		cases = append(cases, junitCase{
			Class: looseSuite,
			Name:  visible(in.command()),
			Error: result(string(in.Kind)+": "+firstLine(in.Text), in.Text),
		})
	}
	return cases
}

// account is all that is known about how t failed.
func (t *Test) account() string {
	var parts []string
	for i := range t.Incidents {
		in := &t.Incidents[i]
		parts = append(parts, fmt.Sprintf("%s of %s\n%s", in.Kind, in.command(), in.Text))
	}
	for _, s := range []string{t.Reason, t.Diff} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n\n")
}

func result(message, body string) *junitResult {
	return &junitResult{Message: visible(message), Body: visible(body)}
}
