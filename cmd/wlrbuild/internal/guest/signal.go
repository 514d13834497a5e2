package guest

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// killed is the end of a run by a signal to this program.
type killed struct{ by syscall.Signal }

func (k killed) Error() string { return "killed by a signal: " + k.by.String() }

// die ends this process as the signal does, which is what its parent looks for.
func (k killed) die() {
	signal.Reset(k.by)
	_ = syscall.Kill(os.Getpid(), k.by)
	select {} // until it arrives
}

// stopAtSignal stops the run when somebody wants this program to end, which
// would else leave the engine alone.
func stopAtSignal(stop context.CancelCauseFunc) (forget func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			stop(killed{s.(syscall.Signal)})
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// stopped is the end of a run whose context is done.
func stopped(ctx context.Context) (status int, _ Kind, why error) {
	why = context.Cause(ctx)
	if by := (killed{}); errors.As(why, &by) {
		return 128 + int(by.by), Killed, why
	}
	return statusLate, Late, why
}
