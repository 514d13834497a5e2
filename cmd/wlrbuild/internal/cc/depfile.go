package cc

import (
	"bytes"
	"fmt"
	"strings"
)

// parseDeps returns the prerequisites in a dependency file that clang wrote
// for one target.
func parseDeps(data []byte) ([]string, error) {
	_, rest, ok := bytes.Cut(data, []byte(":"))
	if !ok {
		return nil, fmt.Errorf("no target in the dependency file")
	}
	var deps []string
	var dep strings.Builder
	end := func() {
		if dep.Len() > 0 {
			deps = append(deps, dep.String())
			dep.Reset()
		}
	}
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		next := byte(0)
		if i+1 < len(rest) {
			next = rest[i+1]
		}
		switch {
		case c == ' ' || c == '\n':
			end()
		case c == '\\' && next == '\n':
			end()
			i++
		case c == '\\' && (next == ' ' || next == '#') || c == '$' && next == '$':
			dep.WriteByte(next)
			i++
		case c == '\\':
			// clang doubles some backslashes and leaves others.
			return nil, fmt.Errorf("a backslash in a file's name in the dependency file")
		default:
			dep.WriteByte(c)
		}
	}
	end()
	return deps, nil
}

// formatDeps writes a dependency file as clang does, to the byte: what make
// and people see is the same whether the object was cached or not.
func formatDeps(req depsRequest, source string, deps []string) []byte {
	const maxColumns = 75
	var b bytes.Buffer
	column := 0
	for _, t := range req.targets {
		switch {
		case column == 0:
			column = len(t)
		case column+len(t)+2 > maxColumns:
			b.WriteString(" \\\n  ")
			column = len(t) + 2
		default:
			b.WriteByte(' ')
			column += len(t) + 1
		}
		b.WriteString(t)
	}
	b.WriteByte(':')
	column++
	for _, d := range deps {
		if column+len(d)+1+2 > maxColumns {
			b.WriteString(" \\\n ")
			column = 2
		}
		b.WriteString(" " + quoteMake(d))
		column += len(d) + 1
	}
	b.WriteByte('\n')
	if req.phony {
		for _, d := range deps {
			if d != source {
				b.WriteString(quoteMake(d) + ":\n")
			}
		}
	}
	return b.Bytes()
}

var makeQuoter = strings.NewReplacer(" ", `\ `, "#", `\#`, "$", "$$")

// quoteMake quotes a file's name for make.
func quoteMake(name string) string { return makeQuoter.Replace(name) }
