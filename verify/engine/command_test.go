//go:build unix

package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCommandArgs(t *testing.T) {
	spec := CommandSpec{
		Name:        "engine",
		Run:         []string{"run", "{dirs}", "{env}", "--name={argv0}", "{module}", "--", "{args}"},
		Dir:         []string{"--dir", "{guest}:{host}"},
		ReadOnlyDir: []string{"--dir", "{guest}:{host}:ro"},
		Env:         []string{"--env={name}={value}"},
	}
	got, err := spec.args(Config{
		Module: "a {args}.wasm",
		Args:   []string{"php", "-r", "{module}", ""},
		Env:    []string{"A=1", "B={name}=:"},
		Dirs:   []Dir{{Host: "/h", Guest: "/g"}, {Host: "/i", Guest: ".", ReadOnly: true}},
	})
	must(t, err)
	want := []string{
		"run", "--dir", "/g:/h", "--dir", ".:/i:ro", "--env=A=1", "--env=B={name}=:",
		"--name=php", "a {args}.wasm", "--", "-r", "{module}", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	dirs := []Dir{{Host: "/h", Guest: "/g"}}
	for _, test := range []struct {
		name string
		spec CommandSpec
		cfg  Config
		want string
	}{
		{"typing mistake", CommandSpec{Run: []string{"{modul}"}}, Config{Args: []string{"a"}}, `unknown placeholder {modul} in "{modul}"`},
		{"typing mistake in a directory", CommandSpec{Run: []string{"{dirs}"}, Dir: []string{"{hots}"}}, Config{Args: []string{"a"}, Dirs: dirs}, "unknown placeholder {hots}"},
		{"no place for directories", CommandSpec{Run: []string{"{module}"}, Dir: []string{"{host}"}}, Config{Args: []string{"a"}, Dirs: dirs}, "no place for {dirs}"},
		{"no place for arguments", CommandSpec{Run: []string{"{module}"}}, Config{Args: []string{"a", "b"}}, "no place for {args}"},
		{"no directories", CommandSpec{Run: []string{"{dirs}"}}, Config{Args: []string{"a"}, Dirs: dirs}, "cannot be told to mount /h"},
		{"no environment", CommandSpec{Run: []string{"{env}"}}, Config{Args: []string{"a"}, Env: []string{"A=1"}}, `cannot be told the environment variable "A=1"`},
		{"colon", spec, Config{Args: []string{"a"}, Dirs: []Dir{{Host: "/h:1", Guest: "/g"}}}, `has a ":" in it`},
		{
			"no reading only", CommandSpec{Run: []string{"{dirs}"}, Dir: []string{"{host}"}},
			Config{Args: []string{"a"}, Dirs: []Dir{{Host: "/h", Guest: "/g", ReadOnly: true}}}, "reading only",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := test.spec.args(test.cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

// shell is an engine that is a shell script.
func shell(script string) Engine {
	return Command(CommandSpec{Name: "shell", Version: "1", Program: "/bin/sh", Run: []string{"-c", script, "sh", "{module}", "{args}"}})
}

func TestCommandEnds(t *testing.T) {
	for _, test := range []struct {
		name, script string
		exit         int
		trap         string
	}{
		{"well", "true", 0, ""},
		{"with a status", "exit 255", 255, ""},
		{"with a trap", "exit 134", TrapExit, "shell ended with status 134"},
		{"by a signal", "kill -SEGV $$", TrapExit, "shell was ended by a signal: segmentation fault"},
	} {
		t.Run(test.name, func(t *testing.T) {
			res, err := shell(test.script).Run(t.Context(), Config{Module: fixture("exit")})
			must(t, err)
			if res.ExitCode != test.exit {
				t.Errorf("exit status is %d, want %d", res.ExitCode, test.exit)
			}
			if (res.Trap == nil) != (test.trap == "") || res.Trap != nil && !strings.HasPrefix(res.Trap.Error(), test.trap) {
				t.Errorf("trap is %v, want %q", res.Trap, test.trap)
			}
		})
	}
}

// TestCommandModule lets an engine have what only it can run, but not what nothing
// can.
func TestCommandModule(t *testing.T) {
	native := filepath.Join(t.TempDir(), "php.so")
	must(t, os.WriteFile(native, []byte("\x7fELF"), 0o644))
	var stdout bytes.Buffer
	_, err := shell(`echo "$1"`).Run(t.Context(), Config{Module: native, Stdout: &stdout})
	must(t, err)
	if got := stdout.String(); got != native+"\n" {
		t.Errorf("it was given %q", got)
	}
}

func TestCommandMissing(t *testing.T) {
	e := Command(CommandSpec{Name: "nothing", Program: "no-such-engine", Run: []string{"{module}"}})
	_, err := e.Run(t.Context(), Config{Module: fixture("exit")})
	if err == nil || !strings.Contains(err.Error(), "no-such-engine") {
		t.Errorf("error is %v", err)
	}
}

// TestCommandCancel ends what the program has started, too.
func TestCommandCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	stdout := new(buffer)
	go func() {
		for !strings.HasSuffix(stdout.String(), "\n") {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := shell("sleep 1000 & echo $!; wait").Run(ctx, Config{Module: fixture("exit"), Stdout: stdout})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v, want %v", err, context.Canceled)
	}
	child, err := strconv.Atoi(strings.TrimSpace(stdout.String()))
	must(t, err)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if gone(child) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d, which it had started, is still there", child)
		}
	}
}

// gone says whether a process is no more, or is dead and only waits for whoever
// inherited it to notice.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && strings.Contains(string(stat), ") Z ")
}
