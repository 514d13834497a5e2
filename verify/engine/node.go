package engine

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed node/run.mjs
var nodeRunner []byte

// minNode and minNodeMinor are the first version of Node.js that has node:wasi
// without being asked for it with a flag. Debian bookworm's is 18.20.
const minNode, minNodeMinor = 18, 17

// NodeOptions are the options of Node. The zero value is useful.
type NodeOptions struct {
	// Program is Node.js: a path, or a name on PATH. Empty means "node".
	Program string
	// CacheDir keeps the small program that starts a module. Empty: it is
	// written to a temporary directory for every run.
	CacheDir string
	// Stack is how many MiB of stack the guest's calls may take before it
	// traps with ErrStackOverflow; 0 means 256.
	Stack int
}

// Node is Node.js with its module node:wasi.
//
// That is no sandbox, and its documentation says so: a symbolic link, or a
// directory entry below one, leads out of the directories that are mounted. It
// cannot mount a directory for reading only; a run that asks for it is an error.
func Node(opts NodeOptions) (Engine, error) {
	if opts.Program == "" {
		opts.Program = "node"
	}
	if opts.Stack == 0 {
		opts.Stack = 256
	}
	if opts.Stack < 0 {
		return nil, fmt.Errorf("node: a stack of %d MiB is not possible", opts.Stack)
	}
	out, err := exec.Command(opts.Program, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("node: %s --version: %w", opts.Program, err)
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil || major < minNode || major == minNode && minor < minNodeMinor {
		return nil, fmt.Errorf("node: %s is version %q; %d.%d or later is needed", opts.Program, version, minNode, minNodeMinor)
	}
	return &node{opts, version}, nil
}

// NodeRunner writes run.mjs, the program that starts a module on Node.js, to dir
// and returns its path. What it does and its flags are described in it; with it
// Node.js can be a Command, too.
func NodeRunner(dir string) (string, error) {
	sum := sha256.Sum256(nodeRunner)
	path := filepath.Join(dir, "run-"+hex.EncodeToString(sum[:6])+".mjs")
	if old, err := os.ReadFile(path); err == nil && string(old) == string(nodeRunner) {
		return path, nil
	}
	return path, writeFile(path, nodeRunner)
}

type node struct {
	opts    NodeOptions
	version string
}

func (*node) Name() string      { return "node" }
func (n *node) Version() string { return n.version }

func (n *node) Run(ctx context.Context, cfg Config) (Result, error) {
	res, err := stoppable(ctx, func() (Result, error) { return n.run(ctx, cfg) })
	if err != nil {
		return Result{}, fmt.Errorf("run %s on node: %w", cfg.Module, err)
	}
	return res, nil
}

func (n *node) run(ctx context.Context, cfg Config) (Result, error) {
	cfg, err := cfg.withoutNetwork()
	if err != nil {
		return Result{}, err
	}
	if err := checkCore(cfg.Module); err != nil {
		return Result{}, err
	}
	dir := n.opts.CacheDir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "wlr-node-"); err != nil {
			return Result{}, err
		}
		defer os.RemoveAll(dir)
	}
	script, err := NodeRunner(dir)
	if err != nil {
		return Result{}, err
	}
	// Node 20 dies while it collects garbage beside the main thread once a
	// memory has grown by much: PHP with 100 MB ended in a segmentation fault.
	args := []string{"--no-warnings", "--no-concurrent-marking", script, "--report", "3", "--stack", strconv.Itoa(n.opts.Stack), "--argv0", cfg.Args[0]}
	for _, d := range cfg.Dirs {
		if d.ReadOnly {
			return Result{}, fmt.Errorf("node:wasi cannot mount %s for reading only", d.Host)
		}
		args = append(args, "--dir", d.Guest, d.Host)
	}
	for _, kv := range cfg.Env {
		args = append(args, "--env", kv)
	}
	// The path is made absolute because one that starts with "-" would be a flag.
	module, err := filepath.Abs(cfg.Module)
	if err != nil {
		return Result{}, err
	}
	args = append(append(args, module), cfg.Args[1:]...)

	// How the guest ended comes on a pipe of its own: every exit status is one
	// that a guest can have.
	r, w, err := os.Pipe()
	if err != nil {
		return Result{}, err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, n.opts.Program, args...)
	cmd.ExtraFiles = []*os.File{w} // file descriptor 3
	state, err := process(ctx, cfg, cmd)
	w.Close()
	if err != nil {
		return Result{}, err
	}
	if sig := signalOf(state); sig != "" {
		return Result{ExitCode: TrapExit, Trap: &Trap{Reason: "node was ended by a signal: " + sig}}, nil
	}
	report, err := io.ReadAll(r)
	if err != nil {
		return Result{}, err
	}
	return nodeResult(report, state)
}

// nodeResult is what run.mjs reported.
func nodeResult(report []byte, state *os.ProcessState) (Result, error) {
	var end struct {
		Exit     int
		Trap     *string
		Stack    []string
		Overflow bool
		Error    *string
	}
	if err := json.Unmarshal(report, &end); err != nil {
		return Result{}, fmt.Errorf("node ended with status %d before the module did; its output says why", state.ExitCode())
	}
	switch {
	case end.Error != nil:
		return Result{}, errors.New(*end.Error)
	case end.Trap != nil:
		trap := &Trap{Reason: *end.Trap, Frames: end.Stack}
		if end.Overflow {
			trap.Err = ErrStackOverflow
		}
		return Result{ExitCode: TrapExit, Trap: trap}, nil
	}
	return Result{ExitCode: end.Exit}, nil
}
