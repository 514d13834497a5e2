package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
)

// CommandSpec says how a program runs a module. Its templates are argument lists,
// never text for a shell; what stands for a placeholder is taken as it is.
type CommandSpec struct {
	Name    string // of the engine: "wasmedge"
	Version string // if known
	Program string // a path, or a name on PATH

	// Run are the arguments after the program. "{module}" stands for the
	// module's path and "{argv0}" for the guest's own name; an argument that is
	// "{dirs}" is replaced by Dir for each directory, "{env}" by Env for each
	// variable, "{args}" by the arguments after the guest's name. For example:
	//
	//	{"{dirs}", "{env}", "{module}", "{args}"}
	//
	// The guest's own name is what the program makes of the module's, unless
	// "{argv0}" tells it.
	Run []string
	// Dir mounts one directory: {"--dir", "{guest}:{host}"}. ReadOnlyDir mounts
	// it for reading: {"--dir", "{guest}:{host}:readonly"}. Env sets one
	// variable: {"--env", "{name}={value}"}. A run that needs one that is
	// empty is an error.
	Dir, ReadOnlyDir, Env []string

	// TrapExit is the status that the program ends with when the guest traps;
	// 0 means 134, as with WasmEdge and wasmtime. A guest that itself ends with
	// that status cannot be told from one that traps.
	TrapExit int
}

// Command is an engine that is a program of its own, started for every run.
//
// The program has this process's environment, and a process group of its own,
// unless it reads from a terminal, so that what it starts ends with it. Whatever
// it says itself is in the guest's output: why it could not run a module, or why
// that trapped. A program that could not run the module looks like a guest with
// the same status. One that a signal ends is a trap: WasmEdge's ahead-of-time
// compiled code does not notice the end of its stack, and the process dies of it.
func Command(spec CommandSpec) Engine { return &command{spec} }

type command struct{ spec CommandSpec }

func (c *command) Name() string    { return c.spec.Name }
func (c *command) Version() string { return c.spec.Version }

func (c *command) Run(ctx context.Context, cfg Config) (Result, error) {
	res, err := stoppable(ctx, func() (Result, error) { return c.run(ctx, cfg) })
	if err != nil {
		return Result{}, fmt.Errorf("run %s on %s: %w", cfg.Module, c.spec.Name, err)
	}
	return res, nil
}

func (c *command) run(ctx context.Context, cfg Config) (Result, error) {
	cfg, err := cfg.withoutNetwork()
	if err != nil {
		return Result{}, err
	}
	if err := checkModule(cfg.Module); err != nil {
		return Result{}, err
	}
	args, err := c.spec.args(cfg)
	if err != nil {
		return Result{}, err
	}
	state, err := process(ctx, cfg, exec.CommandContext(ctx, c.spec.Program, args...))
	if err != nil {
		return Result{}, err
	}
	if sig := signalOf(state); sig != "" {
		return Result{ExitCode: TrapExit, Trap: &Trap{Reason: c.spec.Name + " was ended by a signal: " + sig}}, nil
	}
	trapExit := c.spec.TrapExit
	if trapExit == 0 {
		trapExit = TrapExit
	}
	if state.ExitCode() == trapExit {
		return Result{ExitCode: TrapExit, Trap: &Trap{Reason: fmt.Sprintf("%s ended with status %d; its output says why", c.spec.Name, trapExit)}}, nil
	}
	return Result{ExitCode: state.ExitCode()}, nil
}

// checkModule finds out what no program could run. It lets native code pass,
// which a module compiled ahead of time is.
func checkModule(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file but a %s", path, describeMode(st.Mode()))
	}
	if kind, _ := Identify(path); kind == Component {
		return fmt.Errorf("%s is a %v; what is run here are core modules for WASI preview 1", path, kind)
	}
	return nil
}

// placeholder is what a template has for a value.
var placeholder = regexp.MustCompile(`\{[a-z0-9_]+\}`)

// args is the spec's Run for cfg.
func (s *CommandSpec) args(cfg Config) ([]string, error) {
	var dirs, env []string
	for _, d := range cfg.Dirs {
		template := s.Dir
		if d.ReadOnly {
			template = s.ReadOnlyDir
		}
		if len(template) == 0 {
			if d.ReadOnly {
				return nil, fmt.Errorf("%s cannot be told to mount %s for reading only", s.Name, d.Host)
			}
			return nil, fmt.Errorf("%s cannot be told to mount %s", s.Name, d.Host)
		}
		values := map[string]string{"{host}": d.Host, "{guest}": d.Guest}
		if err := separable(template, values); err != nil {
			return nil, err
		}
		expanded, err := expand(template, values)
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, expanded...)
	}
	for _, kv := range cfg.Env {
		if len(s.Env) == 0 {
			return nil, fmt.Errorf("%s cannot be told the environment variable %q", s.Name, kv)
		}
		name, value, _ := strings.Cut(kv, "=")
		expanded, err := expand(s.Env, map[string]string{"{name}": name, "{value}": value})
		if err != nil {
			return nil, err
		}
		env = append(env, expanded...)
	}
	lists := map[string][]string{"{dirs}": dirs, "{env}": env, "{args}": cfg.Args[1:]}
	for name, list := range lists {
		if len(list) > 0 && !slices.Contains(s.Run, name) {
			return nil, fmt.Errorf("the command line for %s has no place for %s", s.Name, name)
		}
	}
	var args []string
	for _, a := range s.Run {
		if list, ok := lists[a]; ok {
			args = append(args, list...)
			continue
		}
		expanded, err := expand([]string{a}, map[string]string{"{module}": cfg.Module, "{argv0}": cfg.Args[0]})
		if err != nil {
			return nil, err
		}
		args = append(args, expanded...)
	}
	return args, nil
}

// expand replaces the placeholders in a template. What is put in is not looked at
// again, so that an argument of the user's can be "{module}".
func expand(template []string, values map[string]string) ([]string, error) {
	out := make([]string, len(template))
	for i, t := range template {
		var unknown string
		out[i] = placeholder.ReplaceAllStringFunc(t, func(name string) string {
			v, ok := values[name]
			if !ok {
				unknown = name
			}
			return v
		})
		if unknown != "" {
			return nil, fmt.Errorf("unknown placeholder %s in %q", unknown, t)
		}
	}
	return out, nil
}

// separable says whether a program that splits an argument like "{guest}:{host}"
// at the colon gets back what was put in.
func separable(template []string, values map[string]string) error {
	for _, t := range template {
		separators := placeholder.Split(t, -1)
		if len(separators) < 3 {
			continue // one value, which may be anything
		}
		sep := separators[1]
		for name, v := range values {
			if strings.Contains(t, name) && sep != "" && strings.Contains(v, sep) {
				return fmt.Errorf("directory %q cannot be mounted with %q: its name has a %q in it", v, t, sep)
			}
		}
	}
	return nil
}

// process runs cmd with the standard streams of cfg and returns when it has ended
// and its output is delivered. cmd was made for ctx: when that is done, the process
// is killed, and with it what it has started.
func process(ctx context.Context, cfg Config, cmd *exec.Cmd) (*os.ProcessState, error) {
	// Files are passed on as they are. For other readers os/exec would wait
	// until they end, though the process has.
	var p pipes
	var err error
	if f, ok := cfg.Stdin.(*os.File); ok {
		cmd.Stdin = f
	} else if cmd.Stdin, err = p.in(cfg.Stdin); err != nil {
		return nil, errors.Join(fmt.Errorf("standard input: %w", err), p.finish())
	}
	if f, ok := cfg.Stdout.(*os.File); ok {
		cmd.Stdout = f
	} else if cmd.Stdout, err = p.out(cfg.Stdout); err != nil {
		return nil, errors.Join(fmt.Errorf("standard output: %w", err), p.finish())
	}
	if f, ok := cfg.Stderr.(*os.File); ok {
		cmd.Stderr = f
	} else if cmd.Stderr, err = p.out(cfg.Stderr); err != nil {
		return nil, errors.Join(fmt.Errorf("standard error: %w", err), p.finish())
	}
	if !isDevice(cfg.Stdin) {
		ownGroup(cmd)
	}
	if err = cmd.Start(); err == nil {
		if cfg.Started != nil {
			cfg.Started(cmd.Process.Pid)
		}
		err = cmd.Wait()
	}
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		err = nil // how it ended is in its state
	}
	if err := errors.Join(err, p.finish()); err != nil {
		return nil, err
	}
	if ctx.Err() != nil && signalOf(cmd.ProcessState) != "" {
		return nil, context.Cause(ctx)
	}
	return cmd.ProcessState, nil
}

// isDevice says whether r may be a terminal: a process in a group of its own that
// reads from one is stopped by the system.
func isDevice(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
