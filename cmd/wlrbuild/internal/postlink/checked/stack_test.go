package checked

import (
	"context"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// TestEffects has an engine say whether each instruction does to the stack what the
// table says: with so many operands of some types, and with the result, a function of
// nothing else is valid.
func TestEffects(t *testing.T) {
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2))
	defer rt.Close(ctx)
	valid := func(op wasm.Opcode, params []wasm.ValType, e effect) bool {
		b := newBuilder(t)
		b.SetSection(wasm.SectionMemory, []byte{1, 0, 1})
		var results []wasm.ValType
		if e.result != 0 {
			results = []wasm.ValType{e.result}
		}
		b.fn(params, results, nil, func(a *asm) {
			for i := range params {
				a.get(uint32(i))
			}
			a.Op(op)
			a.Raw(immediates(op))
		})
		m, err := rt.CompileModule(ctx, b.encode(t))
		if err == nil {
			m.Close(ctx)
		}
		return err == nil
	}
	types := []wasm.ValType{wasm.I32, wasm.I64, wasm.F32, wasm.F64, wasm.V128, wasm.FuncRef}
	var some func(op wasm.Opcode, params []wasm.ValType, e effect) bool
	some = func(op wasm.Opcode, params []wasm.ValType, e effect) bool {
		if len(params) == e.pops {
			return valid(op, params, e)
		}
		for _, p := range types {
			if some(op, append(params[:len(params):len(params)], p), e) {
				return true
			}
		}
		return false
	}
	tested := 0
	for _, first := range []wasm.Opcode{0, 0xfc0000, 0xfd0000} {
		for op := first; op <= first+0xff; op++ {
			e, ok := effectOf(op)
			if !ok || op == wasm.OpMemoryInit || op == wasm.OpDataDrop { // they need a data segment
				continue
			}
			if strings.HasPrefix(op.String(), "opcode ") { // a range may have gaps
				continue
			}
			tested++
			if !some(op, nil, e) {
				t.Errorf("%s does not take %d operands and leave %q", op, e.pops, e.result)
			}
		}
	}
	if tested < 400 {
		t.Errorf("only %d instructions were tested", tested)
	}
}

// immediates are some that an instruction can have.
func immediates(op wasm.Opcode) []byte {
	switch {
	case op >= wasm.OpV128Load8Lane && op <= wasm.OpV128Store64Lane:
		return []byte{0, 0, 0}
	case op >= wasm.OpI32Load && op <= wasm.OpI64Store32, op == wasm.OpMemoryCopy,
		op >= wasm.OpV128Load && op <= wasm.OpV128Store, op == wasm.OpV128Load32Zero, op == wasm.OpV128Load64Zero:
		return []byte{0, 0}
	case op == wasm.OpMemorySize, op == wasm.OpMemoryGrow, op == wasm.OpMemoryFill,
		op >= wasm.OpI8x16ExtractLaneS && op <= wasm.OpF64x2ReplaceLane:
		return []byte{0}
	case op == wasm.OpI8x16Shuffle:
		return make([]byte, 16)
	}
	return nil
}
