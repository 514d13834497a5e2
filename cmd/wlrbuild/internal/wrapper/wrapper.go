// Package wrapper writes functions in C that stand for a function where it is
// cast to a type that it does not have: of the type that is called, they pass
// on what they are called with.
//
// A wrapper is only written if no value can be another one than the program
// means: parameters that the function does not have are dropped, a result that
// nobody wants is, and numbers go into wider ones. What natively would come out
// of a register that nobody has set is refused.
package wrapper

import (
	"fmt"
	"strings"
)

// Type is a C type as clang writes it, without typedefs.
type Type struct {
	Text  string // "struct node *"
	class class
	bits  int // of a number
}

// Func is the type of a function.
type Func struct {
	Result Type
	Params []Type
}

type class uint8

const (
	unknown class = iota // a struct, a vector: passed on if it is the same
	void
	pointer
	signed
	unsigned
	enumerated // of which the sign is not known
	float
)

// numbers are the sizes that wasm32 gives to arithmetic types.
var numbers = map[string]Type{
	"_Bool": {class: unsigned, bits: 1}, "bool": {class: unsigned, bits: 1},
	"char": {class: signed, bits: 8}, "signed char": {class: signed, bits: 8}, "unsigned char": {class: unsigned, bits: 8},
	"short": {class: signed, bits: 16}, "unsigned short": {class: unsigned, bits: 16},
	"int": {class: signed, bits: 32}, "unsigned int": {class: unsigned, bits: 32},
	"long": {class: signed, bits: 32}, "unsigned long": {class: unsigned, bits: 32},
	"long long": {class: signed, bits: 64}, "unsigned long long": {class: unsigned, bits: 64},
	"float": {class: float, bits: 32}, "double": {class: float, bits: 64}, "long double": {class: float, bits: 128},
}

// ParseFunc reads a pointer to a function as clang writes it: "int (*)(void *)".
func ParseFunc(text string) (*Func, error) {
	result, params, ok := strings.Cut(text, "(*)(")
	if !ok || !strings.HasSuffix(params, ")") || strings.Contains(result, "(") {
		return nil, fmt.Errorf("%s is not a pointer to a function that returns what is written before it", text)
	}
	f := &Func{Result: parseType(result)}
	params = strings.TrimSuffix(params, ")")
	switch params {
	case "":
		return nil, fmt.Errorf("%s has no prototype", text)
	case "void":
		return f, nil
	}
	depth, start := 0, 0
	for i, c := range params + "," {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				f.Params = append(f.Params, parseType(params[start:i]))
				start = i + 1
			}
		}
	}
	if f.Params[len(f.Params)-1].Text == "..." {
		return nil, fmt.Errorf("%s takes variable arguments", text)
	}
	return f, nil
}

func parseType(text string) Type {
	text = strings.TrimSpace(text)
	t := Type{Text: text}
	plain := text
	for _, q := range []string{"const", "volatile", "restrict"} {
		plain = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(plain, q+" "), q))
	}
	switch {
	case strings.HasSuffix(plain, "*"):
		t.class = pointer
	case plain == "void":
		t.class = void
	case strings.HasPrefix(plain, "enum "):
		t.class, t.bits = enumerated, 32
	default:
		n := numbers[plain]
		t.class, t.bits = n.class, n.bits
	}
	return t
}

// declare is the declaration of a parameter of that type.
func (t Type) declare(name string) string {
	if before, after, ok := strings.Cut(t.Text, "(*"); ok { // a pointer to a function or an array
		return before + "(*" + name + after
	}
	if strings.HasSuffix(t.Text, "*") {
		return t.Text + name
	}
	return t.Text + " " + name
}

// convert says how a value of one type becomes one of another with nothing
// changed; "" if it is one already.
func convert(from, to Type) (cast string, err error) {
	number := func(t Type) bool { return t.class == signed || t.class == unsigned || t.class == enumerated }
	switch {
	case from.Text == to.Text && !strings.Contains(from.Text, " at "): // or it has no name to declare it by
		return "", nil
	case strings.Contains(from.Text+to.Text, "("):
		return "", fmt.Errorf("%s is not %s", from.Text, to.Text)
	case from.class == pointer && to.class == pointer:
		return "(" + to.Text + ")", nil
	case from.class == float && to.class == float && from.bits <= to.bits:
		return "", nil
	case number(from) && number(to) && from.bits == to.bits:
		return "(" + to.Text + ")", nil // the same bits, as they are passed natively
	case number(from) && number(to) && from.bits < to.bits && (from.class == unsigned || to.class == signed):
		return "", nil
	case number(from) && number(to) && from.bits < to.bits:
		return "", fmt.Errorf("%s may be negative, and %s may not keep that", from.Text, to.Text)
	case number(from) && number(to), from.class == float && to.class == float:
		return "", fmt.Errorf("%s does not hold every %s", to.Text, from.Text)
	}
	return "", fmt.Errorf("%s is not a kind of %s", from.Text, to.Text)
}

// Adapt writes a function of the type slot that calls the function of the name
// target, of the type f. The error says why no such function could keep every
// value.
func Adapt(name, target string, f, slot *Func) (string, error) {
	if len(f.Params) > len(slot.Params) {
		return "", fmt.Errorf("it takes %d parameters, and is called with %d", len(f.Params), len(slot.Params))
	}
	var params, args []string
	for i, p := range slot.Params {
		arg := fmt.Sprintf("arg%d", i+1)
		params = append(params, p.declare(arg))
		if i >= len(f.Params) {
			continue
		}
		cast, err := convert(p, f.Params[i])
		if err != nil {
			return "", fmt.Errorf("parameter %d: %w", i+1, err)
		}
		args = append(args, cast+arg)
	}
	if params == nil {
		params = []string{"void"}
	}
	call := target + "(" + strings.Join(args, ", ") + ")"
	switch {
	case slot.Result.class == void && f.Result.class == void:
	case slot.Result.class == void:
		call = "(void)" + call
	case f.Result.class == void:
		return "", fmt.Errorf("it has no result, and %s is wanted", slot.Result.Text)
	default:
		cast, err := convert(f.Result, slot.Result)
		if err != nil {
			return "", fmt.Errorf("the result: %w", err)
		}
		call = "return " + cast + call
	}
	return fmt.Sprintf("static %s(%s)\n{\n\t%s;\n}\n", slot.Result.declare(name), strings.Join(params, ", "), call), nil
}

// SameInWasm says whether WebAssembly does not tell two types of functions apart.
func SameInWasm(f, g *Func) bool {
	if len(f.Params) != len(g.Params) || f.Result.inWasm() != g.Result.inWasm() {
		return false
	}
	for i, p := range f.Params {
		if p.inWasm() != g.Params[i].inWasm() {
			return false
		}
	}
	return true
}

func (t Type) inWasm() string {
	switch {
	case t.class == unknown || t.bits > 64:
		return t.Text
	case t.class == void:
		return ""
	case t.class == float:
		return fmt.Sprint("f", t.bits)
	case t.bits == 64:
		return "i64"
	}
	return "i32"
}
