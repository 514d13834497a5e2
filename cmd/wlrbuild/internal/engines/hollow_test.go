package engines

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// TestHollowRefuses has files that are not what the profile says. TestRealWasmEdge has
// one that is.
func TestHollowRefuses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"bad magic number": []byte(strings.Repeat("compiled\n", 100)),
		"symbol":           program,
	} {
		path := filepath.Join(t.TempDir(), "module.so")
		if err := os.WriteFile(path, file, 0o666); err != nil {
			t.Fatal(err)
		}
		err := hollow(path, &recipe.CompiledModule{Bytes: "wasm.code", Size: "wasm.size"})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: error %v", name, err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(file) {
			t.Errorf("%q: the file has changed", name)
		}
	}
}
