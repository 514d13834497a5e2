package cache

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockPoll is how often a waiting Lock tries again. Waiting in the kernel
// would be shorter by that much, but could not be cancelled.
const lockPoll = 50 * time.Millisecond

// Lock takes the lock of that name, which at most one caller in any process
// holds at a time, and waits for it as long as ctx allows.
func (s *Store) Lock(ctx context.Context, name string) (unlock func(), err error) {
	return LockFile(ctx, filepath.Join(s.dir, locksDir, url.PathEscape(name)+".lock"))
}

// LockFile is Store.Lock for a lock file anywhere. The file exists while the
// lock is held; the kernel releases the locks of a process that dies.
func LockFile(ctx context.Context, path string) (unlock func(), err error) {
	for {
		unlock, ok, err := tryLockFile(path)
		if err != nil {
			return nil, explainFull(fmt.Errorf("lock: %w", err), filepath.Dir(path))
		}
		if ok {
			return unlock, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s, which another wlrbuild holds: %w", path, ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

func tryLockFile(path string) (unlock func(), ok bool, err error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, false, err
		}
		if ok, err := flock(f, unix.LOCK_EX); !ok || err != nil {
			f.Close()
			return nil, false, err
		}
		// The last holder removes the file before letting go of it, so what
		// was locked may be a file that no longer has a name.
		held, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, false, err
		}
		if named, err := os.Stat(path); err == nil && os.SameFile(held, named) {
			return func() {
				os.Remove(path)
				f.Close()
			}, true, nil
		}
		f.Close()
	}
}

// flock tries to take an advisory lock on f; false means that somebody else
// has it.
func flock(f *os.File, how int) (bool, error) {
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, &os.PathError{Op: "flock", Path: f.Name(), Err: err}
		}
	}
}
