package apt

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

// stanza is a paragraph of "Name: value" fields. Names are in lower case;
// continuation lines are joined with newlines, without the space in front.
type stanza map[string]string

// stanzas reads paragraphs, deb822(5). It ends after the first error.
func stanzas(r io.Reader) iter.Seq2[stanza, error] {
	return func(yield func(stanza, error) bool) {
		for par, err := range paragraphs(r) {
			var st stanza
			if err == nil {
				st, err = parseStanza(par)
			}
			if err == nil && len(st) == 0 {
				continue // nothing but comments
			}
			if !yield(st, err) || err != nil {
				return
			}
		}
	}
}

// paragraphs reads runs of lines that are not blank. The slice is valid until
// the next one.
func paragraphs(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 64<<10), 16<<20) // a Binary field may name hundreds of packages
		var par []byte
		for lines.Scan() {
			if line := lines.Bytes(); len(bytes.TrimSpace(line)) > 0 {
				par = append(append(par, line...), '\n')
				continue
			}
			if len(par) > 0 && !yield(par, nil) {
				return
			}
			par = par[:0]
		}
		if err := lines.Err(); err != nil {
			yield(nil, err)
		} else if len(par) > 0 {
			yield(par, nil)
		}
	}
}

func parseStanza(par []byte) (stanza, error) {
	st, last := stanza{}, ""
	for line := range strings.Lines(string(par)) {
		line = strings.TrimRight(line, " \t\r\n")
		switch {
		case line[0] == '#':
		case line[0] == ' ' || line[0] == '\t':
			if last == "" {
				return nil, fmt.Errorf("continuation of nothing: %q", line)
			}
			st[last] += "\n" + line[1:]
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, fmt.Errorf("no field: %q", line)
			}
			last = strings.ToLower(name)
			st[last] = strings.TrimSpace(value)
		}
	}
	return st, nil
}

// packageName is the value of the Package field, without parsing the other
// fields: there are tens of thousands of paragraphs of which a few matter.
func packageName(par []byte) string {
	field := []byte("Package:")
	if !bytes.HasPrefix(par, field) {
		_, after, ok := bytes.Cut(par, append([]byte("\n"), field...))
		if !ok {
			return ""
		}
		par = after
	} else {
		par = par[len(field):]
	}
	value, _, _ := bytes.Cut(par, []byte("\n"))
	return string(bytes.TrimSpace(value))
}

// packageOf makes a Package from a stanza of a Packages file whose archive is
// at repo.
func packageOf(st stanza, repo string) (Package, error) {
	size, err := strconv.ParseInt(st["size"], 10, 64)
	if err != nil {
		return Package{}, fmt.Errorf("package %s: size %q: %w", st["package"], st["size"], err)
	}
	if st["filename"] == "" || st["sha256"] == "" {
		return Package{}, fmt.Errorf("package %s: no Filename or SHA256", st["package"])
	}
	return Package{
		Name:         st["package"],
		Version:      st["version"],
		Architecture: st["architecture"],
		File:         join(repo, st["filename"]),
		SHA256:       st["sha256"],
		Size:         size,
	}, nil
}

// sourceOf makes a SourcePackage from a stanza of a Sources file.
func sourceOf(st stanza, repo string) (SourcePackage, error) {
	p := SourcePackage{Package: st["package"], Version: st["version"], Upstream: upstream(st["version"])}
	for line := range strings.Lines(st["checksums-sha256"]) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 {
			return p, fmt.Errorf("source %s %s: checksum line %q", p.Package, p.Version, line)
		}
		size, err := strconv.ParseInt(fields[1], 10, 64)
		if err != nil {
			return p, fmt.Errorf("source %s %s: size %q: %w", p.Package, p.Version, fields[1], err)
		}
		p.Files = append(p.Files, SourceFile{
			Name:   fields[2],
			URL:    join(repo, st["directory"], fields[2]),
			SHA256: fields[0],
			Size:   size,
		})
	}
	if len(p.Files) == 0 {
		return p, fmt.Errorf("source %s %s: no Checksums-Sha256", p.Package, p.Version)
	}
	return p, nil
}

func join(parts ...string) string {
	for i, p := range parts {
		parts[i] = strings.TrimRight(p, "/")
	}
	return strings.Join(parts, "/")
}

// upstream is the version that Debian packaged: without the epoch before the
// colon and the revision after the last hyphen.
func upstream(version string) string {
	if _, after, ok := strings.Cut(version, ":"); ok {
		version = after
	}
	if i := strings.LastIndexByte(version, '-'); i >= 0 {
		version = version[:i]
	}
	return version
}

// compareVersions orders Debian versions, deb-version(7).
func compareVersions(a, b string) int {
	epochA, upA, revA := splitVersion(a)
	epochB, upB, revB := splitVersion(b)
	return cmp.Or(cmp.Compare(epochA, epochB), compareParts(upA, upB), compareParts(revA, revB))
}

func splitVersion(v string) (epoch int, upstream, revision string) {
	if e, rest, ok := strings.Cut(v, ":"); ok {
		epoch, _ = strconv.Atoi(e)
		v = rest
	}
	if i := strings.LastIndexByte(v, '-'); i >= 0 {
		return epoch, v[:i], v[i+1:]
	}
	return epoch, v, ""
}

// compareParts compares, in turn, a run of other characters and a number.
func compareParts(a, b string) int {
	for a != "" || b != "" {
		for {
			if c := cmp.Compare(order(a), order(b)); c != 0 {
				return c
			}
			if order(a) == 0 { // both are at a number or at the end
				break
			}
			a, b = a[1:], b[1:]
		}
		var numA, numB string
		numA, a = cutNumber(a)
		numB, b = cutNumber(b)
		if c := cmp.Or(cmp.Compare(len(numA), len(numB)), cmp.Compare(numA, numB)); c != 0 {
			return c
		}
	}
	return 0
}

// order is the weight of the first character of s outside of a number: a tilde
// sorts before even the end, letters before everything else.
func order(s string) int {
	switch {
	case s == "" || startsWithDigit(s):
		return 0
	case s[0] == '~':
		return -1
	case 'A' <= s[0] && s[0] <= 'Z', 'a' <= s[0] && s[0] <= 'z':
		return int(s[0])
	}
	return int(s[0]) + 256
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// cutNumber splits the number off the front of s, without leading zeros.
func cutNumber(s string) (number, rest string) {
	end := 0
	for startsWithDigit(s[end:]) {
		end++
	}
	return strings.TrimLeft(s[:end], "0"), s[end:]
}
