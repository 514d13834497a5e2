package wasm

import "fmt"

// SectionID is a section's number in the file.
type SectionID byte

// The sections. Their order in a file is not that of their numbers.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#sections
const (
	SectionCustom    SectionID = 0
	SectionType      SectionID = 1
	SectionImport    SectionID = 2
	SectionFunction  SectionID = 3
	SectionTable     SectionID = 4
	SectionMemory    SectionID = 5
	SectionGlobal    SectionID = 6
	SectionExport    SectionID = 7
	SectionStart     SectionID = 8
	SectionElement   SectionID = 9
	SectionCode      SectionID = 10
	SectionData      SectionID = 11
	SectionDataCount SectionID = 12
	SectionTag       SectionID = 13
)

// sections is what is known of each section: its name, its rank in the order of
// sections, and how it is read.
var sections = [...]struct {
	name string
	rank int
	read func(*Module, *reader)
}{
	SectionCustom:    {name: "custom"},
	SectionType:      {"type", 1, (*Module).readTypes},
	SectionImport:    {"import", 2, (*Module).readImports},
	SectionFunction:  {"function", 3, (*Module).readFuncs},
	SectionTable:     {"table", 4, (*Module).readTables},
	SectionMemory:    {"memory", 5, (*Module).readMemories},
	SectionTag:       {"tag", 6, (*Module).readTags},
	SectionGlobal:    {"global", 7, (*Module).readGlobals},
	SectionExport:    {"export", 8, (*Module).readExports},
	SectionStart:     {"start", 9, (*Module).readStart},
	SectionElement:   {"element", 10, (*Module).readElements},
	SectionDataCount: {"data count", 11, (*Module).readDataCount},
	SectionCode:      {"code", 12, (*Module).readCode},
	SectionData:      {"data", 13, (*Module).readData},
}

func (id SectionID) String() string {
	if int(id) < len(sections) {
		return sections[id].name
	}
	return fmt.Sprintf("section %d", byte(id))
}

// Section is a section of the file.
type Section struct {
	ID      SectionID
	Name    string // of a custom section
	Offset  int    // in the file, of the section's number
	Payload []byte // what is in it; of a custom section what follows the name
	Start   int    // in the file, of Payload
}

// End is the offset in the file where the section ends.
func (s *Section) End() int { return s.Start + len(s.Payload) }

// title names the section in findings.
func (s *Section) title() string {
	if s.ID == SectionCustom {
		return fmt.Sprintf("custom %q", s.Name)
	}
	return s.ID.String()
}

// readSections divides the file into its sections.
func (m *Module) readSections() {
	r := &reader{b: m.Data, pos: 8}
	for r.left() > 0 {
		s := Section{Offset: r.pos}
		s.ID = SectionID(r.byte())
		n := r.u32()
		if r.err != nil {
			m.find("", s.Offset, fmt.Errorf("%s: its length: %w", s.ID, r.err))
			m.broken = true
			return
		}
		if int(n) > r.left() {
			m.find(s.ID.String(), s.Offset, fmt.Errorf("it has %d bytes, and the file %d more", n, r.left()))
			m.broken = true
			n = uint32(r.left())
		}
		s.Start = r.pos
		s.Payload = r.bytes(int(n))
		if s.ID == SectionCustom && !m.Component {
			m.readCustomName(&s)
		}
		m.Sections = append(m.Sections, s)
	}
}

func (m *Module) readCustomName(s *Section) {
	r := &reader{b: m.Data[:s.End()], pos: s.Start}
	s.Name = r.name()
	if r.err != nil {
		m.find("custom", r.pos, fmt.Errorf("its name: %w", r.err))
		return
	}
	s.Start, s.Payload = r.pos, r.b[r.pos:]
}

// readSection decodes one section into the module.
func (m *Module) readSection(s *Section) {
	if s.ID == SectionCustom {
		return
	}
	if int(s.ID) >= len(sections) {
		m.find("", s.Offset, fmt.Errorf("unknown section %d of %d bytes", byte(s.ID), len(s.Payload)))
		return
	}
	if _, twice := m.vecs[s.ID]; twice {
		m.find(s.title(), s.Offset, fmt.Errorf("a second one"))
		return
	}
	for i := range m.Sections {
		if t := &m.Sections[i]; t.Offset < s.Offset && t.ID != SectionCustom && int(t.ID) < len(sections) && sections[t.ID].rank > sections[s.ID].rank {
			m.find(s.title(), s.Offset, fmt.Errorf("it comes after the %s section", t.ID))
			break
		}
	}
	r := &reader{b: m.Data[:s.End():s.End()], pos: s.Start}
	m.vecs[s.ID] = vec{start: s.Start, end: s.End()}
	sections[s.ID].read(m, r)
	if r.err == nil && r.left() > 0 {
		r.failf("%d bytes after its last item", r.left())
	}
	if r.err != nil {
		m.find(s.title(), r.pos, r.err)
		v := m.vecs[s.ID]
		v.damaged = true
		m.vecs[s.ID] = v
	}
}

// items reads a section's count and then each item. An error of an item names
// its index.
func (m *Module) items(id SectionID, r *reader, least int, what string, item func(i uint32)) {
	n := r.count(least)
	v := m.vecs[id]
	v.count, v.start = n, r.pos
	m.vecs[id] = v
	for i := range n {
		item(i)
		if r.err != nil {
			r.err = fmt.Errorf("%s[%d]: %w", what, i, r.err)
			return
		}
	}
}

// Section returns the first section of that kind, or nil.
func (m *Module) Section(id SectionID) *Section {
	for i := range m.Sections {
		if m.Sections[i].ID == id {
			return &m.Sections[i]
		}
	}
	return nil
}

// Custom returns the first custom section of that name, or nil.
func (m *Module) Custom(name string) *Section {
	for i := range m.Sections {
		if m.Sections[i].ID == SectionCustom && m.Sections[i].Name == name {
			return &m.Sections[i]
		}
	}
	return nil
}
