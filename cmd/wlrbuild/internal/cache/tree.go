package cache

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
)

// The kinds of things in a tree. An executable is told apart from other files
// because that bit is the one part of a mode that git and tar keep, too.
const (
	kindDir        = "dir"
	kindFile       = "file"
	kindExecutable = "executable"
	kindSymlink    = "symlink"
)

type entry struct {
	rel    string // slash-separated, without a leading "./"
	kind   string
	target string // of a symlink
	digest Digest // of a file's content
}

// TreeDigest is the digest of the names, types, executable bits, symlink
// targets and file contents below dir. Times, owners and other mode bits do
// not count.
//
// With match, only files and symlinks that it accepts count, and directories
// do not count by themselves. Its argument is slash-separated and relative to
// dir. It is asked about directories, too, with a slash at the end of the
// name: one that it refuses is not entered.
func TreeDigest(dir string, match func(rel string) bool) (Digest, error) {
	d, err := fsDigest(os.DirFS(dir), match)
	if err != nil {
		return Digest{}, fmt.Errorf("digest of %s: %w", dir, err)
	}
	return d, nil
}

// FSDigest is TreeDigest of a file system, such as an embedded one.
func FSDigest(fsys fs.FS) (Digest, error) {
	return fsDigest(fsys, nil)
}

func fsDigest(fsys fs.FS, match func(rel string) bool) (Digest, error) {
	entries, err := walk(context.Background(), fsys, match)
	if err != nil {
		return Digest{}, err
	}
	err = forEach(context.Background(), len(entries), func() func(i int) error {
		buf := make([]byte, 128<<10)
		return func(i int) error { return entries[i].hashContent(fsys, buf) }
	})
	if err != nil {
		return Digest{}, err
	}
	h := sha256.New()
	for _, e := range entries {
		writeField(h, e.kind)
		writeField(h, e.rel)
		writeField(h, e.target)
		h.Write(e.digest[:])
	}
	return sum(h), nil
}

func (e *entry) isFile() bool { return e.kind == kindFile || e.kind == kindExecutable }

func (e *entry) hashContent(fsys fs.FS, buf []byte) error {
	if !e.isFile() {
		return nil
	}
	f, err := fsys.Open(e.rel)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	// Hiding WriteTo makes io.CopyBuffer use buf, not a new buffer per file.
	if _, err := io.CopyBuffer(h, struct{ io.Reader }{f}, buf); err != nil {
		return err
	}
	e.digest = sum(h)
	return nil
}

// walk lists what is in fsys, in an order that depends on names alone.
func walk(ctx context.Context, fsys fs.FS, match func(rel string) bool) ([]entry, error) {
	var entries []entry
	err := fs.WalkDir(fsys, ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		e := entry{rel: rel}
		switch d.Type() {
		case fs.ModeDir:
			if rel == "." {
				return nil
			}
			if match != nil {
				if !match(rel + "/") {
					return fs.SkipDir
				}
				return nil
			}
			e.kind = kindDir
		case fs.ModeSymlink:
			if match != nil && !match(rel) {
				return nil
			}
			e.kind = kindSymlink
			if e.target, err = fs.ReadLink(fsys, rel); err != nil {
				return err
			}
		case 0:
			if match != nil && !match(rel) {
				return nil
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			e.kind = kindFile
			if info.Mode()&0o100 != 0 {
				e.kind = kindExecutable
			}
		default:
			return &fs.PathError{Op: "read", Path: rel, Err: fmt.Errorf("neither a file, a directory nor a symlink (%v)", d.Type())}
		}
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// CopyTree copies what is below src into dst, which is made if it is not
// there. Executable bits and symlinks are kept, files become writable, since
// src is most often a read-only output of the cache. Modification times of
// files are kept because make compares them: a release ships generated parsers
// that are newer than their grammars, and must not seem outdated in the copy.
//
// A file that is already in dst is an error. After an error, a dst that was
// made here is removed again.
func CopyTree(ctx context.Context, src, dst string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("copy %s to %s: %w", src, dst, err)
		}
	}()
	entries, err := walk(ctx, os.DirFS(src), nil)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dst, 0o777); err == nil {
		defer func() {
			if err != nil {
				os.RemoveAll(dst)
			}
		}()
	} else if info, statErr := os.Stat(dst); statErr != nil || !info.IsDir() {
		return err
	}
	for _, e := range entries {
		if e.kind == kindDir {
			if err := os.Mkdir(filepath.Join(dst, e.rel), 0o777); err != nil && !os.IsExist(err) {
				return err
			}
		}
	}
	return forEach(ctx, len(entries), func() func(i int) error {
		return func(i int) error {
			e := entries[i]
			from, to := filepath.Join(src, e.rel), filepath.Join(dst, e.rel)
			switch e.kind {
			case kindFile:
				return copyFile(from, to, 0o666)
			case kindExecutable:
				return copyFile(from, to, 0o777)
			case kindSymlink:
				return os.Symlink(e.target, to)
			}
			return nil
		}
	})
}

func copyFile(from, to string, perm fs.FileMode) (err error) {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	info, err := r.Stat()
	if err != nil {
		return err
	}
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	// Between two *os.File, io.Copy lets the kernel share or copy the blocks.
	_, err = io.Copy(w, r)
	if closeErr := w.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// forEach calls the functions that worker makes for 0..n-1, from as many
// goroutines as there are processors, each with a function of its own. It
// returns the error of the lowest index that failed, so that errors do not
// depend on timing more than they must.
func forEach(ctx context.Context, n int, worker func() func(i int) error) error {
	var (
		next   atomic.Int64
		failed atomic.Bool
		mu     sync.Mutex
		first  = n
		err    error
		wg     sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			do := worker()
			for !failed.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if e := do(i); e != nil {
					failed.Store(true)
					mu.Lock()
					if i < first {
						first, err = i, e
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return ctx.Err()
}
