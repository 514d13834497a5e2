package build

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// insertedCast is a file of verify/flow/testdata/casts: C that is put at the end
// of a translation unit of PHP, and calls a function as what it is not. Its
// first comments say where, and what is to be found:
//
//	// way: stored in a slot that PHP declares
//	// differs: a result that is not wanted
//	// unit: Zend/zend_variables.c
//	// wrong: count_destroyed in destroy_more
//
// The place of the cast is the line that ends in a comment with that word.
type insertedCast struct {
	name, way, differs, unit string
	wrong, in                string // function, and what calls it
	place                    string
	text                     string
}

func readInserted(t *testing.T, file string) *insertedCast {
	t.Helper()
	c := &insertedCast{name: filepath.Base(file), text: read(t, file)}
	number := 0
	for line := range strings.Lines(c.text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		for prefix, to := range map[string]*string{"// way: ": &c.way, "// differs: ": &c.differs, "// unit: ": &c.unit, "// wrong: ": &c.wrong} {
			if value, ok := strings.CutPrefix(line, prefix); ok {
				*to = value
			}
		}
		if strings.HasSuffix(line, "/* cast */") {
			c.place = fmt.Sprintf("casts/%s:%d:", c.name, number)
		}
	}
	c.wrong, c.in, _ = strings.Cut(c.wrong, " in ")
	if c.way == "" || c.differs == "" || c.unit == "" || c.in == "" || c.place == "" {
		t.Fatalf("%s does not say all of itself: %+v", file, *c)
	}
	return c
}

// found says whether a report has the cast, with its place.
func (c *insertedCast) found(r *flow.Report) bool {
	for _, f := range r.Findings {
		for _, call := range f.Calls {
			if f.Function.Name != c.wrong || call.In != c.in {
				continue
			}
			if slices.ContainsFunc(placesOf(call), func(p string) bool { return strings.HasPrefix(p+":", c.place) }) {
				return true
			}
		}
	}
	// What is found of a store that is given up is its place.
	if slices.ContainsFunc(r.Problems, func(p flow.Problem) bool { return p.Kind == "lost store" && strings.HasPrefix(p.Text, c.place) }) {
		return true
	}
	// A call by name of what is declared as something else is not one by address.
	return slices.ContainsFunc(r.Problems, func(p flow.Problem) bool {
		return p.Kind == "direct call" && strings.HasPrefix(p.Text, c.place) && strings.Contains(p.Text, ": "+c.wrong+",")
	})
}

// placesOf are the places that a call's address goes through.
func placesOf(call flow.ReportCall) []string {
	places := []string{call.Taken, call.Pos}
	for _, step := range call.Path {
		places = append(places, step.Pos)
	}
	return places
}

// TestInsertedCasts puts 50 casts of different kinds into PHP 8.2, and expects
// verify to find each, at its place, and nothing else.
func TestInsertedCasts(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	files, err := filepath.Glob("../../../../verify/flow/testdata/casts/*.c")
	if err != nil || len(files) != 50 {
		t.Fatalf("%d casts, %v", len(files), err)
	}
	var casts []*insertedCast
	for _, file := range files {
		casts = append(casts, readInserted(t, file))
	}
	j, s := phpJob(t, "php-8.2")
	a := &j.Recipe.Artifacts[slices.IndexFunc(j.Recipe.Artifacts, func(a recipe.Artifact) bool { return a.Name == "php" })]
	p, err := j.program(t.Context(), s, a)
	if err != nil {
		t.Fatal(err)
	}
	insert(t, j, s, p, casts)
	_, result, err := analyse(p.ir, s.Jobs, p.rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := flow.NewReport(j.base(a), result, nil, j.sourceName)
	missed := 0
	for _, c := range casts {
		if !c.found(r) {
			missed++
			t.Errorf("%s: %s, %s: %s is not found in %s, from %s on", c.name, c.way, c.differs, c.wrong, c.in, c.place)
		}
	}
	for _, f := range r.Findings {
		for _, call := range f.Calls {
			if !slices.ContainsFunc(placesOf(call), func(p string) bool { return strings.HasPrefix(p, "casts/") }) {
				t.Errorf("%s is found at %s, where nothing was put in", f.Function.Name, call.Pos)
			}
		}
	}
	for _, p := range r.Problems {
		if !strings.HasPrefix(p.Text, "casts/") {
			t.Errorf("%s: %s", p.Kind, p.Text)
		}
	}
	t.Logf("%d of %d found, %d of them problems", len(casts)-missed, len(casts), len(r.Problems))
}

// phpJob is the job of a recipe, compiled in the user's cache.
func phpJob(t *testing.T, name string) (*job, *pipeline.State) {
	t.Helper()
	all, _, err := jobs(t.Context(), phpOptions(t, name))
	if err != nil {
		t.Fatal(err)
	}
	j := all[0]
	s := j.state()
	steps := []pipeline.Step{&worktreeStep{j}, &shimStep{j}, &configureStep{j}, &compileStep{j}}
	if err := pipeline.Execute(t.Context(), s, steps); err != nil {
		t.Fatal(err)
	}
	return j, s
}

// phpOptions are those of a build in the user's cache.
func phpOptions(t *testing.T, name string) cli.BuildOptions {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	set, err := recipe.Open("")
	must(err)
	r, version, err := set.Find(name)
	must(err)
	rt, err := set.Runtime(r.Runtimes[0])
	must(err)
	tools, err := set.Toolchain(r.Toolchain)
	must(err)
	dir, err := cache.DefaultDir()
	must(err)
	return cli.BuildOptions{
		Recipes: set, Recipe: r, Version: version, Runtimes: []*recipe.Runtime{rt}, Toolchain: tools,
		Jobs: runtime.NumCPU(), Store: openStore(t, dir), Env: os.Environ(),
	}
}

// insert puts casts at the end of the units of a program that they name.
func insert(t *testing.T, j *job, s *pipeline.State, p *program, casts []*insertedCast) {
	t.Helper()
	release, err := j.irWorkdir().restore(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	dir := t.TempDir()
	var edited []int
	for i, u := range p.units {
		var text bytes.Buffer
		for _, c := range casts {
			if c.unit == j.sourceFile(u.name) {
				fmt.Fprintf(&text, "#line 1 \"/casts/%s\"\n%s", c.name, c.text)
			}
		}
		if text.Len() == 0 {
			continue
		}
		name := fmt.Sprintf("%s/%d.c", dir, i)
		at := slices.IndexFunc(u.argv, func(arg string) bool { return strings.HasSuffix(arg, "/"+j.sourceFile(u.name)) })
		source := u.argv[at]
		if !filepath.IsAbs(source) {
			source = filepath.Join(u.dir, source)
		}
		include := fmt.Sprintf("#include \"%s\"\n", source)
		if err := os.WriteFile(name, append([]byte(include), text.Bytes()...), 0o666); err != nil {
			t.Fatal(err)
		}
		p.units[i].argv = slices.Clone(u.argv)
		p.units[i].argv[at] = name
		edited = append(edited, i)
	}
	if err := parallel(t.Context(), s.Jobs, len(edited), func(ctx context.Context, n int) error {
		i := edited[n]
		out := filepath.Join(dir, fmt.Sprint(i))
		if err := os.Mkdir(out, 0o777); err != nil {
			return err
		}
		p.ir[i].Open = openIR(out)
		return j.compileIR(ctx, s, p.units[i], out)
	}); err != nil {
		t.Fatal(err)
	}
}
