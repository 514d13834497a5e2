package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
)

// Status says what a build would do with a step.
type Status string

// The statuses.
const (
	Cached  Status = "cached"  // its output is there
	Run     Status = "run"     // it would run
	Unknown Status = "unknown" // it depends on a step that would run
)

// Row is what Explain says about a step.
type Row struct {
	Step     string        `json:"step"`
	Status   Status        `json:"status"`
	Reason   string        `json:"reason"`
	Key      *cache.Digest `json:"key,omitempty"`     // nil if not known, or never cached
	Changes  []Change      `json:"changes,omitempty"` // since the last build of this name
	Commands []Command     `json:"commands,omitempty"`
}

// Change is an input that is not what it was. Old is nil if it is new, New is
// nil if it is gone.
type Change struct {
	Label string        `json:"label"`
	Old   *cache.Digest `json:"old,omitempty"`
	New   *cache.Digest `json:"new,omitempty"`
}

func (c Change) String() string {
	switch {
	case c.Old == nil:
		return fmt.Sprintf("input %s is new (%s)", c.Label, c.New.Short())
	case c.New == nil:
		return fmt.Sprintf("input %s is gone (%s)", c.Label, c.Old.Short())
	}
	return fmt.Sprintf("input %s changed (%s → %s)", c.Label, c.Old.Short(), c.New.Short())
}

// memory is what is kept about the last success of a step in a build.
type memory struct {
	Key    cache.Digest  `json:"key"`
	Inputs []cache.Input `json:"inputs"`
}

// memoryName is a name per step, not per build, so that two builds at once do
// not overwrite each other's news.
func (s *State) memoryName(step string) string { return "inputs/" + s.Build + "/" + step }

func (s *State) remember(step string, plan *Plan) error {
	// Most steps of most builds have nothing new to say, and saying it costs a
	// write that waits for the disk. What cannot be read is replaced.
	var last memory
	if known, err := s.Store.LoadJSON(s.memoryName(step), &last); known && err == nil && last.Key == plan.Key {
		return nil
	}
	if err := s.Store.SaveJSON(s.memoryName(step), memory{plan.Key, plan.Inputs}); err != nil {
		return fmt.Errorf("remember the inputs: %w", err)
	}
	return nil
}

// Explain says for each step what Execute would do with it, and why. It runs
// nothing and leaves s as it was.
func Explain(ctx context.Context, s *State, steps []Step) ([]Row, error) {
	if err := validate(steps); err != nil {
		return nil, err
	}
	outputs := s.Outputs
	s.Outputs = maps.Clone(outputs)
	defer func() { s.Outputs = outputs }()
	if s.Outputs == nil {
		s.Outputs = map[string]string{}
	}
	var rows []Row
	pending := "" // the first step that would run
	for _, step := range steps {
		row, err := s.explain(ctx, step, pending)
		if err != nil {
			return nil, s.dress(ctx, step.Name(), err)
		}
		if row.Status != Cached && pending == "" {
			pending = row.Step
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *State) explain(ctx context.Context, step Step, pending string) (Row, error) {
	row := Row{Step: step.Name(), Status: Run}
	delete(s.Outputs, row.Step)
	plan, err := step.Plan(ctx, s)
	var unknown *unknownYetError
	switch {
	case err == nil:
		row.Commands = plan.Commands
	case errors.As(err, &unknown):
		row.Status, row.Reason = Unknown, unknown.Error()
	case errors.Is(err, ErrUnknownYet) && pending != "":
		row.Status, row.Reason = Unknown, (&unknownYetError{pending}).Error()
	default:
		return row, fmt.Errorf("plan: %w", err)
	}
	if always(step) {
		row.Status, row.Reason = Run, "runs in every build"
		return row, nil
	}
	if row.Status == Unknown {
		return row, nil
	}
	row.Key = &plan.Key
	if dir, ok := s.Store.Get(plan.Key); ok {
		s.Outputs[row.Step] = dir
		row.Status, row.Reason = Cached, "cached"
		return row, nil
	}
	var last memory
	known, err := s.Store.LoadJSON(s.memoryName(row.Step), &last)
	switch {
	case err != nil:
		row.Reason = fmt.Sprintf("what it was last built from is not known: %v", err)
	case !known:
		row.Reason = "never built"
	case last.Key == plan.Key:
		row.Reason = "its output is no longer in the cache"
	default:
		row.Changes = changes(last.Inputs, plan.Inputs)
		row.Reason = summarize(row.Changes)
	}
	return row, nil
}

// changes compares two lists of inputs. Inputs that share a label are told
// apart by their order.
func changes(last, now []cache.Input) []Change {
	type id struct {
		label string
		nth   int
	}
	index := func(inputs []cache.Input) (order []id, digests map[id]cache.Digest) {
		count := map[string]int{}
		digests = map[id]cache.Digest{}
		for _, in := range inputs {
			k := id{in.Label, count[in.Label]}
			count[in.Label]++
			order, digests[k] = append(order, k), in.Digest
		}
		return order, digests
	}
	lastOrder, lastDigests := index(last)
	nowOrder, nowDigests := index(now)
	var list []Change
	for _, k := range nowOrder {
		d := nowDigests[k]
		if old, ok := lastDigests[k]; !ok {
			list = append(list, Change{Label: k.label, New: &d})
		} else if old != d {
			list = append(list, Change{Label: k.label, Old: &old, New: &d})
		}
	}
	for _, k := range lastOrder {
		if _, ok := nowDigests[k]; !ok {
			old := lastDigests[k]
			list = append(list, Change{Label: k.label, Old: &old})
		}
	}
	return list
}

// summarize names the first few changes: one changed patch is worth a line, a
// new release of everything is not worth ten.
func summarize(list []Change) string {
	if len(list) == 0 {
		return "the step itself changed" // its name or version in NewHasher
	}
	const most = 3
	var parts []string
	for _, c := range list[:min(most, len(list))] {
		parts = append(parts, c.String())
	}
	if more := len(list) - most; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}

// WriteRows writes rows as text: a line per step, below it what it would run.
func WriteRows(w io.Writer, rows []Row) error {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.Step))
	}
	var b strings.Builder
	for _, r := range rows {
		reason := r.Reason
		if r.Status == Cached {
			reason = "key " + r.Key.Short()
		}
		fmt.Fprintf(&b, "%-*s  %-7s  %s\n", width, r.Step, r.Status, reason)
		if r.Status == Cached {
			continue
		}
		for _, c := range r.Commands {
			fmt.Fprintf(&b, "    $ %s\n", c)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
