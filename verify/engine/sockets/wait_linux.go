//go:build amd64 || arm64

package sockets

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/tetratelabs/wazero/sys"
	"golang.org/x/sys/unix"
)

// waker makes a context something that poll(2) can wait for.
type waker struct {
	fd   int // an eventfd; -1 if the context is never done
	stop func() bool
	told chan struct{} // closed when nothing will be written to fd any more
}

func newWaker(ctx context.Context) (*waker, error) {
	if ctx.Done() == nil {
		return &waker{fd: -1}, nil
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	w := &waker{fd: fd, told: make(chan struct{})}
	w.stop = context.AfterFunc(ctx, func() {
		defer close(w.told)
		unix.Write(fd, binary.NativeEndian.AppendUint64(nil, 1))
	})
	return w, nil
}

func (w *waker) close() {
	if w.fd < 0 {
		return
	}
	if !w.stop() {
		<-w.told
	}
	unix.Close(w.fd)
}

// wait is poll(2) until a deadline, for ever if that is zero. When the context of
// the run is done it ends the guest, by a panic that wazero knows.
func (h *Host) wait(fds []unix.PollFd, deadline time.Time) (ready int, err error) {
	all := append([]unix.PollFd{{Fd: int32(h.waker.fd), Events: unix.POLLIN}}, fds...)
	for {
		var timeout *unix.Timespec
		if !deadline.IsZero() {
			t := unix.NsecToTimespec(max(0, time.Until(deadline)).Nanoseconds())
			timeout = &t
		}
		n, err := unix.Ppoll(all, timeout, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case all[0].Revents != 0:
			panic(sys.NewExitError(sys.ExitCodeContextCanceled))
		default:
			copy(fds, all[1:])
			return n, nil
		}
	}
}

// waitFor waits until one socket is ready. It returns EAGAIN after a time,
// if that is not zero.
func (h *Host) waitFor(fd int, events int16, most time.Duration) error {
	var deadline time.Time
	if most > 0 {
		deadline = time.Now().Add(most)
	}
	n, err := h.wait([]unix.PollFd{{Fd: int32(fd), Events: events}}, deadline)
	if err == nil && n == 0 {
		return unix.EAGAIN
	}
	return err
}
