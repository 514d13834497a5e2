package wasm

import "fmt"

// NameMap are names by index.
type NameMap map[uint32]string

// Names is what the name section says.
// Spec: https://webassembly.github.io/spec/core/appendix/custom.html#name-section
type Names struct {
	Module   string
	Funcs    NameMap
	Types    NameMap
	Tables   NameMap
	Memories NameMap
	Globals  NameMap
	Elements NameMap
	DataSegs NameMap
	Tags     NameMap
	Locals   map[uint32]NameMap // by function
	Labels   map[uint32]NameMap // by function
	Fields   map[uint32]NameMap // by type
}

const (
	namesModule = 0
	namesFunc   = 1
	namesLocal  = 2
	namesLabel  = 3
	namesType   = 4
	namesTable  = 5
	namesMemory = 6
	namesGlobal = 7
	namesElem   = 8
	namesData   = 9
	namesField  = 10
	namesTag    = 11
)

// Names reads the name section, once; there may be none. What is wrong with it
// becomes a Finding. It is not safe for concurrent use.
func (m *Module) Names() *Names {
	if m.names != nil {
		return m.names
	}
	m.names = &Names{}
	s := m.Custom("name")
	if s == nil {
		return m.names
	}
	r := &reader{b: m.Data[:s.End()], pos: s.Start}
	m.names.read(r)
	if r.err != nil {
		m.find(s.title(), r.pos, r.err)
	}
	return m.names
}

func (n *Names) read(r *reader) {
	for r.left() > 0 && r.err == nil {
		id := r.byte()
		size := r.u32()
		at := r.pos
		part := &reader{b: r.b, pos: at}
		if r.bytes(int(size)); r.err != nil {
			r.err = fmt.Errorf("subsection %d: its %d bytes: %w", id, size, r.err)
			return
		}
		part.b = r.b[:r.pos]
		n.readPart(part, id)
		if part.err != nil {
			r.pos, r.err = part.pos, fmt.Errorf("subsection %d: %w", id, part.err)
		}
	}
}

func (n *Names) readPart(r *reader, id byte) {
	maps := map[byte]*NameMap{
		namesFunc: &n.Funcs, namesType: &n.Types, namesTable: &n.Tables, namesMemory: &n.Memories,
		namesGlobal: &n.Globals, namesElem: &n.Elements, namesData: &n.DataSegs, namesTag: &n.Tags,
	}
	nested := map[byte]*map[uint32]NameMap{namesLocal: &n.Locals, namesLabel: &n.Labels, namesField: &n.Fields}
	switch {
	case id == namesModule:
		n.Module = r.name()
	case maps[id] != nil:
		*maps[id] = r.nameMap()
	case nested[id] != nil:
		*nested[id] = r.nameMaps()
	}
}

func (r *reader) nameMap() NameMap {
	n := r.count(2)
	names := make(NameMap, min(n, most))
	for i := range n {
		index := r.u32()
		name := r.name()
		if r.err != nil {
			r.err = fmt.Errorf("name %d: %w", i, r.err)
			break
		}
		names[index] = name
	}
	return names
}

func (r *reader) nameMaps() map[uint32]NameMap {
	n := r.count(2)
	maps := make(map[uint32]NameMap, min(n, most))
	for range n {
		index := r.u32()
		names := r.nameMap()
		if r.err != nil {
			break
		}
		maps[index] = names
	}
	return maps
}

// FuncName returns the name of a function: from the name section, or else of
// its import or of its first export, or else "func[7]".
func (m *Module) FuncName(fn uint32) string {
	if s := m.Names().Funcs[fn]; s != "" {
		return s
	}
	if imp := m.ImportOf(KindFunc, fn); imp != nil {
		return imp.Module + "." + imp.Name
	}
	for _, e := range m.Exports {
		if e.Kind == KindFunc && e.Index == fn {
			return e.Name
		}
	}
	return fmt.Sprintf("func[%d]", fn)
}
