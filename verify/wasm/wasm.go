// Package wasm reads WebAssembly modules, and writes them again with changes.
//
// It is made for tools that look at modules of any origin: it does not judge
// whether a module is valid, it knows the sections and instructions of the
// proposals that are out (see Opcode), and damage in one section is a Finding
// and not the end of reading.
//
//	m, err := wasm.Decode(data)           // err: not a module at all
//	for _, imp := range m.Imports { … }
//	for i := range m.Funcs {
//		for c := m.Funcs[i].Code(); c.Next(); {
//			if c.Op == wasm.OpCallIndirect { … c.Index, c.Offset() … }
//		}
//	}
//
// Everything that a Module holds are slices of the input, which must not be
// changed as long as the Module is used. Every position is an offset in the
// file, as wasm-objdump shows it, but for those within a function's body, which
// are named Pos and End.
//
// Edit starts changes to a module. What is not changed is written as it was,
// byte for byte.
//
// Specification: https://webassembly.github.io/spec/core/binary/
package wasm

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrNotWasm is the error of Decode for a file that is no WebAssembly at all.
var ErrNotWasm = errors.New("not a WebAssembly binary: it does not begin with \\0asm")

// Module is a decoded module. The index spaces (Funcs, Tables, Memories,
// Globals, Tags) hold what is imported first.
type Module struct {
	Data      []byte // the whole file
	Component bool   // the file is a component: nothing but Sections is filled in
	Version   uint32 // of the binary format, 1

	Sections []Section // in the file's order
	Findings []Finding // what could not be read, in the order of reading

	Types    []Type
	Imports  []Import
	Funcs    []Func
	Tables   []Table
	Memories []Memory
	Globals  []Global
	Tags     []Tag
	Exports  []Export
	Start    *uint32 // index of the start function, nil if there is none
	Elements []Element
	// DataCount is the number of data segments according to the data count
	// section, nil if there is none.
	DataCount *uint32
	DataSegs  []Data

	vecs   map[SectionID]vec // where the items of a section are
	names  *Names
	broken bool // the file could not be divided into sections
}

// vec is where the items of a section of many items are in the file.
type vec struct {
	count       uint32
	start, end  int
	damaged     bool
	definedFrom int // of an index space: the index of its first defined item
}

// Finding is a place in a module that could not be read.
type Finding struct {
	Section string // the section's name, or "" outside of any
	Offset  int    // in the file
	Reason  string // lower-case fragment: `import[3]: …`
}

func (f Finding) Error() string {
	if f.Section == "" {
		return fmt.Sprintf("0x%x: %s", f.Offset, f.Reason)
	}
	return fmt.Sprintf("0x%x: %s section: %s", f.Offset, f.Section, f.Reason)
}

// Decode reads a module. It returns an error only for what does not begin as
// WebAssembly does; everything else that is wrong is in the module's Findings.
// Instructions are not read: see Func.Code.
func Decode(data []byte) (*Module, error) {
	if !bytes.HasPrefix(data, []byte("\x00asm")) {
		return nil, ErrNotWasm
	}
	m := &Module{Data: data, vecs: map[SectionID]vec{}}
	if len(data) < 8 {
		m.find("", len(data), errors.New("the file ends within its header"))
		m.broken = true
		return m, nil
	}
	m.Version = uint32(data[4]) | uint32(data[5])<<8
	layer := uint32(data[6]) | uint32(data[7])<<8
	switch {
	case layer == 1:
		// https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md
		m.Component = true
		m.find("", 4, fmt.Errorf("the file is a component (version %d), not a module", m.Version))
	case layer != 0 || m.Version != 1:
		m.Version |= layer << 16
		m.find("", 4, fmt.Errorf("unknown version %d of the binary format", m.Version))
	}
	m.readSections()
	if m.Component {
		return m, nil
	}
	for i := range m.Sections {
		m.readSection(&m.Sections[i])
	}
	m.crossCheck()
	return m, nil
}

// find records a finding.
func (m *Module) find(section string, offset int, err error) {
	m.Findings = append(m.Findings, Finding{Section: section, Offset: offset, Reason: err.Error()})
}

// crossCheck compares sections that must agree with each other.
func (m *Module) crossCheck() {
	funcs, code := m.vecs[SectionFunction], m.vecs[SectionCode]
	if funcs.count != code.count && !funcs.damaged && !code.damaged {
		m.find("code", code.start, fmt.Errorf("%d bodies for %d functions", code.count, funcs.count))
	}
	data := m.vecs[SectionData]
	if m.DataCount != nil && *m.DataCount != data.count && !data.damaged {
		m.find("data", data.start, fmt.Errorf("%d segments, where the data count section says %d", data.count, *m.DataCount))
	}
}

// ImportedFuncs returns how many functions are imported: the index of the first
// function that the module defines.
func (m *Module) ImportedFuncs() int { return m.imported(KindFunc) }

func (m *Module) imported(k Kind) int {
	n := 0
	for i := range m.Imports {
		if m.Imports[i].Kind == k {
			n++
		}
	}
	return n
}

// FuncType returns the type of a function, or nil if the module does not have
// it.
func (m *Module) FuncType(fn uint32) *Type {
	if int(fn) >= len(m.Funcs) {
		return nil
	}
	return m.SigType(m.Funcs[fn].Type)
}

// SigType returns the function type of that index, or nil if there is none or
// if it is no function type.
func (m *Module) SigType(index uint32) *Type {
	if int(index) >= len(m.Types) || m.Types[index].Form != FormFunc {
		return nil
	}
	return &m.Types[index]
}

// Export returns the export of that name, or nil.
func (m *Module) Export(name string) *Export {
	for i := range m.Exports {
		if m.Exports[i].Name == name {
			return &m.Exports[i]
		}
	}
	return nil
}
