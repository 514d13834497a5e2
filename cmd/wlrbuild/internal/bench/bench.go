// Package bench compares how long programs take for the same work: modules on
// engines, and the same program built for the machine itself.
//
// A shared machine is never quiet, so that a time alone says little. Runs of all
// contenders are interleaved, in another order each round; what counts is the
// median over the rounds of what one took in relation to the native program in
// the same round. CPU time is reported beside the time on the wall, since that
// of a busy machine tells more of its load.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"
)

// Workload is a script that every contender runs.
type Workload struct {
	Name  string
	Args  []string // of the program
	Files string   // a directory of the host that it needs, if any
	Same  bool     // it prints the same every time, on all contenders
}

// Contender is a program on something that runs it.
type Contender struct {
	On    string // what runs it: "wasmtime 39.0.1"
	Build string // which one of several programs: "as-linked"
	Size  int64  // of the module, in bytes; 0 if it is none
	// Run runs it once and returns what it printed; a run that does not end with
	// status 0 is an error. If started is not nil, the program has to run in a
	// process of its own, which is told to it.
	Run func(ctx context.Context, w Workload, started func(pid int)) ([]byte, error)
}

// Options say how to compare.
type Options struct {
	Workloads  []Workload
	Contenders []Contender // the first is what the others are compared with
	Rounds     int
	// Ran, if it is not nil, is called after each run.
	Ran func(round int, w Workload, c Contender, took Sample)
}

// Sample is what one run took.
type Sample struct {
	Wall, CPU time.Duration
}

// series are the runs of a workload on a contender.
type series struct {
	samples []Sample
	peak    int64
}

// Run runs every workload on every contender, in rounds. Before the first each
// runs once without being timed: it reads files, fills caches, and shows how much
// memory it takes.
func Run(ctx context.Context, o Options) (*Report, error) {
	all := make([][]series, len(o.Workloads)) // by workload and contender
	for w := range all {
		all[w] = make([]series, len(o.Contenders))
	}
	expected := make([][]byte, len(o.Workloads))
	for round := range o.Rounds + 1 {
		for w, load := range o.Workloads {
			for i := range o.Contenders {
				c := (i + round) % len(o.Contenders)
				output, took, err := all[w][c].run(ctx, o.Contenders[c], load, round > 0)
				if round == 0 && c == 0 {
					expected[w] = output
				}
				if err == nil && load.Same && !bytes.Equal(output, expected[w]) {
					err = fmt.Errorf("it printed %q, and %s %q", end(output), o.Contenders[0].On, end(expected[w]))
				}
				if err != nil {
					return nil, fmt.Errorf("%s on %s: %w", load.Name, o.Contenders[c].name(), err)
				}
				if round > 0 && o.Ran != nil {
					o.Ran(round, load, o.Contenders[c], took)
				}
			}
		}
	}
	return report(o, all), nil
}

// name tells a contender from all others.
func (c *Contender) name() string {
	if c.Build == "" {
		return c.On
	}
	return c.On + ", " + c.Build
}

// end is the end of a program's output, for messages.
func end(output []byte) []byte {
	return bytes.TrimSpace(output[max(0, len(output)-300):])
}

// run runs a contender once, and keeps what it took if it is timed, or else its
// memory. Nothing else may run in this process meanwhile: its CPU time is that
// of the process and of those it started.
func (s *series) run(ctx context.Context, c Contender, w Workload, timed bool) ([]byte, Sample, error) {
	if !timed {
		var follower *follower
		output, err := c.Run(ctx, w, func(pid int) { follower = follow(pid) })
		s.peak = follower.stop()
		return output, Sample{}, err
	}
	before := cpuTime()
	start := time.Now()
	output, err := c.Run(ctx, w, nil)
	took := Sample{Wall: time.Since(start), CPU: cpuTime() - before}
	s.samples = append(s.samples, took)
	return output, took, err
}

// report computes medians and ratios.
func report(o Options, all [][]series) *Report {
	r := &Report{Schema: Schema, Rounds: o.Rounds}
	for c, contender := range o.Contenders {
		row := Row{On: contender.On, Build: contender.Build, Bytes: contender.Size}
		for w := range o.Workloads {
			x := result(all[w][c].samples, all[w][0].samples)
			x.PeakMemory = all[w][c].peak
			row.Results = append(row.Results, x)
		}
		r.Rows = append(r.Rows, row)
	}
	for _, w := range o.Workloads {
		r.Workloads = append(r.Workloads, w.Name)
	}
	return r
}

func result(own, base []Sample) Result {
	var wall, cpu, wallRatio, cpuRatio []float64
	for i := range own {
		wall = append(wall, own[i].Wall.Seconds())
		cpu = append(cpu, own[i].CPU.Seconds())
		wallRatio = append(wallRatio, ratio(own[i].Wall, base[i].Wall))
		cpuRatio = append(cpuRatio, ratio(own[i].CPU, base[i].CPU))
	}
	return Result{WallSeconds: median(wall), CPUSeconds: median(cpu), WallRatio: median(wallRatio), CPURatio: median(cpuRatio)}
}

// ratio is 0 if there is nothing to compare with.
func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}
