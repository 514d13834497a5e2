// Package pipeline runs a build: a list of typed steps, each of which turns
// inputs with known digests into an output directory in the cache. A step
// whose inputs are those of an earlier run is not run again, and every step
// can say why it would be.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

// Step is one step of a build.
type Step interface {
	// Name is unique in a pipeline. It names the step's log file, so it is of
	// lower-case letters, digits, dots and dashes.
	Name() string
	// Plan says what the output depends on and what would be run, and runs
	// nothing. What it needs from earlier steps it gets from State.Output, and
	// passes that method's error on: it is how Explain learns that a plan
	// cannot be known yet.
	Plan(context.Context, *State) (*Plan, error)
	// Run makes the step's output in the directory out, which is empty. Only
	// if Run succeeds does the output come to be, under another path: nothing
	// in it may hold the path of out.
	Run(ctx context.Context, s *State, out string) error
}

// Uncached is implemented by steps that can have an effect outside the cache,
// such as copying artifacts to where the user wants them.
type Uncached interface {
	Step
	// Always says that the step runs in every build. It has no output then:
	// Run gets "" for out, and of its Plan only the commands are of interest.
	Always() bool
}

// Plan is what a step would do and what that depends on.
type Plan struct {
	Key      cache.Digest  // a Hasher's Sum
	Inputs   []cache.Input // the same Hasher's Inputs
	Commands []Command     // for people: what Run is going to execute
}

// ErrUnknownYet is wrapped by the error of a Plan that depends on the output
// of a step that has not run.
var ErrUnknownYet = errors.New("not known yet")

// unknownYetError is an ErrUnknownYet that says which step it waits for.
type unknownYetError struct{ step string }

func (e *unknownYetError) Error() string        { return fmt.Sprintf("not known until step %q ran", e.step) }
func (e *unknownYetError) Is(target error) bool { return target == ErrUnknownYet }

// State is what the steps of one build share.
type State struct {
	// Build names what is built ("php-8.2 wasmedge"): Explain compares with
	// the inputs of the last build of that name.
	Build   string
	Store   *cache.Store
	Outputs map[string]string // step → its output directory
	Events  progress.Sink
	Logs    string // directory of this run's logs, made when there is something to log
	Jobs    int    // how many processes a step may run at once
	Now     func() time.Time

	// Results has an entry per finished step, in order.
	Results []Result
}

// Result is how a step ended.
type Result struct {
	Step     string
	Key      cache.Digest // zero if the step is never cached
	Cached   bool
	Duration time.Duration
}

// NewState returns the state of a new run: logs in a folder of their own below
// the store, as many jobs as there are processors.
func NewState(build string, store *cache.Store, events progress.Sink) *State {
	now := time.Now()
	run := fmt.Sprintf("%s-%d", now.UTC().Format("20060102T150405.000Z"), os.Getpid())
	return &State{
		Build:   build,
		Store:   store,
		Outputs: map[string]string{},
		Events:  events,
		Logs:    filepath.Join(store.Dir(), "logs", run),
		Jobs:    runtime.GOMAXPROCS(0),
		Now:     time.Now,
	}
}

// Output is the output directory of an earlier step. The error wraps
// ErrUnknownYet if that step has not run.
func (s *State) Output(step string) (string, error) {
	dir, ok := s.Outputs[step]
	if !ok {
		return "", &unknownYetError{step}
	}
	return dir, nil
}

// LogPath is where the log of a step is, if it has one.
func (s *State) LogPath(step string) string {
	return filepath.Join(s.Logs, step+".log")
}

// waitNote is how long a step waits for another build's before it says so.
const waitNote = time.Second

// Execute runs the steps in order, except those whose output is in the cache,
// and stops at the first that fails. Its errors are *diag.Error.
func Execute(ctx context.Context, s *State, steps []Step) error {
	if err := validate(steps); err != nil {
		return err
	}
	for _, step := range steps {
		start := s.Now()
		result, err := s.execute(ctx, step)
		result.Step, result.Duration = step.Name(), s.Now().Sub(start)
		event := progress.Event{Kind: progress.StepDone, Step: result.Step, Duration: result.Duration, Log: s.existingLog(result.Step)}
		if result.Key != (cache.Digest{}) {
			event.Key = result.Key.String()
		}
		if err != nil {
			err = s.dress(ctx, result.Step, err)
			event.Kind, event.Text = progress.StepFailed, err.Error()
			s.Events.Send(event)
			return err
		}
		if result.Cached {
			event.Kind = progress.StepCached
		}
		s.Results = append(s.Results, result)
		s.Events.Send(event)
	}
	return nil
}

func (s *State) execute(ctx context.Context, step Step) (result Result, err error) {
	name := step.Name()
	if err := ctx.Err(); err != nil {
		return result, err
	}
	started := progress.Event{Kind: progress.StepStart, Step: name, Log: s.LogPath(name)}
	if always(step) {
		s.Events.Send(started)
		return result, step.Run(ctx, s, "")
	}
	plan, err := step.Plan(ctx, s)
	if err != nil {
		return result, fmt.Errorf("plan: %w", err)
	}
	result.Key = plan.Key
	if plan.Key == (cache.Digest{}) {
		return result, diag.New(diag.Internal, fmt.Sprintf("step %q", name), "its plan has no key")
	}
	dir, hit := s.Store.Get(plan.Key)
	if !hit {
		started.Key = plan.Key.String()
		s.Events.Send(started)
		waiting := time.AfterFunc(waitNote, func() {
			s.Events.Notef(name, "waiting for another wlrbuild that makes the same output")
		})
		defer waiting.Stop()
		dir, hit, err = s.Store.Do(ctx, plan.Key, func(tmp string) error {
			waiting.Stop()
			return step.Run(ctx, s, tmp)
		})
		if err != nil {
			return result, err
		}
	}
	s.Outputs[name], result.Cached = dir, hit
	return result, s.remember(name, plan)
}

// always says whether step is one that is never cached.
func always(step Step) bool {
	u, ok := step.(Uncached)
	return ok && u.Always()
}

// stepName is what can be a file name everywhere and never climbs.
var stepName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*$`)

// validate finds what would make two steps share an output or a log.
func validate(steps []Step) error {
	seen := map[string]bool{}
	for _, step := range steps {
		name := step.Name()
		switch {
		case !stepName.MatchString(name):
			return diag.New(diag.Internal, fmt.Sprintf("step %q", name), "its name does not match %s", stepName)
		case seen[name]:
			return diag.New(diag.Internal, fmt.Sprintf("step %q", name), "two steps of the pipeline have this name")
		}
		seen[name] = true
	}
	return nil
}

// dress makes a *diag.Error of what a step returned. Whatever a cancelled step
// says went wrong, the cancellation is why.
func (s *State) dress(ctx context.Context, step string, err error) error {
	var e *diag.Error
	switch {
	case ctx.Err() != nil && diag.ExitCode(err) != diag.Interrupted:
		return s.interrupted(ctx, step)
	case errors.As(err, &e):
		return err
	}
	return &diag.Error{Exit: diag.Step, Op: fmt.Sprintf("step %q", step), Err: err, Log: s.existingLog(step)}
}

func (s *State) interrupted(ctx context.Context, step string) error {
	return &diag.Error{
		Exit: diag.Interrupted,
		Op:   fmt.Sprintf("step %q", step),
		Err:  fmt.Errorf("stopped: %w", context.Cause(ctx)),
		Hint: "Nothing half-made was kept. The same command goes on where this one stopped.",
		Log:  s.existingLog(step),
	}
}

// existingLog is the step's log, or "" if nothing was logged.
func (s *State) existingLog(step string) string {
	path := s.LogPath(step)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
