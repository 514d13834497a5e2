package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
)

// The topics of explain that are lists.
const (
	topicExitCodes = "exit-codes"
	topicSteps     = "steps"
)

func (a *app) explainCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "explain [TOPIC]",
		Short: "Explain a check, an exit code, a step or a field of a recipe",
		Long: `Explain a check of lint, an exit code, a step of a build, or a field of a recipe,
runtime or toolchain. Without a topic it lists them.`,
		Example: `  wlrbuild explain WLR001
  wlrbuild explain 5
  wlrbuild explain steps
  wlrbuild explain recipe.configure.cache`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return oneArg("topic")(cmd, args)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			if i := strings.LastIndexByte(word, '.'); i >= 0 {
				return completeField(word[:i])
			}
			topics := a.topics()
			for _, c := range checks.All {
				topics = append(topics, c.ID+"\t"+c.Doc.Title)
			}
			return topics, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.explainTopics()
			}
			return a.explain(args[0])
		},
	}
	return cmd
}

// topics are all topics but the fields inside of formats.
func (a *app) topics() []string {
	topics := append([]string{topicExitCodes, topicSteps}, recipe.Formats...)
	for _, s := range a.builder.Steps() {
		topics = append(topics, s.Name)
	}
	return topics
}

// explainCheck prints the documentation of a check.
func (a *app) explainCheck(c *check.Check) error {
	fmt.Fprintf(a.stdout, "%s %s (up to %s, since %s)\n\n%s.\n\n%s\n\nWhat it cannot see: %s\n", c.ID, c.Name, c.Severity, c.Doc.Since, c.Doc.Title, c.Doc.Text, c.Doc.Blind)
	return nil
}

func (a *app) explainTopics() error {
	w := a.columns()
	fmt.Fprintf(w, "%s\tthe exit codes; one of them by its number\n", topicExitCodes)
	fmt.Fprintf(w, "%s\tthe steps of a build; one of them by its name\n", topicSteps)
	fmt.Fprintf(w, "%s\ta check of lint, by its ID or name; `wlrbuild list checks` lists them\n", checks.All[0].ID)
	for _, format := range recipe.Formats {
		fmt.Fprintf(w, "%s\tthe fields of a %s; one of them as %s.FIELD\n", format, format, format)
	}
	return w.Flush()
}

func (a *app) explain(topic string) error {
	w := a.columns()
	switch {
	case topic == topicExitCodes:
		for _, c := range diag.Codes {
			fmt.Fprintf(w, "%d\t%s\t%s\n", c.Code, c.Name, c.Text)
		}
		return w.Flush()
	case topic == topicSteps:
		for _, s := range a.builder.Steps() {
			fmt.Fprintf(w, "%s\t%s\n", s.Name, s.Text)
		}
		return w.Flush()
	}
	if n, err := strconv.Atoi(topic); err == nil {
		return a.explainExitCode(n)
	}
	steps := a.builder.Steps()
	if i := slices.IndexFunc(steps, func(s StepDoc) bool { return s.Name == topic }); i >= 0 {
		_, err := fmt.Fprintf(a.stdout, "step %s: %s\n", topic, steps[i].Text)
		return err
	}
	if c := checks.Find(topic); c != nil {
		return a.explainCheck(c)
	}
	format, _, _ := strings.Cut(topic, ".")
	if !slices.Contains(recipe.Formats, format) {
		return diag.New(diag.Usage, fmt.Sprintf("explain %q", topic), "unknown topic").
			WithHint("%s", near.Hint("topics", topic, a.topics()))
	}
	return a.explainField(topic)
}

func (a *app) explainExitCode(n int) error {
	for _, c := range diag.Codes {
		if int(c.Code) == n {
			_, err := fmt.Fprintf(a.stdout, "exit code %d (%s): %s\n", n, c.Name, c.Text)
			return err
		}
	}
	return diag.New(diag.Usage, fmt.Sprintf("explain %d", n), "wlrbuild has no such exit code").
		WithHint("`wlrbuild explain %s` lists them; `wlrbuild run` ends with the exit status of the program it runs", topicExitCodes)
}

func (a *app) explainField(place string) error {
	f, err := recipe.Describe(place)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s: %s\n\n%s\n", f.Place, kind(*f), f.Text)
	if len(f.Fields) == 0 {
		return nil
	}
	fmt.Fprintln(a.stdout, "\nFields:")
	w := a.columns()
	for _, in := range f.Fields {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", in.Name(), kind(in), in.Text)
	}
	return w.Flush()
}

// kind says in a few words what may stand in a field.
func kind(f recipe.Field) string {
	s := f.Kind
	if f.Allowed != nil {
		var values []string
		for _, v := range f.Allowed {
			values = append(values, fmt.Sprint(v))
		}
		s = strings.Join(values, " | ")
	}
	if !f.Required {
		s += ", optional"
	}
	return s
}

// completeField offers the fields of a place.
func completeField(place string) ([]string, cobra.ShellCompDirective) {
	var out []string
	if f, err := recipe.Describe(place); err == nil {
		for _, in := range f.Fields {
			out = append(out, in.Place+"\t"+in.Text)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// columns aligns what is separated by tabs; Flush prints it.
func (a *app) columns() *tabwriter.Writer {
	return tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
}
