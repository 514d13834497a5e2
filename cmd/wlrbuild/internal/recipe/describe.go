package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/recipes"
)

// Formats are the kinds of files.
var Formats = []string{"recipe", "runtime", "toolchain", "variant", "differences", "flow-rules", "abi", "abi-interface", "suppressions"}

// Schema is the JSON schema of a format.
func Schema(format string) ([]byte, error) {
	return fs.ReadFile(recipes.FS, path.Join("schema", format+".json"))
}

// Field is the documentation of one field of a format, or of a whole format.
type Field struct {
	Place    string  `json:"place"` // "recipe.configure.cache"
	Kind     string  `json:"kind"`  // "a list of mappings"
	Required bool    `json:"required"`
	Allowed  []any   `json:"allowed,omitempty"` // the only values
	Text     string  `json:"text"`
	Fields   []Field `json:"fields,omitempty"` // of a mapping, or of each mapping in a list
}

// Name is the last part of the place.
func (f *Field) Name() string { return f.Place[strings.LastIndexByte(f.Place, '.')+1:] }

// Describe finds the documentation of a place such as "runtime" or
// "recipe.configure.cache.why". It is read from the published schemas, which
// are made from the types' comments.
func Describe(place string) (*Field, error) {
	parts := strings.Split(place, ".")
	text, err := Schema(parts[0])
	if err != nil {
		return nil, diag.New(diag.Usage, fmt.Sprintf("explain %q", place), "unknown format %q", parts[0]).
			WithHint("%s", near.Hint("formats", parts[0], Formats))
	}
	var root schema
	if err := json.Unmarshal(text, &root); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", parts[0], err)
	}
	at, required := &root, true
	for i, part := range parts[1:] {
		inner, _ := at.mapping(&root)
		k := slices.IndexFunc(inner.Properties, func(p property) bool { return p.name == part })
		if k < 0 {
			var known []string
			for _, p := range inner.Properties {
				known = append(known, p.name)
			}
			return nil, diag.New(diag.Usage, fmt.Sprintf("explain %q", place), "unknown field %q", part).
				WithHint("%s", near.Hint("fields of "+strings.Join(parts[:i+1], "."), part, known))
		}
		required = slices.Contains(inner.Required, part)
		at = inner.Properties[k].schema
	}
	f := at.field(&root, place, required)
	inner, _ := at.mapping(&root)
	for _, p := range inner.Properties {
		f.Fields = append(f.Fields, p.schema.field(&root, place+"."+p.name, slices.Contains(inner.Required, p.name)))
	}
	return &f, nil
}

// schema is what Describe reads of a JSON schema.
type schema struct {
	Type        string
	Ref         string `json:"$ref"`
	Description string
	Enum        []any
	Properties  properties
	Required    []string
	Items       *schema
	Defs        map[string]*schema `json:"$defs"`
}

// mapping is the mapping that s is, or a list of, and in words what s is.
func (s *schema) mapping(root *schema) (*schema, string) {
	switch {
	case s.Ref != "":
		return root.Defs[path.Base(s.Ref)], kindMapping
	case s.Type == "array":
		inner, kind := s.Items.mapping(root)
		return inner, "a list of " + map[string]string{kindMapping: "mappings", kindText: "texts"}[kind]
	case s.Type == "object":
		return s, kindMapping
	case s.Type == "integer":
		return s, kindNumber
	case s.Type == "boolean":
		return s, kindBool
	}
	return s, kindText
}

func (s *schema) field(root *schema, place string, required bool) Field {
	inner, kind := s.mapping(root)
	text := s.Description
	if text == "" {
		text = inner.Description
	}
	return Field{Place: place, Kind: kind, Required: required, Allowed: s.Enum, Text: text}
}

// properties keep the order of the file, which is that of the types.
type properties []property

type property struct {
	name   string
	schema *schema
}

func (p *properties) UnmarshalJSON(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil { // the brace
		return err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		s := &schema{}
		if err := dec.Decode(s); err != nil {
			return err
		}
		*p = append(*p, property{name.(string), s})
	}
	return nil
}
