package postlink

import (
	"cmp"
	"slices"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// slot is a place in a table and the function that is there for as long as the
// module runs.
type slot struct {
	index uint64
	fn    uint32
}

// fixedSlots finds the tables of functions in which what the element segments
// put stays: those that the module defines, does not export, and never writes
// to but by growing them. It returns the slots of each, in order; nil for every
// other table.
//
// It follows the instantiation, in which segments are copied one after the
// other and one that does not fit ends it. What functions an imported table got
// before that can be called all the same, and find the tables as they are then.
// So nothing is known of what comes after a segment that may not fit.
func fixedSlots(m *wasm.Module) ([][]slot, error) {
	fixed := make([]bool, len(m.Tables))
	for i, t := range m.Tables {
		fixed[i] = !t.Imported
	}
	give := func(table uint32) {
		if int(table) < len(fixed) {
			fixed[table] = false
		}
	}
	for _, e := range m.Exports {
		if e.Kind == wasm.KindTable {
			give(e.Index)
		}
	}
	err := eachInstruction(m, func(_ uint32, c *wasm.Code) {
		switch c.Op {
		case wasm.OpTableSet, wasm.OpTableFill, wasm.OpTableCopy:
			give(c.Index)
		case wasm.OpTableInit:
			give(c.Index2)
		}
	})
	if err != nil {
		return nil, err
	}

	contents := make([]map[uint64]uint32, len(m.Tables))
	mayFail := false
	for _, e := range m.Elements {
		if e.Mode != wasm.Active || int(e.Table) >= len(m.Tables) {
			continue
		}
		t := &m.Tables[e.Table]
		at, known := m.Const(e.Place)
		if n := uint64(len(e.Funcs)); !known || t.Imported || n > t.Limits.Min || at > t.Limits.Min-n {
			mayFail = true
		}
		if mayFail {
			give(e.Table)
			continue
		}
		if contents[e.Table] == nil {
			contents[e.Table] = make(map[uint64]uint32, len(e.Funcs))
		}
		for i, fn := range e.Funcs {
			if fn == wasm.NullFunc || fn == wasm.OtherFunc {
				delete(contents[e.Table], at+uint64(i))
				continue
			}
			contents[e.Table][at+uint64(i)] = fn
		}
	}
	all := make([][]slot, len(m.Tables))
	for i, content := range contents {
		if !fixed[i] {
			continue
		}
		for index, fn := range content {
			all[i] = append(all[i], slot{index, fn})
		}
		slices.SortFunc(all[i], bySlot)
	}
	return all, nil
}

func bySlot(a, b slot) int { return cmp.Compare(a.index, b.index) }

// eachInstruction calls f for every instruction of every function.
func eachInstruction(m *wasm.Module, f func(fn uint32, c *wasm.Code)) error {
	for i := range m.Funcs {
		c := m.Funcs[i].Code()
		for c.Next() {
			f(uint32(i), &c)
		}
		if err := c.Err(); err != nil {
			return err
		}
	}
	return nil
}
