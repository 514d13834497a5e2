package wasm

// Global is a global variable.
type Global struct {
	Type     ValType
	Mutable  bool
	Shared   bool
	Init     Expr // empty if it is imported
	Imported bool
	Offset   int // in the file
}

const (
	globalMutable = 1
	globalShared  = 2
)

func (r *reader) globalType() Global {
	g := Global{Type: r.valType()}
	flags := r.byte()
	if flags > 3 {
		r.failf("unknown flags 0x%x of a global", flags)
	}
	g.Mutable = flags&globalMutable != 0
	g.Shared = flags&globalShared != 0
	return g
}

// readGlobals reads the global section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#global-section
func (m *Module) readGlobals(r *reader) {
	m.items(SectionGlobal, r, 3, "global", func(uint32) {
		at := r.pos
		g := r.globalType()
		g.Offset = at
		g.Init = r.expr()
		if r.err == nil {
			m.Globals = append(m.Globals, g)
		}
	})
}

// Tag is an exception tag.
type Tag struct {
	Type     uint32 // index of its type
	Imported bool
	Offset   int // in the file
}

// tag reads a tag's attribute, which is always 0, and returns its type.
func (r *reader) tag() uint32 {
	if attribute := r.byte(); attribute != 0 {
		r.failf("unknown attribute %d of a tag", attribute)
	}
	return r.u32()
}

// readTags reads the tag section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#tag-section
func (m *Module) readTags(r *reader) {
	m.items(SectionTag, r, 2, "tag", func(uint32) {
		t := Tag{Offset: r.pos, Type: r.tag()}
		if r.err == nil {
			m.Tags = append(m.Tags, t)
		}
	})
}

// readStart reads the start section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#start-section
func (m *Module) readStart(r *reader) {
	if fn := r.u32(); r.err == nil {
		m.Start = &fn
	}
}
