package postlink

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

const engineModules = "../../../../verify/engine/testdata/*.wasm"

// TestNames says what a traceback shows: each function keeps its name, and
// dispatchers have theirs.
func TestNames(t *testing.T) {
	data, err := os.ReadFile("../../../../verify/engine/testdata/stdio.wasm")
	if err != nil {
		t.Fatal(err)
	}
	out, err := Devirtualize(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := wasm.Decode(data)
	after, _ := wasm.Decode(out)
	for i := range after.Funcs {
		name := after.FuncName(uint32(i))
		if i < len(before.Funcs) {
			if was := before.FuncName(uint32(i)); name != was {
				t.Errorf("function %d is %s, and was %s", i, name, was)
			}
			continue
		}
		if !strings.HasPrefix(name, "dispatch (") {
			t.Errorf("dispatcher %d is %s", i, name)
		}
	}
	if len(after.Funcs) == len(before.Funcs) {
		t.Error("no dispatcher was added")
	}
	for _, s := range after.Sections {
		if strings.HasPrefix(s.Name, ".debug_") {
			t.Errorf("section %s has offsets that are wrong now", s.Name)
		}
	}
}

func TestHotFunctionIsUnknown(t *testing.T) {
	data, err := os.ReadFile("../../../../verify/engine/testdata/stdio.wasm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Devirtualize(data, []Hot{{Function: "main"}, {Function: "mian"}}); err == nil || !strings.Contains(err.Error(), `hot function "mian"`) {
		t.Error(err)
	}
}

func TestDevirtualizeDamaged(t *testing.T) {
	for name, data := range map[string]string{
		"text":                "hello",
		"a component":         "\x00asm\x0d\x00\x01\x00",
		"cut":                 "\x00asm\x01\x00\x00\x00\x01\x09\x01",
		"unknown instruction": "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x0a\x05\x01\x03\x00\xff\x0b",
	} {
		if out, err := Devirtualize([]byte(data), nil); err == nil {
			t.Errorf("%s: became % x", name, out)
		}
	}
}

// FuzzDevirtualize takes any file: what an engine finds valid is valid
// afterwards, and nothing panics.
func FuzzDevirtualize(f *testing.F) {
	for seed := range uint64(8) {
		module, _ := makeRandomModule(seed)
		f.Add(module)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := Devirtualize(data, nil)
		if err != nil || bytes.Equal(out, data) {
			return
		}
		ctx := t.Context()
		rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesTailCall))
		defer rt.Close(ctx)
		if _, err := rt.CompileModule(ctx, data); err != nil {
			return
		}
		if _, err := rt.CompileModule(ctx, out); err != nil {
			t.Error(err)
		}
	})
}

// BenchmarkDevirtualize runs the pass over the largest module at hand: that of
// WLR_MODULE, or else a small one.
func BenchmarkDevirtualize(b *testing.B) {
	path := os.Getenv("WLR_MODULE")
	if path == "" {
		files, err := filepath.Glob(engineModules)
		if err != nil || len(files) == 0 {
			b.Fatal(files, err)
		}
		path = files[0]
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Devirtualize(data, nil); err != nil {
			b.Fatal(err)
		}
	}
}
