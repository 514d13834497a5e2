package checked

import (
	"iter"
	"math/bits"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// set is a set of local variables.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i uint32)    { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i uint32) { s[i/64] &^= 1 << (i % 64) }
func (s set) clone() set      { return append(set(nil), s...) }

// join adds what t has, and says whether that is more.
func (s set) join(t set) (more bool) {
	for i := range s {
		more = more || t[i]&^s[i] != 0
		s[i] |= t[i]
	}
	return more
}

// all are its members, from the first.
func (s set) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(uint32(i*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// liveness finds which variables are read later, before something else is
// written to them.
type liveness struct {
	*rewriter
	start  []int // of each end, the instruction that opens the block
	els    []int // of each if, its else or 0
	size   int   // number of variables
	wanted func(i int) bool
	found  set         // what is live before the wanted instructions
	loops  map[int]set // what is live where a loop begins
	labels []liveLabel
}

// liveLabel is an open block: what is live where a branch to it goes.
type liveLabel struct {
	live    set
	catches []wasm.Catch
}

// liveness finds which variables are live before one of the wanted instructions.
// size is how many variables there are.
func (r *rewriter) liveness(size int, wanted func(i int) bool) set {
	l := &liveness{
		rewriter: r, start: make([]int, len(r.code)), els: make([]int, len(r.code)), size: size,
		wanted: wanted, found: newSet(size), loops: map[int]set{},
	}
	for i := range r.code {
		switch r.code[i].Op {
		case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTryTable:
			l.start[r.end[i]] = i
		case wasm.OpElse:
			l.els[r.end[i]] = i
		}
	}
	l.labels = []liveLabel{{live: newSet(size)}}
	l.walk(0, len(r.code)-1, newSet(size))
	return l.found
}

// walk goes backwards through the instructions from first to before end. It
// changes live, which is what is live behind them, and returns it.
func (l *liveness) walk(first, end int, live set) set {
	for i := end - 1; i >= first; i-- {
		c := &l.code[i]
		switch c.Op {
		case wasm.OpEnd:
			s := l.start[i]
			live = l.block(s, i, live)
			i = s
		case wasm.OpLocalGet:
			live.add(c.Index)
		case wasm.OpLocalSet, wasm.OpLocalTee:
			live.remove(c.Index)
		case wasm.OpBr:
			copy(live, l.label(c.Index).live)
		case wasm.OpBrIf:
			live.join(l.label(c.Index).live)
		case wasm.OpBrTable:
			clear(live)
			for to := range c.Labels() {
				live.join(l.label(to).live)
			}
		case wasm.OpReturn, wasm.OpUnreachable:
			clear(live)
		case wasm.OpThrow, wasm.OpThrowRef:
			clear(live)
			l.caught(live)
		case wasm.OpCall, wasm.OpCallIndirect:
			l.caught(live)
		}
		if l.wanted(i) {
			l.found.join(live)
		}
	}
	return live
}

func (l *liveness) label(depth uint32) liveLabel { return l.labels[len(l.labels)-1-int(depth)] }

// caught adds what is live where an exception would be caught.
func (l *liveness) caught(live set) {
	for i, b := range l.labels {
		for _, c := range b.catches {
			live.join(l.labels[i-1-int(c.Label)].live)
		}
	}
}

// block goes through a block; live is what is live behind it.
func (l *liveness) block(s, end int, live set) set {
	inside := func(first, end int, after set, label liveLabel) set {
		l.labels = append(l.labels, label)
		live := l.walk(first, end, after.clone())
		l.labels = l.labels[:len(l.labels)-1]
		return live
	}
	c := &l.code[s]
	switch c.Op {
	case wasm.OpLoop:
		header := l.loops[s]
		if header == nil {
			header = newSet(l.size)
			l.loops[s] = header
		}
		for header.join(inside(s+1, end, live, liveLabel{live: header})) {
		}
		return header.clone()
	case wasm.OpIf:
		label := liveLabel{live: live.clone()}
		els := l.els[s]
		if els == 0 {
			live.join(inside(s+1, end, live, label))
			return live
		}
		then := inside(s+1, els, live, label)
		then.join(inside(els+1, end, live, label))
		return then
	}
	label := liveLabel{live: live.clone()}
	if c.Op == wasm.OpTryTable {
		for k := range c.Catches() {
			label.catches = append(label.catches, k)
		}
	}
	return inside(s+1, end, live, label)
}
