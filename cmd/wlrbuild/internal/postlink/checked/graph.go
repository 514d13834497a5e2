package checked

import (
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// graph is who calls whom.
type graph struct {
	m       *wasm.Module
	callers [][]uint32          // of each function
	sites   map[uint32][]uint32 // callers by type of indirect call
	throws  []uint32            // functions that throw
	// sig numbers the types: those that an indirect call does not tell apart
	// have the same number.
	sig []uint32
	// reached has the functions whose addresses are taken. If the table is open,
	// the host can put others where these are.
	reached map[uint32]bool
	open    bool
}

// cone is the functions out of which something can come, and the types of
// indirect calls that can reach one of them.
type cone struct {
	*graph
	fns    []bool
	byType map[uint32]bool
}

// calls is what a function does that matters to the graph.
type calls struct {
	throws   bool
	rethrows bool
	direct   []uint32
	indirect []uint32 // numbers of types
}

func newGraph(m *wasm.Module) (*graph, error) {
	g := &graph{m: m, callers: make([][]uint32, len(m.Funcs)), sites: map[uint32][]uint32{}}
	g.numberTypes()
	g.findReached()
	var rethrows []uint32
	for i := range m.Funcs {
		fn := uint32(i)
		var c calls
		if err := g.read(fn, &c); err != nil {
			return nil, fmt.Errorf("%s: %w", m.FuncName(fn), err)
		}
		if c.throws {
			g.throws = append(g.throws, fn)
		}
		if c.rethrows {
			rethrows = append(rethrows, fn)
		}
		for _, to := range c.direct {
			g.callers[to] = append(g.callers[to], fn)
		}
		for _, t := range c.indirect {
			g.sites[t] = append(g.sites[t], fn)
		}
	}
	if len(g.throws) > 0 { // or there is nothing to throw again
		g.throws = append(g.throws, rethrows...)
	}
	return g, nil
}

// cone finds what calls the roots, directly or not. Whether a caller catches
// what comes out is not looked at, since functions that catch setjmp's exceptions
// pass some of them on. Imported functions are never in it: no host of WASI knows
// what could come out of them.
func (g *graph) cone(roots ...uint32) *cone {
	c := &cone{graph: g, fns: make([]bool, len(g.m.Funcs)), byType: map[uint32]bool{}}
	var todo []uint32
	add := func(fn uint32) {
		if !c.fns[fn] {
			c.fns[fn] = true
			todo = append(todo, fn)
		}
	}
	for _, fn := range roots {
		add(fn)
	}
	for len(todo) > 0 {
		fn := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, caller := range g.callers[fn] {
			add(caller)
		}
		// Where the host can put functions into a table, any may be there.
		if t := g.sig[g.m.Funcs[fn].Type]; (g.reached[fn] || g.open) && !c.byType[t] {
			c.byType[t] = true
			for _, caller := range g.sites[t] {
				add(caller)
			}
		}
	}
	return c
}

// has says whether what the cone is about can come out of a call.
func (c *cone) has(call *wasm.Code) bool {
	switch call.Op {
	case wasm.OpCall, wasm.OpReturnCall:
		return c.fns[call.Index]
	case wasm.OpCallIndirect, wasm.OpCallRef, wasm.OpReturnCallIndirect, wasm.OpReturnCallRef:
		return c.byType[c.sig[call.Index]]
	}
	return false
}

func (g *graph) numberTypes() {
	g.sig = make([]uint32, len(g.m.Types))
	first := map[string]uint32{}
	for i := range g.m.Types {
		t := &g.m.Types[i]
		g.sig[i] = uint32(i)
		if !t.Plain() {
			continue
		}
		key := t.String()
		if n, ok := first[key]; ok {
			g.sig[i] = n
		} else {
			first[key] = uint32(i)
		}
	}
}

func (g *graph) read(fn uint32, to *calls) error {
	c := g.m.Funcs[fn].Code()
	for c.Next() {
		switch c.Op {
		case wasm.OpThrow:
			to.throws = true
		case wasm.OpThrowRef:
			to.rethrows = true
		case wasm.OpCall, wasm.OpReturnCall:
			if int(c.Index) >= len(g.m.Funcs) {
				return fmt.Errorf("call of function %d, which there is not", c.Index)
			}
			to.direct = append(to.direct, c.Index)
		case wasm.OpCallIndirect, wasm.OpReturnCallIndirect, wasm.OpCallRef, wasm.OpReturnCallRef:
			if g.m.SigType(c.Index) == nil {
				return fmt.Errorf("indirect call with type %d, which there is not", c.Index)
			}
			to.indirect = append(to.indirect, g.sig[c.Index])
		}
	}
	return c.Err()
}

func (g *graph) findReached() {
	g.reached = map[uint32]bool{}
	add := func(c wasm.Code) {
		for c.Next() {
			if c.Op == wasm.OpRefFunc {
				g.reached[c.Index] = true
			}
		}
	}
	for _, e := range g.m.Elements {
		for _, fn := range e.Funcs {
			g.reached[fn] = true
		}
		for _, x := range e.Exprs {
			add(x.Code())
		}
	}
	for i := range g.m.Globals {
		add(g.m.Globals[i].Init.Code())
	}
	for i := range g.m.Funcs {
		add(g.m.Funcs[i].Code())
	}
	for i := range g.m.Tables {
		g.open = g.open || g.m.Tables[i].Imported
	}
	for _, x := range g.m.Exports {
		g.open = g.open || x.Kind == wasm.KindTable
	}
}
