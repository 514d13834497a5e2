package build

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/patchset"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// worktreeStep makes the patched tree.
type worktreeStep struct{ *job }

func (w *worktreeStep) Name() string { return stepWorktree }

func (w *worktreeStep) Plan(context.Context, *pipeline.State) (*pipeline.Plan, error) {
	h := cache.NewHasher("worktree/v1")
	h.String("version", w.release.Version)
	h.Digest("source", w.release.Tree)
	for _, p := range w.series.Patches {
		h.Digest("patch "+p.Name, p.Digest)
	}
	var commands []pipeline.Command
	for _, c := range w.generators() {
		h.Strings("generate "+c.Unless, c.Argv)
		commands = append(commands, pipeline.Command{Argv: c.Argv})
	}
	return plan(h, commands...), nil
}

// generators are the commands whose product the release lacks.
func (w *worktreeStep) generators() (missing []recipe.Command) {
	for _, c := range w.Recipe.Configure.Generate {
		if _, err := os.Stat(filepath.Join(w.release.Dir, c.Unless)); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, c)
		}
	}
	return missing
}

func (w *worktreeStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	info := patchset.ImportInfo{
		Version: w.release.Version, Origin: w.release.Origin,
		Time: time.Unix(w.release.SourceDateEpoch, 0),
	}
	if err := patchset.Import(ctx, w.release.Dir, out, info); err != nil {
		return err
	}
	report, err := patchset.Apply(ctx, out, w.series)
	if err != nil {
		return err
	}
	for line := range strings.Lines(report.String()) {
		s.Events.Notef(stepWorktree, "%s", strings.TrimSuffix(line, "\n"))
	}
	for _, c := range w.generators() {
		if err := s.Exec(ctx, stepWorktree, pipeline.Command{Argv: c.Argv, Dir: out, Env: w.environ()}); err != nil {
			return err
		}
	}
	return nil
}
