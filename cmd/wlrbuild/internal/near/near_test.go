package near

import (
	"slices"
	"testing"
)

func TestNames(t *testing.T) {
	recipes := []string{"php-7.4", "php-8.2", "php-8.4"}
	commands := []string{"build", "cache", "doctor", "explain", "list", "patch", "plan", "run"}
	for _, tt := range []struct {
		name  string
		known []string
		want  []string
	}{
		{"php-8.3", recipes, []string{"php-8.2", "php-8.4"}},
		{"php8.2", recipes, []string{"php-8.2"}},
		{"PHP-8.2", recipes, []string{"php-8.2"}},
		{"php-8", recipes, []string{"php-8.2", "php-8.4"}},
		{"python-3.12", recipes, nil},
		{"", recipes, nil},
		{"biuld", commands, []string{"build"}},
		{"lst", commands, []string{"list"}},
		{"pa", commands, []string{"patch"}},
		{"ru", commands, []string{"run"}},
		{"x", commands, nil},
	} {
		if got := Names(tt.name, tt.known); !slices.Equal(got, tt.want) {
			t.Errorf("Names(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestHint(t *testing.T) {
	for _, tt := range []struct {
		name  string
		known []string
		want  string
	}{
		{"wasmege", []string{"wasi", "wasmedge"}, `did you mean "wasmedge"? runtimes: wasi, wasmedge`},
		{"wsi", []string{"wasi"}, `did you mean "wasi"? runtimes: wasi`},
		{"wa", []string{"wasi", "wasmedge"}, `runtimes: wasi, wasmedge`},
		{"other", []string{"wasi", "wasmedge"}, `runtimes: wasi, wasmedge`},
		{"wasi", nil, `there are no runtimes`},
	} {
		if got := Hint("runtimes", tt.name, tt.known); got != tt.want {
			t.Errorf("Hint(%q, %q) = %q, want %q", tt.name, tt.known, got, tt.want)
		}
	}
}

func TestOr(t *testing.T) {
	for _, tt := range []struct {
		names []string
		want  string
	}{
		{nil, ""},
		{[]string{"a"}, `"a"`},
		{[]string{"a", "b", "c"}, `"a", "b" or "c"`},
	} {
		if got := Or(tt.names); got != tt.want {
			t.Errorf("Or(%q) = %s, want %s", tt.names, got, tt.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"abc", "acb", 1}, {"kitten", "sitting", 3}, {"über", "uber", 1},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
