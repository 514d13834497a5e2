package patchset

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// putter stores an object and returns its hash.
type putter func(plumbing.EncodedObject) (plumbing.Hash, error)

// encoder is a commit, tree or tag.
type encoder interface {
	Encode(plumbing.EncodedObject) error
}

func put(to putter, obj encoder) (plumbing.Hash, error) {
	enc := new(plumbing.MemoryObject)
	if err := obj.Encode(enc); err != nil {
		return plumbing.ZeroHash, err
	}
	return to(enc)
}

func putBlob(to putter, data []byte) (plumbing.Hash, error) {
	enc := new(plumbing.MemoryObject)
	enc.SetType(plumbing.BlobObject)
	if _, err := enc.Write(data); err != nil {
		return plumbing.ZeroHash, err
	}
	return to(enc)
}

// putTree stores the tree that base becomes with the changes, which are entries
// by path; a zero hash deletes. A folder without a file is left out, as git
// does; of a tree with no file at all the hash is zero.
func putTree(to putter, s storer.EncodedObjectStorer, base plumbing.Hash, changes map[string]object.TreeEntry) (plumbing.Hash, error) {
	entries := map[string]object.TreeEntry{}
	if !base.IsZero() {
		tree, err := object.GetTree(s, base)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		for _, e := range tree.Entries {
			entries[e.Name] = e
		}
	}
	below := map[string]map[string]object.TreeEntry{}
	for name, e := range changes {
		if dir, rest, ok := strings.Cut(name, "/"); ok {
			if below[dir] == nil {
				below[dir] = map[string]object.TreeEntry{}
			}
			below[dir][rest] = e
		} else if e.Hash.IsZero() {
			delete(entries, name)
		} else {
			e.Name = name
			entries[name] = e
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(below)) { // or packs would differ from one import to the next
		sub, ok := entries[dir]
		if ok && sub.Mode != filemode.Dir {
			return plumbing.ZeroHash, fmt.Errorf("%s would be both a file and a directory", dir)
		}
		hash, err := putTree(to, s, sub.Hash, below[dir])
		if err != nil {
			return plumbing.ZeroHash, err
		}
		if hash.IsZero() {
			delete(entries, dir)
		} else {
			entries[dir] = object.TreeEntry{Name: dir, Mode: filemode.Dir, Hash: hash}
		}
	}
	if len(entries) == 0 {
		return plumbing.ZeroHash, nil
	}
	tree := &object.Tree{}
	for _, e := range entries {
		tree.Entries = append(tree.Entries, e)
	}
	slices.SortFunc(tree.Entries, func(a, b object.TreeEntry) int { return cmp.Compare(sortName(a), sortName(b)) })
	return put(to, tree)
}

// sortName is by what git sorts a tree: directories as if they had a slash at
// the end.
func sortName(e object.TreeEntry) string {
	if e.Mode == filemode.Dir {
		return e.Name + "/"
	}
	return e.Name
}

// treeReader reads the files of a commit.
func treeReader(tree *object.Tree) reader {
	var read reader
	read = func(name string) (*blob, error) {
		e, err := tree.FindEntry(name)
		if errors.Is(err, object.ErrEntryNotFound) || errors.Is(err, object.ErrDirectoryNotFound) {
			return nil, fs.ErrNotExist
		}
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			// So go-git says, too, if what should be the directory is a file.
			if dir, dirErr := read(path.Dir(name)); errors.Is(dirErr, fs.ErrNotExist) || dirErr == nil && dir.mode != filemode.Dir {
				return nil, fs.ErrNotExist
			}
		}
		if err != nil {
			return nil, err
		}
		b := &blob{mode: e.Mode}
		if b.regular() {
			f, err := tree.TreeEntryFile(e)
			if err != nil {
				return nil, err
			}
			r, err := f.Reader()
			if err != nil {
				return nil, err
			}
			defer r.Close()
			if b.data, err = io.ReadAll(r); err != nil {
				return nil, err
			}
		}
		return b, nil
	}
	return read
}

// robot signs what nobody wrote.
func robot(when time.Time) object.Signature {
	return object.Signature{Name: "wlrbuild", Email: "wlrbuild@localhost", When: when.UTC()}
}
