package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/patchset"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/wrapper"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// quotedType matches a type in a warning: 'zend_rc_dtor_func_t' (aka 'void (*)(…)').
var quotedType = regexp.MustCompile(`'([^']*)'(?: \(aka '([^']*)'\))?`)

// fixable is a cast of a function that a report has found.
type fixable struct {
	wrapper.Cast
	unit     irUnit // in which clang sees it
	findings []*flow.ReportFinding
}

// fixesFolder is the series in the folder of --fix.
func fixesFolder(o cli.BuildOptions) string {
	return filepath.Join(o.Fix, o.Recipe.Project, o.Recipe.Branch)
}

// addsToOwn says whether --fix and --patches are the same folder.
func addsToOwn(o cli.BuildOptions) bool {
	return o.Patches != "" && filepath.Clean(o.Patches) == filepath.Clean(o.Fix)
}

// fixesFit is an error if --fix names a folder with another series.
func fixesFit(o cli.BuildOptions) error {
	if o.Fix == "" || addsToOwn(o) {
		return nil
	}
	if _, err := os.Lstat(fixesFolder(o)); err == nil {
		return diag.New(diag.Usage, "write patches to "+o.Fix, "there are patches of %s %s already", o.Recipe.Project, o.Recipe.Branch).
			WithHint("name a new folder, or the same one with --patches, and the patches are added to it")
	}
	return nil
}

// copySeries puts the series that the build is made with into the folder of
// --fix, where more is added.
func (j *job) copySeries() error {
	if addsToOwn(j.BuildOptions) {
		return nil
	}
	folder, err := patchset.Open(j.Patches)
	if err != nil {
		return err
	}
	series, err := fs.Sub(folder, path.Join(j.Recipe.Project, j.Recipe.Branch))
	if err == nil {
		err = os.CopyFS(fixesFolder(j.BuildOptions), series)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a branch need not have patches
		return diag.New(diag.Step, "write patches to "+j.Fix, "%w", err)
	}
	return nil
}

// fix writes patches that put wrappers where functions of another type are cast,
// and notes in the reports what became of each finding.
func (j *job) fix(ctx context.Context, s *pipeline.State, reports []*flow.Report) error {
	if !slices.ContainsFunc(reports, func(r *flow.Report) bool { return len(r.Findings) > 0 }) {
		return nil
	}
	if err := j.copySeries(); err != nil {
		return err
	}
	w := j.irWorkdir()
	release, err := w.restore(ctx, s)
	if err != nil {
		return err
	}
	defer release()
	casts, err := j.fixables(ctx, s, reports)
	if err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(casts)) {
		if err := j.fixFile(ctx, s, file, casts[file]); err != nil {
			return err
		}
	}
	return nil
}

// fixables are the casts of the functions that were found, by file. A finding of
// which there is none says so.
func (j *job) fixables(ctx context.Context, s *pipeline.State, reports []*flow.Report) (map[string][]*fixable, error) {
	byFile := map[string][]*fixable{}
	warnings := map[string][]flow.Cast{} // by unit
	root := j.irWorkdir().path("src")
	for i, r := range reports {
		units, err := j.projectUnits(s, j.Recipe.Artifacts[i].Name)
		if err != nil {
			return nil, err
		}
		for n := range r.Findings {
			f := &r.Findings[n]
			f.Fix = &flow.Fix{}
			seen := false
			for _, u := range units {
				name := j.sourceFile(u.name)
				if !slices.Contains(filesOf(f), name) {
					continue
				}
				if _, ok := warnings[name]; !ok {
					warnings[name] = j.castWarnings(ctx, s, u)
				}
				for _, c := range castsOf(f.Function, warnings[name], root) {
					file, cast, ok := asCast(f.Function, c)
					if !ok {
						continue
					}
					seen = true
					k := slices.IndexFunc(byFile[file], func(o *fixable) bool { return o.Cast == cast })
					if k < 0 {
						k = len(byFile[file])
						byFile[file] = append(byFile[file], &fixable{Cast: cast, unit: u})
					}
					byFile[file][k].findings = append(byFile[file][k].findings, f)
				}
			}
			if !seen {
				f.Fix.Refused = "clang sees no cast of it where its address goes"
			}
		}
	}
	return byFile, nil
}

// asCast reads the two types of a warning.
func asCast(f flow.ReportedFunc, c flow.Cast) (file string, cast wrapper.Cast, ok bool) {
	cast.Function = f.Name
	for _, m := range quotedType.FindAllStringSubmatch(c.Text, -1) {
		plain := m[2]
		if plain == "" {
			plain = m[1]
		}
		switch {
		case m[1] == pointerTo(f) && cast.From == "":
			cast.From = plain
		case cast.To == "":
			cast.To = plain
		}
	}
	place := strings.Split(c.Pos, ":")
	if len(place) != 3 || cast.From == "" || cast.To == "" {
		return "", cast, false
	}
	from, unknownFrom := wrapper.ParseFunc(cast.From)
	to, unknownTo := wrapper.ParseFunc(cast.To)
	if unknownFrom == nil && unknownTo == nil && wrapper.SameInWasm(from, to) {
		return "", cast, false // another cast of the same function, which does no harm
	}
	fmt.Sscan(place[1], &cast.Line)
	fmt.Sscan(place[2], &cast.Col)
	return place[0], cast, true
}

// fixFile writes the patch for one file, if one of the casts in it can be
// replaced.
func (j *job) fixFile(ctx context.Context, s *pipeline.State, file string, casts []*fixable) error {
	name := j.irWorkdir().path("src", filepath.FromSlash(file))
	refuse := func(c *fixable, reason string) {
		for _, f := range c.findings {
			f.Fix.Refused = reason
		}
	}
	old, err := os.ReadFile(name)
	if err != nil {
		for _, c := range casts {
			refuse(c, file+" is not in the source, but made by the build")
		}
		return nil
	}
	var kept []*fixable
	var list []wrapper.Cast
	for _, c := range casts {
		if _, err := wrapper.Rewrite(string(old), []wrapper.Cast{c.Cast}); err != nil {
			refuse(c, err.Error())
			continue
		}
		kept, list = append(kept, c), append(list, c.Cast)
	}
	if kept == nil {
		return nil
	}
	text, err := wrapper.Rewrite(string(old), list)
	if err == nil {
		err = j.compiles(ctx, s, kept, name, text)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		for _, c := range kept {
			refuse(c, err.Error())
		}
		return os.WriteFile(name, old, 0o666) // other units may include it
	}
	var functions []string
	for _, c := range kept {
		if !slices.Contains(functions, c.Function) {
			functions = append(functions, c.Function)
		}
	}
	reason := "Cast to a type that they do not have, and called as that: " + strings.Join(functions, ", ") + `.
Natively this works; WebAssembly compares the types at each call, and traps. A
function of the type that is called passes the call on.`
	patch, err := patchset.Add(fixesFolder(j.BuildOptions), strings.TrimSuffix(path.Base(file), path.Ext(file))+": call functions as what they are", reason,
		[]patchset.Edit{{Name: file, Old: old, New: []byte(text)}})
	if err != nil {
		return err
	}
	for _, c := range kept {
		for _, f := range c.findings {
			f.Fix.Patch = patch
		}
	}
	return nil
}

// compiles is an error if the text in place of a file gives no program, in one
// of the units that the casts are in.
func (j *job) compiles(ctx context.Context, s *pipeline.State, casts []*fixable, file, text string) error {
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		return err
	}
	for _, c := range casts {
		argv := slices.Concat(c.unit.argv, []string{"-fsyntax-only", "-w"})
		if err := s.Exec(ctx, stepFlow, pipeline.Command{Argv: argv, Dir: c.unit.dir, Env: j.environ()}); err != nil {
			return fmt.Errorf("with a wrapper, %s does not compile: %w", j.sourceFile(c.unit.name), err)
		}
	}
	return nil
}
