package checked

import (
	"errors"
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// What the variable thrown is besides an exception.
const (
	suspending = -1 // functions save their frames and return
	resuming   = -2 // functions take their frames and go on
)

// contexts are the functions by which a module switches between contexts, each
// of which has a stack of its own: see sockshim-c/src/setjmp/fiber.
type contexts struct {
	// switchFn is called to suspend the context that runs. The pass makes its
	// body: the function returns when the context runs again.
	switchFn uint32
	push     uint32 // (bytes) -> address of a new frame of the context that runs
	pop      uint32 // (bytes) -> address of its last frame, which it loses
	switched uint32 // () -> whether the context that now runs has frames
	entry    uint32 // () -> its function, 0 for the one that the host called
	stack    uint32 // () -> its stack pointer
	ended    uint32 // (): its function has returned
}

// contextNames are the exports by which a module tells these functions. They are
// not exported any more after the pass.
type contextNames struct {
	switchFn, push, pop, switched, entry, stack, ended string
}

var contextExports = contextNames{
	"__wlr_context_switch", "__wlr_context_push", "__wlr_context_pop", "__wlr_context_switched",
	"__wlr_context_entry", "__wlr_context_stack", "__wlr_context_ended",
}

func (n contextNames) has(name string) bool {
	switch name {
	case n.switchFn, n.push, n.pop, n.switched, n.entry, n.stack, n.ended:
		return true
	}
	return false
}

// findContexts finds the module's functions for contexts, if it has them.
func (l *lowering) findContexts(g *graph) error {
	names := contextExports
	x := l.m.Export(names.switchFn)
	if x == nil || x.Kind != wasm.KindFunc {
		return nil
	}
	l.contexts.switchFn = x.Index
	l.suspends = g.cone(x.Index)
	l.leaves = g.cone(append(g.throws, x.Index)...)
	none, i32 := []wasm.ValType(nil), []wasm.ValType{wasm.I32}
	for _, want := range []struct {
		name            string
		to              *uint32
		params, results []wasm.ValType
	}{
		{names.push, &l.contexts.push, i32, i32},
		{names.pop, &l.contexts.pop, i32, i32},
		{names.switched, &l.contexts.switched, none, i32},
		{names.entry, &l.contexts.entry, none, i32},
		{names.stack, &l.contexts.stack, none, i32},
		{names.ended, &l.contexts.ended, none, none},
	} {
		x := l.m.Export(want.name)
		if x == nil || x.Kind != wasm.KindFunc {
			return fmt.Errorf("it has %s but not %s", names.switchFn, want.name)
		}
		t := &wasm.Type{Form: wasm.FormFunc, Params: want.params, Results: want.results}
		if got := l.m.FuncType(x.Index); !got.SameSig(t) {
			return fmt.Errorf("%s is %s, not %s", want.name, got, t)
		}
		// While a stack is taken down nothing else can come out.
		if l.leaves.fns[x.Index] {
			return fmt.Errorf("%s can be left by a jump", want.name)
		}
		*want.to = x.Index
	}
	if l.stackPointer < 0 {
		return errors.New("it has contexts, but no variable is named __stack_pointer")
	}
	return nil
}

// switchBody suspends a context, or is where it goes on.
func (l *lowering) switchBody() []byte {
	var a wasm.Asm
	a.I32Const(0)
	a.I32Const(suspending)
	a.Op(wasm.OpGlobalGet, l.thrown)
	a.Op(wasm.OpSelect)
	a.Op(wasm.OpGlobalSet, l.thrown)
	a.Op(wasm.OpEnd)
	return wasm.BodyOf(nil, a.Code)
}

// runContexts runs contexts until fn, the first one's function, returns or an
// exception comes out.
func (l *lowering) runContexts(a *wasm.Asm, fn uint32) []wasm.Locals {
	const entry = 0 // local variable
	a.Block(wasm.OpLoop, 0, 0)
	a.Op(wasm.OpCall, l.contexts.entry)
	a.Op(wasm.OpLocalTee, entry)
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpLocalGet, entry)
	a.Op(wasm.OpCallIndirect, l.edit.Type(nil, nil), 0)
	a.Op(wasm.OpElse)
	a.Op(wasm.OpCall, fn)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpGlobalGet, l.thrown)
	a.I32Const(suspending)
	a.Op(wasm.OpI32Eq)
	a.Block(wasm.OpIf, 0, 0)
	a.I32Const(0)
	a.Op(wasm.OpGlobalSet, l.thrown)
	l.next(a)
	a.Op(wasm.OpBr, 1)
	a.Op(wasm.OpEnd)
	// The function of another context has returned.
	a.I32Const(0)
	a.Op(wasm.OpLocalGet, entry)
	a.Op(wasm.OpGlobalGet, l.thrown)
	a.Op(wasm.OpSelect)
	a.Block(wasm.OpIf, 0, 0)
	a.Op(wasm.OpCall, l.contexts.ended)
	l.next(a)
	a.Op(wasm.OpBr, 1)
	a.Op(wasm.OpEnd)
	a.Op(wasm.OpEnd)
	return []wasm.Locals{{Count: 1, Type: wasm.I32}}
}

// next makes the context run that has been switched to.
func (l *lowering) next(a *wasm.Asm) {
	a.I32Const(resuming)
	a.I32Const(0)
	a.Op(wasm.OpCall, l.contexts.switched)
	a.Op(wasm.OpSelect)
	a.Op(wasm.OpCall, l.contexts.stack)
	a.Op(wasm.OpGlobalSet, uint32(l.stackPointer))
	a.Op(wasm.OpGlobalSet, l.thrown)
}
