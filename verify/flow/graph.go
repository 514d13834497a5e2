package flow

import (
	"slices"
)

// A node stands for every value that a register, a parameter, a result or a
// cell can have; its set holds the cells whose addresses those are. An edge
// says that what is in one set is in another.
type node struct {
	set   []int32 // sorted
	fresh []int32 // what of it has not been passed on yet
	succ  []edge
	pred  []int32
	cons  []constraint
	bases []int32 // nodes of pointers through which its value was loaded
	addrs []int32 // cells whose address it has been given directly
	cell  int32   // whose content it is, or -1
	ready bool    // in the queue
}

type edge struct {
	to, at int32 // at: index of the place in the source
	pass   passes
}

// passes is what an edge lets pass. Type-based alias analysis knows of every
// load and store what the program uses the value as.
type passes uint8

const (
	all       passes = iota
	objects          // T **: addresses of variables, not of functions
	nothing          // T *, numbers: see Analysis.openCells
	functions        // into and out of an open cell
)

// constraint is what is to be done for every address in a node's set.
type constraint struct {
	op    constraintOp
	other int32 // load, shift: to where; store: from where
	by    int64 // shift: how many bytes
	at    int32
	pass  passes
	site  *Site // of a call
}

type constraintOp uint8

const (
	load constraintOp = iota
	store
	copyFrom // source of a memcpy: everything in it
	shift    // address of what is some bytes further on
	call
)

// Nodes are kept in pages: there are a million, and they never move.
const pageSize = 1 << 12

func (a *Analysis) newNode() int32 {
	if a.count%pageSize == 0 {
		a.pages = append(a.pages, make([]node, pageSize))
	}
	n := a.count
	a.count++
	a.node(n).cell = -1
	return n
}

func (a *Analysis) node(n int32) *node { return &a.pages[n/pageSize][n%pageSize] }

// flows adds an edge.
func (a *Analysis) flows(from, to, at int32, p passes) {
	if from < 0 || to < 0 || from == to || p == nothing {
		return
	}
	id := edgeID{from, to, p}
	if _, ok := a.edges[id]; ok {
		return
	}
	a.edges[id] = struct{}{}
	a.node(from).succ = append(a.node(from).succ, edge{to, at, p})
	a.node(to).pred = append(a.node(to).pred, from)
	if len(a.node(from).set) > 0 {
		a.add(to, a.filter(a.node(from).set, p))
	}
}

func (a *Analysis) filter(set []int32, p passes) []int32 {
	if p == all {
		return set
	}
	var out []int32
	for _, c := range set {
		if (a.cells[c].fn != nil) == (p == functions) {
			out = append(out, c)
		}
	}
	return out
}

// address says that a node has the address of a cell.
func (a *Analysis) address(n, c int32) {
	if k := &a.cells[c]; k.fn == nil && k.kind != member && k.typ != nil && !canHold(k.typ, 0) {
		return // bytes that are a member can be room for anything
	}
	a.node(n).addrs = append(a.node(n).addrs, c)
	if a.cells[c].fn != nil || a.cells[c].tracked {
		a.add(n, []int32{c})
		return
	}
	a.cells[c].dormant = append(a.cells[c].dormant, n)
}

// track makes the address of a cell a value that is followed. Only those of
// functions are from the beginning; a variable's becomes one when it is known
// that it can lead to a function's.
func (a *Analysis) track(c int32) {
	if a.cells[c].fn != nil || a.cells[c].tracked {
		return
	}
	a.cells[c].tracked = true
	a.tracked++
	for _, n := range a.cells[c].dormant {
		a.add(n, []int32{c})
	}
	a.cells[c].dormant = nil
}

// constrain adds a constraint to a node.
func (a *Analysis) constrain(n int32, c constraint) {
	if n < 0 {
		return
	}
	a.node(n).cons = append(a.node(n).cons, c)
	switch c.op {
	case store:
		a.stores = append(a.stores, storeThrough{pointer: n, value: c.other, at: c.at, pass: c.pass})
	case load:
		if c.pass != nothing {
			a.node(c.other).bases = append(a.node(c.other).bases, n)
		}
	case shift:
		a.node(c.other).bases = append(a.node(c.other).bases, n)
	}
	if len(a.node(n).set) > 0 {
		a.apply(c, a.node(n).set)
	}
}

// add puts addresses, sorted, into a node's set.
func (a *Analysis) add(n int32, addrs []int32) {
	nd := a.node(n)
	set, more := merge(nd.set, addrs)
	if more == nil {
		return
	}
	nd.set = set
	nd.fresh, _ = merge(nd.fresh, more)
	if !nd.ready {
		nd.ready = true
		a.queue = append(a.queue, n)
	}
}

// merge returns the union of two sorted sets and what of the second was not in
// the first.
func merge(set, addrs []int32) (union, more []int32) {
	i := 0
	for _, c := range addrs {
		for i < len(set) && set[i] < c {
			i++
		}
		if i == len(set) || set[i] != c {
			more = append(more, c)
		}
	}
	if more == nil {
		return set, nil
	}
	union = make([]int32, 0, len(set)+len(more))
	i, j := 0, 0
	for i < len(set) && j < len(more) {
		if set[i] < more[j] {
			union = append(union, set[i])
			i++
		} else {
			union = append(union, more[j])
			j++
		}
	}
	return append(append(union, set[i:]...), more[j:]...), more
}

func has(set []int32, c int32) bool {
	_, ok := slices.BinarySearch(set, c)
	return ok
}

// apply does what a constraint asks for these addresses.
func (a *Analysis) apply(k constraint, addrs []int32) {
	for _, c := range addrs {
		f := a.cells[c].fn
		switch {
		case k.op == call:
			if f != nil {
				a.calls(k.site, f, k.at)
			}
		case f != nil:
			// Nothing is loaded from code, nothing stored in it.
		case k.op == load:
			a.loadCell(a.at(c, 0), k.other, k.at, k.pass)
		case k.op == store:
			a.storeCell(k.other, a.at(c, 0), k.at, k.pass)
		case k.op == shift:
			a.address(k.other, a.at(c, k.by))
		case k.op == copyFrom:
			// A struct's members are the same cells on both sides.
			if t := plain(a.cells[c].typ); t == nil || !isStruct(t) {
				a.flows(a.content(a.at(c, 0)), k.other, k.at, all)
			}
		}
	}
}

// loadCell lets what is in a cell flow to a node.
func (a *Analysis) loadCell(c, dst, at int32, p passes) {
	if p == nothing {
		if a.cells[c].open {
			a.flows(a.content(c), dst, at, functions)
			return
		}
		a.cells[c].held = append(a.cells[c].held, held{dst, at})
		return
	}
	a.flows(a.content(c), dst, at, p)
}

// storeCell lets what is in a node flow to a cell.
func (a *Analysis) storeCell(src, c, at int32, p passes) {
	if p == nothing {
		a.disguised = append(a.disguised, disguise{value: src, cell: c, at: at})
		return
	}
	a.flows(src, a.content(c), at, p)
}

// open makes the cell of a disguise one that a function's address is in although
// it is declared for a number or a pointer to data. opener is the disguise that
// the address has come from, counted from 1, or 0 if that is this one. It returns
// false if that has opened too many already.
func (a *Analysis) open(d disguise, opener int32) bool {
	if opener == 0 {
		a.openers = append(a.openers, opened{at: d.at})
		opener = int32(len(a.openers))
	}
	o, c := &a.openers[opener-1], &a.cells[d.cell]
	if o.loads += 1 + len(c.held); o.loads > openLimit {
		o.lost = true
		return false
	}
	a.stats.Opened++
	c.open, c.opener = true, opener
	held := c.held
	c.held = nil
	for _, h := range held {
		a.flows(a.content(d.cell), h.dst, h.at, functions)
	}
	return true
}
