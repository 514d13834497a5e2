package postlink

import (
	"bytes"
	"fmt"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

const (
	// zeroRun is how many zeros in a row are left out. They take one segment more,
	// of 7 to 14 bytes, which engines read and copy one by one.
	zeroRun = 32
	// maxSegments stays below what JavaScript engines take, 100,000.
	// Spec: https://webassembly.github.io/spec/js-api/#limits
	maxSegments = 90_000
)

// PackData leaves zeros out of a module's data segments: memory is zero when it is
// made. Tables of structures with room for texts, as libmagic's, are hardly anything
// else.
//
// What the module's own memory has after instantiation stays the same. A module is
// returned as it is if that cannot be told, or if its code has segments by number:
// those that are imported memories', passive, beyond the memory's first size, at an
// address that is no constant, or not in the order of their addresses.
func PackData(module []byte) ([]byte, error) {
	m, err := wasm.Decode(module)
	if err != nil {
		return nil, err
	}
	if len(m.Findings) > 0 {
		return nil, m.Findings[0]
	}
	segments, ok := packed(m)
	if !ok || len(segments) > maxSegments {
		return module, nil
	}
	payload := wasm.AppendU(nil, uint64(len(segments)))
	for _, s := range segments {
		payload = append(payload, 0, byte(wasm.OpI32Const)) // active, in memory 0
		payload = wasm.AppendS(payload, int64(int32(s.address)))
		payload = append(payload, byte(wasm.OpEnd))
		payload = wasm.AppendU(payload, uint64(len(s.bytes)))
		payload = append(payload, s.bytes...)
	}
	if old := m.Section(wasm.SectionData); len(payload) >= len(old.Payload) {
		return module, nil
	}
	e := m.Edit()
	e.SetSection(wasm.SectionData, payload)
	e.DropCustoms(func(name string) bool { return name == "reloc.DATA" })
	out, err := e.Encode()
	if err != nil {
		return nil, fmt.Errorf("data section: %w", err)
	}
	return out, nil
}

type dataSegment struct {
	address uint32
	bytes   []byte
}

// packed are the segments to have instead, or false.
func packed(m *wasm.Module) (list []dataSegment, ok bool) {
	// A data count section is for code that names segments.
	if len(m.DataSegs) == 0 || m.DataCount != nil || len(m.Memories) != 1 || m.Memories[0].Imported || m.Memories[0].Limits.Addr64 {
		return nil, false
	}
	size, next := m.Memories[0].Limits.Min<<m.Memories[0].Limits.PageBits, uint64(0)
	for _, d := range m.DataSegs {
		address, known := m.Const(d.Place)
		if d.Mode != wasm.Active || !known || address < next {
			return nil, false
		}
		next = address + uint64(len(d.Bytes))
		if next > size {
			return nil, false // instantiation traps
		}
		list = append(list, withoutZeros(uint32(address), d.Bytes)...)
	}
	return list, true
}

func withoutZeros(address uint32, data []byte) (list []dataSegment) {
	run := make([]byte, zeroRun)
	for len(data) > 0 {
		n := bytes.Index(data, run)
		if n < 0 {
			n = len(data)
		}
		if n > 0 {
			list = append(list, dataSegment{address, data[:n]})
		}
		rest := bytes.TrimLeft(data[n:], "\x00")
		address += uint32(len(data) - len(rest))
		data = rest
	}
	return list
}
