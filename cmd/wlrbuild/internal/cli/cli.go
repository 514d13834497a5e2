// Package cli is the command line: it reads arguments, looks up what they
// name, calls the packages that do the work, and turns what comes back into
// output and an exit code. One file is one subcommand.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// app is one run of wlrbuild: what it got from the process, and the flags
// that every subcommand has.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            []string
	builder        Builder

	recipes string // --recipes
	cache   string // --cache
	color   string // --color

	// implied is the first argument if no subcommand was named, and so build
	// was meant, or a subcommand was misspelled.
	implied string
}

// Main runs wlrbuild with the arguments after the program's name and an
// environment of NAME=VALUE, and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer, env []string, b Builder) (code int) {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, env: env, builder: b}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal finds the default action again and ends the process.
	context.AfterFunc(ctx, stop)
	// A panic's own exit code, 2, would be taken for a usage error.
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(stderr, "wlrbuild: defect: %v\n\n%s", v, debug.Stack())
			code = int(diag.Internal)
		}
	}()
	root := a.root()
	root.SetArgs(a.implyBuild(root, args))
	return a.exit(ctx, root.ExecuteContext(ctx))
}

// exit reports err and returns the exit code it stands for.
func (a *app) exit(ctx context.Context, err error) int {
	var guest guestStatus
	switch {
	case err == nil:
		return int(diag.OK)
	case errors.As(err, &guest):
		return int(guest)
	case ctx.Err() != nil && diag.ExitCode(err) != diag.Interrupted:
		// What fails after a signal fails because of it.
		cause := err
		if errors.Is(err, context.Canceled) {
			cause = nil
		}
		err = &diag.Error{Exit: diag.Interrupted, Op: "interrupted", Err: cause}
	}
	a.printError(err)
	return int(diag.ExitCode(err))
}

// printError writes err to stderr, in colour if that is wanted there.
func (a *app) printError(err error) {
	text := diag.Format(err)
	if progress.UseColor(a.color, progress.IsTerminal(a.stderr), a.getenv) {
		const red, cyan, reset = "\x1b[1;31m", "\x1b[36m", "\x1b[0m"
		lines := strings.SplitAfter(text, "\n")
		for i, line := range lines {
			for label, color := range map[string]string{"wlrbuild:": red, "hint:": cyan, "log:": cyan} {
				if rest, ok := strings.CutPrefix(line, label); ok {
					lines[i] = color + label + reset + rest
				}
			}
		}
		text = strings.Join(lines, "")
	}
	io.WriteString(a.stderr, text)
}

// root is the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "wlrbuild",
		Short: "Build PHP as WebAssembly for the runtime it will run on",
		Long: `wlrbuild builds PHP from source as WebAssembly, for the runtime it will run on,
and runs it there. Without a command it builds.`,
		Example: `  wlrbuild php-8.2 --runtime wasmedge
  wlrbuild run --runtime wasmedge dist/php-8.2.*-wasmedge.wasm -- -r 'echo PHP_VERSION;'
  wlrbuild list`,
		Args:              noArgs,
		Run:               func(cmd *cobra.Command, _ []string) { cmd.Help() },
		ValidArgsFunction: a.completeRecipe,
		SilenceErrors:     true, // exit prints them
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(a.flagError)
	root.SetHelpCommand(a.helpCmd())
	root.SetUsageTemplate(usageTemplate)

	f := root.PersistentFlags()
	f.StringVar(&a.recipes, "recipes", "", "read recipes from `DIR` instead of the built-in ones")
	f.StringVar(&a.cache, "cache", "", "keep the cache in `DIR` (default $WLRBUILD_CACHE, or below the user's cache directory)")
	choiceFlag(root, f, &a.color, "color", "auto", progress.Colors, "use colours, `WHEN`: "+strings.Join(progress.Colors, ", "))
	root.MarkPersistentFlagDirname("recipes")
	root.MarkPersistentFlagDirname("cache")

	root.AddCommand(
		a.buildCmd(),
		a.planCmd(),
		a.runCmd(),
		a.testCmd(),
		a.benchCmd(),
		a.lintCmd(),
		a.inspectCmd(),
		a.symbolizeCmd(),
		a.verifyCmd(),
		a.sdkCmd(),
		a.listCmd(),
		a.explainCmd(),
		a.schemaCmd(),
		a.completionCmd(),
		a.cacheCmd(),
		a.doctorCmd(),
		a.patchCmd(),
		a.devirtualizeCmd(),
		a.checkedReturnsCmd(),
		a.versionCmd(),
	)
	return root
}

// implyBuild puts the word build before arguments that name no subcommand, so
// that `wlrbuild php-8.2` builds. It does the same to the arguments of a
// request for completions.
func (a *app) implyBuild(root *cobra.Command, args []string) []string {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		if len(args) == 2 { // the first word: it may become a subcommand
			return args
		}
		return append(args[:1:1], a.implyBuild(root, args[1:])...)
	}
	first := ""
	for i := 0; i < len(args) && first == ""; i++ {
		name, _, hasValue := strings.Cut(args[i], "=")
		switch {
		case name == "-h" || name == "--help":
			return args
		case name == "--version":
			return []string{"version"}
		case strings.HasPrefix(name, "--") && root.PersistentFlags().Lookup(name[2:]) != nil:
			if !hasValue {
				i++
			}
		default:
			first = args[i]
		}
	}
	isCommand := slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == first })
	if first == "" || first == "help" || isCommand {
		return args
	}
	if !strings.HasPrefix(first, "-") {
		a.implied = first
	}
	return append([]string{"build"}, args...)
}

// set reads the recipes.
func (a *app) set() (*recipe.Set, error) { return recipe.Open(a.recipes) }

// cacheDir is where the cache is, or would be.
func (a *app) cacheDir() (string, error) {
	if a.cache != "" {
		return a.cache, nil
	}
	return cache.DefaultDir()
}

// store opens the cache.
func (a *app) store() (*cache.Store, error) {
	dir, err := a.cacheDir()
	if err != nil {
		return nil, err
	}
	return cache.Open(dir)
}

// getenv is a variable of the environment.
func (a *app) getenv(name string) string { return getenv(a.env, name) }

func getenv(env []string, name string) string {
	for _, kv := range slices.Backward(env) { // of two the later counts
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// guestStatus is the exit status of a program that `wlrbuild run` has run to
// its end. It is not an error of wlrbuild's, and nothing is printed for it.
type guestStatus int

func (s guestStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
