// Package engine runs WebAssembly command modules for WASI preview 1 on any of
// several engines behind one interface, so that the same run can be compared
// between them.
//
// An engine is embedded (Wazero; Wasmtime where the build has cgo), Node.js
// with a small program of ours (Node), or any other program that can be started
// (Command). What they all promise is written down here, and
// conformance_test.go holds each of them to it:
//
//   - Exit statuses are those of a POSIX process: 0 to 255, the low byte of what
//     the guest gave to proc_exit. None is refused, though wasmtime's own
//     proc_exit refuses everything from 126 up.
//   - A trap, a stack overflow among them, is a Result with Trap set and never
//     the end of this process. What the guest had written before is delivered.
//   - Standard input, output and error are any reader and writer. Nothing else of
//     the host is visible but the directories named, and no link leads out of
//     these, except on Node.js, which does not promise that.
//   - When the context is done, Run stops the guest and returns an error that
//     wraps the context's cause.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// Engine runs command modules. It is safe for concurrent use.
type Engine interface {
	// Name is a short lower-case name: "wazero", "wasmtime", "node".
	Name() string
	// Version is the engine's own version without a leading "v", or "" if it
	// is not known.
	Version() string
	// Run runs one module from start to end. The error says why there is no
	// result: the module could not be read, compiled or linked, the engine
	// could not be started, or ctx was done. A guest that fails, traps
	// included, is a result and no error.
	Run(ctx context.Context, cfg Config) (Result, error)
}

// Compiler is an Engine that can compile a module ahead of time to a file, from
// which it starts faster. An engine with the option Compiled runs such files.
type Compiler interface {
	Engine
	// Compile compiles the module at path module to the file out, which is
	// there whole or not at all.
	Compile(ctx context.Context, module, out string) error
}

// HoldsProcess says whether a guest that computes can keep all of this process
// from going on, its timers and signal handlers included, until it is done with
// that. Then no context ends a run for certain: only another process can.
func HoldsProcess(eng Engine) bool {
	e, ok := eng.(interface{ holdsProcess() bool })
	return ok && e.holdsProcess()
}

// Config is one run of a module.
type Config struct {
	Module string   // path of the module
	Args   []string // argv, the program's name first; empty means the module's base name alone
	Env    []string // NAME=VALUE; of two with the same name the later counts
	Dirs   []Dir    // directories the guest can see

	// Network is what the guest may do with sockets. An engine that cannot give
	// it any, or cannot keep it to that, fails a run for which it is not empty.
	Network sockets.Policy

	// Stdin is standard input; nil is empty. An *os.File may be handed to the
	// engine as it is, so that the guest can find out that it is a terminal;
	// of any other reader more may be read than the guest asked for, and a
	// Read that blocks can outlive Run.
	Stdin io.Reader
	// Stdout and Stderr are standard output and error; nil discards. After
	// Run has returned without an error everything has been written to them.
	// If a writer fails that is no *os.File, the guest's writes fail, and Run
	// returns the error.
	Stdout, Stderr io.Writer

	// Started, if it is not nil, is told the process that an engine has started
	// to run the module in; nothing by one that runs it in this process.
	Started func(pid int)
}

// Dir is a directory of the host that the guest sees under a name of its own.
type Dir struct {
	Host     string // path on the host
	Guest    string // absolute path, or "." for the guest's working directory; empty means Host
	ReadOnly bool
}

// Result is how a run ended.
type Result struct {
	// ExitCode is the guest's exit status, 0 to 255; TrapExit after a trap.
	ExitCode int
	// Trap says why the engine stopped the guest; nil if it ended by itself.
	// It is a *Trap.
	Trap error
}

// TrapExit is the exit status of a run that trapped: what a shell shows for an
// aborted program, and what the programs of WasmEdge and wasmtime end with.
const TrapExit = 134

// ErrStackOverflow is wrapped by a Trap that says that the guest called too
// deep for the stack of its engine.
var ErrStackOverflow = errors.New("stack overflow")

// Trap is the end of a guest that did what a module may not do.
type Trap struct {
	Reason string   // the engine's own words: "unreachable", "stack overflow"
	Frames []string // innermost first, as the engine prints them; it may leave out the outermost
	Err    error    // ErrStackOverflow, or nil
}

// Error is the reason and the frames, one a line.
func (t *Trap) Error() string {
	if len(t.Frames) == 0 {
		return t.Reason
	}
	return t.Reason + "\n\tat " + strings.Join(t.Frames, "\n\tat ")
}

// Unwrap returns ErrStackOverflow after a stack overflow.
func (t *Trap) Unwrap() error { return t.Err }

// maxFrames is how many frames of a trap are kept: the innermost say where it
// happened, and a stack overflow has a million.
const maxFrames = 30

// withoutNetwork is prepare for an engine that cannot give a guest a part of the
// network.
func (cfg Config) withoutNetwork() (Config, error) {
	if !cfg.Network.Empty() {
		return cfg, errors.New("this engine cannot allow a guest some addresses and no others")
	}
	return cfg.prepare()
}

// prepare checks cfg and makes it explicit: what is wrong is found here, in our
// words, and not by each engine in its own.
func (cfg Config) prepare() (Config, error) {
	if len(cfg.Args) == 0 {
		cfg.Args = []string{filepath.Base(cfg.Module)}
	}
	for i, a := range cfg.Args {
		if strings.ContainsRune(a, 0) {
			return cfg, fmt.Errorf("argument %d has a NUL byte in it: %q", i, a)
		}
	}
	// getenv finds the first of two, a shell's assignment leaves the last:
	// keep one.
	env := make([]string, 0, len(cfg.Env))
	at := make(map[string]int)
	for _, kv := range cfg.Env {
		name, _, ok := strings.Cut(kv, "=")
		if !ok || name == "" || strings.ContainsRune(kv, 0) {
			return cfg, fmt.Errorf("environment variable %q is not NAME=VALUE", kv)
		}
		if i, seen := at[name]; seen {
			env[i] = kv
			continue
		}
		at[name] = len(env)
		env = append(env, kv)
	}
	cfg.Env = env

	dirs := make([]Dir, len(cfg.Dirs))
	for i, d := range cfg.Dirs {
		if d.Guest == "" {
			d.Guest = filepath.ToSlash(d.Host)
		}
		st, err := os.Stat(d.Host)
		if err != nil {
			return cfg, fmt.Errorf("directory for the guest's %s: %w", d.Guest, err)
		}
		if !st.IsDir() {
			return cfg, fmt.Errorf("directory for the guest's %s: %s is not a directory", d.Guest, d.Host)
		}
		if d.Guest != "." && !strings.HasPrefix(d.Guest, "/") {
			return cfg, fmt.Errorf("directory %s: the guest's name for it is %q, and must be an absolute path or \".\"", d.Host, d.Guest)
		}
		if strings.ContainsRune(d.Guest, 0) {
			return cfg, fmt.Errorf("directory %s: the guest's name %q has a NUL byte in it", d.Host, d.Guest)
		}
		dirs[i] = d
	}
	cfg.Dirs = dirs
	return cfg, nil
}

// checkCore is an error if path is not a core module.
func checkCore(path string) error {
	kind, err := Identify(path)
	if err == nil && kind != Module {
		err = fmt.Errorf("%s is a %v; what is run here are core modules for WASI preview 1", path, kind)
	}
	return err
}

// readModule reads the core module that an embedded engine is to run.
func readModule(path string) ([]byte, error) {
	if err := checkCore(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// errNoStart is the error for a module that is no command.
func errNoStart(path string) error {
	return fmt.Errorf("%s is not a command: it exports no function \"_start\"", path)
}

// grace is how long a guest that was told to stop may take to get there.
const grace = time.Second

// stoppable calls run, and returns soon after ctx is done whatever run does.
// Engines notice that they should stop between two instructions of the guest;
// a guest that is inside a host call, waiting for input say, is left there: as
// soon as the call returns it is stopped.
func stoppable(ctx context.Context, run func() (Result, error)) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, context.Cause(ctx)
	}
	type outcome struct {
		res Result
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		res, err := run()
		done <- outcome{res, err}
	}()
	select {
	case o := <-done:
		return o.res, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done:
		if o.err == nil {
			return o.res, nil // it had ended by itself
		}
	case <-time.After(grace):
	}
	return Result{}, context.Cause(ctx)
}

// moduleVersion is the version of the Go module that an engine is built from.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path != path {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		return strings.TrimPrefix(m.Version, "v")
	}
	return ""
}

// writeFile writes path, and the directory it is in, whole or not at all.
func writeFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
