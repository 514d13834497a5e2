package cc

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPrefixMaps(t *testing.T) {
	m := PrefixMaps{"/w/src": "/php", "/w/src/build": "/build", "/tc": "/toolchain"}
	tests := []struct{ text, want string }{
		{"/w/src", "/php"},
		{"/w/src/main/x.c", "/php/main/x.c"},
		{"/w/src/build/x.o", "/build/x.o"},
		{"/w/src2/x.c", "/w/src2/x.c"},
		{"/w/src-2", "/w/src-2"},
		{"/x/w/src/y", "/x/w/src/y"},
		{"-I/w/src/Zend", "-I/php/Zend"},
		{"-isystem/w/src", "-isystem/php"},
		{"--sysroot=/tc/share", "--sysroot=/toolchain/share"},
		{"-Wl,/w/src/a,/tc/b", "-Wl,/php/a,/toolchain/b"},
		{`-DX="/w/src"`, `-DX="/php"`},
		{"rel/w/src/x", "rel/w/src/x"},
		{"-Lrel/w/src", "-Lrel/w/src"},
		{"../w/src", "../w/src"},
		{"In file included from /w/src/a.c:1:\n/w/src/b.h:2: x\n", "In file included from /php/a.c:1:\n/php/b.h:2: x\n"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := m.Name(tt.text); got != tt.want {
			t.Errorf("Name(%q) = %q, want %q", tt.text, got, tt.want)
		}
		if got := m.Local(tt.want); got != tt.text {
			t.Errorf("Local(%q) = %q, want %q", tt.want, got, tt.text)
		}
		if got := m.unmark().Replace(m.mark().text(tt.text)); got != tt.text {
			t.Errorf("unmark(mark(%q)) = %q", tt.text, got)
		}
	}
	// A name that was there before is not taken for one we put there.
	const odd = "/php/x and /w/src/x"
	if got := m.unmark().Replace(m.mark().text(odd)); got != odd {
		t.Errorf("%q became %q", odd, got)
	}
}

func TestConfigErrors(t *testing.T) {
	good := func() Config {
		return Config{Clang: "/clang", Link: LinkReal, Cache: "/c", Toolchain: "00", PrefixMaps: PrefixMaps{"/a": "/b"}}
	}
	tests := []struct {
		name string
		set  func(c *Config)
		want string // "" for none
	}{
		{"good", func(c *Config) {}, ""},
		{"relative clang", func(c *Config) { c.Clang = "clang" }, `clang "clang" is not an absolute path`},
		{"link", func(c *Config) { c.Link = "maybe" }, `link "maybe": want "real" or "record"`},
		{"relative cache", func(c *Config) { c.Cache = "c" }, `cache "c" is not`},
		{"no toolchain", func(c *Config) { c.Toolchain = "" }, "is not a digest"},
		{"toolchain", func(c *Config) { c.Toolchain = "xyz" }, "is not a digest"},
		{"glob", func(c *Config) { c.FileFlags = []FileFlags{{Glob: "[a"}} }, `glob "[a"`},
		{"unclean directory", func(c *Config) { c.PrefixMaps = PrefixMaps{"/a/": "/b"} }, `"/a/" is not a clean`},
		{"relative name", func(c *Config) { c.PrefixMaps = PrefixMaps{"/a": "b"} }, `"b" is not a clean`},
		{"one name twice", func(c *Config) { c.PrefixMaps = PrefixMaps{"/a": "/b", "/c": "/b"} }, `"/a" and "/c" both map to "/b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.set(&c)
			name := filepath.Join(t.TempDir(), "config")
			err := c.WriteFile(name)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := loadConfig(name); err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	name := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(name, []byte(`{"clang":"/c","link":"real","colour":1}`), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig(name); err == nil || !strings.Contains(err.Error(), `unknown field "colour"`) {
		t.Errorf("%v", err)
	}
}

func TestParse(t *testing.T) {
	m := PrefixMaps{"/w": "/php"}.mark()
	tests := []struct {
		args   string
		kind   kind
		output string
		reason string
	}{
		{"-c a.c", compile, "a.o", ""},
		{"-c x/a.c", compile, "a.o", ""},
		{"-c a.c -o x/b.o", compile, "x/b.o", ""},
		{"-c a.c -ox/b.o", compile, "x/b.o", ""},
		{"-include x.h -D X -I inc -isystem inc -Xclang -target-feature -Xclang +simd128 -mllvm -wasm-enable-sjlj -c a.c", compile, "a.o", ""},
		{"-undef -c a.c", compile, "a.o", ""},
		{"-include-pch x.pch -c a.c", compile, "a.o", "option -include-pch"},
		{"-x c -c a.c", compile, "a.o", ""},
		{"-x c++ -c a.c", compile, "a.o", "option -x c++"},
		{"-c a.c b.c", compile, "", "several sources"},
		{"-c a.c @more", compile, "", "response file @more"},
		{"-S a.c", compile, "", "option -S"},
		{"-MD -MF - -c a.c", compile, "a.o", "option -MF -"},
		{"-MF x -c a.c", compile, "a.o", "option -MF without -MD or -MMD"},
		{"-MD -MG -c a.c", compile, "a.o", "option -MG"},
		{"-save-temps -c a.c", compile, "a.o", "option -save-temps"},
		{"-frecord-command-line -c a.c", compile, "a.o", "option -frecord-command-line"},
		{"-Xclang -dependency-file -Xclang x -c a.c", compile, "a.o", "option -Xclang -dependency-file"},
		{"-c a.c -o", compile, "a.o", "option -o without a value"},
		{"-E a.c -o x", other, "", ""},
		{"-c -E a.c", other, "", ""},
		{"-v", other, "", ""},
		{"a.o b.o", link, "a.out", ""},
		{"a.o -L x -lm -o prog", link, "prog", ""},
		{"a.c -o prog", link, "prog", ""},
		{"-fsyntax-only a.c", other, "", ""},
	}
	for _, tt := range tests {
		inv := parse(strings.Fields(tt.args), m)
		if inv.kind != compile {
			inv.reason = "" // nobody asks
		}
		if inv.kind != tt.kind || inv.output != tt.output || inv.reason != tt.reason {
			t.Errorf("%s: kind %d output %q reason %q, want %d %q %q", tt.args, inv.kind, inv.output, inv.reason, tt.kind, tt.output, tt.reason)
		}
	}
}

// TestKeyArgs: what decides about an object is in the key, what does not is not.
func TestKeyArgs(t *testing.T) {
	m := PrefixMaps{"/w": "/php"}.mark()
	key := func(args string) string { return fmt.Sprintf("%q", parse(strings.Fields(args), m).key) }
	base := key("-O2 -I/w/inc -c /w/a.c")
	for _, same := range []string{
		"-O2 -I /w/inc -c /w/a.c", "-O2 -I/w/inc -c /w/a.c -o x.o", "-O2 -I/w/inc -c /w/a.c -MD -MF d -MT t -MQ q -MP -MMD",
	} {
		if key(same) != base {
			t.Errorf("%s: another key", same)
		}
	}
	other := PrefixMaps{"/v": "/php"}.mark()
	if got := fmt.Sprintf("%q", parse(strings.Fields("-O2 -I/v/inc -c /v/a.c"), other).key); got != base {
		t.Errorf("moved: %s, want %s", got, base)
	}
	for _, differs := range []string{
		"-O1 -I/w/inc -c /w/a.c", "-O2 -I/w/inc2 -c /w/a.c", "-O2 -I/w/inc -c a.c", "-O2 -isystem /w/inc -c /w/a.c",
		"-O2 -I/php/inc -c /w/a.c", "-I/w/inc -O2 -c /w/a.c", "-O2 -I/w/inc -c /w/a.c -DX=/w",
	} {
		if key(differs) == base {
			t.Errorf("%s: the same key", differs)
		}
	}
}

func TestSpelledNames(t *testing.T) {
	const source = `
#include "a.h"
# include <sys/b.h>
#	include/* why */"c.h"
#include \
  "d.h"
%:include <e.h>
#include_next <f.h>
#if 0
#include "g.h"
#endif
#if __has_include("h.h") || __has_include_next( <i.h> ) || defined(__has_include)
#import <j.h>
#embed "k.bin"
#include MACRO
#include "unclosed
included "no.h" // a word that only begins so
/* include */
#include ""
`
	var got []string
	spelledNames([]byte(source), func(name string) { got = append(got, name) })
	want := strings.Fields("a.h sys/b.h c.h d.h e.h f.h g.h h.h i.h j.h k.bin")
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDeps(t *testing.T) {
	names := []string{"a.c", "dir with space/b.h", "c#.h", "d$.h", strings.Repeat("long/", 20) + "e.h"}
	data := formatDeps(depsRequest{targets: []string{"t"}}, "a.c", names)
	got, err := parseDeps(data)
	if err != nil || !slices.Equal(got, names) {
		t.Errorf("%q, %v from %s", got, err, data)
	}
	for _, bad := range []string{"", "no target", `t: a\b`} {
		if got, err := parseDeps([]byte(bad)); err == nil {
			t.Errorf("%q: %q, want an error", bad, got)
		}
	}
}

func TestLookups(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/x.h", "b/sub/y.h", "b/z.h/dir"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("x.h", filepath.Join(dir, "a/link.h")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "a/dangling.h")); err != nil {
		t.Fatal(err)
	}
	l := lookups{
		Dirs:  []string{filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "none")},
		Names: []string{"x.h", "sub/y.h", "../a/x.h", "z.h", "link.h", "dangling.h", filepath.Join(dir, "a/x.h"), "sub/none.h"},
	}
	l.Found = l.probe(func(dir string) string { return dir })
	if got, want := fmt.Sprint(l.Found), "[[0 2 4] [1 2] [] [6]]"; got != want {
		t.Fatalf("found %s, want %s", got, want)
	}
	if diff := l.difference(l.Found); diff != "" {
		t.Error(diff)
	}
}
