package flow

import (
	"maps"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// searchLimit is how many nodes are looked at to find where a store goes; one
// whose targets are not found within it makes the analysis incomplete there.
const searchLimit = 20000

// openLimit is how many loads of numbers and pointers to data may count because
// of one store of a function's address as such, before that store makes the
// analysis incomplete.
const openLimit = 100

// Solve lets addresses flow until nothing changes.
func (a *Analysis) Solve() {
	for _, d := range a.direct {
		a.calls(d.site, d.f, a.placeOf(d.site.Pos))
	}
	a.linkCasts()
	for {
		a.propagate()
		before, opened := a.tracked, a.stats.Opened
		a.trackHolders()
		a.trackTargets()
		a.openDisguises()
		if len(a.queue) == 0 && a.tracked == before && a.stats.Opened == opened {
			break
		}
	}
	a.stats.Cells, a.stats.Nodes, a.stats.Edges, a.stats.Tracked = len(a.cells), int(a.count), len(a.edges), a.tracked
}

func (a *Analysis) propagate() {
	for len(a.queue) > 0 {
		queue := a.queue
		a.queue = nil
		for _, n := range queue {
			a.node(n).ready = false
			fresh := a.node(n).fresh
			a.node(n).fresh = nil
			// Applying a constraint can add some to the same node.
			for i := 0; i < len(a.node(n).cons); i++ {
				a.apply(a.node(n).cons[i], fresh)
			}
			for i := 0; i < len(a.node(n).succ); i++ {
				e := a.node(n).succ[i]
				a.add(e.to, a.filter(fresh, e.pass))
			}
		}
	}
}

// trackHolders tracks cells in which there is something tracked.
func (a *Analysis) trackHolders() {
	for c := range a.cells {
		if len(a.cells[c].dormant) == 0 {
			continue
		}
		if n := a.cells[a.at(int32(c), 0)].content; n >= 0 && len(a.node(n).set) > 0 {
			a.track(int32(c))
		}
	}
}

// trackTargets tracks cells that something tracked is stored in through a
// pointer.
func (a *Analysis) trackTargets() {
	for i := range a.stores {
		s := &a.stores[i]
		if s.lost || s.pass == nothing || len(a.filter(a.node(s.value).set, s.pass)) == 0 {
			continue
		}
		targets, ok := a.mayPoint(s.pointer)
		if !ok {
			s.lost = true
			continue
		}
		for _, c := range targets {
			a.track(c)
		}
	}
}

// mayPoint looks for cells whose address a node can have, tracked or not. It
// returns false if there are too many places to look.
func (a *Analysis) mayPoint(n int32) ([]int32, bool) {
	seen := map[int32]bool{n: true}
	todo := []int32{n}
	var found []int32
	for i := 0; i < len(todo); i++ {
		if len(todo) > searchLimit {
			return nil, false
		}
		nd := a.node(todo[i])
		for _, c := range nd.addrs {
			if a.cells[c].fn == nil {
				found = append(found, c)
			}
		}
		for _, list := range [][]int32{nd.pred, nd.bases} {
			for _, p := range list {
				if !seen[p] {
					seen[p] = true
					todo = append(todo, p)
				}
			}
		}
	}
	return found, true
}

// openDisguises opens the cells that a function's address is stored in as a
// number or a pointer to data, where that is plain to see: the address comes
// through registers, locals and parameters, and not out of some other memory.
// Where it does, the value is taken for what the program says it is; such
// places are counted.
//
// What is put into a number that any other number can be, such as that of a
// zval, would open all of them. Such a store is given up, and reported.
func (a *Analysis) openDisguises() {
	kept := a.disguised[:0]
	list := a.disguised
	a.disguised = nil
	var origin []int32
	for _, d := range list {
		if a.cells[d.cell].open {
			a.flows(d.value, a.content(d.cell), d.at, functions)
			continue
		}
		if !d.lost && a.hasFunction(d.value) {
			if origin == nil {
				origin = a.plainlyFunctions()
			}
			// A node that has been made since is looked at in the next round.
			if int(d.value) < len(origin) && origin[d.value] >= 0 {
				if a.open(d, origin[d.value]) {
					a.flows(d.value, a.content(d.cell), d.at, functions)
					continue
				}
				d.lost = true
			}
		}
		kept = append(kept, d)
	}
	a.disguised = append(kept, a.disguised...)
}

// plainlyFunctions says of every node whether a function's address comes to it
// plainly: -1 if none does, 0 if it comes from where it is taken, and else by
// way of the opened cells of which disguise, counted from 1.
//
// All nodes are looked at once: there can be as many to ask for as there are
// stores of numbers in the program.
func (a *Analysis) plainlyFunctions() []int32 {
	origin := make([]int32, a.count)
	var todo []int32
	for n := range a.count {
		origin[n] = -1
		if slices.ContainsFunc(a.node(n).addrs, func(c int32) bool { return a.cells[c].fn != nil }) {
			origin[n] = 0
			todo = append(todo, n)
		}
	}
	for i := 0; i < len(todo); i++ {
		n := todo[i]
		from := origin[n]
		if c := a.node(n).cell; c >= 0 && a.cells[c].open {
			from = a.cells[c].opener
		} else if c >= 0 && a.cells[c].kind != local {
			continue
		}
		if !a.hasFunction(n) {
			continue
		}
		for _, e := range a.node(n).succ {
			if origin[e.to] < 0 {
				origin[e.to] = from
				todo = append(todo, e.to)
			}
		}
	}
	return origin
}

// hasFunction says whether a node has the address of a function.
func (a *Analysis) hasFunction(n int32) bool {
	return slices.ContainsFunc(a.node(n).set, func(c int32) bool { return a.cells[c].fn != nil })
}

// calls binds arguments and result of a call that may be one of that function.
// A call of a function of another type traps: nothing flows.
func (a *Analysis) calls(s *Site, f *function, at int32) {
	if s.targets != nil {
		if s.targets[f] {
			return
		}
		s.targets[f] = true
		if s.escape != nil {
			a.escapes[escape{s.escape.to, f, s.escape.param, at}] = true
			return
		}
		if f.sig != s.Sig {
			return
		}
	}
	if f.defined {
		for i, arg := range s.args {
			switch {
			case arg < 0:
			case i < len(f.params) || !f.variadic:
				a.flows(arg, a.param(f, i), at, all)
			default:
				a.flows(arg, a.content(a.restOf(f)), at, all)
			}
		}
		if s.result >= 0 && !f.noAlias {
			a.flows(a.resultOf(f), s.result, at, all)
		}
	} else {
		a.external(s, f, at)
	}
	if s.result >= 0 && f.noAlias {
		a.newMemory(s, at)
	}
}

// newMemory lets a call return memory of its own.
func (a *Analysis) newMemory(s *Site, at int32) {
	c := a.newCell(cell{kind: heap, name: "memory allocated at " + a.places[at].String()})
	a.address(s.result, c)
}

// castPlace stands for where pointers to structs are cast.
var castPlace = llvmir.Pos{File: "a cast of a pointer to one struct into one to another"}

// linkCasts makes members of pointers to functions one where a pointer to one
// struct is cast into a pointer to another and they stand at the same offset.
func (a *Analysis) linkCasts() {
	inRegisters := func(n int32) bool { return a.node(n).cell < 0 }
	for _, n := range slices.Sorted(maps.Keys(a.loaded)) {
		from := a.loaded[n]
		seen := map[int32]bool{n: true}
		todo := []int32{n}
		for i := 0; i < len(todo) && i < 64; i++ {
			for _, to := range a.storedAs[todo[i]] {
				if to != from {
					a.casts[[2]string{from, to}] = true
				}
			}
			for _, e := range a.node(todo[i]).succ {
				if _, again := a.loaded[e.to]; !again && !seen[e.to] && inRegisters(e.to) {
					seen[e.to] = true
					todo = append(todo, e.to)
				}
			}
		}
	}
	a.stats.Casts = len(a.casts)
	members := map[string][]offsetID{}
	for id := range a.byOffset {
		if a.declared[id].slot.Signature != "" {
			members[id.name] = append(members[id.name], id)
		}
	}
	for pair := range a.casts {
		x, y := "struct."+pair[0], "struct."+pair[1]
		for _, id := range members[x] {
			c := a.byOffset[id]
			other := offsetID{y, id.offset}
			d, ok := a.byOffset[other]
			if !ok || d == c || a.declared[other].slot.Signature == "" {
				continue
			}
			a.stats.Linked++
			at := a.placeOf(castPlace)
			a.flows(a.content(c), a.content(d), at, all)
			a.flows(a.content(d), a.content(c), at, all)
		}
	}
}
