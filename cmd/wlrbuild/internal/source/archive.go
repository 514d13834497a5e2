package source

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// untar unpacks the tar archive in r without its single top folder, which
// release archives have, named after the release.
func untar(ctx context.Context, w *treeWriter, r io.Reader) error {
	u := &untarrer{w: w}
	tr := tar.NewReader(&contextReader{ctx, r})
	for {
		h, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("read the archive: %w", err)
		}
		if err := u.entry(h, tr); err != nil {
			return fmt.Errorf("entry %q: %w", h.Name, err)
		}
	}
	return w.finish()
}

type untarrer struct {
	w   *treeWriter
	top string
}

func (u *untarrer) entry(h *tar.Header, r io.Reader) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil // `git archive` writes the commit there
	}
	name, err := cleanName(h.Name)
	if err != nil {
		return err
	}
	top, name, below := strings.Cut(name, "/")
	if top == "." && h.Typeflag == tar.TypeDir {
		return nil
	}
	if !below && h.Typeflag != tar.TypeDir {
		return errors.New("is at the top of the archive, where only one folder may be")
	}
	if u.top == "" {
		u.top = top
	}
	if top != u.top {
		return fmt.Errorf("is not below the archive's top folder, %q", u.top)
	}
	if !below {
		return nil
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return u.w.dir(name)
	case tar.TypeReg:
		return u.w.file(name, h.Mode&0o100 != 0, h.ModTime, r)
	case tar.TypeSymlink:
		return u.w.symlink(name, h.Linkname)
	case tar.TypeLink:
		target, err := cleanName(h.Linkname)
		if err != nil {
			return fmt.Errorf("is a hard link to %q, which %w", h.Linkname, err)
		}
		return u.w.hardlink(name, strings.TrimPrefix(target, u.top+"/"))
	case tar.TypeChar, tar.TypeBlock:
		return errors.New("is a device")
	case tar.TypeFifo:
		return errors.New("is a named pipe")
	default:
		return fmt.Errorf("is of the unknown type %q", h.Typeflag)
	}
}

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// decompress finds out by its first bytes how r is compressed; anything else
// is taken for a plain tar.
func decompress(ctx context.Context, r io.Reader) (io.ReadCloser, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	magic, err := br.Peek(6)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		return unxz(ctx, br)
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		return gzip.NewReader(br)
	case bytes.HasPrefix(magic, []byte("BZh")):
		return io.NopCloser(bzip2.NewReader(br)), nil
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		d, err := zstd.NewReader(br, zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(br), nil
}

// unxz decompresses with the xz program if there is one: it takes less than
// half the time of the Go library, and works beside this process.
func unxz(ctx context.Context, r io.Reader) (io.ReadCloser, error) {
	program, err := exec.LookPath("xz")
	if err != nil {
		d, err := xz.NewReader(r)
		if err != nil {
			return nil, err
		}
		return io.NopCloser(d), nil
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &xzProcess{cancel: cancel}
	p.cmd = exec.CommandContext(ctx, program, "--decompress", "--stdout", "--memlimit-decompress=1GiB")
	p.cmd.Env = []string{"LC_ALL=C"} // not the user's XZ_OPT, nor a translated message
	p.cmd.Stdin = r
	p.cmd.Stderr = &p.stderr
	// A Ctrl-C at the terminal is ours to pass on, when we are ready for it.
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		cancel()
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	return p, nil
}

type xzProcess struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	stdout io.Reader
	stderr bytes.Buffer
	done   bool
}

// Read gives the exit status in place of the end of the data, so that what
// comes from a truncated archive does not pass for all of it.
func (p *xzProcess) Read(b []byte) (int, error) {
	if p.done {
		return 0, io.EOF
	}
	n, err := p.stdout.Read(b)
	if err == nil {
		return n, nil
	}
	p.done = true
	if waitErr := p.cmd.Wait(); waitErr != nil {
		err = waitErr
		if text := strings.TrimSpace(p.stderr.String()); text != "" {
			err = errors.New(text)
		}
	}
	return n, err
}

func (p *xzProcess) Close() error {
	p.cancel()
	if !p.done {
		p.done = true
		p.cmd.Wait() // killed on purpose: its status says nothing
	}
	return nil
}
