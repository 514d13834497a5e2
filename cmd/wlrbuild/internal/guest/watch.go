package guest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// A time limit that a run cannot keep by itself (engine.HoldsProcess) is kept by
// another process: this program, started once more, runs the module, and the
// process that was started first waits for it and kills it. That costs a start
// of this program, some 8 ms, and leaves the module all of its speed.

// watcherVar is the variable that says, in the environment of a run that is
// watched, that watcherFd is open. The module does not see it.
const (
	watcherVar = "WLR_GUEST_WATCHED=1"
	watcherFd  = 3
)

// ending is what a run that is watched tells its watcher, as JSON.
type ending struct {
	Status int    `json:"status"`
	Kind   Kind   `json:"kind"`
	Why    string `json:"why,omitempty"`
}

// cutWatcher takes the word that this run is watched out of env, and returns
// what its ending is to be written to; nil if it is not.
func cutWatcher(env []string) ([]string, *os.File) {
	i := slices.Index(env, watcherVar)
	if i < 0 {
		return env, nil
	}
	return slices.Delete(slices.Clone(env), i, i+1), os.NewFile(watcherFd, "watcher")
}

// tell hands the ending of a run to its watcher, and returns its exit status.
func tell(watcher, stderr *os.File, status int, kind Kind, why error) int {
	e := ending{Status: status, Kind: kind}
	if why != nil {
		e.Why = why.Error()
	}
	err := json.NewEncoder(watcher).Encode(e)
	if err := errors.Join(err, watcher.Close()); err != nil {
		fmt.Fprintf(stderr, "wlrbuild: watcher: %v\n", err)
		return statusBroken
	}
	return status
}

// watch has another process run the module, and kills it when ctx is done. It
// returns what run does.
func (r *run) watch(ctx context.Context, stdin, stdout, stderr *os.File) (status int, _ Kind, why error) {
	self, err := os.Executable()
	if err != nil {
		return statusBroken, Broken, err
	}
	told, tells, err := os.Pipe()
	if err != nil {
		return statusBroken, Broken, err
	}
	defer told.Close()
	cmd := exec.CommandContext(ctx, self)
	cmd.Args, cmd.Env = r.argv, append(slices.Clone(r.env), watcherVar, fromVar+r.from)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	cmd.ExtraFiles = []*os.File{tells} // watcherFd
	// It is the thread that starts the process whose end ends that.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	endWithParent(cmd)
	err = cmd.Start()
	tells.Close()
	if err != nil {
		return statusBroken, Broken, err
	}
	text, readErr := io.ReadAll(told)
	waitErr := cmd.Wait()
	var e ending
	switch {
	case readErr == nil && json.Unmarshal(text, &e) == nil:
		if e.Why != "" {
			why = errors.New(e.Why)
		}
		return e.Status, e.Kind, why
	case ctx.Err() != nil:
		return stopped(ctx)
	}
	// The process is gone and did not say how its run ended: what killed it,
	// the system for want of memory maybe, ended the run as a trap does.
	reason := strings.TrimPrefix(fmt.Sprint(waitErr), "signal: ")
	return engine.TrapExit, Trap, &engine.Trap{Reason: "the engine died: " + reason}
}
