package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WithTemp calls f with a fresh directory in parent and removes it afterwards,
// unless f has renamed it. What a killed process leaves is removed by the next
// SweepTemp. If f fails because the disk is full, the error names the file
// system and its free space.
func WithTemp(ctx context.Context, parent string, f func(tmp string) error) (err error) {
	tmp := filepath.Join(parent, rand.Text())
	// Locked before it exists, or another process would sweep it away.
	unlock, err := LockFile(ctx, tmp+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	defer func() {
		if removeErr := removeAll(tmp); err == nil {
			err = removeErr
		}
	}()
	if err = os.Mkdir(tmp, 0o777); err == nil {
		err = f(tmp)
	}
	if err != nil {
		// Asked here, before the removal makes room.
		return explainFull(err, parent)
	}
	return nil
}

// SweepTemp removes those directories of WithTemp in parent whose processes
// have died: their locks can be had.
func SweepTemp(parent string) error {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return err
	}
	for _, e := range entries {
		tmp := filepath.Join(parent, strings.TrimSuffix(e.Name(), ".lock"))
		unlock, ok, err := tryLockFile(tmp + ".lock")
		if err != nil {
			return err
		}
		if ok {
			// A compiler that outlived its build may still write here. What
			// cannot be removed now is removed next time.
			_ = removeAll(tmp)
			unlock()
		}
	}
	return nil
}

// removeAll is os.RemoveAll, but also removes what is in directories without
// write permission, such as some tarballs hold.
func removeAll(path string) error {
	err := os.RemoveAll(path)
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			os.Chmod(p, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}
