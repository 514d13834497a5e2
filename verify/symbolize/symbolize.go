// Package symbolize says what the places in an engine's trap messages are: the
// function, its type, its source, and for an indirect call what was expected and
// what lies in the table.
package symbolize

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/debuginfo"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Symbolizer explains places in one module.
type Symbolizer struct {
	m     *wasm.Module
	info  *debuginfo.Info // nil if there is none
	slots map[uint32]uint32
	names map[string][]uint32
}

// New makes a Symbolizer. The module has to be the one that ran, or one with the
// same code and more symbols.
func New(m *wasm.Module) *Symbolizer {
	s := &Symbolizer{m: m, slots: map[uint32]uint32{}, names: map[string][]uint32{}}
	s.info, _ = debuginfo.Open(m) // without it, the rest is still of use
	for _, e := range m.Elements {
		at, ok := m.Const(e.Place)
		if e.Mode != wasm.Active || e.Table != 0 || !ok {
			continue
		}
		for i, fn := range e.Funcs {
			s.slots[uint32(at)+uint32(i)] = fn
		}
	}
	for i, name := range m.Names().Funcs {
		s.names[name] = append(s.names[name], i)
	}
	return s
}

// places are how engines write a place: each pattern has a group for the offset
// in the file, in hexadecimal, for the function's index, or for its name.
var places = []struct {
	engine  string
	pattern *regexp.Regexp
}{
	// In instruction: call_indirect (0x11) , Bytecode offset: 0x00000085 , Args: [1]
	{"WasmEdge", regexp.MustCompile(`Bytecode offset: 0x(?P<offset>[0-9a-f]+)(?: , Args: \[(?:.*, )?(?P<slot>\d+)\])?`)},
	// 0:   0x85 - <unknown>!rc_dtor_func
	{"wasmtime", regexp.MustCompile(`^\s*\d+:\s+0x(?P<offset>[0-9a-f]+) - `)},
	// rc_dtor_func (offset 0x85)
	{"wasmtime", regexp.MustCompile(`\(offset 0x(?P<offset>[0-9a-f]+)\)`)},
	// at rc_dtor_func (wasm://wasm/9622f136:wasm-function[3]:0x85)
	{"Node.js", regexp.MustCompile(`wasm-function\[(?P<index>\d+)\]:0x(?P<offset>[0-9a-f]+)`)},
	// .$3(i32,i32) or php.wasm.rc_dtor_func(i32,i32)
	{"wazero", regexp.MustCompile(`^\s*(?:at )?\S*?\.\$(?P<index>\d+)\(`)},
	{"wazero", regexp.MustCompile(`^\s*(?:at )?(?P<name>[^\s(]+)\((?:[a-z0-9]+(?:,[a-z0-9]+)*)?\)(?: [a-z0-9,()]+)?$`)},
	// #00: 0x0085 - rc_dtor_func
	{"WAMR", regexp.MustCompile(`^\s*#\d+:? +0x(?P<offset>[0-9a-f]+) - `)},
}

// Text copies a log and puts, below each line with a place, what is known of it.
// It returns how many places it has explained.
func (s *Symbolizer) Text(w io.Writer, log io.Reader) (int, error) {
	out := bufio.NewWriter(w)
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		fmt.Fprintln(out, lines.Text())
		if text := s.line(lines.Text()); text != nil {
			n++
			for _, t := range text {
				fmt.Fprintf(out, "    ^ %s\n", t)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return n, err
	}
	return n, out.Flush()
}

// line explains the place in a line, nil if it has none.
func (s *Symbolizer) line(line string) []string {
	for _, p := range places {
		parts := p.pattern.FindStringSubmatch(line)
		if parts == nil {
			continue
		}
		group := func(name string) string {
			if i := p.pattern.SubexpIndex(name); i >= 0 {
				return parts[i]
			}
			return ""
		}
		if text := s.place(group("offset"), group("index"), group("name"), group("slot")); text != nil {
			return text
		}
	}
	return nil
}

func (s *Symbolizer) place(offset, index, name, slot string) []string {
	if offset != "" {
		at, err := strconv.ParseUint(offset, 16, 31)
		if err != nil {
			return nil
		}
		return s.offset(int(at), slot)
	}
	fn := -1
	if index != "" {
		fn, _ = strconv.Atoi(index)
	} else if found := s.named(name); len(found) == 1 {
		fn = int(found[0])
	}
	if fn < 0 || fn >= len(s.m.Funcs) {
		return nil
	}
	return []string{s.function(uint32(fn)) + s.source(s.m.Funcs[fn].Offset)}
}

// named are the functions of a name that the module's own name and a dot may
// come before. Both can have dots in them.
func (s *Symbolizer) named(name string) []uint32 {
	for {
		if found := s.names[name]; found != nil {
			return found
		}
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return nil
		}
		name = rest
	}
}

// offset explains an offset in the file.
func (s *Symbolizer) offset(at int, slot string) []string {
	for i := range s.m.Funcs {
		fn := &s.m.Funcs[i]
		if fn.Body == nil || at < fn.Offset || at >= fn.Offset+len(fn.Body) {
			continue
		}
		text := []string{s.function(uint32(i)) + s.source(at)}
		for c := fn.Code(); c.Next() && c.Offset() <= at; {
			if c.Offset() == at {
				text = append(text, s.instruction(&c, slot)...)
			}
		}
		return text
	}
	return nil
}

// function is a function's index, name and type.
func (s *Symbolizer) function(fn uint32) string {
	name := s.m.FuncName(fn)
	if own := fmt.Sprintf("func[%d]", fn); name != own {
		name = own + " " + name
	}
	return name + " " + string(check.TypeOf(s.m.FuncType(fn)))
}

// source is " at FILE:LINE:COL", or nothing.
func (s *Symbolizer) source(at int) string {
	if s.info != nil {
		if p, ok := s.info.Position(at); ok {
			return " at " + p.String()
		}
	}
	return ""
}

// instruction explains a call.
func (s *Symbolizer) instruction(c *wasm.Code, slot string) []string {
	switch c.Op {
	case wasm.OpCall, wasm.OpReturnCall:
		return []string{fmt.Sprintf("%s %s", c.Op, s.function(c.Index))}
	case wasm.OpCallIndirect, wasm.OpReturnCallIndirect:
	default:
		return nil
	}
	text := []string{fmt.Sprintf("%s expects %s", c.Op, check.TypeOf(s.m.SigType(c.Index)))}
	n, err := strconv.ParseUint(slot, 10, 32)
	if slot == "" || err != nil {
		return text
	}
	fn, ok := s.slots[uint32(n)]
	switch {
	case n == 0 && !ok:
		text = append(text, "slot 0 is a null pointer")
	case !ok || fn == wasm.NullFunc:
		text = append(text, fmt.Sprintf("slot %d is empty when the module starts", n))
	case fn == wasm.OtherFunc:
		text = append(text, fmt.Sprintf("slot %d holds what an expression computes", n))
	default:
		text = append(text, fmt.Sprintf("slot %d holds %s", n, s.function(fn)+s.source(s.m.Funcs[fn].Offset)))
	}
	return text
}

// Engines are the engines whose messages are understood.
func Engines() []string {
	var names []string
	for _, p := range places {
		if !slices.Contains(names, p.engine) {
			names = append(names, p.engine)
		}
	}
	return names
}
