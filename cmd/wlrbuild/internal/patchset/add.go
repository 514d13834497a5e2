package patchset

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Edit is a change to a file of the tree that a series makes.
type Edit struct {
	Name     string
	Old, New []byte
}

// addedBy is who makes the patches that no person has written.
const addedBy = "wlrbuild <wlrbuild@wlrbuild.invalid>"

// Add writes a patch and lists it at the end of the series in a folder
// (patches/<project>/<branch>). It returns the patch's name there.
func Add(seriesDir, subject, reason string, edits []Edit) (name string, err error) {
	op := fmt.Sprintf("add a patch to %s", seriesDir)
	defer func() { err = explain(diag.Step, op, err) }()
	f, err := readFolder(seriesDir, ".")
	if err != nil {
		return "", err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "From: %s\nSubject: [PATCH] %s\n\n%s\n---\n\n", addedBy, subject, strings.TrimSpace(reason))
	for _, e := range edits {
		formatHunks(&text, e)
	}
	last := 0
	for _, item := range f.list.items {
		if m := numbered.FindStringSubmatch(item.name); m != nil {
			last, _ = strconv.Atoi(m[1]) // four digits
		}
	}
	c := patchCommit{subject: subject}
	name = fmt.Sprintf("%04d-%s.patch", last+1, c.slug())
	if _, problems := parsePatch(name, path.Join(seriesDir, name), text.Bytes()); len(problems) > 0 {
		return "", asError(problems)
	}
	if err := os.MkdirAll(f.dir, 0o777); err != nil {
		return "", err
	}
	if err := writeWhole(filepath.Join(f.dir, name), text.Bytes()); err != nil {
		return "", err
	}
	series, err := os.ReadFile(filepath.Join(f.dir, seriesFile))
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	if len(series) > 0 && !bytes.HasSuffix(series, []byte("\n")) {
		series = append(series, '\n')
	}
	return name, writeWhole(filepath.Join(f.dir, seriesFile), append(series, name+"\n"...))
}

// formatHunks writes how a regular file is changed.
func formatHunks(b *bytes.Buffer, e Edit) {
	hash := func(data []byte) string { return short(plumbing.ComputeHash(plumbing.BlobObject, data)) }
	fmt.Fprintf(b, "diff --git a/%s b/%[1]s\nindex %s..%s %o\n--- a/%[1]s\n+++ b/%[1]s\n", e.Name, hash(e.Old), hash(e.New), filemode.Regular)
	hunks := diff.Diff("", e.Old, "", e.New)
	for range 3 { // its own header
		_, hunks, _ = bytes.Cut(hunks, []byte("\n"))
	}
	b.Write(hunks)
}
