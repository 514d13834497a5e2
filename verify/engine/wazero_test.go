package engine

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWazeroFeatures(t *testing.T) {
	res, err := Wazero(WazeroOptions{Features: []string{"exceptions", "extended-const", "tail-call", "threads"}}).
		Run(t.Context(), Config{Module: fixture("exit"), Args: []string{"exit", "5"}})
	must(t, err)
	if res.ExitCode != 5 {
		t.Errorf("exit status is %d, want 5", res.ExitCode)
	}
	_, err = Wazero(WazeroOptions{Features: []string{"gc"}}).Run(t.Context(), Config{Module: fixture("exit")})
	if err == nil || !strings.Contains(err.Error(), `unknown feature "gc"; those that can be turned on are exceptions, extended-const, tail-call, threads`) {
		t.Errorf("error is %v", err)
	}
}

func TestWazeroCache(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		res, err := Wazero(WazeroOptions{CacheDir: dir}).Run(t.Context(), Config{Module: fixture("exit"), Args: []string{"exit", "5"}})
		must(t, err)
		if res.ExitCode != 5 {
			t.Errorf("exit status is %d, want 5", res.ExitCode)
		}
	}
	if n := countFiles(t, dir); n != 1 {
		t.Errorf("%d files are kept, want 1", n)
	}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			err = os.WriteFile(path, []byte("damage"), 0o644)
		}
		return err
	}))
	_, err := Wazero(WazeroOptions{CacheDir: dir}).Run(t.Context(), Config{Module: fixture("exit")})
	if err == nil || !strings.Contains(err.Error(), "the compilation cache "+dir+" is damaged, remove it") {
		t.Errorf("error is %v", err)
	}
}

func countFiles(t *testing.T, dir string) int {
	n := 0
	must(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	}))
	return n
}
