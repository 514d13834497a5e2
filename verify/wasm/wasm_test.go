package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// module makes a module of sections.
func module(sections ...[]byte) []byte {
	return append([]byte("\x00asm\x01\x00\x00\x00"), slices.Concat(sections...)...)
}

func sec(id SectionID, payload ...byte) []byte { return appendSection(nil, id, payload) }

func custom(name string, payload ...byte) []byte {
	return appendSection(nil, SectionCustom, append(AppendName(nil, name), payload...))
}

func decode(t *testing.T, data []byte) *Module {
	t.Helper()
	m, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Findings {
		t.Error(f)
	}
	return m
}

func TestDecodeNotWasm(t *testing.T) {
	for _, data := range []string{"", "\x00as", "\x7fELF\x02\x01\x01\x00"} {
		if _, err := Decode([]byte(data)); !errors.Is(err, ErrNotWasm) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestDecodeComponent(t *testing.T) {
	m, err := Decode([]byte("\x00asm\x0d\x00\x01\x00\x00\x02\x01a"))
	if err != nil || !m.Component || m.Version != 13 || len(m.Findings) != 1 {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := m.Edit().Encode(); err == nil {
		t.Error("a component was edited")
	}
}

func TestLEB(t *testing.T) {
	unsigned := []uint64{0, 1, 127, 128, 300, 1 << 21, math.MaxUint32, math.MaxUint64}
	for _, v := range unsigned {
		r := &reader{b: AppendU(nil, v)}
		if got := r.u64(); got != v || r.err != nil || r.left() != 0 {
			t.Errorf("u64 %d: got %d, %v", v, got, r.err)
		}
	}
	signed := []int64{0, 1, -1, 63, 64, -64, -65, 1 << 31, math.MinInt32, math.MaxInt64, math.MinInt64}
	for _, v := range signed {
		r := &reader{b: AppendS(nil, v)}
		if got := r.s64(); got != v || r.err != nil || r.left() != 0 {
			t.Errorf("s64 %d: got %d, %v", v, got, r.err)
		}
	}
	for _, test := range []struct {
		bytes  string
		bits   uint
		signed bool
		want   int64
		err    string
	}{
		{"\x80\x80\x80\x80\x00", 32, false, 0, ""},
		{"\x81\x80\x80\x80\x00", 32, false, 1, ""},
		{"\xff\xff\xff\xff\x0f", 32, false, math.MaxUint32, ""},
		{"\xff\xff\xff\xff\x1f", 32, false, 0, "more than 32 bits"},
		{"\x80\x80\x80\x80\x80\x00", 32, false, 0, "more than 32 bits"},
		{"\xff\xff\xff\xff\x7f", 32, true, -1, ""},
		{"\xff\xff\xff\xff\x4f", 32, true, 0, "more than 32 bits"},
		{"\x80\x80\x80\x80\x78", 32, true, math.MinInt32, ""},
		{"\x80\x80\x80\x80\x70", 33, true, -1 << 32, ""},
		{"\x80", 32, false, 0, "unexpected end"},
	} {
		r := &reader{b: []byte(test.bytes)}
		got := int64(r.leb(test.bits, test.signed))
		if test.err == "" && (got != test.want || r.err != nil) {
			t.Errorf("% x: %d, %v; want %d", test.bytes, got, r.err, test.want)
		}
		if test.err != "" && (r.err == nil || !strings.Contains(r.err.Error(), test.err)) {
			t.Errorf("% x: %v; want %s", test.bytes, r.err, test.err)
		}
	}
}

func TestTypes(t *testing.T) {
	m := decode(t, module(sec(SectionType,
		6,
		0x60, 2, 0x7f, 0x7e, 1, 0x7c, // (i32, i64) -> (f64)
		0x4e, 2, // a recursion group
		0x50, 0, 0x5f, 1, 0x63, 2, 1, // struct with a mutable (ref null 2)
		0x4f, 1, 1, 0x5f, 2, 0x63, 2, 1, 0x78, 0, // a final subtype
		0x5e, 0x77, 1, // array of mutable i16
		0x60, 1, 0x64, 0, 0, // takes (ref 0)
		0x60, 1, 0x63, 0x70, 0, // takes (ref null func), which is funcref
		0x65, 0x60, 0, 0, // shared
	)))
	want := []string{
		"(i32, i64) -> (f64)", "struct ((mut (ref null 2)))", "struct ((mut (ref null 2)), i8)",
		"array (mut i16)", "((ref 0)) -> ()", "(funcref) -> ()", "() -> ()",
	}
	plain := []bool{true, false, false, false, false, true, false}
	if len(m.Types) != len(want) {
		t.Fatalf("%d types", len(m.Types))
	}
	for i := range m.Types {
		if got := m.Types[i].String(); got != want[i] {
			t.Errorf("type %d: %s, want %s", i, got, want[i])
		}
		if got := m.Types[i].Plain(); got != plain[i] {
			t.Errorf("type %d (%s): plain %v", i, want[i], got)
		}
	}
	if g := m.Types[2]; g.Group != 1 || g.GroupSize != 2 || g.Open || !slices.Equal(g.Supers, []uint32{1}) {
		t.Errorf("type 2: %+v", g)
	}
	if m.Types[5].Params[0] != FuncRef {
		t.Errorf("(ref null func) is %v", m.Types[5].Params[0])
	}
}

// spaces is a module with one of each.
var spaces = module(
	sec(SectionType, 1, 0x60, 0, 0),
	sec(SectionImport, slices.Concat([]byte{5},
		AppendName(AppendName(nil, "e"), "f"), []byte{0, 0},
		AppendName(AppendName(nil, "e"), "t"), []byte{1, 0x70, 1, 1, 2},
		AppendName(AppendName(nil, "e"), "m"), []byte{2, 3, 1, 2},
		AppendName(AppendName(nil, "e"), "g"), []byte{3, 0x7f, 1},
		AppendName(AppendName(nil, "e"), "x"), []byte{4, 0, 0})...),
	sec(SectionFunction, 2, 0, 0),
	sec(SectionTable, 2, 0x6f, 0, 3, 0x40, 0, 0x70, 4, 9, 0xd2, 1, 0x0b),
	sec(SectionMemory, 2, 5, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 8, 0, 0),
	sec(SectionTag, 1, 0, 0),
	sec(SectionGlobal, 2, 0x7f, 0, 0x41, 5, 0x41, 7, 0x6a, 0x41, 2, 0x6c, 0x0b, 0x7e, 0, 0x23, 0, 0x0b),
	sec(SectionExport, 1, 1, 'f', 0, 1),
	sec(SectionStart, 2),
	sec(SectionElement, slices.Concat([]byte{8},
		[]byte{0, 0x23, 1, 0x0b, 1, 1},
		[]byte{1, 0, 1, 2},
		[]byte{2, 1, 0x41, 0, 0x0b, 0, 1, 0},
		[]byte{3, 0, 1, 1},
		[]byte{4, 0x41, 0, 0x0b, 1, 0xd0, 0x70, 0x0b},
		[]byte{5, 0x70, 2, 0xd2, 1, 0x0b, 0x23, 0, 0x0b},
		[]byte{6, 2, 0x41, 1, 0x0b, 0x70, 1, 0xd2, 0, 0x0b},
		[]byte{7, 0x70, 1, 0xd2, 2, 0x0b},
	)...),
	sec(SectionDataCount, 3),
	sec(SectionCode, 2, 2, 0, 0x0b, 7, 2, 1, 0x7f, 3, 0x7e, 0x01, 0x0b),
	sec(SectionData, 3, 0, 0x41, 8, 0x0b, 2, 'h', 'i', 1, 1, 'x', 2, 1, 0x41, 0, 0x0b, 0),
	custom("name", 0, 2, 1, 'M', 1, 4, 1, 1, 1, 'f', 2, 6, 1, 2, 1, 3, 1, 'v', 3, 6, 1, 2, 1, 0, 1, 'l', 7, 4, 1, 1, 1, 'g'),
	custom("producers", slices.Concat([]byte{1}, AppendName(nil, "language"), []byte{1}, AppendName(nil, "C11"), AppendName(nil, ""))...),
	custom("target_features", 2, '+', 3, 'a', '-', 'b', '-', 1, 'c'),
)

func TestIndexSpaces(t *testing.T) {
	m := decode(t, spaces)
	for what, got := range map[string][2]int{
		"funcs": {len(m.Funcs), 3}, "tables": {len(m.Tables), 3}, "memories": {len(m.Memories), 3}, "globals": {len(m.Globals), 3},
		"tags": {len(m.Tags), 2}, "imported functions": {m.ImportedFuncs(), 1}, "elements": {len(m.Elements), 8}, "data": {len(m.DataSegs), 3},
	} {
		if got[0] != got[1] {
			t.Errorf("%d %s, want %d", got[0], what, got[1])
		}
	}
	if l := m.Tables[2].Limits; !l.Addr64 || l.Min != 9 || m.Tables[2].Init.funcRef() != 1 {
		t.Errorf("table 2: %+v", m.Tables[2])
	}
	if l := m.Memories[0].Limits; !l.Shared || l.Max != 2 {
		t.Errorf("memory 0: %+v", l)
	}
	if l := m.Memories[1].Limits; !l.Addr64 || l.Max != 1<<32 || l.PageBits != 16 {
		t.Errorf("memory 1: %+v", l)
	}
	if l := m.Memories[2].Limits; l.PageBits != 0 {
		t.Errorf("memory 2: %+v", l)
	}
	if v, ok := m.Const(m.Globals[1].Init); !ok || v != 24 {
		t.Errorf("(5+7)*2 = %d, %v", v, ok)
	}
	if v, ok := m.Const(m.Elements[0].Place); !ok || v != 24 {
		t.Errorf("place by global: %d, %v", v, ok)
	}
	if _, ok := m.Const(m.Globals[2].Init); ok {
		t.Error("an imported global's value is known")
	}
	if m.Start == nil || *m.Start != 2 || *m.DataCount != 3 || m.Export("f").Index != 1 || m.ImportOf(KindTag, 0).Name != "x" {
		t.Error("start, data count, export or import")
	}
	elements := ""
	for _, e := range m.Elements {
		elements += fmt.Sprintf("%s %d %s %d\n", e.Mode, e.Table, e.Type, e.Funcs)
	}
	want := `active 0 funcref [1]
passive 0 funcref [2]
active 1 funcref [0]
declarative 0 funcref [1]
active 0 funcref [4294967295]
passive 0 funcref [1 4294967294]
active 2 funcref [0]
declarative 0 funcref [2]
`
	if elements != want {
		t.Errorf("elements:\n%swant:\n%s", elements, want)
	}
	d := m.DataSegs
	if string(d[0].Bytes) != "hi" || string(spaces[d[0].Start:d[0].Start+2]) != "hi" || d[1].Mode != Passive || d[2].Memory != 1 {
		t.Errorf("data: %+v", d)
	}
	locals, start, err := m.Funcs[2].Locals()
	if err != nil || start != 5 || !slices.Equal(locals, []Locals{{1, I32}, {3, I64}}) {
		t.Errorf("locals %v, %d, %v", locals, start, err)
	}
	n := m.Names()
	if n.Module != "M" || m.FuncName(1) != "f" || m.FuncName(0) != "e.f" || m.FuncName(2) != "func[2]" || n.Locals[2][3] != "v" || n.Labels[2][0] != "l" || n.Globals[1] != "g" {
		t.Errorf("names: %+v", n)
	}
	if p, err := m.Producers(); err != nil || !slices.Equal(p, []Producer{{"language", "C11", ""}}) {
		t.Errorf("producers: %v, %v", p, err)
	}
	if f, err := m.TargetFeatures(); err != nil || !slices.Equal(f, []TargetFeature{{'+', "a-b"}, {'-', "c"}}) {
		t.Errorf("features: %v, %v", f, err)
	}
}

// TestConstCircle computes globals that are made of each other, in exponentially
// many steps if nothing stops it.
func TestConstCircle(t *testing.T) {
	var init Asm
	for range 20 {
		init.Op(OpGlobalGet, 0)
		init.Op(OpGlobalGet, 1)
		init.Op(OpI32Add)
	}
	init.Op(OpEnd)
	one := append([]byte{byte(I32), 0}, init.Code...)
	m := decode(t, module(sec(SectionGlobal, slices.Concat([]byte{2}, one, one)...)))
	if v, ok := m.Const(m.Globals[0].Init); ok {
		t.Errorf("it is %d", v)
	}
}

// TestDamage damages one section at a time: the others are read all the same.
func TestDamage(t *testing.T) {
	whole := decode(t, spaces)
	for _, s := range whole.Sections {
		if len(s.Payload) == 0 || s.ID == SectionCustom || s.ID == SectionType || s.ID == SectionImport {
			continue
		}
		damaged := slices.Clone(spaces)
		damaged[s.Start] = 0xff
		m, err := Decode(damaged)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Findings) == 0 || m.Findings[0].Section != s.title() || m.Findings[0].Offset < s.Start || m.Findings[0].Offset > s.End() {
			t.Errorf("%s: %v", s.title(), m.Findings)
		}
		if s.ID != SectionData && len(m.DataSegs) != 3 {
			t.Errorf("%s: the data section was not read", s.title())
		}
	}
	for n := range spaces {
		m, err := Decode(spaces[:n])
		boundary := n == 8 || slices.ContainsFunc(whole.Sections, func(s Section) bool { return s.End() == n })
		if n >= 4 && err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		if n >= 4 && !boundary && len(m.Findings) == 0 {
			t.Errorf("%d bytes: no finding", n)
		}
	}
}

func TestFindingNamesItem(t *testing.T) {
	m, err := Decode(module(sec(SectionType, 2, 0x60, 0, 0, 0x60, 1, 0x12, 0)))
	if err != nil || len(m.Findings) != 1 {
		t.Fatal(m.Findings, err)
	}
	if got, want := m.Findings[0].Error(), "0x10: type section: type[1]: unknown value type 0x12"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestEncodeUnchanged(t *testing.T) {
	out, err := decode(t, spaces).Edit().Encode()
	if err != nil || !bytes.Equal(out, spaces) {
		t.Errorf("% x, %v\nwant % x", out, err, spaces)
	}
}

func TestEdit(t *testing.T) {
	m := decode(t, spaces)
	e := m.Edit()
	if got := e.Type(nil, nil); got != 0 {
		t.Errorf("() -> () is type %d", got)
	}
	sig := e.Type([]ValType{I32}, []ValType{I64})
	if again := e.Type([]ValType{I32}, []ValType{I64}); again != sig || sig != 1 {
		t.Errorf("(i32) -> (i64) is type %d, then %d", sig, again)
	}
	var init Asm
	init.I32Const(-5)
	init.Op(OpEnd)
	g := e.AddGlobal(I32, true, init.Code)
	tag := e.AddTag(0)
	var code Asm
	code.I64Const(9)
	code.Op(OpEnd)
	fn := e.AddFunc(sig, "nine", BodyOf(nil, code.Code))
	e.AddExport("nine", KindFunc, fn)
	r, err := m.Rewrite(2)
	if err != nil {
		t.Fatal(err)
	}
	x := r.AddLocal(I64)
	for c := r.Old(); c.Next(); {
		if c.Op == OpNop {
			r.CopyTo(c.Pos)
			r.I32Const(1)
			r.Op(OpCall, fn)
			r.Op(OpLocalSet, x)
			r.SkipTo(c.End)
		}
	}
	e.SetBody(2, r.Body())
	e.AddCustom("mine", []byte{1, 2})
	e.DropCustoms(func(name string) bool { return name == "producers" })
	out, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	n := decode(t, out)
	if v, ok := n.Const(n.Globals[g].Init); !n.Globals[g].Mutable || ok != true || int32(v) != -5 {
		t.Errorf("global %d: %+v", g, n.Globals[g])
	}
	if tag != 2 || len(n.Tags) != 3 || x != 4 {
		t.Errorf("tag %d of %d, local %d", tag, len(n.Tags), x)
	}
	if n.FuncName(fn) != "nine" || n.FuncName(1) != "f" || n.Names().Labels != nil || n.Names().Locals[2][3] != "v" || n.Export("nine").Index != fn {
		t.Errorf("names %+v", n.Names())
	}
	if n.Custom("producers") != nil || n.Custom("mine") == nil || n.Custom("target_features") == nil {
		t.Error("custom sections")
	}
	var ops []string
	for c := n.Funcs[2].Code(); c.Next(); {
		ops = append(ops, c.Op.String())
	}
	if got := strings.Join(ops, " "); got != "i32.const call local.set end" {
		t.Error(got)
	}
	if !bytes.Equal(n.Funcs[1].Body, m.Funcs[1].Body) {
		t.Error("function 1 changed")
	}
}

// TestEditInserts adds to sections that are not there, which go where they
// belong.
func TestEditInserts(t *testing.T) {
	e := decode(t, module(custom("a"), sec(SectionMemory, 1, 0, 1), custom(".debug_info"), sec(SectionExport, 0), custom("z"))).Edit()
	fn := e.AddFunc(e.Type(nil, nil), "", BodyOf(nil, []byte{byte(OpEnd)}))
	e.AddExport("f", KindFunc, fn)
	e.AddTag(0)
	e.SetSection(SectionStart, AppendU(nil, uint64(fn)))
	out, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m := decode(t, out)
	var got []string
	for _, s := range m.Sections {
		got = append(got, s.title())
	}
	want := `custom "a", type, function, memory, tag, export, start, code, custom "z"`
	if s := strings.Join(got, ", "); s != want && s != `custom "a", type, function, memory, tag, export, custom "z", start, code` {
		t.Errorf("%s, want %s", s, want)
	}
}

func TestEditDamaged(t *testing.T) {
	m, _ := Decode(module(sec(SectionType, 1, 0x12, 0, 0)))
	e := m.Edit()
	e.Type(nil, nil)
	if _, err := e.Encode(); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Error(err)
	}
}
