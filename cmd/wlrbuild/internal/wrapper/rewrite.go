package wrapper

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Cast is a cast of a function that is to be replaced by a wrapper.
type Cast struct {
	Function  string
	From, To  string // pointers to functions, as clang writes them without typedefs
	Line, Col int    // of the cast, from 1
}

// Rewrite replaces casts of a source by wrappers, which stand before the
// declaration with the first cast that needs them: where a function can be cast,
// it can be called. Casts of one function to one type share a wrapper.
func Rewrite(source string, casts []Cast) (string, error) {
	type edit struct {
		at, end int
		text    string
	}
	var edits []edit
	names := map[[2]string]string{}
	casts = slices.SortedFunc(slices.Values(casts), func(a, b Cast) int {
		return cmp.Or(a.Line-b.Line, a.Col-b.Col)
	})
	for _, c := range casts {
		at := offset(source, c.Line, c.Col)
		end := castEnd(source, at, c.Function)
		if end < 0 {
			return "", fmt.Errorf("line %d does not have the cast as it is written, but a macro or an expression", c.Line)
		}
		key := [2]string{c.Function, c.To}
		if names[key] == "" {
			from, err := ParseFunc(c.From)
			if err != nil {
				return "", err
			}
			to, err := ParseFunc(c.To)
			if err != nil {
				return "", err
			}
			name := fmt.Sprintf("%s_adapted", c.Function)
			for n := 2; strings.Contains(source, name) || slices.ContainsFunc(edits, func(e edit) bool { return e.text == name }); n++ {
				name = fmt.Sprintf("%s_adapted_%d", c.Function, n)
			}
			text, err := Adapt(name, c.Function, from, to)
			if err != nil {
				return "", err
			}
			names[key] = name
			start := declarationStart(source, at)
			edits = append(edits, edit{start, start, text + "\n"})
		}
		edits = append(edits, edit{at, end, names[key]})
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.at - b.at })
	var b strings.Builder
	done := 0
	for _, e := range edits {
		if e.at < done {
			return "", errors.New("one cast stands within another")
		}
		b.WriteString(source[done:e.at] + e.text)
		done = e.end
	}
	return b.String() + source[done:], nil
}

// offset is where a line's column is, the end of the source if it has no such
// place.
func offset(source string, line, col int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(source[at:], '\n')
		if i < 0 {
			return len(source)
		}
		at += i + 1
	}
	return min(at+max(col-1, 0), len(source))
}

// castEnd is the end of a cast of the function that begins there, or of the
// function's name, if the conversion is not written; -1 if there is none.
func castEnd(source string, at int, function string) int {
	i := at
	if i < len(source) && source[i] == '(' {
		depth := 0
		for ; i < len(source); i++ {
			if source[i] == '(' {
				depth++
			} else if source[i] == ')' {
				if depth--; depth == 0 {
					i++
					break
				}
			}
		}
	}
	rest := strings.TrimLeft(source[i:], " \t\n")
	rest = strings.TrimLeft(strings.TrimPrefix(rest, "&"), " \t\n")
	rest, ok := strings.CutPrefix(rest, function)
	if !ok || rest != "" && isWord(rest[0]) {
		return -1
	}
	return len(source) - len(rest)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// declarationStart is where the declaration at file scope begins that a place is
// in, with the comment that stands right above it.
func declarationStart(source string, at int) int {
	start, comment := -1, -1 // of the declaration, and of the comment above
	fresh := true            // nothing but space since the line began
	newLine := true          // since the last declaration ended
	depth, body := 0, false
	last := byte(0) // character that is not space
	end := func() { start, comment, newLine = -1, -1, false }
	for i := 0; i < at; {
		c, rest := source[i], source[i:]
		skip := 1
		switch {
		case c == '\n':
			if fresh {
				comment = -1 // an empty line
			}
			fresh, newLine = true, true
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		case strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*"):
			if start < 0 && comment < 0 && newLine {
				comment = i
			}
			skip = commentLen(rest)
			fresh = false
		case c == '#' && fresh:
			skip = directiveLen(rest)
			comment = -1
		default:
			fresh = false
			if start < 0 {
				if start = i; comment >= 0 {
					start = comment
				}
			}
			switch c {
			case '"', '\'':
				skip = quotedLen(rest)
			case '{':
				if depth == 0 {
					body = last == ')'
				}
				depth++
			case '(', '[':
				depth++
			case ')', ']':
				depth--
			case '}':
				if depth--; depth == 0 && body {
					end()
				}
			case ';':
				if depth == 0 {
					end()
				}
			}
			last = c
		}
		i += skip
	}
	if start < 0 {
		if start = at; comment >= 0 {
			start = comment
		}
	}
	return strings.LastIndexByte(source[:start], '\n') + 1
}

func commentLen(s string) int {
	closing := "*/"
	if s[1] == '/' {
		closing = "\n"
	}
	i := strings.Index(s[2:], closing)
	switch {
	case i < 0:
		return len(s)
	case closing == "\n":
		return 2 + i
	}
	return 2 + i + len(closing)
}

// directiveLen is the length of a line of the preprocessor without its end, with
// the lines that continue it.
func directiveLen(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' && s[i-1] != '\\' {
			return i
		}
	}
	return len(s)
}

func quotedLen(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return len(s)
}
