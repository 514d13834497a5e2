package wasm

import "fmt"

// SegmentMode is what happens to a segment at instantiation.
type SegmentMode byte

const (
	Active      SegmentMode = iota // it is copied at instantiation
	Passive                        // it is there for table.init or memory.init
	Declarative                    // it only declares functions for ref.func
)

func (m SegmentMode) String() string { return [...]string{"active", "passive", "declarative"}[m] }

// Entries of Element.Funcs that are no function's index.
const (
	NullFunc  = ^uint32(0)     // a null reference
	OtherFunc = ^uint32(0) - 1 // a reference that an expression computes: see Exprs
)

// Element is an element segment.
type Element struct {
	Mode   SegmentMode
	Table  uint32 // of an active segment
	Place  Expr   // of an active segment: the index of its first element
	Type   ValType
	Funcs  []uint32 // function indices, NullFunc or OtherFunc
	Exprs  []Expr   // of the same length, if the segment has expressions
	Offset int      // in the file
}

const (
	elementNotActive = 1 // passive or declarative
	elementIndexed   = 2 // has a table index; or is declarative
	elementExprs     = 4
)

// readElements reads the element section.
// Spec: https://webassembly.github.io/spec/core/binary/modules.html#element-section
func (m *Module) readElements(r *reader) {
	m.items(SectionElement, r, 2, "element", func(uint32) {
		e := Element{Offset: r.pos, Type: FuncRef}
		flags := r.u32()
		if flags > 7 {
			r.failf("unknown flags 0x%x of an element segment", flags)
			return
		}
		switch {
		case flags&elementNotActive == 0:
			if flags&elementIndexed != 0 {
				e.Table = r.u32()
			}
			e.Place = r.expr()
		case flags&elementIndexed == 0:
			e.Mode = Passive
		default:
			e.Mode = Declarative
		}
		typed := flags&(elementNotActive|elementIndexed) != 0
		if flags&elementExprs != 0 {
			if typed {
				e.Type = r.refType()
			}
			r.elementExprs(&e)
		} else {
			if typed {
				if kind := r.byte(); kind != 0 {
					r.failf("unknown kind %d of elements", kind)
				}
			}
			r.elementFuncs(&e)
		}
		if r.err == nil {
			m.Elements = append(m.Elements, e)
		}
	})
}

func (r *reader) elementFuncs(e *Element) {
	n := r.count(1)
	if r.err != nil {
		return
	}
	e.Funcs = make([]uint32, 0, min(n, most))
	for range n {
		e.Funcs = append(e.Funcs, r.u32())
	}
}

func (r *reader) elementExprs(e *Element) {
	n := r.count(2)
	for i := range n {
		x := r.expr()
		if r.err != nil {
			r.err = fmt.Errorf("entry %d: %w", i, r.err)
			return
		}
		e.Exprs = append(e.Exprs, x)
		e.Funcs = append(e.Funcs, x.funcRef())
	}
}

// funcRef returns the function an expression refers to, NullFunc or OtherFunc.
func (e Expr) funcRef() uint32 {
	c := e.Code()
	if !c.Next() {
		return OtherFunc
	}
	op, index := c.Op, c.Index
	if !c.Next() || c.Op != OpEnd {
		return OtherFunc
	}
	switch op {
	case OpRefFunc:
		return index
	case OpRefNull:
		return NullFunc
	}
	return OtherFunc
}
