package wasm

import "fmt"

// Kind is what an import or export is.
type Kind byte

const (
	KindFunc   Kind = 0
	KindTable  Kind = 1
	KindMemory Kind = 2
	KindGlobal Kind = 3
	KindTag    Kind = 4
)

var kindNames = [...]string{"func", "table", "memory", "global", "tag"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// Import is an import.
type Import struct {
	Module, Name string
	Kind         Kind
	Index        uint32 // in the index space of its kind
	Type         uint32 // of a function or tag: index of its type
	Offset       int    // in the file
}

// readImports reads the import section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#import-section
func (m *Module) readImports(r *reader) {
	m.items(SectionImport, r, 4, "import", func(uint32) {
		imp := Import{Offset: r.pos}
		imp.Module = r.name()
		imp.Name = r.name()
		imp.Kind = Kind(r.byte())
		at := r.pos
		switch imp.Kind {
		case KindFunc:
			imp.Type = r.u32()
			imp.Index = uint32(len(m.Funcs))
		case KindTable:
			imp.Index = uint32(len(m.Tables))
			m.Tables = append(m.Tables, Table{Type: r.refType(), Limits: r.limits(), Imported: true, Offset: at})
		case KindMemory:
			imp.Index = uint32(len(m.Memories))
			m.Memories = append(m.Memories, Memory{Limits: r.limits(), Imported: true, Offset: at})
		case KindGlobal:
			imp.Index = uint32(len(m.Globals))
			g := r.globalType()
			g.Imported, g.Offset = true, at
			m.Globals = append(m.Globals, g)
		case KindTag:
			imp.Index = uint32(len(m.Tags))
			imp.Type = r.tag()
			m.Tags = append(m.Tags, Tag{Type: imp.Type, Imported: true, Offset: at})
		default:
			if r.err == nil {
				r.pos--
				r.failf("%s.%s: unknown kind %d", imp.Module, imp.Name, byte(imp.Kind))
			}
		}
		if r.err != nil {
			return
		}
		m.Imports = append(m.Imports, imp)
		if imp.Kind == KindFunc {
			m.Funcs = append(m.Funcs, Func{Type: imp.Type, Imported: true, Offset: imp.Offset})
		}
	})
}

// ImportOf returns the import that an index stands for, or nil if the module
// defines the thing itself.
func (m *Module) ImportOf(k Kind, index uint32) *Import {
	for i := range m.Imports {
		if imp := &m.Imports[i]; imp.Kind == k && imp.Index == index {
			return imp
		}
	}
	return nil
}

// Export is an export.
type Export struct {
	Name   string
	Kind   Kind
	Index  uint32
	Offset int // in the file
}

// readExports reads the export section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#export-section
func (m *Module) readExports(r *reader) {
	m.items(SectionExport, r, 3, "export", func(uint32) {
		e := Export{Offset: r.pos}
		e.Name = r.name()
		e.Kind = Kind(r.byte())
		e.Index = r.u32()
		if r.err == nil {
			m.Exports = append(m.Exports, e)
		}
	})
}
