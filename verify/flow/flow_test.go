package flow

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

// The IR in testdata is what clang 22 made of the programs of that name in
// testdata/micro, so that this package has tests where there is no clang. All
// programs are analysed by the test of package build.

func analyse(t *testing.T, names ...string) *Analysis {
	t.Helper()
	model, err := LibC()
	if err != nil {
		t.Fatal(err)
	}
	a := New(model)
	var units []Unit
	for _, n := range names {
		units = append(units, Unit{n, func() (io.ReadCloser, error) { return os.Open("testdata/" + n + ".ll") }})
	}
	if err := a.Load(units, 2); err != nil {
		t.Fatal(err)
	}
	a.Solve()
	return a
}

func summary(r *Result) []string {
	var list []string
	for _, f := range r.Findings {
		var cells []string
		for _, s := range f.Path {
			cells = append(cells, s.Cell)
		}
		list = append(list, fmt.Sprintf("%s: %s %s at %s %s%s via %s", f.Verdict, f.Function.Name, f.Function.Sig,
			f.Site.Pos, f.Site.Sig, f.Site.External, strings.Join(cells, ", ")))
	}
	return list
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		unit string
		want []string
	}{
		{"init-table", []string{
			"mismatch: free_node (i32)->(i32) at /micro/init-table.c:14:2 (i32)->() via destroyers",
			"mismatch: free_node (i32)->(i32) at /micro/init-table.c:15:2 (i32)->() via destroyers",
		}},
		{"qsort-result", []string{
			"mismatch: compare (i32,i32)->(i64) at /micro/qsort-result.c:9:2 (i32,i32)->(i32)qsort via ",
		}},
		{"tagged-union", []string{
			"possible mismatch: one (i32)->(i32) at /micro/tagged-union.c:14:52 (i32,i32,i32)->(i32) via union call+0",
			"possible mismatch: three (i32,i32,i32)->(i32) at /micro/tagged-union.c:14:85 (i32)->(i32) via union call+0",
		}},
	} {
		got := summary(analyse(t, c.unit).Judge(nil))
		if g, w := strings.Join(got, "\n"), strings.Join(c.want, "\n"); g != w {
			t.Errorf("%s:\n%s\nwant\n%s", c.unit, g, w)
		}
	}
}

func rule(text string) string {
	return "schema: wlrbuild.flow-rules/v1\nrules:\n  - id: call\n" + text + "    why: kind says which\n"
}

func TestRules(t *testing.T) {
	const cell = "    cell: union call+0\n"
	for _, c := range []struct {
		name, text string
		discharged int
		unused     string
	}{
		{"both calls are in main", rule(cell + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [main]}` + "\n"), 2, ""},
		{"a type is missing", rule(cell + `    calls: {"(i32)->(i32)": [main]}` + "\n"), 0, "calls.yaml:3: rule \"call\": discharges nothing"},
		{"a call is elsewhere", rule(cell + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [other]}` + "\n"), 1, ""},
		{"the functions of a type listed", rule(cell + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [main]}` + "\n" + `    only: {"(i32)->(i32)": [one]}` + "\n"), 2, ""},
		{"listed with another type", rule(cell + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [main]}` + "\n" + `    only: {"(i32)->(i32)": [one, three]}` + "\n"), 1, ""},
		{"another cell", rule(`    cell: union other+0` + "\n" + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [main]}` + "\n"), 0, "calls.yaml:3: "},
		{"one function", rule(cell + "    functions: [one]\n    taken: [elsewhere]\n"), 1, ""},
		{"taken out in main", rule(cell + "    functions: [one]\n    taken: [main]\n"), 0, "discharges nothing"},
		{"through a function it does not go through", rule(cell + "    through: one\n    functions: [one]\n    taken: [elsewhere]\n"), 0, "discharges nothing"},
		{"for another recipe", rule(cell + "    recipes: [php-1.0]\n" + `    calls: {"(i32)->(i32)": [main], "(i32,i32,i32)->(i32)": [main]}` + "\n"), 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := ReadRules("calls.yaml", []byte(c.text), "php-8.2")
			if err != nil {
				t.Fatal(err)
			}
			r := analyse(t, "tagged-union").Judge(rules)
			discharged := 0
			for _, f := range r.Findings {
				if f.Rule == "call" && f.Verdict == Assumed {
					discharged++
				}
			}
			if discharged != c.discharged {
				t.Errorf("%d findings discharged, want %d", discharged, c.discharged)
			}
			unused := ""
			if len(r.Rules) > 0 {
				unused = r.Rules[0].Error()
			}
			if !strings.Contains(unused, c.unused) || c.unused == "" && unused != "" {
				t.Errorf("unused: %q, want %q", unused, c.unused)
			}
		})
	}
}

// TestTag discharges functions that the number beside each tells apart.
func TestTag(t *testing.T) {
	calls := "    cell: entry.call\n" + `    calls: {"(i32)->(i32)": [call], "(i32,i32)->(i32)": [call]}` + "\n"
	for _, c := range []struct {
		name, tag  string
		discharged int
	}{
		{"as they are", `{member: args, of: {"(i32)->(i32)": 1, "(i32,i32)->(i32)": 2}}`, 2},
		{"another number", `{member: args, of: {"(i32)->(i32)": 1, "(i32,i32)->(i32)": 3}}`, 1},
		{"a type without a number", `{member: args, of: {"(i32)->(i32)": 1}}`, 1},
		{"another member", `{member: kind, of: {"(i32)->(i32)": 1, "(i32,i32)->(i32)": 2}}`, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := ReadRules("calls.yaml", []byte(rule(calls+"    tag: "+c.tag+"\n")), "php-8.2")
			if err != nil {
				t.Fatal(err)
			}
			found, discharged := map[string]bool{}, 0
			for _, f := range analyse(t, "tagged-table").Judge(rules).Findings {
				found[f.Function.Name] = true
				if f.Verdict == Assumed {
					discharged++
				}
				// It is put there by a store, which no tag says anything of.
				if f.Function.Name == "late" && f.Verdict != Possible {
					t.Errorf("late: %s", f.Verdict)
				}
			}
			if discharged != c.discharged || len(found) != 3 {
				t.Errorf("%d findings discharged, want %d; found %v", discharged, c.discharged, found)
			}
		})
	}
}

func TestRuleErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"schema: x\n", `calls.yaml: schema is "x"`},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cel: x}\n", "cel"},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cell: x, functions: [f], taken: [g], why: w}\n  - {id: a, cell: x, why: w}\n", `calls.yaml:4: rule "a": has no id of its own`},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cell: x, functions: [f], taken: [g], why: ' '}\n", `calls.yaml:3: rule "a": has no reason`},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cell: x, functions: [f], why: w}\n", "where the functions are taken out"},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cell: x, why: w}\n", "either functions or calls"},
		{"schema: wlrbuild.flow-rules/v1\nrules:\n  - {id: a, cell: x, functions: [f], taken: [g], tag: {member: n, of: {f: 1}}, why: w}\n", "tag without calls"},
	} {
		if _, err := ReadRules("calls.yaml", []byte(c.text), "php-8.2"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	a := New(&Model{})
	failed := errors.New("gone")
	err := a.Load([]Unit{{"a.c", func() (io.ReadCloser, error) { return nil, failed }}}, 1)
	if !errors.Is(err, failed) || !strings.Contains(err.Error(), "read the IR of a.c") {
		t.Error(err)
	}
	bad := func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("define void @f() {\n  store ptr\n}\n")), nil
	}
	var syntax *llvmir.Error
	if err := a.Load([]Unit{{"b.c", bad}}, 1); !errors.As(err, &syntax) || syntax.Line != 2 {
		t.Error(err)
	}
}

// TestEscape gives a function's address to one that nothing is known of.
func TestEscape(t *testing.T) {
	a := New(&Model{})
	unit := func() (io.ReadCloser, error) { return os.Open("testdata/qsort-result.ll") }
	if err := a.Load([]Unit{{"qsort-result", unit}}, 1); err != nil {
		t.Fatal(err)
	}
	a.Solve()
	r := a.Judge(nil)
	if len(r.Escapes) != 1 || r.Escapes[0].To != "qsort" || r.Escapes[0].Param != 3 {
		t.Errorf("escapes: %v", r.Escapes)
	}
	report := NewReport("x", r, nil, llvmir.Pos.String)
	if report.Passed() || len(report.Problems) != 1 || report.Problems[0].Kind != "unknown function" {
		t.Errorf("problems: %v", report.Problems)
	}
}

// TestOpenLimit puts a function's address into a number that is read more and
// more often: what a whole program has in common is not opened, but reported.
func TestOpenLimit(t *testing.T) {
	for _, c := range []struct {
		loads, opened int
		lost          bool
	}{{openLimit - 1, 1, false}, {openLimit, 0, true}} {
		var ir strings.Builder
		ir.WriteString("@n = internal global i64 0\n" +
			"define internal void @f(i32 %0) {\n  ret void\n}\n" +
			"define void @put() {\n  %1 = ptrtoint ptr @f to i64\n  store i64 %1, ptr @n\n  ret void\n}\n" +
			"define void @get() {\n")
		for i := range c.loads {
			fmt.Fprintf(&ir, "  %%%d = load i64, ptr @n\n", i+1)
		}
		ir.WriteString("  ret void\n}\n")
		a := New(&Model{})
		unit := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(ir.String())), nil }
		if err := a.Load([]Unit{{"n.c", unit}}, 1); err != nil {
			t.Fatal(err)
		}
		a.Solve()
		r := a.Judge(nil)
		if r.Stats.Opened != c.opened || (len(r.Lost) == 1) != c.lost {
			t.Errorf("%d loads: %d cells opened, lost %v", c.loads, r.Stats.Opened, r.Lost)
		}
		if passed := NewReport("x", r, nil, llvmir.Pos.String).Passed(); passed == c.lost {
			t.Errorf("%d loads: passed is %t", c.loads, passed)
		}
	}
}
