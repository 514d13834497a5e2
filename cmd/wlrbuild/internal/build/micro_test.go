package build

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/wlrbuild/wlrbuild/verify/flow"
)

var updateMicro = flag.Bool("update-micro", false, "write the golden file of the micro corpus")

// microProgram is a program of verify/flow/testdata/micro. Its first comments
// say what is true of it and what is found:
//
//	// kind: cast where it is stored
//	// flags: -std=gnu11
//	// free_node: traps certain
//	// free_leaf: fine
type microProgram struct {
	name, path, kind string
	flags            []string
	traps            map[string]bool         // function → whether calling it traps
	expect           map[string]flow.Verdict // function → the worst finding, "" for none
	dead             int                     // calls that nothing comes to
}

var microWords = map[string]flow.Verdict{"certain": flow.Mismatch, "possible": flow.Possible, "": ""}

func readMicro(t *testing.T, path string) *microProgram {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := &microProgram{
		name: strings.TrimSuffix(filepath.Base(path), ".c"), path: path,
		traps: map[string]bool{}, expect: map[string]flow.Verdict{},
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, ok := strings.CutPrefix(lines.Text(), "// ")
		key, value, colon := strings.Cut(text, ": ")
		if !ok || !colon {
			break
		}
		switch key {
		case "kind":
			p.kind = value
		case "flags":
			p.flags = strings.Fields(value)
		case "dead":
			fmt.Sscan(value, &p.dead)
		default:
			truth, found, _ := strings.Cut(value, " ")
			verdict, known := microWords[found]
			if truth != "traps" && truth != "fine" || !known {
				t.Fatalf("%s: cannot read %q", path, lines.Text())
			}
			p.traps[key], p.expect[key] = truth == "traps", verdict
		}
	}
	if p.kind == "" {
		t.Fatalf("%s: no kind", path)
	}
	return p
}

// TestMicro analyses the programs of the micro corpus, compares what is found
// with what they say of themselves, and runs them to see that that is true.
func TestMicro(t *testing.T) {
	bin := filepath.Join(toolchainOutput(t), "bin")
	root := "../../../../verify/flow/testdata"
	files, err := filepath.Glob(filepath.Join(root, "micro/*.c"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d programs, %v", len(files), err)
	}
	var programs []*microProgram
	found := map[*microProgram]map[string]flow.Verdict{}
	for _, file := range files {
		p := readMicro(t, file)
		programs = append(programs, p)
		t.Run(p.name, func(t *testing.T) {
			found[p] = analyseMicro(t, bin, p)
			for f, want := range p.expect {
				if got := found[p][f]; got != want {
					t.Errorf("%s: found %q, want %q", f, got, want)
				}
			}
			for f, got := range found[p] {
				if _, ok := p.expect[f]; !ok {
					t.Errorf("%s: found %q, and the program says nothing of it", f, got)
				}
			}
			runMicro(t, bin, p)
		})
	}
	table := microTable(programs, found)
	golden := filepath.Join(root, "micro.golden")
	if *updateMicro {
		if err := os.WriteFile(golden, []byte(table), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), table); diff != "" {
		t.Errorf("%s (-want +got), -update-micro writes it:\n%s", golden, diff)
	}
}

func clangMicro(t *testing.T, bin string, p *microProgram, args ...string) {
	t.Helper()
	argv := slices.Concat(p.flags, []string{"-g", "-D_WASI_EMULATED_SIGNAL", p.path}, args)
	out, err := exec.CommandContext(t.Context(), filepath.Join(bin, "wasm32-wasip1-clang"), argv...).CombinedOutput()
	if err != nil {
		t.Fatalf("clang: %v\n%s", err, out)
	}
}

// analyseMicro is the worst that is found of each function.
func analyseMicro(t *testing.T, bin string, p *microProgram) map[string]flow.Verdict {
	ir := filepath.Join(t.TempDir(), p.name+".ll")
	clangMicro(t, bin, p, "-O2", "-Xclang", "-disable-llvm-passes", "-S", "-emit-llvm", "-o", ir)
	model, err := flow.LibC()
	if err != nil {
		t.Fatal(err)
	}
	a := flow.New(model)
	if err := a.Load([]flow.Unit{{Name: p.name, Open: func() (io.ReadCloser, error) { return os.Open(ir) }}}, 1); err != nil {
		t.Fatal(err)
	}
	a.Solve()
	r := a.Judge(nil)
	worst := map[string]flow.Verdict{}
	for _, f := range r.Findings {
		if worst[f.Function.Name] != flow.Mismatch {
			worst[f.Function.Name] = f.Verdict
		}
	}
	if len(r.Escapes)+len(r.Lost) > 0 {
		t.Errorf("incomplete: escapes %v, lost stores %v", r.Escapes, r.Lost)
	}
	dead := 0
	for _, s := range r.Sites {
		if s.Verdict == flow.Dead {
			dead++
		}
	}
	if dead != p.dead {
		t.Errorf("%d dead hooks, want %d", dead, p.dead)
	}
	return worst
}

// runMicro says whether a program traps because of a call by address.
func runMicro(t *testing.T, bin string, p *microProgram) {
	t.Helper()
	module := filepath.Join(t.TempDir(), p.name+".wasm")
	clangMicro(t, bin, p, "-O0", "-lwasi-emulated-signal", "-o", module)
	data, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer r.Close(ctx)
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	var stderr bytes.Buffer
	_, err = r.InstantiateWithConfig(ctx, data, wazero.NewModuleConfig().WithArgs("x").WithStderr(&stderr))
	trapped := err != nil && strings.Contains(err.Error(), "indirect call type mismatch")
	if want := slices.Contains(slices.Collect(values(p.traps)), true); trapped != want {
		t.Errorf("it traps: %t, want %t (%v)", trapped, want, err)
	}
	var exit *sys.ExitError
	if !trapped && err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 0) {
		t.Errorf("it ends with %v", err)
	}
}

func values(m map[string]bool) func(func(bool) bool) {
	return func(yield func(bool) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// microTable counts per kind how many functions trap and how many of those are
// found, and how many do not and are found all the same.
func microTable(programs []*microProgram, found map[*microProgram]map[string]flow.Verdict) string {
	type row struct{ traps, certain, possible, fine, falseCertain, falsePossible int }
	rows := map[string]*row{}
	var kinds []string
	all := &row{}
	for _, p := range programs {
		if rows[p.kind] == nil {
			rows[p.kind] = &row{}
			kinds = append(kinds, p.kind)
		}
		for f, traps := range p.traps {
			for _, r := range []*row{rows[p.kind], all} {
				certain, possible := &r.certain, &r.possible
				if traps {
					r.traps++
				} else {
					r.fine++
					certain, possible = &r.falseCertain, &r.falsePossible
				}
				switch found[p][f] {
				case flow.Mismatch:
					*certain++
				case flow.Possible:
					*possible++
				}
			}
		}
	}
	slices.Sort(kinds)
	var b strings.Builder
	fmt.Fprintf(&b, "%d programs. Of functions that trap when called, and of those that do not,\nhow many are found as certain and as possible mismatches.\n\n", len(programs))
	line := "%-42s %5v %7v %8v   %4v %7v %8v\n"
	fmt.Fprintf(&b, line, "", "traps", "certain", "possible", "fine", "certain", "possible")
	for _, k := range append(kinds, "all") {
		r := rows[k]
		if r == nil {
			r = all
		}
		fmt.Fprintf(&b, line, k, r.traps, r.certain, r.possible, r.fine, r.falseCertain, r.falsePossible)
	}
	percent := func(n, of int) string { return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(max(of, 1))) }
	fmt.Fprintf(&b, "\nrecall: certain %s, any %s\nprecision: certain %s, any %s\n",
		percent(all.certain, all.traps), percent(all.certain+all.possible, all.traps),
		percent(all.certain, all.certain+all.falseCertain),
		percent(all.certain+all.possible, all.certain+all.possible+all.falseCertain+all.falsePossible))
	return b.String()
}
