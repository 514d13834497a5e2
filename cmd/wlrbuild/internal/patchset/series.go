// Package patchset turns a release and a series of patches into a work tree
// that is a git repository: the release as one commit with a tag, and one
// commit per patch on top. So nobody can mistake half a series for a whole
// one, a tree can be inspected with the tools that everybody knows, and what
// was changed in it goes back into the series as patches.
package patchset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/patches"
)

// seriesFile lists the patches of its folder in the order they are applied,
// one name a line. Lines that begin with "#" are comments.
const seriesFile = "series"

// Series is the patches for one branch of a project and one runtime, in the
// order in which they are applied.
type Series struct {
	Patches []*Patch
	Digest  cache.Digest // of the names and contents, in order
	Lines   int          // lines added and removed by all patches together
}

// Open is the folder with all patches: dir, or the built-in one if that is "".
func Open(dir string) (fs.FS, error) {
	if dir == "" {
		return patches.FS, nil
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		err = syscall.ENOTDIR
	case err != nil:
		err = errors.Unwrap(err) // without the name, which Path has
	}
	if err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Op: "read patches", Path: dir, Err: err,
			Hint: "it has to be a folder with a folder per project: <project>/<branch>/series"}
	}
	return os.DirFS(dir), nil
}

// Load reads the patches of a branch (<project>/<branch>/) and then those that
// only one runtime needs (<project>/<branch>/<runtime>/), if one is given. A folder that is not
// there holds no patches; a folder with a defect in it is an error that lists
// every defect.
func Load(fsys fs.FS, project, branch, runtime string) (*Series, error) {
	dir := path.Join(project, branch)
	all, problems, err := loadFolder(fsys, dir, "")
	if err != nil {
		return nil, diag.New(diag.Patch, fmt.Sprintf("load the patches of %s %s", project, branch), "%w", err)
	}
	if runtime != "" {
		own, more, err := loadFolder(fsys, path.Join(dir, runtime), runtime)
		if err != nil {
			return nil, diag.New(diag.Patch, fmt.Sprintf("load the patches of %s %s for %s", project, branch, runtime), "%w", err)
		}
		all, problems = append(all, own...), append(problems, more...)
	}
	if err := asError(problems); err != nil {
		return nil, err
	}
	return newSeries(all), nil
}

func newSeries(patches []*Patch) *Series {
	s := &Series{Patches: patches}
	h := cache.NewHasher("patchset/v1")
	for _, p := range patches {
		h.Digest(p.Name, p.Digest)
		s.Lines += p.Lines
	}
	s.Digest = h.Sum()
	return s
}

// loadFolder reads one folder of patches. Their names get the prefix.
func loadFolder(fsys fs.FS, dir, prefix string) ([]*Patch, []problem, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var unlisted []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && name != seriesFile && name != "README.md" && !strings.HasPrefix(name, ".") {
			unlisted = append(unlisted, name)
		}
	}
	listPath := path.Join(dir, seriesFile)
	text, err := fs.ReadFile(fsys, listPath)
	if errors.Is(err, fs.ErrNotExist) {
		if len(unlisted) == 0 {
			return nil, nil, nil
		}
		return nil, []problem{{path: dir, text: "has patches but no file \"series\" that lists them",
			hint: "List the patches in a file named series, one name a line, in the order in which they are applied."}}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	list, problems := parseSeriesFile(listPath, text)
	var patches []*Patch
	for _, item := range list.items {
		file := path.Join(dir, item.name)
		data, err := fs.ReadFile(fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, problem{path: listPath, line: item.line,
				text: fmt.Sprintf("patch %q is listed but there is no such file", item.name),
				hint: "Add the patch, or take its line out of the series."})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		unlisted = slices.DeleteFunc(unlisted, func(name string) bool { return name == item.name })
		p, bad := parsePatch(path.Join(prefix, item.name), file, data)
		problems = append(problems, bad...)
		patches = append(patches, p)
	}
	for _, name := range unlisted {
		problems = append(problems, problem{path: path.Join(dir, name), text: "is not listed in the series, so it would never be applied",
			hint: fmt.Sprintf("Add its name to %s, or remove the file.", listPath)})
	}
	return patches, problems, nil
}

// seriesList is a parsed series file.
type seriesList struct {
	head  string // the comment at the top, up to its empty line
	items []seriesItem
	tail  string // what follows the last patch
}

type seriesItem struct {
	name    string
	line    int
	comment string // the comments and empty lines above, as they are
}

func parseSeriesFile(file string, text []byte) (seriesList, []problem) {
	var (
		list     seriesList
		problems []problem
		comment  strings.Builder
		seen     = map[string]bool{}
	)
	for i, l := range splitLines(text) {
		name := strings.TrimSpace(l)
		bad := func(format string, args ...any) {
			problems = append(problems, problem{path: file, line: i + 1, text: fmt.Sprintf(format, args...),
				hint: "A series has the name of one patch a line; comments are lines of their own that begin with #."})
		}
		switch {
		case strings.HasSuffix(l, "\r\n"):
			bad("line ends in CRLF")
		case name == "" || strings.HasPrefix(name, "#"):
			comment.WriteString(l)
			if name == "" && list.head == "" && len(list.items) == 0 {
				list.head = comment.String()
				comment.Reset()
			}
		case path.Base(name) != name || !strings.HasSuffix(name, ".patch") || strings.ContainsAny(name, " \t"):
			bad("%q is not the name of a patch in this folder", name)
		case seen[name]:
			bad("patch %q is listed twice", name)
		default:
			seen[name] = true
			list.items = append(list.items, seriesItem{name, i + 1, comment.String()})
			comment.Reset()
		}
	}
	list.tail = comment.String()
	return list, problems
}

// names lists the patches.
func (l seriesList) names() []string {
	names := make([]string, len(l.items))
	for i, item := range l.items {
		names[i] = item.name
	}
	return names
}

// problem is a defect in a series or patch.
type problem struct {
	path string // in the patches' file system
	line int
	text string // lower-case fragment that follows the place
	hint string
}

func (p problem) String() string {
	if p.line > 0 {
		return fmt.Sprintf("%s:%d: %s", p.path, p.line, p.text)
	}
	return fmt.Sprintf("%s: %s", p.path, p.text)
}

// asError makes one error of all problems; nil if there is none. It speaks of
// the first and lists the others, so that one run shows all that is to be
// mended.
func asError(problems []problem) error {
	if len(problems) == 0 {
		return nil
	}
	first := problems[0]
	e := &diag.Error{Exit: diag.Patch, Op: first.text, Path: first.path, Line: first.line, Hint: first.hint}
	for _, p := range problems[1:] {
		e.Detail += "also " + p.String() + "\n"
	}
	return e
}
