package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrepare(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o644))

	got, err := Config{
		Module: "some/php.wasm",
		Env:    []string{"A=1", "B=2", "A=x=y", "EMPTY="},
		Dirs:   []Dir{{Host: dir}, {Host: dir, Guest: "."}, {Host: dir, Guest: "/data"}},
	}.prepare()
	must(t, err)
	want := Config{
		Module: "some/php.wasm",
		Args:   []string{"php.wasm"},
		Env:    []string{"A=x=y", "B=2", "EMPTY="},
		Dirs:   []Dir{{Host: dir, Guest: dir}, {Host: dir, Guest: "."}, {Host: dir, Guest: "/data"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	for _, test := range []struct {
		name string
		cfg  Config
		want string
	}{
		{"argument", Config{Args: []string{"php", "a\x00b"}}, "argument 1 has a NUL byte"},
		{"variable without a value", Config{Env: []string{"HOME"}}, `"HOME" is not NAME=VALUE`},
		{"variable without a name", Config{Env: []string{"=x"}}, `"=x" is not NAME=VALUE`},
		{"variable", Config{Env: []string{"A=\x00"}}, `"A=\x00" is not NAME=VALUE`},
		{"missing directory", Config{Dirs: []Dir{{Host: filepath.Join(dir, "none"), Guest: "/data"}}}, "directory for the guest's /data: "},
		{"file", Config{Dirs: []Dir{{Host: file, Guest: "/data"}}}, "is not a directory"},
		{"relative name", Config{Dirs: []Dir{{Host: dir, Guest: "data"}}}, `"data", and must be an absolute path`},
		{"relative host directory", Config{Dirs: []Dir{{Host: "testdata"}}}, `"testdata", and must be an absolute path`},
		{"name", Config{Dirs: []Dir{{Host: dir, Guest: "/\x00"}}}, "NUL byte"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.cfg.prepare(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

// TestPrepareIsAsked sees to it that every engine checks its configuration.
func TestPrepareIsAsked(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		_, err := c.engine.Run(t.Context(), Config{Module: fixture("exit"), Env: []string{"HOME"}})
		if err == nil || !strings.Contains(err.Error(), "NAME=VALUE") {
			t.Errorf("error is %v", err)
		}
	})
}
