package cli

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

func (a *app) verifyCmd() *cobra.Command {
	var mode string
	var asJSON bool
	var mutants, edges int
	var fix string
	cmd := &cobra.Command{
		Use:   "verify RECIPE",
		Short: "Prove that no call by address meets a function of another type",
		Long: `Build as far as linking, and prove of every artifact that no indirect call
meets a function of another type. Such a call works on other machines, and traps
in WebAssembly. The proof follows the addresses of functions through the whole
program, compiled with the same commands but not optimised; docs/indirect-calls.md
says how, what it assumes and what it cannot see.

What is found is an error, and so is whatever keeps the analysis from being a
proof: a function that it knows nothing of, or a reviewed rule that no longer
applies. The exit code is 7 then.

With --fix, a function that is cast to a type which it does not have gets a wrapper
of that type, if one can be written that keeps every value: it drops arguments
that the function does not take and a result that nobody wants, and widens numbers.
The patches are added to a copy of the series, to be reviewed and tried with
--patches. For other findings the reason is said, and nothing is written. The exit
code is 7 all the same.`,
		Example: `  wlrbuild verify php-8.2 --runtime wasmedge
  wlrbuild verify php-7.4 --patches my/patches --json
  wlrbuild verify php-7.4 --fix /tmp/patches; wlrbuild verify php-7.4 --patches /tmp/patches`,
		Args:              a.oneRecipe,
		ValidArgsFunction: a.completeRecipe,
	}
	flags := a.buildFlags(cmd)
	cmd.Flags().MarkHidden("out")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write the findings as JSON")
	cmd.Flags().IntVar(&mutants, "mutants", 0, "also give `N` functions another type, one way or another, and see that each is found")
	cmd.Flags().IntVar(&edges, "edges", 0, "also run `N` of the project's own tests, and see that every function that a call meets was predicted")
	cmd.Flags().StringVar(&fix, "fix", "", "write patches that put wrappers in place of casts, with the series they belong to, to `DIR`")
	cmd.MarkFlagDirname("fix")
	choiceFlag(cmd, cmd.Flags(), &mode, "progress", "auto", progress.Modes, "how to show progress, `MODE`: "+strings.Join(progress.Modes, ", "))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := a.options(cmd, flags, args[0])
		if err != nil {
			return err
		}
		if o.Mutants = mutants; mutants < 0 {
			return flagValueError(cmd, "mutants", strconv.Itoa(mutants), "0 or more")
		}
		if o.Edges = edges; edges < 0 {
			return flagValueError(cmd, "edges", strconv.Itoa(edges), "0 or more")
		}
		if o.Fix = fix; fix != "" && len(o.Runtimes) > 1 {
			return usageError(cmd, "--fix is for one runtime at a time: the patches are the same for all")
		}
		if asJSON && mode == "json" {
			return usageError(cmd, "--json and --progress json both write to standard output")
		}
		var reports []*flow.Report
		if err := a.withProgress(mode, func(events progress.Sink) (err error) {
			o.Events = events
			reports, err = a.builder.Verify(cmd.Context(), o)
			return err
		}); err != nil {
			return err
		}
		return a.printVerified(reports, asJSON)
	}
	return cmd
}

// printVerified writes the reports, and is an error if one is not a proof.
func (a *app) printVerified(reports []*flow.Report, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(a.stdout)
		e.SetIndent("", "\t")
		if err := e.Encode(reports); err != nil {
			return err
		}
	} else {
		for _, r := range reports {
			r.WriteText(a.stdout)
		}
	}
	var missed []string
	for _, r := range reports {
		if r.Mutation != nil {
			missed = append(missed, r.Mutation.Missed...)
		}
	}
	if missed != nil {
		return diag.New(diag.Findings, "verify", "functions were given another type, and these were not found: %s", strings.Join(missed, " "))
	}
	for _, r := range reports {
		if e := r.Edges; e != nil && len(e.Missed) > 0 {
			return diag.New(diag.Findings, "verify", "%d calls of %s were made that were not predicted", len(e.Missed), r.Program)
		}
	}
	if err := flow.Unproven(reports); err != nil {
		return diag.New(diag.Findings, "verify", "%w", err).
			WithHint("docs/indirect-calls.md says what to do about each kind")
	}
	return nil
}
