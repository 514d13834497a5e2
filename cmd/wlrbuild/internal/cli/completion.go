package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
)

var shells = []string{"bash", "fish", "powershell", "zsh"}

func (a *app) completionCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash | fish | powershell | zsh",
		Short: "Print a script that completes command lines",
		Long:  "Print a script for a shell that completes commands, flags, recipes and runtimes.",
		Example: `  source <(wlrbuild completion bash)
  wlrbuild completion zsh > "${fpath[1]}/_wlrbuild"
  wlrbuild completion fish > ~/.config/fish/completions/wlrbuild.fish`,
		Args:      oneArg("shell"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			}
			return diag.New(diag.Usage, "command line", "unknown shell %q", args[0]).
				WithHint("%s", near.Hint("shells", args[0], shells))
		},
	}
}

// The functions below offer names from the recipes. Mistakes in those are not
// for the middle of somebody's command line: nothing is offered then.

func (a *app) completeRecipe(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if set, err := a.set(); err == nil && len(args) == 0 {
		for _, r := range set.Recipes {
			out = append(out, fmt.Sprintf("%s\t%s", r.Name, r.Title))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeRuntime(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if set, err := a.set(); err == nil {
		for _, r := range set.Runtimes {
			out = append(out, fmt.Sprintf("%s\t%s", r.Name, r.Title))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeToolchain(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if set, err := a.set(); err == nil {
		for _, t := range set.Toolchains {
			out = append(out, fmt.Sprintf("%s\t%s", t.Name, t.Title))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeVariant(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if set, err := a.set(); err == nil {
		for _, v := range set.Variants {
			out = append(out, fmt.Sprintf("%s\t%s", v.Name, v.Title))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
