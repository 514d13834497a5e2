package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

func (a *app) planCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "plan RECIPE",
		Short: "Show what a build would do, and why",
		Long: `Show the steps of a build: which would run, because of which changed input, and
which would come from the cache. Nothing is built, but the source and the
toolchain are fetched, since everything depends on them.`,
		Example: `  wlrbuild plan php-8.2 --runtime wasmedge
  wlrbuild plan php-8.2 --json`,
		Args:              oneArg("recipe"),
		ValidArgsFunction: a.completeRecipe,
	}
	flags := a.buildFlags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o, err := a.options(cmd, flags, args[0])
		if err != nil {
			return err
		}
		var plans []Plan
		err = a.withProgress("auto", func(events progress.Sink) error {
			o.Events = events
			plans, err = a.builder.Plan(cmd.Context(), o)
			return err
		})
		if err != nil {
			return err
		}
		if asJSON {
			return a.printJSON(struct {
				schemaOf
				Builds []Plan `json:"builds"`
			}{jsonSchema("plan"), plans})
		}
		for i, p := range plans {
			if i > 0 {
				fmt.Fprintln(a.stdout)
			}
			fmt.Fprintf(a.stdout, "%s:\n", p.Build)
			if err := pipeline.WriteRows(a.stdout, p.Steps); err != nil {
				return err
			}
		}
		return nil
	}
	return cmd
}
