package checks_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

var update = flag.Bool("update", false, "assemble the fixtures and write the findings into them")

// assemble makes a module of its text; nil where this build has no assembler.
var assemble func(text string) ([]byte, error)

// TestFixtures runs each check over the modules in its testdata. A fixture is
// the text of a module, whose first comment says what it is held against and
// whose next ones what is found, and beside it the module itself. Those that are
// C are compiled by build-c.sh.
func TestFixtures(t *testing.T) {
	for _, c := range checks.All {
		t.Run(c.ID, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(strings.ToLower(c.ID), "testdata", "*.wat"))
			if err != nil {
				t.Fatal(err)
			}
			inC, err := filepath.Glob(filepath.Join(strings.ToLower(c.ID), "testdata", "*.c"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, inC...)
			kinds := map[string]int{}
			for _, file := range files {
				kind, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), "-")
				kinds[kind]++
				t.Run(filepath.Base(file), func(t *testing.T) { fixture(t, c, kind, file) })
			}
			if kinds["bad"] == 0 || kinds["ok"] == 0 || len(kinds) != 2 {
				t.Errorf("its fixtures: %v; there has to be a bad one and an ok one", kinds)
			}
		})
	}
}

var comment = regexp.MustCompile(`(?m)^(?:;;|//) ?(.*)\n`)

func fixture(t *testing.T, c *check.Check, kind, file string) {
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	binary := strings.TrimSuffix(file, filepath.Ext(file)) + ".wasm"
	mark := ";; "
	if filepath.Ext(file) == ".c" {
		mark = "// "
	}
	text := comment.ReplaceAllString(string(source), "")
	cut := strings.Contains(string(source), ";; the last 3 bytes are cut off\n")
	if assemble != nil && filepath.Ext(file) == ".wat" {
		module, err := assemble(text)
		if err != nil {
			t.Fatal(err)
		}
		if cut {
			module = module[:len(module)-3]
		}
		if *update {
			if err := os.WriteFile(binary, module, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(binary); err != nil || !bytes.Equal(have, module) {
			t.Fatalf("%s is not what %s says: run go test ./verify/check/checks -update", binary, file)
		}
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(source), "\n")
	options := optionsOf(t, first)
	findings := check.Run(m, []*check.Check{c}, options)
	if bad := len(findings) > 0; bad != (kind == "bad") {
		t.Errorf("it is %q and has %d findings", kind, len(findings))
	}
	want := []string{strings.TrimPrefix(first, mark)}
	if cut {
		want = append(want, "the last 3 bytes are cut off")
	}
	for _, f := range findings {
		if f.Severity > c.Severity {
			t.Errorf("%s is an %s, where the check says %s", f.Message, f.Severity, c.Severity)
		}
		if f.Offset > len(data) {
			t.Errorf("%s is at 0x%x, behind the end of the file", f.Message, f.Offset)
		}
		line := fmt.Sprintf("%s: %s", f.Severity, f.Message)
		if len(options.Targets) > 1 && f.Targets != nil {
			line += " (" + strings.Join(abi.Describe(f.Targets), ", ") + ")"
		}
		want = append(want, line)
		if f.Hint != "" {
			want = append(want, "  "+f.Hint)
		}
	}
	comments := mark + strings.Join(want, "\n"+mark) + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(comments+text), 0o644); err != nil {
			t.Fatal(err)
		}
		source = []byte(comments + text)
	}
	if got := comments + text; got != string(source) {
		t.Errorf("%s is found, and the fixture says\n%s", comments, source)
	}
}

// optionsOf reads a command line: "wlrbuild lint --runtime wasmedge --aot".
func optionsOf(t *testing.T, line string) check.Options {
	t.Helper()
	words := strings.Fields(strings.TrimLeft(line, ";/ "))
	if len(words) < 4 || words[0] != "wlrbuild" || words[1] != "lint" {
		t.Fatalf("first line %q: write ;; wlrbuild lint --runtime NAME[@RELEASE]", line)
	}
	var o check.Options
	for i := 2; i < len(words); i++ {
		switch words[i] {
		case "--aot":
			o.AOT = true
		case "--runtime":
			i++
			name, version, _ := strings.Cut(words[i], "@")
			p, err := abi.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			target, err := p.Target(version)
			if err != nil {
				t.Fatal(err)
			}
			o.Targets = append(o.Targets, target)
		default:
			t.Fatalf("first line %q: unknown word %q", line, words[i])
		}
	}
	return o
}

// TestDocs wants each check to be documented.
func TestDocs(t *testing.T) {
	names := map[string]bool{}
	for i, c := range checks.All {
		if !regexp.MustCompile(`^WLR\d{3}$`).MatchString(c.ID) || !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(c.Name) {
			t.Errorf("%s %s: not an ID and a name", c.ID, c.Name)
		}
		if c.Doc.Title == "" || c.Doc.Text == "" || c.Doc.Blind == "" || c.Doc.Since == "" {
			t.Errorf("%s is not documented", c.ID)
		}
		if strings.HasSuffix(c.Doc.Title, ".") || !strings.HasSuffix(c.Doc.Text, ".") || !strings.HasSuffix(c.Doc.Blind, ".") {
			t.Errorf("%s: the title is a line without a full stop, the rest are sentences", c.ID)
		}
		if names[c.Name] {
			t.Errorf("%s: another check has the name %s", c.ID, c.Name)
		}
		names[c.Name] = true
		if i > 0 && checks.All[i-1].ID >= c.ID {
			t.Errorf("%s is not in its place", c.ID)
		}
		if checks.Find(c.ID) != c || checks.Find(c.Name) != c {
			t.Errorf("%s is not found", c.ID)
		}
	}
	if checks.Find("WLR") != nil {
		t.Error("there is a check WLR")
	}
}
