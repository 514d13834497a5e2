package abi

import (
	"slices"
	"strings"
)

// Nearest is the name of a list that somebody may have meant: one that name
// begins or that begins name, or the one with the fewest changes, if that is
// at most a third of the letters. It is "" if there is none.
func Nearest(name string, known []string) string {
	best, nearest := len(name)/3+1, ""
	for _, k := range known {
		d := changes(name, k)
		if k != "" && (strings.HasPrefix(k, name) || strings.HasPrefix(name, k)) {
			d = 1
		}
		if d < best {
			best, nearest = d, k
		}
	}
	return nearest
}

// changes is the number of letters to insert, delete or replace to make a of b.
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// Describe names targets in as few words as there are: releases of a runtime
// that follow each other in its profile become a range.
func Describe(targets []Target) []string {
	var out []string
	for i := 0; i < len(targets); {
		p := targets[i].Profile
		first, last := i, i
		for last+1 < len(targets) && targets[last+1].Profile == p && p.next(targets[last].Version) == targets[last+1].Version {
			last++
		}
		i = last + 1
		switch {
		case first == last:
			out = append(out, targets[first].String())
		case last-first+1 == len(p.Releases):
			out = append(out, p.Name)
		default:
			out = append(out, targets[first].String()+" to "+targets[last].Version)
		}
	}
	return out
}

// next is the release after another one in the profile, or "".
func (p *Profile) next(version string) string {
	i := slices.IndexFunc(p.Releases, func(r Release) bool { return r.Version == version })
	if i < 0 || i+1 >= len(p.Releases) {
		return ""
	}
	return p.Releases[i+1].Version
}
