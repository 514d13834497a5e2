package wasm

import (
	"fmt"
	"slices"
	"strings"
)

// Editor collects changes to a module. It only appends to index spaces, so that
// no index that the module has changes its meaning; the exceptions are said.
type Editor struct {
	m *Module

	types   []Type
	funcs   []newFunc
	bodies  map[uint32][]byte
	globals []newGlobal
	tags    []uint32
	exports []Export
	named   map[uint32]string // new functions' names
	dropped map[SectionID]bool
	payload map[SectionID][]byte // sections given whole
	drop    func(custom string) bool
	customs []Section
}

type newFunc struct {
	typ  uint32
	body []byte
}

type newGlobal struct {
	typ     ValType
	mutable bool
	init    []byte
}

// Edit begins changes to m, which itself stays as it is.
func (m *Module) Edit() *Editor {
	return &Editor{m: m, bodies: map[uint32][]byte{}, named: map[uint32]string{}, dropped: map[SectionID]bool{}, payload: map[SectionID][]byte{}}
}

// Type returns the index of a function type, which is added if the module does
// not have it.
func (e *Editor) Type(params, results []ValType) uint32 {
	t := Type{Form: FormFunc, Params: params, Results: results, GroupSize: 1}
	for i := range e.m.Types {
		if u := &e.m.Types[i]; u.Plain() && u.SameSig(&t) {
			return uint32(i)
		}
	}
	for i := range e.types {
		if e.types[i].SameSig(&t) {
			return uint32(len(e.m.Types) + i)
		}
	}
	e.types = append(e.types, t)
	return uint32(len(e.m.Types) + len(e.types) - 1)
}

// BlockOf writes block with these results to a, and adds a type for them if it
// takes one.
func (e *Editor) BlockOf(a *Asm, results []ValType) {
	switch len(results) {
	case 0:
		a.Block(OpBlock, 0, 0)
	case 1:
		a.Block(OpBlock, results[0], 0)
	default:
		a.Block(OpBlock, Indexed, e.Type(nil, results))
	}
}

// AddFunc adds a function and returns its index. The body is as BodyOf makes
// it; it may be nil at first, and be given to SetBody later. The name is for
// the name section, if the module has one.
func (e *Editor) AddFunc(typ uint32, name string, body []byte) uint32 {
	index := uint32(len(e.m.Funcs) + len(e.funcs))
	e.funcs = append(e.funcs, newFunc{typ: typ, body: body})
	if name != "" {
		e.named[index] = name
	}
	return index
}

// SetBody replaces the body of a function, an added one or one of the module's
// own.
func (e *Editor) SetBody(fn uint32, body []byte) {
	if n := uint32(len(e.m.Funcs)); fn >= n {
		e.funcs[fn-n].body = body
		return
	}
	e.bodies[fn] = body
}

// AddGlobal adds a global variable and returns its index. init is a constant
// expression with its end.
func (e *Editor) AddGlobal(t ValType, mutable bool, init []byte) uint32 {
	e.globals = append(e.globals, newGlobal{t, mutable, init})
	return uint32(len(e.m.Globals) + len(e.globals) - 1)
}

// AddTag adds a tag of a type and returns its index.
func (e *Editor) AddTag(typ uint32) uint32 {
	e.tags = append(e.tags, typ)
	return uint32(len(e.m.Tags) + len(e.tags) - 1)
}

// AddExport adds an export.
func (e *Editor) AddExport(name string, k Kind, index uint32) {
	e.exports = append(e.exports, Export{Name: name, Kind: k, Index: index})
}

// Drop leaves out a section. Of the index spaces only that of tags can lose its
// section: no instruction and no export may name them any more.
func (e *Editor) Drop(id SectionID) { e.dropped[id] = true }

// SetSection replaces what is in a section, or adds the section. It cannot be
// combined with additions to the same section.
func (e *Editor) SetSection(id SectionID, payload []byte) { e.payload[id] = payload }

// DropCustoms leaves out the custom sections that drop says true for.
func (e *Editor) DropCustoms(drop func(name string) bool) {
	if before := e.drop; before != nil {
		e.drop = func(name string) bool { return before(name) || drop(name) }
		return
	}
	e.drop = drop
}

// AddCustom adds a custom section at the end of the module.
func (e *Editor) AddCustom(name string, payload []byte) {
	e.customs = append(e.customs, Section{ID: SectionCustom, Name: name, Payload: payload})
}

// codeOffsets says whether a custom section has offsets into the code section,
// and so is wrong once code moved.
func codeOffsets(custom string) bool {
	for _, prefix := range []string{".debug_", "reloc.", "metadata.code."} {
		if strings.HasPrefix(custom, prefix) {
			return true
		}
	}
	return custom == "linking" || custom == "sourceMappingURL" || custom == "external_debug_info"
}

// Encode writes the changed module. Sections without a change are written as
// they were. If code changed, the custom sections with offsets into it are left
// out: DWARF, relocations, branch hints, source maps.
//
// It fails if a section that would change is damaged.
func (e *Editor) Encode() ([]byte, error) {
	m := e.m
	if m.Component {
		return nil, fmt.Errorf("a component cannot be changed")
	}
	if m.broken {
		return nil, fmt.Errorf("the module is damaged: %w", m.Findings[0])
	}
	changed := map[SectionID]func(vec, []byte) ([]byte, error){}
	set := func(id SectionID, changes bool, write func(vec, []byte) ([]byte, error)) {
		if changes {
			changed[id] = write
		}
	}
	set(SectionType, len(e.types) > 0, e.writeTypes)
	set(SectionFunction, len(e.funcs) > 0, e.writeFuncs)
	set(SectionTag, len(e.tags) > 0, e.writeTags)
	set(SectionGlobal, len(e.globals) > 0, e.writeGlobals)
	set(SectionExport, len(e.exports) > 0, e.writeExports)
	set(SectionCode, len(e.bodies) > 0 || len(e.funcs) > 0, e.writeCode)
	for id, payload := range e.payload {
		if changed[id] != nil {
			return nil, fmt.Errorf("%s section: it is replaced and added to", id)
		}
		changed[id] = func(vec, []byte) ([]byte, error) { return payload, nil }
	}
	moved := changed[SectionCode] != nil

	out := make([]byte, 0, len(m.Data)+len(m.Data)/8)
	out = append(out, m.Data[:8]...)
	insert := func(before int) error {
		for _, id := range ordered(changed) {
			if sections[id].rank >= before {
				continue
			}
			var err error
			if out, err = e.writeSection(out, id, changed[id]); err != nil {
				return err
			}
			delete(changed, id)
		}
		return nil
	}
	for i := range m.Sections {
		s := &m.Sections[i]
		if s.ID == SectionCustom {
			if (moved && codeOffsets(s.Name)) || (e.drop != nil && e.drop(s.Name)) {
				continue
			}
			if s.Name == "name" && moved {
				if s.Start > s.Offset {
					out = e.writeNames(out, s)
				}
				continue
			}
		} else if int(s.ID) < len(sections) {
			if err := insert(sections[s.ID].rank); err != nil {
				return nil, err
			}
			if e.dropped[s.ID] {
				delete(changed, s.ID)
				continue
			}
			if write := changed[s.ID]; write != nil {
				var err error
				if out, err = e.writeSection(out, s.ID, write); err != nil {
					return nil, err
				}
				delete(changed, s.ID)
				continue
			}
		}
		out = append(out, m.Data[s.Offset:s.End()]...)
	}
	if err := insert(len(sections)); err != nil {
		return nil, err
	}
	for _, s := range e.customs {
		out = appendSection(out, SectionCustom, append(AppendName(nil, s.Name), s.Payload...))
	}
	return out, nil
}

// ordered lists the sections in their order in a file.
func ordered(changed map[SectionID]func(vec, []byte) ([]byte, error)) []SectionID {
	var ids []SectionID
	for id := range changed {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b SectionID) int { return sections[a].rank - sections[b].rank })
	return ids
}

func appendSection(out []byte, id SectionID, payload []byte) []byte {
	out = AppendU(append(out, byte(id)), uint64(len(payload)))
	return append(out, payload...)
}

func (e *Editor) writeSection(out []byte, id SectionID, write func(vec, []byte) ([]byte, error)) ([]byte, error) {
	v, has := e.m.vecs[id]
	if v.damaged {
		return nil, fmt.Errorf("%s section: it is damaged, so nothing can be added to it", id)
	}
	var old []byte
	if has {
		old = e.m.Data[v.start:v.end]
	}
	payload, err := write(v, old)
	if err != nil {
		return nil, fmt.Errorf("%s section: %w", id, err)
	}
	return appendSection(out, id, payload), nil
}

// grown begins a section with the items that it had and room for a number more.
func grown(v vec, old []byte, more int) []byte {
	b := make([]byte, 0, len(old)+8*more+5)
	return append(AppendU(b, uint64(v.count)+uint64(more)), old...)
}

func (e *Editor) writeTypes(v vec, old []byte) ([]byte, error) {
	b := grown(v, old, len(e.types))
	for _, t := range e.types {
		b = append(b, byte(FormFunc))
		for _, list := range [][]ValType{t.Params, t.Results} {
			b = AppendU(b, uint64(len(list)))
			for _, t := range list {
				b = AppendValType(b, t)
			}
		}
	}
	return b, nil
}

func (e *Editor) writeFuncs(v vec, old []byte) ([]byte, error) {
	b := grown(v, old, len(e.funcs))
	for _, f := range e.funcs {
		b = AppendU(b, uint64(f.typ))
	}
	return b, nil
}

func (e *Editor) writeTags(v vec, old []byte) ([]byte, error) {
	b := grown(v, old, len(e.tags))
	for _, t := range e.tags {
		b = AppendU(append(b, 0), uint64(t))
	}
	return b, nil
}

func (e *Editor) writeGlobals(v vec, old []byte) ([]byte, error) {
	b := grown(v, old, len(e.globals))
	for _, g := range e.globals {
		var flags byte
		if g.mutable {
			flags = globalMutable
		}
		b = append(append(AppendValType(b, g.typ), flags), g.init...)
	}
	return b, nil
}

func (e *Editor) writeExports(v vec, old []byte) ([]byte, error) {
	b := grown(v, old, len(e.exports))
	for _, x := range e.exports {
		b = AppendU(append(AppendName(b, x.Name), byte(x.Kind)), uint64(x.Index))
	}
	return b, nil
}

func (e *Editor) writeCode(v vec, old []byte) ([]byte, error) {
	size := len(old)
	for _, b := range e.bodies {
		size += len(b) + 5
	}
	for _, f := range e.funcs {
		size += len(f.body) + 5
	}
	b := AppendU(make([]byte, 0, size), uint64(v.count)+uint64(len(e.funcs)))
	copied := v.start
	for _, fn := range e.changedBodies() {
		f := &e.m.Funcs[fn]
		if f.Body == nil {
			return nil, fmt.Errorf("function %d has no body to replace", fn)
		}
		b = append(b, e.m.Data[copied:f.header]...)
		b = append(AppendU(b, uint64(len(e.bodies[fn]))), e.bodies[fn]...)
		copied = f.Offset + len(f.Body)
	}
	b = append(b, e.m.Data[copied:v.end]...)
	for i, f := range e.funcs {
		if f.body == nil {
			return nil, fmt.Errorf("added function %d has no body", len(e.m.Funcs)+i)
		}
		b = append(AppendU(b, uint64(len(f.body))), f.body...)
	}
	return b, nil
}

func (e *Editor) changedBodies() []uint32 {
	fns := make([]uint32, 0, len(e.bodies))
	for fn := range e.bodies {
		fns = append(fns, fn)
	}
	slices.Sort(fns)
	return fns
}

// writeNames writes the name section with the names of new functions, which
// have higher indices than all others. Labels are left out: they are counted
// by blocks, of which a new body may have others. A section that is damaged is
// left out.
func (e *Editor) writeNames(out []byte, s *Section) []byte {
	payload := AppendName(nil, "name")
	seen := false
	r := &reader{b: e.m.Data[:s.End()], pos: s.Start}
	for r.left() > 0 {
		at := r.pos
		id := r.byte()
		part := r.bytes(int(r.u32()))
		if r.err != nil {
			return out
		}
		switch id {
		case namesLabel:
		case namesFunc:
			seen = true
			payload = e.appendFuncNames(payload, part)
		default:
			if id > namesFunc && !seen {
				seen = true
				payload = e.appendFuncNames(payload, []byte{0})
			}
			payload = append(payload, r.b[at:r.pos]...)
		}
	}
	if !seen {
		payload = e.appendFuncNames(payload, []byte{0})
	}
	return appendSection(out, SectionCustom, payload)
}

func (e *Editor) appendFuncNames(payload, old []byte) []byte {
	r := &reader{b: old}
	count := r.u32()
	b := AppendU(nil, uint64(count)+uint64(len(e.named)))
	b = append(b, old[r.pos:]...)
	fns := make([]uint32, 0, len(e.named))
	for fn := range e.named {
		fns = append(fns, fn)
	}
	slices.Sort(fns)
	for _, fn := range fns {
		b = AppendName(AppendU(b, uint64(fn)), e.named[fn])
	}
	payload = AppendU(append(payload, namesFunc), uint64(len(b)))
	return append(payload, b...)
}
