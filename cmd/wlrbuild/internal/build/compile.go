package build

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
)

// compileStep runs make. Its output:
//
//	obj/              the objects, by their path in the build tree
//	<artifact>.json   an objectList
//	commands.jsonl    one cc.Command per object
type compileStep struct{ *job }

// objectList is what an artifact is linked of.
type objectList struct {
	Objects []string `json:"objects"` // below obj, in the order of the command line
	Flags   []string `json:"flags"`   // for the linker: -l, -L and -Wl, as they were
}

func (*compileStep) Name() string { return stepCompile }

func (c *compileStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	tree, err := outputKey(s, stepWorktree)
	if err != nil {
		return nil, err
	}
	configured, err := outputKey(s, stepConfigure)
	if err != nil {
		return nil, err
	}
	h := cache.NewHasher("compile/v1")
	h.Digest("patched tree", tree)
	h.Digest("configured tree", configured)
	w := c.workdir()
	if err := w.hash(s, h); err != nil {
		return nil, err
	}
	h.Strings("targets", c.Recipe.Make.Targets)
	for _, f := range c.Recipe.Make.FileFlags {
		h.Strings("flags of "+f.Glob, f.Flags)
	}
	for _, a := range c.Recipe.Artifacts {
		h.String("artifact "+a.Name, a.Link)
	}
	return plan(h, c.command(w, s.Jobs)), nil
}

func (c *compileStep) command(w workdir, jobs int) pipeline.Command {
	// What several compilers print at once stays apart.
	argv := append([]string{"make", "-j" + strconv.Itoa(jobs), "--output-sync"}, c.Recipe.Make.Targets...)
	return pipeline.Command{Argv: argv, Dir: w.path("build"), Env: w.environ()}
}

func (c *compileStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	configured, err := s.Output(stepConfigure)
	if err != nil {
		return err
	}
	if err := cc.Sweep(c.objects()); err != nil {
		return err
	}
	w := c.workdir()
	stats := filepath.Join(out, "stats.jsonl")
	release, err := w.make(ctx, s, cc.LinkRecord, stats, filepath.Join(out, "commands.jsonl"))
	if err != nil {
		return err
	}
	defer release()
	if err := cache.CopyTree(ctx, configured, w.path("build")); err != nil {
		return err
	}
	if err := s.Exec(ctx, stepCompile, c.command(w, s.Jobs)); err != nil {
		return err
	}
	if st, err := cc.ReadStats(stats); err == nil {
		s.Events.Notef(stepCompile, "%s", st)
	}
	for _, a := range c.Recipe.Artifacts {
		if err := c.collect(w, a.Name, a.Link, out); err != nil {
			return diag.New(diag.Step, "collect the objects of "+a.Name, "%w", err)
		}
	}
	return nil
}

// collect copies the objects of a recorded link into the step's output.
func (c *compileStep) collect(w workdir, artifact, file, out string) error {
	link, err := cc.ReadLink(w.path("build", file))
	if err != nil {
		return err
	}
	var list objectList
	cwd, argv := link.Local(w.maps())
	for i := 0; i < len(argv); i++ {
		switch arg := argv[i]; {
		case arg == "-o":
			i++
		case strings.HasPrefix(arg, "-l"), strings.HasPrefix(arg, "-L"), strings.HasPrefix(arg, "-Wl,"):
			list.Flags = append(list.Flags, link.Argv[i])
		case strings.HasPrefix(arg, "-"):
			// For the compiler.
		default:
			obj := arg
			if !filepath.IsAbs(obj) {
				obj = filepath.Join(cwd, obj)
			}
			rel, err := filepath.Rel(w.path("build"), obj)
			if err != nil || !filepath.IsLocal(rel) {
				return fmt.Errorf("%s is linked from outside of the build tree", arg)
			}
			if err := copyObject(obj, filepath.Join(out, "obj", rel)); err != nil {
				return err
			}
			list.Objects = append(list.Objects, rel)
		}
	}
	if len(list.Objects) == 0 {
		return fmt.Errorf("the recorded link %s names no object", file)
	}
	return writeJSON(filepath.Join(out, artifact+".json"), list)
}

// copyObject copies a file; one that is there was shared by another artifact.
func copyObject(from, to string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

func writeJSON(name string, v any) error {
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o666)
}

func readJSON(name string, v any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
