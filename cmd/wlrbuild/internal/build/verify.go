package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// verifyStep runs the shipped module on the first engine of its runtime, as the
// recipe says. Its output is result.json.
type verifyStep struct {
	*job
	artifact *recipe.Artifact
}

// runResult is what a verification run came to, for metadata.json.
type runResult struct {
	Engine  string   `json:"engine"`
	Version string   `json:"version"`
	Args    []string `json:"args"`
	Stdout  string   `json:"stdout"`
}

func (v *verifyStep) Name() string { return stepVerify + "-" + v.artifact.Name }

func (v *verifyStep) engine() *recipe.Engine { return &v.runtime.Engines[0] }

func (v *verifyStep) module(s *pipeline.State) (string, error) {
	dir, err := s.Output(stepPostlink + "-" + v.artifact.Name)
	return filepath.Join(dir, moduleFile), err
}

func (v *verifyStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	module, err := v.module(s)
	if err != nil {
		return nil, err
	}
	h := cache.NewHasher("verify/v1")
	if err := h.File("module", module); err != nil {
		return nil, err
	}
	h.String("engine", v.engine().Name)
	smoke := v.artifact.Smoke
	h.Strings("arguments", smoke.Args)
	h.Strings("environment", smoke.Env)
	h.String("standard input", smoke.Stdin)
	h.String("expected", v.expected())
	argv := append([]string{v.engine().Name, moduleFile}, smoke.Args...)
	return plan(h, pipeline.Command{Argv: argv, Env: smoke.Env}), nil
}

func (v *verifyStep) expected() string {
	return strings.ReplaceAll(v.artifact.Smoke.Expect, "{version}", regexp.QuoteMeta(v.release.Version))
}

func (v *verifyStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	module, err := v.module(s)
	if err != nil {
		return err
	}
	eng, module, err := engines.Open(ctx, v.Store, engines.Options{
		Engine: v.engine(), Module: module, Stoppable: true, Getenv: v.Getenv, Events: v.Events,
	})
	if err != nil {
		return err
	}
	smoke := v.artifact.Smoke
	var stdout, stderr bytes.Buffer
	result, err := eng.Run(ctx, engine.Config{
		Module: module,
		Args:   append([]string{v.artifact.Name}, smoke.Args...),
		Env:    smoke.Env,
		Stdin:  strings.NewReader(smoke.Stdin),
		Stdout: &stdout, Stderr: &stderr,
	})
	if err == nil {
		err = v.check(result, stdout.String())
	}
	if err != nil {
		return &diag.Error{
			Exit: diag.Run, Op: fmt.Sprintf("run %s on %s %s", v.artifact.Name, eng.Name(), eng.Version()), Err: err,
			Hint:   "the module is linked and valid, but does not do what the recipe's smoke test asks for; it is kept in " + filepath.Dir(module),
			Detail: stdout.String() + stderr.String(),
		}
	}
	return writeJSON(filepath.Join(out, "result.json"), runResult{eng.Name(), eng.Version(), smoke.Args, stdout.String()})
}

// check says in what way a run was not what was expected.
func (v *verifyStep) check(result engine.Result, stdout string) error {
	switch expect := v.expected(); {
	case result.Trap != nil:
		return fmt.Errorf("it trapped: %w", result.Trap)
	case result.ExitCode != 0:
		return fmt.Errorf("it ended with status %d", result.ExitCode)
	default:
		re, err := regexp.Compile(expect)
		if err != nil {
			return err
		}
		if !re.MatchString(stdout) {
			return fmt.Errorf("it printed %q, which %s does not match", stdout, expect)
		}
		return nil
	}
}

// verified is the result of an artifact's run, nil if the recipe has none.
func (j *job) verified(s *pipeline.State, a *recipe.Artifact) (*runResult, error) {
	dir, err := s.Output(stepVerify + "-" + a.Name)
	if errors.Is(err, pipeline.ErrUnknownYet) {
		return nil, nil
	}
	var r runResult
	err = readJSON(filepath.Join(dir, "result.json"), &r)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("the cache has lost it: %w", err)
	}
	return &r, err
}
