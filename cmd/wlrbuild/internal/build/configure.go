package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
)

// configureStep runs configure. Its output is the build tree.
type configureStep struct{ *job }

func (*configureStep) Name() string { return stepConfigure }

func (c *configureStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	tree, err := s.Output(stepWorktree)
	if err != nil {
		return nil, err
	}
	w := c.workdir()
	h := cache.NewHasher("configure/v1")
	if err := w.hash(s, h); err != nil {
		return nil, err
	}
	if err := h.Tree("files that configure reads", tree, matchGlobs(c.Recipe.Configure.Inputs)); err != nil {
		return nil, err
	}
	cmd := c.command(w)
	h.Strings("arguments", cmd.Argv)
	h.Strings("answers", c.facts())
	for _, p := range c.Recipe.Configure.Programs {
		h.String("program "+p.Name, p.Print)
	}
	return plan(h, cmd), nil
}

func (c *configureStep) command(w workdir) pipeline.Command {
	def := &c.Recipe.Configure
	argv := []string{
		"sh", "../src/" + def.Script,
		"--host=" + def.Host,
		// Given, or configure would ask uname.
		"--build=" + buildMachine() + "-pc-linux-gnu",
		"CC=" + compilerName,
		"AR=" + filepath.Base(c.tools.AR),
		"RANLIB=" + filepath.Base(c.tools.Ranlib),
		"NM=" + filepath.Base(c.tools.NM),
		// Or libtool looks for the machine's, and stops where there is none.
		"LD=" + filepath.Base(c.tools.LD),
		"CFLAGS=" + strings.Join(args(def.CFlags), " "),
		"LDFLAGS=" + strings.Join(args(def.LDFlags), " "),
	}
	return pipeline.Command{
		Argv: append(argv, args(def.Args)...),
		Dir:  w.path("build"),
		Env:  append(w.environ(), c.facts()...),
	}
}

// buildMachine is config.guess's name for the machine that builds.
func buildMachine() string {
	if m, ok := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}[runtime.GOARCH]; ok {
		return m
	}
	return runtime.GOARCH
}

func (c *configureStep) facts() (env []string) {
	for _, f := range c.Recipe.Configure.Cache {
		env = append(env, f.Name+"="+f.Value)
	}
	return env
}

func (c *configureStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	w := c.workdir()
	release, err := w.make(ctx, s, cc.LinkReal, "", "")
	if err != nil {
		return err
	}
	defer release()
	if err := s.Exec(ctx, stepConfigure, c.command(w)); err != nil {
		return err
	}
	if err := misled(w.path("build", "config.log")); err != nil {
		return diag.New(diag.Step, `step "configure"`, "%w", err).
			WithHint("free some space, for example with `wlrbuild cache clean`, or set WLRBUILD_CACHE to a directory on a larger disk: the cache is %s", s.Store.Dir())
	}
	return cache.CopyTree(ctx, w.path("build"), out)
}

// misled says whether a disk was full while configure tried something: it takes a
// test program that cannot be written for a feature that is not there.
func misled(log string) error {
	text, err := os.ReadFile(log)
	if err != nil {
		return err // every configure writes it
	}
	if bytes.Contains(bytes.ToLower(text), []byte("no space left on device")) {
		return errors.New("a disk was full while configure made its tests, and their results are wrong")
	}
	return nil
}
