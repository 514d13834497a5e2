package wrapper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func TestAdapt(t *testing.T) {
	for _, c := range []struct {
		name, f, slot string
		want          string // the call in the wrapper
		refused       string
	}{
		{"a result dropped", "int (*)(struct node *)", "void (*)(struct item *)", "(void)f((struct node *)arg1);", ""},
		{"an argument dropped", "void (*)(void *)", "void (*)(void *, int)", "f(arg1);", ""},
		{"all arguments dropped", "int (*)(void)", "int (*)(double, struct pair)", "return f();", ""},
		{"a wider parameter", "int (*)(long long)", "int (*)(int)", "return f(arg1);", ""},
		{"a wider unsigned parameter", "int (*)(long long)", "int (*)(unsigned int)", "return f(arg1);", ""},
		{"a wider enumeration", "void (*)(long long)", "void (*)(enum kind)", "f(arg1);", ""},
		{"a wider result", "unsigned int (*)(void)", "long long (*)(void)", "return f();", ""},
		{"a wider float", "double (*)(double)", "double (*)(float)", "return f(arg1);", ""},

		{"the same struct", "void (*)(struct pair)", "void (*)(struct pair, int)", "f(arg1);", ""},
		{"signs kept as bits", "unsigned int (*)(unsigned long)", "int (*)(int, int)", "return (int)f((unsigned long)arg1);", ""},
		{"a callback passed on", "int (*)(int (*)(void *))", "void (*)(int (*)(void *))", "(void)f(arg1);", ""},

		{"a missing argument", "void (*)(int, int)", "void (*)(int)", "", "it takes 2 parameters, and is called with 1"},
		{"a missing result", "void (*)(int)", "int (*)(int)", "", "it has no result, and int is wanted"},
		{"a narrower parameter", "void (*)(int)", "void (*)(long long)", "", "parameter 1: int does not hold every long long"},
		{"a narrower result", "long long (*)(void)", "int (*)(void)", "", "the result: int does not hold every long long"},
		{"a sign lost", "void (*)(unsigned long long)", "void (*)(int)", "", "parameter 1: int may be negative, and unsigned long long may not keep that"},
		{"an enumeration without a sign", "void (*)(unsigned long long)", "void (*)(enum kind)", "", "parameter 1: enum kind may be negative"},
		{"a float for a number", "void (*)(double)", "void (*)(int)", "", "parameter 1: int is not a kind of double"},
		{"a narrower float", "void (*)(float)", "void (*)(double)", "", "parameter 1: float does not hold every double"},
		{"a number for a pointer", "void (*)(void *)", "void (*)(int)", "", "parameter 1: int is not a kind of void *"},
		{"a struct for a pointer", "void (*)(struct pair)", "void (*)(struct pair *)", "", "parameter 1: struct pair * is not a kind of struct pair"},
		{"another callback", "void (*)(void (*)(int))", "void (*)(int (*)(int))", "", "parameter 1: int (*)(int) is not void (*)(int)"},
		{"variable arguments", "void (*)(int, ...)", "void (*)(int)", "", "takes variable arguments"},
		{"no prototype", "int (*)()", "void (*)(int)", "", "has no prototype"},
		{"a function that returns one", "void (*(*)(int))(int)", "void (*)(int)", "", "is not a pointer to a function"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := adapt(c.f, c.slot)
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("%v, want %q; %s", err, c.refused, text)
				}
				return
			}
			if err != nil || !strings.Contains(text, "\n\t"+c.want+"\n") {
				t.Errorf("%v\n%s\nwant %s", err, text, c.want)
			}
		})
	}
}

func adapt(f, slot string) (string, error) {
	from, err := ParseFunc(f)
	if err != nil {
		return "", err
	}
	to, err := ParseFunc(slot)
	if err != nil {
		return "", err
	}
	return Adapt("g", "f", from, to)
}

func TestSameInWasm(t *testing.T) {
	for _, c := range []struct {
		f, g string
		want bool
	}{
		{"int (*)(struct node *)", "char (*)(unsigned long)", true},
		{"void (*)(enum kind)", "void (*)(bool)", true},
		{"int (*)(void)", "void (*)(void)", false},
		{"int (*)(int)", "int (*)(long long)", false},
		{"int (*)(int)", "int (*)(int, int)", false},
		{"void (*)(float)", "void (*)(double)", false},
	} {
		f, err := ParseFunc(c.f)
		if err != nil {
			t.Fatal(err)
		}
		g, err := ParseFunc(c.g)
		if err != nil {
			t.Fatal(err)
		}
		if got := SameInWasm(f, g); got != c.want {
			t.Errorf("%s and %s: %t", c.f, c.g, got)
		}
	}
}

// TestRewrite rewrites the sources of testdata. In each file, "casts" has a line
// per cast: the function, its type and the other, and what stands where the cast
// begins, which is in the source once.
func TestRewrite(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]string{}
			for _, f := range txtar.Parse(data).Files {
				parts[f.Name] = string(f.Data)
			}
			source := parts["source.c"]
			var casts []Cast
			for line := range strings.Lines(parts["casts"]) {
				words := strings.Split(strings.TrimSpace(line), " | ")
				before, _, ok := strings.Cut(source, words[3])
				if !ok || strings.Count(source, words[3]) != 1 {
					t.Fatalf("%q is not in the source once", words[3])
				}
				casts = append(casts, Cast{
					Function: words[0], From: words[1], To: words[2],
					Line: strings.Count(before, "\n") + 1, Col: len(before) - strings.LastIndexByte(before, '\n'),
				})
			}
			got, err := Rewrite(source, casts)
			if want, ok := parts["error"]; ok {
				if err == nil || err.Error()+"\n" != want {
					t.Errorf("%v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(parts["want.c"], got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
