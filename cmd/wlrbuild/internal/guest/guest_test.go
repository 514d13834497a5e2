package guest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestMain makes this test a program that guests can be links to.
func TestMain(m *testing.M) {
	if Is(os.Args[0]) {
		os.Exit(Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
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

// start runs a program as a shell would.
func start(t *testing.T, cmd *exec.Cmd, stdin string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
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
		got, _, stderr := start(t, exec.Command(path, strconv.Itoa(status)), "")
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
	cmd := exec.Command(path, "one", "two words")
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
	cmd := exec.Command(path, "memory")
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

func TestLate(t *testing.T) {
	path, journal := program(t, "forever", 500*time.Millisecond)
	status, stdout, stderr := start(t, exec.Command(path, "loop"), "")
	if status != statusLate || stdout != "started\n" || !strings.Contains(stderr, "wlrbuild: late: stopped after 500ms") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Late {
		t.Errorf("journal has %v, %v", entries, err)
	}
}

// TestBroken has what never runs.
func TestBroken(t *testing.T) {
	path, journal := program(t, "no such module", time.Minute)
	if status, _, stderr := start(t, exec.Command(path), ""); status != statusBroken || !strings.Contains(stderr, "no such module") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	if entries, err := ReadJournal(journal); err != nil || len(entries) != 1 || entries[0].Kind != Broken {
		t.Errorf("journal has %v, %v", entries, err)
	}
	if err := os.Remove(specFile(path)); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := start(t, exec.Command(path), ""); status != statusBroken || !strings.Contains(stderr, specFile(path)) {
		t.Errorf("without its file: status %d, stderr %q", status, stderr)
	}
}

// TestJournalTogether has many runs that write their entries at once.
func TestJournalTogether(t *testing.T) {
	const n = 8
	path, journal := program(t, "trap", time.Minute)
	var all sync.WaitGroup
	for range n {
		all.Go(func() { exec.Command(path, "memory").Run() })
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
