// Package report writes what checks have found: for people, as JSON, as SARIF
// 2.1.0, and as annotations of GitHub Actions.
package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
)

// File is a module and what was found in it.
type File struct {
	Path     string
	Size     int64 // bytes
	Findings []check.Finding
	// Verdicts are there if there are targets.
	Verdicts []check.Verdict
}

// Report is what was found in all files.
type Report struct {
	Version string // of wlrbuild
	Checks  []*check.Check
	Files   []File
}

// Format writes a report.
type Format func(io.Writer, *Report) error

// Formats are all there are, by name.
var Formats = map[string]Format{"text": Text, "json": JSON, "sarif": SARIF, "github": GitHub}

// Names are the names of the formats, the default first.
func Names() []string { return []string{"text", "json", "sarif", "github"} }

// Counted are the findings that are not suppressed and at least as bad, the
// worst first.
func (r *Report) Counted(least check.Severity) []check.Finding {
	var out []check.Finding
	for _, file := range r.Files {
		for _, f := range file.Findings {
			if f.Suppressed == "" && f.Severity >= least {
				out = append(out, f)
			}
		}
	}
	slices.SortStableFunc(out, worstFirst)
	return out
}

func worstFirst(a, b check.Finding) int { return cmp.Compare(b.Severity, a.Severity) }

// place is the file and the offset: "a.wasm:0x1f", or the file alone.
func place(path string, offset int) string {
	if offset < 0 {
		return path
	}
	return fmt.Sprintf("%s:0x%x", path, offset)
}

// targets says which releases a finding is about: "wasmedge 0.12.0 to 0.16.4".
func targets(f *check.Finding) string { return strings.Join(abi.Describe(f.Targets), ", ") }

// Text writes a line per finding, "FILE:OFFSET: SEVERITY: MESSAGE [ID: RELEASES]",
// with its hint below, the worst first; then how many there are. Suppressed
// findings are only counted. .github/wlrbuild-matcher.json reads these lines.
func Text(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	counts, suppressed := map[check.Severity]int{}, 0
	for _, file := range r.Files {
		sorted := slices.Clone(file.Findings)
		slices.SortStableFunc(sorted, worstFirst)
		for _, f := range sorted {
			if f.Suppressed != "" {
				suppressed++
				continue
			}
			counts[f.Severity]++
			label := f.Check.ID
			if on := targets(&f); on != "" {
				label += ": " + on
			}
			fmt.Fprintf(out, "%s: %s: %s [%s]\n", place(file.Path, f.Offset), f.Severity, f.Message, label)
			if f.Hint != "" {
				fmt.Fprintf(out, "    %s\n", f.Hint)
			}
		}
	}
	var parts []string
	for _, s := range []check.Severity{check.Error, check.Warning, check.Note} {
		if n := counts[s]; n > 0 {
			parts = append(parts, number(n, s.String()))
		}
	}
	if parts == nil {
		parts = []string{"nothing found"}
	}
	if suppressed > 0 {
		parts = append(parts, fmt.Sprintf("%d suppressed", suppressed))
	}
	fmt.Fprintf(out, "%s: %s\n", number(len(r.Files), "file"), strings.Join(parts, ", "))
	return out.Flush()
}

func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Table writes what becomes of each file on each target: a line per range of
// releases with the same result, and the first reason.
func Table(w io.Writer, r *Report) error {
	type row struct{ file, on, outcome, reason string }
	rows := []row{{"FILE", "RUNTIME", "RESULT", "BECAUSE"}}
	for _, file := range r.Files {
		for i := 0; i < len(file.Verdicts); {
			v, n := file.Verdicts[i], i+1
			for n < len(file.Verdicts) && file.Verdicts[n].Target.Profile == v.Target.Profile && same(file.Verdicts[n], v) {
				n++
			}
			var on []abi.Target
			for _, v := range file.Verdicts[i:n] {
				on = append(on, v.Target)
			}
			rows = append(rows, row{file.Path, strings.Join(abi.Describe(on), ", "), v.Outcome.String(), because(v)})
			i = n
		}
	}
	widths := [3]int{}
	for _, x := range rows {
		widths[0], widths[1], widths[2] = max(widths[0], len(x.file)), max(widths[1], len(x.on)), max(widths[2], len(x.outcome))
	}
	out := bufio.NewWriter(w)
	last := ""
	for _, x := range rows {
		file := x.file
		if file == last {
			file = "" // once is enough
		}
		last = x.file
		line := fmt.Sprintf("%-*s  %-*s  %-*s  %s", widths[0], file, widths[1], x.on, widths[2], x.outcome, x.reason)
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	return out.Flush()
}

func same(a, b check.Verdict) bool { return a.Outcome == b.Outcome && because(a) == because(b) }

// because is the first reason, and how many more there are.
func because(v check.Verdict) string {
	switch len(v.Reasons) {
	case 0:
		return ""
	case 1:
		return v.Reasons[0]
	}
	return fmt.Sprintf("%s (and %d more)", v.Reasons[0], len(v.Reasons)-1)
}
