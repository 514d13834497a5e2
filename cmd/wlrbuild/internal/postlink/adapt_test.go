package postlink

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// slotsModule has a table of functions and an export "TYPE" for a call of each type
// through it, which returns what the call does. The functions return the sum of
// their parameters and 1000.
func slotsModule(t *testing.T, twice bool) []byte {
	t.Helper()
	base, err := wasm.Decode([]byte("\x00asm\x01\x00\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	e := base.Edit()
	i32, i64, f64 := wasm.I32, wasm.I64, wasm.F64
	list := func(types ...wasm.ValType) []wasm.ValType { return types }
	names := wasm.AppendU(nil, 5)
	var fns []uint32
	for i, f := range []struct {
		name            string
		params, results []wasm.ValType
	}{
		{"one", list(i32), list(i32)},
		{"two", list(i32, i32), list(i32)},
		{"none", list(i32), nil},
		{"float", list(f64), list(i32)},
		{"two", nil, nil},
	} {
		var a wasm.Asm
		if f.results != nil {
			a.I32Const(1000)
			for k, p := range f.params {
				a.Op(wasm.OpLocalGet, uint32(k))
				if p == f64 {
					a.Op(wasm.OpI32TruncSatF64S)
				}
				a.Op(wasm.OpI32Add)
			}
		}
		a.Op(wasm.OpEnd)
		name := f.name
		if i == 4 && !twice {
			name = "other"
		}
		fn := e.AddFunc(e.Type(f.params, f.results), name, wasm.BodyOf(nil, a.Code))
		fns = append(fns, fn)
		names = wasm.AppendName(wasm.AppendU(names, uint64(fn)), name)
	}
	const functionNames = 1
	e.AddCustom("name", append(wasm.AppendU([]byte{functionNames}, uint64(len(names))), names...))
	for _, c := range []struct{ params, results []wasm.ValType }{
		{list(i32), list(i32)},
		{list(i32, i32), list(i32)},
		{list(i64), list(i32)},
		{list(i32, i32), nil},
	} {
		typ := e.Type(c.params, c.results)
		var a wasm.Asm
		index := uint32(len(c.params))
		for k := range index {
			a.Op(wasm.OpLocalGet, k)
		}
		a.Op(wasm.OpLocalGet, index)
		a.Op(wasm.OpCallIndirect, typ, 0)
		a.Op(wasm.OpEnd)
		sig := wasm.Type{Form: wasm.FormFunc, Params: c.params, Results: c.results}
		fn := e.AddFunc(e.Type(append(c.params, i32), c.results), "", wasm.BodyOf(nil, a.Code))
		e.AddExport(sig.String(), wasm.KindFunc, fn)
	}
	table := []byte{1, byte(wasm.FuncRef), 0, byte(len(fns))}
	e.SetSection(wasm.SectionTable, table)
	segment := []byte{1, 0, byte(wasm.OpI32Const), 0, byte(wasm.OpEnd), byte(len(fns))}
	for _, fn := range fns {
		segment = append(segment, byte(fn))
	}
	e.SetSection(wasm.SectionElement, segment)
	out, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAdapt(t *testing.T) {
	module := slotsModule(t, false)
	adapted, err := Adapt(module, []Adaptation{
		{"one", "(i32, i32) -> (i32)"}, // one parameter too many
		{"two", "(i32)->(i32)"},        // one too few
		{"none", "(i32) -> (i32)"},     // no result
		{"one", "(i64) -> (i32)"},      // too wide
		{"two", "(i32, i32) -> ()"},    // a result that nobody wants
	})
	if err != nil {
		t.Fatal(err)
	}
	fast, err := Devirtualize(adapted, nil)
	if err != nil {
		t.Fatal(err)
	}
	const trap = "trap"
	for _, c := range []struct {
		call         string
		slot         uint64
		args         []uint64
		before, want string
	}{
		{"(i32) -> (i32)", 0, []uint64{7}, "[1007]", "[1007]"},
		{"(i32, i32) -> (i32)", 0, []uint64{7, 8}, trap, "[1007]"},
		{"(i64) -> (i32)", 0, []uint64{1<<32 + 5}, trap, "[1005]"},
		{"(i32) -> (i32)", 1, []uint64{7}, trap, "[1007]"},
		{"(i32, i32) -> (i32)", 1, []uint64{7, 8}, "[1015]", "[1015]"},
		{"(i32, i32) -> ()", 1, []uint64{7, 8}, trap, "[]"},
		{"(i32) -> (i32)", 2, []uint64{7}, trap, "[0]"},
		// What was not asked for traps as before.
		{"(i32, i32) -> (i32)", 2, []uint64{7, 8}, trap, trap},
		{"(i64) -> (i32)", 1, []uint64{5}, trap, trap},
		{"(i32) -> (i32)", 3, []uint64{7}, trap, trap},
		{"(i32) -> (i32)", 9, []uint64{7}, trap, trap},
	} {
		for _, m := range []struct {
			name   string
			module []byte
			want   string
		}{{"before", module, c.before}, {"adapted", adapted, c.want}, {"and devirtualized", fast, c.want}} {
			if got := callSlot(t, m.module, c.call, append(c.args, c.slot)...); got != m.want {
				t.Errorf("%s of slot %d, %s: %s, not %s", c.call, c.slot, m.name, got, m.want)
			}
		}
	}
}

// callSlot calls an export, and says what it returns or that it traps.
func callSlot(t *testing.T, module []byte, name string, args ...uint64) string {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntime(ctx)
	defer rt.Close(ctx)
	m, err := rt.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.ExportedFunction(name).Call(ctx, args...)
	if err != nil {
		return "trap"
	}
	for i := range results {
		results[i] = uint64(uint32(results[i])) // what wazero has above an i32 is no part of it
	}
	return fmt.Sprint(results)
}

func TestAdaptRefused(t *testing.T) {
	for _, c := range []struct {
		as   Adaptation
		want string
	}{
		{Adaptation{"nobody", "() -> ()"}, ""},
		{Adaptation{"two", "() -> ()"}, "adapt two to () -> (): it has 2 functions of that name"},
		{Adaptation{"one", "(i32) -> (i32)"}, "it is of that type"},
		{Adaptation{"one", "i32 -> i32"}, "a type is written as"},
		{Adaptation{"one", "(i32,) -> ()"}, "a type is written as"},
		{Adaptation{"one", "(v128) -> ()"}, "a type is written as"},
		{Adaptation{"one", "(f64) -> (i32)"}, "parameter 1: nothing says which i32 an f64 is"},
		{Adaptation{"one", "(i32) -> (i64)"}, "the result: nothing says which i64 an i32 is"},
		{Adaptation{"none", "() -> ()"}, ""},
	} {
		module := slotsModule(t, c.as.Function == "two")
		_, err := Adapt(module, []Adaptation{c.as})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v: %v, not %q", c.as, err, c.want)
		}
	}
	twice := Adaptation{"one", "() -> ()"}
	if _, err := Adapt(slotsModule(t, false), []Adaptation{twice, twice}); err == nil || !strings.Contains(err.Error(), "there twice") {
		t.Error(err)
	}
}

// TestAdaptOpenTable has a table that the host can write to.
func TestAdaptOpenTable(t *testing.T) {
	m, err := wasm.Decode(slotsModule(t, false))
	if err != nil {
		t.Fatal(err)
	}
	e := m.Edit()
	e.AddExport("table", wasm.KindTable, 0)
	module, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	const want = "adapt one: it is in no slot of a table whose contents are fixed"
	if _, err := Adapt(module, []Adaptation{{"one", "() -> ()"}}); err == nil || err.Error() != want {
		t.Errorf("%v, not %s", err, want)
	}
}
