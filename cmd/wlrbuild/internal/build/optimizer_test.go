package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// newOptimizer is an optimizer that is a script.
func newOptimizer(t *testing.T, script string, args ...string) *optimizer {
	t.Helper()
	program := filepath.Join(t.TempDir(), "optimize")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o777); err != nil {
		t.Fatal(err)
	}
	return &optimizer{&recipe.Optimizer{Args: args}, program, cache.Digest{}}
}

func TestOptimizer(t *testing.T) {
	store, err := cache.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := pipeline.NewState("test", store, nil)
	args := []string{"-O3", "{in}", "-o", "{out}"}
	for _, tt := range []struct {
		name      string
		optimizer *optimizer
		want, err string
	}{
		{"none", nil, "module", ""},
		{"one", newOptimizer(t, `{ cat "$2"; printf ' %s' "$1"; } >"$4"`, args...), "module -O3", ""},
		{"fails", newOptimizer(t, "exit 3", args...), "", "exit status 3"},
		{"writes nothing", newOptimizer(t, "exit 0", args...), "", "no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.optimizer.run(t.Context(), s, "postlink", []byte("module"))
			if string(got) != tt.want || (tt.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q, %v, want %q and error %q", got, err, tt.want, tt.err)
			}
		})
	}
}

// TestOptimizerKey: a module that was made with other arguments is not taken from
// the cache.
func TestOptimizerKey(t *testing.T) {
	seen := map[cache.Digest]bool{}
	for _, o := range []*optimizer{nil, newOptimizer(t, "", "-O3"), newOptimizer(t, "", "-O4")} {
		h := cache.NewHasher("test")
		o.hash(h)
		seen[h.Sum()] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d keys of 3 optimizers", len(seen))
	}
}
