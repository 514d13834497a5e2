package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// outbox is a folder in an output directory in which files are made before
// they take their places there: a build that fails half-way changes nothing
// that another one has made.
type outbox struct {
	dir   string
	names []string
}

// writable says whether dir is a directory that files can be made in, or one
// can be made there.
func writable(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && filepath.Dir(dir) != dir:
		return writable(filepath.Dir(dir))
	case err != nil:
		return err
	case !info.IsDir():
		return &fs.PathError{Op: "open", Path: dir, Err: unix.ENOTDIR}
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "write to", Path: dir, Err: err}
	}
	return nil
}

// deliver makes dir if it is not there, and puts into it what fill adds to the
// outbox, all of it or nothing.
func deliver(ctx context.Context, dir string, fill func(*outbox) error) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, ".wlrbuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	o := &outbox{dir: tmp}
	if err := fill(o); err != nil {
		return err
	}
	for _, name := range o.names {
		to := filepath.Join(dir, name)
		// The one thing that a rename would stumble over.
		if info, err := os.Lstat(to); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder", to)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, name := range o.names {
		if err := os.Rename(filepath.Join(tmp, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (o *outbox) addFile(name, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	return o.add(name, src)
}

func (o *outbox) add(name string, src io.Reader) error {
	f, err := os.OpenFile(filepath.Join(o.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, src)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	o.names = append(o.names, name)
	return err
}
