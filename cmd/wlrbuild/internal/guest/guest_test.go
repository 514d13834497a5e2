package guest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestMain makes this test a program that guests can be links to.
func TestMain(m *testing.M) {
	if Is(os.Args[0]) {
		if os.Getenv(collectVar) != "" {
			go collect()
		}
		os.Exit(Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// collectVar, if set, makes a program collect garbage all the time, for which
// every thread of it has to stop.
const collectVar = "GUEST_TEST_COLLECT"

func collect() {
	for {
		runtime.GC()
	}
}

// program installs a module that the engines are tested with.
func program(t *testing.T, module string, limit time.Duration) (path, journal string) {
	t.Helper()
	dir := t.TempDir()
	journal = filepath.Join(dir, "journal")
	module, err := filepath.Abs("../../../../verify/engine/testdata/" + module + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	path, err = Install(dir, "thing", &Spec{
		Launch: engines.Launch{Engine: "wazero", Module: module},
		Dirs:   []engine.Dir{{Host: "/", Guest: "/"}}, TimeLimit: limit, Journal: journal,
	})
	if err != nil {
		t.Fatal(err)
	}
	return path, journal
}

// patience is how long a program may take that should have ended long before.
const patience = time.Minute

// command is a run of a program that does not outlast the test's patience.
func command(t *testing.T, path string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, path, args...)
}

// start runs a program as a shell would.
func start(t *testing.T, cmd *exec.Cmd, stdin string) (status int, stdout, stderr string) {
	t.Helper()
	return startFrom(t, cmd, strings.NewReader(stdin))
}

func startFrom(t *testing.T, cmd *exec.Cmd, stdin io.Reader) (status int, stdout, stderr string) {
	t.Helper()
	cmd.WaitDelay = time.Second
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &errs
	if err := cmd.Run(); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			t.Fatal(err)
		}
		return exit.ExitCode(), out.String(), errs.String()
	}
	return 0, out.String(), errs.String()
}

func TestEndsByItself(t *testing.T) {
	path, journal := program(t, "exit", time.Minute)
	for _, status := range []int{0, 1, 134, 255} {
		got, _, stderr := start(t, command(t, path, strconv.Itoa(status)), "")
		if got != status || stderr != "" {
			t.Errorf("status %d, want %d; stderr %q", got, status, stderr)
		}
	}
	entries, err := ReadJournal(journal)
	if err != nil || len(entries) != 4 || entries[3].Kind != Ended || entries[3].Args[0] != "255" || entries[3].Seconds <= 0 || entries[3].Text != "" {
		t.Errorf("journal has %+v, %v", entries, err)
	}
}

// TestStreams has what a program gets and what it gives.
func TestStreams(t *testing.T) {
	path, _ := program(t, "stdio", time.Minute)
	cmd := command(t, path, "one", "two words")
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"NAME=value", "PWD=/elsewhere"}
	status, stdout, stderr := start(t, cmd, "input\n")
	dir, err := filepath.EvalSymlinks(cmd.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{path, "one", "two words", "NAME=value", "PWD=" + dir, "input"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("stdout lacks %q", want)
		}
	}
	if strings.Contains(stdout, "/elsewhere") {
		t.Error("PWD is not the working directory")
	}
	if t.Failed() {
		t.Logf("status %d\nstdout:\n%s\nstderr:\n%s", status, stdout, stderr)
	}
}

func TestTrap(t *testing.T) {
	path, journal := program(t, "trap", time.Minute)
	cmd := command(t, path, "memory")
	cmd.Env = []string{"SCRIPT_FILENAME=/www/index.php"}
	status, _, stderr := start(t, cmd, "")
	if status != engine.TrapExit || !strings.Contains(stderr, "wlrbuild: trap: out of bounds memory access") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	entries, err := ReadJournal(journal)
	if err != nil || len(entries) != 1 {
		t.Fatalf("journal has %v, %v", entries, err)
	}
	e := entries[0]
	if e.Kind != Trap || e.Name != "thing" || strings.Join(e.Args, " ") != "memory" || e.Script != "/www/index.php" || !strings.Contains(e.Text, "do_memory") {
		t.Errorf("journal has %+v", e)
	}
}

// TestLate has modules that compute forever and that wait forever. While they
// compute, the process they are in can do nothing else.
func TestLate(t *testing.T) {
	for _, how := range []string{"loop", "sleep", "stdin"} {
		for _, env := range []string{"NOTHING=", collectVar + "=1", "GOMAXPROCS=1"} {
			t.Run(how+" "+env, func(t *testing.T) {
				t.Parallel()
				path, journal := program(t, "forever", 500*time.Millisecond)
				cmd := command(t, path, how)
				cmd.Env = append(os.Environ(), env)
				// Nothing ever comes from this pipe.
				r, w, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				defer w.Close()
				status, stdout, stderr := startFrom(t, cmd, r)
				if status != statusLate || stdout != "started\n" || !strings.Contains(stderr, "wlrbuild: late: stopped after 500ms") {
					t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
				}
				if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Late {
					t.Errorf("journal has %v, %v", entries, err)
				}
			})
		}
	}
}

// TestPrintsWithoutEnd has a program that would fill any memory before its time
// is over.
func TestPrintsWithoutEnd(t *testing.T) {
	path, journal := program(t, "forever", patience)
	change(t, path, func(spec *Spec) { spec.OutputLimit = 100_000 })
	status, stdout, stderr := start(t, command(t, path, "print"), "")
	if status != statusLate || len(stdout) != 100_000 || !strings.HasPrefix(stdout, "started\nagain\n") {
		t.Errorf("status %d, %d bytes", status, len(stdout))
	}
	if !strings.Contains(stderr, "wlrbuild: late: stopped after it had printed 100000 bytes") {
		t.Errorf("stderr %q", stderr)
	}
	if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Late {
		t.Errorf("journal has %v, %v", entries, err)
	}
}

// change changes what a program was installed as.
func change(t *testing.T, path string, how func(*Spec)) {
	t.Helper()
	spec, err := load(path)
	if err != nil {
		t.Fatal(err)
	}
	how(spec)
	data, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(specFile(path), data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestNative has a script that another program runs, which starts the module: with
// arguments, and as if for the script itself.
func TestNative(t *testing.T) {
	path, journal := program(t, "exit", time.Minute)
	script := filepath.Join(t.TempDir(), "script")
	text := fmt.Sprintf("printf '%%s ' \"$@\"; '%[1]s' 3; echo $?; '%[1]s' 4 -f %[2]s; echo $?; exit 5", path, script)
	if err := os.WriteFile(script, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	shell := filepath.Join(t.TempDir(), "shell")
	if err := os.WriteFile(shell, []byte("#!/bin/sh\nshift\nscript=$1; shift\n. $script\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	change(t, path, func(spec *Spec) { spec.Native = &Native{Program: shell, Scripts: []string{script}} })
	status, stdout, stderr := start(t, command(t, path, "-f", script, "one", "two words"), "")
	if status != 5 || stdout != "one two words status 3\n3\nstatus 4\n4\n" || stderr != "" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if status, _, _ := start(t, command(t, path, "6", "-f", script+"2"), ""); status != 6 {
		t.Errorf("status %d of another script", status)
	}
	entries, err := ReadJournal(journal)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, fmt.Sprint(e.Kind, " ", e.Args[0], " ", e.From == script))
	}
	if want := []string{"started 3 true", "ended 3 true", "started 4 true", "ended 4 true", "ended 6 false"}; !slices.Equal(got, want) {
		t.Errorf("journal has %q, want %q", got, want)
	}
}

// started starts a program that goes on for ever, and returns when it runs.
func started(t *testing.T, path, how string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := command(t, path, how)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, len("started\n"))); err != nil {
		t.Fatal(err)
	}
	return cmd, stdout
}

// TestKilled has a signal that ends the program, and its run with it.
func TestKilled(t *testing.T) {
	for _, how := range []string{"loop", "sleep"} {
		t.Run(how, func(t *testing.T) {
			path, journal := program(t, "forever", patience)
			cmd, stdout := started(t, path, how)
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			// It ends when the last process that could write to it has.
			if _, err := io.Copy(io.Discard, stdout); err != nil {
				t.Error(err)
			}
			exit, ok := errors.AsType[*exec.ExitError](cmd.Wait())
			if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
				t.Errorf("it ends with %v", exit)
			}
			if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Killed {
				t.Errorf("journal has %+v, %v", entries, err)
			}
		})
	}
}

// TestDies has a process that is killed while it runs a module: the run is not
// taken for one that ended, and none of its processes stays.
func TestDies(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("finds processes in /proc")
	}
	for _, kill := range []string{"runner", "watcher"} {
		t.Run(kill, func(t *testing.T) {
			path, journal := program(t, "forever", time.Minute)
			cmd, stdout := started(t, path, "loop")
			runner := child(t, cmd.Process.Pid)
			victim := map[string]int{"runner": runner, "watcher": cmd.Process.Pid}[kill]
			if err := syscall.Kill(victim, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			// It ends when the last process that could write to it has.
			if _, err := io.Copy(io.Discard, stdout); err != nil {
				t.Error(err)
			}
			err := cmd.Wait()
			if kill == "watcher" {
				return
			}
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != engine.TrapExit {
				t.Errorf("it ends with %v", err)
			}
			if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Trap || entries[0].Text != "the engine died: killed" {
				t.Errorf("journal has %+v, %v", entries, err)
			}
		})
	}
}

// child is the one child of a process.
func child(t *testing.T, pid int) int {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		data, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(data))); err == nil {
			return n
		}
	}
	t.Fatalf("process %d has no child", pid)
	return 0
}

// TestBroken has what never runs.
func TestBroken(t *testing.T) {
	path, journal := program(t, "no such module", time.Minute)
	if status, _, stderr := start(t, command(t, path), ""); status != statusBroken || !strings.Contains(stderr, "no such module") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Broken {
		t.Errorf("journal has %v, %v", entries, err)
	}
	if err := os.Remove(specFile(path)); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := start(t, command(t, path), ""); status != statusBroken || !strings.Contains(stderr, specFile(path)) {
		t.Errorf("without its file: status %d, stderr %q", status, stderr)
	}
}

// TestJournalTogether has many runs that write their entries at once.
func TestJournalTogether(t *testing.T) {
	const n = 8
	path, journal := program(t, "trap", time.Minute)
	var all sync.WaitGroup
	for range n {
		all.Go(func() { command(t, path, "memory").Run() })
	}
	all.Wait()
	if entries, err := ReadJournal(journal); err != nil || len(entries) != n {
		t.Errorf("journal has %d entries, %v", len(entries), err)
	}
}

func TestIs(t *testing.T) {
	for name, want := range map[string]bool{
		"wlr-guest-php": true, "/a/b/wlr-guest-php-cgi": true, "wlrbuild": false, "/wlr-guest-x/wlrbuild": false, "": false,
	} {
		if Is(name) != want {
			t.Errorf("Is(%q) is %t", name, !want)
		}
	}
}
