package llvmir

import "strings"

// global reads: @name = … global|constant TYPE INIT, …
func (p *parser) global() {
	g := &Global{Name: strings.Clone(p.next()[1:]), Debug: p.attachment(", !dbg !")}
	p.expect("=")
	for {
		switch token := p.next(); token {
		case "internal", "private":
			g.Internal = true
		case "external", "extern_weak":
			g.External = true
		case "alias", "ifunc":
			p.typ()
			p.expect(",")
			p.typ()
			if v := p.value(nil); len(v.Refs) == 1 {
				p.m.Aliases[g.Name] = v.Refs[0].Name
			}
			return
		case "global", "constant":
			g.Type = p.typ()
			if !g.External {
				p.constant(g.Type, 0, &g.Init)
			}
			p.m.Globals = append(p.m.Globals, g)
			return
		case "":
			p.fail("not a global")
		default:
			p.parens() // thread_local(…), addrspace(…)
		}
	}
}

// attributes skips words up to a type.
func (p *parser) attributes(seen func(word string)) *Type {
	for {
		if t := p.tryType(); t != nil {
			return t
		}
		token := p.next()
		if token == "" {
			p.fail("expected a type")
		}
		if seen != nil {
			seen(token)
		}
		p.parens()
	}
}

// function reads the head of a function.
func (p *parser) function(defined bool) *Func {
	f := &Func{Defined: defined, Debug: p.attachment("!dbg !")}
	p.next() // define, declare
	if !defined {
		// declare !dbg !12 …
		for p.peek() == "!dbg" {
			p.next()
			p.next()
		}
	}
	result := p.attributes(func(w string) {
		switch w {
		case "internal", "private":
			f.Internal = true
		case "noalias":
			f.NoAlias = true
		}
	})
	f.Name = p.next()
	if !strings.HasPrefix(f.Name, "@") {
		p.fail("expected a function's name")
	}
	f.Name = strings.Clone(f.Name[1:])
	f.Type = &Type{Kind: Function, Elem: result}
	p.expect("(")
	for !p.accept(")") {
		if p.accept("...") {
			f.Type.Variadic = true
			continue
		}
		f.Type.Fields = append(f.Type.Fields, p.typ())
		name := ""
		for {
			token := p.peek()
			if token == "," || token == ")" || token == "" {
				break
			}
			p.next()
			if token[0] == '%' {
				name = token[1:]
			}
			p.parens()
		}
		f.Params = append(f.Params, name)
		p.accept(",")
	}
	p.m.Funcs = append(p.m.Funcs, f)
	return f
}

// instruction reads an instruction, if it can move an address.
func (p *parser) instruction(f *Func) {
	dst := ""
	token := p.next()
	if token == "#dbg_declare" {
		p.declare(f)
		return
	}
	if token != "" && token[0] == '%' {
		dst = token[1:]
		if !p.accept("=") {
			return
		}
		token = p.next()
	}
	read := readers[token]
	if read == nil {
		return
	}
	in := Inst{Dst: dst, Debug: -1, TBAA: -1}
	if !read(p, &in) {
		return
	}
	in.Debug = p.attachment("!dbg !")
	f.Body = append(f.Body, in)
}

// readers read the operands of the instructions that can move an address; they
// return false for one that does not.
var readers map[string]func(*parser, *Inst) bool

func init() {
	readers = map[string]func(*parser, *Inst) bool{
		"alloca": (*parser).alloca, "load": (*parser).load, "store": (*parser).store,
		"getelementptr": (*parser).gep, "phi": (*parser).phi, "select": (*parser).selects,
		"ptrtoint": (*parser).cast, "inttoptr": (*parser).cast, "bitcast": (*parser).cast,
		"addrspacecast": (*parser).cast, "freeze": (*parser).cast,
		"trunc": (*parser).cast, "zext": (*parser).cast, "sext": (*parser).cast,
		"add": (*parser).arithmetic, "sub": (*parser).arithmetic, "and": (*parser).arithmetic,
		"or": (*parser).arithmetic, "xor": (*parser).arithmetic,
		"extractvalue": (*parser).aggregate, "insertvalue": (*parser).aggregate,
		"ret": (*parser).ret, "va_arg": (*parser).vaArg,
		"atomicrmw": (*parser).atomic, "cmpxchg": (*parser).atomic,
		"call": (*parser).call,
		"tail": (*parser).tailCall, "musttail": (*parser).tailCall, "notail": (*parser).tailCall,
		"invoke": (*parser).unsupported, "callbr": (*parser).unsupported,
		"extractelement": (*parser).vectorOfPointers, "insertelement": (*parser).vectorOfPointers,
		"shufflevector": (*parser).vectorOfPointers,
	}
}

// Carrier says whether a value of the type can be an address.
func (t *Type) Carrier() bool {
	return t.Kind == Ptr || t.Kind == Int && (t.Bits == 32 || t.Bits == 64)
}

func (p *parser) unsupported(*Inst) bool {
	p.fail("C does not have this instruction, and it is not read")
	return false
}

// vectorOfPointers refuses vectors of what could be addresses; the front end
// makes them only of explicit vector types.
func (p *parser) vectorOfPointers(*Inst) bool {
	if t := p.typ(); t.Kind == Vector && t.Elem.Kind == Ptr {
		p.fail("vectors of pointers are not read")
	}
	return false
}

func (p *parser) alloca(in *Inst) bool {
	in.Op = Alloca
	p.acceptAny("inalloca", "swifterror")
	in.Type = p.typ()
	return true
}

func (p *parser) load(in *Inst) bool {
	in.Op = Load
	p.acceptAny("atomic", "volatile")
	in.Type = p.typ()
	if !in.Type.Carrier() {
		return in.Type.Kind == Struct && p.refuse()
	}
	p.expect(",")
	in.Args = []Value{p.value(p.typ())}
	in.TBAA = p.attachment("!tbaa !")
	return true
}

// refuse is for what clang does not make of C.
func (p *parser) refuse() bool {
	p.fail("loads and stores of whole structs are not read")
	return false
}

func (p *parser) store(in *Inst) bool {
	in.Op = Store
	p.acceptAny("atomic", "volatile")
	in.Type = p.typ()
	if !in.Type.Carrier() {
		return false
	}
	v := p.value(in.Type)
	p.expect(",")
	in.Args = []Value{v, p.value(p.typ())}
	in.TBAA = p.attachment("!tbaa !")
	return true
}

func (p *parser) gep(in *Inst) bool {
	in.Op = GEP
	p.acceptAny("inbounds", "nuw", "nusw", "nsw")
	in.Type = p.typ()
	for p.accept(",") {
		if p.peek()[0] == '!' {
			break
		}
		in.Args = append(in.Args, p.value(p.typ()))
	}
	return true
}

func (p *parser) phi(in *Inst) bool {
	in.Op = Move
	in.Type = p.typ()
	if !in.Type.Carrier() {
		return false
	}
	for p.accept("[") {
		in.Args = append(in.Args, p.value(in.Type))
		p.expect(",")
		p.next() // the block
		p.expect("]")
		p.accept(",")
	}
	return true
}

func (p *parser) selects(in *Inst) bool {
	in.Op = Move
	p.typ()
	p.value(nil)
	p.expect(",")
	in.Type = p.typ()
	if !in.Type.Carrier() {
		return false
	}
	a := p.value(in.Type)
	p.expect(",")
	in.Args = []Value{a, p.value(p.typ())}
	return true
}

func (p *parser) cast(in *Inst) bool {
	in.Op = Move
	p.acceptAny("nuw", "nsw", "nneg")
	from := p.typ()
	if !from.Carrier() {
		return false
	}
	in.Args = []Value{p.value(from)}
	in.Type = from
	if p.accept("to") {
		in.Type = p.typ()
	}
	return in.Type.Carrier()
}

func (p *parser) arithmetic(in *Inst) bool {
	in.Op = Move
	p.acceptAny("nuw", "nsw", "disjoint")
	in.Type = p.typ()
	if !in.Type.Carrier() {
		return false
	}
	a := p.value(in.Type)
	p.expect(",")
	in.Args = []Value{a, p.value(in.Type)}
	return true
}

func (p *parser) aggregate(in *Inst) bool {
	in.Op = Extract
	in.Type = p.typ()
	in.Args = []Value{p.value(in.Type)}
	for p.accept(",") {
		t := p.tryType()
		if t == nil {
			break // indexes
		}
		in.Args = append(in.Args, p.value(t))
	}
	return true
}

func (p *parser) ret(in *Inst) bool {
	in.Op = Return
	in.Type = p.typ()
	if in.Type.Kind == Void {
		return false
	}
	in.Args = []Value{p.value(in.Type)}
	return true
}

func (p *parser) vaArg(in *Inst) bool {
	in.Op = VaArg
	in.Args = []Value{p.value(p.typ())}
	p.expect(",")
	in.Type = p.typ()
	return in.Type.Carrier()
}

// atomic reads atomicrmw OP PTR, VALUE and cmpxchg PTR, OLD, NEW.
func (p *parser) atomic(in *Inst) bool {
	in.Op = Swap
	in.Type = p.attributes(nil)
	in.Args = []Value{p.value(in.Type)}
	for p.accept(",") {
		t := p.tryType()
		if t == nil {
			break
		}
		in.Type = t
		in.Args = append(in.Args, p.value(t))
	}
	return in.Type.Carrier()
}

func (p *parser) tailCall(in *Inst) bool {
	p.expect("call")
	return p.call(in)
}

// words that are constants, where an attribute could stand.
var constants = map[string]bool{
	"null": true, "undef": true, "poison": true, "zeroinitializer": true, "true": true, "false": true,
	"none": true, "getelementptr": true, "inttoptr": true, "ptrtoint": true, "bitcast": true,
	"addrspacecast": true, "trunc": true, "add": true, "sub": true, "mul": true, "xor": true, "and": true,
	"or": true, "shl": true, "splat": true, "blockaddress": true, "no_cfi": true, "dso_local_equivalent": true,
}

func beginsValue(token string) bool {
	switch c := token[0]; {
	case c == '%' || c == '@' || c == '{' || c == '[' || c == '<' || c == '"' || c == '-' || c == '!':
		return true
	case c >= '0' && c <= '9':
		return true
	}
	return constants[token]
}

func (p *parser) call(in *Inst) bool {
	in.Op = Call
	t := p.attributes(nil)
	in.Callee = p.value(nil)
	if in.Callee.Kind == Asm {
		return false
	}
	p.expect("(")
	for !p.accept(")") {
		at := p.typ()
		for token := p.peek(); !beginsValue(token); token = p.peek() {
			p.next()
			if token == "align" && p.peek() != "(" {
				p.next()
			}
			p.parens()
		}
		if at.Kind == Other {
			in.Args = append(in.Args, Value{})
			for token := p.peek(); token != "," && token != ")"; token = p.peek() {
				p.next()
				p.parens()
			}
		} else {
			in.Args = append(in.Args, p.value(at))
		}
		in.ArgTypes = append(in.ArgTypes, at)
		p.accept(",")
	}
	if t.Kind != Function {
		t = &Type{Kind: Function, Elem: t, Fields: in.ArgTypes}
	}
	in.Type = t
	return true
}

// declare reads: #dbg_declare(ptr %x, !12, !DIExpression(), !34)
func (p *parser) declare(f *Func) {
	p.expect("(")
	in := Inst{Op: Declare, Debug: -1, TBAA: -1}
	in.Args = []Value{p.value(p.typ())}
	p.expect(",")
	if id := p.next(); id[0] == '!' {
		in.TBAA = leadingInt(id[1:])
	}
	f.Body = append(f.Body, in)
}
