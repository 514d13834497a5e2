package wasm

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// specDirs are the folders of WebAssembly's own test suite, as modules and
// scripts, that wazero's source comes with.
func specDirs(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil {
		t.Fatalf("find wazero's source: %v", err)
	}
	dirs, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "internal/integration_test/spectest/*/testdata"))
	if err != nil || len(dirs) < 5 {
		t.Fatalf("wazero's source has no test suite: %v, %v", dirs, err)
	}
	return dirs
}

// specCommand is a line of a script of the test suite.
type specCommand struct {
	Type     string // "module", "assert_malformed", …
	Line     int
	Filename string
	Text     string
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

// lenientFor are the reasons to refuse a module that this package does not look
// for.
var lenientFor = map[string]string{
	"zero byte expected":          "since there are several memories and tables it is an index",
	"malformed mutability":        "the flag is that of a shared global",
	"too many locals":             "Func.Locals finds it",
	"data count section required": "an instruction needs the section, and can be read without it",
}

// lenient are the files of the second version's malformed modules in which there
// is nothing to find: newer proposals gave their bytes a meaning, or made it a
// matter of types.
var lenient = map[string]string{
	"binary-leb128.25.wasm": "an offset that is 6 bytes long is one of a 64-bit memory",
	"binary-leb128.26.wasm": "an offset that is 6 bytes long is one of a 64-bit memory",
	"binary-leb128.48.wasm": "an offset above 32 bits is one of a 64-bit memory",
	"binary-leb128.49.wasm": "an offset above 32 bits is one of a 64-bit memory",
	"binary-leb128.50.wasm": "an offset above 32 bits is one of a 64-bit memory",
	"binary-leb128.51.wasm": "an offset above 32 bits is one of a 64-bit memory",
	"align.109.wasm":        "up to 63 an alignment is too large only for its type, then it has a memory index",
	"align.110.wasm":        "up to 63 an alignment is too large only for its type, then it has a memory index",
	"align.111.wasm":        "up to 63 an alignment is too large only for its type, then it has a memory index",
	"align.112.wasm":        "up to 63 an alignment is too large only for its type, then it has a memory index",
	"align.113.wasm":        "up to 63 an alignment is too large only for its type, then it has a memory index",
}

// TestSpec reads every module of WebAssembly's test suite. What is valid, or is
// invalid only by its types, is read to its last instruction and written again
// as it was; what is malformed has findings.
func TestSpec(t *testing.T) {
	read, refused := 0, 0
	for _, dir := range specDirs(t) {
		scripts, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, script := range scripts {
			for _, c := range specScript(t, script) {
				if !strings.HasSuffix(c.Filename, ".wasm") {
					continue
				}
				data, err := os.ReadFile(filepath.Join(dir, c.Filename))
				if err != nil {
					t.Fatal(err)
				}
				err = readAll(data)
				switch c.Type {
				case "module", "assert_unlinkable", "assert_uninstantiable", "assert_invalid":
					read++
					if err != nil {
						t.Errorf("%s:%d: %s: %v", script, c.Line, c.Filename, err)
					}
				case "assert_malformed":
					// The first version refuses what the second one allows.
					if old := filepath.Base(filepath.Dir(dir)) == "v1"; old || lenient[c.Filename] != "" || lenientFor[c.Text] != "" {
						continue
					}
					refused++
					if err == nil {
						t.Errorf("%s:%d: %s: no finding, but it is malformed: %s", script, c.Line, c.Filename, c.Text)
					}
				}
			}
		}
	}
	t.Logf("%d modules read, %d malformed ones refused", read, refused)
	if read < 3000 || refused < 100 {
		t.Errorf("too few: %d read, %d refused", read, refused)
	}
}

// readAll reads everything there is in a module, and returns the first error.
func readAll(data []byte) error {
	m, err := Decode(data)
	if err != nil {
		return err
	}
	m.Names()
	if len(m.Findings) > 0 {
		return m.Findings[0]
	}
	for i := range m.Funcs {
		c := m.Funcs[i].Code()
		for c.Next() {
		}
		if err := c.Err(); err != nil {
			return err
		}
	}
	out, err := m.Edit().Encode()
	if err == nil && !bytes.Equal(out, data) {
		return Finding{Reason: "written again it is another"}
	}
	return err
}
