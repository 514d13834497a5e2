package build

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/edges"
	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// execute runs tests of the project's own through modules that take down which
// functions their calls by address meet, and notes which of these the analysis
// did not predict.
func (j *job) execute(ctx context.Context, s *pipeline.State) error {
	if j.Recipe.Tests == nil {
		return diag.New(diag.Usage, "run the tests of "+j.Recipe.Name, "its recipe does not say how its tests are run")
	}
	// The same directory for the same modules: its name is in what the engine
	// has compiled.
	h := cache.NewHasher("edges")
	linked := map[string]string{}
	for i := range j.Recipe.Artifacts {
		a := &j.Recipe.Artifacts[i]
		module, err := (&postlinkStep{j, a}).linked(s)
		if err == nil {
			err = h.File(a.Name, module)
		}
		if err != nil {
			return err
		}
		linked[a.Name] = module
	}
	dir := filepath.Join(j.Store.Dir(), "work", "edges", h.Sum().Short())
	unlock, err := j.Store.Lock(ctx, "edges-"+h.Sum().Short())
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	recorded := phptest.Build{Recipe: j.Recipe, Release: j.release, Runtime: j.runtime, Modules: map[string]string{}}
	for name, module := range linked {
		recorded.Modules[name] = filepath.Join(dir, name+".wasm")
		if err := j.record(s, module, recorded.Modules[name], filepath.Join(dir, name)); err != nil {
			return diag.New(diag.Step, "make "+name+" take down its calls", "%w", err)
		}
	}
	tested, err := phptest.Run(ctx, phptest.Options{
		Build: recorded, Engine: j.testEngine(), Sample: j.Edges, Limit: time.Minute, Jobs: j.Jobs, Fresh: true,
		Differences: j.Recipes.Differences[j.Recipe.Name], Store: j.Store, Getenv: j.Getenv, Events: j.Events,
	})
	if err != nil {
		return err
	}
	j.executed = map[string]*flow.Edges{}
	for i := range j.Recipe.Artifacts {
		a := &j.Recipe.Artifacts[i]
		e, err := j.compare(ctx, s, a, linked[a.Name], filepath.Join(dir, a.Name))
		if err != nil {
			return diag.New(diag.Step, "compare what "+a.Name+" calls with what was predicted", "%w", err)
		}
		e.Tests, e.Differ = tested.Totals.Native, tested.Totals.Unexplained
		e.Cut = incidents(tested, a.Name)
		j.executed[j.base(a)] = e
	}
	return nil
}

// testEngine is the engine that the runtime's tests run on.
func (j *job) testEngine() *recipe.Engine {
	i := slices.IndexFunc(j.runtime.Engines, func(e recipe.Engine) bool { return e.Name == j.runtime.TestEngine })
	return &j.runtime.Engines[max(i, 0)]
}

// record makes of a linked module one that leaves in the directory traces what it
// calls, and that runs where the artifact does.
func (j *job) record(s *pipeline.State, linked, out, traces string) error {
	if err := os.MkdirAll(traces, 0o777); err != nil {
		return err
	}
	data, err := os.ReadFile(linked)
	if err != nil {
		return err
	}
	// Tests are given all of the host's files, from the root.
	if data, err = edges.Record(data, strings.TrimPrefix(traces, "/")); err != nil {
		return err
	}
	options, err := j.passOptions(s)
	if err != nil {
		return err
	}
	if data, err = postlink.Run(data, passes(j.runtime), options); err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o666)
}

// compare holds what runs of an artifact have left against the analysis.
func (j *job) compare(ctx context.Context, s *pipeline.State, a *recipe.Artifact, linked, traces string) (*flow.Edges, error) {
	p, err := j.program(ctx, s, a)
	if err != nil {
		return nil, err
	}
	analysis, _, err := analyse(p.ir, s.Jobs, p.rules, nil)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(linked)
	if err != nil {
		return nil, err
	}
	m, err := wasm.Decode(data)
	if err != nil {
		return nil, err
	}
	runs, err := edges.Read(m, traces)
	if err != nil {
		return nil, err
	}
	return edges.Compare(m, runs, analysis.Predict(), scriptOf, j.sourceName)
}

// scriptOf names the script that a run of a test was given: its path in the copy
// of the source tree, or else all arguments.
func scriptOf(args []string) string {
	for i, arg := range args[:max(len(args)-1, 0)] {
		if arg == "-f" {
			if _, script, ok := strings.Cut(args[i+1], "/tree/"); ok {
				return script
			}
		}
	}
	return strings.Join(args, " ")
}

// incidents counts the runs of a program that did not end by themselves.
func incidents(r *phptest.Report, program string) (n int) {
	list := slices.Clone(r.Loose)
	for _, t := range r.Tests {
		list = append(list, t.Incidents...)
	}
	for _, in := range list {
		if in.Program == program {
			n++
		}
	}
	return n
}
