package phptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// TestEndless has a program in the place of PHP that waits for another if popen()
// fails, and for ever if it is told to.
func TestEndless(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("SKIPPED: makes a native program with gcc, which is not here")
	}
	dir := t.TempDir()
	s := &suite{dir: dir, php: filepath.Join(dir, "php")}
	source := filepath.Join(dir, "php.c")
	if err := os.WriteFile(source, []byte(`#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) {
	while (strcmp(argv[3], "ends.php") && !popen("true", "r"))
		;
	return 3;
}
`), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", source, "-o", s.php).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		name      string
		fails     recipe.Failing
		incidents []Incident
		want      bool
	}{
		{"waits for what cannot be", recipe.Failing{Function: "popen"}, []Incident{{Kind: Hang, Script: "waits.php"}}, true},
		{"another function fails", recipe.Failing{Function: "socket", Returns: -1}, []Incident{{Kind: Hang, Script: "waits.php"}}, false},
		{"ends natively", recipe.Failing{Function: "popen"}, []Incident{{Kind: Hang, Script: "ends.php"}}, false},
		{"crashed as well", recipe.Failing{Function: "popen"}, []Incident{{Kind: Crash, Script: "waits.php"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			own := *s
			own.dir = t.TempDir()
			if err := os.Mkdir(own.path("tree"), 0o777); err != nil {
				t.Fatal(err)
			}
			if got, err := own.endless(t.Context(), time.Second, []recipe.Failing{c.fails}, c.incidents); err != nil || got != c.want {
				t.Errorf("%t, %v, want %t", got, err, c.want)
			}
		})
	}
	if _, err := s.endless(t.Context(), time.Second, []recipe.Failing{{Function: "not a name"}}, nil); err == nil {
		t.Error("no error for what cannot be compiled")
	}
}
