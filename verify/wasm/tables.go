package wasm

// Limits are the limits of a table or memory, in its elements or pages.
// Spec: https://webassembly.github.io/spec/core/binary/types.html#limits
type Limits struct {
	Min, Max uint64
	HasMax   bool
	Shared   bool
	Addr64   bool // indices have 64 bits
	// PageBits is the binary logarithm of a memory's page size, 16 unless the
	// memory says otherwise.
	PageBits uint32
}

const (
	limitsMax      = 1
	limitsShared   = 2
	limitsAddr64   = 4
	limitsPageBits = 8
)

func (r *reader) limits() Limits {
	flags := r.byte()
	l := Limits{
		HasMax:   flags&limitsMax != 0,
		Shared:   flags&limitsShared != 0,
		Addr64:   flags&limitsAddr64 != 0,
		PageBits: 16,
	}
	if flags > 15 {
		r.failf("unknown flags 0x%x of limits", flags)
	}
	l.Min = r.u64()
	if l.HasMax {
		l.Max = r.u64()
	}
	if flags&limitsPageBits != 0 {
		l.PageBits = r.u32()
	}
	return l
}

// Table is a table.
type Table struct {
	Type     ValType // of its elements
	Limits   Limits
	Init     Expr // what its elements are at first; empty means null
	Imported bool
	Offset   int // in the file
}

// readTables reads the table section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#table-section
func (m *Module) readTables(r *reader) {
	m.items(SectionTable, r, 3, "table", func(uint32) {
		t := Table{Offset: r.pos}
		init := r.left() >= 2 && r.b[r.pos] == 0x40
		if init {
			r.byte()
			if c := r.byte(); c != 0 {
				r.failf("unknown form of table 0x40 0x%x", c)
			}
		}
		t.Type = r.refType()
		t.Limits = r.limits()
		if init {
			t.Init = r.expr()
		}
		if r.err == nil {
			m.Tables = append(m.Tables, t)
		}
	})
}

// Memory is a memory.
type Memory struct {
	Limits   Limits
	Imported bool
	Offset   int // in the file
}

// readMemories reads the memory section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#memory-section
func (m *Module) readMemories(r *reader) {
	m.items(SectionMemory, r, 2, "memory", func(uint32) {
		mem := Memory{Offset: r.pos, Limits: r.limits()}
		if r.err == nil {
			m.Memories = append(m.Memories, mem)
		}
	})
}
