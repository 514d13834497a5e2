package wasm

import (
	"fmt"
	"slices"
	"strings"
)

// ValType is a value type or, in the fields of GC types, a packed type. Equal
// types are equal values, but for references to defined types, which name them
// by index.
// Spec: https://webassembly.github.io/spec/core/binary/types.html#value-types
type ValType uint64

// The value types without a type index.
const (
	I32  ValType = 0x7f
	I64  ValType = 0x7e
	F32  ValType = 0x7d
	F64  ValType = 0x7c
	V128 ValType = 0x7b
	I8   ValType = 0x78 // fields only
	I16  ValType = 0x77 // fields only

	FuncRef       ValType = 0x70
	ExternRef     ValType = 0x6f
	AnyRef        ValType = 0x6e
	EqRef         ValType = 0x6d
	I31Ref        ValType = 0x6c
	StructRef     ValType = 0x6b
	ArrayRef      ValType = 0x6a
	ExnRef        ValType = 0x69
	ContRef       ValType = 0x68
	NullRef       ValType = 0x71 // none
	NullExternRef ValType = 0x72
	NullFuncRef   ValType = 0x73
	NullExnRef    ValType = 0x74
	NullContRef   ValType = 0x75
)

const (
	refNull = 0x63
	refNon  = 0x64
)

// HeapType is what a reference points to: an index of Types, or one of the
// abstract types as a negative number, -16 being func.
type HeapType int64

// Ref returns the type of references to h.
func Ref(nullable bool, h HeapType) ValType {
	if nullable && h < 0 {
		return ValType(h & 0x7f)
	}
	code := ValType(refNon)
	if nullable {
		code = refNull
	}
	return code | ValType(h)<<8
}

// long says whether t names its heap type, and is no shorthand.
func (t ValType) long() bool { return t&0xff == refNull || t&0xff == refNon }

// IsRef says whether t is a reference type.
func (t ValType) IsRef() bool { return t.long() || t >= 0x68 && t <= 0x75 }

// Heap returns what a reference type points to, and whether it can be null.
func (t ValType) Heap() (h HeapType, nullable bool) {
	if !t.long() {
		return HeapType(t) - 0x80, true
	}
	return HeapType(int64(t) >> 8), t&0xff == refNull
}

// TypeIndex returns the index of the defined type that a reference points to,
// and whether it points to one.
func (t ValType) TypeIndex() (uint32, bool) {
	if !t.long() {
		return 0, false
	}
	h, _ := t.Heap()
	return uint32(h), h >= 0
}

var valTypeNames = map[ValType]string{
	I32: "i32", I64: "i64", F32: "f32", F64: "f64", V128: "v128", I8: "i8", I16: "i16",
	FuncRef: "funcref", ExternRef: "externref", AnyRef: "anyref", EqRef: "eqref", I31Ref: "i31ref",
	StructRef: "structref", ArrayRef: "arrayref", ExnRef: "exnref", ContRef: "contref", NullRef: "nullref",
	NullExternRef: "nullexternref", NullFuncRef: "nullfuncref", NullExnRef: "nullexnref", NullContRef: "nullcontref",
}

var heapNames = map[HeapType]string{
	-16: "func", -17: "extern", -18: "any", -19: "eq", -20: "i31", -21: "struct", -22: "array", -23: "exn",
	-24: "cont", -15: "none", -14: "noextern", -13: "nofunc", -12: "noexn", -11: "nocont",
}

func (h HeapType) String() string {
	if h >= 0 {
		return fmt.Sprint(int64(h))
	}
	if s := heapNames[h]; s != "" {
		return s
	}
	return fmt.Sprintf("heap type %d", int64(h))
}

func (t ValType) String() string {
	if s := valTypeNames[t]; s != "" {
		return s
	}
	if !t.long() {
		return fmt.Sprintf("type 0x%x", uint64(t))
	}
	h, nullable := t.Heap()
	if nullable {
		return "(ref null " + h.String() + ")"
	}
	return "(ref " + h.String() + ")"
}

// TypeForm is what a defined type describes.
type TypeForm byte

const (
	FormCont   TypeForm = 0x5d
	FormArray  TypeForm = 0x5e
	FormStruct TypeForm = 0x5f
	FormFunc   TypeForm = 0x60
)

const (
	formRec      = 0x4e
	formSubFinal = 0x4f
	formSub      = 0x50
	formShared   = 0x65
)

// Type is a defined type.
// Spec: https://webassembly.github.io/spec/core/binary/types.html#recursive-types
type Type struct {
	Form    TypeForm
	Params  []ValType // of a function
	Results []ValType // of a function
	Fields  []Field   // of a structure; of an array its only one
	Cont    uint32    // of a continuation: the index of its function type
	Supers  []uint32  // the types it is declared a subtype of
	Open    bool      // other types may be declared its subtypes
	Shared  bool
	// Group is the index of the first type of its recursion group, and
	// GroupSize how many types there are in it; 1 for a type by itself.
	Group, GroupSize uint32
}

// Field is a field of a structure or the elements of an array.
type Field struct {
	Type    ValType
	Mutable bool
}

// SameSig says whether both are function types with the same parameters and
// results, by their indices where these are of defined types.
func (t *Type) SameSig(u *Type) bool {
	return t.Form == FormFunc && u.Form == FormFunc && slices.Equal(t.Params, u.Params) && slices.Equal(t.Results, u.Results)
}

// Plain says whether t is a function type as the first version of WebAssembly
// has them: by itself, without subtypes, and without references to defined
// types. Two of these are the same type if SameSig says so.
func (t *Type) Plain() bool {
	if t.Form != FormFunc || t.Open || len(t.Supers) > 0 || t.Shared || t.GroupSize != 1 {
		return false
	}
	indexed := func(v ValType) bool { _, is := v.TypeIndex(); return is }
	return !slices.ContainsFunc(t.Params, indexed) && !slices.ContainsFunc(t.Results, indexed)
}

// String shows a function type as "(i32, i64) -> (i32)".
func (t *Type) String() string {
	switch t.Form {
	case FormFunc:
		return list(t.Params) + " -> " + list(t.Results)
	case FormCont:
		return fmt.Sprintf("cont %d", t.Cont)
	}
	fields := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = f.Type.String()
		if f.Mutable {
			fields[i] = "(mut " + fields[i] + ")"
		}
	}
	if t.Form == FormArray {
		return "array " + strings.Join(fields, ", ")
	}
	return "struct (" + strings.Join(fields, ", ") + ")"
}

func list(types []ValType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// readTypes reads the type section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#type-section
func (m *Module) readTypes(r *reader) {
	m.items(SectionType, r, 2, "type", func(uint32) {
		first := uint32(len(m.Types))
		size := uint32(1)
		if r.left() > 0 && r.b[r.pos] == formRec {
			r.byte()
			size = r.count(2)
		}
		for range size {
			t := r.subType()
			t.Group, t.GroupSize = first, size
			if r.err != nil {
				return
			}
			m.Types = append(m.Types, t)
		}
	})
}

func (r *reader) subType() Type {
	var t Type
	form := r.byte()
	if form == formSub || form == formSubFinal {
		t.Open = form == formSub
		for range r.count(1) {
			t.Supers = append(t.Supers, r.u32())
		}
		form = r.byte()
	}
	if form == formShared {
		t.Shared = true
		form = r.byte()
	}
	t.Form = TypeForm(form)
	switch t.Form {
	case FormFunc:
		t.Params = r.valTypes()
		t.Results = r.valTypes()
	case FormStruct:
		for range r.count(2) {
			t.Fields = append(t.Fields, r.field())
		}
	case FormArray:
		t.Fields = []Field{r.field()}
	case FormCont:
		t.Cont = r.u32()
	default:
		if r.err == nil {
			r.pos--
			r.failf("unknown form of type 0x%x", form)
		}
	}
	return t
}

func (r *reader) field() Field {
	t := r.valType()
	return Field{Type: t, Mutable: r.byte() == 1}
}

func (r *reader) valTypes() []ValType {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	types := make([]ValType, 0, min(n, most))
	for range n {
		types = append(types, r.valType())
	}
	return types
}

func (r *reader) valType() ValType {
	switch c := r.byte(); {
	case c == refNull || c == refNon:
		return Ref(c == refNull, r.heapType())
	case c >= 0x68 && c <= 0x7f && c != 0x76 && c != 0x79 && c != 0x7a:
		return ValType(c)
	default:
		if r.err == nil {
			r.pos--
			r.failf("unknown value type 0x%x", c)
		}
		return 0
	}
}

// refType reads a value type that is a reference type.
func (r *reader) refType() ValType {
	at := r.pos
	t := r.valType()
	if r.err == nil && !t.IsRef() {
		r.pos = at
		r.failf("%s is no reference type", t)
	}
	return t
}

func (r *reader) heapType() HeapType { return HeapType(r.s33()) }
