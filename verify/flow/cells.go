package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// A cell is a piece of memory as the analysis sees it, or a function, whose
// address can be in memory like that of any variable.
//
// A member of a struct is one cell for all objects of that struct (the
// analysis is field-based): where an object is does not matter, and a pointer
// to it need not be followed. Other cells are variables, locals, each place
// where memory is allocated, the parts of a union by their byte offset, and the
// variable arguments of a function. Elements of an array are one cell.
type cell struct {
	name    string
	kind    cellKind
	fn      *function     // of a function: that function
	typ     *llvmir.Type  // what it holds; nil for memory of no type
	content int32         // node of what is in it, -1 while there is none
	slot    llvmir.Slot   // what C declares it as, as far as it is known
	choices []llvmir.Slot // of a union: what C declares its members as
	owner   string        // of a member: the struct
	offset  int64         // of a member: where it is in the struct

	tracked bool    // its address is a value that is followed
	dormant []int32 // nodes that have its address, while it is not tracked
	open    bool    // holds a function's address in a place declared for something else
	opener  int32   // of an open one: the disguise because of which it is, counted from 1
	held    []held  // loads of numbers and pointers to data, which an open cell makes count
}

type cellKind uint8

const (
	member cellKind = iota
	variable
	local
	heap
	part // of a union, or of memory of a type without a name
	varargs
	code // a function
)

type held struct{ dst, at int32 }

func (a *Analysis) newCell(c cell) int32 {
	c.content = -1
	a.cells = append(a.cells, c)
	return int32(len(a.cells) - 1)
}

func (a *Analysis) content(c int32) int32 {
	if a.cells[c].content < 0 {
		a.cells[c].content = a.newNode()
		a.node(a.cells[c].content).cell = c
	}
	return a.cells[c].content
}

// structKey is the identity of a struct in all translation units: its name,
// and its fields where structs of one name differ. Nameless structs are known
// by their fields alone.
func (a *Analysis) structKey(t *llvmir.Type) string {
	if k, ok := a.keys[t]; ok {
		return k
	}
	name := baseName(t.Name)
	shape := a.shape(t, 0)
	key := name
	if strings.HasSuffix(name, ".anon") {
		key = name + shape
	} else if i := indexOrAdd(a.shapes, name, shape); i > 0 {
		key = name + "#" + strconv.Itoa(i)
	}
	a.keys[t] = key
	return key
}

// shape is a struct by its fields, nameless structs among them expanded: the
// numbers that tell those apart are different in every translation unit.
func (a *Analysis) shape(t *llvmir.Type, depth int) string {
	if t.Opaque || depth > 6 {
		return "opaque"
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, f := range t.Fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(a.fieldShape(f, depth))
	}
	b.WriteByte('}')
	return b.String()
}

func (a *Analysis) fieldShape(t *llvmir.Type, depth int) string {
	switch {
	case t.Kind == llvmir.Array:
		return "[" + strconv.Itoa(t.Len) + "x" + a.fieldShape(t.Elem, depth) + "]"
	case t.Kind != llvmir.Struct:
		return t.String()
	case t.Name == "" || strings.HasSuffix(baseName(t.Name), ".anon"):
		return baseName(t.Name) + a.shape(t, depth+1)
	}
	return baseName(t.Name)
}

func indexOrAdd(m map[string][]string, key, value string) int {
	for i, v := range m[key] {
		if v == value {
			return i
		}
	}
	m[key] = append(m[key], value)
	return len(m[key]) - 1
}

// baseName is a struct's name without the number by which LLVM tells structs
// of one name apart.
func baseName(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || i+1 == len(name) {
		return name
	}
	for _, c := range name[i+1:] {
		if c < '0' || c > '9' {
			return name
		}
	}
	return name[:i]
}

// field is the cell of a member of a struct that has a name.
func (a *Analysis) field(t *llvmir.Type, i int) int32 {
	key := a.structKey(t)
	id := fieldID{key, i}
	if c, ok := a.fields[id]; ok {
		return c
	}
	name := baseName(t.Name)
	c := cell{kind: member, typ: t.Fields[i], name: fmt.Sprintf("%s.%d", key, i), owner: name, offset: t.Offsets()[i]}
	if d, ok := a.declared[offsetID{name, c.offset}]; ok {
		c.slot, c.choices, c.name = d.slot, d.choices, strings.TrimPrefix(key, "struct.")+"."+d.name
	}
	a.fields[id] = a.newCell(c)
	a.byOffset[offsetID{name, c.offset}] = a.fields[id]
	return a.fields[id]
}

// partOf is the cell of the bytes from an offset on in memory whose parts have
// no names of their own.
func (a *Analysis) partOf(c int32, offset int64, t *llvmir.Type) int32 {
	id := partID{c, offset}
	if p, ok := a.parts[id]; ok {
		return p
	}
	p := a.newCell(cell{kind: part, typ: t, name: fmt.Sprintf("%s+%d", a.cells[c].name, offset)})
	if offset == 0 && a.cells[c].choices != nil {
		// The members' names say more than the offset.
		a.cells[p].name, a.cells[p].choices = a.cells[c].name, a.cells[c].choices
	}
	a.parts[id] = p
	return p
}

// union is the cell of a union that has a name: one for all unions of it.
func (a *Analysis) union(name string) int32 {
	name = baseName(name)
	c, ok := a.unions[name]
	if !ok {
		c = a.newCell(cell{kind: part, typ: &llvmir.Type{Kind: llvmir.Struct, Name: name}, name: strings.Replace(name, ".", " ", 1)})
		a.unions[name] = c
	}
	return c
}

// at is the cell of what is in a cell at a byte offset: the member, down to
// where nothing has a name any more.
func (a *Analysis) at(c int32, offset int64) int32 {
	t := a.cells[c].typ
	for t != nil {
		switch t.Kind {
		case llvmir.Array, llvmir.Vector:
			if size := t.Elem.Size(); size > 0 {
				offset = ((offset % size) + size) % size
			}
			t = t.Elem
			continue
		case llvmir.Struct:
			if t.Union() {
				if !strings.HasSuffix(baseName(t.Name), ".anon") {
					c = a.union(t.Name)
				}
				return a.partOf(c, offset, nil)
			}
			i := fieldAt(t, offset)
			if i < 0 {
				return c
			}
			offset -= t.Offsets()[i]
			if t.Name != "" {
				c = a.field(t, i)
			} else {
				c = a.partOf(c, t.Offsets()[i], t.Fields[i])
			}
			t = t.Fields[i]
			continue
		}
		return c
	}
	return c
}

// fieldAt is the index of the field that a byte is in, -1 if there is none.
func fieldAt(t *llvmir.Type, offset int64) int {
	i := -1
	for j, o := range t.Offsets() {
		if o <= offset || j == 0 {
			i = j
		}
	}
	return i
}

// canHold says whether memory of the type has room for an address that is
// followed: there are many more strings than anything else.
func canHold(t *llvmir.Type, depth int) bool {
	if t == nil || depth > 8 {
		return true
	}
	switch t.Kind {
	case llvmir.Ptr, llvmir.Other:
		return true
	case llvmir.Int:
		return t.Bits == 32 || t.Bits == 64
	case llvmir.Array, llvmir.Vector:
		return t.Elem.Kind != llvmir.Int && canHold(t.Elem, depth+1)
	case llvmir.Struct:
		if t.Opaque || t.Union() {
			return true
		}
		for _, f := range t.Fields {
			if canHold(f, depth+1) {
				return true
			}
		}
	}
	return false
}
