package llvmir

import (
	"strconv"
	"strings"
)

// syntax is what a parser panics with; Parse makes an Error of it.
type syntax string

// parser reads a line at a time.
type parser struct {
	m    *Module
	s    string // the line
	pos  int
	line int
	ints map[int]*Type
}

var plainTypes = map[string]*Type{
	"void": {Kind: Void}, "ptr": {Kind: Ptr}, "half": {Kind: Half}, "float": {Kind: Float},
	"double": {Kind: Double}, "fp128": {Kind: FP128},
	"label": {Kind: Other}, "metadata": {Kind: Other}, "token": {Kind: Other},
}

func init() { // so that parsers can share them without writing
	for _, t := range plainTypes {
		t.layout()
	}
}

func newParser() *parser {
	return &parser{
		m:    &Module{Structs: map[string]*Type{}, Aliases: map[string]string{}},
		ints: map[int]*Type{},
	}
}

func (p *parser) fail(why string) { panic(syntax(why)) }

func word(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '$' || c == '-' || c == '+'
}

func (p *parser) space() {
	for p.pos < len(p.s) && p.s[p.pos] == ' ' {
		p.pos++
	}
}

// next is the next token, "" at the line's end. A name is a token with its
// sigil and without quotes; a string is its first quote only.
func (p *parser) next() string {
	p.space()
	if p.pos >= len(p.s) || p.s[p.pos] == ';' {
		p.pos = len(p.s)
		return ""
	}
	start := p.pos
	c := p.s[p.pos]
	p.pos++
	switch {
	case word(c):
		if c == 'c' && p.pos < len(p.s) && p.s[p.pos] == '"' {
			p.quoted()
			return `"`
		}
	case c == '"':
		p.pos--
		p.quoted()
		return `"`
	case c == '%' || c == '@' || c == '!' || c == '#':
		if p.pos < len(p.s) && p.s[p.pos] == '"' {
			return p.s[start:start+1] + p.quoted()
		}
	default:
		return p.s[start:p.pos]
	}
	for p.pos < len(p.s) && word(p.s[p.pos]) {
		p.pos++
	}
	return p.s[start:p.pos]
}

// quoted reads a string at the opening quote. LLVM escapes quotes as \22.
func (p *parser) quoted() string {
	n := strings.IndexByte(p.s[p.pos+1:], '"')
	if n < 0 {
		p.fail("a string without end")
	}
	s := p.s[p.pos+1 : p.pos+1+n]
	p.pos += n + 2
	return s
}

func (p *parser) peek() string {
	at := p.pos
	t := p.next()
	p.pos = at
	return t
}

func (p *parser) accept(token string) bool {
	at := p.pos
	if p.next() == token {
		return true
	}
	p.pos = at
	return false
}

func (p *parser) expect(token string) {
	if !p.accept(token) {
		p.fail("expected " + token)
	}
}

// acceptAny skips words of the list.
func (p *parser) acceptAny(words ...string) {
next:
	for {
		for _, w := range words {
			if p.accept(w) {
				continue next
			}
		}
		return
	}
}

// parens skips what stands in parentheses, if they begin here.
func (p *parser) parens() {
	if !p.accept("(") {
		return
	}
	for depth := 1; depth > 0; {
		switch p.next() {
		case "(":
			depth++
		case ")":
			depth--
		case "":
			p.fail("a parenthesis without end")
		}
	}
}

func (p *parser) int(bits int) *Type {
	t := p.ints[bits]
	if t == nil {
		t = &Type{Kind: Int, Bits: bits}
		p.ints[bits] = t
	}
	return t
}

// structNamed is the struct of that name, which may be defined later.
func (p *parser) structNamed(name string) *Type {
	t := p.m.Structs[name]
	if t == nil {
		name = strings.Clone(name) // types outlive the text
		t = &Type{Kind: Struct, Name: name, Opaque: true}
		p.m.Structs[name] = t
	}
	return t
}

// structType reads: %name = type { … }.
func (p *parser) structType() {
	t := p.structNamed(p.next()[1:])
	p.expect("=")
	p.expect("type")
	if p.accept("opaque") {
		return
	}
	body := p.typ()
	t.Fields, t.Packed, t.Opaque = body.Fields, body.Packed, false
}

// typ reads a type.
func (p *parser) typ() *Type {
	t := p.tryType()
	if t == nil {
		p.fail("expected a type at " + strconv.Quote(p.peek()))
	}
	return t
}

// tryType reads a type, or nothing and returns nil if what stands here is none.
func (p *parser) tryType() *Type {
	at := p.pos
	token := p.next()
	var t *Type
	switch {
	case token == "":
		return nil
	case plainTypes[token] != nil:
		t = plainTypes[token]
		if p.accept("addrspace") {
			p.parens()
		}
	case token == "[":
		n := p.length()
		t = &Type{Kind: Array, Len: n, Elem: p.typ()}
		p.expect("]")
	case token == "<":
		if p.accept("{") {
			t = p.fields()
			t.Packed = true
			p.expect(">")
			break
		}
		n := p.length()
		t = &Type{Kind: Vector, Len: n, Elem: p.typ()}
		p.expect(">")
	case token == "{":
		t = p.fields()
	case token[0] == '%':
		t = p.structNamed(token[1:])
	case token[0] == 'i' && len(token) > 1:
		bits, err := strconv.Atoi(token[1:])
		if err != nil {
			p.pos = at
			return nil
		}
		t = p.int(bits)
	default:
		p.pos = at
		return nil
	}
	if p.pos < len(p.s) && p.peek() == "(" {
		t = p.functionType(t)
	}
	return t
}

func (p *parser) length() int {
	n, err := strconv.Atoi(p.next())
	if err != nil {
		p.fail("expected a length")
	}
	p.expect("x")
	return n
}

func (p *parser) fields() *Type {
	t := &Type{Kind: Struct}
	for !p.accept("}") {
		t.Fields = append(t.Fields, p.typ())
		p.accept(",")
	}
	return t
}

// functionType reads the parameters of a function type with that result.
func (p *parser) functionType(result *Type) *Type {
	t := &Type{Kind: Function, Elem: result}
	p.expect("(")
	for !p.accept(")") {
		if p.accept("...") {
			t.Variadic = true
			continue
		}
		t.Fields = append(t.Fields, p.typ())
		p.accept(",")
	}
	return t
}

// metadata reads: !12 = …
func (p *parser) metadata() {
	number, text, ok := strings.Cut(p.s[1:], " = ")
	id, err := strconv.Atoi(number)
	if !ok || err != nil {
		return // named metadata
	}
	for len(p.m.meta) <= id {
		p.m.meta = append(p.m.meta, make([]string, max(id+1-len(p.m.meta), len(p.m.meta)))...)
	}
	p.m.meta[id] = text
}

// attachment is the number of the metadata that is attached to the line under
// that name, or -1.
func (p *parser) attachment(name string) int {
	i := strings.LastIndex(p.s, name)
	if i < 0 {
		return -1
	}
	return leadingInt(p.s[i+len(name):])
}

// leadingInt is the number at the beginning of s, or -1.
func leadingInt(s string) int {
	n := -1
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		n = max(n, 0)*10 + int(s[i]-'0')
	}
	return n
}
