package checks_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/check/checks"
	"github.com/wlrbuild/wlrbuild/verify/inspect"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// everywhere is one release of every runtime.
func everywhere(t testing.TB) check.Options {
	t.Helper()
	profiles, err := abi.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	var o check.Options
	for _, p := range profiles {
		target, err := p.Target("")
		if err != nil {
			t.Fatal(err)
		}
		o.Targets = append(o.Targets, target)
	}
	return o
}

// survive runs everything that reads a module over data that may be none.
func survive(data []byte, o check.Options) {
	m, err := wasm.Decode(data)
	if err != nil {
		return
	}
	for _, f := range check.Run(m, checks.All, o) {
		if f.Offset > len(data) {
			panic(f.Check.ID + " names an offset behind the end")
		}
	}
	inspect.Of(m)
}

// TestDamage cuts off and changes every fixture: no check may panic.
func TestDamage(t *testing.T) {
	files, err := filepath.Glob("*/testdata/*.wasm")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	options := everywhere(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n := range data {
			survive(data[:n], options)
		}
		for range 50 {
			if len(data) == 8 {
				break // a component of nothing but the header
			}
			changed := append([]byte{}, data...)
			for range 1 + random.IntN(3) {
				changed[8+random.IntN(len(data)-8)] = byte(random.IntN(256))
			}
			survive(changed, options)
		}
	}
}

// FuzzChecks is the same without an end: go test -fuzz FuzzChecks.
func FuzzChecks(f *testing.F) {
	files, err := filepath.Glob("*/testdata/*.wasm")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	options := everywhere(f)
	f.Fuzz(func(_ *testing.T, data []byte) { survive(data, options) })
}

// BenchmarkLint lints the module that WLR_LINT_MODULE names against every known
// release of every runtime.
func BenchmarkLint(b *testing.B) {
	file := os.Getenv("WLR_LINT_MODULE")
	if file == "" {
		b.Skip("name a module with WLR_LINT_MODULE")
	}
	profiles, err := abi.Profiles()
	if err != nil {
		b.Fatal(err)
	}
	var o check.Options
	for _, p := range profiles {
		o.Targets = append(o.Targets, p.Targets()...)
	}
	for b.Loop() {
		data, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		m, err := wasm.Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		check.Run(m, checks.All, o)
		b.SetBytes(int64(len(data)))
	}
}
