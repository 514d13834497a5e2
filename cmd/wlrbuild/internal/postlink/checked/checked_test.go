package checked

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// builder makes a small module.
type builder struct {
	*wasm.Editor
	table []uint32
}

func newBuilder(t *testing.T) *builder {
	m, err := wasm.Decode([]byte("\x00asm\x01\x00\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{Editor: m.Edit()}
	var zero wasm.Asm
	zero.I32Const(0)
	zero.Op(wasm.OpEnd)
	// What a program did, and how often: see step.
	b.AddExport("trace", wasm.KindGlobal, b.AddGlobal(wasm.I32, true, zero.Code))
	return b
}

// fn adds a function.
func (b *builder) fn(params, results []wasm.ValType, locals []wasm.Locals, write func(a *asm)) uint32 {
	a := &asm{}
	write(a)
	a.Op(wasm.OpEnd)
	return b.AddFunc(b.Type(params, results), "", wasm.BodyOf(locals, a.Code))
}

// export adds a function (i32) -> (i32) that the test calls.
func (b *builder) export(locals []wasm.Locals, write func(a *asm)) {
	b.AddExport("f", wasm.KindFunc, b.fn(one, one, locals, write))
}

func (b *builder) encode(t *testing.T) []byte {
	if b.table != nil {
		table := []byte{1, byte(wasm.FuncRef), 0}
		b.SetSection(wasm.SectionTable, wasm.AppendU(table, uint64(len(b.table))))
		segment := []byte{1, 0, byte(wasm.OpI32Const), 0, byte(wasm.OpEnd)}
		segment = wasm.AppendU(segment, uint64(len(b.table)))
		for _, fn := range b.table {
			segment = wasm.AppendU(segment, uint64(fn))
		}
		b.SetSection(wasm.SectionElement, segment)
	}
	data, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// asm writes instructions of tests.
type asm struct{ wasm.Asm }

// step appends a digit to the trace.
func (a *asm) step(digit int32) {
	a.Op(wasm.OpGlobalGet, 0)
	a.I32Const(10)
	a.Op(wasm.OpI32Mul)
	a.I32Const(digit)
	a.Op(wasm.OpI32Add)
	a.Op(wasm.OpGlobalSet, 0)
}

// tryTable begins a try_table.
func (a *asm) tryTable(t wasm.ValType, index uint32, catches ...wasm.Catch) {
	a.Block(wasm.OpTryTable, t, index)
	a.Code = wasm.AppendU(a.Code, uint64(len(catches)))
	for _, c := range catches {
		a.Code = append(a.Code, byte(c.Kind))
		if c.Kind <= wasm.CatchTagRef {
			a.Code = wasm.AppendU(a.Code, uint64(c.Tag))
		}
		a.Code = wasm.AppendU(a.Code, uint64(c.Label))
	}
}

func (a *asm) block(t wasm.ValType) { a.Block(wasm.OpBlock, t, 0) }
func (a *asm) end()                 { a.Op(wasm.OpEnd) }
func (a *asm) get(local uint32)     { a.Op(wasm.OpLocalGet, local) }
func (a *asm) set(local uint32)     { a.Op(wasm.OpLocalSet, local) }
func (a *asm) call(fn uint32)       { a.Op(wasm.OpCall, fn) }

var (
	none []wasm.ValType
	one  = []wasm.ValType{wasm.I32}
)

// thrower adds a function (i32) -> (i32) that throws its argument if it is odd,
// and else returns twice that.
func (b *builder) thrower(tag uint32) uint32 {
	return b.fn(one, one, nil, func(a *asm) {
		a.get(0)
		a.I32Const(1)
		a.Op(wasm.OpI32And)
		a.Block(wasm.OpIf, 0, 0)
		a.get(0)
		a.Op(wasm.OpThrow, tag)
		a.end()
		a.get(0)
		a.I32Const(2)
		a.Op(wasm.OpI32Mul)
	})
}

// programs have what C compilers make of setjmp, and what else try_table can be
// used for. Each is called with some numbers, before and after the pass.
var programs = []struct {
	name  string
	build func(b *builder)
}{
	{"caught by the caller", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(f)
			a.step(1)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(2)
			a.I32Const(1000)
			a.Op(wasm.OpI32Add)
		})
	}},
	{"through functions with something to do after the call", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		mid := b.fn(one, []wasm.ValType{wasm.F64}, []wasm.Locals{{Count: 1, Type: wasm.F64}}, func(a *asm) {
			a.I32Const(7) // below the operands of the call
			a.F64Const(0x3ff8000000000000)
			a.get(0)
			a.call(f)
			a.Op(wasm.OpF64ConvertI32S)
			a.Op(wasm.OpF64Add)
			a.step(3)
			a.set(1)
			a.Op(wasm.OpDrop)
			a.get(1)
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(mid)
			a.Op(wasm.OpI32TruncF64S)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(4)
		})
	}},
	{"nothing is left to do after the call", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		mid := b.fn(one, one, nil, func(a *asm) {
			a.block(wasm.I32)
			a.get(0)
			a.I32Const(2)
			a.Op(wasm.OpI32And)
			a.Block(wasm.OpIf, wasm.I32, 0)
			a.get(0)
			a.call(f)
			a.Op(wasm.OpElse)
			a.get(0)
			a.call(f)
			a.Op(wasm.OpBr, 1)
			a.end()
			a.I32Const(5)
			a.Op(wasm.OpI32Add)
			a.end()
			a.I32Const(1)
			a.Op(wasm.OpI32Or)
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(mid)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(4)
		})
	}},
	{"another turn of a loop, though nothing else is left to do", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		mid := b.fn(one, none, nil, func(a *asm) {
			a.Block(wasm.OpLoop, 0, 0)
			a.step(1)
			a.get(0)
			a.I32Const(1)
			a.Op(wasm.OpI32Sub)
			a.Op(wasm.OpLocalTee, 0)
			a.Op(wasm.OpI32Eqz)
			a.Op(wasm.OpBrIf, 1)
			a.get(0)
			a.call(f)
			a.Op(wasm.OpDrop)
			a.Op(wasm.OpBr, 0)
			a.end()
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.I32Const(5)
			a.Op(wasm.OpI32Add)
			a.call(mid)
			a.end()
			a.I32Const(-1)
			a.Op(wasm.OpReturn)
			a.end()
		})
	}},
	{"nested, of two tags", func(b *builder) {
		t0, t1 := b.AddTag(b.Type(one, none)), b.AddTag(b.Type([]wasm.ValType{wasm.I64, wasm.F64, wasm.I32}, none))
		f := b.thrower(t0)
		g := b.fn(one, one, nil, func(a *asm) {
			a.get(0)
			a.I32Const(4)
			a.Op(wasm.OpI32And)
			a.Block(wasm.OpIf, 0, 0)
			a.get(0)
			a.Op(wasm.OpI64ExtendI32S)
			a.F64Const(0x4000000000000000)
			a.I32Const(9)
			a.Op(wasm.OpThrow, t1)
			a.end()
			a.get(0)
			a.call(f)
		})
		b.export([]wasm.Locals{{Count: 1, Type: wasm.I64}, {Count: 1, Type: wasm.F64}}, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Tag: t0, Label: 0})
			a.Block(wasm.OpBlock, wasm.Indexed, b.Type(none, []wasm.ValType{wasm.I64, wasm.F64, wasm.I32}))
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Tag: t1, Label: 0})
			a.get(0)
			a.call(g)
			a.step(1)
			a.end()
			a.Op(wasm.OpBr, 1)
			a.end()
			a.set(0)
			a.set(2)
			a.set(1)
			a.step(2)
			a.get(0)
			a.get(1)
			a.Op(wasm.OpI32WrapI64)
			a.Op(wasm.OpI32Add)
			a.get(2)
			a.Op(wasm.OpI32TruncF64S)
			a.Op(wasm.OpI32Add)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(3)
		})
	}},
	{"the order of clauses", func(b *builder) {
		t0, t1 := b.AddTag(b.Type(one, none)), b.AddTag(b.Type(one, none))
		f := b.thrower(t1)
		b.export(nil, func(a *asm) {
			a.block(0)
			a.block(wasm.I32)
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0,
				wasm.Catch{Kind: wasm.CatchTag, Tag: t0, Label: 0},
				wasm.Catch{Kind: wasm.CatchTag, Tag: t1, Label: 1},
				wasm.Catch{Kind: wasm.CatchAll, Label: 2})
			a.get(0)
			a.call(f)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
			a.Op(wasm.OpReturn)
			a.end()
			a.step(2)
			a.Op(wasm.OpReturn)
			a.end()
			a.step(3)
			a.I32Const(-3)
		})
	}},
	{"catch_all", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		b.export(nil, func(a *asm) {
			a.block(0)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchAll, Label: 0})
			a.get(0)
			a.call(f)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
			a.I32Const(-1)
		})
	}},
	{"a reference, thrown again", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		mid := b.fn(one, one, []wasm.Locals{{Count: 2, Type: wasm.ExnRef}}, func(a *asm) {
			a.block(wasm.ExnRef)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchAllRef, Label: 0})
			a.get(0)
			a.call(f)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
			a.set(1)
			// Another exception in between.
			a.block(0)
			a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchAll, Label: 0})
			a.I32Const(77)
			a.call(f)
			a.Op(wasm.OpDrop)
			a.end()
			a.end()
			a.get(1)
			a.Op(wasm.OpThrowRef)
		})
		b.export(nil, func(a *asm) {
			a.Block(wasm.OpBlock, wasm.Indexed, b.Type(none, []wasm.ValType{wasm.I32, wasm.ExnRef}))
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTagRef, Label: 0})
			a.get(0)
			a.call(mid)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.Op(wasm.OpDrop)
			a.step(2)
		})
	}},
	{"the null reference, thrown", func(b *builder) {
		b.AddTag(b.Type(one, none))
		b.export(nil, func(a *asm) {
			a.get(0)
			a.Op(wasm.OpI32Eqz)
			a.Block(wasm.OpIf, 0, 0)
			a.RefNull(-23)
			a.Op(wasm.OpThrowRef)
			a.end()
			a.get(0)
		})
	}},
	{"a try_table in a loop, left by br_table and br", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		b.export([]wasm.Locals{{Count: 2, Type: wasm.I32}}, func(a *asm) {
			a.block(0) // out
			a.Block(wasm.OpLoop, 0, 0)
			a.block(wasm.I32) // caught
			a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(1)
			a.I32Const(6)
			a.Op(wasm.OpI32GeU)
			a.Op(wasm.OpBrIf, 3) // out
			a.block(0)
			a.get(1)
			a.BrTable([]uint32{0, 0, 0, 0, 4}, 0) // 4: out
			a.end()
			a.get(1)
			a.get(0)
			a.Op(wasm.OpI32Add)
			a.call(f)
			a.get(2)
			a.Op(wasm.OpI32Add)
			a.set(2)
			a.get(1)
			a.I32Const(1)
			a.Op(wasm.OpI32Add)
			a.set(1)
			a.Op(wasm.OpBr, 2) // again
			a.end()
			a.Op(wasm.OpUnreachable)
			a.end()
			a.step(1)
			a.get(2)
			a.Op(wasm.OpI32Sub)
			a.set(2)
			a.get(1)
			a.I32Const(2)
			a.Op(wasm.OpI32Add)
			a.set(1)
			a.Op(wasm.OpBr, 0)
			a.end()
			a.end()
			a.get(2)
		})
	}},
	{"a try_table with parameters and several results", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		two := []wasm.ValType{wasm.I32, wasm.I64}
		b.export([]wasm.Locals{{Count: 1, Type: wasm.I64}}, func(a *asm) {
			a.block(wasm.I32)
			a.get(0)
			a.I64Const(40)
			a.tryTable(wasm.Indexed, b.Type(two, two), wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.set(1)
			a.call(f)
			a.get(1)
			a.end()
			a.Op(wasm.OpI32WrapI64)
			a.Op(wasm.OpI32Add)
			a.Op(wasm.OpReturn)
			a.end()
			a.I32Const(500)
			a.Op(wasm.OpI32Add)
		})
	}},
	{"thrown in the try_table itself, with code after it", func(b *builder) {
		tag := b.AddTag(b.Type(one, none))
		f := b.thrower(tag)
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.I32Const(3)
			a.Op(wasm.OpI32Add)
			a.Op(wasm.OpThrow, tag)
			a.call(f)
			a.Op(wasm.OpDrop)
			a.Op(wasm.OpI32Add)
			a.end()
			a.Op(wasm.OpUnreachable)
			a.end()
		})
	}},
	{"indirect calls", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		id := b.fn(one, one, nil, func(a *asm) { a.get(0) })
		other := b.fn(one, none, nil, func(a *asm) { a.step(7) })
		b.table = []uint32{f, id, other}
		typ, void := b.Type(one, one), b.Type(one, none)
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.I32Const(2)
			a.Op(wasm.OpCallIndirect, void, 0)
			a.get(0)
			a.get(0)
			a.I32Const(1)
			a.Op(wasm.OpI32ShrU)
			a.I32Const(1)
			a.Op(wasm.OpI32And)
			a.Op(wasm.OpCallIndirect, typ, 0)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
		})
	}},
	{"a tail call out of a try_table", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		b.table = []uint32{f}
		typ := b.Type(one, one)
		mid := b.fn(one, one, nil, func(a *asm) {
			a.block(0)
			a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchAll, Label: 0})
			a.get(0)
			a.I32Const(2)
			a.Op(wasm.OpI32And)
			a.Block(wasm.OpIf, 0, 0)
			a.get(0)
			a.Op(wasm.OpReturnCall, f)
			a.end()
			a.get(0)
			a.I32Const(0)
			a.Op(wasm.OpReturnCallIndirect, typ, 0)
			a.end()
			a.end()
			a.step(5)
			a.I32Const(-5)
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(mid)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
		})
	}},
	{"thrown again by the one who caught it", func(b *builder) {
		tag := b.AddTag(b.Type(one, none))
		f := b.thrower(tag)
		mid := b.fn(one, one, nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(f)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(1)
			a.I32Const(100)
			a.Op(wasm.OpI32Add)
			a.Op(wasm.OpThrow, tag)
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(mid)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(2)
		})
	}},
	{"out of many calls", func(b *builder) {
		tag := b.AddTag(b.Type(one, none))
		deep := b.AddFunc(b.Type(one, one), "", nil)
		b.SetBody(deep, body(func(a *asm) {
			a.get(0)
			a.I32Const(100)
			a.Op(wasm.OpI32Eq)
			a.Block(wasm.OpIf, 0, 0)
			a.get(0)
			a.Op(wasm.OpThrow, tag)
			a.end()
			a.get(0)
			a.get(0)
			a.I32Const(1)
			a.Op(wasm.OpI32Add)
			a.call(deep)
			a.Op(wasm.OpI32Add)
			a.step(1)
		}))
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(deep)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
			a.step(2)
		})
	}},
	{"caught by nobody", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		b.export(nil, func(a *asm) {
			a.get(0)
			a.call(f)
			a.step(1)
		})
	}},
	{"thrown by nobody", func(b *builder) {
		b.AddTag(b.Type(one, none))
		id := b.fn(one, one, nil, func(a *asm) { a.get(0) })
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(wasm.I32, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(id)
			a.end()
			a.Op(wasm.OpReturn)
			a.end()
		})
	}},
	{"a result that is a reference", func(b *builder) {
		f := b.thrower(b.AddTag(b.Type(one, none)))
		mid := b.fn(one, []wasm.ValType{wasm.ExternRef}, nil, func(a *asm) {
			a.RefNull(-17)
			a.get(0)
			a.call(f)
			a.Op(wasm.OpDrop)
			a.step(1)
		})
		b.export(nil, func(a *asm) {
			a.block(wasm.I32)
			a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchTag, Label: 0})
			a.get(0)
			a.call(mid)
			a.Op(wasm.OpDrop)
			a.end()
			a.I32Const(1)
			a.Op(wasm.OpReturn)
			a.end()
		})
	}},
}

// body is that of a function without variables of its own.
func body(write func(a *asm)) []byte {
	a := &asm{}
	write(a)
	a.end()
	return wasm.BodyOf(nil, a.Code)
}

// TestSame runs each program with exceptions, and after the pass without.
func TestSame(t *testing.T) {
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			b := newBuilder(t)
			p.build(b)
			before := b.encode(t)
			after, err := Run(before, nil)
			if err != nil {
				t.Fatal(err)
			}
			tail := api.CoreFeaturesV2 | experimental.CoreFeaturesTailCall
			x := open(t, before, tail|experimental.CoreFeaturesExceptionHandling)
			y := open(t, after, tail)
			for _, n := range []int32{0, 1, 2, 3, 4, 5, 6, 7, 10, 99, 100} {
				want, got := x(n), y(n)
				if got != want {
					t.Errorf("f(%d) is %s, with exceptions %s", n, got, want)
				}
			}
		})
	}
}

// open returns a function that calls f of the module in a new instance.
func open(t *testing.T, module []byte, features api.CoreFeatures) func(n int32) string {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	t.Cleanup(func() { rt.Close(ctx) })
	compiled, err := rt.CompileModule(ctx, module)
	if err != nil {
		t.Fatalf("%v\n% x", err, module)
	}
	return func(n int32) string {
		m, err := rt.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName(""))
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close(ctx)
		trace := m.ExportedGlobal("trace")
		res, err := m.ExportedFunction("f").Call(ctx, api.EncodeI32(n))
		if err != nil {
			return fmt.Sprintf("a trap after %d", int32(trace.Get()))
		}
		return fmt.Sprintf("%d after %d", api.DecodeI32(res[0]), int32(trace.Get()))
	}
}

// TestUnchanged leaves what has no exceptions as it is.
func TestUnchanged(t *testing.T) {
	b := newBuilder(t)
	b.export(nil, func(a *asm) { a.get(0) })
	module := b.encode(t)
	got, err := Run(module, nil)
	if err != nil || !bytes.Equal(got, module) {
		t.Errorf("% x, %v; want % x", got, err, module)
	}
}

// TestChecks counts the checks: a call that nothing can come out of has none,
// and neither has one with nothing after it.
func TestChecks(t *testing.T) {
	b := newBuilder(t)
	tag := b.AddTag(b.Type(one, none))
	f := b.thrower(tag)
	id := b.fn(one, one, nil, func(a *asm) { a.get(0) })
	b.table = []uint32{id}
	mid := b.fn(one, one, nil, func(a *asm) {
		a.get(0)
		a.call(id) // cannot throw
		a.I32Const(0)
		a.Op(wasm.OpCallIndirect, b.Type(one, one), 0) // cannot reach f
		a.call(f)                                      // checked
		a.step(1)
		a.call(f) // nothing follows but the sum
		a.I32Const(1)
		a.Op(wasm.OpI32Add)
	})
	b.AddExport("f", wasm.KindFunc, mid)
	after, err := Run(b.encode(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(after)
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for c := m.Funcs[mid].Code(); c.Next(); {
		if c.Op == wasm.OpBrIf {
			checks++
		}
	}
	if checks != 1 {
		t.Errorf("%d checks, want 1", checks)
	}
	if len(m.Tags) > 0 || m.Section(wasm.SectionTag) != nil {
		t.Error("there still are tags")
	}
}

// TestUncaught calls the module's handler when an exception leaves an export.
func TestUncaught(t *testing.T) {
	b := newBuilder(t)
	f := b.thrower(b.AddTag(b.Type(one, none)))
	b.AddExport("f", wasm.KindFunc, f)
	b.AddExport(uncaught, wasm.KindFunc, b.fn(none, none, nil, func(a *asm) { a.step(8) }))
	after, err := Run(b.encode(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	call := open(t, after, api.CoreFeaturesV2)
	if got := []string{call(4), call(3)}; !slices.Equal(got, []string{"8 after 0", "a trap after 8"}) {
		t.Errorf("%q", got)
	}
	m, err := wasm.Decode(after)
	if err != nil {
		t.Fatal(err)
	}
	if m.Export(uncaught) != nil {
		t.Errorf("%s is still exported", uncaught)
	}
}

// TestRefused has what the pass says no to.
func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		build      func(b *builder)
	}{
		{"legacy", "f: try is of the legacy exception handling", func(b *builder) {
			b.AddTag(b.Type(one, none))
			b.export(nil, func(a *asm) {
				a.Block(wasm.OpTry, wasm.I32, 0)
				a.get(0)
				a.Op(wasm.OpCatchAll)
				a.I32Const(1)
				a.end()
			})
		}},
		{"a reference to what does not fit in it", "f: end at 0x44: " + errNotPacked.Error(), func(b *builder) {
			tag := b.AddTag(b.Type([]wasm.ValType{wasm.I64}, none))
			b.export(nil, func(a *asm) {
				a.block(wasm.ExnRef)
				a.tryTable(0, 0, wasm.Catch{Kind: wasm.CatchAllRef, Label: 0})
				a.I64Const(1)
				a.Op(wasm.OpThrow, tag)
				a.end()
				a.get(0)
				a.Op(wasm.OpReturn)
				a.end()
				a.Op(wasm.OpDrop)
				a.get(0)
			})
		}},
		{"an exported tag", `export "t" is a tag`, func(b *builder) {
			b.AddExport("t", wasm.KindTag, b.AddTag(b.Type(one, none)))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBuilder(t)
			tt.build(b)
			_, err := Run(b.encode(t), nil)
			if err == nil || err.Error() != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}
