package checked

import (
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// slot is a value on the operand stack.
type slot struct {
	typ wasm.ValType
	// How the value is had again after the stack is gone: from a local variable
	// that has had no other value since, or by repeating an instruction.
	local  uint32
	has    bool   // local has it
	repeat []byte // a constant
	// Otherwise from a variable of its own, set by the instruction that made the
	// value. That is only possible for the last of its results.
	producer int
	last     bool
	height   int // how many values were below it
	kept     bool
}

// lost says that the slot's value is in no variable of the program's.
func (s *slot) lost() bool { return !s.has && s.repeat == nil }

// effect is what an instruction without control flow does to the stack.
type effect struct {
	pops   int
	result wasm.ValType // 0 if it makes none
}

// effects of the instructions whose result's type is their own.
func effectOf(op wasm.Opcode) (effect, bool) {
	for _, r := range ranges {
		if op >= r.first && op <= r.last {
			return r.effect, true
		}
	}
	return effect{}, false
}

// ranges has opcodes that do the same to the stack.
var ranges = []struct {
	first, last wasm.Opcode
	effect
}{
	{wasm.OpNop, wasm.OpNop, effect{0, 0}},
	{wasm.OpDrop, wasm.OpDrop, effect{1, 0}},
	{wasm.OpI32Load, wasm.OpI32Load, effect{1, wasm.I32}},
	{wasm.OpI64Load, wasm.OpI64Load, effect{1, wasm.I64}},
	{wasm.OpF32Load, wasm.OpF32Load, effect{1, wasm.F32}},
	{wasm.OpF64Load, wasm.OpF64Load, effect{1, wasm.F64}},
	{wasm.OpI32Load8S, wasm.OpI32Load16U, effect{1, wasm.I32}},
	{wasm.OpI64Load8S, wasm.OpI64Load32U, effect{1, wasm.I64}},
	{wasm.OpI32Store, wasm.OpI64Store32, effect{2, 0}},
	{wasm.OpMemorySize, wasm.OpMemorySize, effect{0, wasm.I32}},
	{wasm.OpMemoryGrow, wasm.OpMemoryGrow, effect{1, wasm.I32}},
	{wasm.OpI32Eqz, wasm.OpI32Eqz, effect{1, wasm.I32}},
	{wasm.OpI32Eq, wasm.OpI32GeU, effect{2, wasm.I32}},
	{wasm.OpI64Eqz, wasm.OpI64Eqz, effect{1, wasm.I32}},
	{wasm.OpI64Eq, wasm.OpF64Ge, effect{2, wasm.I32}},
	{wasm.OpI32Clz, wasm.OpI32Popcnt, effect{1, wasm.I32}},
	{wasm.OpI32Add, wasm.OpI32Rotr, effect{2, wasm.I32}},
	{wasm.OpI64Clz, wasm.OpI64Popcnt, effect{1, wasm.I64}},
	{wasm.OpI64Add, wasm.OpI64Rotr, effect{2, wasm.I64}},
	{wasm.OpF32Abs, wasm.OpF32Sqrt, effect{1, wasm.F32}},
	{wasm.OpF32Add, wasm.OpF32Copysign, effect{2, wasm.F32}},
	{wasm.OpF64Abs, wasm.OpF64Sqrt, effect{1, wasm.F64}},
	{wasm.OpF64Add, wasm.OpF64Copysign, effect{2, wasm.F64}},
	{wasm.OpI32WrapI64, wasm.OpI32TruncF64U, effect{1, wasm.I32}},
	{wasm.OpI64ExtendI32S, wasm.OpI64TruncF64U, effect{1, wasm.I64}},
	{wasm.OpF32ConvertI32S, wasm.OpF32DemoteF64, effect{1, wasm.F32}},
	{wasm.OpF64ConvertI32S, wasm.OpF64PromoteF32, effect{1, wasm.F64}},
	{wasm.OpI32ReinterpretF32, wasm.OpI32ReinterpretF32, effect{1, wasm.I32}},
	{wasm.OpI64ReinterpretF64, wasm.OpI64ReinterpretF64, effect{1, wasm.I64}},
	{wasm.OpF32ReinterpretI32, wasm.OpF32ReinterpretI32, effect{1, wasm.F32}},
	{wasm.OpF64ReinterpretI64, wasm.OpF64ReinterpretI64, effect{1, wasm.F64}},
	{wasm.OpI32Extend8S, wasm.OpI32Extend16S, effect{1, wasm.I32}},
	{wasm.OpI64Extend8S, wasm.OpI64Extend32S, effect{1, wasm.I64}},
	{wasm.OpRefIsNull, wasm.OpRefIsNull, effect{1, wasm.I32}},
	{wasm.OpI32TruncSatF32S, wasm.OpI32TruncSatF64U, effect{1, wasm.I32}},
	{wasm.OpI64TruncSatF32S, wasm.OpI64TruncSatF64U, effect{1, wasm.I64}},
	{wasm.OpMemoryInit, wasm.OpMemoryInit, effect{3, 0}},
	{wasm.OpDataDrop, wasm.OpDataDrop, effect{0, 0}},
	{wasm.OpMemoryCopy, wasm.OpMemoryFill, effect{3, 0}},

	{wasm.OpV128Load, wasm.OpV128Load64Splat, effect{1, wasm.V128}},
	{wasm.OpV128Store, wasm.OpV128Store, effect{2, 0}},
	{wasm.OpI8x16Shuffle, wasm.OpI8x16Swizzle, effect{2, wasm.V128}},
	{wasm.OpI8x16Splat, wasm.OpF64x2Splat, effect{1, wasm.V128}},
	{wasm.OpI8x16ExtractLaneS, wasm.OpI8x16ExtractLaneU, effect{1, wasm.I32}},
	{wasm.OpI8x16ReplaceLane, wasm.OpI8x16ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpI16x8ExtractLaneS, wasm.OpI16x8ExtractLaneU, effect{1, wasm.I32}},
	{wasm.OpI16x8ReplaceLane, wasm.OpI16x8ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpI32x4ExtractLane, wasm.OpI32x4ExtractLane, effect{1, wasm.I32}},
	{wasm.OpI32x4ReplaceLane, wasm.OpI32x4ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpI64x2ExtractLane, wasm.OpI64x2ExtractLane, effect{1, wasm.I64}},
	{wasm.OpI64x2ReplaceLane, wasm.OpI64x2ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpF32x4ExtractLane, wasm.OpF32x4ExtractLane, effect{1, wasm.F32}},
	{wasm.OpF32x4ReplaceLane, wasm.OpF32x4ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpF64x2ExtractLane, wasm.OpF64x2ExtractLane, effect{1, wasm.F64}},
	{wasm.OpF64x2ReplaceLane, wasm.OpF64x2ReplaceLane, effect{2, wasm.V128}},
	{wasm.OpI8x16Eq, wasm.OpF64x2Ge, effect{2, wasm.V128}},
	{wasm.OpV128Not, wasm.OpV128Not, effect{1, wasm.V128}},
	{wasm.OpV128And, wasm.OpV128Xor, effect{2, wasm.V128}},
	{wasm.OpV128Bitselect, wasm.OpV128Bitselect, effect{3, wasm.V128}},
	{wasm.OpV128AnyTrue, wasm.OpV128AnyTrue, effect{1, wasm.I32}},
	{wasm.OpV128Load8Lane, wasm.OpV128Load64Lane, effect{2, wasm.V128}},
	{wasm.OpV128Store8Lane, wasm.OpV128Store64Lane, effect{2, 0}},
	{wasm.OpV128Load32Zero, wasm.OpI8x16Popcnt, effect{1, wasm.V128}},
	{wasm.OpI8x16AllTrue, wasm.OpI8x16Bitmask, effect{1, wasm.I32}},
	{wasm.OpI8x16NarrowI16x8S, wasm.OpI8x16NarrowI16x8U, effect{2, wasm.V128}},
	{wasm.OpF32x4Ceil, wasm.OpF32x4Nearest, effect{1, wasm.V128}},
	{wasm.OpI8x16Shl, wasm.OpI8x16SubSatU, effect{2, wasm.V128}},
	{wasm.OpF64x2Ceil, wasm.OpF64x2Floor, effect{1, wasm.V128}},
	{wasm.OpI8x16MinS, wasm.OpI8x16MaxU, effect{2, wasm.V128}},
	{wasm.OpF64x2Trunc, wasm.OpF64x2Trunc, effect{1, wasm.V128}},
	{wasm.OpI8x16AvgrU, wasm.OpI8x16AvgrU, effect{2, wasm.V128}},
	{wasm.OpI16x8ExtaddPairwiseI8x16S, wasm.OpI16x8Neg, effect{1, wasm.V128}},
	{wasm.OpI16x8Q15mulrSatS, wasm.OpI16x8Q15mulrSatS, effect{2, wasm.V128}},
	{wasm.OpI16x8AllTrue, wasm.OpI16x8Bitmask, effect{1, wasm.I32}},
	{wasm.OpI16x8NarrowI32x4S, wasm.OpI16x8NarrowI32x4U, effect{2, wasm.V128}},
	{wasm.OpI16x8ExtendLowI8x16S, wasm.OpI16x8ExtendHighI8x16U, effect{1, wasm.V128}},
	{wasm.OpI16x8Shl, wasm.OpI16x8SubSatU, effect{2, wasm.V128}},
	{wasm.OpF64x2Nearest, wasm.OpF64x2Nearest, effect{1, wasm.V128}},
	{wasm.OpI16x8Mul, wasm.OpI16x8ExtmulHighI8x16U, effect{2, wasm.V128}},
	{wasm.OpI32x4Abs, wasm.OpI32x4Neg, effect{1, wasm.V128}},
	{wasm.OpI32x4AllTrue, wasm.OpI32x4Bitmask, effect{1, wasm.I32}},
	{wasm.OpI32x4ExtendLowI16x8S, wasm.OpI32x4ExtendHighI16x8U, effect{1, wasm.V128}},
	{wasm.OpI32x4Shl, wasm.OpI32x4ExtmulHighI16x8U, effect{2, wasm.V128}},
	{wasm.OpI64x2Abs, wasm.OpI64x2Neg, effect{1, wasm.V128}},
	{wasm.OpI64x2AllTrue, wasm.OpI64x2Bitmask, effect{1, wasm.I32}},
	{wasm.OpI64x2ExtendLowI32x4S, wasm.OpI64x2ExtendHighI32x4U, effect{1, wasm.V128}},
	{wasm.OpI64x2Shl, wasm.OpI64x2ExtmulHighI32x4U, effect{2, wasm.V128}},
	{wasm.OpF32x4Abs, wasm.OpF32x4Sqrt, effect{1, wasm.V128}},
	{wasm.OpF32x4Add, wasm.OpF32x4Pmax, effect{2, wasm.V128}},
	{wasm.OpF64x2Abs, wasm.OpF64x2Sqrt, effect{1, wasm.V128}},
	{wasm.OpF64x2Add, wasm.OpF64x2Pmax, effect{2, wasm.V128}},
	{wasm.OpI32x4TruncSatF32x4S, wasm.OpF64x2ConvertLowI32x4U, effect{1, wasm.V128}},
}

var constants = map[wasm.Opcode]wasm.ValType{
	wasm.OpI32Const: wasm.I32, wasm.OpI64Const: wasm.I64, wasm.OpF32Const: wasm.F32,
	wasm.OpF64Const: wasm.F64, wasm.OpV128Const: wasm.V128,
}

// frame is a block while the stack in it is followed.
type frame struct {
	at      int // its first instruction in the old code, -1 for the function
	op      wasm.Opcode
	base    int // the stack's height below it
	results []wasm.ValType
	dead    bool // what follows cannot be reached
	region  *region
}

// snapshot is the stack of a frame before an instruction.
type snapshot struct {
	at    int
	stack []*slot
}

// follower follows the operand stack through a function.
type follower struct {
	m      *wasm.Module
	code   []wasm.Code
	end    []int // as rewriter has it
	locals []wasm.ValType
	stack  []*slot
	frames []frame
	// run has the stack before each of the last instructions that can be
	// repeated without being noticed.
	run []snapshot
	// site is called before a call that is not in dead code.
	site func(i int) error
}

func (f *follower) top() *frame { return &f.frames[len(f.frames)-1] }

func (f *follower) push(i int, t wasm.ValType) *slot {
	s := &slot{typ: t, producer: i, last: true, height: len(f.stack)}
	f.stack = append(f.stack, s)
	return s
}

func (f *follower) pushAll(i int, types []wasm.ValType) {
	for k, t := range types {
		f.push(i, t).last = k == len(types)-1
	}
}

// pop takes n values from the stack; in dead code there may be fewer.
func (f *follower) pop(n int) error {
	if len(f.stack)-n < f.top().base {
		return fmt.Errorf("%d operands where there are %d", n, len(f.stack)-f.top().base)
	}
	f.stack = f.stack[:len(f.stack)-n]
	return nil
}

// assigned forgets that a local variable has what is on the stack.
func (f *follower) assigned(local uint32) {
	for _, s := range f.stack {
		if s.has && s.local == local {
			s.has = false
		}
	}
}

// blockTypes are the parameters and results of a block.
func (f *follower) blockTypes(c *wasm.Code) (params, results []wasm.ValType) {
	switch c.Type {
	case 0:
		return nil, nil
	case wasm.Indexed:
		t := f.m.SigType(c.Index)
		return t.Params, t.Results
	}
	return nil, []wasm.ValType{c.Type}
}

// follow goes through the code. It knows what C compilers make: no references, no
// relaxed vector instructions, and no blocks with parameters.
func (f *follower) follow(results []wasm.ValType) error {
	f.frames = []frame{{at: -1, op: wasm.OpBlock, results: results}}
	for i := range f.code {
		c := &f.code[i]
		if c.Op == wasm.OpEnd || c.Op == wasm.OpElse {
			f.leave(i, c.Op)
			if len(f.frames) == 0 {
				return nil
			}
			continue
		}
		if f.top().dead {
			// Blocks in it are dead, too.
			switch c.Op {
			case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTryTable:
				f.frames = append(f.frames, frame{at: i, op: c.Op, base: len(f.stack), dead: true})
			}
			continue
		}
		if repeatable(c.Op) {
			f.run = append(f.run, snapshot{i, append([]*slot(nil), f.stack[f.top().base:]...)})
		}
		if err := f.step(i, c); err != nil {
			return fmt.Errorf("%s at 0x%x: %w", c.Op, c.Offset(), err)
		}
		if !repeatable(c.Op) {
			f.run = nil
		}
	}
	return nil
}

// leave ends a block, or the first part of an if.
func (f *follower) leave(i int, op wasm.Opcode) {
	f.run = nil
	fr := f.top()
	f.stack = f.stack[:fr.base]
	if op == wasm.OpElse {
		// A block that began in dead code stays dead.
		dead := len(f.frames) > 1 && f.frames[len(f.frames)-2].dead
		*fr = frame{at: i, op: op, base: fr.base, results: fr.results, dead: dead}
		return
	}
	results := fr.results
	f.frames = f.frames[:len(f.frames)-1]
	if len(f.frames) > 0 && !f.top().dead {
		f.pushAll(i, results)
	}
}

func (f *follower) step(i int, c *wasm.Code) error {
	if e, ok := effectOf(c.Op); ok {
		if err := f.pop(e.pops); err != nil {
			return err
		}
		if e.result != 0 {
			f.push(i, e.result)
		}
		return nil
	}
	switch c.Op {
	case wasm.OpI32Const, wasm.OpI64Const, wasm.OpF32Const, wasm.OpF64Const, wasm.OpV128Const:
		f.push(i, constants[c.Op]).repeat = c.Bytes()
	case wasm.OpLocalGet:
		s := f.push(i, f.locals[c.Index])
		s.local, s.has = c.Index, true
	case wasm.OpLocalSet, wasm.OpLocalTee:
		if err := f.pop(1); err != nil {
			return err
		}
		f.assigned(c.Index)
		if c.Op == wasm.OpLocalTee {
			s := f.push(i, f.locals[c.Index])
			s.local, s.has = c.Index, true
		}
	case wasm.OpGlobalGet:
		f.push(i, f.m.Globals[c.Index].Type)
	case wasm.OpGlobalSet:
		return f.pop(1)
	case wasm.OpSelect, wasm.OpSelectT:
		if err := f.pop(2); err != nil {
			return err
		}
		t := f.stack[len(f.stack)-1].typ
		if err := f.pop(1); err != nil {
			return err
		}
		f.push(i, t)
	case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTryTable:
		return f.enter(i, c)
	case wasm.OpBrIf:
		return f.pop(1)
	case wasm.OpBr, wasm.OpBrTable, wasm.OpReturn, wasm.OpUnreachable, wasm.OpThrow, wasm.OpThrowRef,
		wasm.OpReturnCall, wasm.OpReturnCallIndirect:
		f.top().dead = true
		f.stack = f.stack[:f.top().base]
	case wasm.OpCall, wasm.OpCallIndirect:
		if err := f.site(i); err != nil {
			return err
		}
		t := f.callType(c)
		if err := f.pop(len(t.Params) + indexOperands(c)); err != nil {
			return err
		}
		f.pushAll(i, t.Results)
	default:
		return fmt.Errorf("not known in a function that can be suspended")
	}
	return nil
}

// callType is the type of what a call calls.
func (f *follower) callType(c *wasm.Code) *wasm.Type {
	if c.Op == wasm.OpCall {
		return f.m.FuncType(c.Index)
	}
	return f.m.SigType(c.Index)
}

// indexOperands is how many operands say what is called.
func indexOperands(c *wasm.Code) int {
	if c.Op == wasm.OpCallIndirect {
		return 1
	}
	return 0
}

func (f *follower) enter(i int, c *wasm.Code) error {
	if c.Op == wasm.OpIf {
		if err := f.pop(1); err != nil {
			return err
		}
	}
	params, results := f.blockTypes(c)
	if len(params) > 0 {
		return fmt.Errorf("a block with parameters, in a function that can be suspended")
	}
	if c.Op == wasm.OpLoop {
		// What a later turn assigns, an earlier one has in it.
		for k := i; k < f.end[i]; k++ {
			if op := f.code[k].Op; op == wasm.OpLocalSet || op == wasm.OpLocalTee {
				f.assigned(f.code[k].Index)
			}
		}
	}
	f.frames = append(f.frames, frame{at: i, op: c.Op, base: len(f.stack), results: results})
	f.run = nil
	return nil
}

// repeatable says whether an instruction can be executed twice without being
// noticed, with the same result.
func repeatable(op wasm.Opcode) bool {
	switch op {
	case wasm.OpLocalSet, wasm.OpLocalTee, wasm.OpGlobalGet:
		return false
	}
	return pure(op)
}
