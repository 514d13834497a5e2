// Package near finds the names somebody may have meant.
package near

import (
	"fmt"
	"strings"
)

// Names returns those of known that are nearest to name, in their order: the
// ones that name abbreviates, or else all that share the smallest edit
// distance, if that is small enough for a slip of the finger.
func Names(name string, known []string) []string {
	low := strings.ToLower(name)
	var found []string
	if len(low) >= 2 {
		for _, k := range known {
			if strings.HasPrefix(strings.ToLower(k), low) {
				found = append(found, k)
			}
		}
	}
	if found != nil {
		return found
	}
	best := 1 + len(low)/3
	for _, k := range known {
		switch d := distance(low, strings.ToLower(k)); {
		case d < best:
			best, found = d, []string{k}
		case d == best:
			found = append(found, k)
		}
	}
	return found
}

// Hint is the sentence for an unknown name: the nearest ones, if there are
// any, and all that are known. What says what they are: "recipes".
func Hint(what, name string, known []string) string {
	all := what + ": " + strings.Join(known, ", ")
	if len(known) == 0 {
		all = "there are no " + what
	}
	if n := Names(name, known); len(n) > 0 && len(n) < max(len(known), 2) {
		return fmt.Sprintf("did you mean %s? %s", Or(n), all)
	}
	return all
}

// Or joins names as alternatives: "a", "b" or "c".
func Or(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}

// distance is the number of insertions, deletions, substitutions and swaps of
// neighbours that make a into b.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	var before []int
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		next := make([]int, len(rb)+1)
		next[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(rb)]
}
