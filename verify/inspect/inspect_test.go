package inspect

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

func read(t *testing.T, file string) *Summary {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return Of(m)
}

// TestOf inspects a module with debug information.
func TestOf(t *testing.T) {
	s := read(t, "../symbolize/testdata/destroy.wasm")
	if len(s.Functions) != 3 || s.Functions[1].Name != "destroy" || s.Functions[1].Type != "(i32)" {
		t.Errorf("functions: %+v", s.Functions)
	}
	var total uint64
	for _, g := range s.Prefixes {
		total += g.Size
	}
	size := 0
	for _, f := range s.Functions {
		size += f.Size
	}
	if total != uint64(size) {
		t.Errorf("prefixes have %d bytes of %d", total, size)
	}
	if len(s.Folders) != 1 || s.Folders[0].Name != "." || s.Folders[0].Size == 0 || s.Folders[0].Size > uint64(size) {
		t.Errorf("folders: %+v", s.Folders)
	}
	if s.Stack == nil || s.Stack.Size != 65536 || s.Stack.Below {
		t.Errorf("stack: %+v", s.Stack)
	}
	for _, u := range s.Types {
		if want := map[string]string{"(i32)": "1 0 true", "()": "1 0 false", "(i32) -> i32": "1 1 false"}[string(u.Type)]; want != fmt.Sprint(u.Funcs, u.InTable, u.Called) {
			t.Errorf("type %+v, want %s", u, want)
		}
	}
	sum := 8
	for _, sec := range s.Sections {
		sum += sec.Size
	}
	if sum != s.Size {
		t.Errorf("the sections have %d bytes of %d", sum, s.Size)
	}
	if s.Findings != nil {
		t.Errorf("findings: %q", s.Findings)
	}
}

func TestDiff(t *testing.T) {
	a := read(t, "../check/checks/wlr003/testdata/bad.wasm")
	b := read(t, "../check/checks/wlr003/testdata/ok.wasm")
	if got := Diff(a, a); got != nil {
		t.Errorf("a module and itself: %+v", got)
	}
	var lines []string
	for _, c := range Diff(a, b) {
		lines = append(lines, fmt.Sprintf("%s %s: %s, %s, %d", c.What, c.Name, c.Old, c.New, c.Delta))
	}
	want := []string{
		"import wasi_snapshot_preview1.sock_recv_from: func (i32 i32 i32 i32 i32 i32) -> i32, func (i32 i32 i32 i32 i32 i32 i32) -> i32, 0",
		fmt.Sprintf("size file: %d, %d, 1", a.Size, b.Size),
		"section type: 16, 17, 1",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
}

func TestPrefix(t *testing.T) {
	for name, want := range map[string]string{
		"zend_list_free":              "zend",
		"__wasi_fd_read":              "wasi",
		".Lfoo_bitcast_invalid":       "Lfoo",
		"scan":                        "(others)",
		"":                            "(no name)",
		"core::fmt::write::h0123":     "core::fmt",
		"main::run":                   "main",
		"ZEND_ADD_SPEC_CONST_HANDLER": "ZEND",
	} {
		if got := prefix(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
