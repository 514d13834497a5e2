package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/mariadb"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// testFlags are the flags of test.
type testFlags struct {
	runtimes []string
	engine   string
	sample   int
	limit    time.Duration
	jobs     int
	fresh    bool
	mysql    bool
	offline  bool
	source   string
	out      string
	markdown string
	mode     string
}

// sampleSize is the sample that is meant where none is said: enough to notice
// what is broken, few enough to run at every change.
const sampleSize = 1000

// everything stands for every recipe.
const everything = "all"

func (a *app) testCmd() *cobra.Command {
	var flags testFlags
	cmd := &cobra.Command{
		Use:   "test RECIPE | all [DIR...]",
		Short: "Run the project's own tests through a build",
		Long: `Build, and run the project's own tests through what was built. The tests that
count are those that a native build of the same source with the same options
passes. A test that differs is an error unless it is one of those that are
expected to; one of these that passes is an error too, and a crash or a run that
does not end always is. Without a DIR, or a file, of the source tree it runs the
tests of everything the native build has.

Tests of MySQL's clients need a server: --with-mysql gives them a MariaDB of this
machine with data of its own, which ends with the run. Tests whose scripts start
PHP, its servers for instance, have their scripts run by native PHP, and what they
start is what was built.

Writes report.json, report.html and junit.xml to a directory per build, runtime
and engine. A run that was interrupted goes on where it was.`,
		Example: `  wlrbuild test php-8.2 --runtime wasmedge Zend/tests
  wlrbuild test php-8.2 --runtime wasi --engine wasmtime --sample
  wlrbuild test php-8.2 --runtime wasmedge sapi/cli/tests
  wlrbuild test php-8.2 --runtime wasmedge --with-mysql ext/mysqli/tests ext/pdo_mysql/tests
  wlrbuild test all --markdown docs/conformance.md`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return oneArg("recipe")(cmd, args)
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.completeRecipe(cmd, args, toComplete)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.test(cmd, &flags, args[0], args[1:])
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&flags.runtimes, "runtime", nil, "test the build for the runtime `NAME`; can be repeated (default: the recipe's first, or with all every one)")
	f.StringVar(&flags.engine, "engine", "", "run it on `NAME[@VERSION]` (default: the runtime's engine for tests)")
	f.IntVar(&flags.sample, "sample", 0, "choose `N` tests evenly")
	f.Lookup("sample").NoOptDefVal = strconv.Itoa(sampleSize)
	f.DurationVar(&flags.limit, "time-limit", time.Minute, "stop a run of a module after `TIME`")
	f.IntVarP(&flags.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "run `N` tests at once")
	f.BoolVar(&flags.fresh, "fresh", false, "begin anew, also if a run was interrupted")
	f.BoolVar(&flags.mysql, "with-mysql", false, "run a MariaDB of this machine for the tests that want a server")
	f.BoolVar(&flags.offline, "offline", false, "use what is in the cache and no network")
	f.StringVar(&flags.source, "source", "", "take the source from `PATH`: a directory, an archive, or a git repository or its URL")
	f.StringVar(&flags.out, "out", filepath.Join("dist", "tests"), "write reports to directories in `DIR`")
	f.StringVar(&flags.markdown, "markdown", "", "write a summary of all reports in the directory of --out to `FILE`")
	choiceFlag(cmd, f, &flags.mode, "progress", "auto", progress.Modes, "how to show progress, `MODE`: "+strings.Join(progress.Modes, ", "))
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.RegisterFlagCompletionFunc("engine", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return a.completeEngine("")
	})
	cmd.MarkFlagDirname("out")
	return cmd
}

func (a *app) test(cmd *cobra.Command, flags *testFlags, arg string, wanted []string) error {
	switch {
	case flags.sample < 0:
		return flagValueError(cmd, "sample", strconv.Itoa(flags.sample), "at least 1")
	case flags.limit < time.Second:
		return flagValueError(cmd, "time-limit", flags.limit.String(), "at least 1s")
	}
	set, err := a.set()
	if err != nil {
		return err
	}
	// All that is named is looked up before the first hour of testing.
	targets, err := a.testTargets(cmd, set, flags, arg)
	if err != nil {
		return err
	}
	var mysql *mariadb.Program
	if flags.mysql {
		if mysql, err = mariadb.Find(cmd.Context()); err != nil {
			return diag.New(diag.Usage, "find the server for --with-mysql", "%w", err).
				WithHint("`wlrbuild doctor --fix --for tests` installs it")
		}
	}
	var reports []*phptest.Report
	err = a.withProgress(flags.mode, func(events progress.Sink) error {
		for _, t := range targets {
			t.build.Events = events
			report, err := a.testBuild(cmd.Context(), t, phptest.Options{
				Wanted: wanted, Sample: flags.sample, Limit: flags.limit, Jobs: flags.jobs, Fresh: flags.fresh, MySQL: mysql,
				Getenv: a.getenv, Events: events,
			})
			if err != nil {
				return err
			}
			if err := writeReport(flags.reportDir(report), report); err != nil {
				return err
			}
			reports = append(reports, report)
		}
		return nil
	})
	if err == nil && flags.markdown != "" {
		err = writeMarkdown(flags.markdown, flags.out)
	}
	if err != nil {
		return err
	}
	return a.summarize(flags, reports)
}

// testTarget is a build that is to be tested, and the engine to do it on.
type testTarget struct {
	build   BuildOptions
	engine  *recipe.Engine
	version string
}

// testTargets are what the argument and the flags name.
func (a *app) testTargets(cmd *cobra.Command, set *recipe.Set, flags *testFlags, arg string) ([]testTarget, error) {
	names := map[string][]string{arg: flags.runtimes}
	order := []string{arg}
	if arg == everything {
		order = nil
		for _, r := range set.Recipes {
			order = append(order, r.Name)
			names[r.Name] = flags.runtimes
			if len(flags.runtimes) == 0 {
				names[r.Name] = r.Runtimes
			}
		}
	}
	var targets []testTarget
	for _, name := range order {
		o, err := a.options(cmd, &buildFlags{
			runtimes: names[name], source: flags.source, offline: flags.offline, jobs: flags.jobs,
		}, name)
		if err != nil {
			return nil, err
		}
		for _, rt := range o.Runtimes {
			spec := flags.engine
			if spec == "" {
				spec = rt.TestEngine
			}
			def, version, err := engineOf(rt, spec)
			if err != nil {
				return nil, err
			}
			one := o
			one.Runtimes = []*recipe.Runtime{rt}
			targets = append(targets, testTarget{one, def, version})
		}
	}
	return targets, nil
}

// testBuild builds and tests; o has what does not depend on the target.
func (a *app) testBuild(ctx context.Context, t testTarget, o phptest.Options) (*phptest.Report, error) {
	builds, err := a.builder.Modules(ctx, t.build)
	if err != nil {
		return nil, err
	}
	o.Build, o.Store = builds[0], t.build.Store
	o.Engine, o.Version = t.engine, t.version
	o.Differences = t.build.Recipes.Differences[t.build.Recipe.Name]
	return phptest.Run(ctx, o)
}

// reportDir is the directory of a report.
func (f *testFlags) reportDir(r *phptest.Report) string {
	engine, _, _ := strings.Cut(r.Engine, ",")
	return filepath.Join(f.out, r.Build+"-"+r.Runtime+"-"+strings.ReplaceAll(engine, " ", "-"))
}

func writeReport(dir string, r *phptest.Report) error {
	for name, write := range map[string]func(io.Writer) error{
		"report.json": r.WriteJSON, "report.html": r.WriteHTML, "junit.xml": r.WriteJUnit,
	} {
		if err := writeFile(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	return nil
}

// writeMarkdown writes a summary of all reports in dir.
func writeMarkdown(path, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*", "report.json"))
	if err != nil {
		return err
	}
	var reports []*phptest.Report
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		r, err := phptest.ReadJSON(bytes.NewReader(data))
		if err != nil {
			return &diag.Error{Exit: diag.Usage, Op: "read report", Path: file, Err: err, Hint: "remove it, or test that build again"}
		}
		reports = append(reports, r)
	}
	return writeFile(path, func(w io.Writer) error { return phptest.WriteMarkdown(w, filepath.ToSlash(path), reports) })
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	var content bytes.Buffer
	err := write(&content)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o777)
	}
	if err == nil {
		part := path + ".part"
		err = os.WriteFile(part, content.Bytes(), 0o666)
		if err == nil {
			err = os.Rename(part, path)
		}
		if err != nil {
			os.Remove(part)
		}
	}
	if err != nil {
		return diag.New(diag.Step, "write "+path, "%w", err).WithHint("name another place with --out or --markdown")
	}
	return nil
}

// summarize prints the reports, and is an error if one of them is bad.
func (a *app) summarize(flags *testFlags, reports []*phptest.Report) error {
	var bad []string
	for _, r := range reports {
		if err := r.WriteText(a.stdout); err != nil {
			return err
		}
		dir := flags.reportDir(r)
		fmt.Fprintf(a.stdout, "\nreport: %s\n", filepath.Join(dir, "report.html"))
		if r.Failed() {
			bad = append(bad, fmt.Sprintf("%s on %s: see %s", r.Build, r.Engine, filepath.Join(dir, "report.html")))
		}
	}
	if bad == nil {
		return nil
	}
	return &diag.Error{Exit: diag.Run, Op: "test", Err: errors.New("tests differ that are not expected to"), Detail: strings.Join(bad, "\n")}
}
