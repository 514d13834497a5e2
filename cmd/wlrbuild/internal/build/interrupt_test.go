package build

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

// A build that is interrupted leaves nothing half-made in any of its steps, and
// the next one goes on where it stopped.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newSite(t)
	s.equipWith(toolchainOutput(t))
	begins := func(step string) func(progress.Event) bool {
		return func(e progress.Event) bool { return e.Kind == progress.StepStart && e.Step == step }
	}
	says := func(step, text string) func(progress.Event) bool {
		return func(e progress.Event) bool {
			return e.Kind == progress.Output && e.Step == step && strings.Contains(e.Text, text)
		}
	}
	for _, tt := range []struct {
		name string
		step string
		when func(progress.Event) bool
	}{
		{"source begins", stepSource, begins(stepSource)},
		// One that is there is found at once.
		{"toolchain begins", stepWorktree, begins(stepToolchain)},
		{"worktree begins", stepWorktree, begins(stepWorktree)},
		{"shim begins", stepShim, begins(stepShim)},
		{"shim compiles", stepShim, nil},
		{"configure begins", stepConfigure, begins(stepConfigure)},
		{"configure tries things", stepConfigure, says(stepConfigure, "checking for getpid")},
		{"compile begins", stepCompile, begins(stepCompile)},
		{"compile compiles", stepCompile, says(stepCompile, "wlr-cc")},
		{"compile links", stepCompile, says(stepCompile, "mkdir")},
		{"link begins", "link-hello-cgi", begins("link-hello-cgi")},
		{"postlink begins", "postlink-hello-cgi", begins("postlink-hello-cgi")},
		{"verify begins", "verify-hello-cgi", begins("verify-hello-cgi")},
		{"second link begins", "link-hello", begins("link-hello")},
		{"dist begins", stepDist, begins(stepDist)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.t = t
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s.watch = func(e progress.Event) {
				switch {
				case tt.when != nil && tt.when(e):
					stop()
				case tt.when == nil && e.Kind == progress.StepStart && e.Step == tt.step:
					go afterCommands(ctx, e.Log, 8, stop) // the step prints nothing
				}
			}
			err := s.fails(s.buildIn(ctx), diag.Interrupted)
			s.watch = nil
			if !strings.Contains(diag.Format(err), "context canceled") {
				t.Errorf("it is not said why: %s", diag.Format(err))
			}
			if failed := s.steps(progress.StepFailed); len(failed) != 1 || failed[0] != tt.step {
				t.Errorf("interrupted were %q, want %s", failed, tt.step)
			}
			s.clean()
			if len(s.dist()) > 0 {
				t.Errorf("left in the output directory: %v", s.dist())
			}
		})
	}
	s.t = t
	s.build()
	wantSame(t, s.modules(), want)
	s.clean()
}

// afterCommands stops a build when n commands have been logged.
func afterCommands(ctx context.Context, log string, n int, stop func()) {
	for ctx.Err() == nil {
		if data, err := os.ReadFile(log); err == nil && bytes.Count(data, []byte("$ ")) >= n {
			stop()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// process is wlrbuild as a process of its own.
type process struct {
	*exec.Cmd
	t      *testing.T
	events chan progress.Event // closed at the end
	stderr bytes.Buffer
	done   []string // steps that it ran
}

// start starts a build of the site. What it reports is to be received.
func (s *site) start(args ...string) *process {
	s.t.Helper()
	self, err := os.Executable()
	s.must(err)
	p := &process{t: s.t, events: make(chan progress.Event)}
	p.Cmd = exec.Command(self, append([]string{
		"hello-1.0", "--runtime", "wasi", "--source", s.path("src"), "--patches", s.path("patches"), "--out", s.Out,
		"--recipes", s.path("recipes"), "--cache", s.Store.Dir(), "--progress", "json",
	}, args...)...)
	// With its garbage collected all the time, it is more likely to hang where
	// something never lets it.
	p.Env = []string{asProgram + "=1", "HOME=" + s.dir, "PATH=/usr/bin:/bin", "GOMEMLIMIT=1"}
	p.Stderr = &p.stderr
	stdout, err := p.StdoutPipe()
	s.must(err)
	s.must(p.Start())
	s.t.Cleanup(func() { p.Process.Kill() })
	go func() {
		defer close(p.events)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			var e progress.Event
			if err := json.Unmarshal(lines.Bytes(), &struct {
				Kind *progress.Kind
				Step *string
				Text *string
			}{&e.Kind, &e.Step, &e.Text}); err != nil {
				e = progress.Event{Kind: progress.Note, Text: lines.Text()}
			}
			p.events <- e
		}
	}()
	return p
}

// until waits for an event.
func (p *process) until(when func(progress.Event) bool) {
	p.t.Helper()
	for e := range p.events {
		if when(e) {
			return
		}
	}
	p.Wait()
	p.t.Fatalf("it ended before: %s", &p.stderr)
}

// end waits for the end of the process and returns its exit code.
func (p *process) end() int {
	p.t.Helper()
	late := time.AfterFunc(time.Minute, func() { p.Process.Signal(syscall.SIGQUIT) })
	defer late.Stop()
	for e := range p.events {
		if e.Kind == progress.StepDone {
			p.done = append(p.done, e.Step)
		}
	}
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// Ctrl-C ends the build and everything that it has started.
func TestSignal(t *testing.T) {
	want := reference(t)
	for _, tt := range []struct {
		name   string
		change func(*site)
		when   func(progress.Event) bool
		signal syscall.Signal
		code   int
	}{
		{
			name:   "while a compiler runs",
			when:   func(e progress.Event) bool { return e.Kind == progress.Output && e.Step == stepCompile },
			signal: syscall.SIGINT, code: 130,
		},
		{
			name: "in a command that does not heed it",
			change: func(s *site) {
				s.edit("src/configure", `for size in 4 8`, "trap '' INT TERM HUP; echo stubborn; sleep 1000 & sleep 1000\nfor size in 4 8")
			},
			when:   func(e progress.Event) bool { return e.Kind == progress.Output && e.Text == "stubborn" },
			signal: syscall.SIGTERM, code: 130,
		},
		{
			name: "while the program runs and does not end",
			change: func(s *site) {
				s.edit(theRecipe, "args: [one, two words]", "args: [--spin]")
			},
			when: func(e progress.Event) bool {
				if e.Kind != progress.StepStart || e.Step != "verify-hello" {
					return false
				}
				time.Sleep(500 * time.Millisecond) // until it runs
				return true
			},
			signal: syscall.SIGINT, code: 130,
		},
		{
			// Nobody can tidy up then but the next build.
			name:   "killed",
			when:   func(e progress.Event) bool { return e.Kind == progress.Output && e.Step == stepCompile },
			signal: syscall.SIGKILL, code: -1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newRealSite(t)
			if tt.change != nil {
				tt.change(s)
			}
			p := s.start()
			p.until(tt.when)
			s.must(p.Process.Signal(tt.signal))
			start := time.Now()
			if code := p.end(); code != tt.code {
				t.Errorf("exit code %d, want %d\n%s", code, tt.code, &p.stderr)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v to end", took)
			}
			if tt.code == 130 {
				s.clean()
				if !strings.Contains(p.stderr.String(), "stopped") {
					t.Errorf("it says %s", &p.stderr)
				}
				s.alone()
			}
			if len(s.dist()) > 0 {
				t.Errorf("left in the output directory: %v", s.dist())
			}
			s.restore()
			p = s.start()
			if code := p.end(); code != 0 {
				t.Fatalf("the next build: exit code %d\n%s", code, &p.stderr)
			}
			wantSame(t, s.modules(), want)
			// Compilers that outlive a build that was killed end when they have
			// nobody to tell of it. The next build that compiles sweeps.
			s.must(cc.Sweep(filepath.Join(s.Store.Dir(), "objects")))
			s.clean()
		})
	}
}

// alone makes sure that no process is left that works in the site.
func (s *site) alone() {
	s.t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	s.must(err)
	for _, link := range links {
		if dir, err := os.Readlink(link); err == nil && strings.HasPrefix(dir, s.dir) {
			command, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
			s.t.Errorf("still running: %q", bytes.ReplaceAll(command, []byte{0}, []byte{' '}))
		}
	}
}

// Two builds at once in one cache come to the same, and do the work once.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newSite(t)
	s.equipWith(toolchainOutput(t))
	s.Out = s.path("first")
	first := s.start()
	s.Out = s.path("second")
	second := s.start()
	third := s.start("--out", s.path("third"), "--runtime", "small") // shares the steps up to compile
	ended := make(chan int)
	for _, p := range []*process{second, third} {
		go func() { ended <- p.end() }()
	}
	codes := []int{first.end(), <-ended, <-ended}
	if codes[0]+codes[1]+codes[2] != 0 {
		t.Fatalf("exit codes %d\n%s\n%s\n%s", codes, &first.stderr, &second.stderr, &third.stderr)
	}
	ran := map[string]int{}
	for _, p := range []*process{first, second, third} {
		for _, step := range p.done {
			ran[step]++
		}
	}
	for _, step := range []string{stepWorktree, stepShim, stepConfigure, stepCompile, "link-hello-cgi"} {
		if n := map[string]int{"link-hello-cgi": 2}[step]; ran[step] != max(n, 1) {
			t.Errorf("%s ran %d times", step, ran[step])
		}
	}
	for _, dir := range []string{"first", "second"} {
		s.Out = s.path(dir)
		wantSame(t, s.modules(), want)
	}
	s.clean()
}

// Two builds of different patches do not get into one another's way, though
// they work in the same place.
func TestTwoDifferent(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newRealSite(t)
	p := s.start()
	other := s.path("unpatched")
	s.must(os.Mkdir(other, 0o777))
	s.Out = s.path("other")
	q := s.start("--patches", other)
	ended := make(chan int)
	go func() { ended <- q.end() }()
	if a, b := p.end(), <-ended; a != 0 || b != 0 {
		t.Fatalf("exit codes %d and %d\n%s\n%s", a, b, &p.stderr, &q.stderr)
	}
	if m := s.modules(); len(m) != 4 || m["hello-1.0.3-wasi.wasm"] == want["hello-1.0.3-wasi.wasm"] {
		t.Errorf("without the patch it is the same, or nothing: %d files", len(m))
	}
	s.Out = s.path("dist")
	wantSame(t, s.modules(), want)
	s.clean()
}
