package patchset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Presence says how a patch of a series and the commits of a tree relate.
type Presence string

// How a patch and a tree relate.
const (
	Present Presence = "present" // a commit that does what the patch does
	Changed Presence = "changed" // a commit that was changed since
	Missing Presence = "missing" // no commit
	Extra   Presence = "extra"   // a commit that is not in the series
)

// TreeStatus compares a work tree with a series.
type TreeStatus struct {
	Version string      `json:"version"` // the release below
	Head    string      `json:"head"`
	Rows    []StatusRow `json:"rows"`    // the commits from the oldest on, then what is missing
	Ordered bool        `json:"ordered"` // the commits are in the order of the series
	Dirty   []string    `json:"dirty"`   // files with changes that are not committed
}

// StatusRow is a patch, a commit, or both.
type StatusRow struct {
	Presence Presence `json:"presence"`
	Patch    string   `json:"patch,omitempty"`
	Commit   string   `json:"commit,omitempty"`
	Subject  string   `json:"subject"`
}

// Status tells which patches of the series are commits of the work tree dst,
// and which commits are no patches.
func Status(ctx context.Context, dst string, s *Series) (status *TreeStatus, err error) {
	defer func() { err = explain(diag.Step, fmt.Sprintf("read the work tree %s", dst), err) }()
	t, err := openTree(dst)
	if err != nil {
		return nil, err
	}
	defer t.close()
	h, err := t.history(ctx)
	if err != nil {
		return nil, err
	}
	status = &TreeStatus{Version: h.version, Head: t.head.Hash.String(), Ordered: true}
	if status.Dirty, err = t.dirty(ctx); err != nil {
		return nil, err
	}
	place := map[*Patch]int{}
	for i, p := range s.Patches {
		place[p] = i
	}
	last := -1
	commits := patchCommits(h.commits)
	match(commits, s.Patches)
	for _, c := range commits {
		row := StatusRow{Presence: Extra, Commit: c.Hash.String(), Subject: c.subject}
		if c.patch != nil {
			row.Patch = c.patch.Name
			row.Presence = Changed
			if same, err := c.is(ctx, c.patch); err != nil {
				return nil, err
			} else if same {
				row.Presence = Present
			}
			status.Ordered = status.Ordered && place[c.patch] > last
			last = place[c.patch]
			delete(place, c.patch)
		}
		status.Rows = append(status.Rows, row)
	}
	for _, p := range s.Patches {
		if _, ok := place[p]; ok {
			status.Rows = append(status.Rows, StatusRow{Presence: Missing, Patch: p.Name, Subject: p.Subject})
		}
	}
	return status, nil
}

// patchCommit is a commit on top of a release, seen as a patch.
type patchCommit struct {
	*object.Commit
	subject, body string
	name          string // what its message says it is in the series; "" for a new one
	patch         *Patch // in the series; nil for a new one
}

func newPatchCommit(c *object.Commit) *patchCommit {
	p := &patchCommit{Commit: c}
	title, rest, _ := strings.Cut(strings.TrimSpace(c.Message), "\n\n")
	p.subject = strings.Join(strings.Fields(title), " ")
	// As mails are read: no white space at the ends of lines, and one empty
	// line between paragraphs.
	var body strings.Builder
	gap := false
	for l := range strings.Lines(rest) {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if name, ok := strings.CutPrefix(l, nameTrailer); ok {
			p.name = name
			continue
		}
		if l == "" {
			gap = true
			continue
		}
		if body.Len() > 0 {
			body.WriteByte('\n')
			if gap {
				body.WriteByte('\n')
			}
		}
		gap = false
		body.WriteString(l)
	}
	p.body = body.String()
	return p
}

func patchCommits(commits []*object.Commit) []*patchCommit {
	all := make([]*patchCommit, len(commits))
	for i, c := range commits {
		all[i] = newPatchCommit(c)
	}
	return all
}

// match finds the patch of each commit: the one that its message names, else
// one with its subject. A patch belongs to one commit at most.
func match(commits []*patchCommit, patches []*Patch) {
	taken := map[*Patch]bool{}
	for _, alike := range []func(*patchCommit, *Patch) bool{
		func(c *patchCommit, p *Patch) bool { return c.name == p.Name },
		func(c *patchCommit, p *Patch) bool { return c.subject == p.Subject },
	} {
		for _, c := range commits {
			for _, p := range patches {
				if c.patch == nil && !taken[p] && alike(c, p) {
					c.patch, taken[p] = p, true
				}
			}
		}
	}
}

// is reports whether the commit says and does what the patch does.
func (c *patchCommit) is(ctx context.Context, p *Patch) (bool, error) {
	if c.subject != p.Subject || c.body != p.Body || c.Author.Name != p.author.Name || c.Author.Email != p.author.Email ||
		!p.Date.IsZero() && !p.Date.Equal(c.Author.When) {
		return false, nil
	}
	return c.does(ctx, p)
}

// does reports whether the patch makes the commit's tree of its parent's. It
// tries the patch instead of comparing texts: there is more than one way to
// write down a change.
func (c *patchCommit) does(ctx context.Context, p *Patch) (bool, error) {
	before, after, err := c.trees()
	if err != nil {
		return false, err
	}
	o := newOverlay(treeReader(before))
	hunks, err := o.patch(p)
	if err != nil || !fits(hunks) {
		return false, err
	}
	made, err := o.changed()
	if err != nil {
		return false, err
	}
	// What it makes must be in the commit, and nothing else may differ there.
	changes, err := object.DiffTreeWithOptions(ctx, before, after, nil)
	if err != nil || len(changes) != len(made) {
		return false, err
	}
	read := treeReader(after)
	for name, b := range made {
		there, err := read(name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		if there != nil && there.mode == filemode.Dir { // in place of a file
			there = nil
		}
		if (b == nil) != (there == nil) || b != nil && (b.mode != there.mode || string(b.data) != string(there.data)) {
			return false, nil
		}
	}
	return true, nil
}

// trees returns the trees before and after the commit.
func (c *patchCommit) trees() (before, after *object.Tree, err error) {
	parent, err := c.Parent(0)
	if err != nil {
		return nil, nil, err
	}
	if before, err = parent.Tree(); err != nil {
		return nil, nil, err
	}
	after, err = c.Tree()
	return before, after, err
}
