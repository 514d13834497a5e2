package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
)

func (a *app) checkedReturnsCmd() *cobra.Command {
	var out string
	var hot []string
	cmd := &cobra.Command{
		Use:   "checked-returns IN.wasm -o OUT.wasm",
		Short: "Make setjmp and longjmp work on engines without exceptions",
		Long: `Take the exceptions out of a module that clang has compiled setjmp and longjmp to:
a throw becomes a return that the callers ask for, so that every engine can run
the module, compiled ahead of time too. A module with the contexts of sockshim-c
(makecontext, swapcontext) can switch between them afterwards. Works on any
module without legacy exception handling; debug information is left out, since
its offsets would be wrong.

The builds of a runtime do this by themselves, by the setjmp of its profile. It is
for programs that are made with the library of "wlrbuild sdk". The exit code is 2
if the input is not a module, cannot be read whole, or has what the pass refuses.`,
		Example: `  wlrbuild checked-returns app.wasm -o app.everywhere.wasm
  wlrbuild checked-returns --hot interpret app.wasm -o app.everywhere.wasm`,
		Args: oneArg("file"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"wasm"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usageError(cmd, "flag --output is missing")
			}
			var fns []postlink.Hot
			for _, name := range hot {
				fns = append(fns, postlink.Hot{Function: name})
			}
			return checkedReturns(args[0], out, fns)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write the new module to `FILE`")
	cmd.Flags().StringArrayVar(&hot, "hot", nil, "make of `FUNCTION` a second one for what follows a switch of contexts, so that it need not ask; can be repeated")
	return cmd
}

func checkedReturns(in, out string, hot []postlink.Hot) error {
	module, err := os.ReadFile(in)
	if err != nil {
		return diag.New(diag.Usage, "checked-returns", "%w", err)
	}
	if module, err = postlink.CheckedReturns(module, hot); err != nil {
		return diag.New(diag.Usage, "checked-returns "+in, "%w", err)
	}
	if err := writeWhole(out, module); err != nil {
		return diag.New(diag.Preflight, "write "+out, "%w", err)
	}
	return nil
}
