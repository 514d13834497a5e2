// Package phptest runs a project's own tests, PHP's .phpt files, through the
// modules that were built from it, and says where they differ from a native
// build of the same source with the same options.
//
// The project's own script runs the tests; the native build runs the script,
// and says which tests count: those that it passes itself. The modules are given
// to the script as programs (package guest).
package phptest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/mariadb"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// Build is what was built of a recipe for a runtime.
type Build struct {
	Recipe  *recipe.Recipe
	Release *source.Release
	Runtime *recipe.Runtime
	Modules map[string]string // path of the module, by artifact
}

// Options say what to test, and how.
type Options struct {
	Build
	// Engine is the engine to run on, in this version if it is not "".
	Engine  *recipe.Engine
	Version string
	// Differences are those that are expected; nil for none.
	Differences *recipe.Differences
	// Wanted are files and folders of the source tree; none means all tests of
	// what the native build has.
	Wanted []string
	// Sample is how many tests to choose evenly; 0 means all.
	Sample int
	// Limit is how long one run of a module may take.
	Limit time.Duration
	// Jobs is how many tests run at once.
	Jobs int
	// Fresh forgets what an interrupted run has done.
	Fresh bool
	// MySQL is the server that tests may use; nil for none.
	MySQL *mariadb.Program

	Store  *cache.Store
	Getenv func(string) string
	Events progress.Sink
}

// Run runs the tests. A test that fails is in the report and is no error.
func Run(ctx context.Context, o Options) (*Report, error) {
	r := &runner{Options: o}
	if o.Recipe.Tests == nil {
		return nil, diag.New(diag.Usage, "test "+o.Recipe.Name, "its recipe does not say how its tests are run").
			WithHint("add a section tests; wlrbuild explain recipe.tests tells what is in it")
	}
	state := pipeline.NewState("native "+o.Recipe.Name, o.Store, o.Events)
	state.Jobs = o.Jobs
	var err error
	if r.oracle, err = oracle.Build(ctx, state, oracle.Options{Recipe: o.Recipe, Release: o.Release}); err != nil {
		return nil, err
	}
	chosen, err := r.choose(ctx)
	if err != nil {
		return nil, err
	}
	counted, err := r.native(ctx, chosen)
	if err != nil {
		return nil, err
	}
	if r.starting, err = starting(r.Release.Dir, o.Recipe.Tests.Starting, counted); err != nil {
		return nil, err
	}
	return r.test(ctx, chosen, counted)
}

// runner is one run of the tests.
type runner struct {
	Options
	oracle   *oracle.Native
	launches map[string]*engines.Launch // by artifact
	starting map[string]bool            // the tests that start programs
}

// build names the build for people: "php-8.2.32".
func (r *runner) build() string { return r.Recipe.Project + "-" + r.Release.Version }

func (r *runner) nativeProgram(artifact string) string { return r.oracle.Program(artifact) }

// workDir is where runs that are not finished have their files.
func (r *runner) workDir() string { return filepath.Join(r.Store.Dir(), "work", "tests") }

// choose lists the tests that are to be run.
func (r *runner) choose(ctx context.Context) ([]string, error) {
	wanted := r.Wanted
	if len(wanted) == 0 {
		names, err := extensions(ctx, r.nativeProgram(r.Recipe.Tests.CLI))
		if err != nil {
			return nil, err
		}
		wanted = folders(r.Release.Dir, r.Recipe.Tests, names)
	}
	tests, err := find(r.Release.Dir, wanted)
	if err == nil && r.Sample > 0 {
		tests = sample(tests, r.Sample)
	}
	return tests, err
}

// test runs the tests that count through the modules.
func (r *runner) test(ctx context.Context, chosen, counted []string) (*Report, error) {
	if err := r.launch(ctx); err != nil {
		return nil, err
	}
	report, err := r.newReport()
	if err != nil {
		return nil, err
	}
	key := r.key(report, chosen)
	unlock, err := r.Store.Lock(ctx, "tests-"+key.String())
	if err != nil {
		return nil, err
	}
	defer unlock()
	s, err := r.suite(key)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	r.Events.Notef(stepTests, "%s: %d tests that native PHP passes", s.what, len(counted))
	verdicts, err := r.execute(ctx, s, counted)
	if err != nil {
		return nil, err
	}
	report.Seconds = time.Since(start).Seconds()
	if err := r.judge(ctx, report, s, counted, verdicts); err != nil {
		return nil, err
	}
	report.count(chosen)
	return report, s.remove()
}

// artifacts are those that tests run.
func (r *runner) artifacts() []string { return []string{r.Recipe.Tests.CLI, r.Recipe.Tests.CGI} }

// launch makes the engine and the modules ready.
func (r *runner) launch(ctx context.Context) error {
	r.launches = map[string]*engines.Launch{}
	for _, artifact := range r.artifacts() {
		l, err := engines.Prepare(ctx, r.Store, engines.Options{
			Engine: r.Engine, Version: r.Version, Module: r.Modules[artifact], Often: true,
			Getenv: r.Getenv, Events: r.Events,
		})
		if err != nil {
			return err
		}
		r.launches[artifact] = l
	}
	return nil
}

// engine is the engine that was found.
func (r *runner) engine() *engines.Launch { return r.launches[r.Recipe.Tests.CLI] }

func (r *runner) newReport() (*Report, error) {
	report := &Report{
		Schema: SchemaV1, Build: r.build(), Recipe: r.Recipe.Name, Runtime: r.Runtime.Name, Engine: r.engine().String(),
		Started: time.Now().UTC().Truncate(time.Second), Sample: r.Sample > 0,
	}
	if r.MySQL != nil {
		report.Server = r.MySQL.String()
	}
	for _, artifact := range r.artifacts() {
		digest, err := cache.FileDigest(r.Modules[artifact])
		if err != nil {
			return nil, err
		}
		report.Modules = append(report.Modules, Module{Artifact: artifact, SHA256: digest.String()})
	}
	return report, nil
}

// suite is the suite of a run: a new one, or that of the same run if it was
// interrupted.
func (r *runner) suite(key cache.Digest) (*suite, error) {
	s := &suite{
		dir: filepath.Join(r.workDir(), key.Short()), source: r.Release.Dir, runner: r.Recipe.Tests.Runner,
		php: r.nativeProgram(r.Recipe.Tests.CLI), jobs: r.Jobs, limit: r.Limit,
		what: r.build() + " on " + r.engine().Engine, events: r.Events, mysql: r.MySQL,
	}
	if r.Fresh {
		if err := s.remove(); err != nil {
			return nil, err
		}
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	var err error
	if s.cli, err = r.install(s, r.Recipe.Tests.CLI, r.starting); err != nil {
		return nil, err
	}
	s.cgi, err = r.install(s, r.Recipe.Tests.CGI, nil)
	return s, err
}

// execute runs tests, and those that have failed, and are not expected to, once
// more. One that crashed or did not end has failed whatever it does then.
func (r *runner) execute(ctx context.Context, s *suite, tests []string) (map[string]verdict, error) {
	verdicts, err := s.run(ctx, runnable(tests))
	if err != nil {
		return nil, err
	}
	runs, err := s.journal()
	if err != nil {
		return nil, err
	}
	var second []string
	for _, test := range tests {
		v := verdicts[test]
		_, _, isRedirected := redirected(test)
		if v.status != passed && v.status != skipped && !isRedirected && r.expected(test) == nil && runs.incidents[test] == nil {
			second = append(second, test)
		}
	}
	found, err := s.again(ctx, second)
	if err != nil {
		return nil, err
	}
	maps.Copy(verdicts, found)
	return verdicts, nil
}

// expected is the difference that is expected of a test; nil if there is none.
func (r *runner) expected(test string) *recipe.Difference {
	return r.Differences.Of(test, r.Runtime.Name, r.engine().Engine, r.engine().Version)
}

// key tells runs apart, so that one goes on only where the same was interrupted.
func (r *runner) key(report *Report, chosen []string) cache.Digest {
	h := cache.NewHasher("tests/v1")
	h.Digest("native", r.nativeKey())
	h.String("runtime", r.Runtime.Name)
	h.String("engine", report.Engine)
	for _, m := range report.Modules {
		h.String(m.Artifact, m.SHA256)
	}
	h.String("server", report.Server)
	h.String("limit", r.Limit.String())
	h.Strings("tests", chosen)
	h.Strings("starting", slices.Sorted(maps.Keys(r.starting)))
	return h.Sum()
}

// prepare makes the directory of a suite, without the programs that an earlier
// wlrbuild may have made.
func (s *suite) prepare() error {
	if err := os.RemoveAll(s.path("bin")); err != nil {
		return err
	}
	return os.MkdirAll(s.dir, 0o777)
}

// outputLimit is how many bytes a run may print. No test that passes comes near
// it, and the script takes hours to compare what a run can print in a minute.
const outputLimit = 4 << 20

// install makes a module a program, but for the scripts of tests that start it.
func (r *runner) install(s *suite, artifact string, starting map[string]bool) (string, error) {
	path := r.place(s, artifact)
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	spec := &guest.Spec{
		Launch: *r.launches[artifact], Dirs: []engine.Dir{{Host: "/", Guest: "/"}},
		TimeLimit: s.limit, OutputLimit: outputLimit, Journal: s.path("journal"),
	}
	if spec.Launch.Host != "" {
		spec.Network = sockets.Policy{Listen: everywhere, Connect: everywhere, Resolve: true}
	}
	if len(starting) > 0 {
		spec.Native = &guest.Native{Program: s.php}
		for _, test := range slices.Sorted(maps.Keys(starting)) {
			for _, end := range sections {
				spec.Native.Scripts = append(spec.Native.Scripts, s.path(filepath.Join("tree", strings.TrimSuffix(test, extension)+end)))
			}
		}
	}
	program, err := guest.Install(dir, artifact, spec)
	if err != nil {
		return "", err
	}
	script := fmt.Sprintf("#!/bin/sh\nexec '%s' \"$@\"\n", program)
	return program, os.WriteFile(path, []byte(script), 0o777)
}

// place is the path of an artifact among the programs of a suite: that which it has
// in a build, for there tests look for one beside the other.
func (r *runner) place(s *suite, artifact string) string {
	artifacts := r.Recipe.Artifacts
	i := slices.IndexFunc(artifacts, func(a recipe.Artifact) bool { return a.Name == artifact })
	return s.path(filepath.Join("bin", artifacts[i].Link))
}

// everywhere is all addresses that there are, as for an engine that is a program.
var everywhere = []string{"*", "unix:*"}

// runnable are the tests that the script is given: instead of one that was
// redirected to, the one that redirects.
func runnable(tests []string) []string {
	var out []string
	for _, test := range tests {
		from, _, _ := redirected(test)
		out = append(out, from)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// judge turns verdicts into the tests of a report.
func (r *runner) judge(ctx context.Context, report *Report, s *suite, counted []string, verdicts map[string]verdict) error {
	runs, err := s.journal()
	if err != nil {
		return err
	}
	for _, test := range counted {
		v := verdicts[test]
		t := Test{Name: test, Seconds: runs.took[test], Incidents: runs.incidents[test], Flaky: v.again && v.status == passed}
		delete(runs.incidents, test)
		difference := r.expected(test)
		if difference != nil {
			t.Why = difference.Why
		}
		switch v.status {
		case passed:
			t.Outcome = Pass
			if r.starting[test] && !runs.started[test] {
				t.Outcome, t.Reason = Fail, "it passes without a run of a module"
			}
			t.Stale = t.Why != "" && t.Outcome == Pass
		case skipped:
			t.Outcome, t.Reason = Skip, v.reason
		default:
			t.Outcome, t.Diff = Fail, s.diff(test)
			switch v.status {
			case failed:
			case "":
				t.Reason = s.runner + " did not run it"
			default:
				t.Reason = s.runner + " says " + string(v.status)
			}
		}
		for _, in := range t.Incidents {
			t.Outcome, t.Stale, t.Flaky = worse(t.Outcome, in.Kind), false, false
		}
		if t.Outcome == Hang && difference != nil && difference.Endless != nil {
			endless, err := s.endless(ctx, endlessLimit, difference.Endless, t.Incidents)
			if err != nil {
				return err
			}
			if endless {
				t.Outcome = Endless
			}
		}
		report.Tests = append(report.Tests, t)
	}
	for _, list := range runs.incidents {
		report.Loose = append(report.Loose, list...)
	}
	slices.SortFunc(report.Loose, func(a, b Incident) int {
		return cmp.Or(cmp.Compare(a.Script, b.Script), cmp.Compare(a.Program, b.Program), cmp.Compare(a.Text, b.Text))
	})
	return nil
}

// worse is the worse of two outcomes.
func worse(a, b Outcome) Outcome {
	order := []Outcome{Pass, Skip, Fail, Hang, Crash}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// sections are the ends of the names of the files that the script makes of the
// sections of a test.
var sections = []string{".skip.php", ".clean.php", ".php", ".phps"}

// runs are what is known of the runs of modules, by test. Under "" is what no test
// is known for.
type runs struct {
	incidents map[string][]Incident // those that did not end by themselves
	took      map[string]float64    // seconds, of all
	started   map[string]bool       // what is tested, and not what comes before and after
}

func (s *suite) journal() (*runs, error) {
	entries, err := guest.ReadJournal(s.path("journal"))
	if err != nil {
		return nil, err
	}
	r := &runs{map[string][]Incident{}, map[string]float64{}, map[string]bool{}}
	for _, e := range entries {
		test, in := s.attribute(e)
		r.took[test] += e.Seconds
		switch e.Kind {
		case guest.Started:
			if e.From == s.path(filepath.Join("tree", strings.TrimSuffix(test, extension)+".php")) {
				r.started[test] = true
			}
		case guest.Ended, guest.Killed:
		default:
			r.incidents[test] = append(r.incidents[test], in)
		}
	}
	return r, nil
}

// attribute finds the test whose run an entry of the journal tells of.
func (s *suite) attribute(e guest.Entry) (test string, _ Incident) {
	in := Incident{Kind: Crash, Program: e.Name, Script: e.Script, Text: e.Text}
	if e.Kind == guest.Late {
		in.Kind = Hang
	}
	for i, arg := range e.Args[:max(len(e.Args)-1, 0)] {
		if arg == "-f" {
			in.Script = e.Args[i+1]
		}
	}
	if e.From != "" {
		in.Script = e.From
	}
	in.Script = strings.TrimPrefix(in.Script, s.path("tree")+"/")
	for _, end := range sections {
		if base, ok := strings.CutSuffix(in.Script, end); ok {
			return base + extension, in
		}
	}
	return "", in
}
