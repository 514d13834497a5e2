package debuginfo

import (
	"os"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// TestPlaces finds the calls of a small program, of which one is in a function
// that was inlined.
func TestPlaces(t *testing.T) {
	data, err := os.ReadFile("../edges/testdata/calls.wasm")
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	info, err := Open(m)
	if err != nil {
		t.Fatal(err)
	}
	var offsets []int
	for i := range m.Funcs {
		for c := m.Funcs[i].Code(); c.Next(); {
			if c.Op == wasm.OpCallIndirect {
				offsets = append(offsets, c.Offset())
			}
		}
	}
	places, err := info.Places(offsets)
	if err != nil {
		t.Fatal(err)
	}
	found := map[Place]bool{}
	for _, at := range offsets {
		p := places[at]
		found[p] = true
		// What is looked for one by one.
		if one, ok := info.Position(at); !ok || one.Line != p.Line || one.Col != p.Col {
			t.Errorf("0x%x: %+v, and by itself %v", at, p, one)
		}
	}
	for _, want := range []Place{
		{"/edges/calls.c", "run", "/edges/calls.c", 22, 9},
		{"/edges/calls.c", "main", "/edges/calls.c", 37, 10},
	} {
		if !found[want] {
			t.Errorf("no %+v among %v", want, places)
		}
	}
	// The first byte of the file is no code.
	if places, err = info.Places([]int{0}); err != nil || places[0] != (Place{}) {
		t.Errorf("%v, %v", places, err)
	}
}
