package slots

import (
	"debug/dwarf"
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/abi"
)

// deepest limits how many entries a type goes through: damaged ones have circles.
const deepest = 64

// strip leaves typedefs and qualifiers out.
func (t *types) strip(of dwarf.Offset) *entry {
	for range deepest {
		e := t.entries[of]
		if e == nil {
			return nil
		}
		switch e.tag {
		case dwarf.TagTypedef, dwarf.TagConstType, dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType:
			of = e.of
		default:
			return e
		}
	}
	return nil
}

// pointerSize is that of wasm32, in bytes.
const pointerSize = 4

// sizeOf is the size of a type in bytes, 0 if it is not known.
func (t *types) sizeOf(of dwarf.Offset) int64 { return t.size(of, 0) }

func (t *types) size(of dwarf.Offset, depth int) int64 {
	e := t.strip(of)
	switch {
	case e == nil || depth > deepest:
		return 0
	case e.tag == dwarf.TagPointerType:
		return pointerSize
	case e.tag == dwarf.TagArrayType:
		n := t.size(e.of, depth+1)
		for _, c := range e.counts {
			n *= c
		}
		return n
	}
	return e.size
}

// declared says what a variable declares at an offset in it: the place as C
// writes it, and the types of the functions that a pointer there points to. A
// union can declare several; none is declared where the type says nothing, which
// it does for void * and for void (*)(void), the type that C programs give to
// pointers of any function.
func (t *types) declared(v *variable, offset uint64) (place string, declared []abi.Type) {
	return t.at(v.of, int64(offset), v.name, 0)
}

func (t *types) at(of dwarf.Offset, offset int64, place string, depth int) (string, []abi.Type) {
	e := t.strip(of)
	if e == nil || depth > deepest {
		return place, nil
	}
	switch e.tag {
	case dwarf.TagPointerType:
		fn := t.strip(e.of)
		if offset != 0 || fn == nil || fn.tag != dwarf.TagSubroutineType {
			return place, nil
		}
		if sig, ok := t.signature(fn); ok && sig != "()" {
			return place, []abi.Type{sig}
		}
	case dwarf.TagArrayType:
		return t.element(e, offset, place, depth)
	case dwarf.TagStructType, dwarf.TagClassType:
		for _, child := range e.children {
			m := t.entries[child]
			if m.tag == dwarf.TagMember && offset >= m.at && offset < m.at+max(t.sizeOf(m.of), 1) {
				return t.at(m.of, offset-m.at, member(place, m.name), depth+1)
			}
		}
	case dwarf.TagUnionType:
		var all []abi.Type
		shown := place
		for _, child := range e.children {
			m := t.entries[child]
			if m.tag != dwarf.TagMember {
				continue
			}
			if p, types := t.at(m.of, offset, member(place, m.name), depth+1); types != nil {
				shown, all = p, append(all, types...)
			} else if x := t.strip(m.of); x != nil && x.tag == dwarf.TagPointerType && offset == 0 {
				return place, nil // a member that can be a pointer to anything
			}
		}
		return shown, all
	}
	return place, nil
}

func member(place, name string) string {
	if name == "" {
		return place // an anonymous structure or union
	}
	return place + "." + name
}

// element looks into an array, whose dimensions are in one entry.
func (t *types) element(e *entry, offset int64, place string, depth int) (string, []abi.Type) {
	size := t.sizeOf(e.of)
	if size == 0 {
		return place, nil
	}
	n := offset / size
	for i := range e.counts {
		inner := int64(1)
		for _, c := range e.counts[i+1:] {
			inner *= max(c, 1)
		}
		place += fmt.Sprintf("[%d]", n/inner)
		n %= inner
	}
	return t.at(e.of, offset%size, place, depth+1)
}

// signature is the WebAssembly type that clang gives to a C function type; false
// if a part of it is not known.
// https://github.com/WebAssembly/tool-conventions/blob/main/BasicCABI.md
func (t *types) signature(fn *entry) (abi.Type, bool) {
	var params, results []string
	if fn.of != 0 {
		values, memory, ok := t.lower(fn.of, 0)
		switch {
		case !ok:
			return "", false
		case memory || len(values) > 1:
			params = append(params, "i32") // where the result goes
		default:
			results = values
		}
	}
	for _, child := range fn.children {
		if !t.isParameter(child) {
			continue
		}
		values, memory, ok := t.lower(t.entries[child].of, 0)
		if !ok {
			return "", false
		}
		if memory {
			values = []string{"i32"} // where the value is
		}
		params = append(params, values...)
	}
	if fn.variadic {
		if !slices.ContainsFunc(fn.children, t.isParameter) {
			return "", false // int (*)(): parameters without a prototype
		}
		params = append(params, "i32") // where the arguments are
	}
	return abi.NewType(params, results), true
}

func (t *types) isParameter(child dwarf.Offset) bool {
	return t.entries[child].tag == dwarf.TagFormalParameter
}

// DWARF 4, section 7.8
const (
	encodingComplex = 0x03
	encodingFloat   = 0x04
)

// lower is what a value of a type is passed as; memory says that it is passed by
// its address.
func (t *types) lower(of dwarf.Offset, depth int) (values []string, memory, ok bool) {
	e := t.strip(of)
	if e == nil || depth > deepest {
		return nil, false, false
	}
	switch e.tag {
	case dwarf.TagPointerType:
		return []string{"i32"}, false, true
	case dwarf.TagBaseType, dwarf.TagEnumerationType:
		return scalar(e)
	case dwarf.TagArrayType:
		return nil, true, true // only in a structure, or else it is a pointer
	case dwarf.TagStructType, dwarf.TagUnionType, dwarf.TagClassType:
		return t.aggregate(e, depth)
	}
	return nil, false, false
}

func scalar(e *entry) (values []string, memory, ok bool) {
	switch {
	case e.encoding == encodingComplex:
		return nil, true, true
	case e.encoding == encodingFloat && e.size == 4:
		return []string{"f32"}, false, true
	case e.encoding == encodingFloat && e.size == 8:
		return []string{"f64"}, false, true
	case e.size == 16: // long double, __int128
		return []string{"i64", "i64"}, false, true
	case e.size == 8:
		return []string{"i64"}, false, true
	case e.size > 0 && e.size <= 4:
		return []string{"i32"}, false, true
	}
	return nil, false, false
}

// aggregate lowers a structure or union: nothing of an empty one, the value of
// one with a single scalar, and else its address.
func (t *types) aggregate(e *entry, depth int) (values []string, memory, ok bool) {
	var single []string
	fields := 0
	for _, child := range e.children {
		m := t.entries[child]
		if m.tag != dwarf.TagMember {
			continue
		}
		values, memory, ok := t.lower(m.of, depth+1)
		if !ok {
			return nil, false, false
		}
		if memory || len(values) > 1 {
			return nil, true, true
		}
		if len(values) == 1 {
			fields++
			single = values
		}
	}
	switch {
	case fields == 0:
		return nil, false, true
	case fields == 1 && e.tag != dwarf.TagUnionType:
		return single, false, true
	}
	return nil, true, true
}
