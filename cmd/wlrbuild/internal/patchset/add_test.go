package patchset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Add lists a patch after those that are there, and what it writes is read back
// as what it does.
func TestAdd(t *testing.T) {
	dir := t.TempDir()
	edits := []Edit{{Name: "src/a.c", Old: []byte("one\ntwo\n"), New: []byte("one\n2\n")}}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	first, err := Add(dir, "a: say it in digits", "It is shorter.", edits)
	if err != nil || first != "0001-a-say-it-in-digits.patch" {
		t.Fatalf("%q, %v", first, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, first))
	if err != nil {
		t.Fatal(err)
	}
	// The number follows that of the last patch, and no newline is missed.
	if err := os.Rename(filepath.Join(dir, first), filepath.Join(dir, "0009-x.patch")); err != nil {
		t.Fatal(err)
	}
	write(seriesFile, "# why\n0009-x.patch")
	second, err := Add(dir, "a: say it in digits", "It is shorter.", edits)
	if err != nil || second != "0010-a-say-it-in-digits.patch" {
		t.Fatalf("%q, %v", second, err)
	}
	series, err := os.ReadFile(filepath.Join(dir, seriesFile))
	if err != nil || string(series) != "# why\n0009-x.patch\n"+second+"\n" {
		t.Errorf("series %q, %v", series, err)
	}
	p, problems := parsePatch(second, second, text)
	if len(problems) > 0 || p.Subject != "a: say it in digits" || p.Body != "It is shorter." || p.Lines != 2 || p.Files[0].New != "src/a.c" {
		t.Errorf("%+v, %v", p, problems)
	}
	if !strings.Contains(string(text), "\n-two\n+2\n") {
		t.Errorf("%s", text)
	}
	// A patch without a reason is none.
	if _, err := Add(dir, "a: again", " ", edits); err == nil || !strings.Contains(err.Error(), "no reason") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "0011-a-again.patch")); err == nil {
		t.Error("it is written all the same")
	}
}
