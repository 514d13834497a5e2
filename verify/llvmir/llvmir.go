// Package llvmir reads the textual LLVM IR that clang writes for C, as far as
// the flow of addresses needs it: types, globals with their initialisers,
// functions with the instructions that can move an address, and the debug
// information that says what all that is called in the source.
//
// What it does not need it skips: arithmetic on numbers, branches, attributes.
// A line that it ought to understand and does not is an error, never a gap.
//
// Language reference: https://llvm.org/docs/LangRef.html
package llvmir

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Module is a translation unit. What it returns of names and places does not
// keep the text alive that it was read from.
type Module struct {
	Source  string           // source_filename
	Structs map[string]*Type // by name, without the %
	Globals []*Global
	Aliases map[string]string // alias → what it is another name of
	Funcs   []*Func           // declared ones too, in the file's order

	meta  []string       // metadata by number: the text after " = "
	files map[int]string // of scopes, as they are asked for
}

// Global is a variable.
type Global struct {
	Name     string
	Internal bool // not seen by other translation units
	External bool // declared here, defined elsewhere
	Type     *Type
	Init     Constant
	Debug    int // metadata of the variable, or -1
}

// Func is a function.
type Func struct {
	Name     string
	Internal bool
	Defined  bool
	Type     *Type // Kind Function
	Params   []string
	NoAlias  bool // what it returns is new memory
	Body     []Inst
	Debug    int // metadata of the DISubprogram, or -1
}

// Op is what an instruction does. Instructions that move no address are not
// read at all.
type Op uint8

const (
	Alloca  Op = iota // Type is what it makes room for
	Load              // Type of the value; Args: pointer
	Store             // Type of the value; Args: value, pointer
	GEP               // getelementptr: Type of the source element; Args: base, indexes
	Move              // casts, phi, select, arithmetic on integers: the result may be any of Args; Type of the result
	Call              // Type Function; Callee, Args
	Return            // Args: the value
	Declare           // debug information: Args[0] is the variable that metadata TBAA describes
	Swap              // atomic exchange: Type of the value; Args: pointer, new values
	VaArg             // va_arg: Type of the value; Args: the list
	Extract           // extractvalue, insertvalue: like Move, of aggregates
)

// Inst is an instruction.
type Inst struct {
	Op       Op
	Dst      string // name of the result without the %, or ""
	Type     *Type
	Callee   Value
	Args     []Value
	ArgTypes []*Type // of a call
	Debug    int     // metadata of the DILocation, or -1
	TBAA     int     // metadata of the access tag (of Declare: the DILocalVariable), or -1
}

// ValueKind says what a Value is.
type ValueKind uint8

const (
	Const   ValueKind = iota // a constant; Refs are the addresses in it
	Local                    // Name
	Integer                  // Int
	Asm                      // inline assembly
)

// Value is an operand.
type Value struct {
	Kind ValueKind
	Name string
	Int  int64
	Refs []Ref
}

// Constant is what is in a constant, down to its innermost members.
type Constant struct {
	Refs []Ref
	Ints []Number // in structs that have an address in them as well
}

// Number is one in a constant.
type Number struct {
	At    int64 // where in the constant, in bytes
	Value int64
}

// Ref is the address of a global in a constant.
type Ref struct {
	Name   string // of the global or function
	Offset int64  // bytes beyond its beginning
	At     int64  // where in the constant the address stands, in bytes
}

// Error is a line that could not be read.
type Error struct {
	Line int // 1-based
	Text string
	Why  string
}

func (e *Error) Error() string {
	text := e.Text
	if len(text) > 120 {
		text = text[:120] + "…"
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Why, text)
}

// Parse reads a module.
func Parse(text string) (m *Module, err error) {
	p := newParser()
	defer func() {
		if why, ok := recover().(syntax); ok {
			m, err = nil, &Error{p.line, p.s, string(why)}
		}
	}()
	var fn *Func
	for rest := text; rest != ""; {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		p.line++
		if line == "" {
			continue
		}
		p.s, p.pos = line, 0
		switch {
		case fn != nil:
			if line == "}" {
				fn = nil
				continue
			}
			if line[0] == ' ' {
				p.instruction(fn)
			}
		case line[0] == '!':
			p.metadata()
		case line[0] == '%':
			p.structType()
		case line[0] == '@':
			p.global()
		case strings.HasPrefix(line, "define "):
			fn = p.function(true)
		case strings.HasPrefix(line, "declare "):
			p.function(false)
		case strings.HasPrefix(line, "source_filename = "):
			p.m.Source = strings.Clone(strings.Trim(line[len("source_filename = "):], `"`))
		case strings.HasPrefix(line, "target triple = ") && !strings.HasPrefix(line, `target triple = "wasm32`):
			p.fail("not for wasm32")
		}
	}
	if fn != nil {
		p.fail("the file ends within a function")
	}
	return p.m, nil
}

// Structs reads nothing but the types with a name, which stand before
// everything that uses them. It stops reading behind them.
func Structs(r io.Reader) (structs map[string]*Type, err error) {
	p := newParser()
	defer func() {
		if why, ok := recover().(syntax); ok {
			structs, err = nil, &Error{p.line, p.s, string(why)}
		}
	}()
	for lines := bufio.NewReader(r); ; {
		line, err := lines.ReadString('\n')
		p.line++
		p.s, p.pos = strings.TrimSuffix(line, "\n"), 0
		switch {
		case strings.HasPrefix(line, "%"):
			p.structType()
		case strings.HasPrefix(line, "@"), strings.HasPrefix(line, "define "), err == io.EOF:
			return p.m.Structs, nil
		case err != nil:
			return nil, err
		}
	}
}
