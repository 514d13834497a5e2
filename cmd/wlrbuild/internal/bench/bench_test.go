package bench

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestRunInterleaves(t *testing.T) {
	var order []string
	contender := func(name string) Contender {
		return Contender{Name: name, Run: func(_ context.Context, args []string) error {
			order = append(order, name+" "+args[0])
			return nil
		}}
	}
	var measured int
	r, err := Run(t.Context(), Options{
		Workloads:  []Workload{{"one", []string{"1"}}, {"two", []string{"2"}}},
		Contenders: []Contender{contender("a"), contender("b"), contender("c")},
		Rounds:     2,
		Ran:        func(int, Workload, Contender, Sample) { measured++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "a 1, b 1, c 1, a 2, b 2, c 2, b 1, c 1, a 1, b 2, c 2, a 2, c 1, a 1, b 1, c 2, a 2, b 2"
	if got := strings.Join(order, ", "); got != want {
		t.Errorf("runs in the order\n%s, want\n%s", got, want)
	}
	if measured != 12 || len(r.Rows) != 3 || len(r.Rows[2].Results) != 2 || !slices.Equal(r.Workloads, []string{"one", "two"}) {
		t.Errorf("%d measured: %+v", measured, r)
	}
}

func TestRunFails(t *testing.T) {
	no := errors.New("exit status 1")
	_, err := Run(t.Context(), Options{
		Workloads:  []Workload{{"one", nil}},
		Contenders: []Contender{{Name: "a", Run: func(context.Context, []string) error { return no }}},
		Rounds:     1,
	})
	if !errors.Is(err, no) || err.Error() != "one on a: exit status 1" {
		t.Error(err)
	}
}

func TestMeasureCPU(t *testing.T) {
	if cpuTime() == 0 {
		t.Skip("SKIPPED: CPU time is not known on this system")
	}
	busy := Contender{Run: func(context.Context, []string) error {
		for end := cpuTime() + 50*time.Millisecond; cpuTime() < end; {
		}
		return nil
	}}
	got, err := measure(t.Context(), busy, Workload{})
	if err != nil || got.CPU < 50*time.Millisecond || got.Wall <= 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestResult(t *testing.T) {
	s := func(wall, cpu int) Sample {
		return Sample{time.Duration(wall) * time.Second, time.Duration(cpu) * time.Second}
	}
	// The machine was slow in the second round: the ratio does not tell.
	got := result([]Sample{s(4, 2), s(40, 20), s(6, 4)}, []Sample{s(2, 1), s(20, 10), s(2, 1)})
	want := Result{WallSeconds: 6, CPUSeconds: 4, WallRatio: 2, CPURatio: 2}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if even := median([]float64{4, 1, 3, 2}); even != 2.5 {
		t.Errorf("median %v", even)
	}
	if none := result([]Sample{s(1, 1)}, []Sample{s(1, 0)}); none.CPURatio != 0 {
		t.Errorf("%+v", none)
	}
}

var sample = &Report{
	Schema: Schema, Build: "php-8.2.32", Rounds: 5, Workloads: []string{"bench.php", "hello"},
	Rows: []Row{
		{Name: "native", Results: []Result{{0.2, 0.19, 1, 1}, {0.02, 0.01, 1, 1}}},
		{Name: "wasmedge 0.14.1 <AOT>", Bytes: 12_795_526, Results: []Result{{0.6, 0.53, 2.9, 2.79}, {0.06, 0.05, 3, 5}}},
	},
}

func TestForms(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"bench.json": sample.WriteJSON, "bench.txt": sample.WriteText, "bench.md": sample.WriteMarkdown, "bench.svg": sample.WriteSVG,
	} {
		var got bytes.Buffer
		if err := write(&got); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if name == "bench.svg" {
			d := xml.NewDecoder(&got)
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	}
}
