package cc

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// PrefixMaps gives directories of this machine the names they have in objects,
// records and the cache: "/home/a/build-7f/src" → "/php".
type PrefixMaps map[string]string

// Name replaces the directories in a path, argument or message by their names.
func (m PrefixMaps) Name(text string) string {
	return m.rewriter(func(dir, name string) (string, string) { return dir, name }).text(text)
}

// Local replaces names by the directories they stand for.
func (m PrefixMaps) Local(text string) string {
	return m.rewriter(func(dir, name string) (string, string) { return name, dir }).text(text)
}

func (m PrefixMaps) validate() error {
	dirOf := make(map[string]string, len(m))
	for dir, name := range m {
		for _, p := range []string{dir, name} {
			if !filepath.IsAbs(p) || filepath.Clean(p) != p || p == "/" || strings.Contains(p, "\x00") {
				return fmt.Errorf("prefix_maps: %q is not a clean absolute path below /", p)
			}
		}
		if other, ok := dirOf[name]; ok {
			return fmt.Errorf("prefix_maps: %q and %q both map to %q", min(dir, other), max(dir, other), name)
		}
		dirOf[name] = dir
	}
	return nil
}

// names are all names, in order.
func (m PrefixMaps) names() []string { return slices.Sorted(maps.Values(m)) }

// mark is Name, except that a name stands between two NUL bytes, which no path
// and no argument can hold: unmark gives back exactly what mark was given, or
// what it would have been given in the other build's directories.
func (m PrefixMaps) mark() rewriter {
	return m.rewriter(func(dir, name string) (string, string) { return dir, "\x00" + name + "\x00" })
}

func (m PrefixMaps) unmark() *strings.Replacer {
	var pairs []string
	for dir, name := range m {
		pairs = append(pairs, "\x00"+name+"\x00", dir)
	}
	return strings.NewReplacer(pairs...)
}

// ClangFlags are the flags that make clang write names instead of directories
// into an object compiled in cwd. A slash at both ends keeps "/a/src" from
// matching "/a/src-2"; the longest comes last because the last match wins.
func (m PrefixMaps) ClangFlags(cwd string) []string {
	rows := m.rewriter(func(dir, name string) (string, string) { return dir, name })
	flags := make([]string, 0, len(rows)+1)
	for _, r := range slices.Backward(rows) {
		flags = append(flags, "-ffile-prefix-map="+r.from+"/="+r.to+"/")
	}
	return append(flags, "-ffile-compilation-dir="+rows.path(cwd))
}

// rewriter replaces directories, the longest that fits first.
type rewriter []rewriteRow

type rewriteRow struct{ from, to string }

func (m PrefixMaps) rewriter(row func(dir, name string) (from, to string)) rewriter {
	r := make(rewriter, 0, len(m))
	for dir, name := range m {
		from, to := row(dir, name)
		r = append(r, rewriteRow{from, to})
	}
	slices.SortFunc(r, func(a, b rewriteRow) int {
		return cmp.Or(cmp.Compare(len(b.from), len(a.from)), strings.Compare(a.from, b.from))
	})
	return r
}

// path rewrites what is known to be one path, and only what clang's prefix
// maps rewrite too.
func (r rewriter) path(p string) string {
	for _, row := range r {
		if rest, ok := strings.CutPrefix(p, row.from); ok && (rest == "" || rest[0] == '/') {
			return row.to + rest
		}
	}
	return p
}

// text rewrites every path that can be told in an argument or a message.
func (r rewriter) text(text string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '/' || !startsPath(text, i) {
			continue
		}
		for _, row := range r {
			end := i + len(row.from)
			if strings.HasPrefix(text[i:], row.from) && (end == len(text) || !inComponent(text[end])) {
				b.WriteString(text[done:i])
				b.WriteString(row.to)
				done, i = end, end-1
				break
			}
		}
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// startsPath reports whether the slash at text[i] starts an absolute path: in
// "-Lext/php" it does not.
func startsPath(text string, i int) bool {
	if i == 0 || !inComponent(text[i-1]) && text[i-1] != '/' {
		return true
	}
	switch text[:i] {
	case "-I", "-L", "-B", "-o", "-iquote", "-isystem", "-idirafter", "-isysroot", "-MF", "-MT", "-MQ":
		return true
	}
	return false
}

// inComponent reports whether c goes on with the component of a path rather
// than ending it. Text, not paths, is what this is for: a quote or a comma may
// be in a file's name, but in a message or an argument it ends one.
func inComponent(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80 || strings.IndexByte("_.+-~@%", c) >= 0
}
