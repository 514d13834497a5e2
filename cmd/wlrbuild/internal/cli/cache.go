package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

func (a *app) cacheCmd() *cobra.Command {
	return group(&cobra.Command{
		Use:   "cache",
		Short: "Show or clean the cache",
		Long: `The cache holds everything that was downloaded or built, by the digest of its
content or of what it was made from. Nothing in it is ever out of date; it only
takes space.`,
	}, a.cacheInfoCmd(), a.cacheCleanCmd())
}

// cacheReport is the output of both subcommands, as JSON.
type cacheReport struct {
	schemaOf
	Dir     string        `json:"dir"`
	Folders []cache.Usage `json:"folders"`
}

func (a *app) cacheInfoCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Show where the cache is and what it takes",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			store, err := a.store()
			if err != nil {
				return err
			}
			usage, err := store.Usage()
			if err != nil {
				return err
			}
			return a.printCache(asJSON, cacheReport{jsonSchema("cache"), store.Dir(), usage})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) cacheCleanCmd() *cobra.Command {
	var asJSON bool
	var days uint
	cmd := &cobra.Command{
		Use:   "clean",
		Short: "Remove what is not used any more",
		Long: `Remove finished steps and downloads, and show what was removed. It refuses while
another wlrbuild is at work.`,
		Example: `  wlrbuild cache clean
  wlrbuild cache clean --older-than 30`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := a.store()
			if err != nil {
				return err
			}
			removed, err := store.Clean(cmd.Context(), time.Duration(days)*24*time.Hour)
			if err != nil {
				return err
			}
			return a.printCache(asJSON, cacheReport{jsonSchema("cache-clean"), store.Dir(), removed})
		},
	}
	cmd.Flags().UintVar(&days, "older-than", 0, "remove only what nobody has used for so many `DAYS`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (a *app) printCache(asJSON bool, r cacheReport) error {
	if asJSON {
		return a.printJSON(r)
	}
	var total int64
	w := a.columns()
	fmt.Fprintln(w, "FOLDER\tENTRIES\tSIZE")
	for _, u := range r.Folders {
		fmt.Fprintf(w, "%s\t%d\t%s\n", u.Name, u.Entries, progress.FormatBytes(u.Bytes))
		total += u.Bytes
	}
	fmt.Fprintf(w, "%s\t\t%s\n", r.Dir, progress.FormatBytes(total))
	return w.Flush()
}
