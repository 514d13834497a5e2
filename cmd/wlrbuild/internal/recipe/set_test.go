package recipe

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

const fixtures = "testdata/set"

func TestOpen(t *testing.T) {
	s, err := Open(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"recipes", names(s.Recipes), []string{"php-8.2", "php-8.4"}},
		{"runtimes", names(s.Runtimes), []string{"wasi", "wasmedge"}},
		{"toolchains", names(s.Toolchains), []string{"sdk"}},
		{"variants", names(s.Variants), []string{"slow"}},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s: %s", tt.what, diff)
		}
	}
	r := s.Recipes[0]
	for _, tt := range []struct {
		what      string
		got, want any
	}{
		{"eol", r.EOL, "2026-12-31"},
		{"mark", r.Source.Marks[0], Mark{File: "main/php_version.h", Version: `#define PHP_VERSION "([^"]+)"`}},
		{"digest", r.Source.Digests["8.2.0"][:8], "6d7b9e8c"},
		{"cache value", r.Configure.Cache[0], Fact{"ac_cv_func_chmod", "no", "there is a stub that fails", "https://example.org/1"}},
		{"stack", s.Runtimes[0].Stack, int64(8 << 20)},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s: %s", tt.what, diff)
		}
	}
}

func TestVariantOf(t *testing.T) {
	r := &Recipe{Name: "php", Configure: Configure{CFlags: []Arg{{Arg: "-O2"}}}}
	rt := &Runtime{Name: "wasi", Setjmp: "none", PostLink: []string{"devirtualize"}}
	program := &Optimizer{Args: []string{"-O3"}}
	for _, tt := range []struct {
		variant Variant
		recipe  Recipe
		runtime Runtime
	}{
		{Variant{}, *r, *rt},
		{
			Variant{CFlags: []Arg{{Arg: "-O0"}}, Setjmp: "checked", PostLink: []string{}, Optimizer: program},
			Recipe{Name: "php", Configure: Configure{CFlags: []Arg{{Arg: "-O2"}, {Arg: "-O0"}}}},
			Runtime{Name: "wasi", Setjmp: "checked", PostLink: []string{}, Optimizer: program},
		},
	} {
		gotRecipe, gotRuntime := tt.variant.Of(r, rt)
		if diff := cmp.Diff(&tt.recipe, gotRecipe); diff != "" {
			t.Errorf("recipe: %s", diff)
		}
		if diff := cmp.Diff(&tt.runtime, gotRuntime); diff != "" {
			t.Errorf("runtime: %s", diff)
		}
	}
	if s, err := Open(fixtures); err != nil || s.Variants[0].PostLink == nil {
		t.Errorf("a post_link of no passes is as if there were none: %v, %v", s.Variants[0], err)
	}
}

// TestBuiltIn reads the recipes that are part of the program.
func TestBuiltIn(t *testing.T) {
	if _, err := Open(""); err != nil {
		t.Fatal(diag.Format(err))
	}
}

// TestMistakes makes one mistake at a time in the fixtures. What the schemas
// can express, they must refuse too, so that an editor shows what we show.
func TestMistakes(t *testing.T) {
	schemas := compileSchemas(t)
	const recipe, wasi, edge, sdk = "php-8.2.yaml", "runtimes/wasi.yaml", "runtimes/wasmedge.yaml", "toolchains/sdk.yaml"
	const slow, stack = "variants/slow.yaml", "stack: 8388608\n"
	const runtimes, bench = "runtimes: [wasi, wasmedge]\n", "runtimes: [wasi, wasmedge]\nbench:\n  artifact: php\n  workloads:\n    - "
	const hot = "runtimes: [wasi, wasmedge]\nhot:\n  - {function: loop, why: most, "
	for _, tt := range []struct {
		file, old, new string
		want           string // place and message, without the folder
		hint           string // part of it
		inSchema       bool
	}{
		// Shape.
		{recipe, "title: PHP 8.2", "titel: PHP 8.2", `4:1: read recipe: unknown field "titel"`, `did you mean "title"? fields here: schema, name,`, true},
		{recipe, "      why: speed", "      wy: speed", `47:7: read recipe: unknown field "wy"`, `did you mean "why"? fields here: arg, why`, true},
		{recipe, "      why: speed\n", "", `46:7: read recipe: missing: "why"`, "wlrbuild explain recipe.configure.cflags", true},
		{recipe, "{file: main/php_version.h, ", "{", `10:7: read recipe: missing: "file"`, "wlrbuild explain recipe.source.marks", true},
		{recipe, "title: PHP 8.2\nproject: php\n", "", `2:1: read recipe: missing: "title", "project"`, "wlrbuild explain recipe`", true},
		{recipe, "why: speed", "why:", `47:11: read recipe: nothing where text is expected`, "", true},
		{recipe, "why: speed", "why: ''", `47:12: read recipe: the value is empty`, "", true},
		{recipe, "why: speed", "why: '  '", `47:12: read recipe: the value is empty`, "", false},
		{recipe, "why: speed", "why: [speed]", `47:12: read recipe: a list where text is expected`, "", true},
		{recipe, `branch: "8.2"`, "branch: 8.2", `6:9: read recipe: a fraction where text is expected`, `put it in quotes: "8.2"`, true},
		{recipe, `value: "no"`, "value: 1", `39:14: read recipe: a whole number where text is expected`, `put it in quotes: "1"`, true},
		{recipe, `value: "no"`, "value: true", `39:14: read recipe: true or false where text is expected`, `put it in quotes: "true"`, true},
		{recipe, "targets: [cli, cgi]", "targets: cli", `55:12: read recipe: text where a list is expected`, "", true},
		{recipe, "targets: [cli, cgi]", "targets: []", `55:12: read recipe: the list is too short: at least 1 expected`, "", true},
		{recipe, "targets: [cli, cgi]", "targets: [cli, {a: b}]", `55:18: read recipe: a mapping where text is expected`, "", true},
		{recipe, "runtimes: [wasi, wasmedge]", "runtimes: &r [wasi]", `70:11: read recipe: anchors, aliases and tags are not used here`, "write the value out", false},
		{recipe, "    - arg: -O2\n", "    - <<: {arg: -O2}\n", `46:7: read recipe: merge keys are not used here`, "write the values out", false},
		{recipe, "    8.2.0:", "    8.2:", `25:5: read recipe: a key that is not text`, `put it in quotes: "8.2"`, false},
		{recipe, "name: php-8.2\n", "name: php-8.2\nname: php-8.2\n", `4:1: read recipe: mapping key "name" already defined at [3:1]`, "", false},
		{recipe, "targets: [cli, cgi]", "targets: [cli, cgi", `56:3: read recipe: ',' or ']' must be specified`, "", false},
		{recipe, "make:\n", "make:\n\t- x\n", "55:1: read recipe: found character '\t' that cannot start any token", "", false},
		{wasi, "setjmp: none", "setjmp: cheked", `5:9: read runtime: value "cheked" is not allowed`, `did you mean "checked"? allowed: none, checked, resumable, exnref`, true},
		{wasi, "wlrbuild.runtime/v1", "wlrbuild.runtime/v2", `1:9: read runtime: value "wlrbuild.runtime/v2" is not allowed`, "allowed: wlrbuild.runtime/v1", true},
		{wasi, "stack: 8388608", "stack: 8M", `6:8: read runtime: text where a whole number is expected`, "", true},
		{wasi, "stack: 8388608", "stack: 1.5", `6:8: read runtime: a fraction where a whole number is expected`, "", true},
		{wasi, "stack: 8388608", "stack: 4096", `6:8: read runtime: the number is too small: at least 65536 expected`, "", true},
		{wasi, "stack: 8388608", "stack: 99999999999999999999", `6:8: read runtime: text where a whole number is expected`, "", false},
		{wasi, "kind: embedded", "kind: embeded", `9:11: read runtime: value "embeded" is not allowed`, `did you mean "embedded"? allowed: embedded, command`, true},
		{edge, "exit_max: 126", "exit_max: -1", `17:15: read runtime: the number is too small: at least 0 expected`, "", true},

		// Meaning.
		{recipe, "name: php-8.2\n", "name: php-8.3\n", `3:7: read recipe: the name is "php-8.3" but the file is php-8.2.yaml`, "", false},
		{recipe, "eol: 2026-12-31", "eol: 2026-13-31", `7:6: read recipe: "2026-13-31" is not a day`, "write it as 2026-12-31", false},
		{recipe, "toolchain: sdk", "toolchain: skd", `26:12: read recipe: unknown toolchain "skd"`, `did you mean "sdk"?`, false},
		{recipe, "[wasi, wasmedge]", "[wasi, wasmege]", `70:18: read recipe: unknown runtime "wasmege"`, `did you mean "wasmedge"? runtimes: wasi, wasmedge`, false},
		{recipe, "([^\"]+)", "([^\"+)", `10:43: read recipe: error parsing regexp: missing closing ]: ` + "`[^\"+)\"`", "", false},
		{recipe, "([^\"]+)", "[^\"]+", `10:43: read recipe: the regular expression has no group`, "put parentheses around", false},
		{recipe, "file: Zend/zend.c", "file: ../zend.c", `11:13: read recipe: "../zend.c" is not a plain relative path`, "without . and ..", false},
		{recipe, "script: configure", "script: /configure", `32:11: read recipe: "/configure" is not a plain relative path`, "", false},
		{recipe, "tag: php-{version}", "tag: php-{verison}", `14:10: read recipe: {version} does not occur in it`, "", false},
		{recipe, "tar.xz.asc", "tar.xz.{ext}", `17:16: read recipe: unknown placeholder {ext}`, "placeholders here: {version}", false},
		{recipe, "    index: https://example.org/releases\n", "", `16:5: read recipe: index and releases need one another`, "", false},
		{recipe, "keys: keys/php-8.2.asc", "keys: keys/php-8.3.asc", `23:9: read recipe: there is no file keys/php-8.3.asc beside the recipe`, "", false},
		{recipe, "    8.2.0: 6d", "    8.2.0: 6D", `25:12: read recipe: "6D7b9e8c2f1a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4" is not a SHA-256`, "64 digits", false},
		{recipe, "    8.2.0: ", "    8.3.0: ", `25:12: read recipe: "8.3.0" is not a release of branch 8.2`, "", false},
		{recipe, "name: ac_cv_lib", "name: ac_cv_func_chmod", `42:13: read recipe: ac_cv_func_chmod is set twice`, "", false},
		{recipe, "- name: php-cgi", "- name: php", `68:11: read recipe: there are two artifacts "php"`, "", false},
		{recipe, "expect: ^{version}$", "expect: ^{version($", `67:15: read recipe: error parsing regexp: missing closing ): ` + "`^{version($`", "", false},
		{recipe, "env: [A=b]", "env: [A=b, C]", `66:18: read recipe: "C" is not NAME=VALUE`, "", false},
		{edge, "    programs: [wasmedge]\n", "", `12:5: read runtime: an engine of kind command needs programs and releases`, "", false},
		{edge, `"{module}", "{args}"]`, `"{args}"]`, `20:14: read runtime: {module} does not occur in it`, "", false},
		{edge, `"{dirs}", "{env}"`, `"{dir}", "{env}"`, `20:14: read runtime: unknown placeholder {dir}`, `did you mean "{dirs}"?`, false},
		{edge, `- since: "0.17"`, `- since: "0.17"` + "\n        until: 0.14.1", `20:16: read runtime: the range ends at 0.14.1, before it begins at 0.17`, "", false},
		{edge, `- since: "0.17"`, `- since: new`, `19:16: read runtime: "new" is not a release`, "0.14.1", false},
		{edge, "        compile: [compile, \"{in}\", \"{out}\"]\n", "", `19:9: read runtime: run_aot and compile need one another`, "", false},
		{wasi, "    kind: embedded\n", "    kind: embedded\n  - name: wazero\n    kind: embedded\n", `10:11: read runtime: there are two engines "wazero"`, "", false},
		{sdk, "sha256: 6d", "sha256: d", `10:11: read toolchain: "d7b9e8c2f1a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4" is not a SHA-256`, "", false},
		{sdk, "  ar: bin/llvm-ar\n", "", `14:3: read toolchain: missing: "ar"`, "", false},
		{sdk, "  ar: ", "  arr: x\n  ar: ", `16:8: read toolchain: unknown program "arr"`, `did you mean "ar"?`, false},
		{slow, "name: slow", "name: fast", `2:7: read variant: the name is "fast" but the file is slow.yaml`, "", false},
		{slow, `"{out}"`, "-", `9:9: read variant: {out} does not occur in it`, "", false},
		{slow, "    program: usr/bin/wasm-opt\n", "", `11:5: read variant: missing: "program"`, "", false},
		{wasi, stack, stack + `optimizer: {args: ["{in}"], fetch: {suite: a, packages: [b], program: c}}` + "\n", `7:19: read runtime: {out} does not occur in it`, "", false},
		{recipe, runtimes, bench + "{name: a, args: ['{files}/a']}\n", `74:23: read recipe: unknown placeholder {files}`, "placeholders here: {source}", false},
		{recipe, runtimes, bench + "{name: a, args: [], files: bench/a}\n", `74:34: read recipe: there is no folder bench/a beside the recipe`, "", false},
		{recipe, runtimes, bench + "{name: a, args: [], files: keys, generate: ['{dir}']}\n", `74:50: read recipe: unknown placeholder {dir}`, "placeholders here: {source}, {files}", false},
		{recipe, runtimes, hot + "callees: '('}\n", `72:42: read recipe: error parsing regexp: missing closing ): ` + "`(`", "", false},
		{recipe, runtimes, hot + "inline: [{names: a, file: b, why: c}]}\n", `72:50: read recipe: the regular expression has no group`, "put parentheses around", false},
		{recipe, runtimes, hot + "inline: [{names: (a), file: /b, why: c}]}\n", `72:61: read recipe: "/b" is not a plain relative path`, "", false},
		{recipe, runtimes, hot + "inline: [{names: '(', why: c}]}\n", `72:50: read recipe: error parsing regexp: missing closing ): ` + "`(`", "", false},
	} {
		t.Run(tt.want, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join(fixtures, tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(src), tt.old) {
				t.Fatalf("%s has no %q", tt.file, tt.old)
			}
			bad := strings.Replace(string(src), tt.old, tt.new, 1)
			_, err = load(overlay(t, tt.file, bad), "dir")
			var e *diag.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v, want a *diag.Error", err)
			}
			if want := filepath.Join("dir", tt.file) + ":" + tt.want; e.Error() != want {
				t.Errorf("error\n%s, want\n%s", e, want)
			}
			if !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("hint %q does not contain %q", e.Hint, tt.hint)
			}
			if e.Exit != diag.Usage {
				t.Errorf("exit code %d, want %d", e.Exit, diag.Usage)
			}
			line := strings.Split(bad, "\n")[e.Line-1]
			if !strings.Contains(e.Detail, line) || !strings.HasSuffix(e.Detail, "^") {
				t.Errorf("detail %q does not show line %q with a caret", e.Detail, line)
			}
			err = validate(schemas, tt.file, bad)
			if tt.inSchema && err == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

// TestSchemasAccept is the other half: the schemas refuse nothing that is right.
func TestSchemasAccept(t *testing.T) {
	schemas := compileSchemas(t)
	for _, dir := range []string{fixtures, filepath.Dir(schemaDir)} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(p) != ".yaml" || folders[path.Dir(p)] == "" {
				return err
			}
			src, err := os.ReadFile(filepath.Join(dir, p))
			if err != nil {
				return err
			}
			if err := validate(schemas, p, string(src)); err != nil {
				t.Errorf("%s: %v", p, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	empty := t.TempDir()
	for _, tt := range []struct {
		name string
		fsys fs.FS
		dir  string
		want string
		hint string
	}{
		{name: "no such directory", dir: filepath.Join(empty, "none"), want: filepath.Join(empty, "none") + ": read recipes: no such file or directory"},
		{name: "a file", dir: filepath.Join(fixtures, "php-8.2.yaml"), want: fixtures + "/php-8.2.yaml: read recipes: not a directory", hint: "a folder with recipes"},
		{name: "no recipes", dir: empty, want: "read recipes: no recipes in " + empty, hint: "a recipe is a .yaml file"},
		{name: "yml", fsys: overlay(t, "php-8.5.yml", ""), want: "dir/php-8.5.yml: read recipe: the name ends in .yml", hint: "rename it to php-8.5.yaml"},
		{name: "empty", fsys: overlay(t, "php-8.5.yaml", "# nothing\n"), want: "dir/php-8.5.yaml: read recipe: the file is empty"},
		{name: "text", fsys: overlay(t, "php-8.5.yaml", "hello\n"), want: "dir/php-8.5.yaml:1:1: read recipe: text where a mapping is expected"},
		{name: "two documents", fsys: overlay(t, "php-8.5.yaml", "name: x\n---\nname: y\n"), want: "dir/php-8.5.yaml:2:1: read recipe: a second document begins here", hint: "remove the --- line"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			if tt.fsys != nil {
				_, err = load(tt.fsys, "dir")
			} else {
				_, err = Open(tt.dir)
			}
			var e *diag.Error
			if !errors.As(err, &e) || e.Exit != diag.Usage {
				t.Fatalf("error %v, want a *diag.Error with exit code %d", err, diag.Usage)
			}
			if e.Error() != tt.want {
				t.Errorf("error %q, want %q", e, tt.want)
			}
			if !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("hint %q does not contain %q", e.Hint, tt.hint)
			}
		})
	}
}

func TestFind(t *testing.T) {
	s, err := Open(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arg           string
		name, version string
		err, hint     string
	}{
		{arg: "php-8.2", name: "php-8.2"},
		{arg: "php-8.2.0", name: "php-8.2", version: "8.2.0"},
		{arg: "php-8.4.24", name: "php-8.4", version: "8.4.24"},
		{arg: "php-8.4.0RC1", name: "php-8.4", version: "8.4.0RC1"},
		{arg: "php-8.2.x", err: `find recipe "php-8.2.x": "x" is not the number of a release`, hint: "php-8.2 is the newest release of the branch, php-8.2.0 an exact one"},
		{arg: "php-8.2.", err: `find recipe "php-8.2.": "" is not the number of a release`},
		{arg: "php-8", err: `find recipe "php-8": that does not name a branch`, hint: `name one: "php-8.2" or "php-8.4"`},
		{arg: "php", err: `find recipe "php": that does not name a branch`, hint: `name one: "php-8.2" or "php-8.4"`},
		{arg: "php-8.3", err: `find recipe "php-8.3": unknown recipe`, hint: `recipes: php-8.2, php-8.4`},
		{arg: "php-8.20", err: `find recipe "php-8.20": unknown recipe`, hint: `did you mean "php-8.2"?`},
		{arg: "PHP-8.2", err: `find recipe "PHP-8.2": unknown recipe`, hint: `did you mean "php-8.2"?`},
		{arg: "", err: `find recipe "": unknown recipe`, hint: `recipes: php-8.2, php-8.4`},
	} {
		t.Run(tt.arg, func(t *testing.T) {
			r, version, err := s.Find(tt.arg)
			if tt.err == "" {
				if err != nil || r.Name != tt.name || version != tt.version {
					t.Errorf("got %v, %q, %v, want %q, %q", r, version, err, tt.name, tt.version)
				}
				return
			}
			var e *diag.Error
			if !errors.As(err, &e) || e.Error() != tt.err || !strings.Contains(e.Hint, tt.hint) || e.Exit != diag.Usage {
				t.Errorf("got %+v, want %q with hint %q", err, tt.err, tt.hint)
			}
		})
	}
	if _, err := s.Runtime("wasmege"); !strings.Contains(diag.Format(err), `did you mean "wasmedge"? runtimes: wasi, wasmedge`) {
		t.Errorf("no help for an unknown runtime: %v", err)
	}
	if r, err := s.Runtime("wasi"); err != nil || r.Name != "wasi" {
		t.Errorf("Runtime: %v, %v", r, err)
	}
}

func TestCompareReleases(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"0.9", "0.14", -1}, {"0.14", "0.14.1", -1}, {"0.14", "0.14.0", 0},
		{"0.17.1", "0.14.1", 1}, {"1", "0.99", 1}, {"99999999999999999999999", "1", 1},
	} {
		if got := compareReleases(tt.a, tt.b); got != tt.want {
			t.Errorf("compareReleases(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, tt := range []struct {
		src       string
		line, col int
		want      string
	}{
		{"a: b\nc: d\n", 2, 4, "    2 | c: d\n      |    ^"},
		{"ü: é x\r\n", 1, 4, "    1 | ü: é x\n      |    ^"},
		{"\ta: b\n", 1, 3, "    1 | \ta: b\n      | \t ^"},
		{"a\n", 1, 9, "    1 | a\n      |  ^"},
		{"a", 7, 1, ""},
	} {
		if got := excerpt(tt.src, tt.line, tt.col); got != tt.want {
			t.Errorf("excerpt(%q, %d, %d) = %q, want %q", tt.src, tt.line, tt.col, got, tt.want)
		}
	}
}

// FuzzDecode: whatever a file holds, the answer is a recipe or a *diag.Error.
func FuzzDecode(f *testing.F) {
	src, err := os.ReadFile(filepath.Join(fixtures, "php-8.2.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte("a: b\n--- !x\n"))
	f.Add([]byte("a: *b\n? c\n: d\n--- !x\n- |\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, err := decode("r.yaml", "read recipe", src, new(Recipe))
		var e *diag.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("error %v is not a *diag.Error", err)
		}
	})
}

// overlay is the fixtures with one file replaced or added.
func overlay(t *testing.T, file, content string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(fixtures), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(fixtures, p))
		m[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m[file] = &fstest.MapFile{Data: []byte(content)}
	return m
}

func compileSchemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for name := range formats {
		s, err := jsonschema.NewCompiler().Compile(filepath.Join(schemaDir, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = s
	}
	return out
}

// folders says which format the files of a folder have.
var folders = map[string]string{".": "recipe", "runtimes": "runtime", "toolchains": "toolchain", "variants": "variant"}

// validate checks a file against the schema of its folder.
func validate(schemas map[string]*jsonschema.Schema, file, src string) error {
	var v any
	if err := yaml.Unmarshal([]byte(src), &v); err != nil {
		return err
	}
	return schemas[folders[path.Dir(file)]].Validate(v)
}
