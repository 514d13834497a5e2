package patchset

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/patches"
)

func TestLint(t *testing.T) {
	golden(t, "lint", func(t *testing.T, in files) files {
		s, err := Load(in.fs(), "php", "8.2", "wasmedge")
		if err == nil {
			var names []string
			for _, p := range s.Patches {
				names = append(names, p.Name+"\n")
			}
			return files{"series": strings.Join(names, "")}
		}
		if code := diag.ExitCode(err); code != diag.Patch {
			t.Errorf("exit code %d, want %d", code, diag.Patch)
		}
		return files{"error": diag.Format(err)}
	})
}

// What an archive of text cannot hold.
func TestLintBytes(t *testing.T) {
	good := mail("x", change)
	for _, test := range []struct{ name, patch, want string }{
		{"good", good, ""},
		{"all in CRLF", strings.ReplaceAll(good, "\n", "\r\n"), "0001-x.patch:1: line ends in CRLF"},
		{"hunk header in CRLF", strings.Replace(good, "@@\n", "@@\r\n", 1), "0001-x.patch:9: line ends in CRLF"},
		{"content in CRLF", strings.ReplaceAll(good, " a\n", " a\r\n"), ""},
		{"cut off", strings.TrimSuffix(good, "\n"), "does not end in a newline"},
		{"line number too large", strings.Replace(good, "-1,7", "-9223372036854775807,7", 1), "hunk 1 of f is malformed"},
		{"cut off in a hunk", strings.TrimSuffix(good, " f\n"), "miscounts lines"},
	} {
		_, problems := parsePatch("0001-x.patch", "0001-x.patch", []byte(test.patch))
		err := asError(problems)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
}

func TestParseMail(t *testing.T) {
	p, problems := parsePatch("0001-x.patch", "0001-x.patch", []byte(
		"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\n"+
			"From: =?UTF-8?q?J=C3=BCrgen?= Doe <jd@example.com>\n"+
			"Date: Fri, 2 Jan 2026 04:04:05 +0100\n"+
			"Subject: [PATCH 3/7] [mysqlnd] a subject that goes\n on\n\n"+
			"First.\n\n\nSecond.  \n--- a/not/a/diff\n\nSigned-off-by: X <x@example.com>\n---\n f | 2 +-\n\n"+
			change+"-- \n2.39.5\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := "[mysqlnd] a subject that goes on"; p.Subject != want {
		t.Errorf("subject %q, want %q", p.Subject, want)
	}
	if want := "Jürgen Doe <jd@example.com>"; p.Author != want {
		t.Errorf("author %q, want %q", p.Author, want)
	}
	if !p.Date.Equal(releaseTime) {
		t.Errorf("date %v, want %v", p.Date, releaseTime)
	}
	if want := "First.\n\nSecond.\n--- a/not/a/diff\n\nSigned-off-by: X <x@example.com>"; p.Body != want {
		t.Errorf("body %q, want %q", p.Body, want)
	}
	if p.Lines != 2 || len(p.Files) != 1 || p.Files[0].Path() != "f" || p.Files[0].hunks[0].line != 20 {
		t.Errorf("%d lines, files %+v", p.Lines, p.Files[0])
	}
}

func TestDigest(t *testing.T) {
	digest := func(f files) string { return loadFiles(t, f).Digest.String() }
	one, two := mail("one", change), mail("two", change)
	seen := map[string]string{}
	for name, f := range map[string]files{
		"none":      {},
		"one":       {"series": "a.patch\n", "a.patch": one},
		"changed":   {"series": "a.patch\n", "a.patch": two},
		"renamed":   {"series": "b.patch\n", "b.patch": one},
		"both":      {"series": "a.patch\nb.patch\n", "a.patch": one, "b.patch": two},
		"reordered": {"series": "b.patch\na.patch\n", "a.patch": one, "b.patch": two},
		"runtime":   {"series": "a.patch\n", "a.patch": one, "wasmedge/series": "b.patch\n", "wasmedge/b.patch": two},
	} {
		d := digest(f)
		if other, ok := seen[d]; ok {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[d] = name
	}
	// Comments and the patches of other runtimes do not change what is built.
	f := files{"series": "# why\na.patch\n", "a.patch": one, "wasi/series": "b.patch\n", "wasi/b.patch": two}
	if seen[digest(f)] != "one" {
		t.Error("the digest depends on comments or on another runtime")
	}
}

// mostLines is how much of PHP the patches of a branch may change. What needs
// more belongs into the POSIX layer.
const mostLines = 400

// The patches that are built in must be without defects, for every branch and
// runtime that has some.
func TestEmbedded(t *testing.T) {
	branches, err := patches.FS.ReadDir("php")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range branches {
		if !b.IsDir() {
			continue
		}
		inside, err := patches.FS.ReadDir("php/" + b.Name())
		if err != nil {
			t.Fatal(err)
		}
		runtimes := []string{"no-such-runtime"}
		for _, r := range inside {
			if r.IsDir() {
				runtimes = append(runtimes, r.Name())
			}
		}
		for _, r := range runtimes {
			s, err := Load(patches.FS, "php", b.Name(), r)
			if err != nil {
				t.Error(diag.Format(err))
				continue
			}
			if s.Lines >= mostLines {
				t.Errorf("php %s for %s: the patches change %d lines; the limit is %d", b.Name(), r, s.Lines, mostLines)
			}
		}
	}
}

func TestLoadUnreadable(t *testing.T) {
	fsys := fstest.MapFS{"php/8.2": &fstest.MapFile{Data: []byte("a file where a folder should be")}}
	_, err := Load(fsys, "php", "8.2", "wasmedge")
	var e *diag.Error
	if !errors.As(err, &e) || e.Exit != diag.Patch {
		t.Errorf("error is %v", err)
	}
}
