package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/patchset"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
)

func (a *app) patchCmd() *cobra.Command {
	return group(&cobra.Command{
		Use:   "patch",
		Short: "Check patches, or change them in a git repository",
		Long: `Patches are changed in a work tree: a git repository with the release as one
commit and each patch as a commit above it. Open one, change its commits with
git, and refresh the patches from it.`,
		Example: `  wlrbuild patch open php-8.2 /tmp/php
  git -C /tmp/php commit -a --amend
  wlrbuild patch status php-8.2 /tmp/php
  wlrbuild patch refresh php-8.2 /tmp/php --patches ./patches`,
	}, a.patchCheckCmd(), a.patchOpenCmd(), a.patchStatusCmd(), a.patchRefreshCmd())
}

// patchFlags are the flags that choose a series, and the release below it.
type patchFlags struct {
	runtime string
	patches string

	source           string
	offline, refresh bool
}

func (a *app) seriesFlags(cmd *cobra.Command, p *patchFlags) {
	f := cmd.Flags()
	f.StringVar(&p.runtime, "runtime", "", "the patches for runtime `NAME` (default: the recipe's first)")
	f.StringVar(&p.patches, "patches", "", "the patches in `DIR` instead of the built-in ones")
	cmd.RegisterFlagCompletionFunc("runtime", a.completeRuntime)
	cmd.MarkFlagDirname("patches")
}

func (a *app) releaseFlags(cmd *cobra.Command, p *patchFlags) {
	f := cmd.Flags()
	f.StringVar(&p.source, "source", "", "take the source from `PATH`: a directory, an archive, or a git repository or its URL")
	f.BoolVar(&p.offline, "offline", false, "use what is in the cache and no network")
	f.BoolVar(&p.refresh, "refresh", false, "ask the providers again which release is the newest")
}

// target is a series and what it is for.
type target struct {
	set     *recipe.Set
	recipe  *recipe.Recipe
	version string // exact release, or ""
	runtime string
	series  *patchset.Series
}

// target looks up a recipe by its name on the command line, and its patches.
func (a *app) target(p *patchFlags, arg string) (*target, error) {
	set, err := a.set()
	if err != nil {
		return nil, err
	}
	t := &target{set: set}
	if t.recipe, t.version, err = set.Find(arg); err != nil {
		return nil, err
	}
	t.runtime = cmp.Or(p.runtime, t.recipe.Runtimes[0])
	if _, err := set.Runtime(t.runtime); err != nil {
		return nil, err
	}
	folder, err := patchset.Open(p.patches)
	if err != nil {
		return nil, err
	}
	t.series, err = patchset.Load(folder, t.recipe.Project, t.recipe.Branch, t.runtime)
	return t, err
}

// release gets the source tree below the patches.
func (a *app) release(cmd *cobra.Command, p *patchFlags, t *target) (*source.Release, error) {
	store, err := a.store()
	if err != nil {
		return nil, err
	}
	var r *source.Release
	err = a.withProgress("auto", func(events progress.Sink) error {
		resolver := &source.Resolver{Store: store, Recipes: t.set.FS, Events: events}
		r, err = resolver.Resolve(cmd.Context(), source.Request{
			Recipe: t.recipe, Version: t.version, Override: p.source, Offline: p.offline, Refresh: p.refresh,
		})
		return err
	})
	return r, err
}

func (a *app) patchCheckCmd() *cobra.Command {
	var p patchFlags
	cmd := &cobra.Command{
		Use:   "check [RECIPE]",
		Short: "Check all series, or try one on a release",
		Long: `Without a recipe, check the form of every series: unlisted and missing files,
patches without a reason, changes to generated files. With a recipe, also try
its patches on the release, and show for every hunk where it fits. Nothing is
written.`,
		Example: `  wlrbuild patch check --patches ./patches
  wlrbuild patch check php-8.2.0 --runtime wasmedge`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError(cmd, "unexpected argument %q", args[1])
			}
			return nil
		},
		ValidArgsFunction: a.completeRecipe,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.checkAll(&p)
			}
			t, err := a.target(&p, args[0])
			if err != nil {
				return err
			}
			r, err := a.release(cmd, &p, t)
			if err != nil {
				return err
			}
			report, err := patchset.Check(cmd.Context(), r.Dir, t.series)
			if err != nil {
				return err
			}
			fmt.Fprint(a.stdout, report)
			if !report.Fits() {
				return diag.New(diag.Patch, "check patches", "they do not fit %s %s for %s", t.recipe.Project, r.Version, t.runtime).
					WithHint("`wlrbuild patch open` makes a repository of a release they fit, to rebase them in")
			}
			_, err = fmt.Fprintf(a.stdout, "%d patches, %d lines, fit %s %s for %s\n",
				len(t.series.Patches), t.series.Lines, t.recipe.Project, r.Version, t.runtime)
			return err
		},
	}
	a.seriesFlags(cmd, &p)
	a.releaseFlags(cmd, &p)
	return cmd
}

// checkAll checks the form of every series.
func (a *app) checkAll(p *patchFlags) error {
	set, err := a.set()
	if err != nil {
		return err
	}
	if p.runtime != "" {
		if _, err := set.Runtime(p.runtime); err != nil {
			return err
		}
	}
	folder, err := patchset.Open(p.patches)
	if err != nil {
		return err
	}
	w := a.columns()
	fmt.Fprintln(w, "RECIPE\tRUNTIME\tPATCHES\tLINES")
	for _, r := range set.Recipes {
		for _, runtime := range r.Runtimes {
			if p.runtime != "" && p.runtime != runtime {
				continue
			}
			s, err := patchset.Load(folder, r.Project, r.Branch, runtime)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", r.Name, runtime, len(s.Patches), s.Lines)
		}
	}
	return w.Flush()
}

func (a *app) patchOpenCmd() *cobra.Command {
	var p patchFlags
	cmd := &cobra.Command{
		Use:     "open RECIPE DIR",
		Short:   "Make a work tree of a release and its patches",
		Long:    "Make a git repository in the new folder DIR: the release as one commit with a\ntag, and one commit per patch.",
		Example: "  wlrbuild patch open php-8.2.0 /tmp/php --runtime wasmedge",
		Args:    recipeAndDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.target(&p, args[0])
			if err != nil {
				return err
			}
			dir := args[1]
			if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
				return usageError(cmd, "%s is not empty", dir).WithHint("name a new folder")
			}
			r, err := a.release(cmd, &p, t)
			if err != nil {
				return err
			}
			err = patchset.Import(cmd.Context(), r.Dir, dir, patchset.ImportInfo{
				Version: r.Version, Origin: r.Origin, Time: time.Unix(r.SourceDateEpoch, 0),
			})
			if err != nil {
				return err
			}
			report, err := patchset.Apply(cmd.Context(), dir, t.series)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.stdout, report)
			return err
		},
		ValidArgsFunction: a.completeRecipeAndDir,
	}
	a.seriesFlags(cmd, &p)
	a.releaseFlags(cmd, &p)
	return cmd
}

func (a *app) patchStatusCmd() *cobra.Command {
	var p patchFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status RECIPE DIR",
		Short: "Compare a work tree with the patches",
		Args:  recipeAndDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := a.target(&p, args[0])
			if err != nil {
				return err
			}
			s, err := patchset.Status(cmd.Context(), args[1], t.series)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(struct {
					schemaOf
					*patchset.TreeStatus
				}{jsonSchema("patch-status"), s})
			}
			return a.printStatus(s)
		},
		ValidArgsFunction: a.completeRecipeAndDir,
	}
	a.seriesFlags(cmd, &p)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) printStatus(s *patchset.TreeStatus) error {
	fmt.Fprintf(a.stdout, "release %s\n", s.Version)
	w := a.columns()
	for _, r := range s.Rows {
		fmt.Fprintf(w, "%s\t%.12s\t%s\t%s\n", r.Presence, r.Commit, r.Patch, r.Subject)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if !s.Ordered {
		fmt.Fprintln(a.stdout, "the commits are in another order than the patches")
	}
	for _, file := range s.Dirty {
		if _, err := fmt.Fprintf(a.stdout, "not committed: %s\n", file); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) patchRefreshCmd() *cobra.Command {
	var p patchFlags
	var drop bool
	cmd := &cobra.Command{
		Use:   "refresh RECIPE DIR",
		Short: "Write the commits of a work tree back as patches",
		Long: `Write the commits of a work tree back as patches, in the folder that --patches
names. A patch whose commit still does what the patch says is not touched.`,
		Example: "  wlrbuild patch refresh php-8.2 /tmp/php --patches ./patches",
		Args:    recipeAndDir,
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := a.set()
			if err != nil {
				return err
			}
			r, _, err := set.Find(args[0])
			if err != nil {
				return err
			}
			if p.patches == "" {
				return usageError(cmd, "no folder to write to").WithHint("name it with --patches: the folder patches in a clone of wlrbuild")
			}
			done, err := patchset.Refresh(cmd.Context(), args[1], filepath.Join(p.patches, r.Project, r.Branch), drop)
			if err != nil {
				return err
			}
			for _, row := range []struct {
				what  string
				names []string
			}{{"written", done.Written}, {"removed", done.Removed}, {"kept", done.Kept}} {
				if len(row.names) > 0 {
					fmt.Fprintf(a.stdout, "%s: %s\n", row.what, strings.Join(row.names, ", "))
				}
			}
			return nil
		},
		ValidArgsFunction: a.completeRecipeAndDir,
	}
	f := cmd.Flags()
	f.StringVar(&p.patches, "patches", "", "the folder with all patches is `DIR`")
	f.BoolVar(&drop, "drop", false, "remove patches that have no commit")
	cmd.MarkFlagDirname("patches")
	return cmd
}

func recipeAndDir(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return usageError(cmd, "no recipe is named")
	case 1:
		return usageError(cmd, "no folder is named")
	case 2:
		return nil
	}
	return usageError(cmd, "unexpected argument %q", args[2])
}

func (a *app) completeRecipeAndDir(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 1 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return a.completeRecipe(cmd, args, word)
}
