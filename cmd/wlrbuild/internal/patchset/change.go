package patchset

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// blob is what is at a path of a tree. Only of a regular file it has data.
type blob struct {
	data []byte
	mode filemode.FileMode
}

func (b *blob) regular() bool { return b.mode == filemode.Regular || b.mode == filemode.Executable }

// reader looks up a path in a tree; its error is fs.ErrNotExist if nothing is
// there.
type reader func(name string) (*blob, error)

// overlay is a tree with changes that are not written anywhere yet.
type overlay struct {
	base  reader
	files map[string]*blob // nil: deleted
}

func newOverlay(base reader) *overlay { return &overlay{base, map[string]*blob{}} }

func (o *overlay) read(name string) (*blob, error) {
	if b, ok := o.files[name]; ok {
		if b == nil {
			return nil, fs.ErrNotExist
		}
		return b, nil
	}
	return o.base(name)
}

// patch makes all changes of a patch that fit and reports on each.
func (o *overlay) patch(p *Patch) ([]Hunk, error) {
	var results []Hunk
	for _, f := range p.Files {
		r, err := o.change(f)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path(), err)
		}
		results = append(results, r...)
	}
	return results, nil
}

// change makes what fits of the changes to one file.
func (o *overlay) change(f *File) ([]Hunk, error) {
	whole := func(state State, format string, args ...any) []Hunk {
		h := Hunk{File: f.Path(), Of: len(f.hunks), State: state, Reason: fmt.Sprintf(format, args...)}
		if len(f.hunks) > 0 {
			h.patchLine = f.hunks[0].line
		}
		if state == Applied {
			h.Hint = appliedHint
		}
		return []Hunk{h}
	}

	old, err := o.source(f)
	if errors.Is(err, fs.ErrNotExist) {
		if f.New == "" {
			return whole(Applied, "there is no such file"), nil
		}
		if target, err := o.read(f.New); err == nil && f.New != f.Old && target.regular() {
			return whole(Applied, "it is there, and %s is not", f.Old), nil
		}
		return whole(Conflict, "there is no file %s", f.Old), nil
	}
	if err != nil {
		return nil, err
	}
	if !old.regular() {
		return whole(Conflict, "%s is %s, not a regular file", f.Old, describe(old.mode)), nil
	}
	if by := generatedContent(old.data); by != "" {
		return whole(Conflict, "it is made by %s: patch the file it is made from", by), nil
	}

	lines, results := placeHunks(f.Path(), splitLines(old.data), f.hunks)
	data := []byte(strings.Join(lines, ""))
	if f.New == "" {
		if len(data) > 0 && fits(results) {
			return append(results, whole(Conflict, "it has lines that the patch does not know, so it is not deleted")...), nil
		}
		if len(data) == 0 {
			o.files[f.Old] = nil
			results = append(results, whole(Clean, "")...)
		}
		return results, nil
	}
	made := &blob{data, old.mode}
	if f.mode != 0 {
		made.mode = f.mode
	}
	if f.New == f.Old {
		if made.mode != old.mode {
			results = append(results, whole(Clean, "")...)
		} else if len(f.hunks) == 0 {
			return whole(Applied, "its mode is %o", made.mode), nil
		}
		o.files[f.New] = made
		return results, nil
	}

	if why, err := o.obstacle(f.New); err != nil {
		return nil, err
	} else if why != "" {
		if there, err := o.read(f.New); err == nil && f.Old == "" && there.regular() && string(there.data) == string(data) {
			return whole(Applied, "it is there, with the same content"), nil
		}
		return append(results, whole(Conflict, "%s", why)...), nil
	}
	o.files[f.New] = made
	if f.Old != "" && !f.copied {
		o.files[f.Old] = nil
	}
	return append(results, whole(Clean, "")...), nil
}

// source is the file that the hunks are for; for one that is made, it is
// empty.
func (o *overlay) source(f *File) (*blob, error) {
	if f.Old == "" {
		return &blob{mode: filemode.Regular}, nil
	}
	return o.read(f.Old)
}

// obstacle says what keeps a file from being made at a path; "" if nothing
// does.
func (o *overlay) obstacle(name string) (string, error) {
	for dir := name; dir != "."; dir = path.Dir(dir) {
		there, err := o.read(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", err
		case dir == name:
			return fmt.Sprintf("%s is there already (%s)", name, describe(there.mode)), nil
		case there.mode != filemode.Dir:
			return fmt.Sprintf("%s is %s, not a directory", dir, describe(there.mode)), nil
		}
	}
	return "", nil
}

func describe(mode filemode.FileMode) string {
	switch mode {
	case filemode.Dir:
		return "a directory"
	case filemode.Symlink:
		return "a symlink"
	case filemode.Submodule:
		return "a submodule"
	}
	return "a file"
}

// fits reports whether every change was made.
func fits(results []Hunk) bool {
	for _, r := range results {
		if r.State == Conflict || r.State == Applied {
			return false
		}
	}
	return true
}

// changed lists what really differs from the tree below.
func (o *overlay) changed() (map[string]*blob, error) {
	files := maps.Clone(o.files)
	for name, b := range files {
		was, err := o.base(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if b == nil && err != nil || b != nil && err == nil && was.mode == b.mode && string(was.data) == string(b.data) {
			delete(files, name)
		}
	}
	return files, nil
}
