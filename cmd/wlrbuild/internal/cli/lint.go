package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/report"
)

// suppressionsFile is read where there is one and none is named.
const suppressionsFile = ".wlrbuild-lint.yaml"

// never is the value of --fail-on with which findings are no failure.
const never = "never"

// lintFlags are the flags of lint.
type lintFlags struct {
	runtimes     []string
	aot          bool
	format       string
	failOn       string
	suppressions string
}

func (a *app) lintCmd() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:   "lint FILE.wasm...",
		Short: "Say whether modules run on a runtime, and what goes wrong if not",
		Long: `Read modules, of any origin, and find what goes wrong with them: on the releases
of runtimes that are named, and in the way they were linked. Nothing is run. A
runtime is NAME for its newest release, NAME@RELEASE, NAME@all, or all; with all
of them comes a table of what becomes of each module on each release. Without a
runtime, only what does not depend on one is looked at.

A finding that is meant so can be suppressed in a file, with a reason; see
"wlrbuild explain suppressions". "wlrbuild list checks" shows what is looked for.`,
		Example: `  wlrbuild lint php.wasm --runtime wasmedge@0.14.1
  wlrbuild lint php.wasm --runtime all
  wlrbuild lint *.wasm --runtime wasmtime --format sarif > lint.sarif`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return oneArg("file")(cmd, args)
			}
			return nil
		},
		ValidArgsFunction: completeModules,
		RunE:              func(_ *cobra.Command, args []string) error { return a.lint(&flags, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&flags.runtimes, "runtime", nil, "hold them against `NAME[@RELEASE]`, or all; can be repeated")
	f.BoolVar(&flags.aot, "aot", false, "they will be compiled ahead of time")
	choiceFlag(cmd, f, &flags.format, "format", "text", report.Names(), "print `FORMAT`: "+strings.Join(report.Names(), ", "))
	levels := append(check.Severities(), never)
	choiceFlag(cmd, f, &flags.failOn, "fail-on", "warning", levels, "exit with 7 if a finding is at least a `SEVERITY`: "+strings.Join(levels, ", "))
	f.StringVar(&flags.suppressions, "suppressions", "", "read suppressions from `FILE` (default "+suppressionsFile+", if there is one)")
	cmd.RegisterFlagCompletionFunc("runtime", completeProfile)
	return cmd
}

func (a *app) lint(flags *lintFlags, files []string) error {
	options := check.Options{AOT: flags.aot}
	table := false
	for _, spec := range flags.runtimes {
		targets, err := lint.Targets(spec)
		if err != nil {
			return err
		}
		for _, t := range targets {
			if !slices.Contains(options.Targets, t) {
				options.Targets = append(options.Targets, t)
			}
		}
		table = table || spec == lint.All || strings.HasSuffix(spec, "@"+lint.All)
	}
	for _, t := range options.Targets {
		if t.Newer() {
			fmt.Fprintf(a.stderr, "note: %s is newer than what is known of %s; it is taken for %s\n",
				t, t.Profile.Name, t.Profile.Releases[len(t.Profile.Releases)-1].Version)
		}
	}
	suppressions, err := readSuppressions(flags.suppressions)
	if err != nil {
		return err
	}
	r := &report.Report{Version: readBuildInfo().Version, Checks: checks.All}
	used := map[int]bool{}
	for _, path := range files {
		file, err := lint.File(path, options, suppressions, used)
		if err != nil {
			return err
		}
		r.Files = append(r.Files, *file)
	}
	if err := a.printReport(flags.format, table, r); err != nil {
		return err
	}
	if suppressions != nil {
		for i, s := range suppressions.Suppress {
			if !used[i] {
				fmt.Fprintf(a.stderr, "note: nothing is found any more for the suppression of %s (%s)\n", s.Check, s.Reason)
			}
		}
	}
	return verdictOf(r, flags.failOn)
}

// readSuppressions reads the file that is named, or the default if it is there.
func readSuppressions(file string) (*recipe.Suppressions, error) {
	if file == "" {
		if _, err := os.Stat(suppressionsFile); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		file = suppressionsFile
	}
	return recipe.ReadSuppressions(file, lint.KnownCheck, lint.CheckNames())
}

// printReport prints a report; as text and with a table, what the table says is
// not said again.
func (a *app) printReport(format string, table bool, r *report.Report) error {
	if format != "text" || !table {
		return report.Formats[format](a.stdout, r)
	}
	if err := report.Table(a.stdout, r); err != nil {
		return err
	}
	fmt.Fprintln(a.stdout)
	short := *r
	short.Files = slices.Clone(r.Files)
	for i := range short.Files {
		f := &short.Files[i]
		f.Findings = slices.DeleteFunc(slices.Clone(f.Findings), func(f check.Finding) bool { return f.Targets != nil })
	}
	return report.Text(a.stdout, &short)
}

// verdictOf is the error for findings that are bad enough.
func verdictOf(r *report.Report, failOn string) error {
	if failOn == never {
		return nil
	}
	var least check.Severity
	if err := least.UnmarshalText([]byte(failOn)); err != nil {
		return err
	}
	worst := r.Counted(least)
	if len(worst) == 0 {
		return nil
	}
	return diag.New(diag.Findings, "lint", "findings that count (%s and worse): %d", least, len(worst)).
		WithHint("`wlrbuild explain %s` says what it means and what to do", worst[0].Check.ID)
}

func completeModules(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"wasm"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeProfile offers the runtimes that there are profiles of, or the
// releases of one.
func completeProfile(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	profiles, err := abi.Profiles()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	out := []string{lint.All}
	for _, p := range profiles {
		out = append(out, p.Name+"\t"+p.Title)
		if strings.HasPrefix(word, p.Name+"@") {
			for _, r := range append(lint.Releases(p), lint.All) {
				out = append(out, p.Name+"@"+r)
			}
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
