package flow

import (
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/debuginfo"
)

// Predictions are what the calls by address of a program can call, in a form in
// which those of the linked module are found again.
type Predictions struct {
	model   *Model
	names   functionNames
	sites   map[placeKey]map[*function]bool
	library map[string]map[*function]bool // by signature
}

// Grain is how exactly a call of the module is known in the IR.
type Grain string

const (
	// ByColumn: the call's own line and column.
	ByColumn Grain = "column"
	// ByFunction: its function. The compiler has made one call of several, which
	// stand on several lines.
	ByFunction Grain = "function"
	// ByLibrary: it is in a function without IR, and calls what such functions
	// were given.
	ByLibrary Grain = "library"
	// Unmapped: nothing in the IR is known to be that call.
	Unmapped Grain = "unmapped"
)

// Grains are all, the finest first.
var Grains = []Grain{ByColumn, ByFunction, ByLibrary, Unmapped}

// placeKey is a call by address in the IR or, with less in it, several.
type placeKey struct {
	unit, function, file string
	line, col            int
	sig                  string
}

// Predict makes the predictions of a solved analysis.
func (a *Analysis) Predict() *Predictions {
	p := &Predictions{
		model: a.model, names: a.byName(),
		sites: map[placeKey]map[*function]bool{}, library: map[string]map[*function]bool{},
	}
	for _, s := range a.sites {
		if s.External != "" {
			add(p.library, s.Sig, s.targets)
			continue
		}
		k := placeKey{s.unit, s.In, s.Pos.File, s.Pos.Line, s.Pos.Col, s.Sig}
		add(p.sites, k, s.targets)
		add(p.sites, k.ofFunction(), s.targets)
	}
	return p
}

func add[K comparable](to map[K]map[*function]bool, k K, targets map[*function]bool) {
	if to[k] == nil {
		to[k] = map[*function]bool{}
	}
	for f := range targets {
		to[k][f] = true
	}
}

// ofFunction leaves out where in its function the call is.
func (k placeKey) ofFunction() placeKey {
	k.file, k.line, k.col = "", 0, 0
	return k
}

// Prediction is what a call of the module can call.
type Prediction struct {
	Grain   Grain
	p       *Predictions
	targets map[*function]bool
}

// At finds what is predicted of a call_indirect in the function in of the module,
// whose place the debug information says.
func (p *Predictions) At(in string, at debuginfo.Place, sig string) Prediction {
	k := placeKey{at.Unit, at.Function, at.File, at.Line, at.Col, sig}
	grain := ByColumn
	if k.line == 0 {
		k, grain = k.ofFunction(), ByFunction
	}
	if targets, ok := p.sites[k]; ok {
		return Prediction{grain, p, targets}
	}
	if _, ok := p.model.Indirect[in]; ok && !p.names.defined(in) {
		return Prediction{ByLibrary, p, p.library[sig]}
	}
	return Prediction{Unmapped, p, nil}
}

// Has says whether a function of the module is predicted, which was compiled in a
// unit.
func (x *Prediction) Has(name, unit string) bool {
	if x.Grain == ByLibrary && slices.Contains(x.p.model.Kept, name) {
		return true
	}
	for _, f := range x.p.names[name] {
		if x.targets[f] && (f.key == f.name || f.unit == unit) {
			return true
		}
	}
	return false
}

// Len is how many functions are predicted, but for those that have no IR
// themselves.
func (x *Prediction) Len() int { return len(x.targets) }
