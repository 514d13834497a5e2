package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

func TestHotFunction(t *testing.T) {
	tree := t.TempDir()
	if err := os.MkdirAll(filepath.Join(tree, "vm"), 0o777); err != nil {
		t.Fatal(err)
	}
	source := "HOT int add_handler(void);\nint sub_handler(void);\nHOT int $mul(void);\n"
	if err := os.WriteFile(filepath.Join(tree, "vm/ops.h"), []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	marked := recipe.Inline{File: "vm/ops.h", Names: `HOT int (\S+)\(`}
	for _, test := range []struct {
		name   string
		f      recipe.HotFunction
		match  map[string]bool // of Inline
		wanted string          // the error
	}{
		{"a name alone", recipe.HotFunction{}, nil, ""},
		{"marked in a file", recipe.HotFunction{Inline: []recipe.Inline{marked}},
			map[string]bool{"add_handler": true, "sub_handler": false, "my_add_handler": false, "add_handlers": false, "$mul": true}, ""},
		{"in a file and by name", recipe.HotFunction{Inline: []recipe.Inline{marked, {Names: "^sub_"}}},
			map[string]bool{"add_handler": true, "sub_handler": true, "add_handlers": false, "a sub_": false}, ""},
		{"no file", recipe.HotFunction{Inline: []recipe.Inline{{File: "vm/op.h", Names: "(.)"}}}, nil, "vm/op.h: no such file"},
		{"nothing marked", recipe.HotFunction{Inline: []recipe.Inline{{File: "vm/ops.h", Names: "COLD (.*)"}}}, nil, `vm/ops.h has nothing that "COLD (.*)" matches`},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.f.Function, test.f.Callees = "loop", "_handler$"
			hot, err := hotFunction(tree, &test.f)
			if test.wanted != "" {
				if err == nil || !strings.Contains(err.Error(), test.wanted) || !strings.Contains(err.Error(), "a part of loop") {
					t.Errorf("%v, wanted %q", err, test.wanted)
				}
				return
			}
			if err != nil || hot.Function != "loop" || hot.Callees.String() != "_handler$" {
				t.Fatalf("%+v, %v", hot, err)
			}
			if test.match == nil && hot.Inline != nil {
				t.Errorf("it inlines %s", hot.Inline)
			}
			for name, want := range test.match {
				if hot.Inline.MatchString(name) != want {
					t.Errorf("%s for %s: %t", hot.Inline, name, !want)
				}
			}
		})
	}
}
