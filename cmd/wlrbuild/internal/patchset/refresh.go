package patchset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Refreshed lists what Refresh has done, by names relative to the series'
// folder.
type Refreshed struct {
	Written []string `json:"written"`
	Removed []string `json:"removed"`
	Kept    []string `json:"kept"` // patches that are as they were
}

// Refresh writes the commits of the work tree dst back as the series in the
// folder seriesDir (patches/<project>/<branch>) and, for those of a runtime, in
// its folder below. A commit knows its patch by the last line of its message;
// a new commit goes into the folder of the commit below it.
//
// A patch whose commit still does what the patch says is kept byte for byte,
// so refreshing a tree in which nothing was changed changes nothing, even if
// the release is not the one the patches were made for. Patches keep their
// names while their numbers are in order.
//
// A patch without a commit is an error, unless drop is set: then it is removed.
// A runtime's folder of which the tree has no commit at all is left alone.
// Nothing is written before everything is known to be right.
func Refresh(ctx context.Context, dst, seriesDir string, drop bool) (done *Refreshed, err error) {
	op := fmt.Sprintf("write the commits of %s to %s", dst, seriesDir)
	defer func() { err = explain(diag.Step, op, err) }()
	t, err := openTree(dst)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if dirty, err := t.dirty(ctx); err != nil {
		return nil, err
	} else if len(dirty) > 0 {
		e := diag.New(diag.Patch, op, "%d files have changes that are not committed", len(dirty)).
			WithHint("Commit them, or put them into the commit they belong to (git commit --fixup, git rebase --autosquash).")
		e.Detail = strings.Join(dirty[:min(len(dirty), 20)], "\n")
		return nil, e
	}
	h, err := t.history(ctx)
	if err != nil {
		return nil, err
	}
	commits := patchCommits(h.commits)
	folders, err := assign(commits)
	if err != nil {
		return nil, err
	}

	done = &Refreshed{}
	var plan []*folder
	for _, name := range folders {
		f, err := readFolder(seriesDir, name)
		if err != nil {
			return nil, err
		}
		for _, c := range commits {
			if path.Dir(c.name) == name {
				f.commits = append(f.commits, c)
			}
		}
		if err := f.prepare(ctx, h.release.Committer.When, drop); err != nil {
			return nil, err
		}
		plan = append(plan, f)
	}
	for _, f := range plan {
		if err := f.write(done); err != nil {
			return nil, err
		}
	}
	return done, nil
}

// assign gives commits without a name one that says no more than their folder,
// and lists the folders: "." and that of a runtime.
func assign(commits []*patchCommit) ([]string, error) {
	folders := []string{"."}
	for _, c := range commits {
		last := folders[len(folders)-1]
		if c.name == "" {
			c.name = path.Join(last, newName)
		}
		dir := path.Dir(c.name)
		if dir == last {
			continue
		}
		if dir == "." || len(folders) > 1 || strings.Contains(dir, "/") || checkPath(c.name) != nil {
			return nil, diag.New(diag.Patch, fmt.Sprintf("sort commit %s (%q) into the series", short(c.Hash), c.subject),
				"its patch is %q, but the commit below it belongs to %q", c.name, last).
				WithHint("The patches for all runtimes come first, then those of one runtime; reorder the commits with git rebase -i, or correct the line \"%s\" of the message.", strings.TrimSpace(nameTrailer))
		}
		folders = append(folders, dir)
	}
	return folders, nil
}

// newName stands for the name of a patch that has none yet.
const newName = "new"

// folder is one folder of a series that is being refreshed.
type folder struct {
	dir      string // on disk
	prefix   string // "." or the runtime
	list     seriesList
	existing []*Patch
	commits  []*patchCommit
	files    map[string][]byte // the new content
	names    []string          // in order
}

func readFolder(seriesDir, prefix string) (*folder, error) {
	f := &folder{dir: filepath.Join(seriesDir, prefix), prefix: prefix, files: map[string][]byte{}}
	patches, problems, err := loadFolder(os.DirFS(seriesDir), prefix, prefix)
	if err != nil {
		return nil, err
	}
	if err := asError(problems); err != nil {
		return nil, err
	}
	f.existing = patches
	text, err := os.ReadFile(filepath.Join(f.dir, seriesFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f.list, _ = parseSeriesFile(seriesFile, text) // loadFolder has found no problem
	return f, nil
}

// prepare works out the folder's new content and writes nothing.
func (f *folder) prepare(ctx context.Context, release time.Time, drop bool) error {
	match(f.commits, f.existing)
	f.number()
	var problems []problem
	left := slices.Clone(f.existing)
	for i, c := range f.commits {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.patch != nil {
			left = slices.DeleteFunc(left, func(p *Patch) bool { return p == c.patch })
			same, err := c.is(ctx, c.patch)
			if err != nil {
				return err
			}
			if same {
				f.files[f.names[i]] = c.patch.text
				continue
			}
		}
		op := fmt.Sprintf("write commit %s (%q) as a patch", short(c.Hash), c.subject)
		text, err := c.format(ctx, release)
		if err != nil {
			return diag.New(diag.Patch, op, "%w", err)
		}
		p, bad := parsePatch(path.Join(f.prefix, f.names[i]), fmt.Sprintf("commit %s (%q)", short(c.Hash), c.subject), text)
		if problems = append(problems, bad...); len(bad) > 0 {
			continue
		}
		// What cannot be read back is not written: a message with a line "---",
		// say, would lose what follows.
		if same, err := c.is(ctx, p); err != nil {
			return err
		} else if !same {
			return diag.New(diag.Patch, op, "the patch would not be read as what the commit says and does").
				WithHint("Look for lines in the message that mails or diffs give a meaning to, such as \"---\", for a subject that begins with \"[PATCH\", \":\" or \"Re:\", and for quotes in the author's name.")
		}
		f.files[f.names[i]] = text
	}
	if len(problems) > 0 {
		return asError(problems)
	}
	if len(left) > 0 && !drop {
		e := diag.New(diag.Patch, fmt.Sprintf("refresh %s", f.dir), "%d patches of the series have no commit in the work tree", len(left)).
			WithHint("If the commits were dropped on purpose, say so (--drop) and the patches are removed; otherwise apply the whole series to a new work tree first.")
		for _, p := range left {
			e.Detail += p.Name + "\n"
		}
		return e
	}
	return nil
}

var numbered = regexp.MustCompile(`^(\d{4})-`)

// number names the patches. Those that have a name keep it as long as the
// numbers ascend and leave room for new ones; otherwise all are numbered anew.
func (f *folder) number() {
	if f.keepNames() {
		return
	}
	f.names = nil
	for i, c := range f.commits {
		f.names = append(f.names, fmt.Sprintf("%04d-%s.patch", i+1, c.slug()))
	}
}

func (f *folder) keepNames() bool {
	f.names = nil
	for _, c := range f.commits {
		if c.patch != nil {
			f.names = append(f.names, path.Base(c.patch.Name))
		}
	}
	if len(f.names) == len(f.commits) && slices.Equal(f.names, f.list.names()) {
		return true
	}
	f.names = nil
	last := 0
	for _, c := range f.commits {
		if c.patch == nil {
			last++
			f.names = append(f.names, fmt.Sprintf("%04d-%s.patch", last, c.slug()))
			continue
		}
		name := path.Base(c.patch.Name)
		if m := numbered.FindStringSubmatch(name); m != nil {
			n, _ := strconv.Atoi(m[1]) // four digits
			if n <= last {
				return false
			}
			last = n
		}
		f.names = append(f.names, name)
	}
	return true
}

var plainName = regexp.MustCompile(`^(?:\d{4}-)?([\w.+-]+)\.patch$`)

// slug is the patch's name without number and extension: that which it has, or
// one made from the subject.
func (c *patchCommit) slug() string {
	name := path.Base(c.name)
	if c.patch != nil {
		name = path.Base(c.patch.Name)
	}
	if m := plainName.FindStringSubmatch(name); m != nil {
		return m[1]
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(c.subject) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = true
		}
	}
	const longest = 52 // as git
	slug := b.String()
	if len(slug) > longest {
		slug = slug[:longest]
		if i := strings.LastIndexByte(slug, '-'); i > 0 {
			slug = slug[:i]
		}
	}
	if slug == "" {
		return "patch"
	}
	return slug
}

// write brings the folder to its new content: first the patches, then the
// series that names them, and at last what it no longer names is removed.
func (f *folder) write(done *Refreshed) error {
	if len(f.commits) == 0 && len(f.existing) == 0 {
		return nil
	}
	if err := os.MkdirAll(f.dir, 0o777); err != nil {
		return err
	}
	old := map[string][]byte{}
	for _, p := range f.existing {
		old[path.Base(p.Name)] = p.text
	}
	for _, name := range f.names {
		if text, ok := old[name]; ok && string(text) == string(f.files[name]) {
			done.Kept = append(done.Kept, path.Join(f.prefix, name))
			continue
		}
		if err := writeWhole(filepath.Join(f.dir, name), f.files[name]); err != nil {
			return err
		}
		done.Written = append(done.Written, path.Join(f.prefix, name))
	}
	if !slices.Equal(f.names, f.list.names()) {
		if err := writeWhole(filepath.Join(f.dir, seriesFile), f.series()); err != nil {
			return err
		}
		done.Written = append(done.Written, path.Join(f.prefix, seriesFile))
	}
	for _, p := range f.existing {
		name := path.Base(p.Name)
		if _, ok := f.files[name]; ok {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, name)); err != nil {
			return err
		}
		done.Removed = append(done.Removed, path.Join(f.prefix, name))
	}
	return nil
}

// series is the series file. Comments stay with the patch they are above.
func (f *folder) series() []byte {
	comments := map[string]string{}
	for _, item := range f.list.items {
		comments[item.name] = item.comment
	}
	var b strings.Builder
	b.WriteString(f.list.head)
	for i, c := range f.commits {
		if c.patch != nil {
			b.WriteString(comments[path.Base(c.patch.Name)])
		}
		b.WriteString(f.names[i] + "\n")
	}
	b.WriteString(f.list.tail)
	return []byte(b.String())
}

// writeWhole replaces a file in one step.
func writeWhole(name string, data []byte) error {
	tmp := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".tmp")
	if err := os.WriteFile(tmp, data, 0o666); err != nil {
		os.Remove(tmp)
		return err
	}
	return os.Rename(tmp, name)
}
