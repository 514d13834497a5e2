package postlink

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// dataModule is a module with a memory of one page, exported as "memory", and a
// data section.
func dataModule(memory []byte, data []byte, more ...[]byte) []byte {
	section := func(id wasm.SectionID, payload []byte) []byte {
		return append(wasm.AppendU([]byte{byte(id)}, uint64(len(payload))), payload...)
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	out = append(out, section(wasm.SectionMemory, memory)...)
	out = append(out, section(wasm.SectionExport, []byte("\x01\x06memory\x02\x00"))...)
	for _, m := range more {
		out = append(out, m...)
	}
	return append(out, section(wasm.SectionData, data)...)
}

var onePage = []byte{1, 0, 1}

// segments is a data section of active segments.
func segments(list ...dataSegment) []byte {
	out := wasm.AppendU(nil, uint64(len(list)))
	for _, s := range list {
		out = wasm.AppendS(append(out, 0, byte(wasm.OpI32Const)), int64(int32(s.address)))
		out = wasm.AppendU(append(out, byte(wasm.OpEnd)), uint64(len(s.bytes)))
		out = append(out, s.bytes...)
	}
	return out
}

// memoryOf is what the module's memory has after instantiation.
func memoryOf(t *testing.T, module []byte) []byte {
	t.Helper()
	r := wazero.NewRuntimeWithConfig(t.Context(), wazero.NewRuntimeConfigInterpreter())
	defer r.Close(t.Context())
	m, err := r.Instantiate(t.Context(), module)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := m.Memory().Read(0, m.Memory().Size())
	return bytes.Clone(b)
}

func TestPackData(t *testing.T) {
	zeros := make([]byte, 1000)
	text := func(s string) []byte { return append([]byte(s), zeros...) }
	for name, test := range map[string]struct {
		list []dataSegment
		want int // segments; 0 if the module stays as it is
	}{
		"zeros at the end":       {[]dataSegment{{0, text("a")}}, 1},
		"zeros at the beginning": {[]dataSegment{{7, append(zeros, 'a')}}, 1},
		"zeros between":          {[]dataSegment{{65000 - 4, append(text("a")[:500], 'b')}}, 2},
		"nothing but zeros":      {[]dataSegment{{12, zeros}}, -1},
		"several segments":       {[]dataSegment{{12, text("a")}, {3000, text("b")}, {4001, []byte("c")}}, 3},
		"few zeros":              {[]dataSegment{{12, append(zeros[:zeroRun-1:zeroRun-1], 'b')}}, 0},
		"no data":                {nil, 0},
		"overlapping segments":   {[]dataSegment{{0, []byte("abc")}, {1, zeros}}, 0},
		"not in order":           {[]dataSegment{{2000, text("b")}, {0, text("a")}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			module := dataModule(onePage, segments(test.list...))
			out, err := PackData(module)
			if err != nil {
				t.Fatal(err)
			}
			m, err := wasm.Decode(out)
			if err != nil || len(m.Findings) > 0 {
				t.Fatal(err, m.Findings)
			}
			switch {
			case test.want == 0 && !bytes.Equal(out, module):
				t.Error("it was changed")
			case test.want != 0 && len(m.DataSegs) != max(test.want, 0):
				t.Errorf("%d segments, want %d", len(m.DataSegs), max(test.want, 0))
			}
			if !bytes.Equal(memoryOf(t, out), memoryOf(t, module)) {
				t.Error("memory is another")
			}
		})
	}
}

// TestPackDataLeavesAlone has what cannot be packed, or only with knowledge of what
// the code does.
func TestPackDataLeavesAlone(t *testing.T) {
	zeros := make([]byte, 1000)
	active := segments(dataSegment{0, zeros})
	for name, module := range map[string][]byte{
		"segments by number":   dataModule(onePage, active, []byte{byte(wasm.SectionDataCount), 1, 1}),
		"a passive segment":    dataModule(onePage, append([]byte{1, 1, 0xe8, 0x07}, zeros...)),
		"a segment that traps": dataModule(onePage, segments(dataSegment{65000, zeros})),
		"a memory of 64 bits":  dataModule([]byte{1, 4, 1}, append([]byte{1, 0, byte(wasm.OpI64Const), 0, byte(wasm.OpEnd), 0xe8, 0x07}, zeros...)),
		"an imported memory":   append([]byte("\x00asm\x01\x00\x00\x00\x02\x08\x01\x01m\x01m\x02\x00\x01\x0b"), append(wasm.AppendU(nil, uint64(len(active))), active...)...),
		"an imported address":  append([]byte("\x00asm\x01\x00\x00\x00\x02\x08\x01\x01m\x01g\x03\x7f\x00\x05\x03\x01\x00\x01\x0b\xef\x07\x01\x00\x23\x00\x0b\xe8\x07"), zeros...),
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := wasm.Decode(module); err != nil || len(m.Findings) > 0 || len(m.DataSegs) != 1 {
				t.Fatalf("the test's own module: %v, %v", err, m.Findings)
			}
			out, err := PackData(module)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out, module) {
				t.Error("it was changed")
			}
		})
	}
}

// TestPackDataRandom packs memory of many kinds.
func TestPackDataRandom(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var list []dataSegment
		for at := rnd.IntN(100); at < 60000; {
			data := make([]byte, rnd.IntN(5000))
			for i := 0; i < len(data); i += 1 + rnd.IntN(80) {
				data[i] = byte(rnd.IntN(3))
			}
			list = append(list, dataSegment{uint32(at), data})
			at += len(data) + rnd.IntN(3)*rnd.IntN(1000)
		}
		module := dataModule(onePage, segments(list...))
		if m, err := wasm.Decode(module); err != nil || len(m.Findings) > 0 {
			t.Fatal(err, m.Findings)
		}
		out, err := PackData(module)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(memoryOf(t, out), memoryOf(t, module)) {
			t.Errorf("seed %d: memory is another", seed)
		}
	}
}

// TestPackDataOfEngines packs what the tests of engines run, and finds nothing more
// to do in what it has made.
func TestPackDataOfEngines(t *testing.T) {
	files, err := filepath.Glob(engineModules)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	smaller := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := PackData(data)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(out) < len(data) {
			smaller++
		}
		again, err := PackData(out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("%s: packed twice it is another: %v", file, err)
		}
	}
	t.Logf("%d of %d modules got smaller", smaller, len(files))
}
