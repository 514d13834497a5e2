package bench

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestRunInterleaves(t *testing.T) {
	var order []string
	contender := func(name string) Contender {
		return Contender{On: name, Run: func(_ context.Context, w Workload, started func(int)) ([]byte, error) {
			order = append(order, name+" "+w.Args[0])
			if started != nil {
				started(os.Getpid())
			}
			return nil, nil
		}}
	}
	var measured int
	r, err := Run(t.Context(), Options{
		Workloads:  []Workload{{Name: "one", Args: []string{"1"}}, {Name: "two", Args: []string{"2"}}},
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

// printing is a contender that prints the next text in every run.
func printing(on string, err error, texts ...string) Contender {
	return Contender{On: on, Build: "new", Run: func(context.Context, Workload, func(int)) ([]byte, error) {
		text := texts[0]
		texts = texts[1:]
		return []byte(text), err
	}}
}

func TestRunFails(t *testing.T) {
	no := errors.New("exit status 1")
	for _, test := range []struct {
		name       string
		same       bool
		contenders []Contender
		want       string
	}{
		{"status", false, []Contender{printing("a", no, "")}, "one on a, new: exit status 1"},
		{"another output", true, []Contender{printing("a", nil, "x"), printing("b", nil, "y")}, `one on b, new: it printed "y", and a "x"`},
		{"another output later", true, []Contender{printing("a", nil, "x", "z"), printing("b", nil, "x", "x")}, `one on a, new: it printed "z", and a "x"`},
		{"not compared", false, []Contender{printing("a", nil, "x", "z"), printing("b", nil, "y", "x")}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Run(t.Context(), Options{Workloads: []Workload{{Name: "one", Same: test.same}}, Contenders: test.contenders, Rounds: 1})
			switch {
			case test.want == "" && err == nil:
			case err == nil || err.Error() != test.want:
				t.Errorf("error %v, want %q", err, test.want)
			case test.name == "status" && !errors.Is(err, no):
				t.Errorf("%v does not wrap the run's error", err)
			}
		})
	}
}

// TestPeakMemory starts this program once more, to take as much as TAKE says, and
// give it back.
func TestPeakMemory(t *testing.T) {
	if take, err := strconv.Atoi(os.Getenv("TAKE")); err == nil {
		data := make([]byte, take)
		for i := range data {
			data[i] = 1
		}
		runtime.KeepAlive(data)
		data = nil
		debug.FreeOSMemory()
		time.Sleep(50 * time.Millisecond)
		return
	}
	if residentPeak(os.Getpid()) == 0 {
		t.Skip("SKIPPED: the memory of processes is not known on this system")
	}
	// This process has more than the one that takes little.
	mine := make([]byte, 300<<20)
	for i := range mine {
		mine[i] = 1
	}
	peak := func(take int) int64 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPeakMemory$")
		cmd.Env = append(os.Environ(), "TAKE="+strconv.Itoa(take))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		f := follow(cmd.Process.Pid)
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		return f.stop()
	}
	little, much := peak(0), peak(200<<20)
	runtime.KeepAlive(mine)
	if little < 1<<20 || little > 100<<20 || much < 200<<20 || much > 300<<20 {
		t.Errorf("peaks of %d and %d MiB, want a few and little more than 200", little>>20, much>>20)
	}
}

func TestMeasureCPU(t *testing.T) {
	if cpuTime() == 0 {
		t.Skip("SKIPPED: CPU time is not known on this system")
	}
	busy := Contender{Run: func(context.Context, Workload, func(int)) ([]byte, error) {
		for end := cpuTime() + 50*time.Millisecond; cpuTime() < end; {
		}
		return nil, nil
	}}
	_, got, err := new(series).run(t.Context(), busy, Workload{}, true)
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
		{On: "native", Results: []Result{{0.2, 0.19, 1, 1, 15 << 20}, {0.02, 0.01, 1, 1, 14 << 20}}},
		{On: "wasmedge <0.14.1>", Build: "shipped", Bytes: 12_795_526, Results: []Result{{0.6, 0.53, 2.9, 2.79, 90 << 20}, {0.06, 0.05, 3, 5, 0}}},
		{On: "wasmedge <0.14.1>", Build: "as-linked", Bytes: 12_195_526, Results: []Result{{2.6, 2.53, 12.9, 12.8, 90 << 20}, {0.06, 0.05, 3, 5, 80 << 20}}},
		{On: "wasmtime 39.0.1", Build: "shipped", Bytes: 12_095_526, Results: []Result{{0.6, 0.57, 2.9, 3.02, 70 << 20}, {0.06, 0.05, 3, 5, 0}}},
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
