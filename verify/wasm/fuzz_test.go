package wasm

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func addModules(f *testing.F) {
	f.Add(spaces)
	f.Add(module(sec(SectionType, 3, 0x60, 2, 0x7f, 0x7e, 1, 0x7c, 0x4e, 2, 0x50, 0, 0x5f, 1, 0x63, 2, 1, 0x4f, 1, 1, 0x5f, 2, 0x63, 2, 1, 0x78, 0, 0x5e, 0x77, 1)))
	f.Add([]byte("\x00asm\x0d\x00\x01\x00\x00\x02\x01a"))
	files, err := filepath.Glob("../engine/testdata/*.wasm")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzDecode reads all there is in a module: nothing panics, takes memory out
// of proportion, or reads past a body; and what can be written again is the
// same.
func FuzzDecode(f *testing.F) {
	addModules(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := Decode(data)
		if err != nil {
			return
		}
		for i := range m.Funcs {
			fn := &m.Funcs[i]
			fn.Locals()
			c := fn.Code()
			end := -1
			for c.Next() {
				if end >= 0 && c.Pos != end || c.End <= c.Pos || c.End > len(fn.Body) {
					t.Fatalf("function %d: %s from %d to %d, the one before it ended at %d", i, c.Op, c.Pos, c.End, end)
				}
				end = c.End
				for range c.Labels() {
					if c.Op != OpBrTable {
						break
					}
				}
				switch c.Op {
				case OpSelectT:
					c.Types()
				case OpTryTable:
					for range c.Catches() {
					}
				}
			}
			_ = c.Err()
			_ = m.FuncType(uint32(i)).string()
		}
		for _, e := range m.Elements {
			m.Const(e.Place)
		}
		for _, g := range m.Globals {
			m.Const(g.Init)
		}
		m.Names()
		m.Producers()
		m.TargetFeatures()
		runtime.ReadMemStats(&after)
		// The smallest items, functions of a byte each, are 80 times as large
		// in memory; what grows does so in steps.
		if used, limit := after.TotalAlloc-before.TotalAlloc, uint64(1<<20+1000*len(data)); used > limit {
			t.Errorf("%d bytes of memory for %d", used, len(data))
		}
		if out, err := m.Edit().Encode(); err == nil && !bytes.Equal(out, data) {
			t.Errorf("written again it is another:\n% x\n% x", data, out)
		}
	})
}

// string is String of any type, nil among them.
func (t *Type) string() string {
	if t == nil {
		return ""
	}
	return t.String()
}

// FuzzEdit adds to what could be read whole: the result can be read whole too.
func FuzzEdit(f *testing.F) {
	addModules(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil || len(m.Findings) > 0 {
			return
		}
		e := m.Edit()
		fn := e.AddFunc(e.Type([]ValType{F64, V128}, []ValType{F32}), "new", BodyOf([]Locals{{1, I32}}, []byte{byte(OpUnreachable), byte(OpEnd)}))
		e.AddExport("new", KindFunc, fn)
		e.AddTag(e.Type(nil, nil))
		e.AddGlobal(I32, true, []byte{byte(OpI32Const), 0, byte(OpEnd)})
		for i := range m.Funcs {
			r, err := m.Rewrite(uint32(i))
			if err != nil {
				continue
			}
			r.AddLocal(I64)
			for c := r.Old(); c.Next(); {
				if c.Op == OpCall || c.Op == OpNop {
					r.CopyTo(c.Pos)
					r.Op(OpDrop)
					r.SkipTo(c.End)
				}
			}
			e.SetBody(uint32(i), r.Body())
		}
		out, err := e.Encode()
		if err != nil {
			return
		}
		n, err := Decode(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range n.Findings {
			t.Error(f)
		}
		if len(n.Funcs) != len(m.Funcs)+1 || len(n.Globals) != len(m.Globals)+1 || len(n.Tags) != len(m.Tags)+1 {
			t.Errorf("%d functions, %d globals, %d tags", len(n.Funcs), len(n.Globals), len(n.Tags))
		}
	})
}
