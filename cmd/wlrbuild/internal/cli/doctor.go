package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	"github.com/wlrbuild/wlrbuild/recipes"
)

// purposes are the values of --for; they are those of
// recipes/host/tools.yaml that a user can have.
var purposes = []string{"build", "git-source", "tests"}

func (a *app) doctorCmd() *cobra.Command {
	var fix, asJSON bool
	var purpose, name string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check whether this machine can build, and repair it",
		Long: `Check what a build needs of this machine, and what could lead it astray. Every
line that is missing or wrong says what to do; with --fix it is done, as far as
it can be without a password.`,
		Example: `  wlrbuild doctor
  wlrbuild doctor --fix --for git-source`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := a.set()
			if err != nil {
				return err
			}
			// Recipes for the same machine have the same one.
			if name == "" {
				name = set.Recipes[0].Toolchain
			}
			def, err := set.Toolchain(name)
			if err != nil {
				return err
			}
			x, err := a.examination(def, purpose)
			if err != nil {
				return err
			}
			if fix {
				err := a.withProgress("auto", func(events progress.Sink) error {
					x.Events = events
					return repair(cmd.Context(), x)
				})
				if err != nil {
					return err
				}
			}
			checks := toolchain.Doctor(cmd.Context(), x)
			if err := a.printChecks(asJSON, checks); err != nil {
				return err
			}
			return verdict(checks)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&fix, "fix", false, "repair what can be repaired")
	choiceFlag(cmd, f, &purpose, "for", "build", purposes, "what the machine is to do, `PURPOSE`: "+strings.Join(purposes, ", "))
	f.StringVar(&name, "toolchain", "", "check the toolchain `NAME` (default: the first recipe's)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RegisterFlagCompletionFunc("toolchain", a.completeToolchain)
	return cmd
}

// examination is what the doctor looks at for a purpose.
func (a *app) examination(def *recipe.Toolchain, purpose string) (toolchain.Examination, error) {
	x := toolchain.Examination{Toolchain: def, Needs: []string{purpose}, Environ: a.env}
	// Those are what this program starts, whatever recipes it reads.
	var err error
	if x.Tools, err = toolchain.ReadHostTools(recipes.FS); err != nil {
		return x, err
	}
	x.CacheDir, err = a.cacheDir()
	return x, err
}

// repair does what the doctor can do about what is missing or wrong.
func repair(ctx context.Context, x toolchain.Examination) error {
	for _, c := range toolchain.Doctor(ctx, x) {
		if isWell(c) || c.FixCmd == nil {
			continue
		}
		x.Events.Notef("", "%s: %s", c.Name, c.Fix)
		if err := c.FixCmd(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func isWell(c toolchain.Check) bool {
	return c.Status == toolchain.OK || c.Status == toolchain.Note
}

// verdict is the error for checks that did not go well.
func verdict(checks []toolchain.Check) error {
	var bad []string
	fixable := false
	for _, c := range checks {
		if !isWell(c) {
			bad = append(bad, c.Name)
			fixable = fixable || c.FixCmd != nil
		}
	}
	if bad == nil {
		return nil
	}
	e := diag.New(diag.Preflight, "doctor", "this machine cannot build yet: %s", strings.Join(bad, ", "))
	if fixable {
		return e.WithHint("`wlrbuild doctor --fix` repairs it as far as it can be done without a password")
	}
	return e
}

func (a *app) printChecks(asJSON bool, checks []toolchain.Check) error {
	if asJSON {
		return a.printJSON(struct {
			schemaOf
			Checks []toolchain.Check `json:"checks"`
		}{jsonSchema("doctor"), checks})
	}
	width := 0
	for _, c := range checks {
		width = max(width, len(c.Name))
	}
	for _, c := range checks {
		fmt.Fprintf(a.stdout, "%-7s  %-*s  %s\n", c.Status, width, c.Name, c.Found)
		if c.Status == toolchain.OK {
			continue
		}
		lines := slices.Clone(c.Detail)
		lines = append(lines, "why: "+c.Why)
		if c.Fix != "" {
			lines = append(lines, "fix: "+c.Fix)
		}
		for _, line := range lines {
			if _, err := fmt.Fprintf(a.stdout, "%9s%s\n", "", line); err != nil {
				return err
			}
		}
	}
	return nil
}
