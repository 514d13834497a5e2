package checked

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// selfSwitch adds the functions of a module with one context, which switches to
// itself: the whole stack is taken down and put up again. It returns a function
// (i32) -> (i32) that does that and returns its argument plus 1.
func (b *builder) selfSwitch() uint32 {
	i32 := []wasm.ValType{wasm.I32}
	var init wasm.Asm
	init.I32Const(16)
	init.Op(wasm.OpEnd)
	top := b.AddGlobal(wasm.I32, true, init.Code)   // of the frames
	stack := b.AddGlobal(wasm.I32, true, init.Code) // the stack pointer
	names := wasm.AppendU(nil, 1)
	names = wasm.AppendName(wasm.AppendU(names, uint64(stack)), "__stack_pointer")
	const globalNames = 7
	b.AddCustom("name", append([]byte{globalNames, byte(len(names))}, names...))
	b.SetSection(wasm.SectionMemory, []byte{1, 0, 1})
	export := func(name string, params, results []wasm.ValType, write func(a *asm)) uint32 {
		fn := b.fn(params, results, nil, write)
		b.AddExport(name, wasm.KindFunc, fn)
		return fn
	}
	sw := export(contextExports.switchFn, none, none, func(*asm) {})
	export(contextExports.push, i32, i32, func(a *asm) {
		a.Op(wasm.OpGlobalGet, top)
		a.get(0)
		a.Op(wasm.OpGlobalGet, top)
		a.Op(wasm.OpI32Add)
		a.Op(wasm.OpGlobalSet, top)
	})
	export(contextExports.pop, i32, i32, func(a *asm) {
		a.Op(wasm.OpGlobalGet, top)
		a.get(0)
		a.Op(wasm.OpI32Sub)
		a.Op(wasm.OpGlobalSet, top)
		a.Op(wasm.OpGlobalGet, top)
	})
	count := b.AddGlobal(wasm.I32, true, init.Code)
	export(contextExports.switched, none, i32, func(a *asm) {
		a.Op(wasm.OpGlobalGet, count)
		a.I32Const(1)
		a.Op(wasm.OpI32Add)
		a.Op(wasm.OpGlobalSet, count)
		a.I32Const(1)
	})
	b.AddExport("count", wasm.KindGlobal, count)
	export(contextExports.entry, none, i32, func(a *asm) { a.I32Const(0) })
	export(contextExports.stack, none, i32, func(a *asm) { a.Op(wasm.OpGlobalGet, stack) })
	export(contextExports.ended, none, none, func(*asm) {})
	b.AddExport("frames", wasm.KindGlobal, top)
	return b.fn(one, one, nil, func(a *asm) {
		a.call(sw)
		a.get(0)
		a.I32Const(1)
		a.Op(wasm.OpI32Add)
	})
}

// writer writes random functions as compilers make them.
type writer struct {
	asm
	r      *rand.Rand
	b      *builder
	calls  []uint32 // functions (i32) -> (i32), some of which are suspended
	loops  uint32   // local variables that count turns, in use
	labels []bool   // of the blocks that are open: whether a branch leaves the block
	budget int
}

// The variables of random functions: a parameter, i32, i64, f64, v128 and counters.
const (
	firstI32, lastI32       = 0, 3
	varI64, varF64, varV128 = 4, 5, 6
	firstLoop, nLoops       = 7, 3
)

var randomLocals = []wasm.Locals{
	{Count: 3, Type: wasm.I32}, {Count: 1, Type: wasm.I64}, {Count: 1, Type: wasm.F64},
	{Count: 1, Type: wasm.V128}, {Count: nLoops, Type: wasm.I32},
}

func (w *writer) i32Var() uint32 { return firstI32 + uint32(w.r.IntN(lastI32-firstI32+1)) }

// value writes an i32.
func (w *writer) value(depth int) {
	w.budget--
	if depth == 0 || w.budget < 0 {
		if w.r.IntN(2) == 0 {
			w.I32Const(int32(w.r.IntN(100)))
		} else {
			w.get(w.i32Var())
		}
		return
	}
	switch w.r.IntN(12) {
	case 0, 1:
		w.value(depth - 1)
		w.value(depth - 1)
		w.Op([]wasm.Opcode{wasm.OpI32Add, wasm.OpI32Sub, wasm.OpI32Xor, wasm.OpI32Mul}[w.r.IntN(4)])
	case 2, 3, 4:
		w.value(depth - 1)
		w.call(w.calls[w.r.IntN(len(w.calls))])
	case 5:
		w.value(depth - 1)
		w.value(depth - 1)
		w.I32Const(int32(len(w.b.table)))
		w.Op(wasm.OpI32RemU)
		w.Op(wasm.OpCallIndirect, w.b.Type(one, one), 0)
	case 6:
		w.value(depth - 1)
		w.Op(wasm.OpLocalTee, w.i32Var())
	case 7:
		w.value(depth - 1)
		w.Block(wasm.OpIf, wasm.I32, 0)
		w.labels = append(w.labels, false)
		w.value(depth - 1)
		w.Op(wasm.OpElse)
		w.value(depth - 1)
		w.end()
		w.labels = w.labels[:len(w.labels)-1]
	case 8:
		w.get(varI64)
		w.value(depth - 1)
		w.Op(wasm.OpI64ExtendI32S)
		w.Op(wasm.OpI64Add)
		w.Op(wasm.OpLocalTee, varI64)
		w.Op(wasm.OpI32WrapI64)
	case 9:
		w.get(varF64)
		w.value(depth - 1)
		w.Op(wasm.OpF64ConvertI32S)
		w.Op(wasm.OpF64Add)
		w.Op(wasm.OpLocalTee, varF64)
		w.Op(wasm.OpI32TruncSatF64S)
	case 10:
		// Two vectors on the stack, over a call.
		w.get(varV128)
		w.V128Const(1, 2)
		w.value(depth - 1)
		w.Op(wasm.OpI32x4Splat)
		w.Op(wasm.OpI32x4Add)
		w.Op(wasm.OpI32x4Mul)
		w.Op(wasm.OpLocalTee, varV128)
		w.Op(wasm.OpI32x4ExtractLane)
		w.Raw([]byte{byte(w.r.IntN(4))})
	case 11:
		w.I32Const(8)
		w.value(depth - 1)
		w.Op(wasm.OpI32Store, 2, 0)
		w.I32Const(8)
		w.Op(wasm.OpI32Load, 2, 0)
	}
}

func (w *writer) statements(depth int) {
	for range 1 + w.r.IntN(3) {
		w.statement(depth)
	}
}

func (w *writer) inside(op wasm.Opcode, leaves bool, write func()) {
	w.Block(op, 0, 0)
	w.labels = append(w.labels, leaves)
	write()
	w.labels = w.labels[:len(w.labels)-1]
	w.end()
}

// out is the label of an open block that a branch leaves.
func (w *writer) out() (uint32, bool) {
	var labels []uint32
	for i, leaves := range w.labels {
		if leaves {
			labels = append(labels, uint32(len(w.labels)-1-i))
		}
	}
	if len(labels) == 0 {
		return 0, false
	}
	return labels[w.r.IntN(len(labels))], true
}

func (w *writer) statement(depth int) {
	w.budget--
	if depth == 0 || w.budget < 0 {
		w.value(1)
		w.set(w.i32Var())
		return
	}
	switch w.r.IntN(8) {
	case 0, 1:
		w.value(depth)
		w.set(w.i32Var())
	case 2:
		w.Op(wasm.OpGlobalGet, 0)
		w.I32Const(31)
		w.Op(wasm.OpI32Mul)
		w.value(depth)
		w.Op(wasm.OpI32Add)
		w.Op(wasm.OpGlobalSet, 0)
	case 3:
		w.value(depth - 1)
		w.inside(wasm.OpIf, true, func() {
			w.statements(depth - 1)
			if w.r.IntN(2) == 0 {
				w.Op(wasm.OpElse)
				w.statements(depth - 1)
			}
		})
	case 4:
		if w.loops == nLoops {
			return
		}
		counter := firstLoop + w.loops
		w.loops++
		w.I32Const(int32(1 + w.r.IntN(3)))
		w.set(counter)
		w.inside(wasm.OpBlock, true, func() {
			w.inside(wasm.OpLoop, false, func() {
				w.statements(depth - 1)
				w.get(counter)
				w.I32Const(1)
				w.Op(wasm.OpI32Sub)
				w.Op(wasm.OpLocalTee, counter)
				w.Op(wasm.OpBrIf, 0)
			})
		})
		w.loops--
	case 5:
		w.inside(wasm.OpBlock, true, func() {
			w.statements(depth - 1)
			if l, ok := w.out(); ok {
				w.value(1)
				w.Op(wasm.OpBrIf, l)
			}
			w.statements(depth - 1)
			if l, ok := w.out(); ok && w.r.IntN(3) == 0 {
				w.Op(wasm.OpBr, l)
				w.statements(depth - 1) // never executed
			}
		})
	case 6:
		w.inside(wasm.OpBlock, true, func() {
			w.inside(wasm.OpBlock, true, func() {
				w.inside(wasm.OpBlock, true, func() {
					w.value(depth - 1)
					w.I32Const(3)
					w.Op(wasm.OpI32And)
					w.BrTable([]uint32{0, 1, 2}, 1)
				})
				w.statements(depth - 1)
			})
			w.statements(depth - 1)
		})
	case 7:
		if w.r.IntN(4) == 0 {
			w.value(1)
			w.inside(wasm.OpIf, false, func() {
				w.value(1)
				w.Op(wasm.OpReturn)
			})
		}
	}
}

// TestSuspended runs random programs that are taken down and put up again in the
// middle of most of their calls, and compares with the same before the pass,
// where nothing is taken down.
func TestSuspended(t *testing.T) {
	var switches uint64
	for seed := range uint64(300) {
		b := newBuilder(t)
		leaf := b.selfSwitch()
		plain := b.fn(one, one, nil, func(a *asm) { a.get(0); a.I32Const(3); a.Op(wasm.OpI32Mul) })
		b.table = []uint32{leaf, plain}
		w := &writer{r: rand.New(rand.NewPCG(seed, 1)), b: b, calls: []uint32{leaf, leaf, plain}}
		for range 3 {
			w.budget = 60
			fn := b.fn(one, one, randomLocals, func(a *asm) {
				w.asm = asm{}
				w.statements(4)
				w.value(3)
				a.Code = w.asm.Code
			})
			w.calls = append(w.calls, fn, fn)
		}
		last := w.calls[len(w.calls)-1]
		b.AddExport("f", wasm.KindFunc, b.fn(none, none, nil, func(a *asm) {
			a.I32Const(int32(seed))
			a.call(last)
			a.Op(wasm.OpGlobalGet, 0)
			a.Op(wasm.OpI32Xor)
			a.Op(wasm.OpGlobalSet, 0)
		}))
		before := b.encode(t)
		want, _ := result(t, before)
		for _, hot := range [][]uint32{nil, w.calls[3:]} {
			after, err := Run(before, hot)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			got, n := result(t, after)
			if got != want {
				t.Fatalf("seed %d, %d hot functions: %s, before the pass %s", seed, len(hot), got, want)
			}
			switches += n
		}
	}
	if switches < 10_000 {
		t.Errorf("only %d switches in all: the programs do not test much", switches)
	}
}

// TestFrames suspends functions whose frames are moved by one call or by several,
// with and without a gap at the end.
func TestFrames(t *testing.T) {
	b := newBuilder(t)
	leaf := b.selfSwitch()
	b.table = []uint32{leaf}
	var fns []uint32
	for _, n64 := range []uint32{0, 1, 16, 17} {
		for _, n32 := range []uint32{0, 1, 13, 14, 15, 16, 17, 40} {
			last := 1 + n64 + n32
			locals := []wasm.Locals{{Count: n64, Type: wasm.I64}, {Count: n32, Type: wasm.I32}}
			fns = append(fns, b.fn(one, one, locals, func(a *asm) {
				for v := uint32(1); v < last; v++ {
					a.get(0)
					a.I32Const(int32(v * v))
					a.Op(wasm.OpI32Add)
					if v <= n64 {
						a.Op(wasm.OpI64ExtendI32S)
					}
					a.set(v)
				}
				a.get(0)
				a.call(leaf)
				for v := uint32(1); v < last; v++ {
					a.I32Const(31)
					a.Op(wasm.OpI32Mul)
					a.get(v)
					if v <= n64 {
						a.Op(wasm.OpI32WrapI64)
					}
					a.Op(wasm.OpI32Add)
				}
			}))
		}
	}
	b.AddExport("f", wasm.KindFunc, b.fn(none, none, nil, func(a *asm) {
		a.I32Const(1)
		for _, fn := range fns {
			a.call(fn)
		}
		a.Op(wasm.OpGlobalSet, 0)
	}))
	before := b.encode(t)
	after, err := Run(before, nil)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := result(t, before)
	got, switches := result(t, after)
	if got != want {
		t.Errorf("%s, before the pass %s", got, want)
	}
	if int(switches) < len(fns) {
		t.Errorf("%d switches, and %d functions", switches, len(fns))
	}
}

// result calls f of a module, and says how often it was suspended.
func result(t *testing.T, module []byte) (string, uint64) {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2))
	defer rt.Close(ctx)
	m, err := rt.Instantiate(ctx, module)
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.ExportedFunction("f").Call(ctx)
	get := func(name string) uint64 { return m.ExportedGlobal(name).Get() }
	return fmt.Sprintf("%d, %v, with frames to %d", int32(get("trace")), err, get("frames")), get("count")
}
