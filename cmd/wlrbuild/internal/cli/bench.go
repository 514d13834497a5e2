package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/bench"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	runtimes []string
	engines  []string
	modules  []string
	rounds   int
	offline  bool
	source   string
	out      string
	mode     string
}

func (a *app) benchCmd() *cobra.Command {
	var flags benchFlags
	cmd := &cobra.Command{
		Use:   "bench RECIPE",
		Short: "Compare how fast a build is with the same program built natively",
		Long: `Build, and run the recipe's benchmarks with what was built, on engines that
compile it ahead of time if they can, and natively, with the same source and
options. The runs are interleaved; a ratio is the median of what each round's
runs give, and so tells something on a machine that does other work as well.

Prints a table of CPU time, and writes bench.json, bench.md and bench.svg.`,
		Example: `  wlrbuild bench php-8.2 --runtime wasmedge --engine wasmedge@0.14 --engine wasmedge@0.17
  wlrbuild bench php-8.2 --runtime wasi --engine wasmtime --engine wazero
  wlrbuild bench php-8.2 --module before=old.wasm`,
		Args:              oneArg("recipe"),
		ValidArgsFunction: a.completeRecipe,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.bench(cmd, &flags, args[0])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&flags.runtimes, "runtime", nil, "the build for the runtime `NAME`; can be repeated (default: the recipe's first)")
	f.StringArrayVar(&flags.engines, "engine", nil, "on `NAME[@VERSION]`; can be repeated (default: each runtime's first)")
	f.StringArrayVar(&flags.modules, "module", nil, "another module, on the same engines: `LABEL=FILE`; can be repeated")
	f.IntVar(&flags.rounds, "rounds", 5, "measure `N` runs of each")
	f.BoolVar(&flags.offline, "offline", false, "use what is in the cache and no network")
	f.StringVar(&flags.source, "source", "", "take the source from `PATH`: a directory, an archive, or a git repository or its URL")
	f.StringVar(&flags.out, "out", filepath.Join("dist", "bench"), "write the report's files to `DIR`")
	choiceFlag(cmd, f, &flags.mode, "progress", "auto", progress.Modes, "how to show progress, `MODE`: "+strings.Join(progress.Modes, ", "))
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.RegisterFlagCompletionFunc("engine", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeEngine("")
	})
	cmd.MarkFlagDirname("out")
	return cmd
}

func (a *app) bench(cmd *cobra.Command, flags *benchFlags, name string) error {
	if flags.rounds < 1 {
		return flagValueError(cmd, "rounds", strconv.Itoa(flags.rounds), "at least 1")
	}
	o, err := a.options(cmd, &buildFlags{
		runtimes: flags.runtimes, source: flags.source, offline: flags.offline, jobs: runtime.GOMAXPROCS(0),
	}, name)
	if err != nil {
		return err
	}
	if o.Recipe.Bench == nil {
		return diag.New(diag.Usage, "bench "+name, "its recipe does not say what is run").
			WithHint("add a section bench; wlrbuild explain recipe.bench tells what is in it")
	}
	engines, err := benchEngines(o.Runtimes, flags.engines)
	if err != nil {
		return err
	}
	others, err := labelled(cmd, flags.modules)
	if err != nil {
		return err
	}
	var report *bench.Report
	err = a.withProgress(flags.mode, func(events progress.Sink) error {
		o.Events = events
		builds, err := a.builder.Modules(cmd.Context(), o)
		if err != nil {
			return err
		}
		b := benchmark{recipe: o.Recipe, build: builds[0], store: o.Store, events: events, getenv: a.getenv}
		contenders, err := b.contenders(cmd.Context(), builds, engines, others)
		if err != nil {
			return err
		}
		report, err = b.run(cmd.Context(), contenders, flags.rounds)
		return err
	})
	if err != nil {
		return err
	}
	for name, write := range map[string]func(io.Writer) error{
		"bench.json": report.WriteJSON, "bench.md": report.WriteMarkdown, "bench.svg": report.WriteSVG,
	} {
		if err := writeFile(filepath.Join(flags.out, name), write); err != nil {
			return err
		}
	}
	return report.WriteText(a.stdout)
}

// benchEngine is an engine of one of the runtimes, by the runtime's index.
type benchEngine struct {
	runtime int
	def     *recipe.Engine
	version string
}

// benchEngines finds each named engine in every runtime that has it, or the
// first of each if none is named.
func benchEngines(runtimes []*recipe.Runtime, specs []string) ([]benchEngine, error) {
	var list []benchEngine
	if len(specs) == 0 {
		for i, rt := range runtimes {
			list = append(list, benchEngine{i, &rt.Engines[0], ""})
		}
	}
	for _, spec := range specs {
		var missing error
		found := false
		for i, rt := range runtimes {
			def, version, err := engineOf(rt, spec)
			if err != nil {
				missing = err
				continue
			}
			found = true
			list = append(list, benchEngine{i, def, version})
		}
		if !found {
			return nil, missing
		}
	}
	return list, nil
}

// labelledModule is a module that --module names.
type labelledModule struct{ label, path string }

func labelled(cmd *cobra.Command, values []string) ([]labelledModule, error) {
	var list []labelledModule
	for _, value := range values {
		label, path, ok := strings.Cut(value, "=")
		if !ok || label == "" {
			return nil, flagValueError(cmd, "module", value, "write it as LABEL=FILE")
		}
		if kind, err := engine.Identify(path); err != nil || kind != engine.Module {
			return nil, flagValueError(cmd, "module", value, fmt.Sprintf("%s has to be a module", path))
		}
		list = append(list, labelledModule{label, path})
	}
	return list, nil
}

// benchmark is one run of bench.
type benchmark struct {
	recipe *recipe.Recipe
	build  phptest.Build // its release is everybody's
	store  *cache.Store
	events progress.Sink
	getenv func(string) string
}

// guestSource is where a module sees the source tree.
const guestSource = "/source"

// contenders are the native program, then every module on every engine that its
// runtime has.
func (b *benchmark) contenders(ctx context.Context, builds []phptest.Build, on []benchEngine, others []labelledModule) ([]bench.Contender, error) {
	artifact := b.recipe.Bench.Artifact
	state := pipeline.NewState("native "+b.recipe.Name, b.store, b.events)
	native, err := oracle.Build(ctx, state, oracle.Options{Recipe: b.recipe, Release: b.build.Release})
	if err != nil {
		return nil, err
	}
	list := []bench.Contender{{Name: "native", Run: b.native(native.Program(artifact))}}
	for _, e := range on {
		modules := append([]labelledModule{{builds[e.runtime].Runtime.Name, builds[e.runtime].Modules[artifact]}}, others...)
		for _, m := range modules {
			if m.path == "" {
				return nil, diag.New(diag.Usage, "bench "+b.recipe.Name, "no artifact is called %q", artifact)
			}
			c, err := b.onEngine(ctx, e, m)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
		}
	}
	return list, nil
}

func fileSize(path string) int64 {
	if info, err := os.Stat(path); err == nil {
		return info.Size()
	}
	return 0
}

// native runs the native program, with an empty environment as guests have it.
func (b *benchmark) native(program string) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		cmd := exec.CommandContext(ctx, program, b.args(args, b.build.Release.Dir)...)
		cmd.Env = []string{"TZ=UTC"}
		return failure(cmd.CombinedOutput())
	}
}

// failure is the error of a run, with the end of what it printed.
func failure(output []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(output[max(0, len(output)-300):]))
}

// onEngine makes a module ready for an engine.
func (b *benchmark) onEngine(ctx context.Context, e benchEngine, m labelledModule) (bench.Contender, error) {
	l, err := engines.Prepare(ctx, b.store, engines.Options{
		Engine: e.def, Version: e.version, Module: m.path, Often: true, Getenv: b.getenv, Events: b.events,
	})
	if err != nil {
		return bench.Contender{}, err
	}
	eng, err := l.Open()
	if err != nil {
		return bench.Contender{}, err
	}
	run := func(ctx context.Context, args []string) error {
		var output bytes.Buffer
		result, err := eng.Run(ctx, engine.Config{
			Module: l.Module, Args: append([]string{b.recipe.Bench.Artifact}, b.args(args, guestSource)...), Env: []string{"TZ=UTC"},
			Dirs:   []engine.Dir{{Host: b.build.Release.Dir, Guest: guestSource, ReadOnly: true}},
			Stdout: &output, Stderr: &output,
		})
		switch {
		case err != nil:
		case result.Trap != nil:
			err = result.Trap
		case result.ExitCode != 0:
			err = fmt.Errorf("exit status %d", result.ExitCode)
		}
		return failure(output.Bytes(), err)
	}
	return bench.Contender{Name: fmt.Sprintf("%s: %s %s", m.label, l.Engine, l.Version), Size: fileSize(m.path), Run: run}, nil
}

func (b *benchmark) args(args []string, source string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = strings.ReplaceAll(arg, "{source}", source)
	}
	return out
}

// run compares the contenders.
func (b *benchmark) run(ctx context.Context, contenders []bench.Contender, rounds int) (*bench.Report, error) {
	o := bench.Options{Contenders: contenders, Rounds: rounds}
	for _, w := range b.recipe.Bench.Workloads {
		o.Workloads = append(o.Workloads, bench.Workload{Name: w.Name, Args: w.Args})
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return nil, diag.New(diag.Run, "bench "+b.recipe.Name, "%w", err)
	}
	report.Build = b.recipe.Project + "-" + b.build.Release.Version
	return report, nil
}
