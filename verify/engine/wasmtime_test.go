//go:build cgo && (linux || darwin)

package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWasmtimeCache damages what is kept: it must be noticed, never run.
func TestWasmtimeCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	run := func(want int) {
		t.Helper()
		e, err := Wasmtime(WasmtimeOptions{CacheDir: dir})
		must(t, err)
		res, err := e.Run(t.Context(), Config{Module: fixture("exit"), Args: []string{"exit", "5"}})
		must(t, err)
		if res.ExitCode != 5 {
			t.Errorf("exit status is %d, want 5", res.ExitCode)
		}
		if n := countFiles(t, dir); n != want {
			t.Errorf("%d files are kept, want %d", n, want)
		}
	}
	run(1)
	entries, err := os.ReadDir(dir)
	must(t, err)
	path := filepath.Join(dir, entries[0].Name())
	whole, err := os.ReadFile(path)
	must(t, err)
	run(1)

	flipped := append([]byte(nil), whole...)
	flipped[len(flipped)/2] ^= 1
	foreign := filepath.Join(t.TempDir(), "foreign")
	must(t, writeSealed(foreign, []byte("what another version made")))
	other, err := os.ReadFile(foreign)
	must(t, err)
	for name, data := range map[string][]byte{"flipped": flipped, "cut": whole[:len(whole)-7], "short": whole[:5], "empty": nil, "foreign": other} {
		must(t, os.WriteFile(path, data, 0o644))
		run(1)
		if now, err := os.ReadFile(path); err != nil || len(now) != len(whole) {
			t.Errorf("%s: was not replaced: %d bytes, %v", name, len(now), err)
		}
	}
}

func TestWasmtimeStack(t *testing.T) {
	e, err := Wasmtime(WasmtimeOptions{Stack: 1 << 20})
	must(t, err)
	res, err := e.Run(t.Context(), Config{Module: fixture("recurse"), Args: []string{"recurse", "1000000"}})
	must(t, err)
	if !errors.Is(res.Trap, ErrStackOverflow) {
		t.Errorf("a million calls in 1 MiB: %+v", res)
	}
	// More than an address has bits for.
	e, err = Wasmtime(WasmtimeOptions{Stack: 1 << 60})
	must(t, err)
	if _, err = e.Run(t.Context(), Config{Module: fixture("exit")}); err == nil || !strings.Contains(err.Error(), "thread with a stack of") {
		t.Errorf("an impossible stack: %v", err)
	}
	if _, err := Wasmtime(WasmtimeOptions{Stack: -1}); err == nil {
		t.Error("a negative stack is no error")
	}
}
