//go:build unix

package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestNodeVersion(t *testing.T) {
	for _, test := range []struct{ says, want string }{
		{"v16.20.2", "version \"16.20.2\"; 18.17 or later"},
		{"v18.16.1", "version \"18.16.1\"; 18.17 or later"},
		{"a surprise", "version \"a surprise\"; 18.17 or later"},
	} {
		fake := filepath.Join(t.TempDir(), "node")
		must(t, os.WriteFile(fake, []byte("#!/bin/sh\necho "+test.says+"\n"), 0o755))
		if _, err := Node(NodeOptions{Program: fake}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error is %v", test.says, err)
		}
	}
	for _, says := range []string{"v18.17.0", "v19.0.0", "v100.1.2-nightly"} {
		fake := filepath.Join(t.TempDir(), "node")
		must(t, os.WriteFile(fake, []byte("#!/bin/sh\necho "+says+"\n"), 0o755))
		if e, err := Node(NodeOptions{Program: fake}); err != nil || e.Version() != says[1:] {
			t.Errorf("%s: %v, %v", says, e, err)
		}
	}
	if _, err := Node(NodeOptions{Program: "no-such-node"}); err == nil || !strings.Contains(err.Error(), "no-such-node") {
		t.Errorf("missing: error is %v", err)
	}
}

// realNode is Node.js, if it is there.
func realNode(t *testing.T, opts NodeOptions) Engine {
	e, err := Node(opts)
	if err != nil {
		notTested(candidate{name: "node", err: err})
		t.Skip(err)
	}
	return e
}

func TestNodeReadOnly(t *testing.T) {
	d := work(t)
	d.ReadOnly = true
	_, err := realNode(t, NodeOptions{}).Run(t.Context(), Config{Module: fixture("exit"), Dirs: []Dir{d}})
	if err == nil || !strings.Contains(err.Error(), "reading only") {
		t.Errorf("error is %v", err)
	}
}

// TestNodeCrash is a Node.js that ends before it can say how the guest did.
func TestNodeCrash(t *testing.T) {
	fake := filepath.Join(t.TempDir(), "node")
	must(t, os.WriteFile(fake, []byte("#!/bin/sh\ntest \"$1\" = --version && echo v20.0.0 && exit\nexit 9\n"), 0o755))
	_, err := realNode(t, NodeOptions{Program: fake}).Run(t.Context(), Config{Module: fixture("exit")})
	if err == nil || !strings.Contains(err.Error(), "status 9") {
		t.Errorf("error is %v", err)
	}
}

// TestNodeRunner is the program as a command of its own, without a report.
func TestNodeRunner(t *testing.T) {
	realNode(t, NodeOptions{})
	dir := filepath.Join(t.TempDir(), "cache")
	script, err := NodeRunner(dir)
	must(t, err)
	// What a killed process or a clumsy hand leaves is not run.
	must(t, os.WriteFile(script, nodeRunner[:100], 0o644))
	again, err := NodeRunner(dir)
	must(t, err)
	if data, err := os.ReadFile(script); again != script || err != nil || string(data) != string(nodeRunner) {
		t.Errorf("%s was not written again as %s: %v", script, again, err)
	}
	for _, test := range []struct {
		name   string
		args   []string
		exit   int
		stdout string
		stderr string // its beginning
	}{
		{"exit", []string{fixture("exit"), "255"}, 255, "status 255\n", ""},
		{"flags", []string{"--env", "A=b=c", "--argv0", "php", "--stack", "16", fixture("stdio"), "--env"}, 0, "arg 0 [php]\narg 1 [--env]\nenv [A=b=c]\n", "copied 0 bytes\n"},
		{"trap", []string{fixture("trap"), "unreachable"}, TrapExit, "before\n", "unreachable\n    at "},
		{"stack overflow", []string{"--stack", "4", fixture("recurse")}, TrapExit, "going down\n", "Maximum call stack size exceeded\n    at "},
		{"no module", nil, 2, "", "run.mjs: MODULE is missing\n"},
		{"unknown flag", []string{"--dri", "x"}, 2, "", "run.mjs: unknown flag --dri\n"},
		{"variable", []string{"--env", "A"}, 2, "", "run.mjs: --env A is not NAME=VALUE\n"},
		{"not a module", []string{"testdata/exit.c"}, 1, "", "WebAssembly.compile()"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr strings.Builder
			cmd := exec.Command("node", append([]string{"--no-warnings", script}, test.args...)...)
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			_ = cmd.Run() // its status is looked at
			if got := cmd.ProcessState.ExitCode(); got != test.exit {
				t.Errorf("exit status is %d, want %d", got, test.exit)
			}
			if stdout.String() != test.stdout {
				t.Errorf("stdout is %q, want %q", stdout.String(), test.stdout)
			}
			if got := stderr.String(); !strings.HasPrefix(got, test.stderr) || test.stderr == "" && got != "" {
				t.Errorf("stderr is %q, want %q", got, test.stderr)
			}
		})
	}
}
