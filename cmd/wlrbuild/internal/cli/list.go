package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

func (a *app) listCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [checks | profiles]",
		Short: "List recipes, runtimes and toolchains, or what lint knows",
		Long: `List recipes, runtimes and toolchains; or the checks of lint; or the profiles that
lint has of runtimes, with their releases.`,
		Example: `  wlrbuild list
  wlrbuild list checks
  wlrbuild list --recipes ./recipes --json`,
		ValidArgs: []string{listChecks, listProfiles},
		Args:      listArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return a.listLint(args[0], asJSON)
			}
			set, err := a.set()
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(newListing(set))
			}
			return a.printListing(newListing(set))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// What can be listed besides recipes.
const (
	listChecks   = "checks"
	listProfiles = "profiles"
)

func listArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && slices.Contains(cmd.ValidArgs, args[0]) {
		args = args[1:]
	}
	return noArgs(cmd, args)
}

// listing is the output of list, as JSON.
type listing struct {
	schemaOf
	Recipes    []listedRecipe    `json:"recipes"`
	Runtimes   []listedRuntime   `json:"runtimes"`
	Toolchains []listedToolchain `json:"toolchains"`
}

type listedRecipe struct {
	Name      string   `json:"name"`
	Title     string   `json:"title"`
	EOL       string   `json:"eol,omitempty"`
	Runtimes  []string `json:"runtimes"`
	Toolchain string   `json:"toolchain"`
}

type listedRuntime struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Engines []string `json:"engines"`
}

type listedToolchain struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Target string `json:"target"`
}

func newListing(set *recipe.Set) listing {
	l := listing{schemaOf: jsonSchema("list")}
	for _, r := range set.Recipes {
		l.Recipes = append(l.Recipes, listedRecipe{r.Name, r.Title, r.EOL, r.Runtimes, r.Toolchain})
	}
	for _, r := range set.Runtimes {
		l.Runtimes = append(l.Runtimes, listedRuntime{r.Name, r.Title, engineNames(r)})
	}
	for _, t := range set.Toolchains {
		l.Toolchains = append(l.Toolchains, listedToolchain{t.Name, t.Title, t.Target})
	}
	return l
}

func (a *app) printListing(l listing) error {
	w := a.columns()
	fmt.Fprintln(w, "RECIPE\tTITLE\tEND OF LIFE\tRUNTIMES")
	for _, r := range l.Recipes {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, r.Title, r.EOL, strings.Join(r.Runtimes, ", "))
	}
	fmt.Fprintln(w, "\nRUNTIME\tTITLE\tENGINES")
	for _, r := range l.Runtimes {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, r.Title, strings.Join(r.Engines, ", "))
	}
	fmt.Fprintln(w, "\nTOOLCHAIN\tTITLE\tTARGET")
	for _, t := range l.Toolchains {
		fmt.Fprintf(w, "%s\t%s\t%s\n", t.Name, t.Title, t.Target)
	}
	return w.Flush()
}
