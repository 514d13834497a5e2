// Package oracle builds a project for the machine it is built on, from the same
// source and with the same configure arguments as a recipe's artifacts: what it
// prints is what an artifact should print, and its build time is what a build
// is compared with.
package oracle

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
)

// Options say what to build.
type Options struct {
	Recipe  *recipe.Recipe
	Release *source.Release
}

// Native is a native build in the cache.
type Native struct {
	dir string
}

// Program is the path of an artifact, by its name in the recipe.
func (n *Native) Program(artifact string) string { return filepath.Join(n.dir, artifact) }

// Build returns the native build, made with the machine's gcc and make if it is
// not in the cache.
func Build(ctx context.Context, s *pipeline.State, o Options) (*Native, error) {
	step := &native{o}
	if err := pipeline.Execute(ctx, s, []pipeline.Step{step}); err != nil {
		return nil, err
	}
	dir, err := s.Output(step.Name())
	if err != nil {
		return nil, err
	}
	return &Native{dir}, nil
}

type native struct{ Options }

func (n *native) Name() string { return "native" }

// cflags are the optimisation of the artifacts; nothing of what makes up for
// WASI.
var cflags = []string{"-O2", "-g", "-D_GNU_SOURCE"}

// environ is scrubbed like that of a build for a runtime.
func (n *native) environ() []string {
	env := []string{
		"PATH=" + toolchain.HostPath, "LC_ALL=C", "TZ=UTC",
		"PKG_CONFIG_LIBDIR=/nonexistent",
		fmt.Sprintf("SOURCE_DATE_EPOCH=%d", n.Release.SourceDateEpoch),
	}
	return append(env, "HOME="+os.TempDir())
}

func (n *native) commands(dir string, jobs int) []pipeline.Command {
	configure := []string{"sh", filepath.Join(dir, "src", n.Recipe.Configure.Script), "CC=gcc", "CFLAGS="}
	for _, f := range cflags {
		configure[len(configure)-1] += f + " "
	}
	for _, a := range n.Recipe.Configure.Args {
		configure = append(configure, a.Arg)
	}
	build := filepath.Join(dir, "build")
	return []pipeline.Command{
		{Argv: configure, Dir: build, Env: n.environ()},
		{Argv: append([]string{"make", "-j" + strconv.Itoa(jobs)}, n.Recipe.Make.Targets...), Dir: build, Env: n.environ()},
	}
}

func (n *native) Plan(ctx context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	version, err := s.ExecOutput(ctx, n.Name(), pipeline.Command{Argv: []string{"gcc", "--version"}, Dir: os.TempDir(), Env: n.environ()})
	if err != nil {
		return nil, err
	}
	h := cache.NewHasher("native/v1")
	h.Digest("source", n.Release.Tree)
	h.String("compiler", string(version))
	commands := n.commands("", 0)
	for _, c := range commands {
		h.Strings("command", c.Argv)
	}
	return &pipeline.Plan{Key: h.Sum(), Inputs: h.Inputs(), Commands: commands}, nil
}

func (n *native) Run(ctx context.Context, s *pipeline.State, out string) error {
	return cache.WithTemp(ctx, filepath.Join(s.Store.Dir(), "tmp"), func(dir string) error {
		if err := os.Symlink(n.Release.Dir, filepath.Join(dir, "src")); err != nil {
			return err
		}
		if err := os.Mkdir(filepath.Join(dir, "build"), 0o777); err != nil {
			return err
		}
		for _, c := range n.commands(dir, s.Jobs) {
			if err := s.Exec(ctx, n.Name(), c); err != nil {
				return err
			}
		}
		for _, a := range n.Recipe.Artifacts {
			data, err := os.ReadFile(filepath.Join(dir, "build", a.Link))
			if err != nil {
				return diag.New(diag.Step, "native build", "%w", err)
			}
			if err := os.WriteFile(filepath.Join(out, a.Name), data, 0o777); err != nil {
				return err
			}
		}
		return nil
	})
}
