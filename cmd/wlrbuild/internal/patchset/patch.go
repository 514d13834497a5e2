package patchset

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"mime"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
)

// Patch is one file of a series: a mail that says what is changed and why, and
// a diff as git makes it.
type Patch struct {
	Name    string    // "0001-fd-limits.patch"; of a runtime: "wasmedge/0001-accept.patch"
	Path    string    // in the patches' file system
	Subject string    // one line
	Body    string    // the reason
	Author  string    // "Name <address>"
	Date    time.Time // zero if the mail has none
	Files   []*File
	Lines   int // added and removed
	Digest  cache.Digest

	author gitdiff.PatchIdentity
	text   []byte
}

// File is what a patch does to one file.
type File struct {
	Old string // "" if the file is made
	New string // "" if it is deleted

	line   int               // of its header in the patch file
	copied bool              // Old stays as it is
	mode   filemode.FileMode // the new mode; 0 if it stays as it is
	hunks  []hunk
}

// Path is the file's name in messages.
func (f *File) Path() string {
	if f.New == "" {
		return f.Old
	}
	return f.New
}

type hunk struct {
	*gitdiff.TextFragment
	line int // of its header in the patch file
}

var (
	fromHeader = regexp.MustCompile(`(?m)^From: .`)
	subjHeader = regexp.MustCompile(`(?m)^Subject: .`)
	dateHeader = regexp.MustCompile(`(?m)^Date: (.*)$`)
	dateZone   = regexp.MustCompile(` [+-]\d{4}$`)
	// trailer is a line such as "Signed-off-by: …", which is no reason.
	trailer = regexp.MustCompile(`^[A-Z][A-Za-z]*(-[A-Za-z]+)+: `)
)

const mailHint = "Patches are mails as `git format-patch` writes them: From:, Subject:, an empty line, the reason, then the diff."

// parsePatch reads a patch and finds its defects. It accepts less than git and
// the parser it uses: whatever they would skip in silence is a defect here.
func parsePatch(name, file string, data []byte) (*Patch, []problem) {
	p := &Patch{Name: name, Path: file, Digest: sha256.Sum256(data), text: data}
	fail := func(line int, hint, format string, args ...any) (*Patch, []problem) {
		return p, []problem{{path: file, line: line, text: fmt.Sprintf(format, args...), hint: hint}}
	}
	const again = "Make the patch again with `git format-patch`; by hand, the numbers in a hunk's header have to be changed with the hunk."
	if len(bytes.TrimSpace(data)) == 0 {
		return fail(0, "Remove the file and its line in the series, or write the patch.", "is empty")
	}
	lines := splitLines(data)
	start := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "diff --git ") })
	if start < 0 {
		return fail(0, again, "has no line that begins with \"diff --git\"")
	}
	for i, l := range lines {
		// Within hunks a CR belongs to the patched file.
		outside := i < start || strings.HasPrefix(l, "diff --git ") || strings.HasPrefix(l, "@@ -")
		if outside && strings.HasSuffix(l, "\r\n") {
			return fail(i+1, "Convert the patch file to LF line endings, and tell the editor and git (.gitattributes: *.patch -text) to keep them.",
				"line ends in CRLF")
		}
		if i > start && (strings.HasPrefix(l, "GIT binary patch") || strings.HasPrefix(l, "Binary files ")) {
			return fail(i+1, "Only text can be patched: let the build make the file, or keep it out of the series.", "is a binary patch")
		}
	}
	if !bytes.HasSuffix(data, []byte("\n")) {
		return fail(len(lines), again, "does not end in a newline, so it may be cut off")
	}

	problems := p.parseMail(strings.Join(lines[:start], ""))
	// The mail is left out, or a diff quoted in it would be taken for one.
	files, _, err := gitdiff.Parse(strings.NewReader(strings.Join(lines[start:], "")))
	if err != nil {
		line, text := placeInFile(err, start)
		_, bad := fail(line, again, "%s", text)
		return p, append(problems, bad...)
	}
	var headers []int // the lines of "diff --git"; in a hunk none begins so
	for i, l := range lines {
		if strings.HasPrefix(l, "diff --git ") {
			headers = append(headers, i+1)
		}
	}
	if len(headers) != len(files) {
		_, bad := fail(start+1, again, "has %d lines \"diff --git\" but changes %d files", len(headers), len(files))
		return p, append(problems, bad...)
	}
	for i, f := range files {
		file, err := newFile(f)
		if err != nil {
			_, bad := fail(headers[i], "Patches are for regular files inside the tree.", "%v", err)
			return p, append(problems, bad...)
		}
		file.line = headers[i]
		p.Files = append(p.Files, file)
	}
	if line, text := p.scan(lines, start); text != "" {
		_, bad := fail(line, again, "%s", text)
		return p, append(problems, bad...)
	}
	for _, f := range p.Files {
		problems = append(problems, f.lint(p.Path)...)
		for _, h := range f.hunks {
			p.Lines += int(h.LinesAdded + h.LinesDeleted)
		}
	}
	return p, problems
}

// placeInFile takes the line number out of an error of the parser, which has
// not seen the first skipped lines.
func placeInFile(err error, skipped int) (line int, text string) {
	text = strings.TrimPrefix(err.Error(), "gitdiff: ")
	if n, scanErr := fmt.Sscanf(text, "line %d:", &line); n == 1 && scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
		return line + skipped, text
	}
	return skipped + 1, text
}

// parseMail reads what is above the diff.
func (p *Patch) parseMail(text string) []problem {
	bad := func(format string, args ...any) []problem {
		return []problem{{path: p.Path, line: 1, text: fmt.Sprintf(format, args...), hint: mailHint}}
	}
	head, _, _ := strings.Cut(text, "\n\n")
	if !fromHeader.MatchString(head) || !subjHeader.MatchString(head) {
		return bad("has no mail header with From: and Subject:")
	}
	h, err := gitdiff.ParsePatchHeader(text, gitdiff.WithSubjectCleanMode(gitdiff.SubjectCleanPatchOnly))
	if err != nil {
		return bad("mail header: %v", err)
	}
	if h.Title == "" {
		return bad("has an empty subject")
	}
	if h.Author == nil || h.Author.Email == "" {
		return bad("mail header: From: has no address")
	}
	p.Subject, p.Body, p.author = h.Title, h.Body, *h.Author
	if decoded, err := new(mime.WordDecoder).DecodeHeader(p.author.Name); err == nil {
		p.author.Name = decoded
	}
	p.Author = p.author.String()
	if m := dateHeader.FindStringSubmatch(head); m != nil {
		// Without it the date, and so the commit's hash, would depend on the
		// time zone of the machine.
		if !dateZone.MatchString(m[1]) {
			return bad("mail header: Date: %q has no offset from UTC such as +0000", m[1])
		}
		if h.AuthorDate.Unix() < 0 {
			return bad("mail header: Date: %q is before 1970, which git cannot store", m[1])
		}
		p.Date = h.AuthorDate
	}
	if !slices.ContainsFunc(strings.Split(p.Body, "\n"), func(l string) bool { return l != "" && !trailer.MatchString(l) }) {
		return []problem{{path: p.Path, line: 1, text: "gives no reason below its subject",
			hint: "Say in a sentence or two why the project needs this change, and what would go wrong without it."}}
	}
	return nil
}

// newFile checks what the parser found out about a file.
func newFile(f *gitdiff.File) (*File, error) {
	file := &File{Old: f.OldName, New: f.NewName, copied: f.IsCopy}
	if f.IsNew {
		file.Old = ""
	}
	if f.IsDelete {
		file.New = ""
	}
	for _, name := range []string{file.Old, file.New} {
		if name != "" {
			if err := checkPath(name); err != nil {
				return nil, err
			}
		}
	}
	if file.Old == "" && file.New == "" {
		return nil, fmt.Errorf("%s is both made and deleted", f.NewName)
	}
	for _, m := range []uint32{uint32(f.OldMode), uint32(f.NewMode)} {
		if m != 0 && m&0o170000 != 0o100000 {
			return nil, fmt.Errorf("%s has mode %o: only regular files can be patched, not symlinks or submodules", file.Path(), m)
		}
	}
	switch {
	case f.NewMode&0o111 != 0:
		file.mode = filemode.Executable
	case f.NewMode != 0, f.IsNew:
		file.mode = filemode.Regular
	}
	for _, frag := range f.TextFragments {
		file.hunks = append(file.hunks, hunk{TextFragment: frag})
	}
	if len(file.hunks) == 0 && file.Old == file.New && file.mode == 0 {
		return nil, fmt.Errorf("nothing is changed in %s", file.Path())
	}
	return file, nil
}

// checkPath refuses names that lead out of a tree or into git's own folder, and
// others that go-git does not take.
func checkPath(name string) error {
	if !fs.ValidPath(name) || name == "." {
		return fmt.Errorf("path %q is not one inside the tree", name)
	}
	// Its rules are not exported, but it looks up nothing that breaks them.
	_, err := new(object.Tree).FindEntry(name)
	if errors.Is(err, object.ErrEntryNotFound) || errors.Is(err, object.ErrDirectoryNotFound) {
		return nil
	}
	return err
}

// gitHeaders are the lines between "diff --git" and the first hunk.
var gitHeaders = []string{
	"index ", "--- ", "+++ ", "old mode ", "new mode ", "new file mode ", "deleted file mode ",
	"rename from ", "rename to ", "copy from ", "copy to ", "similarity index ", "dissimilarity index ",
}

// scan finds the line of every hunk, and the first line that the parser has
// skipped because it belongs to none: what is left of a hunk that an editor
// has mangled.
func (p *Patch) scan(lines []string, start int) (line int, text string) {
	file, n, header := -1, 0, false
	for i := start; i < len(lines); i++ {
		l := strings.TrimSuffix(lines[i], "\n")
		switch {
		case strings.HasPrefix(l, "diff --git "):
			if file >= 0 && n != len(p.Files[file].hunks) {
				return i + 1, "cannot tell the hunks above apart"
			}
			file, n, header = file+1, 0, true
		case strings.HasPrefix(l, "@@ -") && n < len(p.Files[file].hunks):
			h := &p.Files[file].hunks[n]
			h.line = i + 1
			n, header = n+1, false
			i += len(h.Lines)
			for _, l := range h.Lines {
				if l.NoEOL() {
					i++ // the marker line
				}
			}
		case header && slices.ContainsFunc(gitHeaders, func(prefix string) bool { return strings.HasPrefix(l, prefix) }):
		case l == "-- ": // the mail's signature
			i = len(lines)
		case strings.TrimSpace(l) == "":
		default:
			return i + 1, "line belongs to no hunk, so it would be ignored"
		}
	}
	if file+1 < len(p.Files) || n != len(p.Files[file].hunks) {
		return len(lines), "cannot tell the hunks above apart"
	}
	return 0, ""
}

// lint finds hunks that could not be placed safely, and files that are made by
// a program.
func (f *File) lint(file string) []problem {
	const again = "Make the patch again with `git format-patch`, without -U0."
	var problems []problem
	for i, h := range f.hunks {
		bad := func(format string, args ...any) {
			problems = append(problems, problem{path: file, line: h.line, text: fmt.Sprintf(format, args...), hint: again})
		}
		if err := h.Validate(); err != nil || h.OldPosition < 0 || h.OldPosition > math.MaxInt32 {
			bad("hunk %d of %s is malformed", i+1, f.Path())
			continue
		}
		if i > 0 && h.OldPosition <= f.hunks[i-1].OldPosition {
			bad("hunk %d of %s is not below hunk %d", i+1, f.Path(), i)
		}
		if f.Old == "" && i > 0 {
			bad("%s is made by more than one hunk", f.Path())
		}
		if h.LeadingContext == 0 && (h.OldPosition > 1 || h.OldLines == 0 && h.OldPosition > 0) {
			bad("hunk %d of %s has no line of context above the change", i+1, f.Path())
		}
		if !endsWithItsLastLine(h.Lines) {
			bad("hunk %d of %s has lines after one that ends the file without a newline", i+1, f.Path())
		}
	}
	if by := generatedName(f.Path()); by != "" {
		problems = append(problems, problem{path: file, line: f.line, text: fmt.Sprintf("changes %s, which %s makes", f.Path(), by),
			hint: "Patch the file it is made from; configure's answers are overridden in the recipe."})
	}
	return problems
}

// endsWithItsLastLine reports whether only the last line of either side lacks
// a newline.
func endsWithItsLastLine(lines []gitdiff.Line) bool {
	var oldEnded, newEnded bool
	for _, l := range lines {
		if l.Old() && oldEnded || l.New() && newEnded {
			return false
		}
		oldEnded = oldEnded || l.Old() && l.NoEOL()
		newEnded = newEnded || l.New() && l.NoEOL()
	}
	return true
}

// generatedName says which program makes a file of that name; "" if none does.
func generatedName(name string) string {
	switch base := path.Base(name); {
	case base == "configure":
		return "autoconf"
	case base == "aclocal.m4":
		return "aclocal"
	case base == "config.h.in":
		return "autoheader"
	case strings.HasSuffix(base, ".tab.c"), strings.HasSuffix(base, ".tab.h"):
		return "bison"
	}
	return ""
}

// generatedContent says which program has made a file, by what such programs
// write at its top; "" for one that somebody wrote.
func generatedContent(data []byte) string {
	top := data[:min(len(data), 512)]
	for _, g := range []struct{ mark, program string }{
		{"Generated by GNU Autoconf", "autoconf"},
		{"by autoheader", "autoheader"},
		{"generated automatically by aclocal", "aclocal"},
		{"Generated by re2c", "re2c"},
		{"A Bison parser, made by", "bison"},
	} {
		if bytes.Contains(top, []byte(g.mark)) {
			return g.program
		}
	}
	return ""
}
