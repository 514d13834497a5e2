package patchset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/rogpeppe/go-internal/diff"
)

// format writes the commit as a patch. It is what `git format-patch
// --zero-commit --no-stat --no-signature --no-numbered` writes, but for the
// algorithm that finds the hunks, and `git am` reads it. The commit's own hash
// is left out because it changes with every rebase. The date is left out if it
// is that of the release, which is what a patch without a date gets.
func (c *patchCommit) format(ctx context.Context, release time.Time) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From %s Mon Sep 17 00:00:00 2001\n", plumbing.ZeroHash)
	fmt.Fprintf(&b, "From: %s <%s>\n", c.Author.Name, c.Author.Email)
	if !c.Author.When.Equal(release) {
		fmt.Fprintf(&b, "Date: %s\n", c.Author.When.Format("Mon, 2 Jan 2006 15:04:05 -0700"))
	}
	fmt.Fprintf(&b, "Subject: [PATCH] %s\n", c.subject)
	if strings.ContainsFunc(c.Author.Name+c.subject+c.body, func(r rune) bool { return r > 0x7e }) {
		b.WriteString("MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n")
	}
	fmt.Fprintf(&b, "\n%s\n---\n\n", c.body)

	before, after, err := c.trees()
	if err != nil {
		return nil, err
	}
	changes, err := object.DiffTreeWithOptions(ctx, before, after, object.DefaultDiffTreeOptions)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(changes, func(a, b *object.Change) int { return strings.Compare(pathOf(a), pathOf(b)) })
	for _, change := range changes {
		if err := formatChange(&b, change, treeReader(before), treeReader(after)); err != nil {
			return nil, fmt.Errorf("%s: %w", pathOf(change), err)
		}
	}
	return b.Bytes(), nil
}

func pathOf(c *object.Change) string {
	if c.To.Name == "" {
		return c.From.Name
	}
	return c.To.Name
}

func formatChange(b *bytes.Buffer, c *object.Change, before, after reader) error {
	old, err := side(before, c.From.Name)
	if err != nil {
		return err
	}
	now, err := side(after, c.To.Name)
	if err != nil {
		return err
	}
	from, to := c.From.Name, c.To.Name
	if from == "" {
		from = to
	}
	if to == "" {
		to = from
	}
	fmt.Fprintf(b, "diff --git a/%s b/%s\n", from, to)
	sameMode := ""
	switch {
	case old == nil:
		fmt.Fprintf(b, "new file mode %o\n", now.mode)
	case now == nil:
		fmt.Fprintf(b, "deleted file mode %o\n", old.mode)
	case old.mode != now.mode:
		fmt.Fprintf(b, "old mode %o\nnew mode %o\n", old.mode, now.mode)
	default:
		sameMode = fmt.Sprintf(" %o", now.mode)
	}
	if from != to {
		fmt.Fprintf(b, "rename from %s\nrename to %s\n", from, to)
	}
	oldHash, oldName, oldData := sideOf(old, "a/"+from)
	newHash, newName, newData := sideOf(now, "b/"+to)
	if oldHash == newHash {
		return nil
	}
	fmt.Fprintf(b, "index %s..%s%s\n", short(oldHash), short(newHash), sameMode)
	hunks := diff.Diff("", oldData, "", newData)
	if len(hunks) == 0 { // an empty file is made or deleted
		return nil
	}
	fmt.Fprintf(b, "--- %s\n+++ %s\n", oldName, newName)
	for range 3 { // its own header
		_, hunks, _ = bytes.Cut(hunks, []byte("\n"))
	}
	b.Write(hunks)
	return nil
}

// side reads a file that a patch can hold; nil if there is none.
func side(read reader, name string) (*blob, error) {
	if name == "" {
		return nil, nil
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }) {
		return nil, fmt.Errorf("the name %q would have to be quoted in a patch", name)
	}
	b, err := read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is in the commit but cannot be read", name)
	}
	if err != nil {
		return nil, err
	}
	if !b.regular() {
		return nil, fmt.Errorf("%s is %s, and only regular files can be patched", name, describe(b.mode))
	}
	if bytes.IndexByte(b.data, 0) >= 0 {
		return nil, errors.New("it is a binary file, and only text can be patched")
	}
	return b, nil
}

// sideOf is what a patch says of one side of a change.
func sideOf(b *blob, name string) (plumbing.Hash, string, []byte) {
	if b == nil {
		return plumbing.ZeroHash, "/dev/null", nil
	}
	if strings.Contains(name, " ") {
		name += "\t" // as git does, so that readers see where the name ends
	}
	return plumbing.ComputeHash(plumbing.BlobObject, b.data), name, b.data
}
