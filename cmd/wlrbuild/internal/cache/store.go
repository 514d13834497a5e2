// Package cache is a content-addressed store on disk, shared by all builds of
// a user: finished output directories of steps by the digest of the step's
// inputs, and files by the digest of their content.
//
// What is in the store is whole: an entry is made in a temporary directory and
// moved into place in one rename, after it has reached the disk. Processes
// agree through advisory locks, which the kernel releases if one dies.
package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// What is below a store's directory. Others keep folders of their own beside.
const (
	outputsDir = "outputs"
	blobsDir   = "blobs"
	stateDir   = "state"
	locksDir   = "locks"
	tempDir    = "tmp"
	usersFile  = "users" // locked: shared by every open store, exclusively by Clean
)

// Store is a cache directory. Its methods may be called from many goroutines
// and processes at once.
type Store struct {
	dir   string
	users *os.File
}

// DefaultDir is where the cache is unless the command line says otherwise:
// $WLRBUILD_CACHE, or a folder in the user's cache directory.
func DefaultDir() (string, error) {
	if dir := os.Getenv("WLRBUILD_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", diag.New(diag.Preflight, "find the user's cache directory", "%w", err).
			WithHint("Set WLRBUILD_CACHE to a directory that wlrbuild may fill.")
	}
	return filepath.Join(dir, "wlrbuild"), nil
}

// Open opens the store in dir, makes it if it is not there, and removes what
// builds that were killed have left in it.
func Open(dir string) (*Store, error) {
	s, err := open(dir)
	if err != nil {
		return nil, (&diag.Error{Exit: diag.Preflight, Op: fmt.Sprintf("open the cache %q", dir), Err: err}).
			WithHint("The cache needs a directory that you may write to; set WLRBUILD_CACHE to another one.")
	}
	return s, nil
}

func open(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{outputsDir, blobsDir, stateDir, locksDir, tempDir} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			return nil, err
		}
	}
	s := &Store{dir: dir}
	if s.users, err = os.OpenFile(filepath.Join(dir, usersFile), os.O_RDWR|os.O_CREATE, 0o666); err != nil {
		return nil, err
	}
	if err := s.use(); err != nil {
		s.users.Close()
		return nil, err
	}
	return s, SweepTemp(s.temp())
}

// use tells Clean in other processes to stay away for as long as this one
// lives, and gives one that has begun a minute to finish.
func (s *Store) use() error {
	for range time.Minute / lockPoll {
		ok, err := flock(s.users, unix.LOCK_SH)
		if ok || err != nil {
			return err
		}
		time.Sleep(lockPoll)
	}
	return errors.New("another wlrbuild is still cleaning it")
}

// Dir is the store's directory, as an absolute path.
func (s *Store) Dir() string { return s.dir }

func (s *Store) output(d Digest) string { return filepath.Join(s.dir, outputsDir, d.String()) }
func (s *Store) temp() string           { return filepath.Join(s.dir, tempDir) }
func (s *Store) blob(d Digest) string   { return filepath.Join(s.dir, blobsDir, d.String()) }

// Get returns the finished output directory of the step with key d.
func (s *Store) Get(d Digest) (path string, ok bool) {
	path = s.output(d)
	if !touch(path) {
		return "", false
	}
	return path, true
}

// touch says whether path is there and marks it as used now, for Clean. The
// modification time is free for this: nothing in the store is trusted, nor any
// digest made, by time.
func touch(path string) bool {
	now := time.Now()
	err := os.Chtimes(path, now, now)
	if err == nil {
		return true
	}
	_, err = os.Lstat(path) // may be there but belong to somebody else
	return err == nil
}

// Do returns the output directory of the step with key d, and fills it if it
// is not there: fill writes into a fresh directory tmp, which becomes the
// output only if fill succeeds and ctx was not cancelled, and is removed
// otherwise. While one caller fills, others with the same key wait, in this
// process or another, and then hit. In an output files are read-only.
func (s *Store) Do(ctx context.Context, d Digest, fill func(tmp string) error) (path string, hit bool, err error) {
	if path, ok := s.Get(d); ok {
		return path, true, nil
	}
	unlock, err := s.Lock(ctx, "output-"+d.String())
	if err != nil {
		return "", false, err
	}
	defer unlock()
	if path, ok := s.Get(d); ok {
		return path, true, nil
	}
	path = s.output(d)
	err = WithTemp(ctx, s.temp(), func(tmp string) error {
		if err := fill(tmp); err != nil {
			return err
		}
		// A fill that overlooked the cancellation may have stopped half-way.
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := seal(tmp); err != nil {
			return err
		}
		return os.Rename(tmp, path)
	})
	if err != nil {
		return "", false, err
	}
	return path, false, syncDir(filepath.Dir(path))
}

// seal makes the files of a tree read-only, its directories writable, and
// brings all of it to the disk.
func seal(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			if info.Mode()&0o700 != 0o700 {
				return os.Chmod(path, info.Mode().Perm()|0o700)
			}
		case d.Type().IsRegular():
			return os.Chmod(path, info.Mode().Perm()&^0o222)
		case d.Type()&fs.ModeSymlink == 0:
			return &fs.PathError{Op: "keep", Path: path, Err: fmt.Errorf("neither a file, a directory nor a symlink (%v)", d.Type())}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return syncTree(dir)
}
