// Package slots compares the functions whose addresses lie in a module's data
// with the types that the C source declares for these places.
//
// It takes a module that was linked with -g and -Wl,--emit-relocs: relocations
// say where addresses of functions are, and the debug information what is
// declared there. It needs nothing of the build but the module, and so is a
// second opinion on analyses that do.
package slots

import (
	"cmp"
	"debug/dwarf"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/debuginfo"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// ErrNone is the error for a module without relocations or debug information.
var ErrNone = errors.New("the module has no relocations of its data, or no debug information")

// Slot is a place in the data with the address of a function.
type Slot struct {
	Place    string // "zend_rc_dtor_func[9]"
	Source   string // "Zend/zend_variables.c:39"
	Declared abi.Type
	Function uint32
	Type     abi.Type // of the function
	Index    uint32   // in the table
	Offset   int      // in the file
}

// Result is what was compared.
type Result struct {
	Mismatches []Slot
	Typed      int // places whose declared type is a pointer to a function
	Untyped    int // places whose declared type says nothing: void *, void (*)(void), int (*)()
	Unknown    int // places in no variable that the debug information has
}

// Compare looks at every address of a function in the data.
func Compare(m *wasm.Module) (*Result, error) {
	relocs, err := m.Relocs("reloc.DATA")
	if err != nil {
		return nil, err
	}
	if relocs == nil {
		return nil, ErrNone
	}
	types, err := readTypes(m)
	if err != nil {
		return nil, err
	}
	table := tableOf(m)
	result := &Result{}
	for _, r := range relocs {
		if r.Type != wasm.RelocTableIndexI32 {
			continue
		}
		address, slot, ok := locate(m, r.Offset)
		if !ok {
			continue
		}
		fn, ok := table[slot]
		if !ok || int(fn) >= len(m.Funcs) {
			continue
		}
		v := types.variable(address)
		if v == nil {
			result.Unknown++
			continue
		}
		place, declared := types.declared(v, address-v.address)
		if len(declared) == 0 {
			result.Untyped++
			continue
		}
		result.Typed++
		t := check.TypeOf(m.FuncType(fn))
		if !slices.Contains(declared, t) {
			result.Mismatches = append(result.Mismatches, Slot{
				Place: place, Source: v.source, Declared: declared[0],
				Function: fn, Type: t, Index: slot, Offset: r.Offset,
			})
		}
	}
	return result, nil
}

// locate is the address in memory of a place in a data segment, and the number
// that lies there.
func locate(m *wasm.Module, offset int) (address uint64, value uint32, ok bool) {
	for i := range m.DataSegs {
		d := &m.DataSegs[i]
		if offset < d.Start || offset+4 > d.Start+len(d.Bytes) {
			continue
		}
		at, ok := m.Const(d.Place)
		if d.Mode != wasm.Active || !ok {
			return 0, 0, false
		}
		return at + uint64(offset-d.Start), binary.LittleEndian.Uint32(m.Data[offset:]), true
	}
	return 0, 0, false
}

// tableOf is what lies in the first table when the module starts.
func tableOf(m *wasm.Module) map[uint32]uint32 {
	table := map[uint32]uint32{}
	for _, e := range m.Elements {
		at, ok := m.Const(e.Place)
		if e.Mode != wasm.Active || e.Table != 0 || !ok {
			continue
		}
		for i, fn := range e.Funcs {
			if fn != wasm.NullFunc && fn != wasm.OtherFunc {
				table[uint32(at)+uint32(i)] = fn
			}
		}
	}
	return table
}

// entry is what is kept of an entry of the debug information.
type entry struct {
	tag      dwarf.Tag
	name     string
	of       dwarf.Offset // the type it refers to; 0 is void
	size     int64
	encoding int64
	at       int64 // of a member: its offset
	counts   []int64
	children []dwarf.Offset // members or parameters
	variadic bool
}

// variable is a variable with a place in memory.
type variable struct {
	name    string
	source  string
	address uint64
	of      dwarf.Offset
}

// types are the declarations of a module.
type types struct {
	entries   map[dwarf.Offset]*entry
	variables []variable // by address
}

// readTypes reads the debug information once.
func readTypes(m *wasm.Module) (*types, error) {
	data, err := debuginfo.Data(m)
	if errors.Is(err, debuginfo.ErrNone) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	t := &types{entries: map[dwarf.Offset]*entry{}}
	r := data.Reader()
	var parents []*entry // of the entries whose children are being read; nil for what is not kept
	var files func(int64) string
	for {
		e, err := r.Next()
		if err != nil {
			return nil, fmt.Errorf("debug information: %w", err)
		}
		if e == nil {
			break
		}
		if e.Tag == 0 {
			if len(parents) > 0 {
				parents = parents[:len(parents)-1]
			}
			continue
		}
		if e.Tag == dwarf.TagCompileUnit {
			files = fileNames(data, e)
		}
		kept := t.keep(e, parents)
		if e.Tag == dwarf.TagVariable {
			t.variableOf(e, files)
		}
		if e.Children {
			parents = append(parents, kept)
		}
	}
	slices.SortFunc(t.variables, func(a, b variable) int { return cmp.Compare(a.address, b.address) })
	return t, nil
}

// fileNames gives the names of a unit's files, reading them when first asked.
func fileNames(data *dwarf.Data, unit *dwarf.Entry) func(int64) string {
	var lines *dwarf.LineReader
	return func(n int64) string {
		if lines == nil {
			var err error
			if lines, err = data.LineReader(unit); err != nil || lines == nil {
				return ""
			}
		}
		if files := lines.Files(); n > 0 && int(n) < len(files) && files[n] != nil {
			return debuginfo.Shorten(files[n].Name, unit)
		}
		return ""
	}
}

// keep notes an entry if types are made of it.
func (t *types) keep(e *dwarf.Entry, parents []*entry) *entry {
	var parent *entry
	if len(parents) > 0 {
		parent = parents[len(parents)-1]
	}
	switch e.Tag {
	case dwarf.TagUnspecifiedParameters:
		if parent != nil {
			parent.variadic = true
		}
		return nil
	case dwarf.TagSubrangeType:
		if parent != nil {
			parent.counts = append(parent.counts, count(e))
		}
		return nil
	case dwarf.TagTypedef, dwarf.TagConstType, dwarf.TagVolatileType, dwarf.TagRestrictType, dwarf.TagAtomicType,
		dwarf.TagPointerType, dwarf.TagArrayType, dwarf.TagStructType, dwarf.TagUnionType, dwarf.TagClassType,
		dwarf.TagBaseType, dwarf.TagEnumerationType, dwarf.TagSubroutineType, dwarf.TagMember, dwarf.TagFormalParameter:
	default:
		return nil
	}
	x := &entry{tag: e.Tag}
	x.name, _ = e.Val(dwarf.AttrName).(string)
	x.of, _ = e.Val(dwarf.AttrType).(dwarf.Offset)
	x.size, _ = e.Val(dwarf.AttrByteSize).(int64)
	x.encoding, _ = e.Val(dwarf.AttrEncoding).(int64)
	x.at, _ = e.Val(dwarf.AttrDataMemberLoc).(int64)
	if e.Tag == dwarf.TagMember || e.Tag == dwarf.TagFormalParameter {
		if parent == nil {
			return nil // a parameter of a function with code
		}
		parent.children = append(parent.children, e.Offset)
	}
	t.entries[e.Offset] = x
	return x
}

// count is the number of elements in one dimension of an array, 0 if unknown.
func count(e *dwarf.Entry) int64 {
	if n, ok := e.Val(dwarf.AttrCount).(int64); ok {
		return n
	}
	if n, ok := e.Val(dwarf.AttrUpperBound).(int64); ok {
		return n + 1
	}
	return 0
}

// opAddr is the operation of a location that is an address.
// DWARF 4, section 7.7.1
const opAddr = 0x03

// variableOf notes a variable that has an address.
func (t *types) variableOf(e *dwarf.Entry, files func(int64) string) {
	location, _ := e.Val(dwarf.AttrLocation).([]byte)
	if len(location) != 5 || location[0] != opAddr {
		return
	}
	v := variable{address: uint64(binary.LittleEndian.Uint32(location[1:]))}
	v.name, _ = e.Val(dwarf.AttrName).(string)
	v.of, _ = e.Val(dwarf.AttrType).(dwarf.Offset)
	if v.of == 0 || v.name == "" {
		return
	}
	if file, ok := e.Val(dwarf.AttrDeclFile).(int64); ok && files != nil {
		line, _ := e.Val(dwarf.AttrDeclLine).(int64)
		v.source = fmt.Sprintf("%s:%d", files(file), line)
	}
	t.variables = append(t.variables, v)
}

// variable is the one that an address lies in.
func (t *types) variable(address uint64) *variable {
	i, found := slices.BinarySearchFunc(t.variables, address, func(v variable, a uint64) int { return cmp.Compare(v.address, a) })
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	v := &t.variables[i]
	if size := t.sizeOf(v.of); size > 0 && address >= v.address+uint64(size) {
		return nil
	}
	return v
}
