package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// workdir is where configure and make run: the same place for every build of a
// release, since configure writes its path into what it makes.
//
//	src     copy of the patched tree: PHP's configure edits a file there
//	shim    link to sockshim-c
//	build   the build tree
//	bin     programs that stand before the machine's
//	cc.json configuration of the compiler launcher
//
// It is made anew for each step from that step's inputs; nothing in it is ever
// taken over from an earlier run.
type workdir struct {
	*job
	root string
}

// compilerName is how the compiler launcher is started.
const compilerName = "wlr-cc"

func (j *job) workdir() workdir {
	return workdir{j, filepath.Join(j.Store.Dir(), "work", fmt.Sprintf("%s-%s", j.Recipe.Project, j.release.Version))}
}

// irWorkdir is one beside it, where IR is made while a build may be running.
func (j *job) irWorkdir() workdir {
	w := j.workdir()
	w.root += "-ir"
	return w
}

// restore makes the directory as make finds it.
func (w workdir) restore(ctx context.Context, s *pipeline.State) (release func(), err error) {
	configured, err := s.Output(stepConfigure)
	if err != nil {
		return nil, err
	}
	if release, err = w.make(ctx, s, cc.LinkReal, "", ""); err != nil {
		return nil, err
	}
	if err := cache.CopyTree(ctx, configured, w.path("build")); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// objects is the compiler launcher's cache.
func (j *job) objects() string { return filepath.Join(j.Store.Dir(), "objects") }

func (w workdir) path(elem ...string) string {
	return filepath.Join(append([]string{w.root}, elem...)...)
}

// maps names the directories that must not be in what is built.
func (w workdir) maps() cc.PrefixMaps {
	return cc.PrefixMaps{
		w.path("src"):   "/" + w.Recipe.Project,
		w.path("shim"):  "/sockshim",
		w.path("build"): "/build",
		w.tools.Root:    toolchainName,
		w.tools.Sysroot: sysrootName, // of packages it is beside the root, not below it
	}
}

// What the toolchain's directories are called in what is built.
const (
	toolchainName = "/toolchain"
	sysrootName   = "/sysroot"
)

// make makes the directory, held by this build alone until release is called.
func (w workdir) make(ctx context.Context, s *pipeline.State, link string, stats, record string) (release func(), err error) {
	unlock, err := w.Store.Lock(ctx, "work "+filepath.Base(w.root))
	if err != nil {
		return nil, err
	}
	release = func() {
		os.RemoveAll(w.root)
		unlock()
	}
	if err := w.fill(ctx, s, link, stats, record); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

func (w workdir) fill(ctx context.Context, s *pipeline.State, link string, stats, record string) error {
	if err := os.RemoveAll(w.root); err != nil {
		return err
	}
	for _, dir := range []string{"build", "bin"} {
		if err := os.MkdirAll(w.path(dir), 0o777); err != nil {
			return err
		}
	}
	tree, err := s.Output(stepWorktree)
	if err != nil {
		return err
	}
	if err := cache.CopyTree(ctx, tree, w.path("src")); err != nil {
		return err
	}
	shim, err := s.Output(stepShim)
	if err != nil {
		return err
	}
	if err := os.Symlink(shim, w.path("shim")); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(self, w.path("bin", compilerName)); err != nil {
		return err
	}
	for _, p := range w.Recipe.Configure.Programs {
		script := fmt.Sprintf("#!/bin/sh\necho '%s'\n", p.Print)
		if err := os.WriteFile(w.path("bin", p.Name), []byte(script), 0o777); err != nil {
			return err
		}
	}
	libs, err := shimLibraries(w.path("shim"), configureBackend, setjmpModes[configureSetjmp])
	if err != nil {
		return err
	}
	cfg := cc.Config{
		Clang:      w.tools.Clang,
		Flags:      w.compilerFlags(),
		LinkFlags:  libs,
		PrefixMaps: w.maps(),
		Cache:      w.objects(),
		Toolchain:  w.tools.Digest.String(),
		System:     []string{w.tools.Sysroot, w.tools.ResourceDir},
		Link:       link,
		Stats:      stats,
		Record:     record,
	}
	for _, f := range w.Recipe.Make.FileFlags {
		cfg.FileFlags = append(cfg.FileFlags, cc.FileFlags{Glob: f.Glob, Flags: f.Flags})
	}
	return cfg.WriteFile(w.path("cc.json"))
}

// What configure links its tests with. Backends and setjmp's archives have the
// same functions, so the answers are true of all.
const (
	configureBackend = "preview1"
	configureSetjmp  = "none"
)

// compilerFlags are what every compilation gets before the project's own.
func (w workdir) compilerFlags() []string {
	return slices.Concat([]string{"-isystem", w.path("shim", "include")}, shimDefines, setjmpFlags)
}

// environ is the environment of configure and make.
func (w workdir) environ() []string {
	env := w.job.environ()
	for i, kv := range env {
		if rest, ok := strings.CutPrefix(kv, "PATH="); ok {
			env[i] = "PATH=" + w.path("bin") + string(filepath.ListSeparator) + rest
		}
	}
	return append(env, cc.EnvConfig+"="+w.path("cc.json"))
}

// hash adds what the work directory is made of, but for the trees.
func (w workdir) hash(s *pipeline.State, h *cache.Hasher) error {
	shim, err := outputKey(s, stepShim)
	if err != nil {
		return err
	}
	h.String("work directory", w.root)
	h.Digest("shim", shim)
	h.Digest("toolchain", w.tools.Digest)
	h.String("source date epoch", fmt.Sprint(w.release.SourceDateEpoch))
	return nil
}

func args(list []recipe.Arg) []string {
	argv := []string{} // and not null in metadata.json
	for _, a := range list {
		argv = append(argv, a.Arg)
	}
	return argv
}
