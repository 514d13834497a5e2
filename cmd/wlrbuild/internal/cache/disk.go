package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// explainFull turns an error that a full disk caused into one that says which
// disk, and returns any other as it is. The error happened in dir unless it
// has a path of its own.
func explainFull(err error, dir string) error {
	var inner *diag.Error
	errors.As(err, &inner)
	if !outOfSpace(err, inner, dir) {
		return err
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && filepath.IsAbs(pathErr.Path) {
		dir = filepath.Dir(pathErr.Path)
	}
	full := &diag.Error{
		Exit: diag.Step,
		Op:   "fill the cache",
		Err:  fmt.Errorf("%s: %w", describeDisk(dir), err),
		Hint: "Free some space, for example with `wlrbuild cache clean`, or set WLRBUILD_CACHE to a directory on a larger disk. Nothing half-written was kept.",
	}
	if inner != nil {
		full.Log, full.Detail = inner.Log, inner.Detail
	}
	return full
}

func outOfSpace(err error, inner *diag.Error, dir string) bool {
	if errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) {
		return true
	}
	// A compiler or make that meets a full disk exits with 1; what it printed
	// is all there is to tell.
	text := err.Error()
	if inner != nil {
		text += inner.Detail
	}
	return strings.Contains(text, unix.ENOSPC.Error()) ||
		strings.Contains(text, "No space left on device") ||
		// So ends a program that writes through a mapping, as linkers do.
		strings.Contains(strings.ToLower(text), "bus error") && isFull(dir)
}

// isFull says whether less is free than the rest of a file could take.
func isFull(dir string) bool {
	var st unix.Statfs_t
	err := unix.Statfs(dir, &st)
	return err == nil && uint64(st.Bavail)*uint64(st.Bsize) < 1<<20
}

// describeDisk says how full the file system that holds path is.
func describeDisk(path string) string {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return fmt.Sprintf("the disk that holds %s is full", path)
	}
	mib := func(blocks uint64) uint64 { return blocks * uint64(st.Bsize) >> 20 }
	return fmt.Sprintf("the file system at %s is full (%d of %d MiB free)",
		mountPoint(path), mib(uint64(st.Bavail)), mib(uint64(st.Blocks)))
}

// mountPoint is the topmost directory on the file system that holds path.
func mountPoint(path string) string {
	device := func(path string) (dev uint64, ok bool) {
		var st unix.Stat_t
		err := unix.Stat(path, &st)
		return uint64(st.Dev), err == nil
	}
	for {
		parent := filepath.Dir(path)
		here, ok1 := device(path)
		above, ok2 := device(parent)
		if parent == path || !ok1 || !ok2 || here != above {
			return path
		}
		path = parent
	}
}

// syncDir brings a directory's entries to the disk, so that a rename is not
// lost.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
