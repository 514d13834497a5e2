package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "helper" {
		// os.Exit would print a warning if tests run with -cover.
		syscall.Exit(helper(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// fake is a step whose output is a file "out" with the values of its inputs,
// and the content of "out" of the steps it is after.
type fake struct {
	name    string
	version string
	inputs  []string // "label=value"
	after   []string // steps whose output's content is an input
	always  bool
	run     func(ctx context.Context, s *State, out string) error
	runs    int
}

func (f *fake) Name() string { return f.name }
func (f *fake) Always() bool { return f.always }

func (f *fake) Plan(_ context.Context, s *State) (*Plan, error) {
	h := cache.NewHasher(f.name + f.version)
	for _, in := range f.inputs {
		label, value, _ := strings.Cut(in, "=")
		h.String(label, value)
	}
	for _, step := range f.after {
		dir, err := s.Output(step)
		if err != nil {
			return nil, err
		}
		if err := h.File("output of "+step, filepath.Join(dir, "out")); err != nil {
			return nil, err
		}
	}
	return &Plan{h.Sum(), h.Inputs(), []Command{{Argv: []string{"make", f.name}, Dir: "/src"}}}, nil
}

func (f *fake) Run(ctx context.Context, s *State, out string) error {
	f.runs++
	if f.run != nil {
		return f.run(ctx, s, out)
	}
	content := strings.Join(f.inputs, " ")
	return os.WriteFile(filepath.Join(out, "out"), []byte(content), 0o666)
}

// recorder is a Sink that remembers.
type recorder struct {
	mu     sync.Mutex
	events []progress.Event
}

func (r *recorder) Send(e progress.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// lines are the events as "kind step text".
func (r *recorder) lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, e := range r.events {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Kind, e.Step, e.Text)))
	}
	return list
}

func newStore(t *testing.T) *cache.Store {
	t.Helper()
	store, err := cache.Open(filepath.Join(t.TempDir(), "cache"))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// newRun is the state of another run, with a clock that moves a second every
// time it is looked at.
func newRun(store *cache.Store) (*State, *recorder) {
	r := &recorder{}
	s := NewState("php-8.2 wasmedge", store, r.Send)
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { now = now.Add(time.Second); return now }
	return s, r
}

func mustExecute(t *testing.T, s *State, steps ...Step) {
	t.Helper()
	if err := Execute(t.Context(), s, steps); err != nil {
		t.Fatal(diag.Format(err))
	}
}

func reasons(t *testing.T, s *State, steps ...Step) []string {
	t.Helper()
	rows, err := Explain(t.Context(), s, steps)
	if err != nil {
		t.Fatal(diag.Format(err))
	}
	var list []string
	for _, r := range rows {
		list = append(list, fmt.Sprintf("%s: %s: %s", r.Step, r.Status, r.Reason))
	}
	return list
}

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func short(v string) string {
	h := cache.NewHasher("")
	h.String("", v)
	return h.Inputs()[0].Digest.Short()
}

func TestExecute(t *testing.T) {
	store := newStore(t)
	source := &fake{name: "source", inputs: []string{"release=8.2.1"}}
	compile := &fake{name: "compile", inputs: []string{"flags=-O2"}, after: []string{"source"}}
	copied := ""
	dist := &fake{name: "dist", always: true, run: func(_ context.Context, s *State, out string) error {
		if out != "" {
			t.Errorf("an uncached step got the output directory %q", out)
		}
		dir, err := s.Output("compile")
		if err != nil {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, "out"))
		copied = string(data)
		return err
	}}

	s, r := newRun(store)
	mustExecute(t, s, source, compile, dist)
	same(t, "events", []string{
		"step-start source", "step-done source",
		"step-start compile", "step-done compile",
		"step-start dist", "step-done dist",
	}, r.lines())
	if copied != "flags=-O2" {
		t.Errorf("dist copied %q", copied)
	}
	var durations []time.Duration
	for _, res := range s.Results {
		durations = append(durations, res.Duration)
	}
	same(t, "durations", []time.Duration{time.Second, time.Second, time.Second}, durations)
	if s.Results[0].Key == (cache.Digest{}) || s.Results[2].Key != (cache.Digest{}) {
		t.Errorf("keys: %+v", s.Results)
	}
	if _, err := os.Stat(s.Logs); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a log directory though nothing was logged: %v", err)
	}

	s, r = newRun(store)
	mustExecute(t, s, source, compile, dist)
	same(t, "events of the second run", []string{"step-cached source", "step-cached compile", "step-start dist", "step-done dist"}, r.lines())
	same(t, "runs", []int{1, 1, 2}, []int{source.runs, compile.runs, dist.runs})
	if !s.Results[0].Cached || s.Results[2].Cached {
		t.Errorf("results: %+v", s.Results)
	}
	if e := r.events[0]; e.Key != s.Results[0].Key.String() {
		t.Errorf("the event's key is %q, the result's %v", e.Key, s.Results[0].Key)
	}
}

func TestExplain(t *testing.T) {
	store := newStore(t)
	source := &fake{name: "source", inputs: []string{"release=8.2.1"}}
	configure := &fake{name: "configure", inputs: []string{"args=a", "cache=c"}}
	compile := &fake{name: "compile", inputs: []string{"flags=-O2"}, after: []string{"source", "configure"}}
	dist := &fake{name: "dist", always: true, after: []string{"compile"}}
	steps := []Step{source, configure, compile, dist}
	explain := func() []string {
		t.Helper()
		s, _ := newRun(store)
		list := reasons(t, s, steps...)
		if len(s.Outputs) != 0 {
			t.Errorf("Explain left outputs behind: %v", s.Outputs)
		}
		return list
	}
	execute := func() {
		t.Helper()
		s, _ := newRun(store)
		mustExecute(t, s, steps...)
	}
	distRow := "dist: run: runs in every build"

	same(t, "empty cache", []string{
		"source: run: never built",
		"configure: run: never built",
		`compile: unknown: not known until step "source" ran`,
		distRow,
	}, explain())
	if source.runs+configure.runs+compile.runs+dist.runs != 0 {
		t.Fatal("Explain ran something")
	}

	dist.run = func(context.Context, *State, string) error { return nil }
	execute()
	allCached := []string{"source: cached: cached", "configure: cached: cached", "compile: cached: cached", distRow}
	same(t, "all built", allCached, explain())

	compile.inputs = []string{"flags=-O3"}
	same(t, "input of the last changed", []string{
		allCached[0], allCached[1],
		"compile: run: input flags changed (" + short("-O2") + " → " + short("-O3") + ")",
		distRow,
	}, explain())
	compile.inputs = []string{"flags=-O2"}

	configure.inputs = []string{"args=a", "site=s"}
	same(t, "one input replaced", []string{
		allCached[0],
		"configure: run: input site is new (" + short("s") + "), input cache is gone (" + short("c") + ")",
		`compile: unknown: not known until step "configure" ran`,
		distRow,
	}, explain())

	configure.inputs = []string{"args=1", "cache=2", "c=3", "d=4", "e=5"}
	if got := explain()[1]; !strings.HasSuffix(got, ", and 2 more") {
		t.Errorf("five changes: %s", got)
	}

	configure.inputs = []string{"args=a", "cache=c"}
	configure.version = "/v2"
	same(t, "new version of a step", "configure: run: the step itself changed", explain()[1])

	// What was built before and is asked for again is in the cache, and from
	// then on it is what changes are told against.
	configure.inputs, configure.version = []string{"args=b"}, ""
	execute()
	configure.inputs = []string{"args=a", "cache=c"}
	same(t, "back to the first", allCached, explain())
	execute()
	configure.inputs = []string{"args=b", "cache=c"}
	same(t, "changed again", "configure: run: input args changed ("+short("a")+" → "+short("b")+")", explain()[1])

	other, _ := newRun(store)
	other.Build = "php-8.2 wasi"
	same(t, "another build has its own memory", "configure: run: never built", reasons(t, other, steps...)[1])

	configure.inputs = []string{"args=a", "cache=c"}
	rows, err := Explain(t.Context(), other, steps)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := store.Get(*rows[1].Key)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	same(t, "cleaned", "configure: run: its output is no longer in the cache", explain()[1])

	if err := store.SaveJSON("inputs/php-8.2 wasmedge/configure", "nonsense"); err != nil {
		t.Fatal(err)
	}
	if got := explain()[1]; !strings.HasPrefix(got, "configure: run: what it was last built from is not known: ") {
		t.Errorf("unreadable memory: %s", got)
	}
	execute() // and it is no obstacle
	same(t, "after it", allCached, explain())
}

func TestExplainFailedBuildIsNotRemembered(t *testing.T) {
	store := newStore(t)
	step := &fake{name: "compile", inputs: []string{"flags=good"}}
	s, _ := newRun(store)
	mustExecute(t, s, step)
	step.inputs = []string{"flags=bad"}
	step.run = func(context.Context, *State, string) error { return errors.New("no") }
	s, _ = newRun(store)
	if err := Execute(t.Context(), s, []Step{step}); err == nil {
		t.Fatal("it succeeded")
	}
	s, _ = newRun(store)
	want := []string{"compile: run: input flags changed (" + short("good") + " → " + short("bad") + ")"}
	same(t, "after a failure", want, reasons(t, s, step))
}

func TestExplainAfterExecuteInOneState(t *testing.T) {
	source := &fake{name: "source", inputs: []string{"release=1"}}
	compile := &fake{name: "compile", after: []string{"source"}}
	s, _ := newRun(newStore(t))
	mustExecute(t, s, source, compile)
	source.inputs = []string{"release=2"}
	want := `compile: unknown: not known until step "source" ran`
	same(t, "after a change", want, reasons(t, s, source, compile)[1])
	if len(s.Outputs) != 2 {
		t.Errorf("Explain changed the outputs: %v", s.Outputs)
	}
}

// planned is a step whose plan is given.
type planned struct {
	fake
	plan *Plan
	err  error
}

func (p *planned) Plan(context.Context, *State) (*Plan, error) { return p.plan, p.err }

func TestExplainBareErrUnknownYet(t *testing.T) {
	first := &fake{name: "first"}
	bare := &planned{fake: fake{name: "bare"}, err: fmt.Errorf("look: %w", ErrUnknownYet)}
	s, _ := newRun(newStore(t))
	same(t, "reasons", []string{"first: run: never built", `bare: unknown: not known until step "first" ran`}, reasons(t, s, first, bare))
	// With nothing left to wait for it is a defect of the step.
	if _, err := Explain(t.Context(), s, []Step{bare}); !errors.Is(err, ErrUnknownYet) {
		t.Errorf("nothing to wait for: %v", err)
	}
}

func TestWriteRows(t *testing.T) {
	store := newStore(t)
	source := &fake{name: "source"}
	compile := &fake{name: "compile", after: []string{"link"}}
	link := &fake{name: "link", inputs: []string{"a=b"}}
	s, _ := newRun(store)
	mustExecute(t, s, source)
	rows, err := Explain(t.Context(), s, []Step{source, link, compile})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := WriteRows(&b, rows); err != nil {
		t.Fatal(err)
	}
	want := `source   cached   key ` + s.Results[0].Key.Short() + `
link     run      never built
    $ cd /src && make link
compile  unknown  not known until step "link" ran
`
	same(t, "text", want, b.String())
}

func TestExecuteErrors(t *testing.T) {
	patch := diag.New(diag.Patch, "apply patch", "does not fit")
	fails := func(err error) *fake {
		return &fake{name: "compile", run: func(_ context.Context, _ *State, out string) error {
			os.WriteFile(filepath.Join(out, "half"), nil, 0o666)
			return err
		}}
	}
	for name, tt := range map[string]struct {
		steps []Step
		exit  diag.Code
		want  string
	}{
		"any error":     {[]Step{fails(errors.New("boom"))}, diag.Step, `step "compile": boom`},
		"diag error":    {[]Step{fails(patch)}, diag.Patch, "apply patch: does not fit"},
		"wrapped":       {[]Step{fails(fmt.Errorf("series: %w", patch))}, diag.Patch, "series: apply patch: does not fit"},
		"plan":          {[]Step{&planned{fake: fake{name: "plan"}, err: errors.New("cannot read")}}, diag.Step, `step "plan": plan: cannot read`},
		"no key":        {[]Step{&planned{fake: fake{name: "plan"}, plan: &Plan{}}}, diag.Internal, `step "plan": its plan has no key`},
		"wrong order":   {[]Step{&fake{name: "b", after: []string{"a"}}}, diag.Step, `step "b": plan: not known until step "a" ran`},
		"same name":     {[]Step{&fake{name: "a"}, &fake{name: "a"}}, diag.Internal, `step "a": two steps of the pipeline have this name`},
		"climbing name": {[]Step{&fake{name: "../a"}}, diag.Internal, `step "../a": its name does not match ^[a-z0-9][a-z0-9.-]*$`},
	} {
		t.Run(name, func(t *testing.T) {
			store := newStore(t)
			s, r := newRun(store)
			err := Execute(t.Context(), s, tt.steps)
			if err == nil || err.Error() != tt.want || diag.ExitCode(err) != tt.exit {
				t.Errorf("got %v (exit %d), want %s (exit %d)", err, diag.ExitCode(err), tt.want, tt.exit)
			}
			if _, err := os.Stat(filepath.Join(store.Dir(), "logs")); err == nil {
				t.Error("logs without anything to log")
			}
			if len(s.Results) != 0 || len(s.Outputs) != 0 {
				t.Errorf("results %v, outputs %v", s.Results, s.Outputs)
			}
			if tt.exit != diag.Internal || name == "no key" {
				if last := r.lines()[len(r.events)-1]; !strings.HasPrefix(last, "step-failed ") || !strings.HasSuffix(last, tt.want) {
					t.Errorf("last event: %s", last)
				}
			}
			noTemps(t, store)
		})
	}
}

// noTemps checks that nothing half-made is in the store.
func noTemps(t *testing.T, store *cache.Store) {
	t.Helper()
	for _, dir := range []string{"tmp", "outputs"} {
		entries, err := os.ReadDir(filepath.Join(store.Dir(), dir))
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 0 {
			t.Errorf("left behind in %s: %v", dir, entries)
		}
	}
}

func TestExecuteStopsAtFirstFailure(t *testing.T) {
	bad := &fake{name: "bad", run: func(context.Context, *State, string) error { return errors.New("no") }}
	next := &fake{name: "next"}
	s, _ := newRun(newStore(t))
	if err := Execute(t.Context(), s, []Step{&fake{name: "good"}, bad, next}); err == nil || next.runs != 0 {
		t.Errorf("error %v, the next step ran %d times", err, next.runs)
	}
	if len(s.Results) != 1 || s.Results[0].Step != "good" {
		t.Errorf("results: %+v", s.Results)
	}
	// What succeeded before the failure need not run again.
	bad.run = nil
	s, r := newRun(s.Store)
	mustExecute(t, s, &fake{name: "good"}, bad, next)
	if got := r.lines()[0]; got != "step-cached good" {
		t.Errorf("first event of the next build: %s", got)
	}
}

func TestExecuteInterrupted(t *testing.T) {
	for name, fail := range map[string]error{
		"step notices":     context.Canceled,
		"step misreads it": errors.New("read failed"),
		"step overlooks":   nil,
	} {
		t.Run(name, func(t *testing.T) {
			store := newStore(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			step := &fake{name: "compile", run: func(_ context.Context, _ *State, out string) error {
				os.WriteFile(filepath.Join(out, "half"), nil, 0o666)
				cancel(errors.New("interrupt signal received"))
				return fail
			}}
			next := &fake{name: "next"}
			s, _ := newRun(store)
			err := Execute(ctx, s, []Step{step, next})
			if diag.ExitCode(err) != diag.Interrupted || err.Error() != `step "compile": stopped: interrupt signal received` {
				t.Errorf("got %v (exit %d)", err, diag.ExitCode(err))
			}
			if next.runs != 0 {
				t.Error("it went on")
			}
			noTemps(t, store)
		})
	}
}

func TestExecuteTwiceAtOnce(t *testing.T) {
	store := newStore(t)
	release := make(chan struct{})
	running := make(chan struct{})
	var runs int
	step := func() *fake {
		return &fake{name: "compile", run: func(context.Context, *State, string) error {
			runs++ // the store lets only one run: the race detector sees if not
			close(running)
			<-release
			return nil
		}}
	}
	first, firstEvents := newRun(store)
	firstDone := make(chan error)
	go func() { firstDone <- Execute(t.Context(), first, []Step{step()}) }()
	<-running

	second, r := newRun(store)
	secondDone := make(chan error)
	go func() { secondDone <- Execute(t.Context(), second, []Step{step()}) }()
	note := "note compile waiting for another wlrbuild that makes the same output"
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(strings.Join(r.lines(), "\n"), note); {
		if time.Now().After(deadline) {
			t.Errorf("the second build never said that it waits: %q", r.lines())
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	close(release)
	if err := errors.Join(<-firstDone, <-secondDone); err != nil {
		t.Fatal(err)
	}
	same(t, "first build", []string{"step-start compile", "step-done compile"}, firstEvents.lines())
	same(t, "second build", []string{"step-start compile", note, "step-cached compile"}, r.lines())
	if runs != 1 || first.Outputs["compile"] != second.Outputs["compile"] {
		t.Errorf("%d runs, outputs %v and %v", runs, first.Outputs, second.Outputs)
	}
}
