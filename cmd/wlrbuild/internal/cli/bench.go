package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/bench"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// benchFlags are the flags of bench.
type benchFlags struct {
	runtimes  []string
	engines   []string
	variants  []string
	modules   []string
	workloads []string
	rounds    int
	offline   bool
	source    string
	out       string
	mode      string
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

A variant is the same build with something done differently, for comparison:
recipes/variants has them.

Prints a table of CPU time and memory, and writes bench.json, bench.md and
bench.svg. Memory is the most that was resident of the process that ran the program;
of an engine that is a part of wlrbuild, that has the rest of wlrbuild in it.`,
		Example: `  wlrbuild bench php-8.2 --runtime wasmedge --engine wasmedge@0.14 --engine wasmedge@0.17
  wlrbuild bench php-8.2 --runtime wasi --variant as-linked --variant predecessor
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
	f.StringArrayVar(&flags.engines, "engine", nil, "on `[RUNTIME:]NAME[@VERSION]`; can be repeated (default: each runtime's first)")
	f.StringArrayVar(&flags.variants, "variant", nil, "also the variant `NAME` of each build; can be repeated")
	f.StringArrayVar(&flags.modules, "module", nil, "another module, on the same engines: `LABEL=FILE`; can be repeated")
	f.StringArrayVar(&flags.workloads, "workload", nil, "run the workload `NAME` alone; can be repeated (default: all)")
	f.IntVar(&flags.rounds, "rounds", 5, "measure `N` runs of each")
	f.BoolVar(&flags.offline, "offline", false, "use what is in the cache and no network")
	f.StringVar(&flags.source, "source", "", "take the source from `PATH`: a directory, an archive, or a git repository or its URL")
	f.StringVar(&flags.out, "out", filepath.Join("dist", "bench"), "write the report's files to `DIR`")
	choiceFlag(cmd, f, &flags.mode, "progress", "auto", progress.Modes, "how to show progress, `MODE`: "+strings.Join(progress.Modes, ", "))
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.RegisterFlagCompletionFunc("engine", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeEngine("")
	})
	cmd.RegisterFlagCompletionFunc("variant", a.completeVariant)
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
	workloads, err := workloadsOf(o.Recipe, flags.workloads)
	if err != nil {
		return err
	}
	engines, err := benchEngines(o.Runtimes, flags.engines)
	if err != nil {
		return err
	}
	others, err := labelled(cmd, flags.modules)
	if err != nil {
		return err
	}
	var variants []*recipe.Variant
	for _, name := range flags.variants {
		v, err := o.Recipes.Variant(name)
		if err != nil {
			return err
		}
		variants = append(variants, v)
	}
	var report *bench.Report
	err = a.withProgress(flags.mode, func(events progress.Sink) error {
		o.Events = events
		return cache.WithTemp(cmd.Context(), filepath.Join(o.Store.Dir(), "tmp"), func(dir string) error {
			b := benchmark{BuildOptions: o, workloads: workloads, dir: dir}
			modules, err := b.modules(cmd.Context(), a.builder, variants)
			if err != nil {
				return err
			}
			report, err = b.run(cmd.Context(), modules, engines, others, flags.rounds)
			return err
		})
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

// workloadsOf are those of a recipe's workloads that are named, or all.
func workloadsOf(r *recipe.Recipe, only []string) ([]recipe.Workload, error) {
	if len(only) == 0 {
		return r.Bench.Workloads, nil
	}
	var list []recipe.Workload
	for _, name := range only {
		i := slices.IndexFunc(r.Bench.Workloads, func(w recipe.Workload) bool { return w.Name == name })
		if i < 0 {
			var known []string
			for _, w := range r.Bench.Workloads {
				known = append(known, w.Name)
			}
			return nil, diag.New(diag.Usage, fmt.Sprintf("find workload %q", name), "unknown workload").
				WithHint("%s", near.Hint("workloads", name, known))
		}
		list = append(list, r.Bench.Workloads[i])
	}
	return list, nil
}

// benchEngine is an engine of one of the runtimes, by the runtime's index.
type benchEngine struct {
	runtime int
	def     *recipe.Engine
	version string
	shared  bool // it runs builds for other runtimes as well
}

// benchEngines finds each named engine in every runtime that has it, or in the one
// whose name stands before it; without names, the first engine of each.
func benchEngines(runtimes []*recipe.Runtime, specs []string) ([]benchEngine, error) {
	var list []benchEngine
	if len(specs) == 0 {
		for i, rt := range runtimes {
			list = append(list, benchEngine{runtime: i, def: &rt.Engines[0]})
		}
	}
	for _, spec := range specs {
		only, name, named := strings.Cut(spec, ":")
		if !named {
			name = spec
		}
		missing := error(diag.New(diag.Usage, fmt.Sprintf("find engine %q", spec), "runtime %s is not built for", only))
		found := false
		for i, rt := range runtimes {
			if named && rt.Name != only {
				continue
			}
			def, version, err := engineOf(rt, name)
			if err != nil {
				missing = err
				continue
			}
			found = true
			list = append(list, benchEngine{runtime: i, def: def, version: version})
		}
		if !found {
			return nil, missing
		}
	}
	for i := range list {
		list[i].shared = slices.ContainsFunc(list, func(e benchEngine) bool {
			return e.runtime != list[i].runtime && e.def.Name == list[i].def.Name
		})
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
	BuildOptions
	workloads []recipe.Workload
	release   *source.Release
	dir       string // temporary
}

// shipped is what the builds are called that are no variants.
const shipped = "shipped"

// modules builds for every runtime, and every variant of that. What it returns is
// by the runtime's index.
func (b *benchmark) modules(ctx context.Context, builder Builder, variants []*recipe.Variant) ([][]labelledModule, error) {
	list := make([][]labelledModule, len(b.Runtimes))
	for _, v := range append([]*recipe.Variant{{Name: shipped}}, variants...) {
		for i, rt := range b.Runtimes {
			o := b.BuildOptions
			var runtime *recipe.Runtime
			o.Recipe, runtime = v.Of(o.Recipe, rt)
			o.Runtimes = []*recipe.Runtime{runtime}
			builds, err := builder.Modules(ctx, o)
			if err != nil {
				return nil, err
			}
			b.release = builds[0].Release
			path := builds[0].Modules[b.Recipe.Bench.Artifact]
			if path == "" {
				return nil, diag.New(diag.Usage, "bench "+b.Recipe.Name, "no artifact is called %q", b.Recipe.Bench.Artifact)
			}
			list[i] = append(list[i], labelledModule{v.Name, path})
		}
	}
	return list, nil
}

// run compares the native program with every module on every engine that its
// runtime has.
func (b *benchmark) run(ctx context.Context, modules [][]labelledModule, on []benchEngine, others []labelledModule, rounds int) (*bench.Report, error) {
	state := pipeline.NewState("native "+b.Recipe.Name, b.Store, b.Events)
	native, err := oracle.Build(ctx, state, oracle.Options{Recipe: b.Recipe, Release: b.release})
	if err != nil {
		return nil, err
	}
	run := b.native(native.Program(b.Recipe.Bench.Artifact))
	o := bench.Options{Rounds: rounds, Contenders: []bench.Contender{{On: "native", Run: run}}}
	for _, e := range on {
		for _, m := range append(modules[e.runtime], others...) {
			c, err := b.onEngine(ctx, e, m)
			if err != nil {
				return nil, err
			}
			o.Contenders = append(o.Contenders, c)
		}
	}
	for _, w := range b.workloads {
		load := bench.Workload{Name: w.Name, Args: w.Args, Same: w.SameOutput}
		if w.Files != "" {
			load.Files = filepath.Join(b.dir, w.Name)
			if err := b.files(ctx, run, w, load); err != nil {
				return nil, diag.New(diag.Run, "make the files of "+w.Name, "%w", err)
			}
		}
		o.Workloads = append(o.Workloads, load)
	}
	report, err := bench.Run(ctx, o)
	if err != nil {
		return nil, diag.New(diag.Run, "bench "+b.Recipe.Name, "%w", err)
	}
	report.Build = b.Recipe.Project + "-" + b.release.Version
	return report, nil
}

// runFunc is bench.Contender.Run.
type runFunc = func(ctx context.Context, w bench.Workload, started func(pid int)) ([]byte, error)

// files makes what a workload needs.
func (b *benchmark) files(ctx context.Context, native runFunc, w recipe.Workload, load bench.Workload) error {
	files, err := fs.Sub(b.Recipes.FS, w.Files)
	if err != nil {
		return err
	}
	if err := os.CopyFS(load.Files, files); err != nil {
		return err
	}
	if w.Generate == nil {
		return nil
	}
	load.Args = w.Generate
	_, err = native(ctx, load, nil)
	return err
}

func fileSize(path string) int64 {
	if info, err := os.Stat(path); err == nil {
		return info.Size()
	}
	return 0
}

// native runs the native program.
func (b *benchmark) native(program string) runFunc {
	return func(ctx context.Context, w bench.Workload, started func(int)) ([]byte, error) {
		return start(ctx, program, arguments(w, b.release.Dir, w.Files), started)
	}
}

// environ is empty for guests, but for a time zone, and so it is natively.
var environ = []string{"TZ=UTC"}

// start runs a program of this machine.
func start(ctx context.Context, program string, args []string, started func(int)) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &output, &output, environ
	err := cmd.Start()
	if err == nil {
		if started != nil {
			started(cmd.Process.Pid)
		}
		err = cmd.Wait()
	}
	return output.Bytes(), failure(output.Bytes(), err)
}

// failure is the error of a run, with the end of what it printed.
func failure(output []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %s", err, bytes.TrimSpace(output[max(0, len(output)-300):]))
}

// Where a module sees the source tree, and the files of a workload.
const (
	guestSource = "/source"
	guestFiles  = "/files"
)

// arguments are those of a workload with the places of its files.
func arguments(w bench.Workload, source, files string) []string {
	out := make([]string, len(w.Args))
	for i, arg := range w.Args {
		out[i] = strings.NewReplacer("{source}", source, "{files}", files).Replace(arg)
	}
	return out
}

// onEngine makes a module ready for an engine.
func (b *benchmark) onEngine(ctx context.Context, e benchEngine, m labelledModule) (bench.Contender, error) {
	l, err := engines.Prepare(ctx, b.Store, engines.Options{
		Engine: e.def, Version: e.version, Module: m.path, Often: true, Getenv: b.Getenv, Events: b.Events,
	})
	if err != nil {
		return bench.Contender{}, err
	}
	eng, err := l.Open()
	if err != nil {
		return bench.Contender{}, err
	}
	run := func(ctx context.Context, w bench.Workload, started func(int)) ([]byte, error) {
		dirs := []engine.Dir{{Host: b.release.Dir, Guest: guestSource}}
		if w.Files != "" {
			dirs = append(dirs, engine.Dir{Host: w.Files, Guest: guestFiles})
		}
		args := arguments(w, guestSource, guestFiles)
		if started != nil && l.Command == nil && l.Program == "" {
			return b.apart(ctx, &guest.Spec{Launch: *l, Dirs: dirs}, args, started)
		}
		var output bytes.Buffer
		result, err := eng.Run(ctx, engine.Config{
			Module: l.Module, Args: append([]string{b.Recipe.Bench.Artifact}, args...), Env: environ,
			Dirs: dirs, Stdout: &output, Stderr: &output, Started: started,
		})
		switch {
		case err != nil:
		case result.Trap != nil:
			err = result.Trap
		case result.ExitCode != 0:
			err = fmt.Errorf("exit status %d", result.ExitCode)
		}
		return output.Bytes(), failure(output.Bytes(), err)
	}
	on := l.Engine + " " + l.Version
	if e.shared {
		on = b.Runtimes[e.runtime].Name + " on " + on
	}
	return bench.Contender{On: on, Build: m.label, Size: fileSize(m.path), Run: run}, nil
}

// apart runs a module in a process of its own, on an engine that has none.
func (b *benchmark) apart(ctx context.Context, spec *guest.Spec, args []string, started func(int)) (output []byte, err error) {
	err = cache.WithTemp(ctx, b.dir, func(dir string) error {
		program, err := guest.Install(dir, b.Recipe.Bench.Artifact, spec)
		if err != nil {
			return err
		}
		output, err = start(ctx, program, args, started)
		return err
	})
	return output, err
}
