package debuginfo

import (
	"cmp"
	"debug/dwarf"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
)

// Place is where an instruction comes from, as far as the debug information
// tells: what it does not is empty.
type Place struct {
	Unit     string // the compiled file, by its whole path
	Function string // the innermost one: one that was inlined, if it was
	File     string // by its whole path
	Line     int    // 0 where the compiler has merged code of several lines
	Col      int
}

// Places finds the sources of many instructions, which are given by their
// offsets in the file, in one pass.
func (i *Info) Places(offsets []int) (map[int]Place, error) {
	p := placing{data: i.data, places: map[uint64]*Place{}}
	for _, at := range offsets {
		p.pcs = append(p.pcs, uint64(at-i.base))
	}
	slices.Sort(p.pcs)
	for _, pc := range p.pcs {
		p.places[pc] = &Place{}
	}
	r := i.data.Reader()
	for {
		unit, err := r.Next()
		if err == nil && unit == nil {
			break
		}
		if err == nil {
			err = p.unit(r, unit)
		}
		if err != nil {
			return nil, fmt.Errorf("debug information: %w", err)
		}
	}
	found := make(map[int]Place, len(offsets))
	for _, at := range offsets {
		found[at] = *p.places[uint64(at-i.base)]
	}
	return found, nil
}

// placing is a search for places.
type placing struct {
	data   *dwarf.Data
	pcs    []uint64 // in order
	places map[uint64]*Place
}

// within calls f for each place in the code of an entry, and says whether there
// was one.
func (p *placing) within(e *dwarf.Entry, f func(pc uint64, at *Place)) (bool, error) {
	ranges, err := p.data.Ranges(e)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	any := false
	for _, r := range ranges {
		for _, pc := range p.between(r[0], r[1]) {
			any = true
			f(pc, p.places[pc])
		}
	}
	return any, nil
}

func (p *placing) between(low, high uint64) []uint64 {
	from, _ := slices.BinarySearch(p.pcs, low)
	to, _ := slices.BinarySearch(p.pcs, high)
	return p.pcs[from:max(from, to)]
}

// unit finds what is in a unit, and leaves the reader behind it.
func (p *placing) unit(r *dwarf.Reader, unit *dwarf.Entry) error {
	dir, _ := unit.Val(dwarf.AttrCompDir).(string)
	name, _ := unit.Val(dwarf.AttrName).(string)
	if !path.IsAbs(name) {
		name = path.Join(dir, name)
	}
	some, err := p.within(unit, func(_ uint64, at *Place) { at.Unit = path.Clean(name) })
	if err != nil || !some || !unit.Children {
		r.SkipChildren()
		return err
	}
	if err := p.lines(unit); err != nil {
		return err
	}
	for depth := 1; depth > 0; {
		e, err := r.Next()
		if err != nil {
			return err
		}
		switch {
		case e == nil:
			return nil
		case e.Tag == 0:
			depth--
			continue
		case e.Tag != dwarf.TagSubprogram && e.Tag != dwarf.TagInlinedSubroutine && e.Tag != dwarf.TagLexDwarfBlock:
			r.SkipChildren()
			continue
		}
		// Deeper ones come later.
		some, err := p.within(e, func(_ uint64, at *Place) {
			if e.Tag != dwarf.TagLexDwarfBlock {
				at.Function = p.nameOf(e)
			}
		})
		switch {
		case err != nil:
			return err
		case !some:
			r.SkipChildren()
		case e.Children:
			depth++
		}
	}
	return nil
}

// nameOf is the name of a function's entry or of the one that it refers to.
func (p *placing) nameOf(e *dwarf.Entry) string {
	for range 3 { // inlined code, definition, declaration
		if name, ok := e.Val(dwarf.AttrName).(string); ok {
			return name
		}
		of, ok := cmp.Or(e.Val(dwarf.AttrAbstractOrigin), e.Val(dwarf.AttrSpecification)).(dwarf.Offset)
		if !ok {
			break
		}
		r := p.data.Reader()
		r.Seek(of)
		var err error
		if e, err = r.Next(); err != nil || e == nil {
			break
		}
	}
	return ""
}

// lines finds the lines of what is in a unit.
func (p *placing) lines(unit *dwarf.Entry) error {
	lines, err := p.data.LineReader(unit)
	if err != nil || lines == nil {
		return err
	}
	var at, next dwarf.LineEntry
	for at.EndSequence = true; ; at = next {
		if err := lines.Next(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if at.EndSequence || at.File == nil {
			continue
		}
		for _, pc := range p.between(at.Address, next.Address) {
			place := p.places[pc]
			place.File, place.Line, place.Col = path.Clean(at.File.Name), at.Line, at.Column
		}
	}
}
