package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	for _, test := range []struct {
		name, data string
		kind       Kind
		err        string // part of it
	}{
		{"module", "\x00asm\x01\x00\x00\x00", Module, ""},
		{"module with sections", "\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00", Module, ""},
		{"component", "\x00asm\x0d\x00\x01\x00", Component, ""},
		{"module of the future", "\x00asm\x02\x00\x00\x00", None, "version 2, layer 0"},
		{"unknown layer", "\x00asm\x01\x00\x02\x00", None, "version 1, layer 2"},
		{"empty", "", None, "is empty"},
		{"cut off", "\x00asm\x01\x00", None, "cut off after 6 bytes"},
		{"short", "\x00a", None, `starts with "\x00a"`},
		{"text form", "(module)", None, "text form"},
		{"native", "\x7fELF\x02\x01\x01", None, "ELF"},
		{"gzip", "\x1f\x8b\x08", None, "gzip"},
		{"script", "<?php echo 1;", None, "PHP script"},
		{"pointer", "version https://git-lfs.github.com/spec/v1\n", None, "Git LFS"},
		{"anything", "hello", None, `starts with "hell"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.wasm")
			if err := os.WriteFile(path, []byte(test.data), 0o644); err != nil {
				t.Fatal(err)
			}
			kind, err := Identify(path)
			if kind != test.kind {
				t.Errorf("kind is %v, want %v", kind, test.kind)
			}
			if (err == nil) != (test.err == "") {
				t.Fatalf("error is %v, want %q", err, test.err)
			}
			if err != nil && (!strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), path)) {
				t.Errorf("error is %q, and should have the path and %q in it", err, test.err)
			}
		})
	}
	if _, err := Identify(t.TempDir()); err == nil || !strings.Contains(err.Error(), "directory") {
		t.Errorf("a directory: %v", err)
	}
	if _, err := Identify(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Errorf("a missing file: %v", err)
	}
}
