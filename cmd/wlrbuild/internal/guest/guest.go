// Package guest makes a module look like a program of this machine: a file that
// can be started with arguments, environment, working directory and standard
// streams, and ends with the module's exit status. That is what a project's own
// tests want to be given.
//
// The file is a link to wlrbuild, which looks at the name it was started under.
package guest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// prefix begins the names of links to this program that stand for a module.
const prefix = "wlr-guest-"

// Spec is a module that is to be a program.
type Spec struct {
	Launch engines.Launch `json:"launch"`
	// Dirs are the directories the module sees.
	Dirs []engine.Dir `json:"dirs"`
	// Network is what the module may do with sockets, on an engine that can keep
	// it to that.
	Network sockets.Policy `json:"network"`
	// TimeLimit is how long a run may take; 0 means as long as it likes.
	TimeLimit time.Duration `json:"time_limit"`
	// OutputLimit is how many bytes a run may print; 0 means as many as it likes.
	OutputLimit int64 `json:"output_limit"`
	// Journal is a file to which each run adds a line; none if it is empty.
	Journal string `json:"journal"`
	// Native has another program run some scripts; nil if the module runs all.
	Native *Native `json:"native,omitempty"`
}

// Native is a program that runs scripts in the place of a module which cannot:
// scripts that start processes. What they start by the name of the module's
// program is the module, since they are natives and it is not.
type Native struct {
	Program string   `json:"program"`
	Scripts []string `json:"scripts"` // paths, as they follow the argument -f or are the last
}

// Entry is a line of the journal, as JSON: a run, or the start of one.
type Entry struct {
	Kind Kind     `json:"kind"`
	Name string   `json:"name"` // of the program
	Args []string `json:"args"` // after its name
	// Script is what the CGI variables of the run name.
	Script string `json:"script,omitempty"`
	// From is the script of Native that the run was started from.
	From    string  `json:"from,omitempty"`
	Seconds float64 `json:"seconds"`
	Text    string  `json:"text,omitempty"` // why, if it did not end by itself
}

// Kind is how a run ended.
type Kind string

// The kinds.
const (
	// Started says that a run that a script of Native asked for began: who
	// starts a server need not wait for its end.
	Started Kind = "started"

	Ended  Kind = "ended"  // by itself, with whatever status
	Trap   Kind = "trap"   // the module did what a module may not do, or the engine died
	Late   Kind = "late"   // it was stopped at a limit
	Killed Kind = "killed" // by a signal to the program, as is usual with servers
	Broken Kind = "broken" // the engine could not run the module
)

// Install makes the program NAME in dir and returns its path.
func Install(dir, name string, spec *Spec) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(spec)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, prefix+name)
	if err := os.WriteFile(specFile(path), data, 0o666); err != nil {
		return "", err
	}
	return path, os.Symlink(self, path)
}

func specFile(path string) string { return path + ".json" }

// Is says whether argv0 is the name of a program that Install made.
func Is(argv0 string) bool { return strings.HasPrefix(filepath.Base(argv0), prefix) }

// statusLate is the exit status of a run that was stopped at a limit, as with
// timeout(1); statusBroken, that of one that never began, as with env(1).
const (
	statusLate   = 124
	statusBroken = 125
)

// Main runs the module that argv[0] stands for and returns its exit status.
func Main(argv, env []string, stdin, stdout, stderr *os.File) int {
	spec, err := load(argv[0])
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", argv[0], err)
		return statusBroken
	}
	r := &run{Spec: spec, argv: argv}
	var watcher *os.File
	r.env, watcher = cutWatcher(env)
	r.watched = watcher != nil
	r.env, r.from = cutFrom(r.env)
	if script := scriptOf(argv); r.from == "" && spec.Native.runs(script) {
		err := syscall.Exec(spec.Native.Program, append([]string{spec.Native.Program}, argv[1:]...), append(r.env, fromVar+script))
		fmt.Fprintf(stderr, "%s: %v\n", spec.Native.Program, err)
		return statusBroken
	}
	if r.from != "" && !r.watched {
		if err := r.record(r.entry(Started, 0, nil)); err != nil {
			fmt.Fprintf(stderr, "wlrbuild: journal: %v\n", err)
			return statusBroken
		}
	}
	start := time.Now()
	status, kind, err := r.run(stdin, stdout, stderr)
	if r.watched {
		return tell(watcher, stderr, status, kind, err)
	}
	if err != nil && kind != Killed {
		// The output says it too: nobody can take the run for a good one.
		fmt.Fprintf(stderr, "\nwlrbuild: %s: %v\n", kind, err)
	}
	if err := r.record(r.entry(kind, time.Since(start), err)); err != nil {
		fmt.Fprintf(stderr, "wlrbuild: journal: %v\n", err)
	}
	if by := (killed{}); errors.As(err, &by) {
		by.die()
	}
	return status
}

func load(path string) (*Spec, error) {
	data, err := os.ReadFile(specFile(path))
	if err != nil {
		return nil, err
	}
	spec := new(Spec)
	return spec, json.Unmarshal(data, spec)
}

type run struct {
	*Spec
	argv, env []string
	// watched says that another process keeps the time limit of this run, and
	// is told how it ended.
	watched bool
	// from is the script of Native that has started this.
	from string
}

// run runs the module. The error says why it did not end by itself.
func (r *run) run(stdin, stdout, stderr *os.File) (status int, kind Kind, why error) {
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	limited := r.TimeLimit > 0 && !r.watched
	if limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.TimeLimit, fmt.Errorf("stopped after %v", r.TimeLimit))
		defer cancel()
		defer stopAtSignal(stop)()
	}
	if r.OutputLimit > 0 && !r.watched {
		out, err := limitOutput(r.OutputLimit, stop, stdout, stderr)
		if err != nil {
			return statusBroken, Broken, err
		}
		stdout, stderr = out.stdout, out.stderr
		defer func() {
			if err := out.close(); err != nil && why == nil {
				status, kind, why = statusBroken, Broken, err
			}
		}()
	}
	eng, err := r.Launch.Open()
	if err != nil {
		return statusBroken, Broken, err
	}
	if limited && engine.HoldsProcess(eng) {
		return r.watch(ctx, stdin, stdout, stderr)
	}
	res, err := eng.Run(ctx, engine.Config{
		Module: r.Launch.Module, Args: r.argv, Env: r.environ(), Dirs: r.Dirs,
		Network: r.Network, Stdin: stdin, Stdout: stdout, Stderr: stderr,
	})
	switch {
	case ctx.Err() != nil && (err != nil || res.Trap != nil):
		return stopped(ctx)
	case err != nil:
		return statusBroken, Broken, err
	case res.Trap != nil:
		return res.ExitCode, Trap, res.Trap
	}
	return res.ExitCode, Ended, nil
}

// environ is the environment with PWD as this process's working directory:
// WASI has none, and that is where sockshim-c takes it from.
func (r *run) environ() []string {
	wd, err := os.Getwd()
	if err != nil {
		return r.env
	}
	return append(r.env[:len(r.env):len(r.env)], "PWD="+wd)
}

func (r *run) entry(kind Kind, took time.Duration, why error) *Entry {
	e := &Entry{Kind: kind, From: r.from, Name: strings.TrimPrefix(filepath.Base(r.argv[0]), prefix), Args: r.argv[1:], Seconds: took.Seconds()}
	if why != nil {
		e.Text = why.Error()
	}
	for _, kv := range r.env {
		if script, ok := strings.CutPrefix(kv, "SCRIPT_FILENAME="); ok {
			e.Script = script
		}
	}
	return e
}

// record adds e to the journal. Runs that happen side by side do so with one
// write each, which O_APPEND keeps apart.
func (r *run) record(e *Entry) error {
	if r.Journal == "" {
		return nil
	}
	f, err := os.OpenFile(r.Journal, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = f.Write(append(line, '\n'))
	}
	return errors.Join(err, f.Close())
}

// ReadJournal returns the entries of a journal; one that is not there is empty.
func ReadJournal(path string) ([]Entry, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	var entries []Entry
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var e Entry
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			return entries, nil
		} else if err != nil {
			return nil, fmt.Errorf("journal %s: %w", path, err)
		}
		entries = append(entries, e)
	}
}
