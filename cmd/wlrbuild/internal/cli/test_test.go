package cli

import (
	"slices"
	"strings"
	"testing"
)

// TestTestTargets says what is built for which words on the command line: the
// first of it, since the recorder then ends the run.
func TestTestTargets(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"test", "php-8.2"}, `php-8.2 "" for wasi`},
		{[]string{"test", "php-8.2.7", "Zend/tests"}, `php-8.2 "8.2.7" for wasi`},
		{[]string{"test", "php-8.2", "--runtime", "wasmedge"}, `php-8.2 "" for wasmedge`},
		{[]string{"test", "php-8.2", "--runtime", "wasmedge", "--runtime", "wasi"}, `php-8.2 "" for wasmedge`},
		{[]string{"test", "all", "--runtime", "wasmedge"}, `php-8.2 "" for wasmedge`},
		{[]string{"test", "all"}, `php-8.2 "" for wasi`},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			b := &recorder{}
			code, _, stderr := run(t, b, tt.args...)
			if code != 1 || !strings.Contains(stderr, "built nothing") || len(b.asked) != 1 {
				t.Fatalf("exit code %d, asked %d times, stderr %q", code, len(b.asked), stderr)
			}
			if got := summary(b.asked[0]); !strings.HasPrefix(got, tt.want+" with") {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestTestErrors has what is refused before anything is built.
func TestTestErrors(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{nil, "no recipe is named"},
		{[]string{"php-8.3"}, `find recipe "php-8.3": unknown recipe`},
		{[]string{"php-8.2", "--runtime", "wasm"}, `find runtime "wasm": unknown runtime`},
		{[]string{"php-8.2", "--engine", "v8"}, `has no such engine`},
		{[]string{"php-8.2", "--sample=-1"}, "at least 1"},
		{[]string{"php-8.2", "--sample=x"}, "x"},
		{[]string{"php-8.2", "--time-limit", "1ms"}, "at least 1s"},
		{[]string{"php-8.2", "-j0"}, "at least 1"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			b := &recorder{}
			code, _, stderr := run(t, b, slices.Concat([]string{"test"}, tt.args)...)
			if code != 2 || !strings.Contains(stderr, tt.stderr) || b.asked != nil {
				t.Errorf("exit code %d, asked %d times, stderr %q", code, len(b.asked), stderr)
			}
		})
	}
}
