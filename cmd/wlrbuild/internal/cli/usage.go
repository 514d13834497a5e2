package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
)

// usageTemplate is cobra's without its headings for what we do not use.
const usageTemplate = `Usage:
{{- if not .HasParent}}
  {{.CommandPath}} RECIPE [flags]
{{- end}}
  {{if .HasSubCommands}}{{.CommandPath}} COMMAND [flags]{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}

Commands:
{{- range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}
{{- end}}{{end}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
`

// usageError is a mistake on the command line of cmd.
func usageError(cmd *cobra.Command, format string, args ...any) *diag.Error {
	return diag.New(diag.Usage, "command line", format, args...).
		WithHint("usage: %s; see %s --help", strings.TrimSpace(cmd.UseLine()), cmd.CommandPath())
}

// flagError gives an error of the flag parser our shape.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	// A flag is of no interest where its command is a typing error.
	if a.implied != "" {
		if err := a.checkImplied(cmd); err != nil {
			return err
		}
	}
	var unknown *pflag.NotExistError
	var noValue *pflag.ValueRequiredError
	var badValue *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &noValue):
		return usageError(cmd, "flag --%s needs a value", noValue.GetFlag().Name)
	case errors.As(err, &badValue):
		f := badValue.GetFlag()
		if c, ok := f.Value.(*choice); ok {
			return flagValueError(cmd, f.Name, badValue.GetValue(), near.Hint("allowed", badValue.GetValue(), c.allowed))
		}
		hint := "write a whole number"
		if f.Value.Type() == "bool" {
			hint = "write the flag alone, or with =true or =false"
		}
		return flagValueError(cmd, f.Name, badValue.GetValue(), hint)
	}
	return usageError(cmd, "%w", err)
}

func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	name := err.GetSpecifiedName()
	if err.GetSpecifiedShortnames() != "" {
		return usageError(cmd, "unknown flag -%s", name)
	}
	e := usageError(cmd, "unknown flag --%s", name)
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if n := near.Names(name, known); n != nil {
		return e.WithHint("did you mean --%s? see %s --help", strings.Join(n, " or --"), cmd.CommandPath())
	}
	return e
}

// flagValueError is the error for a value that a flag cannot have; hint says
// which it can.
func flagValueError(cmd *cobra.Command, flag, value, hint string) error {
	return usageError(cmd, "flag --%s: value %q is not allowed", flag, value).WithHint("%s", hint)
}

// choice is the value of a flag that is one of a few words.
type choice struct {
	value   *string
	allowed []string
}

func (c *choice) String() string { return *c.value }
func (c *choice) Type() string   { return "string" }
func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return errors.New("not one of the choices")
	}
	*c.value = s
	return nil
}

// choiceFlag defines a flag of cmd that is one of a few words.
func choiceFlag(cmd *cobra.Command, f *pflag.FlagSet, value *string, name, initial string, allowed []string, usage string) {
	*value = initial
	f.Var(&choice{value, allowed}, name, usage)
	cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(allowed, cobra.ShellCompDirectiveNoFileComp))
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError(cmd, "unexpected argument %q", args[0])
	}
	return nil
}

// oneArg accepts exactly one argument; what says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return usageError(cmd, "no %s is named", what)
		case 1:
			return nil
		}
		return usageError(cmd, "unexpected argument %q", args[1])
	}
}

// group makes a command of subcommands: alone it shows its help.
func group(cmd *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(subs...)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		return nil
	}
	cmd.Run = func(cmd *cobra.Command, _ []string) { cmd.Help() }
	return cmd
}

func unknownCommand(parent *cobra.Command, name string) error {
	return diag.New(diag.Usage, "command line", "unknown command %q", strings.TrimPrefix(parent.CommandPath()+" "+name, "wlrbuild ")).
		WithHint("%s", near.Hint("commands", name, commandNames(parent)))
}

func commandNames(parent *cobra.Command) []string {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// helpCmd is cobra's, except that an unknown topic is an error.
func (a *app) helpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show what a command does",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			parent, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return commandNames(parent), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at := cmd.Root()
			for _, name := range args {
				i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == name })
				if i < 0 {
					return unknownCommand(at, name)
				}
				at = at.Commands()[i]
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}

// schemaOf marks JSON output with the name of its format.
type schemaOf struct {
	Schema string `json:"schema"`
}

func jsonSchema(command string) schemaOf {
	return schemaOf{fmt.Sprintf("wlrbuild.%s/v1", command)}
}
