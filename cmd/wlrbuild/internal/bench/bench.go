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
	"context"
	"fmt"
	"slices"
	"time"
)

// Workload is a script that every contender runs.
type Workload struct {
	Name string
	Args []string // of the program
}

// Contender is a program on something that runs it.
type Contender struct {
	Name string
	Size int64 // of the module, in bytes; 0 if it is none
	// Run runs it once; a run that does not end with status 0 is an error.
	Run func(ctx context.Context, args []string) error
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

// Run runs every workload on every contender, in rounds. Before the first each
// runs once without being measured: it reads files, and fills caches.
func Run(ctx context.Context, o Options) (*Report, error) {
	samples := make([][][]Sample, len(o.Workloads)) // by workload and contender
	for w := range samples {
		samples[w] = make([][]Sample, len(o.Contenders))
	}
	for round := range o.Rounds + 1 {
		for w, load := range o.Workloads {
			for i := range o.Contenders {
				c := (i + round) % len(o.Contenders)
				took, err := measure(ctx, o.Contenders[c], load)
				if err != nil {
					return nil, fmt.Errorf("%s on %s: %w", load.Name, o.Contenders[c].Name, err)
				}
				if round == 0 {
					continue
				}
				samples[w][c] = append(samples[w][c], took)
				if o.Ran != nil {
					o.Ran(round, load, o.Contenders[c], took)
				}
			}
		}
	}
	return report(o, samples), nil
}

// measure runs a contender once. Nothing else may run in this process
// meanwhile: its CPU time is that of the process and of those it started.
func measure(ctx context.Context, c Contender, w Workload) (Sample, error) {
	before := cpuTime()
	start := time.Now()
	err := c.Run(ctx, w.Args)
	return Sample{Wall: time.Since(start), CPU: cpuTime() - before}, err
}

// report computes medians and ratios.
func report(o Options, samples [][][]Sample) *Report {
	r := &Report{Schema: Schema, Rounds: o.Rounds}
	for c, contender := range o.Contenders {
		row := Row{Name: contender.Name, Bytes: contender.Size}
		for w := range o.Workloads {
			row.Results = append(row.Results, result(samples[w][c], samples[w][0]))
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
