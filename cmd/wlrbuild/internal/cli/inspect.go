package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/verify/inspect"
)

func (a *app) inspectCmd() *cobra.Command {
	var asJSON, diff bool
	var top int
	cmd := &cobra.Command{
		Use:   "inspect FILE.wasm | --diff OLD.wasm NEW.wasm",
		Short: "Show what is in a module, or what differs between two",
		Long: `Show what a module imports and exports, the proposals it uses, its sections, and
what takes how much: by function, by the beginning of functions' names and, with
debug information, by the folders of the sources. With --diff, show what differs
between two modules. Sizes are in bytes.`,
		Example: `  wlrbuild inspect dist/php-8.2.32-wasmedge.debug.wasm
  wlrbuild inspect --diff old.wasm new.wasm
  wlrbuild inspect --json php.wasm | jq '.imports[].name'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if !diff {
				return oneArg("file")(cmd, args)
			}
			if len(args) != 2 {
				return usageError(cmd, "--diff compares two files, and %d are named", len(args))
			}
			return nil
		},
		ValidArgsFunction: completeModules,
		RunE: func(_ *cobra.Command, args []string) error {
			var summaries []*inspect.Summary
			for _, file := range args {
				m, err := lint.Read(file)
				if err != nil {
					return err
				}
				summaries = append(summaries, inspect.Of(m))
			}
			if diff {
				return a.printChanges(inspect.Diff(summaries[0], summaries[1]), asJSON, top)
			}
			if asJSON {
				return a.printJSON(struct {
					schemaOf
					*inspect.Summary
				}{jsonSchema("inspect"), summaries[0]})
			}
			return a.printSummary(summaries[0], top)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&diff, "diff", false, "show what differs between two files")
	f.IntVar(&top, "top", 20, "show the `N` largest of each kind")
	f.BoolVar(&asJSON, "json", false, "print JSON, with all of each kind")
	return cmd
}

func (a *app) printSummary(s *inspect.Summary, top int) error {
	w := a.columns()
	kind := "module"
	if s.Component {
		kind = "component"
	}
	fmt.Fprintf(w, "%s of %d bytes\n", kind, s.Size)
	for _, line := range []struct{ what, text string }{
		{"features", strings.Join(s.Features, ", ")},
		{"producers", strings.Join(s.Producers, ", ")},
		{"memory", memories(s)},
		{"stack", stack(s)},
	} {
		if line.text != "" {
			fmt.Fprintf(w, "%s: %s\n", line.what, line.text)
		}
	}
	table := func(head string, n int, row func(i int) string) {
		if n == 0 {
			return
		}
		fmt.Fprintf(w, "\n%s\n", head)
		for i := range n {
			fmt.Fprintln(w, row(i))
		}
	}
	table("SECTION\tOFFSET\tSIZE", len(s.Sections), func(i int) string {
		x := s.Sections[i]
		return fmt.Sprintf("%s\t0x%x\t%d", x.Name, x.Offset, x.Size)
	})
	table("IMPORT\tKIND\tTYPE", len(s.Imports), func(i int) string {
		x := s.Imports[i]
		return fmt.Sprintf("%s.%s\t%s\t%s", x.Module, x.Name, x.Kind, x.Type)
	})
	table("EXPORT\tKIND\tTYPE", len(s.Exports), func(i int) string {
		x := s.Exports[i]
		return fmt.Sprintf("%s\t%s\t%s", x.Name, x.Kind, x.Type)
	})
	table("TYPE\tFUNCTIONS\tIN A TABLE\tCALLED INDIRECTLY", len(s.Types), func(i int) string {
		x := s.Types[i]
		return fmt.Sprintf("%s\t%d\t%d\t%s", x.Type, x.Funcs, x.InTable, map[bool]string{true: "yes", false: "no"}[x.Called])
	})
	table(fmt.Sprintf("FUNCTION (of %d)\tSIZE\tTYPE", len(s.Functions)), min(top, len(s.Functions)), func(i int) string {
		x := s.Functions[i]
		return fmt.Sprintf("%s\t%d\t%s", strings.TrimSpace(fmt.Sprintf("func[%d] %s", x.Index, x.Name)), x.Size, x.Type)
	})
	for _, list := range []struct {
		head   string
		groups []inspect.Group
	}{
		{"NAMES BEGIN WITH (of %d)\tFUNCTIONS\tSIZE", s.Prefixes},
		{"FOLDER (of %d)\tFILES\tSIZE", s.Folders},
	} {
		table(fmt.Sprintf(list.head, len(list.groups)), min(top, len(list.groups)), func(i int) string {
			x := list.groups[i]
			return fmt.Sprintf("%s\t%d\t%d", x.Name, x.Funcs, x.Size)
		})
	}
	table("NOT READ", len(s.Findings), func(i int) string { return s.Findings[i] })
	return w.Flush()
}

func memories(s *inspect.Summary) string {
	var out []string
	for _, m := range s.Memories {
		text := fmt.Sprintf("%d pages", m.Min)
		if m.Max != nil {
			text += fmt.Sprintf(" to %d", *m.Max)
		}
		if m.Shared {
			text += ", shared"
		}
		if m.Imported {
			text += ", imported"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func stack(s *inspect.Summary) string {
	if s.Stack == nil {
		return ""
	}
	most, place := "", "below the data"
	if s.Stack.AtMost {
		most = "at most "
	}
	if s.Stack.Below {
		place = "above the data"
	}
	return fmt.Sprintf("%s%d bytes, %s", most, s.Stack.Size, place)
}

func (a *app) printChanges(changes []inspect.Change, asJSON bool, top int) error {
	if asJSON {
		return a.printJSON(struct {
			schemaOf
			Changes []inspect.Change `json:"changes"`
		}{jsonSchema("inspect-diff"), append([]inspect.Change{}, changes...)})
	}
	if len(changes) == 0 {
		_, err := fmt.Fprintln(a.stdout, "no difference")
		return err
	}
	w := a.columns()
	fmt.Fprintln(w, "WHAT\tNAME\tOLD\tNEW\tCHANGE")
	shown := map[string]int{}
	for _, c := range changes {
		if shown[c.What]++; shown[c.What] > top {
			continue
		}
		delta := ""
		if c.Delta != 0 {
			delta = fmt.Sprintf("%+d", c.Delta)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.What, c.Name, or(c.Old, "-"), or(c.New, "-"), delta)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, what := range []string{"import", "export", "feature", "section", "folder", "function"} {
		if n := shown[what] - top; n > 0 {
			fmt.Fprintf(a.stdout, "%d more of kind %s; --top shows more\n", n, what)
		}
	}
	return nil
}

func or(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}
