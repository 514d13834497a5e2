package phptest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxListed is how many tests WriteText names of a kind. Whoever has more to
// mend reads the HTML page.
const maxListed = 50

// staleAdvice is what to do about a test that is expected to differ and passes.
const staleAdvice = "passes now: remove it from the list of expected differences"

// WriteText writes what a person wants to know at the end of a run: the figures
// of every folder and the tests that are not as they should be.
func (r *Report) WriteText(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, %s (%s)%s\n\n", r.Build, r.Runtime, r.Engine, r.sampleNote())
	r.textTable(&b)
	r.textTotals(&b)
	textList(&b, "Unexplained", r.unexplained())
	textList(&b, "No longer different", r.stale())
	r.textLoose(&b)
	_, err := b.WriteTo(w)
	return err
}

func (r *Report) sampleNote() string {
	if r.Sample {
		return ", a sample"
	}
	return ""
}

func (r *Report) textTable(b *bytes.Buffer) {
	const total = "total"
	width := len(total)
	folders := r.nativeFolders()
	for _, f := range folders {
		width = max(width, len(f.Name))
	}
	fmt.Fprintf(b, "%-*s  native  passed        %%  explained  unexplained\n", width, "folder")
	row := func(name string, t Totals) {
		fmt.Fprintf(b, "%-*s  %6d  %6d  %7s  %9d  %11d\n", width, name, t.Native, t.Passed, percent(t), t.Explained, t.Unexplained)
	}
	for _, f := range folders {
		row(f.Name, f.Totals)
	}
	row(total, r.Totals)
}

func (r *Report) textTotals(b *bytes.Buffer) {
	t := r.Totals
	fmt.Fprintf(b, "\n%s %% passed of the %s that native PHP passes, in %s; %d explained, %d unexplained",
		percent(t), number(t.Native, "test"), duration(r.Seconds), t.Explained, t.Unexplained)
	if t.Crashed+t.Hung > 0 {
		fmt.Fprintf(b, " (%s, %s)", number(t.Crashed, "crash"), number(t.Hung, "hang"))
	}
	if t.Stale > 0 {
		fmt.Fprintf(b, ", %d no longer different", t.Stale)
	}
	if t.Flaky > 0 {
		fmt.Fprintf(b, ", %d passed only when run again", t.Flaky)
	}
	fmt.Fprintln(b)
}

func textList(b *bytes.Buffer, title string, tests []*Test) {
	if len(tests) == 0 {
		return
	}
	shown := tests[:min(len(tests), maxListed)]
	width := 0
	for _, t := range shown {
		width = max(width, len(visible(t.Name)))
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, t := range shown {
		line := fmt.Sprintf("  %-5s  %-*s  %s", t.Outcome, width, visible(t.Name), firstLine(t.cause()))
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
	if more := len(tests) - len(shown); more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}

func (r *Report) textLoose(b *bytes.Buffer) {
	if len(r.Loose) == 0 {
		return
	}
	fmt.Fprint(b, "\nOutside of any test:\n")
	for _, in := range r.Loose[:min(len(r.Loose), maxListed)] {
		fmt.Fprintf(b, "  %-5s  %s  %s\n", in.Kind, visible(in.command()), firstLine(in.Text))
	}
	if more := len(r.Loose) - maxListed; more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}

// nativeFolders are the folders with tests that count.
func (r *Report) nativeFolders() []Folder {
	var list []Folder
	for _, f := range r.Folders {
		if f.Native > 0 {
			list = append(list, f)
		}
	}
	return list
}

// worstFirst is the order in which failures are shown.
var worstFirst = []Outcome{Crash, Hang, Fail, Skip}

// unexplained are the tests that fail and may not, the worst first.
func (r *Report) unexplained() []*Test {
	list := r.which(func(t *Test) bool { return t.Outcome != Pass && !t.Good() })
	slices.SortStableFunc(list, func(a, b *Test) int {
		return cmp.Compare(slices.Index(worstFirst, a.Outcome), slices.Index(worstFirst, b.Outcome))
	})
	return list
}

// explained are the tests that fail and are expected to.
func (r *Report) explained() []*Test {
	return r.which(func(t *Test) bool { return t.Outcome != Pass && t.Good() })
}

func (r *Report) stale() []*Test {
	return r.which(func(t *Test) bool { return t.Stale })
}

func (r *Report) flaky() []*Test {
	return r.which(func(t *Test) bool { return t.Flaky })
}

// which are the tests that want says yes to, in the report's order.
func (r *Report) which(want func(*Test) bool) []*Test {
	var list []*Test
	for i := range r.Tests {
		if want(&r.Tests[i]) {
			list = append(list, &r.Tests[i])
		}
	}
	return list
}

// cause is what is known without the diff about why t is not as it should be.
func (t *Test) cause() string {
	switch {
	case t.Stale:
		return staleAdvice
	case t.Reason != "":
		return t.Reason
	case len(t.Incidents) > 0:
		return t.Incidents[0].Text
	}
	return ""
}

// command is the program of the incident and the script that it ran, if any.
func (in *Incident) command() string {
	return strings.TrimSpace(in.Program + " " + in.Script)
}

// percent is how many of the tests of native PHP pass. It is rounded down, so
// that 100.00 means all of them, and a goal that it reaches is reached.
func percent(t Totals) string {
	if t.Native == 0 {
		return "-"
	}
	p := t.Passed * 10_000 / t.Native
	return fmt.Sprintf("%d.%02d", p/100, p%100)
}

// duration is seconds as people read them: "12m34s", "1.5s".
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d >= time.Minute {
		return d.Round(time.Second).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

// number is n with the noun for it: "1 crash", "2 crashes", "0 tests".
func number(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "sh"):
		noun += "es"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// firstLine is the first line of s that says something.
func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return visible(strings.TrimSpace(line))
}

// visible writes the bytes and characters of s that do not show as Go's escapes
// (\x1b, \r, \u202e). What the tests print has all of them: they are what the
// difference may be about, no XML may have them, and a terminal obeys them.
func visible(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\n' || r == '\t' || unicode.IsGraphic(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToGraphic(r), "'"))
		}
		s = s[size:]
	}
	return b.String()
}
