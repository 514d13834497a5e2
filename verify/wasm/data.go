package wasm

// Data is a data segment.
type Data struct {
	Mode   SegmentMode // Active or Passive
	Memory uint32      // of an active segment
	Place  Expr        // of an active segment: the address of its first byte
	Bytes  []byte
	Start  int // in the file, of Bytes
	Offset int // in the file, of the segment
}

// readData reads the data section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#data-section
func (m *Module) readData(r *reader) {
	m.items(SectionData, r, 2, "data", func(uint32) {
		d := Data{Offset: r.pos}
		flags := r.u32()
		switch flags {
		case 0:
		case 1:
			d.Mode = Passive
		case 2:
			d.Memory = r.u32()
		default:
			r.failf("unknown flags 0x%x of a data segment", flags)
			return
		}
		if d.Mode == Active {
			d.Place = r.expr()
		}
		n := r.u32()
		d.Start = r.pos
		d.Bytes = r.bytes(int(n))
		if r.err == nil {
			m.DataSegs = append(m.DataSegs, d)
		}
	})
}

// readDataCount reads the data count section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#data-count-section
func (m *Module) readDataCount(r *reader) {
	if n := r.u32(); r.err == nil {
		m.DataCount = &n
	}
}
