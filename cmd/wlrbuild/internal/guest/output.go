package guest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
)

// meteredOutput is the output of a run that may print only so much: pipes that are
// emptied into what the run was given. What prints without end would fill the
// memory of whatever collects it before any time limit is reached.
type meteredOutput struct {
	stdout, stderr *os.File // for the run

	mu   sync.Mutex
	left int64
	over func()

	copies sync.WaitGroup
	errs   []error
}

// limitOutput stops the run when it has printed more than n bytes to both.
func limitOutput(n int64, stop context.CancelCauseFunc, stdout, stderr *os.File) (*meteredOutput, error) {
	l := &meteredOutput{left: n, over: func() { stop(fmt.Errorf("stopped after it had printed %d bytes", n)) }}
	var err error
	if l.stdout, err = l.pipe(stdout); err != nil {
		return nil, err
	}
	// One pipe keeps the order of what goes to one place.
	if l.stderr = l.stdout; !same(stdout, stderr) {
		if l.stderr, err = l.pipe(stderr); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	return l, nil
}

func same(a, b *os.File) bool {
	x, errX := a.Stat()
	y, errY := b.Stat()
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func (l *meteredOutput) pipe(to *os.File) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	l.copies.Go(func() {
		_, err := io.Copy(to, &counted{l, r})
		r.Close() // what is still printed fails with EPIPE
		// That nobody reads what was printed is not the run's fault.
		if err != nil && !errors.Is(err, syscall.EPIPE) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.errs = append(l.errs, err)
		}
	})
	return w, nil
}

// counted reads as much as may be printed, and then ends.
type counted struct {
	out  *meteredOutput
	from *os.File
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	if c.out.left -= int64(n); c.out.left < 0 {
		c.out.over()
		return max(0, n+int(c.out.left)), io.EOF
	}
	return n, err
}

// close waits until all that the run has printed is passed on.
func (l *meteredOutput) close() error {
	l.stdout.Close()
	if l.stderr != nil && l.stderr != l.stdout {
		l.stderr.Close()
	}
	l.copies.Wait()
	return errors.Join(l.errs...)
}
