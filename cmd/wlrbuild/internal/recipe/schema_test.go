package recipe

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/wlrbuild/wlrbuild/verify/abi"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

var update = flag.Bool("update", false, "write the schemas in recipes/schema")

const schemaDir = "../../../../recipes/schema"

// formats are the kinds of files, by the name of their schema.
var formats = map[string]reflect.Type{
	"recipe":      reflect.TypeFor[Recipe](),
	"runtime":     reflect.TypeFor[Runtime](),
	"toolchain":   reflect.TypeFor[Toolchain](),
	"variant":     reflect.TypeFor[Variant](),
	"differences": reflect.TypeFor[Differences](),

	"abi":           reflect.TypeFor[abi.Profile](),
	"abi-interface": reflect.TypeFor[abi.Interface](),
	"suppressions":  reflect.TypeFor[Suppressions](),
	"flow-rules":    reflect.TypeFor[flow.RulesFile](),
}

// TestSchemas keeps the published schemas equal to the types.
func TestSchemas(t *testing.T) {
	for name, typ := range formats {
		t.Run(name, func(t *testing.T) {
			got := generate(t, name, typ)
			file := filepath.Join(schemaDir, name+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is stale: run go test ./cmd/wlrbuild/internal/recipe -update", file)
			}
		})
	}
}

// generate makes the schema of one format.
func generate(t *testing.T, name string, typ reflect.Type) []byte {
	t.Helper()
	r := &jsonschema.Reflector{FieldNameTag: "yaml", ExpandedStruct: true, Anonymous: true}
	folder, own := ".", reflect.TypeFor[Recipe]().PkgPath()
	if typ.PkgPath() != own {
		folder = filepath.Join("../../../../verify", filepath.Base(typ.PkgPath()))
	}
	if err := r.AddGoComments(own, folder, jsonschema.WithFullComment()); err != nil {
		t.Fatal(err)
	}
	s := r.ReflectFromType(typ)
	s.Title = "wlrbuild " + name
	tighten(t, typ, s, s.Definitions)
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	// The library escapes for HTML, which only makes the file hard to read.
	text = bytes.ReplaceAll(text, []byte(`\u003c`), []byte("<"))
	text = bytes.ReplaceAll(text, []byte(`\u003e`), []byte(">"))
	return append(text, '\n')
}

// tighten adds the rules that go without saying in the types, and joins the
// lines of descriptions. It fails the test where a field has no description.
func tighten(t *testing.T, typ reflect.Type, s *jsonschema.Schema, defs jsonschema.Definitions) {
	s.Description = strings.ReplaceAll(s.Description, "\n", " ")
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous { // its fields are those of the type
			tighten(t, f.Type, s, defs)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		p, ok := s.Properties.Get(name)
		if name == "-" {
			continue
		}
		if !ok {
			t.Fatalf("%s.%s: not in the schema", typ.Name(), f.Name)
		}
		if p.Description == "" {
			t.Errorf("%s.%s has no comment", typ.Name(), f.Name)
		}
		p.Description = strings.ReplaceAll(p.Description, "\n", " ")
		switch f.Type.Kind() {
		case reflect.String:
			if p.MinLength == nil && p.Enum == nil && slices.Contains(s.Required, name) {
				p.MinLength = new(uint64(1))
			}
		case reflect.Int, reflect.Int64:
			if p.Minimum == "" {
				p.Minimum = "0"
			}
		case reflect.Map:
			if p.AdditionalProperties.Type == "string" {
				p.AdditionalProperties.MinLength = new(uint64(1))
			}
		}
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if def := defs[inner.Name()]; def != nil && inner.Kind() == reflect.Struct {
			tighten(t, inner, def, defs)
		}
	}
}
