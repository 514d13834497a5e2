package cc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Command is a compilation, with names instead of directories
// (PrefixMaps.Local gives them back).
type Command struct {
	Dir    string   `json:"dir"`
	File   string   `json:"file"`   // absolute
	Argv   []string `json:"argv"`   // the real clang and everything it was told about the object
	Output string   `json:"output"` // as the caller gave it
}

// ReadRecord reads the file Config.Record, in the order of the first
// compilation of each output. A compilation that was repeated counts once, as
// it was last.
func ReadRecord(name string) ([]Command, error) {
	lines, err := readLines[Command](name)
	if err != nil {
		return nil, err
	}
	type id struct{ dir, file, output string }
	at := make(map[id]int)
	var commands []Command
	for _, c := range lines {
		k := id{c.Dir, c.File, c.Output}
		i, ok := at[k]
		if !ok {
			i = len(commands)
			at[k] = i
			commands = append(commands, c)
		}
		commands[i] = c
	}
	return commands, nil
}

// outcome is what the cache did for a compilation.
type outcome string

const (
	hit         outcome = "hit"
	miss        outcome = "miss"
	uncacheable outcome = "uncacheable"
)

// statsLine is a line of the file Config.Stats.
type statsLine struct {
	Outcome outcome `json:"outcome"`
	File    string  `json:"file"`
	Reason  string  `json:"reason,omitempty"`
}

// Stats counts compilations that succeeded, configure's tests not among them.
type Stats struct {
	Hits        int // from the cache
	Misses      int // compiled, and in the cache now
	Uncacheable int // compiled, and not kept
}

func (s Stats) String() string {
	return fmt.Sprintf("%d objects, %d cached", s.Hits+s.Misses+s.Uncacheable, s.Hits)
}

// ReadStats counts the lines of the file Config.Stats; that it does not exist
// means that nothing was compiled.
func ReadStats(name string) (Stats, error) {
	var s Stats
	lines, err := readLines[statsLine](name)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	for _, line := range lines {
		switch line.Outcome {
		case hit:
			s.Hits++
		case miss:
			s.Misses++
		case uncacheable:
			s.Uncacheable++
		}
	}
	return s, err
}

func readLines[T any](name string) ([]T, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []T
	for i, line := range bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		list = append(list, v)
	}
	return list, nil
}

// report puts a compilation on record once it has succeeded. It returns err,
// or else what kept it from doing so: a record with holes would be believed.
func (l *launcher) report(code int, err error, inv *invocation, all []string, what outcome, reason string) error {
	file := l.cfg.PrefixMaps.Name(l.abs(inv.inputs[0]))
	if l.env(EnvDebug) == "1" {
		fmt.Fprintf(l.stderr, "wlr-cc: %s %s", what, file)
		if reason != "" {
			fmt.Fprintf(l.stderr, ": %s", reason)
		}
		fmt.Fprintln(l.stderr)
	}
	if err != nil || code != 0 {
		return err
	}
	if err := appendJSON(l.cfg.Stats, statsLine{what, file, reason}); err != nil {
		return err
	}
	if l.cfg.Record == "" {
		return nil
	}
	argv := []string{l.cfg.PrefixMaps.Name(l.cfg.Clang)}
	for _, arg := range all {
		argv = append(argv, l.cfg.PrefixMaps.Name(arg))
	}
	for _, source := range inv.inputs {
		output := inv.output
		if output == "" {
			output = replaceExt(filepath.Base(source), ".o")
		}
		err := appendJSON(l.cfg.Record, Command{
			Dir: l.cfg.PrefixMaps.Name(l.cwd), File: l.cfg.PrefixMaps.Name(l.abs(source)),
			Argv: argv, Output: l.cfg.PrefixMaps.Name(output),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func appendJSON(name string, v any) error {
	if name == "" {
		return nil
	}
	line, err := json.Marshal(v)
	if err == nil {
		err = appendLine(name, line)
	}
	if err != nil {
		return diag.New(diag.Step, "record a compilation", "%w", err)
	}
	return nil
}
