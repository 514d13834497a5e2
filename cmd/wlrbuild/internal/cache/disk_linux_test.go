package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// TestFullDisk fills a small file system for real.
func TestFullDisk(t *testing.T) {
	mount := smallFS(t)
	ctx := context.Background()
	s, err := Open(filepath.Join(mount, "store"))
	if err != nil {
		t.Fatal(err)
	}
	fill := func(w io.Writer) error {
		_, err := io.Copy(w, io.LimitReader(zeros{}, 4<<20))
		return err
	}
	check := func(t *testing.T, err error) {
		t.Helper()
		checkErr(t, err, "the file system at "+mount+" is full (")
		checkErr(t, err, " of 1 MiB free)")
		var e *diag.Error
		if !errors.Is(err, unix.ENOSPC) || !errors.As(err, &e) || e.Exit != diag.Step || !strings.Contains(e.Hint, "WLRBUILD_CACHE") {
			t.Errorf("error %#v", err)
		}
		checkNothingLeft(t, s)
	}
	t.Run("output", func(t *testing.T) {
		_, _, err := s.Do(ctx, testKey, func(tmp string) error {
			f, err := os.Create(filepath.Join(tmp, "big"))
			if err != nil {
				return err
			}
			defer f.Close()
			return fill(f)
		})
		check(t, err)
		if path, ok := s.Get(testKey); ok {
			t.Errorf("kept %s", path)
		}
	})
	t.Run("blob", func(t *testing.T) {
		_, err := s.Blob(ctx, testKey, fill)
		check(t, err)
	})
	t.Run("blob whose fetch ignores errors", func(t *testing.T) {
		_, err := s.Blob(ctx, testKey, func(w io.Writer) error { _ = fill(w); return nil })
		check(t, err)
	})
	t.Run("state", func(t *testing.T) {
		do(t, s.SaveJSON("x", "small"))
		check(t, s.SaveJSON("x", strings.Repeat("x", 4<<20)))
		var v string
		if ok, err := s.LoadJSON("x", &v); !ok || err != nil || v != "small" {
			t.Errorf("state is now %.10q, %v, %v", v, ok, err)
		}
	})
	t.Run("then there is room", func(t *testing.T) {
		if _, hit, err := s.Do(ctx, testKey, writeOut); hit || err != nil {
			t.Errorf("hit %v, error %v", hit, err)
		}
	})
	t.Run("no inode for a lock", func(t *testing.T) {
		for i := 0; ; i++ {
			err := os.WriteFile(filepath.Join(mount, fmt.Sprint(i)), nil, 0o666)
			if errors.Is(err, unix.ENOSPC) {
				break
			}
			do(t, err)
		}
		_, _, err := s.Do(ctx, Digest{9}, writeOut)
		check(t, err)
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// smallFS mounts a tmpfs of one MiB, which takes root.
func smallFS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,nr_inodes=200"); err != nil {
		t.Skipf("SKIPPED: fills a disk, for which it mounts a small tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
