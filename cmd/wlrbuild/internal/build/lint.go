package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/lint"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/report"
)

// lintStep holds the module against every release of the runtime's engines. It
// takes so little time that it is done in every build: what it finds depends on
// this program, too, and not on its inputs alone.
type lintStep struct {
	*job
	artifact *recipe.Artifact
}

// lintResult is what was found in a module, for metadata.json.
type lintResult struct {
	Findings []report.JSONFinding `json:"findings"`
	Results  []report.JSONVerdict `json:"results"`
}

func (l *lintStep) Name() string { return stepLint + "-" + l.artifact.Name }
func (l *lintStep) Always() bool { return true }

// module is the copy with symbols: its code is that of what is shipped.
func (l *lintStep) module(s *pipeline.State) (string, error) {
	dir, err := s.Output(stepPostlink + "-" + l.artifact.Name)
	return filepath.Join(dir, debugFile), err
}

func (l *lintStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	if _, err := l.module(s); err != nil {
		return nil, err
	}
	return plan(cache.NewHasher("lint/v1")), nil
}

func (l *lintStep) Run(_ context.Context, s *pipeline.State, _ string) error {
	module, err := l.module(s)
	if err != nil {
		return err
	}
	targets, err := lint.Of(l.runtime)
	if err != nil {
		return err
	}
	file, err := lint.File(module, check.Options{Targets: targets}, nil, nil)
	if err != nil {
		return err
	}
	file.Path = l.artifact.Name
	if l.linted == nil {
		l.linted = map[string]*lintResult{}
	}
	j := report.ForJSON(file)
	l.linted[l.artifact.Name] = &lintResult{j.Findings, j.Verdicts}

	r := &report.Report{Files: []report.File{*file}}
	if bad := r.Counted(check.Error); len(bad) > 0 {
		r.Files[0].Findings = bad
		var text bytes.Buffer
		if err := report.Text(&text, r); err != nil {
			return err
		}
		return &diag.Error{
			Exit: diag.Findings, Op: "lint " + l.artifact.Name,
			Err:    fmt.Errorf("it would go wrong on runtime %s", l.runtime.Name),
			Hint:   fmt.Sprintf("`wlrbuild explain %s` says what to do; the module is kept as %s", bad[0].Check.ID, module),
			Detail: text.String(),
		}
	}
	if err := l.log(s, r); err != nil {
		return s.WriteError(l.Name(), err)
	}
	return nil
}

// log writes all findings to the step's log; the milder ones are only there and
// in metadata.json.
func (l *lintStep) log(s *pipeline.State, r *report.Report) error {
	if len(r.Files[0].Findings) == 0 {
		return nil
	}
	if err := os.MkdirAll(s.Logs, 0o777); err != nil {
		return err
	}
	f, err := os.Create(s.LogPath(l.Name()))
	if err != nil {
		return err
	}
	return errors.Join(report.Text(f, r), f.Close())
}
