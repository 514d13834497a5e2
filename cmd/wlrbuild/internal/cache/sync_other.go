//go:build !linux

package cache

import (
	"io/fs"
	"path/filepath"
)

// syncTree brings the files of a tree to the disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return syncDir(path) // fsync takes files and directories alike
	})
}
