package edges

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/llvmir"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// testdata/calls.wasm and calls.ll were made of calls.c with clang 22 and
//
//	clang --target=wasm32-wasip1 -g -O2 -fno-builtin-bsearch -ffile-prefix-map=$PWD=/edges
//	    -fdebug-compilation-dir=/edges --no-wasm-opt calls.c -o calls.wasm
//
// or, instead of the last three, -Xclang -disable-llvm-passes -S -emit-llvm calls.c.

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// predict analyses the program, with some of its IR replaced.
func predict(t *testing.T, replace ...string) *flow.Predictions {
	t.Helper()
	ir := strings.NewReplacer(replace...).Replace(string(read(t, "testdata/calls.ll")))
	model, err := flow.LibC()
	if err != nil {
		t.Fatal(err)
	}
	a := flow.New(model)
	unit := flow.Unit{Name: "calls", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(ir)), nil }}
	if err := a.Load([]flow.Unit{unit}, 1); err != nil {
		t.Fatal(err)
	}
	a.Solve()
	return a.Predict()
}

// run records the program, runs it with each of some arguments, and returns what
// the runs have left.
func run(t *testing.T, room uint32, runs map[string]int) (*wasm.Module, []Run) {
	t.Helper()
	linked := read(t, "testdata/calls.wasm")
	recorded, err := record(linked, "traces/", room)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	module, traces := filepath.Join(root, "recorded.wasm"), filepath.Join(root, "traces")
	if err := errors.Join(os.WriteFile(module, recorded, 0o666), os.Mkdir(traces, 0o777)); err != nil {
		t.Fatal(err)
	}
	eng := engine.Wazero(engine.WazeroOptions{})
	for args, exit := range runs {
		var out bytes.Buffer
		res, err := eng.Run(t.Context(), engine.Config{
			Module: module, Args: append([]string{"calls"}, strings.Fields(args)...),
			Dirs: []engine.Dir{{Host: root, Guest: "/"}}, Stdout: &out, Stderr: &out,
		})
		if err != nil || res.ExitCode != exit || out.Len() > 0 {
			t.Errorf("%q ends with %d and %v, and prints %q", args, res.ExitCode, err, out.String())
		}
	}
	m, err := wasm.Decode(linked)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Read(m, traces)
	if err != nil {
		t.Fatal(err)
	}
	return m, found
}

func compare(t *testing.T, m *wasm.Module, runs []Run, p *flow.Predictions) *flow.Edges {
	t.Helper()
	e, err := Compare(m, runs, p, func(args []string) string { return strings.Join(args, " ") }, llvmir.Pos.String)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// runs leave _start in each way in which all is written.
var runs = map[string]int{"": 0, "next half": 16, "twice next": 31}

// TestPredicted wants every function that was called to be predicted, at calls
// that were inlined and in the C library, and none that was not to be recorded.
func TestPredicted(t *testing.T) {
	m, found := run(t, 1024, runs)
	var args []string
	for _, r := range found {
		args = append(args, strings.Join(r.Args, " "))
	}
	slices.Sort(args)
	if want := []string{"calls", "calls next half", "calls twice next"}; !slices.Equal(args, want) {
		t.Errorf("arguments %q, want %q", args, want)
	}
	e := compare(t, m, found, predict(t))
	want := &flow.Edges{
		Runs:     3,
		Sites:    map[flow.Grain]int{flow.ByColumn: 2, flow.ByLibrary: 1},
		Executed: map[flow.Grain]int{flow.ByColumn: 2, flow.ByLibrary: 1},
		// compare, by bsearch; half, next and twice, by run; twice, by main.
		Edges: 5, Predicted: 5, Possible: 5,
		Missed: []flow.MissedEdge{},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestMissed takes something out of what is predicted, and wants just that
// reported.
func TestMissed(t *testing.T) {
	m, found := run(t, 1024, runs)
	for _, c := range []struct {
		name    string
		replace []string
		want    []string
	}{
		{"a function in a table", []string{"ptr @next", "ptr @half"}, []string{
			"/edges/calls.c:22:9 in run, column: next by calls next half",
		}},
		{"a variable", []string{"@last = internal global ptr @twice", "@last = internal global ptr null"}, []string{
			"/edges/calls.c:37:10 in main, column: twice by calls",
		}},
		{"what the library is given", []string{"ptr noundef @compare", "ptr noundef null"}, []string{
			"libc-top-half/musl/src/stdlib/bsearch.c:9:10 in bsearch, library: compare by calls next half",
		}},
		{"a call", []string{"call i32 %7(i32", "call i32 @half(i32"}, []string{
			"/edges/calls.c:22:9 in run, unmapped: half by calls next half",
			"/edges/calls.c:22:9 in run, unmapped: next by calls next half",
			"/edges/calls.c:22:9 in run, unmapped: twice by calls twice next",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := compare(t, m, found, predict(t, c.replace...))
			var missed []string
			for _, x := range e.Missed {
				missed = append(missed, fmt.Sprintf("%s in %s, %s: %s by %s", x.Pos, x.In, x.Grain, x.Callee, x.Script))
			}
			if diff := cmp.Diff(c.want, missed); diff != "" || e.Predicted != e.Edges-len(c.want) {
				t.Errorf("%d of %d predicted; missed (-want +got)\n%s", e.Predicted, e.Edges, diff)
			}
		})
	}
}

// TestTrap wants what a run that traps has executed, but for what was not written
// yet.
func TestTrap(t *testing.T) {
	for room, want := range map[uint32]int{1: 3, 2: 2, 1024: 0} { // by run and bsearch, in two sizes
		_, found := run(t, room, map[string]int{"twice next trap": engine.TrapExit})
		if len(found) != 1 || len(found[0].Edges) != want {
			t.Errorf("with room for %d, it leaves %v, want %d edges", room, found, want)
		}
	}
}

// withTable replaces the table section of a module.
func withTable(t *testing.T, module []byte, section string) []byte {
	t.Helper()
	m, err := wasm.Decode(module)
	if err != nil {
		t.Fatal(err)
	}
	e := m.Edit()
	e.SetSection(wasm.SectionTable, []byte(section))
	out, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRecordRefuses(t *testing.T) {
	for want, module := range map[string][]byte{
		"not a WebAssembly binary":       []byte("text"),
		"no command with a table":        []byte("\x00asm\x01\x00\x00\x00"),
		"can grow":                       withTable(t, read(t, "testdata/calls.wasm"), "\x01\x70\x00\x08"),
		"does not import args_sizes_get": read(t, "../symbolize/testdata/destroy.wasm"),
	} {
		if _, err := Record(module, "traces"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := Record(read(t, "testdata/calls.wasm"), strings.Repeat("d", 1000)); err == nil {
		t.Error("a path that there is no room for is taken")
	}
}
