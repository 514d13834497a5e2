package cache

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Usage is what one folder of the store takes.
type Usage struct {
	Name    string `json:"name"` // such as "outputs" or "blobs"
	Entries int    `json:"entries"`
	Bytes   int64  `json:"bytes"` // sum of the sizes of the files
}

// Usage measures each folder of the store, those that others keep in it
// included, in the order of their names.
func (s *Store) Usage() ([]Usage, error) {
	folders, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var rows []Usage
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		dir := filepath.Join(s.dir, folder.Name())
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		size, err := diskSize(dir)
		if err != nil {
			return nil, err
		}
		rows = append(rows, Usage{folder.Name(), len(entries), size})
	}
	return rows, nil
}

// Clean removes the outputs and blobs that nobody has used for longer than
// olderThan; 0 removes all of them. It returns what it removed, by folder,
// also along with an error. It refuses while another process has the store
// open, since that may be about to read what is removed here.
func (s *Store) Clean(ctx context.Context, olderThan time.Duration) ([]Usage, error) {
	ok, err := flock(s.users, unix.LOCK_EX)
	// Even a conversion that fails may have dropped the shared lock.
	defer s.use()
	if err == nil && !ok {
		err = errors.New("another wlrbuild is using it")
	}
	if err != nil {
		return nil, (&diag.Error{Exit: diag.Preflight, Op: "clean the cache", Path: s.dir, Err: err}).
			WithHint("Wait until the other build has finished.")
	}
	limit := time.Now().Add(-olderThan)
	var removed []Usage
	for _, folder := range []string{blobsDir, outputsDir} {
		row, err := s.cleanFolder(ctx, folder, limit)
		removed = append(removed, row)
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (s *Store) cleanFolder(ctx context.Context, folder string, limit time.Time) (Usage, error) {
	row := Usage{Name: folder}
	entries, err := os.ReadDir(filepath.Join(s.dir, folder))
	if err != nil {
		return row, err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return row, err
		}
		info, err := e.Info()
		if err != nil {
			return row, err
		}
		if info.ModTime().After(limit) {
			continue
		}
		path := filepath.Join(s.dir, folder, e.Name())
		size, err := diskSize(path)
		if err != nil {
			return row, err
		}
		// Moved away first: an output that is removed half-way, because this
		// process is killed, must not be found any more.
		err = WithTemp(ctx, s.temp(), func(tmp string) error {
			return os.Rename(path, filepath.Join(tmp, e.Name()))
		})
		if err != nil {
			return row, err
		}
		row.Entries++
		row.Bytes += size
	}
	return row, nil
}

func diskSize(path string) (size int64, err error) {
	err = filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile, by another process
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		size += info.Size()
		return nil
	})
	return size, err
}
