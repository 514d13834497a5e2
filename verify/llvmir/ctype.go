package llvmir

import "strings"

// strip follows typedefs and qualifiers, and arrays too if that is wanted.
func (m *Module) strip(id int, arrays bool) int {
	for range 50 {
		switch m.tag(id) {
		case "DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type", "DW_TAG_restrict_type", "DW_TAG_atomic_type":
		case "DW_TAG_array_type":
			if !arrays {
				return id
			}
		default:
			return id
		}
		id = m.ref(id, "baseType")
	}
	return id
}

// Slot is what C says about a variable or member that can hold an address.
type Slot struct {
	Signature string // of the functions it points to, if it is a pointer to functions
	C         string // the type in C's notation, with typedefs as they were written
	Void      bool   // void *
}

// VariableSlot is the slot of a DIGlobalVariable(Expression) or
// DILocalVariable; of an array, that of its elements.
func (m *Module) VariableSlot(id int) Slot {
	if m.is(id, "!DIGlobalVariableExpression") {
		id = m.ref(id, "var")
	}
	return m.slot(m.ref(id, "type"))
}

func (m *Module) slot(typ int) Slot {
	base := m.strip(typ, true)
	if m.tag(base) != "DW_TAG_pointer_type" {
		return Slot{}
	}
	s := Slot{C: m.CType(typ)}
	to := m.ref(base, "baseType")
	if to < 0 {
		s.Void = true
	} else if fn := m.strip(to, false); m.is(fn, "!DISubroutineType") {
		s.Signature = m.subroutine(fn)
	}
	return s
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// VariableType is the type of a variable as clang would write it in IR, made of
// debug information: an initialiser's own type has no names. known returns a
// named struct that there is IR of, or nil. The result is nil for a type that
// cannot be made, such as one with bit-fields.
func (m *Module) VariableType(variable int, known func(name string) *Type) *Type {
	if m.is(variable, "!DIGlobalVariableExpression") {
		variable = m.ref(variable, "var")
	}
	return m.layOut(m.ref(variable, "type"), known, 0)
}

func (m *Module) layOut(id int, known func(string) *Type, depth int) *Type {
	name := ""
	for m.tag(id) == "DW_TAG_typedef" || m.tag(id) == "DW_TAG_const_type" || m.tag(id) == "DW_TAG_volatile_type" {
		if m.tag(id) == "DW_TAG_typedef" {
			name = m.text(id, "name")
		}
		id = m.ref(id, "baseType")
	}
	name = orElse(m.text(id, "name"), name)
	size := int64(m.number(id, "size") / 8)
	prefix := "struct."
	switch m.tag(id) {
	case "DW_TAG_array_type":
		elem := m.layOut(m.ref(id, "baseType"), known, depth+1)
		if elem == nil || elem.Size() == 0 {
			return nil
		}
		return &Type{Kind: Array, Len: int(size / elem.Size()), Elem: elem}
	case "DW_TAG_union_type":
		prefix = "union."
	case "DW_TAG_structure_type":
	default:
		return m.irType(id)
	}
	if t := known(prefix + name); t != nil {
		return t
	}
	t := &Type{Kind: Struct, Name: prefix + orElse(name, "anon")}
	for _, member := range m.tuple(m.ref(id, "elements")) {
		field := m.layOut(m.ref(member, "baseType"), known, depth+1)
		if field == nil || depth > 10 {
			return nil
		}
		if prefix == "struct." {
			t.Fields = append(t.Fields, field)
		} else if t.Fields == nil || field.Size() > t.Fields[0].Size() {
			t.Fields = []*Type{field}
		}
	}
	if t.Size() != size {
		return nil
	}
	return t
}

// Member is a member of a struct.
type Member struct {
	Name    string // of a union without a name: "(a|b)", by its members
	Offset  int    // in bytes
	Slot    Slot   // if it can hold an address
	Choices []Slot // of a union: its members
}

// Members calls f for every member of every struct, with the struct's name in
// IR, "struct.s".
func (m *Module) Members(f func(structure string, member Member)) {
	for id := range m.meta {
		name := ""
		body := id
		switch m.tag(id) {
		case "DW_TAG_structure_type":
			name = m.text(id, "name")
		case "DW_TAG_typedef":
			if body = m.ref(id, "baseType"); m.tag(body) == "DW_TAG_structure_type" && m.text(body, "name") == "" {
				name = m.text(id, "name")
			}
		}
		if name == "" {
			continue
		}
		for _, member := range m.tuple(m.ref(body, "elements")) {
			typ := m.ref(member, "baseType")
			d := Member{Name: m.text(member, "name"), Offset: m.number(member, "offset") / 8, Slot: m.slot(typ)}
			if union := m.strip(typ, true); m.tag(union) == "DW_TAG_union_type" {
				var names []string
				for _, choice := range m.tuple(m.ref(union, "elements")) {
					if s := m.slot(m.ref(choice, "baseType")); s.C != "" {
						names = append(names, m.text(choice, "name"))
						d.Choices = append(d.Choices, s)
					}
				}
				if d.Name == "" {
					d.Name = "(" + strings.Join(names, "|") + ")"
				}
			}
			f("struct."+name, d)
		}
	}
}

// FuncC is the type of a function's DISubprogram in C's notation.
func (m *Module) FuncC(id int) string {
	t := m.ref(id, "type")
	if t < 0 {
		return ""
	}
	return m.CType(t)
}

// ParamSlots are the slots of a function's parameters.
func (m *Module) ParamSlots(id int) []Slot {
	var slots []Slot
	for i, t := range m.tuple(m.ref(m.ref(id, "type"), "types")) {
		if i > 0 {
			slots = append(slots, m.slot(t))
		}
	}
	return slots
}

// CType is a type in C's notation, without the name of what has it.
func (m *Module) CType(id int) string { return m.cType(id, 0) }

func (m *Module) cType(id, depth int) string {
	if id < 0 {
		return "void"
	}
	if depth > 20 {
		return "…"
	}
	base := m.ref(id, "baseType")
	switch m.tag(id) {
	case "DW_TAG_typedef":
		return m.text(id, "name")
	case "DW_TAG_const_type":
		return qualified("const", m.cType(base, depth+1))
	case "DW_TAG_volatile_type":
		return qualified("volatile", m.cType(base, depth+1))
	case "DW_TAG_restrict_type", "DW_TAG_atomic_type":
		return m.cType(base, depth+1)
	case "DW_TAG_array_type":
		s := m.cType(base, depth+1)
		if p, ok := intoPointer(s, "[]"); ok {
			return p
		}
		return s + "[]"
	case "DW_TAG_pointer_type":
		if m.is(base, "!DISubroutineType") {
			result, params := m.prototype(base, depth+1)
			return result + " (*)" + params
		}
		s := m.cType(base, depth+1)
		if strings.HasSuffix(s, "*") {
			return s + "*"
		}
		return s + " *"
	case "DW_TAG_structure_type":
		return "struct " + m.text(id, "name")
	case "DW_TAG_union_type":
		return "union " + m.text(id, "name")
	case "DW_TAG_enumeration_type":
		return "enum " + m.text(id, "name")
	}
	if m.is(id, "!DISubroutineType") {
		result, params := m.prototype(id, depth+1)
		return result + " " + params
	}
	return m.text(id, "name")
}

// intoPointer adds to the declarator of a pointer to functions: void (*)(int)
// and "const" make void (*const)(int).
func intoPointer(s, add string) (string, bool) {
	before, after, ok := strings.Cut(s, "(*")
	if !ok {
		return s, false
	}
	inner, params, _ := strings.Cut(after, ")")
	return before + "(*" + inner + add + ")" + params, true
}

func qualified(word, s string) string {
	if p, ok := intoPointer(s, word); ok {
		return p
	}
	if strings.HasSuffix(s, "*") {
		return s + " " + word
	}
	return word + " " + s
}

func (m *Module) prototype(id, depth int) (result, params string) {
	result = "void"
	var list []string
	for i, t := range m.tuple(m.ref(id, "types")) {
		switch {
		case i == 0:
			result = m.cType(t, depth)
		case t < 0:
			list = append(list, "...")
		default:
			list = append(list, m.cType(t, depth))
		}
	}
	if list == nil {
		list = []string{"void"}
	}
	return result, "(" + strings.Join(list, ", ") + ")"
}

// subroutine is the wasm signature of a DISubroutineType.
func (m *Module) subroutine(id int) string {
	fn := &Type{Kind: Function, Elem: plainTypes["void"]}
	for i, t := range m.tuple(m.ref(id, "types")) {
		switch {
		case i == 0 && t >= 0:
			fn.Elem = m.irType(t)
		case i > 0 && t < 0:
			fn.Variadic = true
		case i > 0:
			p := m.irType(t)
			if p.Kind == Struct {
				p = plainTypes["ptr"]
			}
			fn.Fields = append(fn.Fields, p)
		}
	}
	return fn.Signature()
}

// irType is the IR type that a parameter or result of the C type has. A struct
// of a single scalar is passed as that scalar.
func (m *Module) irType(id int) *Type {
	id = m.strip(id, false)
	bits := m.number(id, "size")
	switch m.tag(id) {
	case "DW_TAG_pointer_type":
		return plainTypes["ptr"]
	case "DW_TAG_structure_type", "DW_TAG_union_type":
		if members := m.tuple(m.ref(id, "elements")); len(members) == 1 && m.tag(m.strip(m.ref(members[0], "baseType"), false)) != "DW_TAG_array_type" {
			return m.irType(m.ref(members[0], "baseType"))
		}
		return &Type{Kind: Struct}
	case "DW_TAG_enumeration_type":
		return &Type{Kind: Int, Bits: bits}
	}
	if strings.HasPrefix(m.field(id, "encoding"), "DW_ATE_float") {
		switch bits {
		case 32:
			return plainTypes["float"]
		case 64:
			return plainTypes["double"]
		}
		return plainTypes["fp128"]
	}
	return &Type{Kind: Int, Bits: max(bits, 1)}
}

// Unions are the names of the module's unions: a pointer to one of them is
// used without a getelementptr.
func (m *Module) Unions() map[string]bool {
	unions := map[string]bool{}
	for id := range m.meta {
		switch m.tag(id) {
		case "DW_TAG_union_type":
			unions[m.text(id, "name")] = true
		case "DW_TAG_typedef":
			if m.tag(m.ref(id, "baseType")) == "DW_TAG_union_type" {
				unions[m.text(id, "name")] = true
			}
		}
	}
	delete(unions, "")
	return unions
}

// NameOf is the name of a variable or function in the source.
func (m *Module) NameOf(id int) string { return m.text(id, "name") }
