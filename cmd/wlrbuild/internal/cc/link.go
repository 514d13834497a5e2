package cc

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// linkSchema identifies a recorded link.
const linkSchema = "wlrbuild.link/v1"

// Link is a link that was recorded instead of done, with names instead of
// directories. Relative paths are relative to Cwd, as they were.
type Link struct {
	Schema string   `json:"schema"`
	Cwd    string   `json:"cwd"`
	Argv   []string `json:"argv"` // what the caller gave: no Config.Flags, no program
}

// ReadLink reads a recorded link from where the program would be.
func ReadLink(name string) (*Link, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var l Link
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, fmt.Errorf("%s is not a recorded link: %w", name, err)
	}
	if l.Schema != linkSchema {
		return nil, fmt.Errorf("%s: schema %q, want %q", name, l.Schema, linkSchema)
	}
	return &l, nil
}

// Local is the link's directory and arguments in the places that maps has for
// the names.
func (l *Link) Local(maps PrefixMaps) (cwd string, argv []string) {
	for _, arg := range l.Argv {
		argv = append(argv, maps.Local(arg))
	}
	return maps.Local(l.Cwd), argv
}

func (l *launcher) recordLink(inv *invocation, args []string) (int, error) {
	fail := func(format string, args ...any) (int, error) {
		return 0, diag.New(diag.Step, "record the link of "+inv.output, format, args...)
	}
	link := Link{Schema: linkSchema, Cwd: l.cfg.PrefixMaps.Name(l.cwd)}
	for _, arg := range args {
		if strings.HasPrefix(arg, "@") {
			// The file is gone when the link is done.
			return fail("response file %s", arg)
		}
		link.Argv = append(link.Argv, l.cfg.PrefixMaps.Name(arg))
	}
	if !replaceable(inv.output) {
		return fail("it is not a plain file")
	}
	data, err := json.MarshalIndent(link, "", "\t")
	if err != nil {
		return fail("%w", err)
	}
	// Executable, since libtool and make ask that of a program.
	if err := writeFile(inv.output, append(data, '\n'), 0o777); err != nil {
		return fail("%w", err)
	}
	return 0, nil
}
