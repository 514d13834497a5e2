package postlink

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// tableModule makes a module of four functions with that code, and of what the
// sections have.
func tableModule(t *testing.T, imports, tables, elements string, code ...byte) *wasm.Module {
	t.Helper()
	base, err := wasm.Decode([]byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	e := base.Edit()
	for id, payload := range map[wasm.SectionID]string{wasm.SectionImport: imports, wasm.SectionTable: tables, wasm.SectionElement: elements} {
		if payload != "" {
			e.SetSection(id, []byte(payload))
		}
	}
	for range 4 {
		e.AddFunc(0, "", wasm.BodyOf(nil, append(code[:len(code):len(code)], byte(wasm.OpEnd))))
	}
	data, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasm.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Findings {
		t.Fatal(f)
	}
	return m
}

func TestFixedSlots(t *testing.T) {
	const (
		one       = "\x01\x70\x00\x08"             // a table of 8 functions
		two       = "\x02\x70\x00\x08\x70\x00\x08" // two of them
		imported  = "\x01\x01e\x01t\x01\x70\x00\x08"
		global    = "\x01\x01e\x01g\x03\x7f\x00"
		segment   = "\x01\x00\x41\x02\x0b\x02\x00\x01" // functions 0, 1 at 2
		second    = "\x02\x01\x41\x00\x0b\x00\x01\x03" // function 3 at 0 of table 1
		tooFar    = "\x00\x41\x07\x0b\x02\x00\x01"
		byGlobal  = "\x00\x23\x00\x0b\x01\x00"
		nullAfter = "\x04\x41\x02\x0b\x01\xd0\x70\x0b"
	)
	for _, test := range []struct {
		name                      string
		imports, tables, elements string
		code                      []byte
		want                      string
	}{
		{"one segment", "", one, segment, nil, "[[{2 0} {3 1}]]"},
		{"two tables", "", two, "\x02" + segment[1:] + second, nil, "[[{2 0} {3 1}] [{0 3}]]"},
		{"a later segment counts", "", one, "\x02" + segment[1:] + "\x00\x41\x03\x0b\x01\x02", nil, "[[{2 0} {3 2}]]"},
		{"a null empties a slot", "", one, "\x02" + segment[1:] + nullAfter, nil, "[[{3 1}]]"},
		{"declared and passive segments do nothing", "", one, "\x02\x03\x00\x01\x00\x01\x00\x01\x00", nil, "[[]]"},
		{"no segment", "", one, "", nil, "[[]]"},
		{"imported", imported, "", segment, nil, "[[]]"},
		{"a segment does not fit", "", one, "\x01" + tooFar, nil, "[[]]"},
		{"a segment after one that does not fit", "", two, "\x02" + tooFar + second, nil, "[[] []]"},
		{"a segment before one that does not fit", "", two, "\x02" + second + tooFar, nil, "[[] [{0 3}]]"},
		{"a place by an import", global, one, "\x01" + byGlobal, nil, "[[]]"},
		// What the imported table got can be called even if the rest fails.
		{"after an imported table's", imported, one, "\x02" + segment[1:] + second, nil, "[[] []]"},
		{"table.set", "", one, segment, []byte{0x41, 0, 0xd0, 0x70, 0x26, 0}, "[[]]"},
		{"table.set of another", "", two, segment, []byte{0x41, 0, 0xd0, 0x70, 0x26, 1}, "[[{2 0} {3 1}] []]"},
		{"table.fill", "", one, segment, []byte{0x41, 0, 0xd0, 0x70, 0x41, 1, 0xfc, 17, 0}, "[[]]"},
		{"table.copy to it", "", two, segment, []byte{0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, 0, 1}, "[[] []]"},
		{"table.copy from it", "", two, segment, []byte{0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 14, 1, 0}, "[[{2 0} {3 1}] []]"},
		{"table.init", "", one, segment, []byte{0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 12, 0, 0}, "[[]]"},
		{"table.grow keeps the slots", "", one, segment, []byte{0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x1a}, "[[{2 0} {3 1}]]"},
		{"table.get keeps the slots", "", one, segment, []byte{0x41, 0, 0x25, 0, 0x1a}, "[[{2 0} {3 1}]]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := fixedSlots(tableModule(t, test.imports, test.tables, test.elements, test.code...))
			if s := fmt.Sprint(got); err != nil || s != test.want {
				t.Errorf("%s, %v; want %s", s, err, test.want)
			}
		})
	}
}

func TestFixedSlotsExported(t *testing.T) {
	m := tableModule(t, "", "\x01\x70\x00\x08", "\x01\x00\x41\x02\x0b\x02\x00\x01")
	m.Exports = append(m.Exports, wasm.Export{Name: "t", Kind: wasm.KindTable})
	got, err := fixedSlots(m)
	if err != nil || !slices.EqualFunc(got, [][]slot{nil}, slices.Equal) {
		t.Errorf("%v, %v", got, err)
	}
}
