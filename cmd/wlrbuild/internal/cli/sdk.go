package cli

import (
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

func (a *app) sdkCmd() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "sdk DIR",
		Short: "Write sockshim-c as a library for programs in C",
		Long: `Write the POSIX layer below PHP to DIR, for other programs in C: headers,
archives, and a pkg-config file for each runtime, sockshim-NAME, with what the
compiler and the linker are to be told.`,
		Example: `  wlrbuild sdk ./sdk
  PKG_CONFIG_LIBDIR=./sdk/lib/pkgconfig pkg-config --cflags --libs sockshim-wasmedge`,
		Args: oneArg("directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := a.set()
			if err != nil {
				return err
			}
			// Recipes for the same machine have the same one.
			if name == "" {
				name = set.Recipes[0].Toolchain
			}
			o := BuildOptions{Recipes: set, Runtimes: set.Runtimes, Jobs: runtime.GOMAXPROCS(0), Stdout: a.stdout, Env: a.env}
			if o.Toolchain, err = set.Toolchain(name); err != nil {
				return err
			}
			if o.Out, err = filepath.Abs(args[0]); err != nil {
				return err
			}
			if o.Store, err = a.store(); err != nil {
				return err
			}
			return a.withProgress("auto", func(events progress.Sink) error {
				o.Events = events
				return a.builder.SDK(cmd.Context(), o)
			})
		},
	}
	cmd.Flags().StringVar(&name, "toolchain", "", "compile with the toolchain `NAME` (default: the recipes')")
	cmd.RegisterFlagCompletionFunc("toolchain", a.completeToolchain)
	return cmd
}
