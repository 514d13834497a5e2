package postlink

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Adaptation lets indirect calls of another type than a function's meet it.
type Adaptation struct {
	Function string // its name in the module
	As       string // the type of the calls: "(i32, i64) -> (i32)"
}

// Adapt makes calls work that would trap, since a table's slot has a function of
// another type than the call's: as natively, where the caller and the callee look
// at the same registers. Nothing else changes: calls of the function's own type,
// and those of the same type that meet another function, do what they did.
//
// For each adaptation it adds a function of the type As, which calls the one that
// is meant: without the parameters that this does not have, with zeros for those
// that the call does not pass, and with zeros for a result that it does not give.
// One of a function that the module does not have is for another module. An i64
// becomes an i32 by losing its upper half. Other differences are refused:
// there is no value that the callee could be expected to see.
//
// Calls of the type As go through a dispatcher, which compares the index with the
// slots of the adapted functions and otherwise does the call as it was. A module
// where that cannot be known is refused: one whose table is imported, exported or
// written to, one with several functions of the name, and one that has it in no slot.
func Adapt(module []byte, list []Adaptation) ([]byte, error) {
	if len(list) == 0 {
		return module, nil
	}
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	e := m.Edit()
	var all []adapted
	for _, a := range list {
		t, err := adapt(m, e, a)
		if err == nil && slices.ContainsFunc(all, func(o adapted) bool { return o.fn == t.fn && o.as == t.as }) {
			err = errors.New("it is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("adapt %s to %s: %w", a.Function, a.As, err)
		}
		if t.thunk > 0 {
			all = append(all, t)
		}
	}
	if module, err = e.Encode(); err != nil {
		return nil, err
	}
	if m, err = decode(module); err != nil {
		return nil, err
	}
	fixed, err := fixedSlots(m)
	if err != nil {
		return nil, err
	}
	d := devirtualizer{m: m, e: m.Edit(), known: map[target]*dispatcher{}, slots: make([][]slot, len(fixed)), verb: "adapt"}
	for _, a := range all {
		used := false
		for table, slots := range fixed {
			for _, s := range slots {
				if s.fn == a.fn {
					used = true
					d.slots[table] = append(d.slots[table], slot{s.index, a.thunk})
				}
			}
		}
		if !used {
			return nil, fmt.Errorf("adapt %s: it is in no slot of a table whose contents are fixed", m.FuncName(a.fn))
		}
	}
	for _, slots := range d.slots {
		slices.SortFunc(slots, bySlot)
	}
	for i := range m.Funcs {
		if err := d.rewrite(uint32(i)); err != nil {
			return nil, err
		}
	}
	return d.e.Encode()
}

// adapted is a function that is adapted to a type.
type adapted struct {
	fn    uint32
	as    string
	thunk uint32 // what is called in its place; 0: the module does not have fn
}

// adapt adds the function that is called in place of the adapted one.
func adapt(m *wasm.Module, e *wasm.Editor, a Adaptation) (adapted, error) {
	as, err := typeOf(a.As)
	if err != nil {
		return adapted{}, err
	}
	found := functionsNamed(m, a.Function)
	switch {
	case len(found) == 0:
		return adapted{}, nil
	case len(found) > 1:
		return adapted{}, fmt.Errorf("it has %d functions of that name", len(found))
	}
	t := adapted{fn: found[0], as: as.String()}
	sig := m.FuncType(t.fn)
	if sig.SameSig(as) {
		return adapted{}, errors.New("it is of that type")
	}
	code, err := thunk(t.fn, sig, as)
	if err != nil {
		return adapted{}, err
	}
	t.thunk = e.AddFunc(e.Type(as.Params, as.Results), a.Function+" as "+t.as, wasm.BodyOf(nil, code))
	return t, nil
}

// thunk is the code of a function of the type as that calls fn, of the type sig.
func thunk(fn uint32, sig, as *wasm.Type) ([]byte, error) {
	var a wasm.Asm
	for i, want := range sig.Params {
		if i >= len(as.Params) {
			a.Zero(want)
			continue
		}
		a.Op(wasm.OpLocalGet, uint32(i))
		if err := convert(&a, as.Params[i], want); err != nil {
			return nil, fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	a.Op(wasm.OpCall, fn)
	switch {
	case len(as.Results) == 0:
		for range sig.Results {
			a.Op(wasm.OpDrop)
		}
	case len(sig.Results) == 0:
		for _, t := range as.Results {
			a.Zero(t)
		}
	case len(sig.Results) == 1 && len(as.Results) == 1:
		if err := convert(&a, sig.Results[0], as.Results[0]); err != nil {
			return nil, fmt.Errorf("the result: %w", err)
		}
	default:
		return nil, fmt.Errorf("it has %d results, and not %d", len(sig.Results), len(as.Results))
	}
	a.Op(wasm.OpEnd)
	return a.Code, nil
}

// convert makes a value of one type out of one of another.
func convert(a *wasm.Asm, from, to wasm.ValType) error {
	switch {
	case from == to:
	case from == wasm.I64 && to == wasm.I32:
		a.Op(wasm.OpI32WrapI64)
	default:
		return fmt.Errorf("nothing says which %s an %s is", to, from)
	}
	return nil
}

// typeOf reads a type of a function of numbers, with or without spaces.
func typeOf(text string) (*wasm.Type, error) {
	params, results, ok := strings.Cut(strings.ReplaceAll(text, " ", ""), "->")
	t := &wasm.Type{Form: wasm.FormFunc}
	var err error
	if t.Params, err = numbers(params); err == nil {
		t.Results, err = numbers(results)
	}
	if !ok || err != nil {
		return nil, errors.New("a type is written as (i32, i64) -> (i32), of i32, i64, f32 and f64")
	}
	return t, nil
}

func numbers(list string) ([]wasm.ValType, error) {
	known := map[string]wasm.ValType{"i32": wasm.I32, "i64": wasm.I64, "f32": wasm.F32, "f64": wasm.F64}
	inner, opened := strings.CutPrefix(list, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if !opened || !closed {
		return nil, errors.New("no list")
	}
	var types []wasm.ValType
	for name := range strings.SplitSeq(inner, ",") {
		t, ok := known[name]
		if !ok && inner != "" {
			return nil, errors.New("no number")
		}
		if ok {
			types = append(types, t)
		}
	}
	return types, nil
}
