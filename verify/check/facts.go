package check

import (
	"bytes"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Facts is what checks ask of a module's code: it is read once for all of them.
type Facts struct {
	// Features are the proposals that the module uses, by abi's names, and
	// where first.
	Features map[string]Use
	// AnyExceptions says that exceptions are thrown without a try, so that
	// either of the two proposals will do; Features has it as exception-handling.
	AnyExceptions bool
	// Called are the functions that are called directly, and the offset of the
	// first call in the order of the file.
	Called map[uint32]int
	// Referred are the functions in element segments that are not declarative,
	// and those of ref.func.
	Referred map[uint32]bool
	// IndirectTypes are the types of indirect calls by their index, and the
	// offset of the first call of each.
	IndirectTypes map[uint32]int
	// CallsRef says that there are calls through typed references.
	CallsRef bool
	// Exits are calls of proc_exit or exit with a constant status.
	Exits []Exit
	// Traps are the functions whose body is nothing but unreachable.
	Traps []uint32
	// CodeErrors are functions that could not be read to their end.
	CodeErrors []error
}

// Use is the first use of a feature.
type Use struct {
	Offset int    // in the file
	What   string // "memory.copy"
}

// Exit is a call with a constant exit status.
type Exit struct {
	Offset int
	Status uint32
}

// NewFacts reads a module's code.
func NewFacts(m *wasm.Module) *Facts {
	f := &Facts{
		Features: map[string]Use{}, Called: map[uint32]int{},
		Referred: map[uint32]bool{}, IndirectTypes: map[uint32]int{},
	}
	exits := exitFuncs(m)
	for _, s := range scanAll(m, exits) {
		f.add(s)
	}
	f.sections(m)
	for i, fn := range m.Funcs {
		if bytes.Equal(fn.Body, []byte{0, byte(wasm.OpUnreachable), byte(wasm.OpEnd)}) {
			f.Traps = append(f.Traps, uint32(i))
		}
	}
	for _, e := range m.Elements {
		if e.Mode == wasm.Declarative {
			continue
		}
		for _, fn := range e.Funcs {
			if fn != wasm.NullFunc && fn != wasm.OtherFunc {
				f.Referred[fn] = true
			}
		}
	}
	_, legacy := f.Features[legacyExceptions]
	_, final := f.Features[exceptionHandling]
	if use, ok := f.Features[someExceptions]; ok {
		delete(f.Features, someExceptions)
		if !legacy && !final {
			f.Features[exceptionHandling] = use
			f.AnyExceptions = true
		}
	}
	return f
}

// use notes a feature, if it was not used before that place.
func (f *Facts) use(name string, offset int, what string) {
	if old, ok := f.Features[name]; !ok || offset < old.Offset {
		f.Features[name] = Use{offset, what}
	}
}

// exitFuncs are the functions that end the program with their argument.
func exitFuncs(m *wasm.Module) map[uint32]bool {
	exits := map[uint32]bool{}
	for _, i := range m.Imports {
		if i.Kind == wasm.KindFunc && i.Name == "proc_exit" {
			exits[i.Index] = true
		}
	}
	if len(exits) == 0 {
		return nil
	}
	for i, name := range m.Names().Funcs {
		switch name {
		case "exit", "_exit", "_Exit", "__wasi_proc_exit":
			exits[i] = true
		}
	}
	return exits
}

// scan is what one goroutine has read.
type scan struct {
	features    [256]int // 1 + offset of the first plain opcode that needs a feature
	prefixed    map[wasm.Opcode]int
	called      []int // 1 + offset of the first call
	indirect    map[uint32]int
	refs        []uint32
	exits       []Exit
	callsRef    bool
	otherTable  int // 1 + offset of a call_indirect through another table than the first
	otherMemory int // 1 + offset of an access to another memory than the first
	typedBlock  int // 1 + offset of a block with a function type
	errs        []error
}

// scanAll reads all bodies, on all processors.
func scanAll(m *wasm.Module, exits map[uint32]bool) []*scan {
	first := m.ImportedFuncs()
	total := 0
	for i := first; i < len(m.Funcs); i++ {
		total += len(m.Funcs[i].Body)
	}
	var scans []*scan
	var wait sync.WaitGroup
	share := total/runtime.GOMAXPROCS(0) + 1
	for from := first; from < len(m.Funcs); {
		to, size := from, 0
		for to < len(m.Funcs) && size < share {
			size += len(m.Funcs[to].Body)
			to++
		}
		s := &scan{prefixed: map[wasm.Opcode]int{}, indirect: map[uint32]int{}, called: make([]int, len(m.Funcs))}
		scans = append(scans, s)
		funcs := m.Funcs[from:to]
		wait.Go(func() {
			for i := range funcs {
				s.function(&funcs[i], exits)
			}
		})
		from = to
	}
	wait.Wait()
	return scans
}

// once sets *p to 1 + offset if nothing was there.
func once(p *int, offset int) {
	if *p == 0 {
		*p = offset + 1
	}
}

// function reads one body.
func (s *scan) function(fn *wasm.Func, exits map[uint32]bool) {
	c := fn.Code()
	var constant uint64
	isConst := false
	for c.Next() {
		op := c.Op
		if op > 0xff {
			if _, seen := s.prefixed[op]; !seen {
				s.prefixed[op] = c.Offset()
			}
			isConst = false
			continue
		}
		if plainFeatures[op] != "" {
			once(&s.features[op], c.Offset())
		}
		switch op {
		case wasm.OpI32Const:
			constant, isConst = c.Value, true
			continue
		case wasm.OpCall, wasm.OpReturnCall:
			if int(c.Index) < len(s.called) {
				once(&s.called[c.Index], c.Offset())
			}
			if isConst && exits[c.Index] {
				s.exits = append(s.exits, Exit{c.Offset(), uint32(constant)})
			}
		case wasm.OpCallIndirect, wasm.OpReturnCallIndirect:
			if _, seen := s.indirect[c.Index]; !seen {
				s.indirect[c.Index] = c.Offset()
			}
			if c.Index2 != 0 {
				once(&s.otherTable, c.Offset())
			}
		case wasm.OpCallRef, wasm.OpReturnCallRef:
			s.callsRef = true
		case wasm.OpRefFunc:
			s.refs = append(s.refs, c.Index)
		case wasm.OpBlock, wasm.OpLoop, wasm.OpIf, wasm.OpTry, wasm.OpTryTable:
			if c.Type == wasm.Indexed {
				once(&s.typedBlock, c.Offset())
			}
		default:
			if op >= wasm.OpI32Load && op <= wasm.OpMemoryGrow && c.Index != 0 {
				once(&s.otherMemory, c.Offset())
			}
		}
		isConst = false
	}
	if err := c.Err(); err != nil {
		s.errs = append(s.errs, err)
	}
}

// add puts what a goroutine has read to the rest.
func (f *Facts) add(s *scan) {
	for op, at := range s.features {
		if at != 0 {
			f.use(plainFeatures[op], at-1, wasm.Opcode(op).String())
		}
	}
	for op, at := range s.prefixed {
		f.use(prefixedFeature(op), at, op.String())
	}
	for fn, at := range s.called {
		if at != 0 {
			if old, ok := f.Called[uint32(fn)]; !ok || at-1 < old {
				f.Called[uint32(fn)] = at - 1
			}
		}
	}
	for t, at := range s.indirect {
		if old, ok := f.IndirectTypes[t]; !ok || at < old {
			f.IndirectTypes[t] = at
		}
	}
	for _, fn := range s.refs {
		f.Referred[fn] = true
	}
	for _, place := range []struct {
		at            int
		feature, what string
	}{
		{s.otherTable, "reference-types", "call_indirect through a second table"},
		{s.otherMemory, "multimemory", "an access to a second memory"},
		{s.typedBlock, "multivalue", "a block with a function type"},
	} {
		if place.at != 0 {
			f.use(place.feature, place.at-1, place.what)
		}
	}
	f.Exits = append(f.Exits, s.exits...)
	f.CallsRef = f.CallsRef || s.callsRef
	f.CodeErrors = append(f.CodeErrors, s.errs...)
}

// CallTypes are the types of indirect calls, in the order of their indices.
func (f *Facts) CallTypes() []uint32 { return slices.Sorted(maps.Keys(f.IndirectTypes)) }

// SameType says whether two type indices stand for the same function type.
func SameType(m *wasm.Module, a, b uint32) bool {
	if a == b {
		return true
	}
	x, y := m.SigType(a), m.SigType(b)
	return x != nil && y != nil && x.Plain() && y.Plain() && x.SameSig(y)
}

// OpenTable says whether somebody outside of the module may put functions in a
// table, or call what is in it.
func OpenTable(m *wasm.Module) bool {
	if slices.ContainsFunc(m.Tables, func(t wasm.Table) bool { return t.Imported }) {
		return true
	}
	return slices.ContainsFunc(m.Exports, func(e wasm.Export) bool { return e.Kind == wasm.KindTable })
}
