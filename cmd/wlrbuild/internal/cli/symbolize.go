package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/verify/symbolize"
)

func (a *app) symbolizeCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "symbolize FILE.wasm < LOG",
		Short: "Say what the places in an engine's trap message are",
		Long: `Copy what an engine printed when it stopped a module, and put below each place in
it what is there: the function with its type, and its source if the module has
debug information; for an indirect call also the type that is called, and what
lies in the slot of the table if the message tells the slot.

The module is the one that ran, or the copy of it with symbols (.debug.wasm).
Understood is what these print: ` + strings.Join(symbolize.Engines(), ", ") + `.
WasmEdge tells no place for a module that was compiled ahead of time.`,
		Example:           "  wasmedge php.wasm 2>&1 | wlrbuild symbolize php.debug.wasm",
		Args:              oneArg("file"),
		ValidArgsFunction: completeModules,
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := lint.Read(args[0])
			if err != nil {
				return err
			}
			n, err := symbolize.New(m).Text(a.stdout, a.stdin)
			if err != nil {
				return diag.New(diag.Internal, "symbolize", "%w", err)
			}
			if n == 0 {
				return diag.New(diag.Findings, "symbolize", "no place in %s is named in the log", args[0]).
					WithHint("it reads what %s print", strings.Join(symbolize.Engines(), ", "))
			}
			return nil
		},
	}
}
