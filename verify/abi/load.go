package abi

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed data
var data embed.FS

// Error is a mistake in a profile.
type Error struct {
	File      string
	Line, Col int // 1-based; 0 if unknown
	Reason    string
}

// Error is "file:line:col: reason".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Reason
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Reason)
}

// Profiles are all that come with this package, by name.
var Profiles = sync.OnceValues(func() ([]*Profile, error) {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		return nil, err
	}
	return Load(sub)
})

// Find is the profile of that name.
func Find(name string) (*Profile, error) {
	all, err := Profiles()
	if err != nil {
		return nil, err
	}
	var known []string
	for _, p := range all {
		if p.Name == name {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return nil, &UnknownError{name, known}
}

// UnknownError is the error for a runtime without a profile.
type UnknownError struct {
	Name  string
	Known []string
}

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown runtime %q", e.Name) }

// Load reads the profiles of a directory: *.yaml, and interfaces/*.yaml. It
// takes no mistake: an *Error says where the first one is.
func Load(dir fs.FS) ([]*Profile, error) {
	interfaces := map[string]*Interface{}
	err := each(dir, "interfaces/*.yaml", func(d *document) error {
		i := &Interface{}
		if err := d.decode(i); err != nil {
			return err
		}
		interfaces[i.Name] = i
		return d.checkInterface(i)
	})
	if err != nil {
		return nil, err
	}
	var all []*Profile
	err = each(dir, "*.yaml", func(d *document) error {
		p := &Profile{}
		if err := d.decode(p); err != nil {
			return err
		}
		if err := d.checkProfile(p, interfaces); err != nil {
			return err
		}
		for i := range p.Imports {
			p.Imports[i].expand(interfaces)
		}
		all = append(all, p)
		return nil
	})
	slices.SortFunc(all, func(a, b *Profile) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// expand puts the functions of the interface that a module includes into it.
func (m *Module) expand(interfaces map[string]*Interface) {
	own := m.Functions
	m.Functions = nil
	for _, f := range own {
		if f.Source == "" {
			f.Source = m.Source
		}
		m.Functions = append(m.Functions, f)
	}
	if m.Include == "" {
		return
	}
	for _, f := range interfaces[m.Include].Functions {
		named := func(o Function) bool { return o.Name == f.Name }
		if !slices.ContainsFunc(own, named) && !slices.Contains(m.Without, f.Name) {
			f.Source = m.Source
			m.Functions = append(m.Functions, f)
		}
	}
}

// each reads the files that a pattern matches, in the order of their names.
func each(dir fs.FS, pattern string, read func(*document) error) error {
	files, err := fs.Glob(dir, pattern)
	if err != nil {
		return err
	}
	for _, file := range files {
		src, err := fs.ReadFile(dir, file)
		if err != nil {
			return err
		}
		if err := read(&document{file: file, src: src}); err != nil {
			return err
		}
	}
	return nil
}

// document is a file that is read into a Go type.
type document struct {
	file string
	src  []byte
	root ast.Node
}

// decode reads the file into v, a pointer to a struct with the field Name. An
// unknown field, a field that is there twice and a missing one are mistakes.
func (d *document) decode(v any) error {
	file, err := parser.ParseBytes(d.src, 0)
	if err != nil {
		return d.yamlError(err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return &Error{File: d.file, Reason: "one document is expected"}
	}
	d.root = file.Docs[0].Body
	if err := yaml.NodeToValue(d.root, v, yaml.Strict()); err != nil {
		return d.yamlError(err)
	}
	return d.complete(reflect.ValueOf(v).Elem(), "$")
}

func (d *document) yamlError(err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		at := y.GetToken().Position
		return &Error{d.file, at.Line, at.Column, y.GetMessage()}
	}
	return &Error{File: d.file, Reason: err.Error()}
}

// complete finds mandatory fields without a value: those without omitempty.
func (d *document) complete(v reflect.Value, place string) error {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			inner := place + "." + name
			if options == "inline" {
				inner = place
			} else if options != "omitempty" && v.Field(i).IsZero() && v.Field(i).Kind() != reflect.Int {
				return d.errorAt(place, "%s is missing or empty", name)
			}
			if err := d.complete(v.Field(i), inner); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := d.complete(v.Index(i), fmt.Sprintf("%s[%d]", place, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// errorAt is an error in the value at a place: "$.link[2].until".
func (d *document) errorAt(place, format string, args ...any) error {
	e := &Error{File: d.file, Reason: fmt.Sprintf(format, args...)}
	p, err := yaml.PathString(place)
	if err != nil {
		return e
	}
	node, err := p.FilterNode(d.root)
	if err != nil || node == nil {
		return e
	}
	tok := node.GetToken()
	if m, ok := node.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		tok = m.Values[0].Key.GetToken() // the library gives the colon
	}
	e.Line, e.Col = tok.Position.Line, tok.Position.Column
	return e
}

// The formats.
const (
	profileSchema   = "wlrbuild.abi/v1"
	interfaceSchema = "wlrbuild.abi-interface/v1"
)

// checkHead checks what every file begins with.
func (d *document) checkHead(schema, want, name string) error {
	if schema != want {
		return d.errorAt("$.schema", "schema %q: it has to be %q", schema, want)
	}
	if file := strings.TrimSuffix(path.Base(d.file), ".yaml"); name != file {
		return d.errorAt("$.name", "name %q: it has to be that of the file, %q", name, file)
	}
	return nil
}

func (d *document) checkInterface(i *Interface) error {
	if err := d.checkHead(i.Schema, interfaceSchema, i.Name); err != nil {
		return err
	}
	return d.checkFunctions(i.Functions, "$.functions")
}

func (d *document) checkProfile(p *Profile, interfaces map[string]*Interface) error {
	if err := d.checkHead(p.Schema, profileSchema, p.Name); err != nil {
		return err
	}
	for i, r := range p.Releases {
		place := fmt.Sprintf("$.releases[%d]", i)
		if err := d.oneOf(place+".known", r.Known, "run", "read"); err != nil {
			return err
		}
		if !isVersion(r.Version) {
			return d.errorAt(place+".version", "release %q: write numbers and dots", r.Version)
		}
		if i > 0 && Compare(p.Releases[i-1].Version, r.Version) >= 0 {
			return d.errorAt(place+".version", "release %s has to come before %s", r.Version, p.Releases[i-1].Version)
		}
	}
	for i := range p.Imports {
		if err := d.checkModule(&p.Imports[i], interfaces, fmt.Sprintf("$.imports[%d]", i)); err != nil {
			return err
		}
	}
	var spans []Span
	for i, r := range p.Link {
		place := fmt.Sprintf("$.link[%d]", i)
		if err := d.oneOf(place+".unknown", r.Unknown, Refused, AtCall); err != nil {
			return err
		}
		if err := d.oneOf(place+".mismatch", r.Mismatch, Refused, AtCall, Linked); err != nil {
			return err
		}
		if r.Memory != "" {
			if err := d.oneOf(place+".memory", r.Memory, Refused, AtCall); err != nil {
				return err
			}
		}
		if linked := r.Mismatch == Linked || r.Loose != nil; linked != (r.Wrong != "") {
			return d.errorAt(place, "wrong says what comes of a mismatch that is linked, and only of that")
		}
		spans = append(spans, r.Span)
	}
	if err := d.checkCover(p, spans, "$.link"); err != nil {
		return err
	}
	for i, f := range p.Features {
		place := fmt.Sprintf("$.features[%d]", i)
		if !slices.Contains(FeatureNames, f.Name) {
			return d.errorAt(place+".name", "feature %q: it has to be one of %s", f.Name, strings.Join(FeatureNames, ", "))
		}
		spans := []Span{}
		for k, s := range f.States {
			place := fmt.Sprintf("%s.states[%d]", place, k)
			if err := d.oneOf(place+".state", s.State, On, Flag, No, Unknown); err != nil {
				return err
			}
			if (s.State == Flag) != (s.Flag != "") {
				return d.errorAt(place, "flag says what turns a feature on whose state is flag, and only that")
			}
			spans = append(spans, s.Span)
		}
		if err := d.checkCover(p, spans, place+".states"); err != nil {
			return err
		}
	}
	return d.checkSpans(reflect.ValueOf(p).Elem(), "$")
}

func (d *document) oneOf(place, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return d.errorAt(place, "%q: it has to be one of %s", value, strings.Join(allowed, ", "))
}

func (d *document) checkModule(m *Module, interfaces map[string]*Interface, place string) error {
	if m.Include != "" && interfaces[m.Include] == nil {
		return d.errorAt(place+".include", "there is no interface %q", m.Include)
	}
	for i, name := range m.Without {
		if m.Include == "" || !slices.ContainsFunc(interfaces[m.Include].Functions, func(f Function) bool { return f.Name == name }) {
			return d.errorAt(fmt.Sprintf("%s.without[%d]", place, i), "the interface has no function %q", name)
		}
	}
	return d.checkFunctions(m.Functions, place+".functions")
}

func (d *document) checkFunctions(all []Function, place string) error {
	for i, f := range all {
		at := fmt.Sprintf("%s[%d]", place, i)
		if _, err := ParseType(string(f.Type)); err != nil {
			return d.errorAt(at+".type", "%v", err)
		}
		if n := f.Type.Params(); f.Params != nil && len(f.Params) != n {
			return d.errorAt(at+".params", "%d names for %d parameters", len(f.Params), n)
		}
		for _, g := range all[:i] {
			if g.Name == f.Name && g.Type == f.Type && g.meets(f.Span) {
				return d.errorAt(at+".name", "function %q is there twice with the same type", f.Name)
			}
		}
	}
	return nil
}

// meets says whether a release is in both spans.
func (s Span) meets(t Span) bool {
	before := func(a, b Span) bool {
		return a.Until != "" && b.Since != "" && Compare(a.Until, b.Since) <= 0
	}
	return !before(s, t) && !before(t, s)
}

// checkCover says whether each release is in exactly one of the spans.
func (d *document) checkCover(p *Profile, spans []Span, place string) error {
	for _, r := range p.Releases {
		n := 0
		for _, s := range spans {
			if s.Has(r.Version) {
				n++
			}
		}
		if n != 1 {
			return d.errorAt(place, "release %s is in %d of the spans and has to be in one", r.Version, n)
		}
	}
	return nil
}

// checkSpans checks every span below v.
func (d *document) checkSpans(v reflect.Value, place string) error {
	switch v.Kind() {
	case reflect.Struct:
		if s, ok := v.Interface().(Span); ok {
			for _, version := range []string{s.Since, s.Until} {
				if version != "" && !isVersion(version) {
					return d.errorAt(place, "release %q: write numbers and dots", version)
				}
			}
			if s.Since != "" && s.Until != "" && Compare(s.Since, s.Until) >= 0 {
				return d.errorAt(place, "no release is since %s and before %s", s.Since, s.Until)
			}
			return nil
		}
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
			inner := place + "." + name
			if options == "inline" {
				inner = place
			}
			if err := d.checkSpans(v.Field(i), inner); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := d.checkSpans(v.Index(i), fmt.Sprintf("%s[%d]", place, i)); err != nil {
				return err
			}
		}
	}
	return nil
}
