package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// pipes are the standard streams of an engine that reads and writes files and
// nothing else.
type pipes struct {
	outputs []output
	closers []func() error
}

// output is a writer and the file whose contents go to it.
type output struct {
	w    io.Writer
	file *os.File
}

// in is a file that an engine can read what r has from; nil is empty. It ends
// where r ends.
func (p *pipes) in(r io.Reader) (*os.File, error) {
	if r == nil {
		return p.keep(os.Open(os.DevNull))
	}
	file, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	go func() {
		// The guest need not read all of its input, and a source that fails
		// looks to the guest as if it had ended there: neither is an error of
		// the run.
		_, _ = io.Copy(w, r)
		w.Close()
	}()
	// Closing both ends gives the goroutine up at its next write; a Read of r
	// that blocks is not waited for.
	p.closers = append(p.closers, func() error {
		file.Close()
		w.Close()
		return nil
	})
	return file, nil
}

// out is a file, and what an engine writes to it goes to w; nil discards. When w
// fails, the engine's writes do too, as with a pipe whose reader has gone. For
// the same w it is the same file, so that w is never written to by two at once.
func (p *pipes) out(w io.Writer) (*os.File, error) {
	if w == nil {
		return p.keep(os.OpenFile(os.DevNull, os.O_WRONLY, 0))
	}
	for _, o := range p.outputs {
		if same(o.w, w) {
			return o.file, nil
		}
	}
	r, file, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.outputs = append(p.outputs, output{w, file})
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(w, r)
		r.Close()
		copied <- err
	}()
	p.closers = append(p.closers, func() error {
		file.Close()
		if err := <-copied; err != nil {
			return fmt.Errorf("output of the guest: %w", err)
		}
		return nil
	})
	return file, nil
}

// keep remembers to close file.
func (p *pipes) keep(file *os.File, err error) (*os.File, error) {
	if err == nil {
		p.closers = append(p.closers, file.Close)
	}
	return file, err
}

// finish returns when everything that was written to the files is where it has
// to go. The engine must have closed its own ends.
func (p *pipes) finish() error {
	var errs []error
	for _, c := range p.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// same says whether a and b are the same writer; writers that cannot be compared
// are not.
func same(a, b io.Writer) bool {
	defer func() { _ = recover() }()
	return a == b
}
