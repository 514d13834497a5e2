package recipe

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
)

// document is one YAML file that is read into a Go type. It knows where every
// value stands, so that a mistake found later, in the Go value, can still be
// shown in the file.
//
// The format is a part of YAML that reads the same to everybody: plain
// mappings, lists and scalars. Anchors, aliases, merge keys and tags are
// refused, and so is a number where text is meant: 8.10 would be the number
// 8.1.
type document struct {
	path string // as shown in messages
	op   string // "read recipe"
	src  []byte
	at   map[string]*token.Token // "source.marks[0].file" → its value's token
}

// decode reads src into v, a pointer to a struct, strictly.
func decode(path, op string, src []byte, v any) (*document, error) {
	d := &document{path: path, op: op, src: src, at: map[string]*token.Token{}}
	file, err := parser.ParseBytes(src, 0)
	if err != nil {
		return nil, d.yamlError(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, d.errorf(nil, "the file is empty")
	}
	if len(file.Docs) > 1 {
		return nil, d.errorf(file.Docs[1].Start, "a second document begins here").
			WithHint("a file holds one document: remove the --- line and what follows it")
	}
	body := file.Docs[0].Body
	if err := d.check(body, reflect.TypeOf(v).Elem(), rules{}, ""); err != nil {
		return nil, err
	}
	if err := yaml.NodeToValue(body, v, yaml.Strict()); err != nil {
		return nil, d.yamlError(err)
	}
	return d, nil
}

// errorAt is an error in the value at place, or in the nearest value around
// it where that one is not in the file.
func (d *document) errorAt(place, format string, args ...any) *diag.Error {
	for place != "" && d.at[place] == nil {
		place = place[:max(strings.LastIndexAny(place, ".["), 0)]
	}
	return d.errorf(d.at[place], format, args...)
}

func (d *document) errorf(tok *token.Token, format string, args ...any) *diag.Error {
	e := diag.New(diag.Usage, d.op, format, args...)
	e.Path = d.path
	if tok != nil && tok.Position != nil {
		e.Line, e.Col = tok.Position.Line, tok.Position.Column
		e.Detail = excerpt(string(d.src), e.Line, e.Col)
	}
	return e
}

// yamlError gives an error of the YAML library our shape.
func (d *document) yamlError(err error) error {
	var y yaml.Error
	if errors.As(err, &y) {
		return d.errorf(y.GetToken(), "%s", y.GetMessage())
	}
	return d.errorf(nil, "%w", err)
}

// excerpt is the line with a caret below the column, both 1-based.
func excerpt(src string, line, col int) string {
	lines := strings.Split(src, "\n")
	if line > len(lines) {
		return ""
	}
	text := []rune(strings.TrimRight(lines[line-1], "\r"))
	pad := make([]rune, 0, col)
	for i := range min(col-1, len(text)) {
		if text[i] == '\t' {
			pad = append(pad, '\t') // as wide as the one above it
		} else {
			pad = append(pad, ' ')
		}
	}
	return fmt.Sprintf("%5d | %s\n      | %s^", line, string(text), string(pad))
}

// rules are the limits that a field's jsonschema tag sets. The published
// schemas are made from the same tags.
type rules struct {
	enum      []string
	required  bool
	minLength int // of text without the spaces around it
	minItems  int
	minimum   int64 // no number is negative
}

func rulesOf(f reflect.StructField) rules {
	r := rules{required: !strings.Contains(f.Tag.Get("yaml"), ",omitempty")}
	if r.required {
		r.minLength = 1
	}
	for word := range strings.SplitSeq(f.Tag.Get("jsonschema"), ",") {
		key, value, _ := strings.Cut(word, "=")
		var err error
		switch key {
		case "":
		case "enum":
			r.enum = append(r.enum, value)
		case "minLength":
			r.minLength, err = strconv.Atoi(value)
		case "minItems":
			r.minItems, err = strconv.Atoi(value)
		case "minimum":
			r.minimum, err = strconv.ParseInt(value, 10, 64)
		default:
			err = errors.New("unknown rule")
		}
		if err != nil { // a mistake in types.go, not in a recipe
			panic(fmt.Sprintf("field %s: jsonschema tag %q: %v", f.Name, word, err))
		}
	}
	return r
}

// check compares node with the type it will be read into and notes where its
// values stand. It is what finds unknown fields, missing fields and wrong
// types, in the words of somebody who writes YAML and not Go.
func (d *document) check(node ast.Node, t reflect.Type, r rules, place string) error {
	tok := start(node)
	d.at[place] = tok
	switch node.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return d.errorf(tok, "anchors, aliases and tags are not used here").WithHint("write the value out")
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	want, got := kindOfType(t), kindOfNode(node)
	if want != got {
		e := d.errorf(tok, "%s where %s is expected", got, want)
		if want == kindText && (got == kindNumber || got == kindFraction || got == kindBool) {
			e = e.WithHint("put it in quotes: %q", tok.Value)
		}
		return e
	}
	switch t.Kind() {
	case reflect.Struct:
		return d.checkStruct(node.(*ast.MappingNode), t, place)
	case reflect.Map:
		return d.checkMap(node.(*ast.MappingNode), t, place)
	case reflect.Slice:
		return d.checkList(node.(*ast.SequenceNode), t, r, place)
	case reflect.String:
		return d.checkText(text(node), tok, r)
	case reflect.Int, reflect.Int64:
		return d.checkNumber(node.(*ast.IntegerNode), tok, r)
	}
	return nil
}

func (d *document) checkStruct(node *ast.MappingNode, t reflect.Type, place string) error {
	fields := map[string]reflect.StructField{}
	var names []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		fields[name] = t.Field(i)
		names = append(names, name)
	}
	seen := map[string]bool{}
	for _, kv := range node.Values {
		key, err := d.key(kv)
		if err != nil {
			return err
		}
		f, ok := fields[key]
		if !ok {
			return d.errorf(kv.Key.GetToken(), "unknown field %q", key).
				WithHint("%s", near.Hint("fields here", key, names))
		}
		seen[key] = true
		if err := d.check(kv.Value, f.Type, rulesOf(f), join(place, key)); err != nil {
			return err
		}
	}
	var missing []string
	for _, name := range names {
		if rulesOf(fields[name]).required && !seen[name] {
			missing = append(missing, strconv.Quote(name))
		}
	}
	if missing != nil {
		return d.errorf(start(node), "missing: %s", strings.Join(missing, ", ")).
			WithHint("`wlrbuild explain %s` says what each field is for", join(strings.Fields(d.op)[1], bare(place)))
	}
	return nil
}

func (d *document) checkMap(node *ast.MappingNode, t reflect.Type, place string) error {
	for _, kv := range node.Values {
		key, err := d.key(kv)
		if err != nil {
			return err
		}
		if err := d.check(kv.Value, t.Elem(), rules{minLength: 1}, join(place, key)); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) checkList(node *ast.SequenceNode, t reflect.Type, r rules, place string) error {
	if len(node.Values) < r.minItems {
		return d.errorf(start(node), "the list is too short: at least %d expected", r.minItems)
	}
	for i, item := range node.Values {
		// An item that is text may be empty: "" is an argument like any other.
		if err := d.check(item, t.Elem(), rules{}, fmt.Sprintf("%s[%d]", place, i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) checkText(s string, tok *token.Token, r rules) error {
	if r.enum != nil && !slices.Contains(r.enum, s) {
		return d.errorf(tok, "value %q is not allowed", s).WithHint("%s", near.Hint("allowed", s, r.enum))
	}
	if len(strings.TrimSpace(s)) < r.minLength {
		return d.errorf(tok, "the value is empty")
	}
	return nil
}

func (d *document) checkNumber(node *ast.IntegerNode, tok *token.Token, r rules) error {
	n, err := strconv.ParseInt(strings.ReplaceAll(fmt.Sprint(node.Value), "_", ""), 0, 64)
	if err != nil {
		return d.errorf(tok, "the number does not fit: %w", err)
	}
	if n < r.minimum {
		return d.errorf(tok, "the number is too small: at least %d expected", r.minimum)
	}
	return nil
}

// key is the key of one line of a mapping.
func (d *document) key(kv *ast.MappingValueNode) (string, error) {
	k, ok := kv.Key.(*ast.StringNode)
	if !ok {
		tok := kv.Key.GetToken()
		if _, merge := kv.Key.(*ast.MergeKeyNode); merge {
			return "", d.errorf(tok, "merge keys are not used here").WithHint("write the values out")
		}
		return "", d.errorf(tok, "a key that is not text").WithHint("put it in quotes: %q", tok.Value)
	}
	return k.Value, nil
}

// The kinds of values, as they are called in messages.
const (
	kindText     = "text"
	kindNumber   = "a whole number"
	kindFraction = "a fraction"
	kindBool     = "true or false"
	kindList     = "a list"
	kindMapping  = "a mapping"
	kindNothing  = "nothing"
)

func kindOfType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return kindMapping
	case reflect.Slice:
		return kindList
	case reflect.Bool:
		return kindBool
	case reflect.Int, reflect.Int64:
		return kindNumber
	default:
		return kindText
	}
}

func kindOfNode(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return kindMapping
	case *ast.SequenceNode:
		return kindList
	case *ast.StringNode, *ast.LiteralNode:
		return kindText
	case *ast.BoolNode:
		return kindBool
	case *ast.IntegerNode:
		return kindNumber
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return kindFraction
	default:
		return kindNothing
	}
}

func text(n ast.Node) string {
	if l, ok := n.(*ast.LiteralNode); ok {
		return l.Value.Value
	}
	return n.(*ast.StringNode).Value
}

// start is the first token of a node: of a block mapping that is its first
// key, where the library gives the colon.
func start(n ast.Node) *token.Token {
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		return m.Values[0].Key.GetToken()
	}
	return n.GetToken()
}

func join(place, key string) string {
	if place == "" {
		return key
	}
	if key == "" {
		return place
	}
	return place + "." + key
}

// bare is a place without its list indexes.
func bare(place string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(place, "[") {
		if _, after, found := strings.Cut(part, "]"); found {
			part = after
		}
		b.WriteString(part)
	}
	return b.String()
}
