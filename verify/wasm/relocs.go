package wasm

import "fmt"

// RelocType is what a relocation patches.
// https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#relocation-sections
type RelocType byte

// The relocations that are asked for by name.
const (
	RelocTableIndexSLEB RelocType = 1 // the slot of a function's address, in code
	RelocTableIndexI32  RelocType = 2 // the same in data
)

// relocAddends are the relocations that an addend follows.
var relocAddends = map[RelocType]bool{
	3: true, 4: true, 5: true, 8: true, 9: true, 11: true, 14: true, 15: true, 16: true,
	17: true, 21: true, 22: true, 23: true, 25: true,
}

// Reloc is a place that the linker filled in.
type Reloc struct {
	Type   RelocType
	Offset int    // in the file
	Index  uint32 // of a symbol or, for a type index, of a type
	Addend int64
}

// Relocs reads the relocations that a custom section such as "reloc.DATA" has,
// of the section that it names. A linked module has them if it was linked with
// --emit-relocs; there may be none. The error says what is wrong with them, next
// to what could be read.
func (m *Module) Relocs(section string) ([]Reloc, error) {
	s := m.Custom(section)
	if s == nil {
		return nil, nil
	}
	r := &reader{b: m.Data[:s.End()], pos: s.Start}
	target := r.u32()
	if r.err == nil && int(target) >= len(m.Sections) {
		r.failf("they are of section %d, and there are %d", target, len(m.Sections))
	}
	if r.err != nil {
		return nil, r.customErr(section)
	}
	of := &m.Sections[target]
	var list []Reloc
	for i := range r.count(3) {
		x := Reloc{Type: RelocType(r.byte())}
		x.Offset = of.Start + int(r.u32())
		x.Index = r.u32()
		if relocAddends[x.Type] {
			x.Addend = r.s64()
		}
		if r.err == nil && x.Offset >= of.End() {
			r.failf("it lies %d bytes behind the section", x.Offset-of.End())
		}
		if r.err != nil {
			r.err = fmt.Errorf("relocation %d: %w", i, r.err)
			break
		}
		list = append(list, x)
	}
	return list, r.customErr(section)
}
