package patchset

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// State is what became of a hunk, or of a change to a whole file.
type State string

// The states.
const (
	Clean    State = "clean"           // fits where the patch says
	Offset   State = "offset"          // fits, but at another line
	Conflict State = "conflict"        // does not fit
	Applied  State = "already applied" // does not fit because the change is there
)

const appliedHint = "This release has the change already: drop it from the patch, or the patch from the series."

// Hunk reports on one hunk of a patch.
type Hunk struct {
	File   string `json:"file"`
	N      int    `json:"n"`  // from 1; 0 is the change to the file as a whole: made, deleted, renamed, mode
	Of     int    `json:"of"` // hunks for this file
	State  State  `json:"state"`
	Line   int    `json:"line,omitempty"`   // where it fits, or nearly does, in the file as it was before the patch
	Offset int    `json:"offset,omitempty"` // lines between where the patch says and where it fits
	Reason string `json:"reason,omitempty"` // why it does not fit
	Hint   string `json:"hint,omitempty"`
	Detail string `json:"detail,omitempty"` // expected and found lines

	patchLine int
}

// splitLines cuts text after every newline.
func splitLines(text []byte) []string {
	lines := strings.SplitAfter(string(text), "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	return lines
}

// placeHunks applies hunks to the lines of a file. Those that do not fit are
// left out and the others are placed as if they had not been there, so that a
// report covers them all.
//
// There is no fuzz: every line of a hunk has to be there. What may differ from
// the patch is only the line at which it is: a hunk fits at the place where the
// patch says, moved by as much as the hunk above was, or else at the only place
// below the hunk above where its lines are. If there are several such places
// it is a conflict, because code placed at the wrong one could compile.
func placeHunks(file string, old []string, hunks []hunk) (lines []string, results []Hunk) {
	done, shift := 0, 0 // old[:done] is in lines
	for i, h := range hunks {
		r := Hunk{File: file, N: i + 1, Of: len(hunks), patchLine: h.line}
		pos, misfit := h.find(old, done, shift)
		if misfit != nil {
			r.State, r.Line, r.Reason, r.Hint, r.Detail = misfit.state, misfit.line, misfit.reason, misfit.hint, misfit.detail
			results = append(results, r)
			continue
		}
		shift = pos - h.start()
		r.State, r.Line, r.Offset = Clean, pos+1, shift
		if shift != 0 {
			r.State = Offset
		}
		lines = append(append(lines, old[done:pos]...), h.after()...)
		done = pos + int(h.OldLines)
		results = append(results, r)
	}
	return append(lines, old[done:]...), results
}

// start is the index of the hunk's first line in the file it was made from.
func (h hunk) start() int {
	if h.OldLines == 0 {
		return int(h.OldPosition) // such a hunk stands below that line
	}
	return int(h.OldPosition) - 1
}

// before is what the hunk expects, after what it leaves.
func (h hunk) before() (lines []string) {
	for _, l := range h.Lines {
		if l.Old() {
			lines = append(lines, l.Line)
		}
	}
	return lines
}

func (h hunk) after() (lines []string) {
	for _, l := range h.Lines {
		if l.New() {
			lines = append(lines, l.Line)
		}
	}
	return lines
}

// misfit says why a hunk does not fit.
type misfit struct {
	state  State
	line   int // the nearest place, from 1
	reason string
	hint   string
	detail string
}

// find returns the index of the line at which the hunk fits, not before from.
func (h hunk) find(old []string, from, shift int) (int, *misfit) {
	want, before := h.start()+shift, h.before()
	var found []int
	if h.fits(old, before, want, from) {
		found = []int{want}
	} else {
		found = h.search(old, before, from)
	}
	switch {
	case len(found) == 0:
		return 0, h.explain(old, from, want)
	case len(found) > 1:
		return 0, &misfit{state: Conflict, line: found[0] + 1,
			reason: fmt.Sprintf("it is not at line %d, and would fit at any of the lines %s", want+1, joinLines(found)),
			hint:   "Give the hunk more context, so that it fits in one place only (git format-patch -U8).",
			detail: block(fmt.Sprintf("expected at line %d:", want+1), before, nil)}
	}
	if last := h.Lines[len(h.Lines)-1]; last.New() && last.NoEOL() && found[0]+len(before) < len(old) {
		return 0, &misfit{state: Conflict, line: found[0] + 1,
			reason: "it ends the file without a newline, but the file goes on below",
			detail: block(fmt.Sprintf("found at line %d:", found[0]+len(before)+1), old[found[0]+len(before):][:1], nil)}
	}
	return found[0], nil
}

// fits reports whether lines are at pos. A side of the hunk without context is
// the edge of the file, or nothing would tell where the change belongs.
func (h hunk) fits(old, lines []string, pos, from int) bool {
	switch {
	case pos < from, pos+len(lines) > len(old):
		return false
	case h.LeadingContext == 0 && pos != 0:
		return false
	case h.TrailingContext == 0 && pos+len(lines) != len(old):
		return false
	}
	return slices.Equal(old[pos:pos+len(lines)], lines)
}

func (h hunk) search(old, lines []string, from int) (found []int) {
	for pos := from; pos+len(lines) <= len(old); pos++ {
		if h.fits(old, lines, pos, from) {
			found = append(found, pos)
		}
	}
	return found
}

// explain says why the hunk is nowhere.
func (h hunk) explain(old []string, from, want int) *misfit {
	before, after := h.before(), h.after()
	if len(after) > 0 {
		if there := h.search(old, after, 0); len(there) > 0 {
			return &misfit{state: Applied, line: there[0] + 1,
				reason: fmt.Sprintf("line %d has what it would make", there[0]+1),
				hint:   appliedHint}
		}
	}
	pos, same := nearest(old, before, want)
	if same == 0 { // all line endings differ, perhaps
		pos, _ = nearest(squeezed(old), squeezed(before), want)
	}
	m := &misfit{state: Conflict, line: pos + 1}
	end := min(pos+len(before), len(old))
	there := old[min(pos, len(old)):end]
	switch {
	case same == len(before) && pos < from:
		m.reason = fmt.Sprintf("its lines are only at line %d, above the end of the hunk before it", pos+1)
	case same == len(before) && h.LeadingContext == 0 && pos != 0:
		m.reason = fmt.Sprintf("its lines are only at line %d, but it has no context above the change and so belongs to the top of the file", pos+1)
	case same == len(before) && h.TrailingContext == 0 && end != len(old):
		m.reason = fmt.Sprintf("its lines are only at line %d, but it has no context below the change and so belongs to the end of the file", pos+1)
	case slices.Equal(squeezed(before), squeezed(there)):
		m.reason = fmt.Sprintf("at line %d only white space or line endings differ", pos+1)
	case same == 0:
		m.reason = fmt.Sprintf("nothing like it is near line %d", want+1)
	default:
		m.reason = fmt.Sprintf("at the nearest place, line %d, %d of its %d lines differ", pos+1, len(before)-same, len(before))
	}
	m.hint = "Edit the hunk in the patch so that it fits this release, too."
	m.detail = block(fmt.Sprintf("expected at line %d:", want+1), before, there) +
		block(fmt.Sprintf("found at line %d:", pos+1), there, before)
	return m
}

// nearest finds where most of the lines are, and how many of them; of equally
// good places the one nearest to want.
func nearest(old, lines []string, want int) (pos, same int) {
	pos = min(max(want, 0), max(len(old)-1, 0))
	best := -1
	for at := range old {
		n := 0
		for i := 0; i < len(lines) && at+i < len(old); i++ {
			if old[at+i] == lines[i] {
				n++
			}
		}
		if n > best || n == best && abs(at-want) < abs(pos-want) {
			pos, best = at, n
		}
	}
	return pos, max(best, 0)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// squeezed is lines without white space.
func squeezed(lines []string) []string {
	bare := make([]string, len(lines))
	for i, l := range lines {
		bare[i] = strings.Join(strings.Fields(l), "")
	}
	return bare
}

// block shows lines below a title and marks those that are not at the same
// place in other.
func block(title string, lines, other []string) string {
	var b strings.Builder
	b.WriteString(title + "\n")
	for i, l := range lines {
		mark := " "
		if other != nil && (i >= len(other) || other[i] != l) {
			mark = "!"
		}
		text, ended := strings.CutSuffix(l, "\n")
		b.WriteString("  " + mark + " " + visible(text))
		if !ended {
			b.WriteString(" (no newline at end of file)")
		}
		b.WriteByte('\n')
	}
	if len(lines) == 0 {
		b.WriteString("    (nothing)\n")
	}
	return b.String()
}

// visible writes what a terminal would hide or obey, but leaves tabs alone.
func visible(s string) string {
	var b bytes.Buffer
	for _, r := range s {
		if r == '\t' || strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}

func joinLines(positions []int) string {
	const most = 5
	var names []string
	for _, p := range positions[:min(len(positions), most)] {
		names = append(names, strconv.Itoa(p+1))
	}
	if len(positions) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
