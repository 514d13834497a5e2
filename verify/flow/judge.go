package flow

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// Verdict is what is known of a call by address.
type Verdict string

const (
	// Proven: every function that can be called here has the type of the call.
	Proven Verdict = "proven"
	// Dead: no function's address ever comes here; the call is not made, or the
	// address is that of nothing (0), which is not this analysis's to find.
	Dead Verdict = "dead hook"
	// Assumed: a reviewed rule says why functions of other types do not come here.
	Assumed Verdict = "assumed"
	// Possible: a function of another type may come here, along a path on which
	// addresses of several types are kept.
	Possible Verdict = "possible mismatch"
	// Mismatch: a function of another type was put where this call takes it
	// from.
	Mismatch Verdict = "mismatch"
)

// Result is what an analysis came to.
type Result struct {
	Sites    []SiteResult
	Findings []Finding    // in order of function and place
	Escapes  []Escape     // addresses given to functions nothing is known of
	Direct   []Direct     // calls by name of functions of another type
	Lost     []llvmir.Pos // stores of what is too much to be followed
	Unnamed  []string     // tables of functions whose struct is not known
	Model    []string     // what the model says and the headers do not
	Rules    []*RuleError // rules that are of no use
	Called   []Function   // defined functions that are called by address, in order
	Unused   []Function   // those whose address is taken and comes to no call
	Stats    Stats
}

// SiteResult is the verdict on a call by address.
type SiteResult struct {
	Site    *Site
	Verdict Verdict
	Matches int // functions of the call's type that can be called
	Others  int // functions of another type
}

// Finding is a function of another type at a call.
type Finding struct {
	Verdict  Verdict
	Site     *Site
	Function Function
	Taken    llvmir.Pos // where its address is taken, if it comes to the call
	Path     []Step     // the cells that it is put in on the way
	Matches  int        // functions of the call's type at this call
	Rule     string     // that discharges it, or ""
}

// Function is a function in a finding.
type Function struct {
	Name   string
	Module string // translation unit, if it is internal
	Sig    string
	C      string
	Pos    llvmir.Pos
	// Defined says whether its IR was seen.
	Defined bool
}

// Step is a cell that an address is put in.
type Step struct {
	Pos  llvmir.Pos // where
	Cell string
	Slot llvmir.Slot // what C declares it as
	cell int32
}

// Escape is the address of a function given to one nothing is known of.
type Escape struct {
	Function, To string
	Param        int
	Pos          llvmir.Pos
}

// Direct is a call of a function by its name, as of another type.
type Direct struct {
	Function   Function
	Sig        string
	Pos        llvmir.Pos
	Undeclared bool
}

// Judge says of every call by address what can be called there.
func (a *Analysis) Judge(rules *Rules) *Result {
	r := &Result{}
	own := a.calledByOwnType()
	for _, s := range a.sites {
		sr := SiteResult{Site: s}
		for f := range s.targets {
			if f.sig == s.Sig {
				sr.Matches++
			} else {
				sr.Others++
			}
		}
		sr.Verdict = Dead
		if sr.Matches > 0 {
			sr.Verdict = Proven
		}
		for f := range s.targets {
			if f.sig == s.Sig {
				continue
			}
			path, taken := a.wayOf(s.callee, f.cell, nil)
			if taken == (llvmir.Pos{}) {
				taken = s.Pos
			}
			fd := Finding{Verdict: a.weigh(s, f, path, own), Site: s, Function: describe(f), Taken: taken, Path: path, Matches: sr.Matches}
			if rule := a.discharge(rules, s, f); rule != nil {
				fd.Verdict, fd.Rule = Assumed, rule.ID
				rule.Used++
			}
			sr.Verdict = worse(sr.Verdict, fd.Verdict)
			r.Findings = append(r.Findings, fd)
		}
		r.Sites = append(r.Sites, sr)
	}
	for e := range a.escapes {
		r.Escapes = append(r.Escapes, Escape{e.f.name, e.to.name, e.param, a.places[e.at]})
	}
	seen := map[Direct]bool{}
	for _, d := range a.direct {
		if x := (Direct{Function: describe(d.f), Sig: d.site.Sig, Pos: d.site.Pos}); d.f.defined && d.f.sig != d.site.Sig && !seen[x] {
			seen[x] = true
			r.Direct = append(r.Direct, x)
		}
	}
	for _, s := range a.stores {
		if s.lost {
			r.Lost = append(r.Lost, a.places[s.at])
		}
	}
	for _, o := range a.openers {
		if o.lost {
			r.Lost = append(r.Lost, a.places[o.at])
		}
	}
	for _, d := range a.disguised {
		if a.hasFunction(d.value) {
			a.stats.Cut++
		}
	}
	slices.SortFunc(r.Findings, func(x, y Finding) int {
		return cmp.Or(
			strings.Compare(x.Function.Name, y.Function.Name), strings.Compare(x.Function.Module, y.Function.Module),
			comparePos(x.Site.Pos, y.Site.Pos), strings.Compare(x.Site.External, y.Site.External),
			strings.Compare(x.Site.Sig, y.Site.Sig))
	})
	slices.SortFunc(r.Escapes, func(x, y Escape) int {
		return cmp.Or(strings.Compare(x.To, y.To), strings.Compare(x.Function, y.Function), comparePos(x.Pos, y.Pos))
	})
	if rules != nil {
		r.Rules = rules.unused(a)
	}
	r.Unnamed = slices.Sorted(maps.Keys(a.unnamed))
	r.Model = slices.Sorted(maps.Keys(a.wrongModel))
	called := map[*function]bool{}
	for _, s := range a.sites {
		for f := range s.targets {
			if f.defined && f.sig == s.Sig && !called[f] {
				called[f] = true
				r.Called = append(r.Called, describe(f))
			}
		}
	}
	for e := range a.escapes {
		called[e.f] = true
	}
	for _, s := range a.sites {
		for f := range s.targets {
			called[f] = true // or would be, if it did not trap
		}
	}
	for _, f := range a.funcs {
		if f.taken && f.defined && !called[f] {
			r.Unused = append(r.Unused, describe(f))
		}
	}
	for _, list := range [][]Function{r.Called, r.Unused} {
		slices.SortFunc(list, func(x, y Function) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Module, y.Module))
		})
	}
	r.Stats = a.stats
	return r
}

// verdicts in the order of how bad they are.
var verdicts = []Verdict{Dead, Proven, Assumed, Possible, Mismatch}

func worse(x, y Verdict) Verdict {
	return verdicts[max(slices.Index(verdicts, x), slices.Index(verdicts, y))]
}

func (a *Analysis) discharge(rules *Rules, s *Site, f *function) *Rule {
	if rules == nil {
		return nil
	}
	for _, rule := range rules.List {
		if a.discharges(rule, s, f) {
			return rule
		}
	}
	return nil
}

func comparePos(x, y llvmir.Pos) int {
	return cmp.Or(strings.Compare(x.File, y.File), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Col, y.Col))
}

func describe(f *function) Function {
	d := Function{Name: f.name, Sig: f.sig, C: f.c, Pos: f.pos, Defined: f.defined}
	if f.key != f.name {
		d.Module = f.module
	}
	return d
}

// calledByOwnType is the functions that are called as what they are out of a
// slot that is declared for something else: such a slot is one for functions of
// several types.
func (a *Analysis) calledByOwnType() map[*function]bool {
	own := map[*function]bool{}
	for _, s := range a.sites {
		cast := false
		for _, p := range a.node(s.callee).pred {
			if c := a.node(p).cell; c >= 0 {
				sig := a.cells[c].slot.Signature
				cast = cast || sig != "" && sig != s.Sig
			}
		}
		if !cast {
			continue
		}
		for f := range s.targets {
			own[f] = own[f] || f.sig == s.Sig
		}
	}
	return own
}

// weigh tells a certain mismatch from a possible one. It is certain if the
// address goes only through slots declared as pointers to functions, first of
// the function's own type and then of the call's: somewhere between there is a
// cast, and nothing but never making the call keeps it from trapping.
func (a *Analysis) weigh(s *Site, f *function, path []Step, own map[*function]bool) Verdict {
	if own[f] {
		return Possible
	}
	cast := len(path) == 0 || s.External != ""
	for _, step := range path {
		c := &a.cells[step.cell]
		switch {
		case c.kind == part || c.kind == heap || c.kind == varargs || step.Pos == castPlace:
			return Possible
		case step.Slot.Signature == s.Sig:
			cast = true
		case step.Slot.Signature != f.sig || cast && s.External == "":
			return Possible
		}
	}
	if !cast {
		return Possible
	}
	return Mismatch
}

// path is wayOf without where the address is taken.
func (a *Analysis) path(n, c int32, avoid func(n int32) bool) []Step {
	steps, _ := a.wayOf(n, c, avoid)
	return steps
}

// wayOf is a shortest way of an address to a node that avoids some nodes, as the
// cells it is put in: nil if there is none, empty if it leads through registers
// alone. taken is where it begins.
func (a *Analysis) wayOf(n, c int32, avoid func(n int32) bool) (steps []Step, taken llvmir.Pos) {
	type visit struct{ node, before, at int32 } // before: index of the visit it was found from
	visits := []visit{{n, -1, -1}}
	seen := map[int32]bool{n: true}
	for i := 0; i < len(visits); i++ {
		v := visits[i]
		if slices.Contains(a.node(v.node).addrs, c) {
			steps = []Step{}
			if v.at >= 0 {
				taken = a.places[v.at]
			}
			for j := int32(i); visits[j].before >= 0; j = visits[j].before {
				next := visits[visits[j].before].node
				if cell := a.node(next).cell; cell >= 0 {
					steps = append(steps, Step{a.places[visits[j].at], a.cells[cell].name, a.cells[cell].slot, cell})
				}
			}
			return steps, taken
		}
		for _, p := range a.node(v.node).pred {
			if seen[p] || !has(a.node(p).set, c) || avoid != nil && avoid(p) {
				continue
			}
			at, ok := a.placeOfEdge(p, v.node, c)
			if !ok {
				continue
			}
			seen[p] = true
			visits = append(visits, visit{p, int32(i), at})
		}
	}
	return nil, taken
}

// placeOfEdge is where an edge that lets the address pass is made.
func (a *Analysis) placeOfEdge(from, to, c int32) (int32, bool) {
	for _, e := range a.node(from).succ {
		if e.to == to && len(a.filter([]int32{c}, e.pass)) > 0 {
			return e.at, true
		}
	}
	return 0, false
}
