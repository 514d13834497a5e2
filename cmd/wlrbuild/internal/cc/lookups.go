package cc

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// lookups are the header lookups of a compilation, more rather than fewer, and
// which of them found a file: every name in every directory. See the package's
// comment.
type lookups struct {
	Dirs  []string `json:"dirs"`
	Names []string `json:"names"`
	// Found holds, for each directory, the indexes of the names that are
	// files in it. One more row, the last, is for absolute names.
	Found [][]int `json:"found"`
}

// probe looks which names are files now. local gives the place of a directory.
func (l *lookups) probe(local func(string) string) [][]int {
	byFirst := make(map[string][]int)
	var always, absolute []int
	for i, name := range l.Names {
		first, _, _ := strings.Cut(name, "/")
		switch first {
		case "":
			absolute = append(absolute, i)
		case ".", "..":
			always = append(always, i)
		default:
			byFirst[first] = append(byFirst[first], i)
		}
	}
	found := make([][]int, 0, len(l.Dirs)+1)
	for _, dir := range l.Dirs {
		dir = local(dir)
		row := []int{}
		ifFile := func(i int) {
			// Not filepath.Join: the kernel decides what ".." means.
			if isFile(dir + "/" + l.Names[i]) {
				row = append(row, i)
			}
		}
		for _, i := range always {
			ifFile(i)
		}
		for _, e := range readDir(dir) {
			for _, i := range byFirst[e.Name()] {
				if e.Type().IsRegular() && l.Names[i] == e.Name() {
					row = append(row, i)
				} else {
					ifFile(i)
				}
			}
		}
		slices.Sort(row)
		found = append(found, row)
	}
	row := []int{}
	for _, i := range absolute {
		if isFile(l.Names[i]) {
			row = append(row, i)
		}
	}
	return append(found, row)
}

// difference names a lookup whose answer is not the one in l.
func (l *lookups) difference(now [][]int) string {
	for d, row := range now {
		if slices.Equal(row, l.Found[d]) {
			continue
		}
		for i, name := range l.Names {
			is, was := slices.Contains(row, i), slices.Contains(l.Found[d], i)
			if is == was {
				continue
			}
			if d < len(l.Dirs) {
				name = l.Dirs[d] + "/" + name
			}
			if is {
				return "a header appeared: " + name
			}
			return "a header vanished: " + name
		}
	}
	return ""
}

// files are the files found, in the directories of this machine.
func (l *lookups) files(local func(string) string) []string {
	var files []string
	for d, row := range l.Found {
		for _, i := range row {
			if d < len(l.Dirs) {
				files = append(files, local(l.Dirs[d])+"/"+l.Names[i])
			} else {
				files = append(files, l.Names[i])
			}
		}
	}
	return files
}

// readDir is the directory's content in no order; a directory that is not
// there, or not readable, holds no headers for the compiler either.
func readDir(dir string) []fs.DirEntry {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, _ := f.ReadDir(-1)
	return entries
}

func isFile(name string) bool {
	fi, err := os.Stat(name)
	return err == nil && fi.Mode().IsRegular()
}

// spelledNames calls add for each name that stands in quotes or angle brackets
// after the end of a word that makes the preprocessor look for a file. Being
// blind to comments, strings and conditions, it finds more than is looked up,
// never less, but for names made by macros.
func spelledNames(source []byte, add func(string)) {
	for _, word := range []string{"include", "import", "embed"} {
		rest := source
		for {
			i := bytes.Index(rest, []byte(word))
			if i < 0 {
				break
			}
			rest = rest[i+len(word):]
			after, _ := bytes.CutPrefix(rest, []byte("_next"))
			after = skipBlanks(after)
			if len(after) == 0 || after[0] != '"' && after[0] != '<' {
				continue
			}
			closing := byte('"')
			if after[0] == '<' {
				closing = '>'
			}
			line, _, _ := bytes.Cut(after[1:], []byte("\n"))
			if name, _, ok := bytes.Cut(line, []byte{closing}); ok && len(name) > 0 {
				add(string(name))
			}
		}
	}
}

// skipBlanks skips what may stand between a directive and a header's name:
// blanks, a parenthesis, comments, lines' ends behind a backslash.
func skipBlanks(s []byte) []byte {
	for len(s) > 0 {
		switch {
		case s[0] == ' ' || s[0] == '\t' || s[0] == '(' || s[0] == '\r' || s[0] == '\f' || s[0] == '\v':
			s = s[1:]
		case bytes.HasPrefix(s, []byte("\\\n")):
			s = s[2:]
		case bytes.HasPrefix(s, []byte("\\\r\n")):
			s = s[3:]
		case bytes.HasPrefix(s, []byte("/*")):
			_, after, ok := bytes.Cut(s, []byte("*/"))
			if !ok {
				return nil
			}
			s = after
		default:
			return s
		}
	}
	return s
}
