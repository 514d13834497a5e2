package postlink

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// specEngine is an engine that runs the scripts of WebAssembly's test suite.
type specEngine interface {
	// instantiate makes an instance, which others import from under a name.
	instantiate(name string, module []byte) (specInstance, error)
	close()
}

type specInstance interface {
	// invoke calls an exported function; arguments and results are bits.
	invoke(function string, args []uint64) ([]uint64, error)
}

// specValue is an argument of a script.
type specValue struct {
	Type  string
	Value any
}

// bits returns the value's bits, and whether it has at most 64.
func (v specValue) bits() (uint64, bool) {
	s, is := v.Value.(string)
	if !is || v.Type == "v128" {
		return 0, false
	}
	if s == "null" {
		return 0, v.Type == "externref"
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || v.Type == "funcref" {
		return 0, false
	}
	return n, true
}

// specCommand is a line of a script.
type specCommand struct {
	Type     string
	Line     int
	Name     string // of a module, in the script
	As       string // of register
	Filename string
	Action   struct {
		Type   string
		Module string
		Field  string
		Args   []specValue
	}
}

// specDir is a folder of the test suite, which wazero's source comes with.
func specDir(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatalf("find wazero's source: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "internal/integration_test/spectest", name, "testdata")
}

func specScript(t *testing.T, path string) []specCommand {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var script struct{ Commands []specCommand }
	if err := json.Unmarshal(data, &script); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return script.Commands
}

// specRun is a run of a script: what each command came to.
type specRun struct {
	outcomes []string
	changed  int // modules that the pass changed
	traps    int
}

// runSpec runs a script with its modules as they are or as the pass makes them.
func runSpec(t *testing.T, e specEngine, dir string, script []specCommand, pass func([]byte) ([]byte, error)) specRun {
	t.Helper()
	defer e.close()
	host, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(dir)), "testdata/spectest.wasm"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.instantiate("spectest", host); err != nil {
		t.Fatal(err)
	}
	var run specRun
	var current specInstance
	named := map[string]specInstance{}
	for i, c := range script {
		outcome := ""
		switch c.Type {
		case "module", "assert_uninstantiable", "assert_unlinkable":
			if !strings.HasSuffix(c.Filename, ".wasm") {
				continue
			}
			module, err := os.ReadFile(filepath.Join(dir, c.Filename))
			if err != nil {
				t.Fatal(err)
			}
			if pass != nil {
				before := module
				if module, err = pass(module); err != nil {
					t.Fatalf("line %d: %v", c.Line, err)
				}
				if !bytes.Equal(before, module) {
					run.changed++
				}
			}
			inst, err := e.instantiate(registeredAs(script[i:]), module)
			if outcome = firstLine(err); c.Type == "module" {
				current = inst
				if c.Name != "" {
					named[c.Name] = inst
				}
			}
		case "action", "assert_return", "assert_trap", "assert_exhaustion", "assert_exception":
			inst := current
			if c.Action.Module != "" {
				inst = named[c.Action.Module]
			}
			var args []uint64
			known := c.Action.Type == "invoke" && inst != nil
			for _, a := range c.Action.Args {
				v, ok := a.bits()
				known = known && ok
				args = append(args, v)
			}
			if !known {
				continue
			}
			results, err := inst.invoke(c.Action.Field, args)
			if err != nil {
				run.traps++
			}
			outcome = fmt.Sprint(results, firstLine(err))
		}
		run.outcomes = append(run.outcomes, fmt.Sprintf("%d %s %s: %s", c.Line, c.Type, c.Action.Field, outcome))
	}
	return run
}

// registeredAs is the name under which the module at the beginning of the
// commands is registered later, or a name that nobody uses.
func registeredAs(commands []specCommand) string {
	name := commands[0].Name
	for i, c := range commands[1:] {
		if c.Type == "register" && (c.Name == "" && i == 0 || c.Name != "" && c.Name == name) {
			return c.As
		}
		if c.Type == "module" && name == "" {
			break
		}
	}
	return fmt.Sprintf("line %d", commands[0].Line)
}

func firstLine(err error) string {
	if err == nil {
		return ""
	}
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}

// inlineAll makes every function hot, and everything that is called through a table
// a part of it. It names the functions for that.
func inlineAll(module []byte) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	var names []string
	var hot []Hot
	first := m.ImportedFuncs()
	for fn := first; fn < len(m.Funcs); fn++ {
		name := fmt.Sprint("f", fn)
		names = append(names, name)
		hot = append(hot, Hot{Function: name, Inline: regexp.MustCompile(".")})
	}
	e := m.Edit()
	e.DropCustoms(func(name string) bool { return name == "name" })
	e.AddCustom("name", functionNames(uint32(first), names))
	if module, err = e.Encode(); err != nil {
		return nil, err
	}
	return Devirtualize(module, hot)
}

// TestSpec runs WebAssembly's test suite on engines, as it is, with every module
// devirtualized, and with all that is called put into its callers: each command comes
// to the same. What these come to is not compared with the suite, since it is not the
// engine that is tested.
func TestSpec(t *testing.T) {
	for _, e := range specEngines {
		t.Run(e.name, func(t *testing.T) {
			var all specRun
			for _, folder := range e.folders {
				dir := specDir(t, folder)
				scripts, err := filepath.Glob(filepath.Join(dir, "*.json"))
				if err != nil || len(scripts) == 0 {
					t.Fatalf("%s: %d scripts, %v", dir, len(scripts), err)
				}
				for _, path := range scripts {
					if strings.HasPrefix(filepath.Base(path), "simd_") { // there are no tables in them
						continue
					}
					script := specScript(t, path)
					before := runSpec(t, e.open(t), dir, script, nil)
					after := runSpec(t, e.open(t), dir, script, func(m []byte) ([]byte, error) { return Devirtualize(m, nil) })
					if diff := cmp.Diff(before.outcomes, after.outcomes); diff != "" {
						t.Errorf("%s:\n%s", path, diff)
					}
					inlined := runSpec(t, e.open(t), dir, script, inlineAll)
					if diff := cmp.Diff(before.outcomes, inlined.outcomes); diff != "" {
						t.Errorf("%s, inlined:\n%s", path, diff)
					}
					all.outcomes = append(all.outcomes, after.outcomes...)
					all.changed += after.changed
					all.traps += after.traps
				}
			}
			t.Logf("%d commands with the same outcome, %d traps; %d modules changed", len(all.outcomes), all.traps, all.changed)
			if all.changed < e.changed {
				t.Errorf("the pass changed %d modules, less than %d: the test shows too little", all.changed, e.changed)
			}
		})
	}
}
