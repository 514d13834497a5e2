package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// helper is what the test binary does when it is started as a command.
func helper(name string, args []string) int {
	switch name {
	case "env":
		for _, kv := range os.Environ() {
			fmt.Println(kv)
		}
	case "both":
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
	case "print": // N lines, then the status
		n, _ := strconv.Atoi(args[0])
		for i := range n {
			fmt.Println("line", i+1)
		}
		for _, line := range args[2:] {
			fmt.Println(line)
		}
		status, _ := strconv.Atoi(args[1])
		return status
	case "flood": // until nobody reads
		for {
			if _, err := os.Stdout.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
				return 1
			}
		}
	case "family": // a child and a grandchild; all of them stay
		return family(args)
	case "leave": // a child stays, this process does not
		return leave(args[0], &syscall.SysProcAttr{})
	case "daemon": // a child stays in a session of its own
		return leave(args[0], &syscall.SysProcAttr{Setsid: true})
	}
	return 0
}

// family writes its process id to a file in args[0], starts as many
// generations as args[1] says, and sleeps. If args[2] is "stubborn" it ignores
// SIGTERM.
func family(args []string) int {
	dir, generations, temper := args[0], args[1], args[2]
	if temper == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
	}
	if n, _ := strconv.Atoi(generations); n > 0 {
		cmd := exec.Command("/proc/self/exe", "helper", "family", dir, strconv.Itoa(n-1), temper)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	os.WriteFile(filepath.Join(dir, strconv.Itoa(os.Getpid())), nil, 0o666)
	time.Sleep(time.Minute)
	return 0
}

func leave(dir string, attr *syscall.SysProcAttr) int {
	cmd := exec.Command("/proc/self/exe", "helper", "family", dir, "0", "stubborn")
	cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = os.Stdout, os.Stderr, attr
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return 1
	}
	for len(pids(dir)) == 0 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("leaving")
	return 0
}

// pids are the processes that family has noted in dir.
func pids(dir string) (list []int) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		pid, _ := strconv.Atoi(e.Name())
		list = append(list, pid)
	}
	return list
}

// alive says whether a process runs. One that is dead but that its new parent
// has not waited for does not.
func alive(t *testing.T, pid int) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

func self(t *testing.T, args ...string) Command {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Argv: append([]string{exe, "helper"}, args...)}
}

func mustDiag(t *testing.T, err error) *diag.Error {
	t.Helper()
	var e *diag.Error
	if !errors.As(err, &e) {
		t.Fatalf("not a *diag.Error: %v", err)
	}
	return e
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestExecEnvironmentIsExact(t *testing.T) {
	t.Setenv("PKG_CONFIG_PATH", "/host/leak")
	s, _ := newRun(newStore(t))
	for _, env := range [][]string{nil, {}, {"B=2", "A=1"}} {
		c := self(t, "env")
		c.Env, c.Dir = env, t.TempDir()
		out, err := s.ExecOutput(t.Context(), "env", c)
		if err != nil {
			t.Fatal(diag.Format(err))
		}
		got := strings.Fields(string(out))
		if !slices.Equal(got, env) {
			t.Errorf("Env %q gave %q", env, got)
		}
	}
}

func TestExecLogAndEvents(t *testing.T) {
	s, r := newRun(newStore(t))
	c := self(t, "both")
	c.Dir = t.TempDir()
	if err := s.Exec(t.Context(), "compile", c); err != nil {
		t.Fatal(diag.Format(err))
	}
	same(t, "events", []string{"output compile to stdout", "output compile to stderr"}, r.lines())
	command := "$ cd " + c.Dir + " && " + c.Argv[0] + " helper both\n"
	same(t, "log", command+"to stdout\nto stderr\n", readFile(t, s.LogPath("compile")))
	if !strings.HasPrefix(s.LogPath("compile"), filepath.Join(s.Store.Dir(), "logs")+"/") {
		t.Errorf("the log is at %s", s.LogPath("compile"))
	}

	out, err := s.ExecOutput(t.Context(), "compile", c)
	if err != nil || string(out) != "to stdout\n" {
		t.Errorf("captured %q, %v", out, err)
	}
	same(t, "appended log", command+"to stdout\nto stderr\n"+command+"to stderr\n", readFile(t, s.LogPath("compile")))
}

func TestExecFailure(t *testing.T) {
	s, _ := newRun(newStore(t))
	c := self(t, "print", "30", "2",
		"checking for -Werror: no", "a.c:1:2: \x1b[31merror:\x1b[0m first", "b.c:1:2: error: second", strings.Repeat("long", 1000))
	c.Dir = t.TempDir()
	step := &fake{name: "compile", run: func(ctx context.Context, s *State, _ string) error { return s.Exec(ctx, "compile", c) }}
	e := mustDiag(t, Execute(t.Context(), s, []Step{step}))
	if e.Exit != diag.Step || e.Log != s.LogPath("compile") || e.Hint != "" {
		t.Errorf("exit %d, log %s, hint %q", e.Exit, e.Log, e.Hint)
	}
	if want := `step "compile": ` + filepath.Base(c.Argv[0]) + ": exit status 2"; e.Error() != want {
		t.Errorf("message %q, want %q", e.Error(), want)
	}
	var want strings.Builder
	want.WriteString("$ " + cut(c.String(), maxCommand) + "\nfirst error: a.c:1:2: error: first\nlast 20 of 34 lines:\n")
	for i := 15; i <= 30; i++ {
		fmt.Fprintf(&want, "| line %d\n", i)
	}
	want.WriteString("| checking for -Werror: no\n| a.c:1:2: error: first\n| b.c:1:2: error: second\n| " + strings.Repeat("long", 125) + "…\n")
	same(t, "detail", want.String(), e.Detail)
	if log := readFile(t, e.Log); !strings.Contains(log, strings.Repeat("long", 1000)+"\n") {
		t.Error("the log was shortened too")
	}
}

func TestExecSilentFailure(t *testing.T) {
	s, _ := newRun(newStore(t))
	c := self(t, "print", "0", "1")
	e := mustDiag(t, s.Exec(t.Context(), "compile", c))
	same(t, "detail", "$ "+c.String()+"\n(it printed nothing)\n", e.Detail)
}

func TestExecDiskFull(t *testing.T) {
	s, _ := newRun(newStore(t))
	e := mustDiag(t, s.Exec(t.Context(), "compile", self(t, "print", "0", "1", "cc: error: a.o: No space left on device")))
	if e.Exit != diag.Step || !strings.HasPrefix(e.Hint, "A disk is full. ") || !strings.Contains(e.Hint, s.Store.Dir()) {
		t.Errorf("exit %d, hint %q", e.Exit, e.Hint)
	}
	// A script goes on after a write that failed, and ends well.
	e = mustDiag(t, s.Exec(t.Context(), "configure", self(t, "print", "0", "0", "sed: couldn't flush stdout: No space left on device")))
	if e.Exit != diag.Step || !strings.HasPrefix(e.Hint, "A disk is full. ") || !strings.Contains(e.Error(), "and went on") {
		t.Errorf("a script that goes on: %v, hint %q", e, e.Hint)
	}

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	e = mustDiag(t, s.ExecTo(t.Context(), "compile", self(t, "print", "1", "0"), full))
	if !errors.Is(e, syscall.ENOSPC) || !strings.HasPrefix(e.Hint, "A disk is full. ") {
		t.Errorf("full output: %v, hint %q", e, e.Hint)
	}

	// The log of a command that does well cannot be written.
	if err := os.Symlink("/dev/full", s.LogPath("unlogged")); err != nil {
		t.Fatal(err)
	}
	e = mustDiag(t, s.Exec(t.Context(), "unlogged", self(t, "print", "1", "0")))
	if e.Exit != diag.Step || !errors.Is(e, syscall.ENOSPC) || !strings.Contains(e.Error(), "write the log") || e.Hint == "" {
		t.Errorf("full log: %v, hint %q", e, e.Hint)
	}
}

func TestExecToStopsWhenNobodyReads(t *testing.T) {
	s, _ := newRun(newStore(t))
	r, w := io.Pipe()
	enough := errors.New("enough")
	go func() {
		io.CopyN(io.Discard, r, 1<<16)
		r.CloseWithError(enough)
	}()
	err := s.ExecTo(t.Context(), "cat", self(t, "flood"), w)
	if !errors.Is(err, enough) || mustDiag(t, err).Exit != diag.Step {
		t.Errorf("got %v", err)
	}
}

func TestExecMissingProgram(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ok := write("ok", "#!/bin/sh\nexit 0\n", 0o755)
	for name, tt := range map[string]struct {
		c    Command
		exit diag.Code
		want string
	}{
		"on the command's PATH":   {Command{Argv: []string{"ok"}, Env: []string{"PATH=/nowhere:" + dir}}, diag.OK, ""},
		"relative to Dir":         {Command{Argv: []string{"./ok"}, Dir: dir}, diag.OK, ""},
		"only on our own PATH":    {Command{Argv: []string{"sh"}, Env: []string{"PATH=/nowhere"}}, diag.Preflight, `program "sh" is not on the command's PATH (/nowhere)`},
		"without a PATH":          {Command{Argv: []string{"sh"}}, diag.Preflight, `program "sh" is not on the command's PATH ()`},
		"relative PATH":           {Command{Argv: []string{"ok"}, Dir: dir, Env: []string{"PATH=.:"}}, diag.Preflight, `program "ok" is not on`},
		"not there":               {Command{Argv: []string{filepath.Join(dir, "none")}}, diag.Preflight, "no such file or directory"},
		"not executable":          {Command{Argv: []string{write("data", "", 0o644)}}, diag.Preflight, "permission denied"},
		"for another machine":     {Command{Argv: []string{write("alien", "alien\n", 0o755)}}, diag.Preflight, "exec format error"},
		"missing interpreter":     {Command{Argv: []string{write("orphan", "#!/nowhere/sh\n", 0o755)}}, diag.Preflight, "its interpreter or loader is not there"},
		"missing directory":       {Command{Argv: []string{ok}, Dir: filepath.Join(dir, "gone")}, diag.Step, "no such file or directory"},
		"no program in the first": {Command{}, diag.Internal, "a command without a program"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir) // for what is looked up there by mistake
			s, _ := newRun(newStore(t))
			err := s.Exec(t.Context(), "tool", tt.c)
			if diag.ExitCode(err) != tt.exit || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v (exit %d), want %q (exit %d)", err, diag.ExitCode(err), tt.want, tt.exit)
			}
			if tt.exit == diag.Preflight && !strings.Contains(mustDiag(t, err).Hint, "wlrbuild doctor") {
				t.Errorf("hint %q", mustDiag(t, err).Hint)
			}
		})
	}
}

func TestExecCancelKillsTheWholeGroup(t *testing.T) {
	for _, tt := range []struct {
		temper  string
		atLeast time.Duration
		atMost  time.Duration
	}{
		{"polite", 0, killDelay - time.Second},
		{"stubborn", killDelay, killDelay + 10*time.Second},
	} {
		t.Run(tt.temper, func(t *testing.T) {
			store := newStore(t)
			dir := t.TempDir()
			ctx, cancel := context.WithCancelCause(t.Context())
			c := self(t, "family", dir, "2", tt.temper)
			step := &fake{name: "compile", run: func(ctx context.Context, s *State, out string) error {
				c.Dir = out
				return s.Exec(ctx, "compile", c)
			}}
			s, _ := newRun(store)
			done := make(chan error, 1)
			go func() { done <- Execute(ctx, s, []Step{step}) }()

			for deadline := time.Now().Add(10 * time.Second); len(pids(dir)) < 3; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("processes %v, want 3", pids(dir))
				}
			}
			family := pids(dir)
			for _, pid := range family {
				if !alive(t, pid) {
					t.Fatalf("process %d is dead already", pid)
				}
			}
			start := time.Now()
			cancel(errors.New("interrupt signal received"))
			err := <-done
			took := time.Since(start)

			for _, pid := range family {
				if alive(t, pid) {
					t.Errorf("process %d is alive", pid)
				}
			}
			if took < tt.atLeast || took > tt.atMost {
				t.Errorf("it took %v, want %v to %v", took, tt.atLeast, tt.atMost)
			}
			e := mustDiag(t, err)
			if e.Exit != diag.Interrupted || e.Error() != `step "compile": stopped: interrupt signal received` || e.Log != s.LogPath("compile") {
				t.Errorf("got %v (exit %d, log %s)", e, e.Exit, e.Log)
			}
			noTemps(t, store)
		})
	}
}

func TestExecAfterCancelStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s, _ := newRun(newStore(t))
	if err := s.Exec(ctx, "compile", self(t, "both")); diag.ExitCode(err) != diag.Interrupted {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(s.LogPath("compile")); err == nil {
		t.Error("something was logged")
	}
}

func TestExecLeavesNobodyBehind(t *testing.T) {
	dir := t.TempDir()
	s, _ := newRun(newStore(t))
	start := time.Now()
	if err := s.Exec(t.Context(), "compile", self(t, "leave", dir)); err != nil {
		t.Fatal(diag.Format(err))
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("waited %v for a process that had been left behind", took)
	}
	if list := pids(dir); len(list) != 1 || alive(t, list[0]) {
		t.Errorf("left behind: %v", list)
	}
}

func TestExecDoesNotWaitForDaemons(t *testing.T) {
	dir := t.TempDir()
	s, _ := newRun(newStore(t))
	start := time.Now()
	out, err := s.ExecOutput(t.Context(), "compile", self(t, "daemon", dir))
	if err != nil || string(out) != "leaving\n" {
		t.Errorf("captured %q, %v", out, err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("waited %v for a daemon", took)
	}
	for _, pid := range pids(dir) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// slowWriter takes its time, so that most of the output is still in the pipe
// when the command has ended.
type slowWriter struct{ bytes.Buffer }

func (w *slowWriter) Write(p []byte) (int, error) {
	time.Sleep(drainDelay + 200*time.Millisecond)
	return w.Buffer.Write(p)
}

func TestExecToSlowWriterLosesNothing(t *testing.T) {
	s, _ := newRun(newStore(t))
	var w slowWriter
	if err := s.ExecTo(t.Context(), "cat", self(t, "print", "8000", "0"), struct{ io.Writer }{&w}); err != nil {
		t.Fatal(diag.Format(err))
	}
	if lines := strings.Count(w.String(), "\n"); lines != 8000 {
		t.Errorf("%d lines of 8000", lines)
	}
}

func TestExecAtOnceInOneStep(t *testing.T) {
	s, r := newRun(newStore(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := s.Exec(t.Context(), "compile", self(t, "print", "500", "0")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSuffix(readFile(t, s.LogPath("compile")), "\n"), "\n")
	if len(lines) != 4*501 || len(r.lines()) != 4*500 {
		t.Errorf("%d lines in the log, %d events", len(lines), len(r.lines()))
	}
	for _, line := range lines {
		if !strings.HasPrefix(line, "line ") && !strings.HasPrefix(line, "$ ") {
			t.Errorf("torn line %q", line)
		}
	}
}

func TestOpenLog(t *testing.T) {
	s, r := newRun(newStore(t))
	l, err := s.OpenLog("link")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(l, "one\ntw")
	fmt.Fprint(l, "o\n")
	fmt.Fprint(l, strings.Repeat("x", maxLine)+"y")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want := []string{"output link one", "output link two", "output link " + strings.Repeat("x", maxLine) + "y"}
	same(t, "events", want, r.lines())
	if got := readFile(t, s.LogPath("link")); got != "one\ntwo\n"+strings.Repeat("x", maxLine)+"y\n" {
		t.Errorf("log %.40q of %d bytes", got, len(got))
	}
	s.Logs = s.LogPath("link") // a file where the directory should be
	if _, err := s.OpenLog("link"); err == nil || diag.ExitCode(s.Exec(t.Context(), "link", self(t, "both"))) != diag.Step {
		t.Errorf("no log could be opened, but: %v", err)
	}
}

func TestCommandString(t *testing.T) {
	for _, tt := range []struct {
		c    Command
		want string
	}{
		{Command{Argv: []string{"make", "-j2", "CC=clang"}}, "make -j2 CC=clang"},
		{Command{Argv: []string{"sh", "-c", "echo it's $HOME", ""}, Dir: "/a b"}, `cd '/a b' && sh -c 'echo it'\''s $HOME' ''`},
	} {
		if got := tt.c.String(); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.c.Argv, got, tt.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		s    string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "abc…"}, {"aé", 2, "a…"}, {"é", 1, "…"}} {
		if got := cut(tt.s, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.s, tt.n, got, tt.want)
		}
	}
}
