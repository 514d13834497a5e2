package edges

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/debuginfo"
	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/llvmir"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Compare holds what runs have executed against what is predicted. m is the module
// as it was linked, with names and debug information. script names a run by its
// arguments, and place a place in the source, as their reader expects it.
func Compare(m *wasm.Module, runs []Run, p *flow.Predictions, script func(args []string) string, place func(llvmir.Pos) string) (*flow.Edges, error) {
	c := comparison{m: m, table: map[uint32]uint32{}}
	for _, e := range m.Elements {
		at, ok := m.Const(e.Place)
		if e.Mode != wasm.Active || e.Table != 0 || !ok {
			continue
		}
		for i, fn := range e.Funcs {
			c.table[uint32(at)+uint32(i)] = fn
		}
	}
	var err error
	if c.sites, err = Sites(m); err != nil {
		return nil, err
	}
	if err := c.findPlaces(); err != nil {
		return nil, err
	}
	r := &flow.Edges{Runs: len(runs), Sites: map[flow.Grain]int{}, Executed: map[flow.Grain]int{}, Missed: []flow.MissedEdge{}}
	predictions := make([]flow.Prediction, len(c.sites))
	for i, s := range c.sites {
		predictions[i] = p.At(m.FuncName(s.Function), c.places[s.Offset], c.sig(s.Type))
		r.Sites[predictions[i].Grain]++
	}
	scripts := map[Edge]string{} // the first by name that executed it
	for _, run := range runs {
		name := script(run.Args)
		for _, e := range run.Edges {
			if known, ok := scripts[e]; !ok || name < known {
				scripts[e] = name
			}
		}
	}
	executed := map[uint32]bool{}
	for e, script := range scripts {
		if int(e.Site) >= len(c.sites) {
			return nil, fmt.Errorf("a run has executed call %d of %d: it was not one of this module", e.Site, len(c.sites))
		}
		x := &predictions[e.Site]
		r.Edges++
		if !executed[e.Site] {
			executed[e.Site] = true
			r.Executed[x.Grain]++
			r.Possible += x.Len()
		}
		name, unit, ok := c.callee(e.Slot)
		if ok && x.Has(name, unit) {
			r.Predicted++
			continue
		}
		s := c.sites[e.Site]
		at := c.places[s.Offset]
		r.Missed = append(r.Missed, flow.MissedEdge{
			Pos: place(llvmir.Pos{File: at.File, Line: at.Line, Col: at.Col}),
			In:  cmp.Or(at.Function, m.FuncName(s.Function)), Grain: x.Grain, Type: c.sig(s.Type),
			Callee: name, Slot: int(e.Slot), Script: script,
		})
	}
	slices.SortFunc(r.Missed, func(x, y flow.MissedEdge) int {
		return cmp.Or(cmp.Compare(x.Pos, y.Pos), cmp.Compare(x.In, y.In), cmp.Compare(x.Callee, y.Callee), cmp.Compare(x.Slot, y.Slot))
	})
	return r, nil
}

type comparison struct {
	m      *wasm.Module
	sites  []Site
	table  map[uint32]uint32
	places map[int]debuginfo.Place // of calls, and of the first instructions of functions in the table
}

func (c *comparison) findPlaces() error {
	info, err := debuginfo.Open(c.m)
	if err != nil {
		return err
	}
	var offsets []int
	for _, s := range c.sites {
		offsets = append(offsets, s.Offset)
	}
	for _, fn := range c.table {
		if at, ok := c.beginning(fn); ok {
			offsets = append(offsets, at)
		}
	}
	c.places, err = info.Places(offsets)
	return err
}

// beginning is the offset in the file of a function's first instruction.
func (c *comparison) beginning(fn uint32) (int, bool) {
	if int(fn) >= len(c.m.Funcs) {
		return 0, false
	}
	code := c.m.Funcs[fn].Code()
	return code.Offset(), code.Next()
}

// callee is the function at an index of the table.
func (c *comparison) callee(slot uint32) (name, unit string, ok bool) {
	fn, ok := c.table[slot]
	if !ok || int(fn) >= len(c.m.Funcs) {
		return "no function", "", false
	}
	at, _ := c.beginning(fn)
	return c.m.FuncName(fn), c.places[at].Unit, true
}

func (c *comparison) sig(typ uint32) string { return flow.Signature(c.m.SigType(typ)) }
