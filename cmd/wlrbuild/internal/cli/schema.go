package cli

import (
	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

func (a *app) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema recipe | runtime | toolchain | variant | differences | flow-rules",
		Short: "Print the JSON schema of a kind of file",
		Long: `Print the JSON schema of recipes, runtimes, toolchains, variants, lists of tests
that are expected to differ, or rules for calls by address. Editors show mistakes with it as one types: name it in
the first line of a file,
# yaml-language-server: $schema=recipe.json`,
		Example:   "  wlrbuild schema recipe > recipe.json",
		Args:      oneArg("schema"),
		ValidArgs: recipe.Formats,
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := recipe.Schema(args[0])
			if err != nil {
				return diag.New(diag.Usage, "command line", "unknown schema %q", args[0]).
					WithHint("%s", near.Hint("schemas", args[0], recipe.Formats))
			}
			_, err = a.stdout.Write(text)
			return err
		},
	}
}
