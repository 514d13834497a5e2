package check

import (
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Stack is where the linker put the stack of a module that wasm-ld linked. It
// grows down from Top.
type Stack struct {
	Global int    // index of the stack pointer
	Top    uint64 // its first value
	// Size is how many bytes it has; at most so many if AtMost is set, since
	// variables without a value lie between data and stack.
	Size   uint64
	AtMost bool
	// Below says that data lies below the stack: what overflows writes there.
	Below bool
}

// FindStack finds the stack; ok is false where there is none that can be told
// from other globals.
func FindStack(m *wasm.Module) (s Stack, ok bool) {
	s.Global = stackPointer(m)
	if s.Global < 0 {
		return s, false
	}
	s.Top, ok = m.Const(m.Globals[s.Global].Init)
	if !ok || s.Top == 0 {
		return s, false
	}
	end, above := uint64(0), false
	for _, d := range m.DataSegs {
		if d.Mode != wasm.Active || d.Memory != 0 || len(d.Bytes) == 0 {
			continue
		}
		at, known := m.Const(d.Place)
		if !known {
			return s, false
		}
		if at < s.Top {
			s.Below = true
			end = max(end, at+uint64(len(d.Bytes)))
		} else {
			above = true
		}
	}
	switch {
	case s.Below && end < s.Top:
		s.Size, s.AtMost = s.Top-end, true
	case s.Below:
		return s, false // the stack pointer points into data: it is something else
	case above:
		s.Size = s.Top
	default:
		return s, false // no data to compare with
	}
	return s, true
}

// stackPointer is the index of the global that clang calls __stack_pointer: by
// its name or, in a module without names of globals, the first mutable i32 that
// the module defines. It is -1 if there is none.
func stackPointer(m *wasm.Module) int {
	for i, name := range m.Names().Globals {
		if name == "__stack_pointer" && int(i) < len(m.Globals) && !m.Globals[i].Imported {
			return int(i)
		}
	}
	if m.Names().Globals != nil {
		return -1
	}
	for i, g := range m.Globals {
		if !g.Imported && g.Mutable && g.Type == wasm.I32 {
			return i
		}
	}
	return -1
}
