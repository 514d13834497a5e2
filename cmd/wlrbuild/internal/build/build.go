// Package build is the way from a recipe to artifacts for a runtime:
//
//	source     the release, from the first provider that has it
//	toolchain  clang, wasm-ld and the sysroot
//	worktree   a git repository: the release, and one commit per patch
//	shim       sockshim-c: headers, and archives by backend and setjmp mode
//	configure  the build tree as configure makes it
//	compile    the objects of every artifact; nothing is linked
//	link       one module per artifact, with the runtime's backend
//	postlink   what is shipped, and a copy with symbols
//	lint       the module is held against each release of its runtime's engines
//	verify     the module runs on an engine of its runtime
//	flow       the addresses of functions are followed through each program
//	calls      no call by address may meet a function of another type
//	aot        what an engine's own compiler makes of it, if asked for
//	dist       the files that the user asked for
//
// All but the first two, lint, calls, aot and dist are steps of a pipeline:
// content-addressed and cached. Up to and including compile, nothing depends on
// the runtime, so that a second one compiles nothing.
package build

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/patchset"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// Builder builds; it is what the command line calls.
type Builder struct{}

// job is what the steps of one build for one runtime share.
type job struct {
	cli.BuildOptions
	runtime *recipe.Runtime
	release *source.Release
	tools   *toolchain.Toolchain
	series  *patchset.Series
	// optimizer is the runtime's; nil if it has none.
	optimizer *optimizer
	// compiled are the artifacts that were compiled ahead of time, by name.
	compiled map[string][]aotInfo
	linted   map[string]*lintResult    // by artifact
	mutated  map[string]*flow.Mutation // by program
	executed map[string]*flow.Edges    // by program
}

func (j *job) name() string {
	return fmt.Sprintf("%s-%s %s", j.Recipe.Project, j.release.Version, j.runtime.Name)
}

// Steps lists the steps with what each is for.
func (Builder) Steps() []cli.StepDoc {
	return []cli.StepDoc{
		{Name: stepSource, Text: "Gets the release from the first provider that has it: --source, the cache, upstream git, the release archive, the distribution's source package. Everything is checked against a digest or a signature."},
		{Name: stepToolchain, Text: "Finds clang, wasm-ld and the WASI sysroot, or downloads them into the cache."},
		{Name: stepWorktree, Text: "Makes a git repository of the release, with one commit per patch, and generates configure and scanners where the source has none."},
		{Name: stepShim, Text: "Compiles sockshim-c, the POSIX layer: its headers, the part common to all runtimes, and an archive per backend and kind of setjmp."},
		{Name: stepConfigure, Text: "Runs configure outside of the source tree. Of the tree, only the files it reads count."},
		{Name: stepCompile, Text: "Runs make with a compiler launcher that takes unchanged objects from the cache and records each link instead of doing it."},
		{Name: stepLink, Text: "Links each artifact's objects with the runtime's backend."},
		{Name: stepPostlink, Text: "Runs the runtime's passes over the module and strips it; a copy with symbols stays beside it."},
		{Name: stepLint, Text: "Holds each artifact against every release of its runtime's engines: imports, proposals, and how it was linked. What would go wrong is an error."},
		{Name: stepVerify, Text: "Runs each artifact on an engine of its runtime."},
		{Name: stepFlow, Text: "Compiles everything once more to LLVM's intermediate representation, and follows the addresses of functions through each program to where they are called."},
		{Name: stepCalls, Text: "Reads what the last step came to: a call that can meet a function of another type, which traps, is an error."},
		{Name: stepAOT, Text: "With --aot, compiles each artifact ahead of time with an engine's own compiler."},
		{Name: stepDist, Text: "Writes the artifacts, metadata.json and SHA256SUMS to the output directory."},
	}
}

const (
	stepSource    = "source"
	stepToolchain = "toolchain"
	stepWorktree  = "worktree"
	stepShim      = "shim"
	stepConfigure = "configure"
	stepCompile   = "compile"
	stepLink      = "link"
	stepPostlink  = "postlink"
	stepLint      = "lint"
	stepVerify    = "verify"
	stepFlow      = "flow"
	stepCalls     = "calls"
	stepMutants   = "mutants"
	stepEdges     = "edges"
	stepAOT       = "aot"
	stepDist      = "dist"
)

// jobs makes a job per runtime, with source and toolchain found.
func jobs(ctx context.Context, o cli.BuildOptions) ([]*job, []pipeline.Result, error) {
	// What is wrong with the patches or a runtime is said before anything is
	// downloaded.
	var all []*job
	folder, err := patchset.Open(o.Patches)
	if err != nil {
		return nil, nil, err
	}
	for _, rt := range o.Runtimes {
		if err := supported(rt); err != nil {
			return nil, nil, err
		}
		series, err := patchset.Load(folder, o.Recipe.Project, o.Recipe.Branch, rt.Name)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, &job{BuildOptions: o, runtime: rt, series: series})
	}
	var release *source.Release
	var tools *toolchain.Toolchain
	prepare := pipeline.NewState(o.Recipe.Name, o.Store, o.Events)
	if err := pipeline.Execute(ctx, prepare, []pipeline.Step{
		task{stepSource, func(ctx context.Context) (err error) {
			r := source.Resolver{Store: o.Store, Recipes: o.Recipes.FS, Events: o.Events}
			release, err = r.Resolve(ctx, source.Request{
				Recipe: o.Recipe, Version: o.Version, Override: o.Source,
				Offline: o.Offline, Refresh: o.Refresh,
			})
			return err
		}},
		task{stepToolchain, func(ctx context.Context) (err error) {
			if tools, err = toolchain.Find(ctx, o.Store, o.Toolchain, o.Getenv, o.Events); err != nil {
				return err
			}
			for _, j := range all {
				if j.optimizer, err = findOptimizer(ctx, o.Store, j.runtime.Optimizer, o.Events); err != nil {
					return err
				}
			}
			return nil
		}},
	}); err != nil {
		return nil, nil, err
	}
	for _, j := range all {
		j.release, j.tools = release, tools
	}
	return all, prepare.Results, nil
}

// state is the state of a job's pipeline.
func (j *job) state() *pipeline.State {
	s := pipeline.NewState(j.name(), j.Store, j.Events)
	s.Jobs = j.Jobs
	return s
}

// steps are the cached steps of a job in their order.
func (j *job) steps() []pipeline.Step {
	steps := []pipeline.Step{
		&worktreeStep{j},  // release and patches → git repository
		&shimStep{j},      // sockshim-c → headers and archives
		&configureStep{j}, // both → configured build tree
		&compileStep{j},   // all of it → objects and link commands
	}
	for i := range j.Recipe.Artifacts {
		a := &j.Recipe.Artifacts[i]
		steps = append(steps,
			&linkStep{j, a},     // objects and archives → module
			&postlinkStep{j, a}, // module → shipped module and copy with symbols
		)
		if !j.skips(stepLint) {
			steps = append(steps, &lintStep{j, a}) // copy with symbols → findings
		}
		if a.Smoke != nil && !j.skips(stepVerify) {
			steps = append(steps, &verifyStep{j, a}) // shipped module → what it printed
		}
	}
	return steps
}

// skips says whether the user wants none of these steps, one of cli.Checks.
func (j *job) skips(step string) bool { return slices.Contains(j.Skip, step) }

// proofSteps show that no call by address traps.
func (j *job) proofSteps(s *pipeline.State) []pipeline.Step {
	if j.skips(stepCalls) {
		return nil
	}
	return []pipeline.Step{
		&flowStep{j}, // objects' commands and linked modules → reports
		task{stepCalls, func(context.Context) error { return j.calls(s) }},
	}
}

// Build builds for every runtime and writes the results to the output
// directory.
func (Builder) Build(ctx context.Context, o cli.BuildOptions) error {
	// Known now, it costs nothing; known at the end, all of the build's time.
	if err := writable(o.Out); err != nil {
		return diag.New(diag.Step, "write to "+o.Out, "%w", err).
			WithHint("name another directory with --out")
	}
	all, prepared, err := jobs(ctx, o)
	if err != nil {
		return err
	}
	for _, j := range all {
		s := j.state()
		steps := append(j.steps(), j.proofSteps(s)...)
		steps = append(steps, j.aotSteps(s)...)
		steps = append(steps, task{stepDist, func(ctx context.Context) error {
			return j.dist(ctx, s, slices.Concat(prepared, s.Results))
		}})
		if err := pipeline.Execute(ctx, s, steps); err != nil {
			return err
		}
	}
	return nil
}

// Modules builds for every runtime, and returns where the modules are in the
// cache.
func (Builder) Modules(ctx context.Context, o cli.BuildOptions) ([]phptest.Build, error) {
	all, _, err := jobs(ctx, o)
	if err != nil {
		return nil, err
	}
	var builds []phptest.Build
	for _, j := range all {
		s := j.state()
		if err := pipeline.Execute(ctx, s, j.steps()); err != nil {
			return nil, err
		}
		b := phptest.Build{Recipe: j.Recipe, Release: j.release, Runtime: j.runtime, Modules: map[string]string{}}
		for _, a := range j.Recipe.Artifacts {
			dir, err := s.Output(stepPostlink + "-" + a.Name)
			if err != nil {
				return nil, err
			}
			b.Modules[a.Name] = filepath.Join(dir, moduleFile)
		}
		builds = append(builds, b)
	}
	return builds, nil
}

// Plan says what Build would do. It gets the source and the toolchain if they
// are not in the cache, since every key depends on them.
func (Builder) Plan(ctx context.Context, o cli.BuildOptions) ([]cli.Plan, error) {
	all, _, err := jobs(ctx, o)
	if err != nil {
		return nil, err
	}
	var plans []cli.Plan
	for _, j := range all {
		s := j.state()
		rows, err := pipeline.Explain(ctx, s, append(j.steps(), j.proofSteps(s)...))
		if err != nil {
			return nil, err
		}
		plans = append(plans, cli.Plan{
			Build: fmt.Sprintf("%s-%s for %s", j.Recipe.Project, j.release.Version, j.runtime.Name),
			Steps: rows,
		})
	}
	return plans, nil
}

// task is a step without an output that runs in every build.
type task struct {
	name string
	run  func(context.Context) error
}

func (t task) Name() string { return t.name }
func (t task) Always() bool { return true }
func (t task) Plan(context.Context, *pipeline.State) (*pipeline.Plan, error) {
	return &pipeline.Plan{}, nil
}
func (t task) Run(ctx context.Context, _ *pipeline.State, _ string) error { return t.run(ctx) }

// plan makes a pipeline.Plan of a finished Hasher.
func plan(h *cache.Hasher, commands ...pipeline.Command) *pipeline.Plan {
	return &pipeline.Plan{Key: h.Sum(), Inputs: h.Inputs(), Commands: commands}
}

// outputKey is the key of an earlier step: the name of its output.
func outputKey(s *pipeline.State, step string) (cache.Digest, error) {
	dir, err := s.Output(step)
	if err != nil {
		return cache.Digest{}, err
	}
	return cache.ParseDigest(filepath.Base(dir))
}

// environ is the environment of the programs a step runs. SOURCE_DATE_EPOCH is
// the release's time, so that what is built does not depend on the day.
func (j *job) environ() []string {
	return append(j.tools.Environ(j.Env), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", j.release.SourceDateEpoch))
}
