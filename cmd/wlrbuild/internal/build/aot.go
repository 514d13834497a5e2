package build

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// aotInfo is an artifact that was compiled ahead of time.
type aotInfo struct {
	Engine  string      `json:"engine"`
	Version string      `json:"version"`
	CPU     engines.CPU `json:"cpu"`
	File    string      `json:"file"`
	Size    int64       `json:"size"` // bytes
	SHA256  string      `json:"sha256"`
	// Command runs the file, in the directory it is in. What the program is to
	// see of the machine is still to be added.
	Command []string `json:"command"`
	engines.Compiled
}

// aotSteps compile every artifact for every engine that was asked for. That they
// run in every build costs nothing: what was compiled before is in the store.
func (j *job) aotSteps(s *pipeline.State) (steps []pipeline.Step) {
	j.compiled = map[string][]aotInfo{}
	for _, want := range j.AOT {
		for i := range j.Recipe.Artifacts {
			a := &j.Recipe.Artifacts[i]
			name := strings.Join([]string{stepAOT, want.Engine + want.Version, a.Name}, "-")
			steps = append(steps, task{name, func(ctx context.Context) error {
				info, err := j.aot(ctx, s, a, want)
				if err != nil {
					return err
				}
				j.compiled[a.Name] = append(j.compiled[a.Name], *info)
				return nil
			}})
		}
	}
	return steps
}

func (j *job) aot(ctx context.Context, s *pipeline.State, a *recipe.Artifact, want cli.AOT) (*aotInfo, error) {
	i := slices.IndexFunc(j.runtime.Engines, func(e recipe.Engine) bool { return e.Name == want.Engine })
	program, err := engines.Find(ctx, j.Store, &j.runtime.Engines[i], want.Version, j.Getenv, j.Events)
	if err != nil {
		return nil, err
	}
	dir, err := s.Output(stepPostlink + "-" + a.Name)
	if err != nil {
		return nil, err
	}
	c, err := engines.Compile(ctx, j.Store, program, filepath.Join(dir, moduleFile), j.AOTCPU)
	if err != nil {
		return nil, err
	}
	info := &aotInfo{Engine: want.Engine, Version: program.Version, CPU: j.AOTCPU, Compiled: *c}
	info.File = strings.Join([]string{j.base(a), want.Engine, program.Version, string(j.AOTCPU)}, "-") + filepath.Ext(c.Path)
	info.Command = []string{want.Engine}
	for _, arg := range program.Release.RunAOT {
		switch arg {
		case "{dirs}", "{env}", "{args}": // none
		default:
			info.Command = append(info.Command, strings.ReplaceAll(arg, "{module}", info.File))
		}
	}
	return info, nil
}
