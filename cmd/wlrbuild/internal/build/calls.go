package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/flow"
	"github.com/wlrbuild/wlrbuild/verify/llvmir"
	"github.com/wlrbuild/wlrbuild/verify/wasm"
)

// stepCalls is the step that `wlrbuild verify` has instead of running what was
// built.
const stepCalls = "calls"

// Verify builds as far as linking, and proves of every artifact that no call by
// address meets a function of another type.
func (Builder) Verify(ctx context.Context, o cli.BuildOptions) ([]*flow.Report, error) {
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
		steps = append(steps, task{stepCalls, func(ctx context.Context) error {
			for i := range j.Recipe.Artifacts {
				r, err := j.verifyCalls(ctx, s, &j.Recipe.Artifacts[i])
				if err != nil {
					return err
				}
				reports = append(reports, r)
			}
			return nil
		}})
		if err := pipeline.Execute(ctx, s, steps); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// verifyCalls analyses one artifact.
func (j *job) verifyCalls(ctx context.Context, s *pipeline.State, a *recipe.Artifact) (*flow.Report, error) {
	fail := func(err error) error {
		return diag.New(diag.Step, "verify the calls by address of "+a.Name, "%w", err)
	}
	units, err := j.projectUnits(s, a.Name)
	if err != nil {
		return nil, fail(err)
	}
	shim, err := j.shimUnits(s)
	if err != nil {
		return nil, fail(err)
	}
	ir, err := j.emitIR(ctx, s, append(units, shim...))
	if err != nil {
		return nil, err
	}
	rules, err := j.rules()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	analysis, result, err := analyse(ir, s.Jobs, rules, nil)
	if err != nil {
		return nil, fail(err)
	}
	linked, err := s.Output(stepLink + "-" + a.Name)
	if err != nil {
		return nil, fail(err)
	}
	coverage, err := cover(analysis, filepath.Join(linked, moduleFile))
	if err != nil {
		return nil, fail(err)
	}
	program := fmt.Sprintf("%s-%s-%s", a.Name, j.release.Version, j.runtime.Name)
	report := flow.NewReport(program, result, coverage, j.sourceName)
	s.Events.Notef(stepCalls, "%s: %d units analysed in %s", program, len(ir), time.Since(start).Round(time.Millisecond))
	if j.Mutants > 0 {
		report.Mutation, err = mutate(ctx, ir, s.Jobs, rules, result, j.Mutants)
		if err != nil {
			return nil, fail(err)
		}
	}
	return report, j.explainCasts(ctx, s, report, units)
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

// rules are the reviewed rules for the project, if it has any.
func (j *job) rules() (*flow.Rules, error) {
	name := path.Join("calls", j.Recipe.Project+".yaml")
	src, err := fs.ReadFile(j.Recipes.FS, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rules, err := flow.ReadRules(name, src, j.Recipe.Name)
	if err != nil {
		return nil, diag.New(diag.Usage, "read the rules for calls by address", "%w", err)
	}
	return rules, nil
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
