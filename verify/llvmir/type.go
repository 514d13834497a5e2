package llvmir

import (
	"strconv"
	"strings"
)

// Kind is the kind of a type.
type Kind uint8

const (
	Void Kind = iota
	Int
	Ptr
	Half
	Float
	Double
	FP128
	Array
	Vector
	Struct
	Function
	Other // label, metadata, token
)

// Type is a type. There is one Type per name in a module.
type Type struct {
	Kind     Kind
	Bits     int     // of an Int
	Len      int     // of an Array or Vector
	Elem     *Type   // of an Array or Vector; the result of a Function
	Fields   []*Type // of a Struct; the parameters of a Function
	Variadic bool
	Packed   bool
	Opaque   bool
	Name     string // of a Struct, without the %; "" for a literal one

	laidOut     bool
	size, align int64
	offsets     []int64
}

// Size is the number of bytes from one to the next in an array, on wasm32.
func (t *Type) Size() int64 { t.layout(); return t.size }

// Offsets are where the fields of a Struct begin, on wasm32.
func (t *Type) Offsets() []int64 { t.layout(); return t.offsets }

// Union says whether clang made this struct for a union: its only field is the
// member with the greatest alignment.
func (t *Type) Union() bool { return strings.HasPrefix(t.Name, "union.") }

func (t *Type) layout() {
	if t.laidOut {
		return
	}
	t.laidOut = true
	scalar := func(n int64) { t.size, t.align = n, n }
	switch t.Kind {
	case Int:
		n := int64(1)
		for n*8 < int64(t.Bits) {
			n *= 2
		}
		scalar(n)
	case Half:
		scalar(2)
	case Ptr, Float:
		scalar(4)
	case Double:
		scalar(8)
	case FP128:
		scalar(16)
	case Array:
		t.Elem.layout()
		t.size, t.align = t.Elem.size*int64(t.Len), t.Elem.align
	case Vector:
		scalar(t.Elem.Size() * int64(t.Len))
	case Struct:
		t.align = 1
		t.offsets = make([]int64, len(t.Fields))
		for i, f := range t.Fields {
			f.layout()
			if !t.Packed {
				t.size = alignUp(t.size, f.align)
				t.align = max(t.align, f.align)
			}
			t.offsets[i] = t.size
			t.size += f.size
		}
		t.size = alignUp(t.size, t.align)
	}
}

func alignUp(n, align int64) int64 {
	if align <= 1 {
		return n
	}
	return (n + align - 1) / align * align
}

// String is the type in LLVM's notation, structs by their name.
func (t *Type) String() string {
	if t.Kind == Struct && t.Name != "" {
		return "%" + t.Name
	}
	return t.Shape()
}

// Shape is the type in LLVM's notation, a struct by its fields.
func (t *Type) Shape() string {
	switch t.Kind {
	case Void:
		return "void"
	case Int:
		return "i" + strconv.Itoa(t.Bits)
	case Ptr:
		return "ptr"
	case Half:
		return "half"
	case Float:
		return "float"
	case Double:
		return "double"
	case FP128:
		return "fp128"
	case Array:
		return "[" + strconv.Itoa(t.Len) + " x " + t.Elem.String() + "]"
	case Vector:
		return "<" + strconv.Itoa(t.Len) + " x " + t.Elem.String() + ">"
	case Struct:
		if t.Opaque {
			return "opaque"
		}
		return "{" + list(t.Fields) + "}"
	case Function:
		if t.Variadic {
			return t.Elem.String() + " (" + list(t.Fields) + ", ...)"
		}
		return t.Elem.String() + " (" + list(t.Fields) + ")"
	}
	return "other"
}

func list(types []*Type) string {
	var b strings.Builder
	for i, t := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// Signature is the function type in wasm's notation, "(i32,i64)->(i32)", that
// clang and LLVM lower a Function to in the C ABI of wasm32: everything up to
// 32 bits and every pointer is an i32, 128 bits are two values, what does not
// fit in one result is returned through a first parameter, and variable
// arguments are one pointer.
//
// https://github.com/WebAssembly/tool-conventions/blob/main/BasicCABI.md
func (t *Type) Signature() string {
	var params []string
	results := lower(nil, t.Elem)
	if len(results) > 1 || t.Elem.Kind == Struct || t.Elem.Kind == Array {
		params, results = append(params, "i32"), nil
	}
	for _, p := range t.Fields {
		params = lower(params, p)
	}
	if t.Variadic {
		params = append(params, "i32")
	}
	return "(" + strings.Join(params, ",") + ")->(" + strings.Join(results, ",") + ")"
}

func lower(list []string, t *Type) []string {
	switch t.Kind {
	case Int:
		if t.Bits <= 32 {
			return append(list, "i32")
		}
		for n := 0; n < t.Bits; n += 64 {
			list = append(list, "i64")
		}
	case Ptr:
		return append(list, "i32")
	case Half, Float:
		return append(list, "f32")
	case Double:
		return append(list, "f64")
	case FP128:
		return append(list, "i64", "i64")
	case Vector:
		return append(list, "v128")
	case Struct, Array:
		for _, f := range t.Fields {
			list = lower(list, f)
		}
		for range t.Len {
			list = lower(list, t.Elem)
		}
	}
	return list
}
