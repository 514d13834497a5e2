package llvmir

import (
	"fmt"
	"strings"
	"testing"
)

const unit = `source_filename = "/src/a.c"
target triple = "wasm32-unknown-wasip1"

%struct.entry = type { i8, %union.u, [2 x ptr] }
%union.u = type { i64 }
%struct.far = type opaque

@table = internal constant [2 x { i16, [2 x i8], ptr }] [{ i16, [2 x i8], ptr } { i16 1, [2 x i8] zeroinitializer, ptr @f }, { i16, [2 x i8], ptr } { i16 2, [2 x i8] undef, ptr getelementptr inbounds nuw (i8, ptr @table, i32 4) }], align 4, !dbg !0
@"odd name" = external thread_local(initialexec) global ptr, align 4
@also = alias i32 (i32), ptr @f

; Function Attrs: nounwind
define internal noundef range(i32 0, 2) i32 @f(i32 noundef %x, ptr noundef byval(%struct.entry) align 8 %e, ...) #0 !dbg !10 {
entry:
  %slot = alloca ptr, align 4
    #dbg_declare(ptr %slot, !20, !DIExpression(), !21)
  store ptr %e, ptr %slot, align 4, !tbaa !30
  %p = getelementptr inbounds nuw %struct.entry, ptr %e, i32 0, i32 2, i32 -1
  %v = load ptr, ptr %p, align 4, !dbg !21, !tbaa !33
  %sum = add nsw i32 %x, 1
  %call = tail call noalias ptr (ptr, ...) %v(ptr noundef nonnull align 8 dereferenceable(4) @table, double noundef -1.5e+00, i1 true, i64 7) #2, !dbg !21
  br i1 true, label %a, label %b
  ret i32 %sum
}

declare !dbg !40 void @qsort(ptr noundef, i32 noundef, i32 noundef, ptr noundef) #1

!0 = !DIGlobalVariableExpression(var: !1, expr: !DIExpression())
!1 = distinct !DIGlobalVariable(name: "table", scope: !2, file: !3, line: 4, type: !50, isLocal: true, isDefinition: true)
!3 = !DIFile(filename: "a.c", directory: "/src")
!10 = distinct !DISubprogram(name: "f", scope: !3, file: !3, line: 7, type: !11, unit: !60)
!11 = !DISubroutineType(types: !12)
!12 = !{!13, !13, null}
!13 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!20 = !DILocalVariable(name: "slot", scope: !10, file: !3, line: 8, type: !22)
!21 = !DILocation(line: 9, column: 3, scope: !10)
!22 = !DIDerivedType(tag: DW_TAG_typedef, name: "handler", file: !3, line: 1, baseType: !23)
!23 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !11, size: 32)
!30 = !{!31, !31, i64 0}
!31 = !{!"any pointer", !32, i64 0}
!32 = !{!"omnipotent char", !32, i64 0}
!33 = !{!34, !34, i64 0}
!34 = !{!"p1 _ZTS5entry", !31, i64 0}
!40 = !DISubprogram(name: "qsort", scope: !3, file: !3, line: 1, type: !41)
!41 = !DISubroutineType(types: !42)
!42 = !{null, !23, !13}
!50 = !DICompositeType(tag: DW_TAG_array_type, baseType: !51, size: 128)
!51 = !DIDerivedType(tag: DW_TAG_const_type, baseType: !52)
!52 = distinct !DICompositeType(tag: DW_TAG_structure_type, name: "pair", file: !3, line: 2, size: 64, elements: !53)
!60 = distinct !DICompileUnit(language: DW_LANG_C11, file: !3, producer: "clang")
!53 = !{!54, !55}
!54 = !DIDerivedType(tag: DW_TAG_member, name: "kind", baseType: !56, size: 16)
!56 = !DIBasicType(name: "short", size: 16, encoding: DW_ATE_signed)
!55 = !DIDerivedType(tag: DW_TAG_member, name: "run", baseType: !22, size: 32, offset: 32)
`

func TestParse(t *testing.T) {
	m, err := Parse(unit)
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, got, want any) {
		t.Helper()
		if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
			t.Errorf("%s: %s, want %s", what, g, w)
		}
	}
	check("source", m.Source, "/src/a.c")
	check("size of entry", m.Structs["struct.entry"].Size(), 24)
	check("offsets of entry", m.Structs["struct.entry"].Offsets(), []int64{0, 8, 16})
	check("union", m.Structs["union.u"].Union(), true)
	check("opaque", m.Structs["struct.far"].Opaque, true)
	check("alias", m.Aliases, map[string]string{"also": "f"})

	table := m.Globals[0]
	check("internal", table.Internal, true)
	check("addresses in the table", table.Init.Refs, []Ref{{"f", 0, 4}, {"table", 4, 12}})
	check("numbers in the table", table.Init.Ints, []Number{{0, 1}, {8, 2}})
	check("external", []any{m.Globals[1].Name, m.Globals[1].External}, []any{"odd name", true})
	typ := m.VariableType(table.Debug, func(string) *Type { return nil })
	check("type of the table", []any{typ, typ.Elem.Shape(), typ.Elem.Offsets()}, "[[2 x %struct.pair] {i16, ptr} [0 4]]")
	check("place of the table", m.Pos(table.Debug), "/src/a.c:4")

	f := m.Funcs[0]
	check("type", f.Type.Signature(), "(i32,i32,i32)->(i32)")
	check("parameters", f.Params, []string{"x", "e"})
	check("unit", m.Unit(f.Debug), "/src/a.c")
	check("no unit", m.Unit(m.Funcs[1].Debug), "")
	check("C type", m.FuncC(f.Debug), "int (int, ...)")
	var ops []string
	for _, in := range f.Body {
		ops = append(ops, fmt.Sprintf("%d %s %d", in.Op, in.Dst, len(in.Args)))
	}
	check("instructions", strings.Join(ops, "; "), "0 slot 0; 7  1; 2  2; 3 p 4; 1 v 1; 4 sum 2; 5 call 4; 6  1")
	check("slot", m.VariableSlot(f.Body[1].TBAA), Slot{"(i32,i32)->(i32)", "handler", false})
	check("access of any pointer", m.Access(f.Body[2].TBAA), AnyAccess)
	check("access of a struct's pointer", m.Access(f.Body[4].TBAA), Access{1, "entry"})
	check("place of the load", m.Pos(f.Body[4].Debug), "/src/a.c:9:3")
	call := f.Body[6]
	check("type of the call", call.Type.Signature(), "(i32,i32)->(i32)")
	check("callee", call.Callee.Name, "v")
	check("argument", call.Args[0].Refs, []Ref{{"table", 0, 0}})

	check("parameters of qsort", m.ParamSlots(m.Funcs[1].Debug), []Slot{{"(i32,i32)->(i32)", "int (*)(int, ...)", false}, {}})
	var members []string
	m.Members(func(s string, d Member) {
		members = append(members, fmt.Sprint(s, " ", d.Name, " ", d.Offset, " ", d.Slot.Signature))
	})
	check("members", members, []string{"struct.pair kind 0 ", "struct.pair run 4 (i32,i32)->(i32)"})
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"target triple = \"x86_64-linux-gnu\"\n", "line 1: not for wasm32: "},
		{"define void @f() {\nentry:\n  store ptr\n}\n", "line 3: expected a value: "},
		{"define void @f() {\n  invoke void @g()\n}\n", "line 2: C does not have this instruction"},
		{"define void @f() {\n", "the file ends within a function"},
		{"@x = global [2 y ptr] zeroinitializer\n", "line 1: expected x: "},
	} {
		if _, err := Parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestSignature(t *testing.T) {
	for _, c := range []struct{ decl, want string }{
		{"void @f()", "()->()"},
		{"zeroext i1 @f(i8 signext, i16, i32, ptr)", "(i32,i32,i32,i32)->(i32)"},
		{"i64 @f(float, double, i64)", "(f32,f64,i64)->(i64)"},
		{"void @f(ptr sret(%struct.s) align 8, ptr byval(%struct.s))", "(i32,i32)->()"},
		{"fp128 @f(fp128)", "(i32,i64,i64)->()"},
		{"i128 @f(i128)", "(i32,i64,i64)->()"},
		{"i32 @f(ptr, ...)", "(i32,i32)->(i32)"},
		{"<4 x i32> @f(<4 x i32>)", "(v128)->(v128)"},
	} {
		m, err := Parse("declare " + c.decl + "\n")
		if err != nil {
			t.Errorf("%s: %v", c.decl, err)
		} else if got := m.Funcs[0].Type.Signature(); got != c.want {
			t.Errorf("%s: %s, want %s", c.decl, got, c.want)
		}
	}
}
