package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/llvmir"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// Verify builds as far as linking, and says of every artifact whether a call by
// address can meet a function of another type.
func (Builder) Verify(ctx context.Context, o cli.BuildOptions) ([]*flow.Report, error) {
	if err := fixesFit(o); err != nil {
		return nil, err
	}
	all, _, err := jobs(ctx, o)
	if err != nil {
		return nil, err
	}
	var reports []*flow.Report
	for _, j := range all {
		s := j.state()
		steps := []pipeline.Step{&worktreeStep{j}, &shimStep{j}, &configureStep{j}, &compileStep{j}}
		for i := range j.Recipe.Artifacts {
			steps = append(steps, &linkStep{j, &j.Recipe.Artifacts[i]})
		}
		steps = append(steps, &flowStep{j})
		if j.Mutants > 0 {
			steps = append(steps, task{stepMutants, func(ctx context.Context) error { return j.mutants(ctx, s) }})
		}
		if j.Edges > 0 {
			steps = append(steps, task{stepEdges, func(ctx context.Context) error { return j.execute(ctx, s) }})
		}
		if err := pipeline.Execute(ctx, s, steps); err != nil {
			return nil, err
		}
		var own []*flow.Report
		for i := range j.Recipe.Artifacts {
			r, err := j.callsOf(s, &j.Recipe.Artifacts[i])
			if err != nil {
				return nil, err
			}
			r.Mutation, r.Edges = j.mutated[r.Program], j.executed[r.Program]
			own = append(own, r)
		}
		if j.Fix != "" {
			if err := j.fix(ctx, s, own); err != nil {
				return nil, err
			}
		}
		reports = append(reports, own...)
	}
	return reports, nil
}

// flowStep follows the addresses of functions through every program that was
// linked. Its output is a flow.Report per artifact, whatever that says.
type flowStep struct{ *job }

func (f *flowStep) Name() string { return stepFlow }

func (f *flowStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	h := cache.NewHasher("flow/v1")
	h.Digest("analysis", cache.Digest(flow.Version()))
	_, rules, err := f.rulesSource()
	if err != nil {
		return nil, err
	}
	h.String("rules", string(rules))
	for i := range f.Recipe.Artifacts {
		a := &f.Recipe.Artifacts[i]
		linked, err := outputKey(s, stepLink+"-"+a.Name)
		if err != nil {
			return nil, err
		}
		h.Digest(f.base(a), linked)
	}
	// Linking knows the objects; what remains is how IR is made of their sources.
	h.Strings("flags", irFlags)
	h.Digest("toolchain", f.tools.Digest)
	return plan(h), nil
}

func (f *flowStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	// The units of all, so that the IR of none is made twice.
	programs := make([]*program, len(f.Recipe.Artifacts))
	for i := range programs {
		var err error
		if programs[i], err = f.program(ctx, s, &f.Recipe.Artifacts[i]); err != nil {
			return err
		}
	}
	return parallel(ctx, s.Jobs, len(programs), func(ctx context.Context, i int) error {
		a := &f.Recipe.Artifacts[i]
		report, err := f.follow(ctx, s, programs[i])
		if err != nil {
			return diag.New(diag.Step, "follow the addresses of functions through "+a.Name, "%w", err)
		}
		return writeJSON(filepath.Join(out, a.Name+".json"), report)
	})
}

// program is what there is to know of an artifact before the analysis.
type program struct {
	artifact *recipe.Artifact
	units    []irUnit // the project's own
	ir       []flow.Unit
	rules    *flow.Rules
}

func (j *job) program(ctx context.Context, s *pipeline.State, a *recipe.Artifact) (*program, error) {
	units, err := j.projectUnits(s, a.Name)
	if err != nil {
		return nil, err
	}
	shim, err := j.shimUnits(s)
	if err != nil {
		return nil, err
	}
	ir, err := j.emitIR(ctx, s, slices.Concat(units, shim))
	if err != nil {
		return nil, err
	}
	rules, err := j.rules()
	return &program{a, units, ir, rules}, err
}

// follow analyses one artifact.
func (j *job) follow(ctx context.Context, s *pipeline.State, p *program) (*flow.Report, error) {
	start := time.Now()
	analysis, result, err := analyse(p.ir, s.Jobs, p.rules, nil)
	if err != nil {
		return nil, err
	}
	linked, err := s.Output(stepLink + "-" + p.artifact.Name)
	if err != nil {
		return nil, err
	}
	coverage, err := cover(analysis, filepath.Join(linked, moduleFile))
	if err != nil {
		return nil, err
	}
	report := flow.NewReport(j.base(p.artifact), result, coverage, j.sourceName)
	s.Events.Notef(stepFlow, "%s: %d units analysed in %s", report.Program, len(p.ir), time.Since(start).Round(time.Millisecond))
	return report, j.explainCasts(ctx, s, report, p.units)
}

// callsOf is what the analysis of an artifact came to.
func (j *job) callsOf(s *pipeline.State, a *recipe.Artifact) (*flow.Report, error) {
	dir, err := s.Output(stepFlow)
	if err != nil {
		return nil, err
	}
	r := &flow.Report{}
	return r, readJSON(filepath.Join(dir, a.Name+".json"), r)
}

// calls is an error if an artifact has a call that can meet a function of
// another type.
func (j *job) calls(s *pipeline.State) error {
	var text bytes.Buffer
	var reports []*flow.Report
	for i := range j.Recipe.Artifacts {
		r, err := j.callsOf(s, &j.Recipe.Artifacts[i])
		if err != nil {
			return err
		}
		if !r.Passed() {
			r.WriteText(&text)
		}
		reports = append(reports, r)
	}
	err := flow.Unproven(reports)
	if err == nil {
		return nil
	}
	return &diag.Error{
		Exit: diag.Findings, Op: "prove the calls by address", Err: err,
		Hint:   "docs/indirect-calls.md says what to do about each kind; --skip " + stepCalls + " builds without the proof",
		Detail: text.String(),
	}
}

// mutants gives functions of each artifact another type, and notes which of
// them the analysis did not find.
func (j *job) mutants(ctx context.Context, s *pipeline.State) error {
	j.mutated = map[string]*flow.Mutation{}
	for i := range j.Recipe.Artifacts {
		p, err := j.program(ctx, s, &j.Recipe.Artifacts[i])
		if err != nil {
			return err
		}
		_, sound, err := analyse(p.ir, s.Jobs, p.rules, nil)
		if err != nil {
			return err
		}
		if j.mutated[j.base(p.artifact)], err = mutate(ctx, p.ir, s.Jobs, p.rules, sound, j.Mutants); err != nil {
			return err
		}
	}
	return nil
}

// analyse analyses a program; edit, if it is not nil, changes it before.
func analyse(ir []flow.Unit, jobs int, rules *flow.Rules, edit func(*llvmir.Module)) (*flow.Analysis, *flow.Result, error) {
	model, err := flow.LibC()
	if err != nil {
		return nil, nil, err
	}
	a := flow.New(model)
	a.Edit = edit
	if err := a.Load(ir, jobs); err != nil {
		return nil, nil, err
	}
	a.Solve()
	return a, a.Judge(rules), nil
}

func cover(a *flow.Analysis, module string) (*flow.Coverage, error) {
	data, err := os.ReadFile(module)
	if err != nil {
		return nil, err
	}
	m, err := wasm.Decode(data)
	if err != nil {
		return nil, err
	}
	if len(m.Findings) > 0 {
		return nil, fmt.Errorf("%s: %w", module, m.Findings[0])
	}
	return a.Cover(m), nil
}

// rules are the reviewed rules for the project, nil if it has none.
func (j *job) rules() (*flow.Rules, error) {
	name, src, err := j.rulesSource()
	if src == nil {
		return nil, err
	}
	rules, err := flow.ReadRules(name, src, j.Recipe.Name)
	if err != nil {
		return nil, diag.New(diag.Usage, "read the rules for calls by address", "%w", err)
	}
	return rules, nil
}

// rulesSource is the file with the rules, nil if there is none.
func (j *job) rulesSource() (name string, src []byte, err error) {
	name = path.Join("calls", j.Recipe.Project+".yaml")
	src, err = fs.ReadFile(j.Recipes.FS, name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return name, src, err
}

// sourceName is a place as somebody who has the sources writes it.
func (j *job) sourceName(p llvmir.Pos) string {
	p.File = j.sourceFile(p.File)
	return p.String()
}

// sourceFile is a file below the project's root by its path there. Where make
// names it relative to the build tree, clang knows it as ../src/NAME from /build.
func (j *job) sourceFile(name string) string {
	for _, root := range []string{"/" + j.Recipe.Project + "/", "/src/", "/"} {
		if rest, ok := strings.CutPrefix(name, root); ok {
			return rest
		}
	}
	return name
}
