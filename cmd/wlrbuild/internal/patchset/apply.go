package patchset

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Report says what became of each patch, in order.
type Report struct {
	Patches []PatchReport `json:"patches"`
}

// PatchReport says where the hunks of one patch fit.
type PatchReport struct {
	Name   string `json:"name"`
	Commit string `json:"commit,omitempty"` // only if it was applied
	Hunks  []Hunk `json:"hunks"`
}

// Fits reports whether every hunk of every patch fits.
func (r *Report) Fits() bool {
	for _, p := range r.Patches {
		if !fits(p.Hunks) {
			return false
		}
	}
	return true
}

// Apply puts one commit per patch on top of the release in dst. The commits
// have the author of the patch, and times counted from that of the release, so
// that the same series on the same release gives the same commits everywhere.
//
// A patch of which anything does not fit is an error, and none of it is in the
// tree; the patches before it are, each whole. The report then ends with the
// patch that failed. A tree that has commits already is refused: whoever has to
// rely on a tree makes a new one.
func Apply(ctx context.Context, dst string, s *Series) (report *Report, err error) {
	op := fmt.Sprintf("apply patches in %s", dst)
	defer func() { err = explain(diag.Step, op, err) }()
	t, err := openTree(dst)
	if err != nil {
		return nil, err
	}
	defer t.close()
	h, err := t.history(ctx)
	if err != nil {
		return nil, err
	}
	if n := len(h.commits); n > 0 {
		return nil, diag.New(diag.Patch, op, "it has %d commits on top of release %s already", n, h.version).
			WithHint("Patches are applied to a release as it was imported; start from a new work tree.")
	}
	idx, err := t.repo.Storer.Index()
	if err != nil {
		return nil, fmt.Errorf("read the git index: %w", err)
	}
	a := &applier{workTree: t, release: h.release.Committer.When, index: idx}
	report = &Report{}
	for _, p := range s.Patches {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		r, err := a.apply(p)
		report.Patches = append(report.Patches, r)
		if err != nil {
			return report, err
		}
	}
	return report, nil
}

type applier struct {
	*workTree
	release time.Time
	index   *index.Index
}

// apply makes one commit. All hunks are placed before anything is written, and
// HEAD moves last.
func (a *applier) apply(p *Patch) (PatchReport, error) {
	r := PatchReport{Name: p.Name}
	tree, err := a.head.Tree()
	if err != nil {
		return r, err
	}
	base := treeReader(tree)
	o := newOverlay(base)
	if r.Hunks, err = o.patch(p); err != nil {
		return r, err
	}
	if !fits(r.Hunks) {
		return r, conflict(p, r.Hunks)
	}
	changes, err := o.changed()
	if err != nil {
		return r, err
	}

	entries := map[string]object.TreeEntry{}
	for name, b := range changes {
		var e object.TreeEntry
		if b != nil {
			e.Mode = b.mode
			if e.Hash, err = putBlob(a.repo.Storer.SetEncodedObject, b.data); err != nil {
				return r, err
			}
		}
		entries[name] = e
	}
	root, err := putTree(a.repo.Storer.SetEncodedObject, a.repo.Storer, a.head.TreeHash, entries)
	if err != nil {
		return r, err
	}
	// Later than the commit before, so that tools which sort by time show the
	// order, and make sees that a patched file is newer than what is made of it.
	when := a.head.Committer.When.Add(time.Second)
	c := &object.Commit{Author: p.signature(a.release), Committer: robot(when), Message: p.message(),
		TreeHash: root, ParentHashes: []plumbing.Hash{a.head.Hash}}
	hash, err := put(a.repo.Storer.SetEncodedObject, c)
	if err != nil {
		return r, err
	}
	if err := a.write(base, changes, when); err != nil {
		return r, err
	}
	a.updateIndex(changes, entries, when)
	if err := a.repo.Storer.SetIndex(a.index); err != nil {
		return r, err
	}
	if err := a.repo.Storer.SetReference(plumbing.NewHashReference(a.ref, hash)); err != nil {
		return r, err
	}
	r.Commit = hash.String()
	a.head, err = a.repo.CommitObject(hash)
	return r, err
}

func (a *applier) updateIndex(changes map[string]*blob, entries map[string]object.TreeEntry, when time.Time) {
	kept := a.index.Entries[:0]
	for _, e := range a.index.Entries {
		if _, ok := changes[e.Name]; !ok {
			kept = append(kept, e)
		}
	}
	for name, b := range changes {
		if b != nil {
			kept = append(kept, &index.Entry{Name: name, Hash: entries[name].Hash, Mode: b.mode, Size: uint32(len(b.data)), ModifiedAt: when})
		}
	}
	a.index.Entries = kept
}

// signature is the patch's author; a patch without a date is as old as the
// release.
func (p *Patch) signature(release time.Time) object.Signature {
	s := object.Signature{Name: p.author.Name, Email: p.author.Email, When: release}
	if !p.Date.IsZero() {
		s.When = p.Date
	}
	return s
}

// nameTrailer is the line of a commit's message that says which file of the
// series it is. It survives a rebase, unlike the commit's hash.
const nameTrailer = "Wlrbuild-Patch: "

func (p *Patch) message() string {
	return fmt.Sprintf("%s\n\n%s\n\n%s%s\n", p.Subject, p.Body, nameTrailer, p.Name)
}

// conflict is the error for a patch that does not fit.
func conflict(p *Patch, hunks []Hunk) error {
	e := &diag.Error{Exit: diag.Patch, Path: p.Path}
	more := 0
	for _, h := range hunks {
		switch {
		case h.State != Conflict && h.State != Applied:
		case e.Err != nil:
			more++
		default:
			e.Op = fmt.Sprintf("apply %q: %s", p.Subject, h.File)
			if h.N > 0 {
				e.Op += fmt.Sprintf(", hunk %d of %d", h.N, h.Of)
			}
			e.Line, e.Hint, e.Detail = h.patchLine, h.Hint, h.Detail
			if h.State == Applied {
				e.Err = fmt.Errorf("already applied: %s", h.Reason)
			} else {
				e.Err = fmt.Errorf("does not fit: %s", h.Reason)
			}
		}
	}
	if more > 0 {
		e.Detail += fmt.Sprintf("%d more of the %d changes in this patch do not fit either\n", more, len(hunks))
	}
	return e
}

// Check tries a series on the files of a directory, such as another release,
// and writes nothing. Unlike Apply it goes on after a conflict, without what
// did not fit, so that one run shows all that has to be done.
func Check(ctx context.Context, tree string, s *Series) (report *Report, err error) {
	defer func() { err = explain(diag.Usage, fmt.Sprintf("check patches on %s", tree), err) }()
	root, err := os.OpenRoot(tree)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	o := newOverlay(dirReader(root))
	report = &Report{}
	for _, p := range s.Patches {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		hunks, err := o.patch(p)
		if err != nil {
			return nil, err
		}
		report.Patches = append(report.Patches, PatchReport{Name: p.Name, Hunks: hunks})
	}
	return report, nil
}

// String is the report for people, a line for each patch that fits as it is
// and for every hunk elsewhere.
func (r *Report) String() string {
	var b strings.Builder
	for _, p := range r.Patches {
		counts := map[State]int{}
		for _, h := range p.Hunks {
			counts[h.State]++
		}
		fmt.Fprintf(&b, "%s: %s\n", p.Name, summary(counts))
		for _, h := range p.Hunks {
			switch {
			case h.State == Offset:
				fmt.Fprintf(&b, "  %s:%d: hunk %d of %d: offset %+d\n", h.File, h.Line, h.N, h.Of, h.Offset)
			case h.State == Clean:
			case h.N == 0:
				fmt.Fprintf(&b, "  %s: %s: %s\n", h.File, h.State, h.Reason)
			default:
				fmt.Fprintf(&b, "  %s:%d: hunk %d of %d: %s: %s\n", h.File, h.Line, h.N, h.Of, h.State, h.Reason)
			}
		}
	}
	return b.String()
}

func summary(counts map[State]int) string {
	var parts []string
	for _, s := range []State{Clean, Offset, Conflict, Applied} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
