// Package debuginfo reads the DWARF sections of a module: which source a place
// in the code comes from.
//
// Addresses in DWARF for WebAssembly are offsets in the code section:
// https://yurydelendik.github.io/webassembly-dwarf/
package debuginfo

import (
	"debug/dwarf"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// ErrNone is the error for a module without debug information.
var ErrNone = errors.New("the module has no debug information")

// Info is the debug information of a module.
type Info struct {
	data *dwarf.Data
	base int // of the code section's content in the file
}

// Open finds the debug information of a module.
func Open(m *wasm.Module) (*Info, error) {
	code := m.Section(wasm.SectionCode)
	if code == nil {
		return nil, ErrNone
	}
	d, err := Data(m)
	if err != nil {
		return nil, err
	}
	return &Info{d, code.Start}, nil
}

// Data is the debug information of a module for package dwarf. Addresses of code
// in it are offsets in the code section, addresses of data those in memory.
func Data(m *wasm.Module) (*dwarf.Data, error) {
	section := func(name string) []byte {
		if s := m.Custom(name); s != nil {
			return s.Payload
		}
		return nil
	}
	if section(".debug_info") == nil {
		return nil, ErrNone
	}
	d, err := dwarf.New(section(".debug_abbrev"), nil, nil, section(".debug_info"), section(".debug_line"), nil, section(".debug_ranges"), section(".debug_str"))
	if err != nil {
		return nil, fmt.Errorf("debug information: %w", err)
	}
	for _, name := range []string{".debug_addr", ".debug_line_str", ".debug_str_offsets", ".debug_rnglists"} {
		if s := section(name); s != nil {
			if err := d.AddSection(name, s); err != nil {
				return nil, fmt.Errorf("debug information: %s: %w", name, err)
			}
		}
	}
	return d, nil
}

// Position is a place in a source.
type Position struct {
	File      string // as the compiler was given it, below the folder it ran in
	Line, Col int    // 1-based; 0 if unknown
}

func (p Position) String() string {
	if p.Col > 0 {
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Position finds the source of the instruction at an offset of the file.
func (i *Info) Position(offset int) (Position, bool) {
	pc := uint64(offset - i.base)
	unit, err := i.data.Reader().SeekPC(pc)
	if err != nil {
		return Position{}, false
	}
	lines, err := i.data.LineReader(unit)
	if err != nil || lines == nil {
		return Position{}, false
	}
	var at dwarf.LineEntry
	if err := lines.SeekPC(pc, &at); err != nil || at.File == nil {
		return Position{}, false
	}
	return Position{Shorten(at.File.Name, unit), at.Line, at.Column}, true
}

// Shorten leaves the folder out in which the compiler ran.
func Shorten(name string, unit *dwarf.Entry) string {
	dir, _ := unit.Val(dwarf.AttrCompDir).(string)
	return strings.TrimPrefix(path.Clean(name), path.Clean(dir)+"/")
}

// Unit is a source file that was compiled by itself.
type Unit struct {
	Name string // its path, below the folder the compiler ran in
	Size uint64 // bytes of code
}

// Units lists the compiled files in the order of the debug information.
func (i *Info) Units() ([]Unit, error) {
	r := i.data.Reader()
	var units []Unit
	for {
		e, err := r.Next()
		if err != nil {
			return units, fmt.Errorf("debug information: %w", err)
		}
		if e == nil {
			return units, nil
		}
		r.SkipChildren()
		if e.Tag != dwarf.TagCompileUnit {
			continue
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		ranges, err := i.data.Ranges(e)
		if err != nil && err != io.EOF {
			return units, fmt.Errorf("debug information of %s: %w", name, err)
		}
		u := Unit{Name: Shorten(name, e)}
		for _, at := range ranges {
			u.Size += at[1] - at[0]
		}
		units = append(units, u)
	}
}
