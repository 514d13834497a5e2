package cli

import (
	"context"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// Builder does what build and plan ask for. It stands here, and not as calls
// to the package that builds, so that everything around a build can be tested
// without a toolchain.
type Builder interface {
	Build(context.Context, BuildOptions) error
	// Modules builds, and leaves what was built in the cache.
	Modules(context.Context, BuildOptions) ([]phptest.Build, error)
	Plan(context.Context, BuildOptions) ([]Plan, error)
	// Verify proves of what was built that no call by address can trap.
	Verify(context.Context, BuildOptions) ([]*flow.Report, error)
	// SDK writes sockshim-c for programs in C. Of the options it has the
	// runtimes, the toolchain, Jobs, Out and what is needed to work.
	SDK(context.Context, BuildOptions) error
	// Steps lists the steps of a build in their order, for `wlrbuild explain`.
	Steps() []StepDoc
}

// Checks are the steps that judge what was built and make nothing of it: a build
// can do without.
var Checks = []string{"lint", "verify", "calls"}

// BuildOptions say what to build: every name on the command line looked up,
// every value checked.
type BuildOptions struct {
	Recipes   *recipe.Set
	Recipe    *recipe.Recipe
	Version   string // exact release; "" for the newest of the branch
	Runtimes  []*recipe.Runtime
	Toolchain *recipe.Toolchain

	Source  string // --source; "" for the recipe's providers
	Patches string // folder with patches; "" for the built-in ones
	Offline bool
	Refresh bool
	Jobs    int
	Out     string
	// AOT are the engines for which artifacts are compiled ahead of time, too.
	AOT     []AOT
	AOTCPU  engines.CPU
	Skip    []string // Checks that are not wanted
	Mutants int      // verify: functions to give another type, to see that it is found
	Edges   int      // verify: tests to run, to see that what they call was predicted
	Fix     string   // verify: folder that patches with wrappers are written to; "" for none

	Store  *cache.Store
	Events progress.Sink
	Stdout io.Writer // for what was built
	Env    []string  // NAME=VALUE
}

// AOT is an engine that compiles for itself.
type AOT struct {
	Engine  string
	Version string // as for engines.Find
}

// Getenv is a variable of the environment.
func (o *BuildOptions) Getenv(name string) string { return getenv(o.Env, name) }

// Plan is what a build would do.
type Plan struct {
	Build string         `json:"build"` // "php-8.2.32 for wasmedge"
	Steps []pipeline.Row `json:"steps"`
}

// StepDoc says what a step is for.
type StepDoc struct {
	Name string `json:"name"`
	Text string `json:"text"` // sentences
}

// buildFlags are the flags of build and plan.
type buildFlags struct {
	runtimes  []string
	toolchain string
	source    string
	patches   string
	offline   bool
	refresh   bool
	jobs      int
	out       string
	aot       []string // of build alone
}

func (a *app) buildFlags(cmd *cobra.Command) *buildFlags {
	b := &buildFlags{}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&b.runtimes, "runtime", nil, "build for the runtime `NAME`; can be repeated (default: the recipe's first)")
	f.StringVar(&b.source, "source", "", "take the source from `PATH`: a directory, an archive, or a git repository or its URL")
	f.StringVar(&b.toolchain, "toolchain", "", "build with the toolchain `NAME` (default: the recipe's)")
	f.StringVar(&b.patches, "patches", "", "read patches from `DIR` instead of the built-in ones")
	f.StringVar(&b.out, "out", "dist", "write what is built to `DIR`")
	f.IntVarP(&b.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "run `N` compilers at once")
	f.BoolVar(&b.offline, "offline", false, "use what is in the cache and no network")
	f.BoolVar(&b.refresh, "refresh", false, "ask the providers again which release is the newest")
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.RegisterFlagCompletionFunc("toolchain", a.completeToolchain)
	cmd.MarkFlagDirname("patches")
	cmd.MarkFlagDirname("out")
	return b
}

// options looks up what the flags and the argument name.
func (a *app) options(cmd *cobra.Command, b *buildFlags, arg string) (BuildOptions, error) {
	o := BuildOptions{
		Source: b.source, Patches: b.patches, Offline: b.offline, Refresh: b.refresh,
		Jobs: b.jobs, Out: b.out, Stdout: a.stdout, Env: a.env,
	}
	if b.jobs < 1 {
		return o, flagValueError(cmd, "jobs", strconv.Itoa(b.jobs), "at least 1; the number of processors is the default")
	}
	if b.offline && b.refresh {
		return o, usageError(cmd, "--offline and --refresh exclude one another")
	}
	var err error
	if o.Recipes, err = a.set(); err != nil {
		return o, err
	}
	if o.Recipe, o.Version, err = o.Recipes.Find(arg); err != nil {
		return o, err
	}
	if b.runtimes == nil {
		b.runtimes = o.Recipe.Runtimes[:1]
	}
	for _, name := range b.runtimes {
		r, err := o.Recipes.Runtime(name)
		if err != nil {
			return o, err
		}
		if !slices.Contains(o.Recipe.Runtimes, name) {
			return o, diag.New(diag.Usage, "command line", "recipe %s does not list runtime %q", o.Recipe.Name, name).
				WithHint("%s", near.Hint("runtimes of the recipe", name, o.Recipe.Runtimes))
		}
		if !slices.Contains(o.Runtimes, r) {
			o.Runtimes = append(o.Runtimes, r)
		}
	}
	if o.AOT, err = aotOf(o.Runtimes, b.aot); err != nil {
		return o, err
	}
	if b.toolchain == "" {
		b.toolchain = o.Recipe.Toolchain
	}
	if o.Toolchain, err = o.Recipes.Toolchain(b.toolchain); err != nil {
		return o, err
	}
	o.Store, err = a.store()
	return o, err
}

func (a *app) buildCmd() *cobra.Command {
	var mode, cpu string
	var setup bool
	var skip []string
	cmd := &cobra.Command{
		Use:   "build RECIPE",
		Short: "Build a release for one or more runtimes (the default command)",
		Long: `Build the newest release of a branch (php-8.2), or an exact one (php-8.2.0),
for one or more runtimes. What was built before with the same inputs is taken
from the cache. The word build can be left out.`,
		Example: `  wlrbuild php-8.2 --runtime wasmedge --setup
  wlrbuild build php-8.2.0 --runtime wasi --runtime wasmedge
  wlrbuild php-8.2 --runtime wasi --source ~/src/php-src --out /tmp/out
  wlrbuild php-8.2 --runtime wasmedge --aot wasmedge@0.14 --aot wasmedge@0.17 --cpu generic`,
		Args:              a.oneRecipe,
		ValidArgsFunction: a.completeRecipe,
	}
	flags := a.buildFlags(cmd)
	cmd.Flags().BoolVar(&setup, "setup", false, "first install what is missing, as wlrbuild doctor --fix does")
	cmd.Flags().StringArrayVar(&flags.aot, "aot", nil, "also compile the artifacts ahead of time for the engine `NAME[@VERSION]`; can be repeated")
	choiceFlag(cmd, cmd.Flags(), &cpu, "cpu", string(engines.NativeCPU), []string{string(engines.NativeCPU), string(engines.GenericCPU)},
		"with --aot: for `WHICH` processors: native is this machine's, generic all of its architecture")
	cmd.Flags().StringArrayVar(&skip, "skip", nil, "leave out the check `STEP`: "+strings.Join(Checks, ", ")+"; can be repeated")
	cmd.RegisterFlagCompletionFunc("skip", cobra.FixedCompletions(Checks, cobra.ShellCompDirectiveNoFileComp))
	cmd.RegisterFlagCompletionFunc("aot", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeEngine("")
	})
	choiceFlag(cmd, cmd.Flags(), &mode, "progress", "auto", progress.Modes, "how to show progress, `MODE`: "+strings.Join(progress.Modes, ", "))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := a.options(cmd, flags, args[0])
		if err != nil {
			return err
		}
		o.AOTCPU, o.Skip = engines.CPU(cpu), skip
		for _, step := range skip {
			if !slices.Contains(Checks, step) {
				return flagValueError(cmd, "skip", step, "one of "+strings.Join(Checks, ", "))
			}
		}
		return a.withProgress(mode, func(events progress.Sink) error {
			o.Events = events
			if setup {
				if err := a.setup(cmd.Context(), o); err != nil {
					return err
				}
			}
			return a.builder.Build(cmd.Context(), o)
		})
	}
	return cmd
}

// aotOf reads the values of --aot. Every runtime that is built for must have the
// engine, and that must be one that compiles.
func aotOf(runtimes []*recipe.Runtime, values []string) (list []AOT, _ error) {
	for _, value := range values {
		for _, rt := range runtimes {
			def, version, err := engineOf(rt, value)
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(def.Releases, func(r recipe.EngineRelease) bool { return len(r.Compile) > 0 }) {
				return nil, diag.New(diag.Usage, "command line", "--aot %s: engine %s %w to a file", value, def.Name, engines.ErrNoAOT).
					WithHint("it compiles a module when it starts it; leave the flag out")
			}
			if a := (AOT{def.Name, version}); !slices.Contains(list, a) {
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// setup makes the machine ready for a build.
func (a *app) setup(ctx context.Context, o BuildOptions) error {
	x, err := a.examination(o.Toolchain, "build")
	if err != nil {
		return err
	}
	x.Events = o.Events
	if err := repair(ctx, x); err != nil {
		return err
	}
	return verdict(toolchain.Doctor(ctx, x))
}

// oneRecipe accepts the name of one recipe. If no command was named, what
// stands there may be a misspelled one.
func (a *app) oneRecipe(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && args[0] == a.implied {
		if err := a.checkImplied(cmd); err != nil {
			return err
		}
	}
	return oneArg("recipe")(cmd, args)
}

// checkImplied checks that what stands where a command could is a recipe.
func (a *app) checkImplied(cmd *cobra.Command) error {
	set, err := a.set()
	if err != nil {
		return err
	}
	if _, _, err = set.Find(a.implied); err == nil {
		return nil
	}
	commands := commandNames(cmd.Root())
	if n := near.Names(a.implied, commands); n != nil {
		return diag.New(diag.Usage, "command line", "unknown command %q", a.implied).
			WithHint("did you mean %s? commands: %s", near.Or(n), strings.Join(commands, ", "))
	}
	return err
}

// withProgress calls f with a display of what it reports. The display is on
// stderr, except that JSON is a program's to read and has stdout for itself.
func (a *app) withProgress(mode string, f func(progress.Sink) error) error {
	out := a.stderr
	if mode == "json" {
		out = a.stdout
	}
	d, err := progress.New(progress.Options{Mode: mode, Color: a.color, Out: out, Getenv: a.getenv})
	if err != nil {
		return err
	}
	err = f(d.Send)
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	return err
}
