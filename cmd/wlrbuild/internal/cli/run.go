package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// runFlags are the flags of run.
type runFlags struct {
	runtime string
	engine  string
	dirs    []string
	env     []string
	network sockets.Policy
	aot     bool
}

func (a *app) runCmd() *cobra.Command {
	var flags runFlags
	cmd := &cobra.Command{
		Use:   "run FILE.wasm [-- ARGUMENT...]",
		Short: "Run what was built on an engine of its runtime",
		Long: `Run a module on an engine of the runtime it was built for: one that is a part of
wlrbuild, a program on PATH, or one that is fetched. The runtime is read from the
file's name if that ends as those do that wlrbuild builds. The exit code is the
program's own; it is 8 if the engine stopped it or could not run it.

The engine "embedded" is the first of the runtime that is a part of wlrbuild. Such
an engine, if it has sockets, lets a program use those addresses that --listen and
--connect name, and no others: EACCES. An ADDRESS is HOST:PORT, where HOST can be
an IP address (an IPv6 one in brackets), a network (10.0.0.0/8), a name, or * for
every one, and PORT a number, a range (8000-8099) or *; or unix:/PATH; or * for all
but paths. A program for plain WASI cannot open sockets: what --listen names is
opened before it starts, and is what it gets when it binds to that address. Programs
that are started, as WasmEdge, do not limit the network; these options are refused
there.`,
		Example: `  wlrbuild run dist/php-8.2.30-wasi.wasm -- -r 'echo PHP_VERSION;'
  wlrbuild run --runtime wasmedge --engine wasmedge@0.14 --aot php.wasm -- -v
  wlrbuild run --engine embedded --dir ./www:/www --listen localhost:8080 \
    dist/php-8.2.30-wasmedge.wasm -- -S localhost:8080 -t /www
  wlrbuild run --dir ./www:/www --env APP=1 php.wasm -- /www/index.php`,
		Args: func(cmd *cobra.Command, args []string) error {
			own := args
			if n := cmd.ArgsLenAtDash(); n >= 0 {
				own = args[:n]
			}
			if len(own) > 1 {
				return usageError(cmd, "unexpected argument %q", own[1]).WithHint("what is meant for the program comes after --")
			}
			return oneArg("file")(cmd, own)
		},
		ValidArgsFunction: completeModules,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.run(cmd, &flags, args[0], args[1:])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&flags.runtime, "runtime", "", "the runtime `NAME` it was built for")
	f.StringVar(&flags.engine, "engine", "", "run it on `NAME[@VERSION]` (default: the runtime's first)")
	f.StringArrayVar(&flags.dirs, "dir", nil, "let the program see `HOST[:GUEST]`; can be repeated")
	f.StringArrayVar(&flags.env, "env", nil, "set a variable for the program, `NAME=VALUE`; can be repeated")
	f.StringArrayVar(&flags.network.Listen, "listen", nil, "let the program listen on `ADDRESS`; can be repeated")
	f.StringArrayVar(&flags.network.Connect, "connect", nil, "let the program connect and send to `ADDRESS`; can be repeated")
	f.BoolVar(&flags.network.Resolve, "resolve", false, "let the program look up host names")
	f.BoolVar(&flags.aot, "aot", false, "compile it ahead of time")
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.RegisterFlagCompletionFunc("engine", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeEngine(flags.runtime)
	})
	return cmd
}

func (a *app) run(cmd *cobra.Command, flags *runFlags, file string, args []string) error {
	set, err := a.set()
	if err != nil {
		return err
	}
	rt, err := runtimeOf(cmd, set, flags.runtime, file)
	if err != nil {
		return err
	}
	def, version, err := engineOf(rt, flags.engine)
	if err != nil {
		return err
	}
	kind, err := engine.Identify(file)
	if err != nil {
		return diag.New(diag.Usage, "run "+file, "%w", err)
	}
	if kind != engine.Module {
		return diag.New(diag.Usage, "run "+file, "it is a %v", kind).WithHint("wlrbuild builds and runs core modules for WASI preview 1")
	}
	cfg := engine.Config{
		Module: file, Args: append([]string{filepath.Base(file)}, args...), Env: flags.env,
		Stdin: a.stdin, Stdout: a.stdout, Stderr: a.stderr,
	}
	for _, kv := range flags.env {
		if name, _, ok := strings.Cut(kv, "="); !ok || name == "" {
			return flagValueError(cmd, "env", kv, "write it as NAME=VALUE")
		}
	}
	if cfg.Dirs, err = dirs(cmd, flags.dirs); err != nil {
		return err
	}
	if cfg.Network = flags.network; !cfg.Network.Empty() {
		if def.Kind != "embedded" {
			return usageError(cmd, "engine %s is a program that lets its guests use all of the network it has", def.Name).
				WithHint("leave --listen, --connect and --resolve out, or name an engine that can keep to them: --engine embedded")
		}
		if err := cfg.Network.Check(cmd.Context()); err != nil {
			return usageError(cmd, "%v", err)
		}
	}
	store, err := a.store()
	if err != nil {
		return err
	}
	var eng engine.Engine
	err = a.withProgress("auto", func(events progress.Sink) error {
		eng, cfg.Module, err = engines.Open(cmd.Context(), store, engines.Options{
			Engine: def, Version: version, Module: file, AOT: flags.aot, Getenv: a.getenv, Events: events,
		})
		return err
	})
	if err != nil {
		return err
	}
	op := fmt.Sprintf("run %s on %s %s", file, eng.Name(), eng.Version())
	result, err := eng.Run(cmd.Context(), cfg)
	switch {
	case err != nil:
		return diag.New(diag.Run, op, "%w", err)
	case result.Trap != nil:
		return trapError(op, result.Trap)
	case result.ExitCode != 0:
		return guestStatus(result.ExitCode)
	}
	return nil
}

// trapError shows where the engine stopped a program.
func trapError(op string, err error) error {
	e := diag.New(diag.Run, op, "%w", err)
	var trap *engine.Trap
	if errors.As(err, &trap) {
		e.Err = errors.New(trap.Reason)
		e.Detail = strings.Join(trap.Frames, "\n")
	}
	return e
}

// runtimeOf is the runtime that is named, or else the one for which the file
// was built according to its name.
func runtimeOf(cmd *cobra.Command, set *recipe.Set, name, file string) (*recipe.Runtime, error) {
	if name != "" {
		return set.Runtime(name)
	}
	var known []string
	for _, r := range set.Runtimes {
		if strings.HasSuffix(file, "-"+r.Name+".wasm") {
			return r, nil
		}
		known = append(known, r.Name)
	}
	return nil, usageError(cmd, "the name of %s does not say for which runtime it was built", file).
		WithHint("name it with --runtime: %s", near.Or(known))
}

// embedded stands for the first engine of a runtime that is a part of wlrbuild.
const embedded = "embedded"

// engineOf finds the engine that NAME[@VERSION] names, or the first one.
func engineOf(rt *recipe.Runtime, spec string) (def *recipe.Engine, version string, err error) {
	if spec == "" {
		return &rt.Engines[0], "", nil
	}
	name, version, _ := strings.Cut(spec, "@")
	i := slices.IndexFunc(rt.Engines, func(e recipe.Engine) bool {
		return e.Name == name || name == embedded && e.Kind == embedded
	})
	if i < 0 {
		return nil, "", diag.New(diag.Usage, fmt.Sprintf("find engine %q", name), "runtime %s has no such engine", rt.Name).
			WithHint("%s", near.Hint("its engines", name, engineNames(rt)))
	}
	return &rt.Engines[i], version, nil
}

func engineNames(rt *recipe.Runtime) []string {
	var names []string
	for _, e := range rt.Engines {
		names = append(names, e.Name)
	}
	return names
}

// dirs reads the values of --dir.
func dirs(cmd *cobra.Command, values []string) ([]engine.Dir, error) {
	var out []engine.Dir
	for _, value := range values {
		host, guest, ok := strings.Cut(value, ":")
		if !ok {
			guest = host
		}
		if guest != "." && !strings.HasPrefix(guest, "/") {
			return nil, flagValueError(cmd, "dir", value, fmt.Sprintf("the program sees %q, which has to be an absolute path or a dot: write HOST:/GUEST", guest))
		}
		if info, err := os.Stat(host); err != nil || !info.IsDir() {
			return nil, flagValueError(cmd, "dir", value, fmt.Sprintf("there is no directory %s", host))
		}
		out = append(out, engine.Dir{Host: host, Guest: guest})
	}
	return out, nil
}

// completeEngine offers the engines of a runtime, or of all.
func (a *app) completeEngine(runtime string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if set, err := a.set(); err == nil {
		for _, r := range set.Runtimes {
			if runtime == "" || r.Name == runtime {
				out = append(append(out, engineNames(r)...), embedded)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), cobra.ShellCompDirectiveNoFileComp
}
