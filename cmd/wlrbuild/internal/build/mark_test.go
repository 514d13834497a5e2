package build

import (
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

func TestMark(t *testing.T) {
	module, err := mark([]byte("\x00asm\x01\x00\x00\x00"), &recipe.Runtime{Name: "edge", Backend: "preview1", Setjmp: "resumable"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(module)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Custom(markSection)
	if want := `{"runtime":"edge","backend":"preview1","setjmp":"resumable"}`; s == nil || string(s.Payload) != want {
		t.Errorf("%+v, want %s", s, want)
	}
}

// TestSetjmpModes has a way to link for every mode that a profile can name.
func TestSetjmpModes(t *testing.T) {
	for _, name := range []string{"none", "checked", "resumable", "exnref"} {
		rt := &recipe.Runtime{Name: "r", Backend: "preview1", Setjmp: name}
		if err := supported(rt); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
