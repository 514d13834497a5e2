package llvmir

import (
	"path"
	"strconv"
	"strings"
)

// Metadata nodes are known by their number; -1 is none. They are read when
// they are asked for: most never are.

func (m *Module) node(id int) string {
	if id < 0 || id >= len(m.meta) {
		return ""
	}
	return m.meta[id]
}

// ref is the node that a field of a node names, or -1.
func (m *Module) ref(id int, field string) int {
	v := m.field(id, field)
	if v == "" || v[0] != '!' {
		return -1
	}
	return leadingInt(v[1:])
}

// number is a field's number, or 0.
func (m *Module) number(id int, field string) int { return max(0, leadingInt(m.field(id, field))) }

// text is a field's string, or "".
func (m *Module) text(id int, field string) string {
	v := m.field(id, field)
	if v == "" || v[0] != '"' {
		return ""
	}
	s, _, _ := strings.Cut(v[1:], `"`)
	return strings.Clone(s)
}

// field is what stands after "name: " in a node.
func (m *Module) field(id int, name string) string {
	s := m.node(id)
	for from := 0; ; {
		i := strings.Index(s[from:], name)
		if i < 0 {
			return ""
		}
		i += from
		from = i + len(name)
		if strings.HasPrefix(s[from:], ": ") && (s[i-1] == '(' || s[i-1] == ' ') {
			return s[from+2:]
		}
	}
}

// is says whether a node is of a class, "!DIFile".
func (m *Module) is(id int, class string) bool {
	s := strings.TrimPrefix(m.node(id), "distinct ")
	return strings.HasPrefix(s, class) && strings.HasPrefix(s[len(class):], "(")
}

func (m *Module) tag(id int) string {
	if id < 0 || id >= len(m.meta) || !strings.HasPrefix(strings.TrimPrefix(m.meta[id], "distinct "), "!DI") {
		return ""
	}
	tag, _, _ := strings.Cut(m.field(id, "tag"), ",")
	return tag
}

// tuple is the elements of a node !{!1, null, …}; null is -1.
func (m *Module) tuple(id int) []int {
	_, s, ok := strings.Cut(m.node(id), "{")
	if !ok {
		return nil
	}
	var list []int
	for elem := range strings.SplitSeq(strings.TrimSuffix(s, "}"), ",") {
		elem = strings.TrimSpace(elem)
		switch {
		case strings.HasPrefix(elem, "!"):
			list = append(list, leadingInt(elem[1:]))
		case elem != "":
			list = append(list, -1)
		}
	}
	return list
}

// Pos is a place in a source file.
type Pos struct {
	File string // as clang wrote it, relative names below the directory it ran in
	Line int    // 1-based
	Col  int    // 1-based; 0 if unknown
}

func (p Pos) String() string {
	switch {
	case p.File == "":
		return "unknown place"
	case p.Col == 0:
		return p.File + ":" + strconv.Itoa(p.Line)
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// Pos is where a DILocation, subprogram, variable or type stands.
func (m *Module) Pos(id int) Pos {
	if m.is(id, "!DIGlobalVariableExpression") {
		id = m.ref(id, "var")
	}
	return Pos{m.file(id), m.number(id, "line"), m.number(id, "column")}
}

// Unit is the compiled file that a subprogram's code is in, or "".
func (m *Module) Unit(id int) string { return m.file(m.ref(id, "unit")) }

func (m *Module) file(id int) string {
	if scope := m.ref(id, "scope"); scope >= 0 && m.is(id, "!DILocation") {
		name, ok := m.files[scope]
		if !ok {
			name = m.file(scope)
			if m.files == nil {
				m.files = map[int]string{}
			}
			m.files[scope] = name
		}
		return name
	}
	for range 100 { // scopes in scopes
		if m.is(id, "!DIFile") {
			name := m.text(id, "filename")
			if !path.IsAbs(name) {
				name = path.Join(m.text(id, "directory"), name)
			}
			return name
		}
		if f := m.ref(id, "file"); f >= 0 {
			id = f
		} else if id = m.ref(id, "scope"); id < 0 {
			return ""
		}
	}
	return ""
}

// Access says what may be loaded or stored with an access tag, as type-based
// alias analysis sees it.
type Access struct {
	// Pointers is how many times the type can be dereferenced until data is
	// reached: 1 for struct s *. It is -1 for what can hold any address:
	// void *, pointers to functions, character types and unions; and 0 for
	// numbers.
	Pointers int
	Struct   string // what is pointed to, "s" for struct s *, if it is a struct; or ""
}

// AnyAccess is an access without a tag.
var AnyAccess = Access{Pointers: -1}

// Access reads an access tag: !{base type, access type, offset}.
func (m *Module) Access(tag int) Access {
	elems := m.tuple(tag)
	if len(elems) < 2 {
		return AnyAccess
	}
	_, name, _ := strings.Cut(m.node(elems[1]), `!"`)
	name, _, _ = strings.Cut(name, `"`)
	switch {
	case name == "", strings.HasPrefix(name, "any "), strings.HasPrefix(name, "omnipotent "), strings.HasPrefix(name, "p0"):
		return AnyAccess
	case len(name) > 3 && name[0] == 'p' && name[2] == ' ':
		a := Access{Pointers: leadingInt(name[1:])}
		if rest, ok := strings.CutPrefix(name[3:], "_ZTS"); ok && a.Pointers == 1 {
			n := leadingInt(rest)
			if digits := len(strconv.Itoa(n)); n > 0 && digits+n <= len(rest) {
				a.Struct = strings.Clone(rest[digits : digits+n])
			}
		}
		return a
	}
	return Access{}
}
