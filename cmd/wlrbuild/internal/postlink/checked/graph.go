package checked

import (
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// graph says which functions a thrown exception can leave.
type graph struct {
	m *wasm.Module
	// leaves has the functions that an exception can leave, by index.
	leaves []bool
	// byType says it of the functions that an indirect call of a type can reach.
	// Types that are the same have the same number in sig.
	byType map[uint32]bool
	sig    []uint32
}

// calls is what a function does that matters to the graph.
type calls struct {
	throws   bool
	direct   []uint32
	indirect []uint32 // numbers of types
}

// newGraph reads all functions. A function is left by an exception if it throws
// one or calls what is; whether the function itself catches it is not looked at,
// since functions that catch setjmp's exceptions pass some of them on. Imported
// functions throw nothing: what they throw no host of WASI can know.
func newGraph(m *wasm.Module) (*graph, error) {
	g := &graph{m: m, leaves: make([]bool, len(m.Funcs)), byType: map[uint32]bool{}}
	g.numberTypes()
	all := make([]calls, len(m.Funcs))
	for i := range m.Funcs {
		if err := g.read(uint32(i), &all[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", m.FuncName(uint32(i)), err)
		}
	}
	reached, open := g.reached()
	callers := make([][]uint32, len(m.Funcs))
	sites := map[uint32][]uint32{} // callers by type of indirect call
	for fn := range all {
		for _, to := range all[fn].direct {
			callers[to] = append(callers[to], uint32(fn))
		}
		for _, t := range all[fn].indirect {
			sites[t] = append(sites[t], uint32(fn))
		}
	}
	var todo []uint32
	leave := func(fn uint32) {
		if !g.leaves[fn] {
			g.leaves[fn] = true
			todo = append(todo, fn)
		}
	}
	throwType := func(t uint32) {
		if !g.byType[t] {
			g.byType[t] = true
			for _, fn := range sites[t] {
				leave(fn)
			}
		}
	}
	for fn := range all {
		if all[fn].throws {
			leave(uint32(fn))
		}
	}
	for len(todo) > 0 {
		fn := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, caller := range callers[fn] {
			leave(caller)
		}
		// Where the host can put functions into a table, any may be there.
		if reached[fn] || open {
			throwType(g.sig[m.Funcs[fn].Type])
		}
	}
	return g, nil
}

// numberTypes gives types that an indirect call does not tell apart one number.
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
		case wasm.OpThrow, wasm.OpThrowRef:
			to.throws = true
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

// reached has the functions whose addresses are taken. It says true for open if
// the host can put others where these are.
func (g *graph) reached() (reached map[uint32]bool, open bool) {
	reached = map[uint32]bool{}
	add := func(e wasm.Expr) {
		for c := e.Code(); c.Next(); {
			if c.Op == wasm.OpRefFunc {
				reached[c.Index] = true
			}
		}
	}
	for _, e := range g.m.Elements {
		for _, fn := range e.Funcs {
			reached[fn] = true
		}
		for _, x := range e.Exprs {
			add(x)
		}
	}
	for i := range g.m.Globals {
		add(g.m.Globals[i].Init)
	}
	for i := range g.m.Funcs {
		for c := g.m.Funcs[i].Code(); c.Next(); {
			if c.Op == wasm.OpRefFunc {
				reached[c.Index] = true
			}
		}
	}
	for i := range g.m.Tables {
		open = open || g.m.Tables[i].Imported
	}
	for _, x := range g.m.Exports {
		open = open || x.Kind == wasm.KindTable
	}
	return reached, open
}

// leftBy says whether an exception can come out of a call.
func (g *graph) leftBy(c *wasm.Code) bool {
	switch c.Op {
	case wasm.OpCall:
		return g.leaves[c.Index]
	case wasm.OpCallIndirect, wasm.OpCallRef:
		return g.byType[g.sig[c.Index]]
	}
	return false
}
