package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// limits bound what one source may unpack to, so that a small archive cannot
// fill the disk. PHP is 25,000 files and 130 MB.
type limits struct {
	files int
	bytes int64
}

var defaultLimits = limits{files: 400_000, bytes: 4 << 30}

// kind is what an entry of a tree is.
type kind int

const (
	directory kind = iota + 1
	regular
	symlink
)

// treeWriter puts a tree from somewhere else (an archive, a git object, a
// user's directory) below one directory. Names and links that would lead out
// of it are refused, and so is anything written twice or through a link:
// whoever made the source may have meant harm.
type treeWriter struct {
	root   *os.Root
	limits limits

	kinds  map[string]kind
	links  []link
	files  int
	bytes  int64
	newest time.Time // latest modification time of a file
}

type link struct{ name, target string }

func newTreeWriter(dir string, lim limits) (*treeWriter, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &treeWriter{root: root, limits: lim, kinds: map[string]kind{".": directory}}, nil
}

func (w *treeWriter) close() error { return w.root.Close() }

// cleanName is name without "./", "//" and a trailing slash, or an error if it
// is not the name of something below the top of a tree.
func cleanName(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("has an empty name")
	case strings.HasPrefix(name, "/"):
		return "", errors.New("has an absolute name")
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "", errors.New("has control characters in its name")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", errors.New("climbs out of the tree with \"..\"")
		}
	}
	return path.Clean(name), nil
}

// claim makes sure that name is new and that its parents are directories.
func (w *treeWriter) claim(name string, k kind) error {
	if w.kinds[name] != 0 {
		return errors.New("is there twice")
	}
	if w.files++; w.files > w.limits.files {
		return fmt.Errorf("is one more than the %d entries allowed", w.limits.files)
	}
	if err := w.dir(path.Dir(name)); err != nil {
		return err
	}
	w.kinds[name] = k
	return nil
}

// dir makes a directory and those above it. Modes are ours: the entries of an
// archive may not lock us out of our own directory.
func (w *treeWriter) dir(name string) error {
	switch w.kinds[name] {
	case directory:
		return nil
	case regular:
		return fmt.Errorf("goes through %q, which is a file", name)
	case symlink:
		return fmt.Errorf("goes through %q, which is a symbolic link", name)
	}
	if err := w.claim(name, directory); err != nil {
		return err
	}
	return w.root.Mkdir(name, 0o777)
}

// file writes a file. Of the mode only the executable bit is kept.
func (w *treeWriter) file(name string, executable bool, mtime time.Time, r io.Reader) error {
	if err := w.claim(name, regular); err != nil {
		return err
	}
	perm := fs.FileMode(0o666)
	if executable {
		perm = 0o777
	}
	f, err := w.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	defer f.Close()
	left := w.limits.bytes - w.bytes
	n, err := io.Copy(f, io.LimitReader(r, left+1))
	if err != nil {
		return err
	}
	if n > left {
		return fmt.Errorf("takes the tree over the %d MiB allowed", w.limits.bytes>>20)
	}
	w.bytes += n
	if err := f.Close(); err != nil {
		return err
	}
	if mtime.After(w.newest) {
		w.newest = mtime
	}
	return w.root.Chtimes(name, mtime, mtime)
}

// hardlink makes name another name of a file that is already there.
func (w *treeWriter) hardlink(name, target string) error {
	if w.kinds[target] != regular {
		return fmt.Errorf("is a hard link to %q, which is not a file before it", target)
	}
	if err := w.claim(name, regular); err != nil {
		return err
	}
	return w.root.Link(target, name)
}

// symlink notes a symbolic link. It is made by finish, when nothing can be
// written through it any more.
func (w *treeWriter) symlink(name, target string) error {
	if err := checkLink(name, target); err != nil {
		return err
	}
	if err := w.claim(name, symlink); err != nil {
		return err
	}
	w.links = append(w.links, link{name, target})
	return nil
}

func checkLink(name, target string) error {
	if target == "" || strings.HasPrefix(target, "/") || !fs.ValidPath(path.Join(path.Dir(name), target)) {
		return fmt.Errorf("is a symbolic link to %q, which is outside the tree", target)
	}
	return nil
}

// finish makes the symbolic links and follows each, because one that looks
// harmless by itself can lead out by way of another.
func (w *treeWriter) finish() error {
	for _, l := range w.links {
		if err := w.root.Symlink(l.target, l.name); err != nil {
			return err
		}
	}
	for _, l := range w.links {
		// A link to nothing is harmless, and some trees have one.
		if _, err := w.root.Stat(l.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%q: is a symbolic link to %q: %w", l.name, l.target, err)
		}
	}
	if w.files == 0 {
		return errors.New("there are no files in it")
	}
	return nil
}
