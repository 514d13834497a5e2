package wasm

import "math"

// Func is a function.
type Func struct {
	Type     uint32 // index of its type
	Imported bool
	// Body is what the code section has of it: its locals, then its
	// instructions. It is nil for an import, and if the code section is
	// damaged before it.
	Body   []byte
	Offset int // in the file, of Body; of an import of that
	header int // in the file, of the body's size
}

// Locals is a number of local variables of the same type.
type Locals struct {
	Count uint32
	Type  ValType
}

// readFuncs reads the function section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#function-section
func (m *Module) readFuncs(r *reader) {
	m.items(SectionFunction, r, 1, "function", func(uint32) {
		if t := r.u32(); r.err == nil {
			m.Funcs = append(m.Funcs, Func{Type: t})
		}
	})
}

// readCode divides the code section into bodies.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#code-section
func (m *Module) readCode(r *reader) {
	first := m.ImportedFuncs()
	m.items(SectionCode, r, 1, "body", func(i uint32) {
		header := r.pos
		n := r.u32()
		at := r.pos
		body := r.bytes(int(n))
		if k := first + int(i); r.err == nil && k < len(m.Funcs) {
			f := &m.Funcs[k]
			f.Body, f.Offset, f.header = body, at, header
		}
	})
}

// Locals reads the local variables that the body declares, which follow the
// parameters, and the position in the body of its first instruction.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#code-section
func (f *Func) Locals() (locals []Locals, start int, err error) {
	r := &reader{b: f.Body}
	total := uint64(0)
	for range r.count(2) {
		l := Locals{Count: r.u32(), Type: r.valType()}
		if total += uint64(l.Count); total > math.MaxUint32 {
			r.failf("more than %d local variables", uint32(math.MaxUint32))
		}
		if r.err != nil {
			break
		}
		locals = append(locals, l)
	}
	return locals, r.pos, r.err
}

// Code walks over the function's instructions. An import has none.
func (f *Func) Code() Code {
	c := Code{body: f.Body, base: f.Offset, depth: 1}
	if f.Body == nil {
		c.done = true
		return c
	}
	r := reader{b: f.Body}
	for range r.count(2) {
		r.u32()
		r.valType()
	}
	c.pos, c.err = r.pos, r.err
	return c
}
