package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
)

func (a *app) devirtualizeCmd() *cobra.Command {
	var out, callees, inline string
	var hot []string
	cmd := &cobra.Command{
		Use:   "devirtualize IN.wasm -o OUT.wasm",
		Short: "Make a module's indirect calls direct ones, for AOT compilers",
		Long: `Replace every indirect call through a table whose contents are fixed by a switch
over direct calls. The module does the same as before, traps included, and what
compiles it ahead of time makes faster code of it. Tables that are imported,
exported or written to stay as they are. Works on any module; debug information
is left out, since its offsets would be wrong.

The builds of a runtime do this by themselves if its profile lists the pass
under post_link. The exit code is 2 if the input is not a module, cannot be read
whole, or has no function of a name that is given.`,
		Example: `  wlrbuild devirtualize app.wasm -o app.fast.wasm
  wlrbuild devirtualize --hot execute_some --callees '_HANDLER$' php.debug.wasm -o php.fast.wasm`,
		Args: oneArg("file"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"wasm"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usageError(cmd, "flag --output is missing")
			}
			if len(hot) == 0 && callees+inline != "" {
				return usageError(cmd, "flags --callees and --inline are for the functions that --hot names, and there is none")
			}
			var option postlink.Hot
			for _, f := range []struct {
				flag, expr string
				to         **regexp.Regexp
			}{{"callees", callees, &option.Callees}, {"inline", inline, &option.Inline}} {
				if f.expr == "" {
					continue
				}
				re, err := regexp.Compile(f.expr)
				if err != nil {
					return usageError(cmd, "flag --%s: %v", f.flag, err)
				}
				*f.to = re
			}
			var fns []postlink.Hot
			for _, option.Function = range hot {
				fns = append(fns, option)
			}
			return devirtualize(args[0], out, fns)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "write the new module to `FILE`")
	cmd.Flags().StringArrayVar(&hot, "hot", nil, "put the switch into `FUNCTION` itself, by its name in the module; can be repeated")
	cmd.Flags().StringVar(&callees, "callees", "", "the switch of a hot function has only functions whose names match `REGEXP`; others are called as elsewhere")
	cmd.Flags().StringVar(&inline, "inline", "", "the switch of a hot function has the bodies of functions whose names match `REGEXP`")
	return cmd
}

func devirtualize(in, out string, hot []postlink.Hot) error {
	op := "devirtualize " + in
	module, err := os.ReadFile(in)
	if err != nil {
		return diag.New(diag.Usage, "devirtualize", "%w", err)
	}
	module, err = postlink.Devirtualize(module, hot)
	if err != nil {
		return diag.New(diag.Usage, op, "%w", err)
	}
	if err := writeWhole(out, module); err != nil {
		return diag.New(diag.Preflight, "write "+out, "%w", err)
	}
	return nil
}

// writeWhole writes a file that is there whole or not at all. A file of that
// name that is not a regular one, such as /dev/stdout, is written to.
func writeWhole(path string, data []byte) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return os.WriteFile(path, data, 0o666)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	mode := fs.FileMode(0o644)
	if info != nil {
		mode = info.Mode().Perm()
	}
	if err := os.Chmod(f.Name(), mode); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
