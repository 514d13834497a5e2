package cache

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// MismatchError says that a file is not what its digest promised.
type MismatchError struct {
	Want, Got Digest
	Size      int64 // bytes received
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("sha256 of the %d bytes received is %v, expected %v", e.Size, e.Got, e.Want)
}

// Blob returns the file with the digest want. If it is not in the store, fetch
// writes it. Content with another digest is not kept; the error wraps a
// *MismatchError then.
func (s *Store) Blob(ctx context.Context, want Digest, fetch func(w io.Writer) error) (path string, err error) {
	path = s.blob(want)
	if touch(path) {
		return path, nil
	}
	unlock, err := s.Lock(ctx, "blob-"+want.String())
	if err != nil {
		return "", err
	}
	defer unlock()
	if touch(path) {
		return path, nil
	}
	_, err = s.addBlob(ctx, fetch, &want)
	if err != nil {
		return "", err
	}
	return path, nil
}

// PutBlob adds what r holds to the store and returns its digest and path.
func (s *Store) PutBlob(r io.Reader) (Digest, string, error) {
	d, err := s.addBlob(context.Background(), func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	}, nil)
	if err != nil {
		return Digest{}, "", err
	}
	return d, s.blob(d), nil
}

func (s *Store) addBlob(ctx context.Context, fetch func(w io.Writer) error, want *Digest) (d Digest, err error) {
	err = WithTemp(ctx, s.temp(), func(tmp string) error {
		tmp = filepath.Join(tmp, "blob")
		f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
		if err != nil {
			return err
		}
		defer f.Close()
		w := &blobWriter{ctx: ctx, f: f, h: sha256.New()}
		if err := fetch(w); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// A fetch that ignores a failed write must not turn a full disk into
		// a digest that does not match.
		if w.err != nil {
			return w.err
		}
		d = sum(w.h)
		if want != nil && d != *want {
			return (&diag.Error{Exit: diag.Source, Op: "check a download", Err: &MismatchError{*want, d, w.size}}).
				WithHint("The file changed at its origin or on the way, or the expected digest is wrong. Nothing of it was kept.")
		}
		if touch(s.blob(d)) {
			return nil
		}
		if err := f.Sync(); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
		if err := os.Rename(tmp, s.blob(d)); err != nil {
			return err
		}
		return syncDir(filepath.Join(s.dir, blobsDir))
	})
	return d, err
}

// blobWriter hashes what it writes, and stops a download when ctx ends.
type blobWriter struct {
	ctx  context.Context
	f    *os.File
	h    hash.Hash
	size int64
	err  error
}

func (w *blobWriter) Write(p []byte) (int, error) {
	if w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return 0, w.err
	}
	n, err := w.f.Write(p)
	w.h.Write(p[:n])
	w.size += int64(n)
	w.err = err
	return n, err
}
