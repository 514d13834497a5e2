package slots

import (
	"errors"
	"os"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

const fixtures = "../check/checks/wlr108/testdata/"

func read(t *testing.T, file string) *wasm.Module {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil || len(m.Findings) > 0 {
		t.Fatal(err, m.Findings)
	}
	return m
}

// TestCompare counts every address of a function in the data once. What is
// found is in the fixtures of the check.
func TestCompare(t *testing.T) {
	for _, c := range []struct {
		file                                string
		mismatches, typed, untyped, unknown int
	}{
		{"bad.wasm", 2, 4, 1, 0}, // list_free twice, node_free twice, tell
		{"ok.wasm", 0, 2, 2, 0},  // node_free and swap; list_free as void (*)(void), get without a prototype
	} {
		r, err := Compare(read(t, fixtures+c.file))
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Mismatches) != c.mismatches || r.Typed != c.typed || r.Untyped != c.untyped || r.Unknown != c.unknown {
			t.Errorf("%s: %d mismatches, %d typed, %d untyped, %d unknown; want %v", c.file, len(r.Mismatches), r.Typed, r.Untyped, r.Unknown, c)
		}
	}
}

// TestNone wants an error for a module that was linked without relocations.
func TestNone(t *testing.T) {
	if _, err := Compare(read(t, "../symbolize/testdata/destroy.wasm")); !errors.Is(err, ErrNone) {
		t.Errorf("error %v, want %v", err, ErrNone)
	}
}

// TestRelocs holds relocations against what they relocate: each address of a
// function in the data is a slot of the table.
func TestRelocs(t *testing.T) {
	m := read(t, fixtures+"bad.wasm")
	relocs, err := m.Relocs("reloc.DATA")
	if err != nil {
		t.Fatal(err)
	}
	table, n := tableOf(m), 0
	for _, r := range relocs {
		if r.Type != wasm.RelocTableIndexI32 {
			continue
		}
		n++
		if _, slot, ok := locate(m, r.Offset); !ok || table[slot] == 0 && slot != 1 {
			t.Errorf("relocation at 0x%x: slot %d, %v", r.Offset, slot, ok)
		}
	}
	if n != 5 {
		t.Errorf("%d addresses of functions, want 5", n)
	}
	if none, err := m.Relocs("reloc.NONE"); none != nil || err != nil {
		t.Errorf("relocations of nothing: %v, %v", none, err)
	}
}
