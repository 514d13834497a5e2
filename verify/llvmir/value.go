package llvmir

import (
	"math"
	"strconv"
)

// value reads an operand of that type, which may be nil where it does not
// matter.
func (p *parser) value(t *Type) Value {
	switch token := p.peek(); {
	case token == "":
		p.fail("expected a value")
	case token[0] == '%':
		p.next()
		return Value{Kind: Local, Name: token[1:]}
	case token == "asm":
		return Value{Kind: Asm}
	case token[0] == '-' || token[0] >= '0' && token[0] <= '9':
		p.next()
		if n, err := strconv.ParseInt(token, 10, 64); err == nil {
			return Value{Kind: Integer, Int: n}
		}
		return Value{} // a floating-point number, or more than 64 bits
	case token == "true":
		p.next()
		return Value{Kind: Integer, Int: 1}
	case token == "false":
		p.next()
		return Value{Kind: Integer}
	}
	var c Constant
	p.constant(t, 0, &c)
	return Value{Refs: c.Refs}
}

// constant reads a constant of type t that begins at a byte offset, and adds
// the addresses in it, and the numbers beside them, to c.
func (p *parser) constant(t *Type, at int64, c *Constant) {
	token := p.next()
	switch token {
	case "":
		p.fail("expected a constant")
	case "{", "[":
		p.elements(t, at, c)
	case "<":
		if p.accept("{") {
			p.elements(t, at, c)
			p.expect(">")
		} else {
			p.elements(t, at, c)
		}
	case "getelementptr":
		p.address(at, c)
	case "inttoptr", "ptrtoint", "bitcast", "addrspacecast", "trunc":
		p.expect("(")
		p.constant(p.typ(), at, c)
		p.expect("to")
		p.typ()
		p.expect(")")
	case "add", "sub", "mul", "xor", "and", "or", "shl":
		// Arithmetic on addresses: the result is taken to be any of them.
		p.acceptAny("nuw", "nsw")
		p.expect("(")
		for !p.accept(")") {
			p.constant(p.typ(), at, c)
			p.accept(",")
		}
	case "splat":
		p.expect("(")
		p.constant(p.typ(), at, c)
		p.expect(")")
	case "blockaddress":
		p.parens()
	case "no_cfi", "dso_local_equivalent":
		p.constant(t, at, c)
	default:
		if token[0] == '@' {
			c.Refs = append(c.Refs, Ref{Name: token[1:], At: at})
		}
	}
}

// elements reads the elements of an aggregate up to its end.
func (p *parser) elements(t *Type, at int64, c *Constant) {
	refs := len(c.Refs)
	var ints []Number
	for i := 0; ; i++ {
		switch p.peek() {
		case "}", "]", ">":
			p.next()
			if len(c.Refs) > refs {
				c.Ints = append(c.Ints, ints...)
			}
			return
		}
		elem := p.typ()
		offset := int64(0)
		if t != nil {
			switch t.Kind {
			case Struct:
				if o := t.Offsets(); i < len(o) {
					offset = o[i]
				}
			case Array, Vector:
				offset = int64(i) * t.Elem.Size()
			}
		}
		if elem.Kind == Int && t != nil && t.Kind == Struct {
			if n, err := strconv.ParseInt(p.peek(), 10, 64); err == nil {
				ints = append(ints, Number{At: at + offset, Value: n})
			}
		}
		p.constant(elem, at+offset, c)
		p.accept(",")
	}
}

// address reads a constant getelementptr.
func (p *parser) address(at int64, c *Constant) {
	for p.peek() != "(" {
		p.next() // inbounds, nuw
		if p.peek() == "(" && p.peekBefore("inrange") {
			p.parens()
		}
	}
	p.expect("(")
	source := p.typ()
	p.expect(",")
	var base Constant
	p.constant(p.typ(), at, &base)
	var indexes []Value
	for p.accept(",") {
		indexes = append(indexes, p.value(p.typ()))
	}
	p.expect(")")
	offset := source.ByteOffset(indexes)
	for _, r := range base.Refs {
		r.Offset += offset
		c.Refs = append(c.Refs, r)
	}
}

// peekBefore says whether the word that ends here is that one.
func (p *parser) peekBefore(w string) bool {
	return p.pos >= len(w) && p.s[p.pos-len(w):p.pos] == w
}

// ByteOffset is the distance that the indexes of a getelementptr stand for. An
// index that is not known counts as 0.
func (t *Type) ByteOffset(indexes []Value) int64 {
	offset := int64(0)
	for i, v := range indexes {
		n := v.Int
		if n > math.MaxInt32 {
			n = int64(int32(n))
		}
		switch {
		case i == 0:
			offset += n * t.Size()
		case t.Kind == Struct && n >= 0 && n < int64(len(t.Fields)):
			offset += t.Offsets()[n]
			t = t.Fields[n]
		case t.Kind == Array || t.Kind == Vector:
			t = t.Elem
			offset += n * t.Size()
		}
	}
	return offset
}
