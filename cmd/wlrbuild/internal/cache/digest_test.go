package cache

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const emptySum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParseDigest(t *testing.T) {
	for _, tt := range []struct{ in, err string }{
		{emptySum, ""},
		{strings.ToUpper(emptySum), ""},
		{"", "has 0 characters"},
		{emptySum[1:], "has 63 characters"},
		{emptySum + "00", "has 66 characters"},
		{"x" + emptySum[1:], "invalid byte"},
	} {
		d, err := ParseDigest(tt.in)
		checkErr(t, err, tt.err)
		if tt.err == "" && d.String() != emptySum {
			t.Errorf("ParseDigest(%q) = %v", tt.in, d)
		}
		if tt.err != "" && d != (Digest{}) {
			t.Errorf("ParseDigest(%q) failed but returned %v", tt.in, d)
		}
	}
}

// checkErr fails the test unless err holds the text want, or is nil for "".
func checkErr(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	}
}

func TestDigestJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty")
	write(t, path, "")
	d, err := FileDigest(path)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(Input{"a file", d})
	if want := `{"label":"a file","digest":"` + emptySum + `"}`; err != nil || string(data) != want {
		t.Errorf("%s, %v, want %s", data, err, want)
	}
	var back Input
	if err := json.Unmarshal(data, &back); err != nil || back != (Input{"a file", d}) {
		t.Errorf("%v, %v", back, err)
	}
	if d.Short() != emptySum[:12] {
		t.Errorf("Short is %q", d.Short())
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Keys of different inputs differ, those of equal inputs do not.
func TestHasher(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	write(t, file, "x")
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	keys := map[string]func(h *Hasher){
		"nothing":            func(h *Hasher) {},
		"a string":           func(h *Hasher) { h.String("a", "b") },
		"another label":      func(h *Hasher) { h.String("ab", "") },
		"another value":      func(h *Hasher) { h.String("", "ab") },
		"two strings":        func(h *Hasher) { h.String("a", "b"); h.String("c", "d") },
		"in another order":   func(h *Hasher) { h.String("c", "d"); h.String("a", "b") },
		"a list":             func(h *Hasher) { h.Strings("a", []string{"b", "c"}) },
		"other borders":      func(h *Hasher) { h.Strings("a", []string{"bc"}) },
		"an empty element":   func(h *Hasher) { h.Strings("a", []string{"b", "c", ""}) },
		"an empty list":      func(h *Hasher) { h.Strings("a", nil) },
		"an empty string":    func(h *Hasher) { h.String("a", "") },
		"a list of one":      func(h *Hasher) { h.Strings("a", []string{"b"}) },
		"a file":             func(h *Hasher) { must(h.File("a", file)) },
		"a string like it":   func(h *Hasher) { h.String("a", "x") },
		"a tree":             func(h *Hasher) { must(h.Tree("a", dir, nil)) },
		"a tree less a file": func(h *Hasher) { must(h.Tree("a", dir, func(string) bool { return false })) },
		"a digest":           func(h *Hasher) { h.Digest("a", Digest{}) },
		"another digest":     func(h *Hasher) { h.Digest("a", Digest{1}) },
	}
	seen := map[Digest]string{NewHasher("other").Sum(): "another name"}
	for name, add := range keys {
		h := NewHasher("step/v1")
		add(h)
		if other, ok := seen[h.Sum()]; ok {
			t.Errorf("%s and %s have the same key", name, other)
		}
		seen[h.Sum()] = name
		again := NewHasher("step/v1")
		add(again)
		if again.Sum() != h.Sum() {
			t.Errorf("%s has another key the second time", name)
		}
	}
}

// Keys outlive the program, so that a change of the encoding is a change that
// throws every cache away. It must be meant.
func TestHasherIsStable(t *testing.T) {
	h := NewHasher("step/v1")
	h.String("a", "b")
	h.Strings("c", []string{"d", "e"})
	h.Digest("f", Digest{1})
	if got, want := h.Sum().Short(), "3bc06739e349"; got != want {
		t.Errorf("key %s, want %s", got, want)
	}
}

func TestHasherInputs(t *testing.T) {
	h := NewHasher("step/v1")
	h.String("version", "8.2.32")
	before := h.Sum()
	h.Digest("source", Digest{7})
	inputs := h.Inputs()
	if len(inputs) != 2 || inputs[0].Label != "version" || inputs[1] != (Input{"source", Digest{7}}) {
		t.Errorf("inputs %v", inputs)
	}
	if h.Sum() == before {
		t.Error("Sum must not end a Hasher")
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if err := h.File("file", missing); err == nil || len(h.Inputs()) != 2 {
		t.Errorf("a missing file: error %v, inputs %v", err, h.Inputs())
	}
	if err := h.Tree("tree", missing, nil); err == nil || len(h.Inputs()) != 2 {
		t.Errorf("a missing tree: error %v, inputs %v", err, h.Inputs())
	}
}
