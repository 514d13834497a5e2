package build

import (
	"context"
	"fmt"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// mutantsAtOnce is how many functions are changed in one analysis. A call of a
// changed function is one that traps, and what that function would have done
// does not happen: too many at once would hide one another.
const mutantsAtOnce = 20

// mutations are ways to give a function another type. Each changes what the
// type is in wasm.
var mutations = []func(*llvmir.Type){
	func(t *llvmir.Type) { // a result where there was none, or none
		if t.Elem.Kind == llvmir.Void {
			t.Elem = &llvmir.Type{Kind: llvmir.Int, Bits: 32}
		} else {
			t.Elem = &llvmir.Type{Kind: llvmir.Void}
		}
	},
	func(t *llvmir.Type) { // one parameter more
		t.Fields = append(slices.Clone(t.Fields), &llvmir.Type{Kind: llvmir.Ptr})
	},
	func(t *llvmir.Type) { // one parameter less, or a first one
		if len(t.Fields) == 0 {
			t.Fields = []*llvmir.Type{{Kind: llvmir.Ptr}}
		} else {
			t.Fields = t.Fields[:len(t.Fields)-1]
		}
	},
	func(t *llvmir.Type) { // the first parameter of 64 bits, or of 32
		wide := &llvmir.Type{Kind: llvmir.Int, Bits: 64}
		if len(t.Fields) == 0 {
			t.Fields = []*llvmir.Type{wide}
			return
		}
		t.Fields = slices.Clone(t.Fields)
		if t.Fields[0].Kind == llvmir.Int && t.Fields[0].Bits == 64 {
			wide = &llvmir.Type{Kind: llvmir.Ptr}
		}
		t.Fields[0] = wide
	},
}

// mutate gives n functions that are called by address another type, each in one
// of several ways, and returns which were not found.
func mutate(ctx context.Context, ir []flow.Unit, jobs int, rules *flow.Rules, sound *flow.Result, n int) (*flow.Mutation, error) {
	n = min(n, len(sound.Called))
	m := &flow.Mutation{Mutants: n, Missed: []string{}}
	// Evenly, and so that those of one analysis are far from one another.
	chosen := make([]flow.Function, n)
	for i := range chosen {
		chosen[i] = sound.Called[i*len(sound.Called)/n]
	}
	groups := (n + mutantsAtOnce - 1) / mutantsAtOnce
	for g := range groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		type id struct{ name, module string }
		way := map[id]int{}
		for i := g; i < n; i += groups {
			way[id{chosen[i].Name, chosen[i].Module}] = i / groups % len(mutations)
		}
		_, result, err := analyse(ir, jobs, rules, func(unit *llvmir.Module) {
			for _, f := range unit.Funcs {
				k := id{name: f.Name}
				if f.Internal {
					k.module = unit.Source
				}
				if w, ok := way[k]; ok && f.Defined {
					changed := *f.Type
					mutations[w](&changed)
					f.Type = &changed
				}
			}
		})
		if err != nil {
			return nil, err
		}
		found := map[id]bool{}
		for _, f := range result.Findings {
			if f.Rule == "" {
				found[id{f.Function.Name, f.Function.Module}] = true
			}
		}
		for k, w := range way {
			if !found[k] {
				m.Missed = append(m.Missed, fmt.Sprintf("%s(%d)", k.name, w))
			}
		}
	}
	slices.Sort(m.Missed)
	return m, nil
}
