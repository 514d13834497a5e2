package wasm

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// objdump runs wabt's wasm-objdump over a module.
func objdump(t *testing.T, option, path string) []byte {
	t.Helper()
	out, err := exec.Command("wasm-objdump", option, path).Output()
	if err != nil {
		t.Fatalf("wasm-objdump %s %s: %v", option, path, err)
	}
	return out
}

// TestObjdump compares what is read with what wabt reads: the sections' places,
// and every instruction's place, bytes and name.
func TestObjdump(t *testing.T) {
	if _, err := exec.LookPath("wasm-objdump"); err != nil {
		if os.Getenv("WLR_E2E") == "1" {
			t.Fatal("no wasm-objdump on PATH: install wabt, or run wlrbuild doctor --fix --for tests")
		}
		t.Skip("SKIPPED: no wasm-objdump on PATH (package wabt): the decoder is compared with nothing but the test suite")
	}
	files, err := filepath.Glob("../engine/testdata/*.wasm")
	if err != nil || len(files) < 5 {
		t.Fatalf("modules: %v, %v", files, err)
	}
	for _, dir := range specDirs(t) {
		if strings.Contains(dir, "typed-function-references") { // wabt cannot read them
			continue
		}
		for _, script := range []string{"call_indirect", "br_table", "elem", "bulk", "simd_lane", "simd_i32x4_arith", "try_table", "return_call", "atomic", "global", "binary-leb128"} {
			more, err := filepath.Glob(filepath.Join(dir, script+".0.wasm"))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, more...)
		}
	}
	if named := os.Getenv("WLR_MODULES"); named != "" { // any others, for comparing by hand
		files = append(files, filepath.SplitList(named)...)
	}
	instructions := 0
	for _, path := range files {
		t.Run(strings.ReplaceAll(filepath.Base(path), ".wasm", ""), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m := decode(t, data)
			if diff := cmp.Diff(dumpedSections(objdump(t, "-h", path)), ownSections(m)); diff != "" {
				t.Errorf("sections (wabt -, own +):\n%s", diff)
			}
			theirs, own := dumpedCode(t, objdump(t, "-d", path)), ownCode(t, m)
			instructions += len(own)
			if diff := cmp.Diff(theirs, own); diff != "" {
				t.Errorf("instructions (wabt -, own +):\n%.3000s", diff)
			}
		})
	}
	t.Logf("%d instructions in %d modules", instructions, len(files))
}

var sectionLine = regexp.MustCompile(`(?m)^ *(\w+) start=0x([0-9a-f]+) end=0x([0-9a-f]+)`)

func dumpedSections(dump []byte) (list []string) {
	for _, match := range sectionLine.FindAllSubmatch(dump, -1) {
		list = append(list, fmt.Sprintf("%s %s %s", match[1], match[2], match[3]))
	}
	return list
}

func ownSections(m *Module) (list []string) {
	short := map[SectionID]string{SectionElement: "Elem", SectionDataCount: "DataCount"}
	for _, s := range m.Sections {
		name := short[s.ID]
		if name == "" {
			name = strings.ToUpper(s.ID.String()[:1]) + s.ID.String()[1:]
		}
		start := s.Start
		if s.ID == SectionCustom {
			start -= len(AppendName(nil, s.Name))
		}
		list = append(list, fmt.Sprintf("%s %08x %08x", name, start, s.End()))
	}
	return list
}

var codeLine = regexp.MustCompile(`^ ([0-9a-f]{6,}): ([0-9a-f ]+)\|\s*(\S*)`)

// dumpedCode are the instructions that wasm-objdump -d shows. Long ones take
// several lines, of which all but the first have no name.
func dumpedCode(t *testing.T, dump []byte) (list []string) {
	lines := bufio.NewScanner(bytes.NewReader(dump))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		match := codeLine.FindStringSubmatch(lines.Text())
		if match == nil || strings.HasPrefix(match[3], "local[") {
			continue
		}
		code := strings.ReplaceAll(match[2], " ", "")
		if match[3] == "" {
			list[len(list)-1] += code
			continue
		}
		list = append(list, fmt.Sprintf("%s %s %s", match[1], match[3], code))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func ownCode(t *testing.T, m *Module) (list []string) {
	for i := range m.Funcs {
		c := m.Funcs[i].Code()
		for c.Next() {
			name, _, _ := strings.Cut(c.Op.String(), " ")
			list = append(list, fmt.Sprintf("%06x %s %s", c.Offset(), name, hex.EncodeToString(c.Bytes())))
		}
		if err := c.Err(); err != nil {
			t.Error(err)
		}
	}
	return list
}
