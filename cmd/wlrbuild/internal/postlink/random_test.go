package postlink

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// randomModule makes a module of functions, tables of them and calls through
// each table by each type, after a seed. The exported functions are
//
//	call T U     call_indirect of type T through table U; arguments and index are its own
//	tail T U     the same by return_call_indirect
//	asks T U     the same as call, once or twice, after which it asks the flag
//	change       writes to a table, in some modules
//
// The flag is a global variable that some functions set before they return. Some ask
// it when they begin, and some call another through a table and ask it then.
type randomModule struct {
	*rand.Rand
	e      *wasm.Editor
	types  []uint32 // type indices
	funcs  []uint32
	typeOf []int    // of the functions, in types
	tables []uint32 // sizes
	names  []string // of the exported calls
	flag   uint32   // the global variable
	named  bool     // there is a name section
	sigs   []randomSig
}

type randomSig struct{ params, results []wasm.ValType }

var randomSigs = []randomSig{
	{nil, []wasm.ValType{wasm.I32}},
	{[]wasm.ValType{wasm.I32}, []wasm.ValType{wasm.I32}},
	{[]wasm.ValType{wasm.I64, wasm.F64}, []wasm.ValType{wasm.I32}},
	{nil, []wasm.ValType{wasm.I64, wasm.I32}},
	{[]wasm.ValType{wasm.FuncRef, wasm.I32}, []wasm.ValType{wasm.I32}},
	{[]wasm.ValType{wasm.I32}, nil},
}

func makeRandomModule(seed uint64) ([]byte, *randomModule) {
	r := &randomModule{Rand: rand.New(rand.NewPCG(seed, 1))}
	base, err := wasm.Decode(append([]byte("\x00asm\x01\x00\x00\x00"), r.typeSection()...))
	if err != nil {
		panic(err)
	}
	r.e = base.Edit()
	r.functions()
	r.tableSection()
	r.elements()
	r.calls()
	r.change()
	if r.named = r.IntN(2) == 0; r.named {
		r.nameSection()
	}
	out, err := r.e.Encode()
	if err != nil {
		panic(err)
	}
	return out, r
}

// nameSection names the functions, and after them those of the calls.
func (r *randomModule) nameSection() {
	var names []string
	for i := range r.funcs {
		names = append(names, fmt.Sprint("f", i))
	}
	r.e.AddCustom("name", functionNames(r.funcs[0], append(names, r.names...)))
}

// functionNames is a name section for the functions from first on.
func functionNames(first uint32, names []string) []byte {
	b := wasm.AppendU(nil, uint64(len(names)))
	for i, name := range names {
		b = wasm.AppendName(wasm.AppendU(b, uint64(first)+uint64(i)), name)
	}
	return append(wasm.AppendU([]byte{1}, uint64(len(b))), b...)
}

// typeSection has each signature once or twice: types are the same by what they
// are, not by their index.
func (r *randomModule) typeSection() []byte {
	var b []byte
	for range 2 {
		for _, sig := range randomSigs {
			b = append(b, byte(wasm.FormFunc))
			for _, list := range [][]wasm.ValType{sig.params, sig.results} {
				b = wasm.AppendU(b, uint64(len(list)))
				for _, t := range list {
					b = wasm.AppendValType(b, t)
				}
			}
			r.types = append(r.types, uint32(len(r.types)))
			r.sigs = append(r.sigs, sig)
		}
	}
	b = append(wasm.AppendU(nil, uint64(len(r.types))), b...)
	return append(wasm.AppendU([]byte{byte(wasm.SectionType)}, uint64(len(b))), b...)
}

// functions return their own number, to which they add their arguments. They
// count their calls.
func (r *randomModule) functions() {
	zero := []byte{byte(wasm.OpI32Const), 0, byte(wasm.OpEnd)}
	calls := r.e.AddGlobal(wasm.I32, true, zero)
	r.e.AddExport("calls", wasm.KindGlobal, calls)
	r.flag = r.e.AddGlobal(wasm.I32, true, zero)
	r.e.AddExport("flag", wasm.KindGlobal, r.flag)
	for i := range 5 + r.IntN(40) {
		typ := r.IntN(len(r.types))
		sig := r.sigs[typ]
		own := uint32(len(sig.params)) // a variable
		var a wasm.Asm
		a.Op(wasm.OpGlobalGet, calls)
		a.I32Const(1)
		a.Op(wasm.OpI32Add)
		a.Op(wasm.OpGlobalSet, calls)
		r.flags(&a, i, sig, own)
		if r.IntN(3) == 0 {
			r.nested(&a, calls, own)
		}
		r.results(&a, i, sig, own)
		if i%13 == 12 {
			a.Op(wasm.OpUnreachable)
		}
		a.Op(wasm.OpEnd)
		locals := []wasm.Locals{{Count: 1, Type: wasm.I32}, {Count: 1, Type: wasm.V128}, {Count: 1, Type: wasm.I32}}
		r.funcs = append(r.funcs, r.e.AddFunc(uint32(typ), fmt.Sprint("f", i), wasm.BodyOf(locals, a.Code)))
		r.typeOf = append(r.typeOf, typ)
	}
}

// nested calls a function, through the first table or not, and asks the flag, but not
// in each fourth call of any, so that it ends.
func (r *randomModule) nested(a *wasm.Asm, calls, own uint32) {
	typ, fn := r.IntN(len(r.types)), -1
	if n := len(r.funcs); n > 0 && r.IntN(4) > 0 {
		fn = r.IntN(n)
		typ = r.typeOf[fn]
	}
	a.Block(wasm.OpBlock, 0, 0)
	a.Op(wasm.OpGlobalGet, calls)
	a.I32Const(3)
	a.Op(wasm.OpI32And)
	a.Op(wasm.OpI32Eqz)
	a.Op(wasm.OpBrIf, 0)
	for _, t := range r.sigs[typ].params {
		a.Zero(t)
	}
	if fn < 0 {
		a.I32Const(int32(r.IntN(60)))
		a.Op(wasm.OpCallIndirect, uint32(typ), 0)
	} else {
		a.Op(wasm.OpCall, r.funcs[fn])
	}
	for range r.sigs[typ].results {
		a.Op(wasm.OpDrop)
	}
	a.Op(wasm.OpGlobalGet, r.flag)
	a.Op(wasm.OpBrIf, 0)
	add(a, own, 20_000)
	a.Op(wasm.OpEnd)
}

// add adds a number to a variable.
func add(a *wasm.Asm, variable uint32, n int32) {
	a.Op(wasm.OpLocalGet, variable)
	a.I32Const(n)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpLocalSet, variable)
}

// results puts a function's results on the stack.
func (r *randomModule) results(a *wasm.Asm, i int, sig randomSig, own uint32) {
	for _, t := range sig.results {
		if t == wasm.I64 {
			a.I64Const(int64(i))
			continue
		}
		a.I32Const(int32(i) * 1000)
		a.Op(wasm.OpLocalGet, own)
		a.Op(wasm.OpI32Add)
		for k, p := range sig.params {
			a.Op(wasm.OpLocalGet, uint32(k))
			switch p {
			case wasm.I64:
				a.Op(wasm.OpI32WrapI64)
			case wasm.F64:
				a.Op(wasm.OpI32TruncSatF64S)
			case wasm.FuncRef:
				a.Op(wasm.OpRefIsNull)
			}
			a.Op(wasm.OpI32Add)
		}
	}
}

// flags writes what a function does with the flag, which is added to its variable.
func (r *randomModule) flags(a *wasm.Asm, i int, sig randomSig, own uint32) {
	switch r.IntN(4) {
	case 0: // as a function that can be resumed
		a.Op(wasm.OpGlobalGet, r.flag)
		a.Block(wasm.OpIf, 0, 0)
		a.I32Const(0)
		a.Op(wasm.OpGlobalSet, r.flag)
		add(a, own, 100_000)
		r.results(a, i, sig, own)
		a.Op(wasm.OpReturn)
		a.Op(wasm.OpEnd)
	case 1:
		a.Op(wasm.OpLocalGet, own)
		a.Block(wasm.OpIf, 0, 0)
		a.I32Const(0)
		a.Op(wasm.OpGlobalSet, r.flag)
		a.Op(wasm.OpEnd)
	case 2:
		a.Op(wasm.OpLocalGet, own)
		a.Block(wasm.OpIf, 0, 0)
		a.I32Const(0)
		a.Op(wasm.OpGlobalSet, r.flag)
		a.Op(wasm.OpElse)
		a.Op(wasm.OpGlobalGet, r.flag)
		a.Block(wasm.OpIf, 0, 0)
		add(a, own, 200_000)
		a.Op(wasm.OpElse)
		add(a, own, 300_000)
		a.Op(wasm.OpEnd)
		a.Op(wasm.OpEnd)
	}
	a.Block(wasm.OpBlock, 0, 0)
	if r.IntN(3) == 0 {
		a.Op(wasm.OpGlobalGet, r.flag)
		a.Op(wasm.OpBrIf, 0)
		add(a, own, 400_000)
	}
	if r.IntN(4) == 0 { // it goes round twice, and the flag is set the first time
		a.Block(wasm.OpLoop, 0, 0)
		a.Op(wasm.OpGlobalGet, r.flag)
		a.Op(wasm.OpBrIf, 1)
		add(a, own, 10_000)
		a.I32Const(int32(r.IntN(2)))
		a.Op(wasm.OpGlobalSet, r.flag)
		a.Op(wasm.OpLocalGet, own+2)
		a.I32Const(1)
		a.Op(wasm.OpI32Add)
		a.Op(wasm.OpLocalTee, own+2)
		a.I32Const(2)
		a.Op(wasm.OpI32LtU)
		a.Op(wasm.OpBrIf, 0)
		a.Op(wasm.OpEnd)
	}
	if r.IntN(3) == 0 {
		r.results(a, i, sig, own)
		a.Op(wasm.OpReturn)
	}
	a.Op(wasm.OpEnd)
	switch r.IntN(3) {
	case 0:
		a.I32Const(1)
		a.Op(wasm.OpGlobalSet, r.flag)
	case 1:
		r.results(a, i, sig, own)
		a.I32Const(int32(i))
		a.I32Const(3)
		a.Op(wasm.OpI32RemU)
		a.Op(wasm.OpBrIf, 0) // out of the function
		for range sig.results {
			a.Op(wasm.OpDrop)
		}
	}
}

func (r *randomModule) tableSection() {
	n := 1 + r.IntN(3)
	b := wasm.AppendU(nil, uint64(n))
	for range n {
		size := uint32(r.IntN(60))
		if r.IntN(4) == 0 {
			size += 20_000
		}
		r.tables = append(r.tables, size)
		b = append(b, byte(wasm.FuncRef), 0)
		b = wasm.AppendU(b, uint64(size))
	}
	r.e.SetSection(wasm.SectionTable, b)
	if r.IntN(6) == 0 {
		r.e.AddExport("table", wasm.KindTable, uint32(r.IntN(n)))
	}
}

// elements are active but for the first segment, which table.init takes.
func (r *randomModule) elements() {
	n := 2 + r.IntN(6)
	b := wasm.AppendU(nil, uint64(n))
	for i := range n {
		count := r.IntN(20)
		var place wasm.Asm
		table := r.IntN(len(r.tables))
		if room := int(r.tables[table]) - count; room >= 0 && (r.IntN(50) > 0) {
			place.I32Const(int32(r.IntN(room + 1)))
		} else {
			place.I32Const(int32(max(room, 0))) // it does not fit, or is the last one that does
		}
		place.Op(wasm.OpEnd)
		switch exprs := r.IntN(2) == 0; {
		case i == 0:
			b = append(b, 1, 0)
			b = r.indices(b, 6+count)
		case exprs:
			b = wasm.AppendU(append(b, 6), uint64(table))
			b = append(append(b, place.Code...), byte(wasm.FuncRef))
			b = r.references(b, count)
		default:
			b = wasm.AppendU(append(b, 2), uint64(table))
			b = append(append(b, place.Code...), 0)
			b = r.indices(b, count)
		}
	}
	r.e.SetSection(wasm.SectionElement, b)
}

func (r *randomModule) fn() uint32 { return r.funcs[r.IntN(len(r.funcs))] }

func (r *randomModule) indices(b []byte, count int) []byte {
	b = wasm.AppendU(b, uint64(count))
	for range count {
		b = wasm.AppendU(b, uint64(r.fn()))
	}
	return b
}

func (r *randomModule) references(b []byte, count int) []byte {
	b = wasm.AppendU(b, uint64(count))
	for range count {
		var a wasm.Asm
		if r.IntN(4) == 0 {
			a.RefNull(-16)
		} else {
			a.Op(wasm.OpRefFunc, r.fn())
		}
		a.Op(wasm.OpEnd)
		b = append(b, a.Code...)
	}
	return b
}

func (r *randomModule) calls() {
	for typ, sig := range r.sigs {
		for table := range r.tables {
			site := r.e.Type(append(sig.params[:len(sig.params):len(sig.params)], wasm.I32), sig.results)
			for _, kind := range []string{"call", "tail", "asks"} {
				var a wasm.Asm
				operands := func() {
					for k := range len(sig.params) + 1 {
						a.Op(wasm.OpLocalGet, uint32(k))
					}
				}
				if kind == "asks" {
					if r.IntN(2) == 0 {
						operands()
						a.Op(wasm.OpCallIndirect, uint32(typ), uint32(table))
						for range sig.results {
							a.Op(wasm.OpDrop)
						}
					}
					if r.IntN(2) == 0 {
						a.I32Const(0)
						a.Op(wasm.OpGlobalSet, r.flag)
					}
					a.Block(wasm.OpBlock, 0, 0)
				}
				operands()
				if kind == "tail" {
					a.Op(wasm.OpReturnCallIndirect, uint32(typ), uint32(table))
				} else {
					a.Op(wasm.OpCallIndirect, uint32(typ), uint32(table))
				}
				if kind == "asks" {
					a.Op(wasm.OpGlobalGet, r.flag)
					a.Op(wasm.OpBrIf, 0)
					a.Op(wasm.OpReturn)
					a.Op(wasm.OpEnd)
					for _, t := range sig.results {
						a.Zero(t)
					}
				}
				a.Op(wasm.OpEnd)
				name := fmt.Sprint(kind, " ", typ, " ", table)
				r.e.AddExport(name, wasm.KindFunc, r.e.AddFunc(site, name, wasm.BodyOf(nil, a.Code)))
				r.names = append(r.names, name)
			}
		}
	}
}

// change writes to a table in some of the modules.
func (r *randomModule) change() {
	table, other := uint32(r.IntN(len(r.tables))), uint32(r.IntN(len(r.tables)))
	at, n := int32(r.IntN(10)), int32(1+r.IntN(6))
	var a wasm.Asm
	switch r.IntN(8) {
	case 0:
		a.I32Const(at)
		a.RefNull(-16)
		a.Op(wasm.OpTableSet, table)
	case 1:
		a.I32Const(at)
		a.I32Const(0)
		a.Op(wasm.OpTableGet, other)
		a.I32Const(n)
		a.Op(wasm.OpTableFill, table)
	case 2:
		a.I32Const(at)
		a.I32Const(0)
		a.I32Const(n)
		a.Op(wasm.OpTableCopy, table, other)
	case 3:
		a.I32Const(at)
		a.I32Const(0)
		a.I32Const(n)
		a.Op(wasm.OpTableInit, 0, table)
	case 4, 5:
		a.I32Const(0)
		a.Op(wasm.OpTableGet, other)
		a.I32Const(n)
		a.Op(wasm.OpTableGrow, table)
		a.Op(wasm.OpDrop)
	default:
		return
	}
	a.Op(wasm.OpEnd)
	r.e.AddExport("change", wasm.KindFunc, r.e.AddFunc(r.e.Type(nil, nil), "", wasm.BodyOf(nil, a.Code)))
}

// behaviour is what comes of each call with each index, before and after the
// module changed its tables.
func (r *randomModule) behaviour(ctx context.Context, rt wazero.Runtime, module []byte) string {
	var b strings.Builder
	m, err := rt.InstantiateWithConfig(ctx, module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return firstLine(err)
	}
	defer m.Close(ctx)
	r.callAll(ctx, &b, m)
	if change := m.ExportedFunction("change"); change != nil {
		_, err := change.Call(ctx)
		fmt.Fprintln(&b, "change:", firstLine(err))
		r.callAll(ctx, &b, m)
	}
	fmt.Fprintln(&b, "calls:", m.ExportedGlobal("calls").Get())
	return b.String()
}

func (r *randomModule) callAll(ctx context.Context, b *strings.Builder, m api.Module) {
	for _, name := range r.names {
		var typ, table int
		if _, err := fmt.Sscan(name[len("call "):], &typ, &table); err != nil {
			panic(err)
		}
		f := m.ExportedFunction(name)
		args := make([]uint64, len(r.sigs[typ].params)+1)
		for k, p := range r.sigs[typ].params {
			switch p {
			case wasm.I32, wasm.I64:
				args[k] = 7
			case wasm.F64:
				args[k] = api.EncodeF64(9)
			}
		}
		size := uint64(r.tables[table])
		for _, index := range indices(size) {
			args[len(args)-1] = index
			results, err := f.Call(ctx, args...)
			if err != nil || len(results) > 0 {
				fmt.Fprintln(b, name, index, results, m.ExportedGlobal("flag").Get(), firstLine(err))
			}
		}
	}
}

// indices are those worth a call: all of a small table, some of a large one,
// and some that are out of bounds.
func indices(size uint64) []uint64 {
	list := []uint64{size, size + 1, size + 9, 1 << 31, 1<<32 - 1}
	step := max(size/100, 1)
	for i := uint64(0); i < size; i += step {
		list = append(list, i)
	}
	return list
}

// checkRandom compares a random module with what the pass makes of it, with what it
// makes of that, and with what it makes if all calls are hot, of all functions or
// of some, which are inlined or not.
func checkRandom(t *testing.T, seed uint64) (changed bool) {
	t.Helper()
	module, r := makeRandomModule(seed)
	once, err := Devirtualize(module, nil)
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	if again, err := Devirtualize(module, nil); err != nil || !bytes.Equal(again, once) {
		t.Fatalf("seed %d: of the same module it makes another: %v", seed, err)
	}
	twice, err := Devirtualize(once, nil)
	if err != nil {
		t.Fatalf("seed %d: the second time: %v", seed, err)
	}
	others := map[string][]byte{"devirtualized": once, "devirtualized twice": twice}
	if r.named {
		for name, option := range map[string]Hot{
			"all hot":              {},
			"all inlined":          {Inline: regexp.MustCompile("^f")},
			"some hot":             {Callees: regexp.MustCompile("[02468]$")},
			"some hot and inlined": {Callees: regexp.MustCompile("[02468]$"), Inline: regexp.MustCompile("[0-4]$")},
		} {
			var hot []Hot
			for _, call := range r.names {
				option.Function = call
				hot = append(hot, option)
			}
			if others[name], err = Devirtualize(module, hot); err != nil {
				t.Fatalf("seed %d: %s: %v", seed, name, err)
			}
		}
	}
	ctx := t.Context()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2|experimental.CoreFeaturesTailCall))
	defer rt.Close(ctx)
	want := r.behaviour(ctx, rt, module)
	for name, other := range others {
		if got := r.behaviour(ctx, rt, other); got != want {
			t.Fatalf("seed %d, %s:\n%s", seed, name, cmp.Diff(want, got))
		}
	}
	return string(once) != string(module)
}

func TestRandomModules(t *testing.T) {
	changed := 0
	const modules = 100
	for seed := range uint64(modules) {
		if checkRandom(t, seed) {
			changed++
		}
	}
	t.Logf("%d of %d modules changed", changed, modules)
	if changed < modules/3 {
		t.Errorf("only %d of %d modules changed", changed, modules)
	}
}

func FuzzRandomModules(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) { checkRandom(t, seed) })
}
