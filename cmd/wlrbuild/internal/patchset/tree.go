package patchset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// workTree is a directory that Import has made.
type workTree struct {
	dir  string
	repo *git.Repository
	root *os.Root               // no symlink in the tree leads out of it
	ref  plumbing.ReferenceName // the branch that is checked out
	head *object.Commit
}

func openTree(dir string) (*workTree, error) {
	repo, err := git.PlainOpen(dir)
	if err != nil {
		return nil, notATree(dir, err)
	}
	ref, err := repo.Head()
	if err != nil {
		return nil, notATree(dir, fmt.Errorf("it has no commit: %w", err))
	}
	head, err := repo.CommitObject(ref.Hash())
	if err != nil {
		return nil, notATree(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &workTree{dir, repo, root, ref.Name(), head}, nil
}

func (t *workTree) close() { t.root.Close() }

func notATree(dir string, err error) error {
	return diag.New(diag.Usage, fmt.Sprintf("open the work tree %s", dir), "%w", err).
		WithHint("A work tree is a git repository that wlrbuild has made of a release, with a tag upstream/<version>.")
}

// history is a work tree's release and what was committed on top of it.
type history struct {
	version string
	release *object.Commit
	commits []*object.Commit // oldest first
}

func (t *workTree) history(ctx context.Context) (*history, error) {
	releases := map[plumbing.Hash]string{}
	tags, err := t.repo.Tags()
	if err != nil {
		return nil, err
	}
	err = tags.ForEach(func(ref *plumbing.Reference) error {
		version, ok := strings.CutPrefix(ref.Name().Short(), tagPrefix)
		if !ok {
			return nil
		}
		hash, err := t.repo.ResolveRevision(plumbing.Revision(ref.Name() + "^{commit}"))
		if err != nil {
			return err
		}
		releases[*hash] = version
		return nil
	})
	if err != nil {
		return nil, err
	}
	h := &history{}
	for c := t.head; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if version, ok := releases[c.Hash]; ok {
			h.version, h.release = version, c
			slices.Reverse(h.commits)
			return h, nil
		}
		h.commits = append(h.commits, c)
		switch len(c.ParentHashes) {
		case 0:
			return nil, notATree(t.dir, fmt.Errorf("no commit below HEAD has a tag %s<version>", tagPrefix))
		case 1:
		default:
			return nil, diag.New(diag.Patch, fmt.Sprintf("read the commits of %s", t.dir), "commit %s is a merge, which cannot become a patch", short(c.Hash)).
				WithHint("Rebase the work tree so that its commits are in one line: git rebase %s", tagPrefix+"<version>")
		}
		if c, err = c.Parent(0); err != nil {
			return nil, err
		}
	}
}

func short(h plumbing.Hash) string { return h.String()[:12] }

// dirty lists files that differ from HEAD, in the work tree or in the index.
// New files that git was not told about do not count.
func (t *workTree) dirty(ctx context.Context) ([]string, error) {
	idx, err := t.repo.Storer.Index()
	if err != nil {
		return nil, fmt.Errorf("read the git index: %w", err)
	}
	staged := make(map[string]*index.Entry, len(idx.Entries))
	for _, e := range idx.Entries {
		staged[e.Name] = e
	}
	tree, err := t.head.Tree()
	if err != nil {
		return nil, err
	}
	var names []string
	walker := object.NewTreeWalker(tree, true, nil)
	defer walker.Close()
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		name, e, err := walker.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if e.Mode == filemode.Dir {
			continue
		}
		s := staged[name]
		delete(staged, name)
		same, err := t.asCommitted(name, e, s)
		if err != nil {
			return nil, err
		}
		if !same || s == nil || s.Hash != e.Hash {
			names = append(names, name)
		}
	}
	for name := range staged {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// asCommitted reports whether a file of the work tree is as committed. Size and
// time in the index save reading most files, as they do for git.
func (t *workTree) asCommitted(name string, e object.TreeEntry, s *index.Entry) (bool, error) {
	info, err := t.root.Lstat(name)
	if notThere(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if s != nil && s.Hash == e.Hash && s.Mode == e.Mode && info.Mode().IsRegular() && modeOf(info) == e.Mode &&
		int64(s.Size) == info.Size() && s.ModifiedAt.Equal(info.ModTime()) {
		return true, nil
	}
	there, err := dirReader(t.root)(name)
	if err != nil {
		return false, err
	}
	if there.mode == filemode.Symlink {
		target, err := t.root.Readlink(name)
		if err != nil {
			return false, err
		}
		there.data = []byte(target)
	}
	return there.mode == e.Mode && plumbing.ComputeHash(plumbing.BlobObject, there.data) == e.Hash, nil
}

func notThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

func modeOf(info fs.FileInfo) filemode.FileMode {
	switch {
	case info.IsDir():
		return filemode.Dir
	case info.Mode().IsRegular() && info.Mode()&0o100 != 0:
		return filemode.Executable
	case info.Mode().IsRegular():
		return filemode.Regular
	}
	return filemode.Symlink
}

// dirReader reads the files of a directory.
func dirReader(root *os.Root) reader {
	return func(name string) (*blob, error) {
		info, err := root.Lstat(name)
		if notThere(err) {
			return nil, fs.ErrNotExist
		}
		if err != nil {
			return nil, err
		}
		b := &blob{mode: modeOf(info)}
		if b.regular() {
			b.data, err = root.ReadFile(name)
		}
		return b, err
	}
}

// write brings files into the work tree that are as in base so far.
func (t *workTree) write(base reader, changes map[string]*blob, when time.Time) error {
	for name := range changes {
		committed, err := base(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		there, err := dirReader(t.root)(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if (committed == nil) != (there == nil) ||
			committed != nil && (committed.mode != there.mode || string(committed.data) != string(there.data)) {
			return fmt.Errorf("%s in the work tree is not as committed", name)
		}
	}
	for name, b := range changes {
		if b != nil {
			continue
		}
		if err := t.root.Remove(name); err != nil {
			return err
		}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if t.root.Remove(dir) != nil {
				break // not empty
			}
		}
	}
	for name, b := range changes {
		if b == nil {
			continue
		}
		if err := t.writeFile(name, b, when); err != nil {
			return err
		}
	}
	return nil
}

// writeFile replaces a file in one step. It does not write into the old one:
// that may be read-only, or shared with another tree.
func (t *workTree) writeFile(name string, b *blob, when time.Time) error {
	if err := t.root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	tmp := name + ".wlrbuild-tmp"
	err := t.root.WriteFile(tmp, b.data, perm(b.mode))
	if err == nil {
		err = t.root.Chtimes(tmp, when, when)
	}
	if err == nil {
		err = t.root.Rename(tmp, name)
	}
	if err != nil {
		t.root.Remove(tmp)
	}
	return err
}
