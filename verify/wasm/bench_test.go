package wasm

import (
	"os"
	"runtime"
	"testing"
)

// large makes a module of that many bytes from the functions of a small one.
func large(tb testing.TB, size int) []byte {
	tb.Helper()
	data, err := os.ReadFile("../engine/testdata/files.wasm")
	if err != nil {
		tb.Fatal(err)
	}
	m, err := Decode(data)
	if err != nil {
		tb.Fatal(err)
	}
	e := m.Edit()
	for n := len(data); n < size; {
		for _, f := range m.Funcs {
			if !f.Imported {
				e.AddFunc(f.Type, "", f.Body)
				n += len(f.Body) + 3
			}
		}
	}
	out, err := e.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

const largeSize = 10 << 20

func BenchmarkDecode(b *testing.B) {
	data := large(b, largeSize)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkInstructions decodes and walks over every instruction.
func BenchmarkInstructions(b *testing.B) {
	data := large(b, largeSize)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		for i := range m.Funcs {
			c := m.Funcs[i].Code()
			for c.Next() {
			}
			if c.Err() != nil {
				b.Fatal(c.Err())
			}
		}
	}
}

// TestMemory holds decoding to less than a module's size again: it refers to the
// input and copies none of it.
func TestMemory(t *testing.T) {
	data := large(t, largeSize)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := Decode(data)
	runtime.ReadMemStats(&after)
	if err != nil || len(m.Findings) > 0 {
		t.Fatal(err, m.Findings)
	}
	used := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d bytes for a module of %d bytes and %d functions", used, len(data), len(m.Funcs))
	if used > uint64(len(data)) {
		t.Errorf("%d bytes", used)
	}
}
