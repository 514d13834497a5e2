package check

import "github.com/wlrbuild/wlrbuild/verify/wasm"

const (
	legacyExceptions  = "legacy-exceptions"
	exceptionHandling = "exception-handling"
	someExceptions    = "some exceptions" // either of the two
)

// plainFeatures are the proposals that brought the opcodes of one byte, but for
// those of the first version.
var plainFeatures = func() (t [256]string) {
	for name, ops := range map[string][]wasm.Opcode{
		"sign-ext": {
			wasm.OpI32Extend8S, wasm.OpI32Extend16S, wasm.OpI64Extend8S, wasm.OpI64Extend16S, wasm.OpI64Extend32S,
		},
		"reference-types":     {wasm.OpTableGet, wasm.OpTableSet, wasm.OpRefNull, wasm.OpRefIsNull, wasm.OpRefFunc, wasm.OpSelectT},
		"tail-call":           {wasm.OpReturnCall, wasm.OpReturnCallIndirect},
		"function-references": {wasm.OpCallRef, wasm.OpReturnCallRef, wasm.OpRefAsNonNull, wasm.OpBrOnNull, wasm.OpBrOnNonNull},
		"gc":                  {wasm.OpRefEq},
		legacyExceptions:      {wasm.OpTry, wasm.OpCatch, wasm.OpRethrow, wasm.OpDelegate, wasm.OpCatchAll},
		exceptionHandling:     {wasm.OpThrowRef, wasm.OpTryTable},
		someExceptions:        {wasm.OpThrow},
		"stack-switching":     {0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6},
	} {
		for _, op := range ops {
			t[op] = name
		}
	}
	return t
}()

// prefixedFeature is the proposal that brought an opcode with a prefix.
func prefixedFeature(op wasm.Opcode) string {
	n := op & 0xffff
	switch op.Prefix() {
	case 0xfb:
		return "gc"
	case 0xfd:
		if n >= 0x100 {
			return "relaxed-simd"
		}
		return "simd128"
	case 0xfe:
		return "threads"
	}
	switch {
	case op <= wasm.OpI64TruncSatF64U:
		return "nontrapping-fptoint"
	case op >= wasm.OpTableGrow && op <= wasm.OpTableFill:
		return "reference-types"
	case op > wasm.OpTableFill:
		return "wide-arithmetic"
	}
	return "bulk-memory"
}

// sections notes the features that sections other than the code use.
func (f *Facts) sections(m *wasm.Module) {
	f.types(m)
	for i := range m.Tables {
		t := &m.Tables[i]
		f.value(t.Type, t.Offset, "a table")
		if i > 0 {
			f.use("reference-types", t.Offset, "a second table")
		}
		if t.Limits.Addr64 {
			f.use("memory64", t.Offset, "a table with 64-bit indices")
		}
	}
	for i, mem := range m.Memories {
		if i > 0 {
			f.use("multimemory", mem.Offset, "a second memory")
		}
		if mem.Limits.Addr64 {
			f.use("memory64", mem.Offset, "a memory with 64-bit addresses")
		}
		if mem.Limits.Shared {
			f.use("threads", mem.Offset, "a shared memory")
		}
		if mem.Limits.PageBits != 16 {
			f.use("custom-page-sizes", mem.Offset, "a memory with pages of another size")
		}
	}
	for _, t := range m.Tags {
		f.use(someExceptions, t.Offset, "a tag")
	}
	mutable := func(i uint32) bool { return int(i) < len(m.Globals) && m.Globals[i].Mutable }
	for _, i := range m.Imports {
		if i.Kind == wasm.KindGlobal && mutable(i.Index) {
			f.use("mutable-globals", i.Offset, "an imported mutable global")
		}
	}
	for _, e := range m.Exports {
		if e.Kind == wasm.KindGlobal && mutable(e.Index) {
			f.use("mutable-globals", e.Offset, "an exported mutable global")
		}
	}
	for _, g := range m.Globals {
		f.value(g.Type, g.Offset, "a global")
		f.expr(g.Init, "a global")
	}
	for _, e := range m.Elements {
		if e.Mode == wasm.Passive {
			f.use("bulk-memory", e.Offset, "a passive element segment")
		}
		if e.Exprs != nil {
			f.use("reference-types", e.Offset, "an element segment with expressions")
		}
		f.expr(e.Place, "the place of an element segment")
	}
	for _, d := range m.DataSegs {
		if d.Mode == wasm.Passive {
			f.use("bulk-memory", d.Offset, "a passive data segment")
		}
		f.expr(d.Place, "the place of a data segment")
	}
}

func (f *Facts) types(m *wasm.Module) {
	offset := 0
	if s := m.Section(wasm.SectionType); s != nil {
		offset = s.Start
	}
	for i := range m.Types {
		t := &m.Types[i]
		switch {
		case t.Form == wasm.FormCont:
			f.use("stack-switching", offset, "a continuation type")
			continue
		case t.Form != wasm.FormFunc:
			f.use("gc", offset, "a structure or array type")
			continue
		case t.Open || len(t.Supers) > 0 || t.GroupSize != 1:
			f.use("gc", offset, "a type in a recursion group or with a supertype")
		}
		if len(t.Results) > 1 {
			f.use("multivalue", offset, "a function type with several results")
		}
		for _, list := range [][]wasm.ValType{t.Params, t.Results} {
			for _, v := range list {
				f.value(v, offset, "a function type")
			}
		}
	}
}

// value notes the feature that a value type needs.
func (f *Facts) value(v wasm.ValType, offset int, what string) {
	switch {
	case v == wasm.V128:
		f.use("simd128", offset, what+" with v128")
	case v == wasm.ExternRef:
		f.use("reference-types", offset, what+" with externref")
	case v == wasm.FuncRef || !v.IsRef():
	case v == wasm.ExnRef || v == wasm.NullExnRef:
		f.use(exceptionHandling, offset, what+" with "+v.String())
	default:
		if _, typed := v.TypeIndex(); typed {
			f.use("function-references", offset, what+" with "+v.String())
			return
		}
		f.use("gc", offset, what+" with "+v.String())
	}
}

// expr notes the features that a constant expression needs.
func (f *Facts) expr(e wasm.Expr, what string) {
	for c := e.Code(); c.Next(); {
		switch c.Op {
		case wasm.OpI32Add, wasm.OpI32Sub, wasm.OpI32Mul, wasm.OpI64Add, wasm.OpI64Sub, wasm.OpI64Mul:
			f.use("extended-const", c.Offset(), c.Op.String()+" in "+what)
		case wasm.OpRefFunc:
			f.Referred[c.Index] = true
		default:
			if c.Op.Prefix() == 0xfb {
				f.use("gc", c.Offset(), c.Op.String()+" in "+what)
			}
			if c.Op.Prefix() == 0xfd {
				f.use("simd128", c.Offset(), c.Op.String()+" in "+what)
			}
		}
	}
}
