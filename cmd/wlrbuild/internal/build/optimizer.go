package build

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
)

// optimizer is a runtime's program over the module, ready to be started.
type optimizer struct {
	*recipe.Optimizer
	program string
	digest  cache.Digest
}

// findOptimizer fetches what def names; nil if that is nil.
func findOptimizer(ctx context.Context, store *cache.Store, def *recipe.Optimizer, events progress.Sink) (*optimizer, error) {
	if def == nil {
		return nil, nil
	}
	in := prefix.Installer{Store: store, Events: events}
	set := prefix.Program("optimizer "+filepath.Base(def.Fetch.Program), "optimizer debian/v1", &def.Fetch)
	p, err := in.Install(ctx, set, false)
	if err != nil {
		return nil, err
	}
	return &optimizer{def, p.Launcher(set), p.Digest}, nil
}

// hash adds the optimizer to the inputs of a step, if there is one.
func (o *optimizer) hash(h *cache.Hasher) {
	if o != nil {
		h.Digest("optimizer", o.digest)
		h.Strings("its arguments", o.Args)
	}
}

// run is the module that the optimizer makes of another.
func (o *optimizer) run(ctx context.Context, s *pipeline.State, step string, module []byte) (optimized []byte, err error) {
	if o == nil {
		return module, nil
	}
	err = cache.WithTemp(ctx, filepath.Join(s.Store.Dir(), "tmp"), func(dir string) error {
		in, out := filepath.Join(dir, "in.wasm"), filepath.Join(dir, "out.wasm")
		if err := os.WriteFile(in, module, 0o666); err != nil {
			return err
		}
		argv := []string{o.program}
		for _, arg := range o.Args {
			argv = append(argv, strings.NewReplacer("{in}", in, "{out}", out).Replace(arg))
		}
		if err := s.Exec(ctx, step, pipeline.Command{Argv: argv, Dir: dir, Env: []string{"LC_ALL=C"}}); err != nil {
			return err
		}
		optimized, err = os.ReadFile(out)
		return err
	})
	return optimized, err
}
