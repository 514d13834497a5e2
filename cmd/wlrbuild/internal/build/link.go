package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// linkStep links one artifact for the runtime. Its output is module.wasm, with
// names and debug information.
type linkStep struct {
	*job
	artifact *recipe.Artifact
}

func (l *linkStep) Name() string { return stepLink + "-" + l.artifact.Name }

// moduleFile is the file in the outputs of link and postlink.
const moduleFile = "module.wasm"

func (l *linkStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	compiled, err := s.Output(stepCompile)
	if err != nil {
		return nil, err
	}
	// The objects and their list, not the key of the step that made them:
	// what a patch does not change in the objects needs no new link.
	h := cache.NewHasher("link/v1")
	var list objectList
	if err := readJSON(filepath.Join(compiled, l.artifact.Name+".json"), &list); err != nil {
		return nil, err
	}
	h.Strings("order of objects", list.Objects)
	mine := map[string]bool{}
	for _, o := range list.Objects {
		mine["obj/"+o] = true
	}
	if err := h.Tree("objects", compiled, func(name string) bool {
		return strings.HasSuffix(name, "/") || mine[name]
	}); err != nil {
		return nil, err
	}
	shim, err := outputKey(s, stepShim)
	if err != nil {
		return nil, err
	}
	h.Digest("shim", shim)
	h.Digest("toolchain", l.tools.Digest)
	flags := l.flags(&list)
	h.Strings("flags", flags)
	h.String("backend", l.runtime.Backend)
	h.Strings("setjmp", []string{setjmp(l.runtime).jumps, setjmp(l.runtime).contexts})
	argv := append([]string{l.tools.Clang}, flags...)
	return plan(h, pipeline.Command{Argv: append(argv, "-o", moduleFile, fmt.Sprintf("(%d objects)", len(list.Objects)))}), nil
}

// flags are the recipe's, the runtime's and those every module needs.
func (l *linkStep) flags(list *objectList) []string {
	flags := append([]string{}, list.Flags...)
	flags = append(flags, args(l.runtime.LDFlags)...)
	return append(flags,
		fmt.Sprintf("-Wl,-z,stack-size=%d", l.runtime.Stack),
		// Below the data: what overflows it traps, and destroys nothing.
		"-Wl,--stack-first",
		// A signature mismatch is a warning to wasm-ld, and a trap when called.
		"-Wl,--fatal-warnings",
	)
}

func (l *linkStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	compiled, err := s.Output(stepCompile)
	if err != nil {
		return err
	}
	shim, err := s.Output(stepShim)
	if err != nil {
		return err
	}
	var list objectList
	if err := readJSON(filepath.Join(compiled, l.artifact.Name+".json"), &list); err != nil {
		return err
	}
	libs, err := shimLibraries(shim, l.runtime.Backend, setjmp(l.runtime))
	if err != nil {
		return diag.New(diag.Usage, "link for runtime "+l.runtime.Name, "%w", err)
	}
	argv := append([]string{l.tools.Clang}, l.flags(&list)...)
	argv = append(argv, "-o", filepath.Join(out, moduleFile))
	argv = append(argv, list.Objects...)
	return s.Exec(ctx, l.Name(), pipeline.Command{
		Argv: append(argv, libs...), Dir: filepath.Join(compiled, "obj"), Env: l.environ(),
	})
}

// postlinkStep runs the runtime's passes over a linked module, and makes of it
// what is shipped:
//
//	module.wasm  stripped
//	debug.wasm   the same code with names, and with debug information if no
//	             pass has moved the code
type postlinkStep struct {
	*job
	artifact *recipe.Artifact
}

const debugFile = "debug.wasm"

func (p *postlinkStep) Name() string { return stepPostlink + "-" + p.artifact.Name }

func (p *postlinkStep) linked(s *pipeline.State) (string, error) {
	dir, err := s.Output(stepLink + "-" + p.artifact.Name)
	return filepath.Join(dir, moduleFile), err
}

func (p *postlinkStep) Plan(_ context.Context, s *pipeline.State) (*pipeline.Plan, error) {
	module, err := p.linked(s)
	if err != nil {
		return nil, err
	}
	h := cache.NewHasher("postlink/v2")
	if err := h.File("module", module); err != nil {
		return nil, err
	}
	options, err := p.passOptions(s)
	if err != nil {
		return nil, err
	}
	if err := postlink.Hash(h, passes(p.runtime), options); err != nil {
		return nil, err
	}
	p.optimizer.hash(h)
	h.Strings("mark", []string{p.runtime.Name, p.runtime.Backend, p.runtime.Setjmp})
	h.Digest("toolchain", p.tools.Digest)
	return plan(h, p.strip(module, moduleFile)), nil
}

func (p *postlinkStep) strip(module, out string) pipeline.Command {
	return pipeline.Command{
		Argv: []string{p.tools.Strip, "--strip-all", "-o", out, module},
		Dir:  filepath.Dir(module), Env: p.environ(),
	}
}

func (p *postlinkStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	module, err := p.linked(s)
	if err != nil {
		return err
	}
	debug := filepath.Join(out, debugFile)
	if err := p.passes(ctx, s, module, debug); err != nil {
		return err
	}
	return s.Exec(ctx, p.Name(), p.strip(debug, filepath.Join(out, moduleFile)))
}

// passOptions is what the recipe and the rules for calls by address say of functions.
func (j *job) passOptions(s *pipeline.State) (o postlink.Options, err error) {
	tree, err := s.Output(stepWorktree)
	if err != nil {
		return o, err
	}
	for i := range j.Recipe.Hot {
		hot, err := hotFunction(tree, &j.Recipe.Hot[i])
		if err != nil {
			return o, err
		}
		o.Hot = append(o.Hot, hot)
	}
	rules, err := j.rules()
	if err != nil || rules == nil {
		return o, err
	}
	for _, r := range rules.List {
		if r.Adapt != nil {
			o.Adapt = append(o.Adapt, postlink.Adaptation(*r.Adapt))
		}
	}
	return o, nil
}

// hotFunction makes of what a recipe says of a hot function what the passes take. tree
// is the patched source.
func hotFunction(tree string, f *recipe.HotFunction) (hot postlink.Hot, err error) {
	hot.Function = f.Function
	if f.Callees != "" {
		if hot.Callees, err = regexp.Compile(f.Callees); err != nil {
			return hot, err
		}
	}
	var inline []string
	for i := range f.Inline {
		expr, err := inlineNames(tree, &f.Inline[i])
		if err != nil {
			return hot, diag.New(diag.Step, "functions that become a part of "+f.Function, "%w", err).
				WithHint("the recipe's hot says where they are named: wlrbuild explain recipe.hot.inline")
		}
		inline = append(inline, "(?:"+expr+")")
	}
	if len(inline) > 0 {
		hot.Inline, err = regexp.Compile(strings.Join(inline, "|"))
	}
	return hot, err
}

// inlineNames is a regular expression for functions that become a part of another.
func inlineNames(tree string, in *recipe.Inline) (string, error) {
	if in.File == "" {
		return in.Names, nil
	}
	text, err := os.ReadFile(filepath.Join(tree, filepath.FromSlash(in.File)))
	if err != nil {
		return "", err
	}
	expr, err := regexp.Compile(in.Names)
	if err != nil {
		return "", err
	}
	var names []string
	for _, m := range expr.FindAllSubmatch(text, -1) {
		names = append(names, regexp.QuoteMeta(string(m[1])))
	}
	if len(names) == 0 {
		return "", fmt.Errorf("%s has nothing that %q matches", in.File, in.Names)
	}
	return "^(?:" + strings.Join(names, "|") + ")$", nil
}

// passes writes to out what the runtime's passes make of the module.
func (p *postlinkStep) passes(ctx context.Context, s *pipeline.State, module, out string) error {
	data, err := os.ReadFile(module)
	if err != nil {
		return err
	}
	options, err := p.passOptions(s)
	if err != nil {
		return err
	}
	if data, err = postlink.Run(data, passes(p.runtime), options); err == nil {
		data, err = p.optimizer.run(ctx, s, p.Name(), data)
	}
	if err == nil {
		data, err = mark(data, p.runtime)
	}
	if err != nil {
		return diag.New(diag.Step, "post-link "+p.artifact.Name, "%w", err)
	}
	return os.WriteFile(out, data, 0o666)
}
