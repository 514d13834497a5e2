package engines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// ErrNoAOT means that an engine does not compile ahead of time.
var ErrNoAOT = errors.New("does not compile ahead of time")

// Compile returns the module at path compiled ahead of time by p for this
// machine's processor, from the store if it was compiled before. The result is
// run with the release's RunAOT.
func Compile(ctx context.Context, store *cache.Store, p *Program, module string) (string, error) {
	op := fmt.Sprintf("compile %s for %s %s", module, p.Engine.Name, p.Version)
	if p.Release == nil || len(p.Release.Compile) == 0 {
		return "", diag.New(diag.Usage, op, "%s %s %w", p.Engine.Name, p.Version, ErrNoAOT)
	}
	h := cache.NewHasher("engine compile/v2")
	if err := h.File("module", module); err != nil {
		return "", &diag.Error{Exit: diag.Usage, Op: op, Err: err}
	}
	h.String("engine", p.Engine.Name+" "+p.Version)
	h.Digest("program", p.digest)
	h.Strings("arguments", p.Release.Compile)
	h.String("processor", processor())
	dir, _, err := store.Do(ctx, h.Sum(), func(tmp string) error {
		out := filepath.Join(tmp, "module")
		args := make([]string, len(p.Release.Compile))
		for i, arg := range p.Release.Compile {
			args[i] = strings.NewReplacer("{in}", module, "{out}", out).Replace(arg)
		}
		if err := run(ctx, op, p.Path, args); err != nil {
			return err
		}
		_, err := onlyFile(tmp)
		return err
	})
	if err != nil {
		return "", err
	}
	return onlyFile(dir)
}

// precompile is Compile for an engine that is a part of wlrbuild.
func precompile(ctx context.Context, store *cache.Store, eng engine.Compiler, o Options) (string, error) {
	h := cache.NewHasher("engine precompile/v1")
	if err := h.File("module", o.Module); err != nil {
		return "", err
	}
	h.String("engine", eng.Name()+" "+eng.Version())
	h.String("stoppable", strconv.FormatBool(o.Stoppable))
	h.String("processor", processor())
	dir, _, err := store.Do(ctx, h.Sum(), func(tmp string) error {
		return eng.Compile(ctx, o.Module, filepath.Join(tmp, "module"))
	})
	if err != nil {
		return "", err
	}
	return onlyFile(dir)
}

// run runs the compiler, and its children die with ctx.
func run(ctx context.Context, op, program string, args []string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return &diag.Error{Exit: diag.Run, Op: op, Err: err, Detail: out.String()}
}

// onlyFile is the file that an engine has written: what it is called after
// "{out}" is the engine's own affair.
func onlyFile(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	if len(entries) != 1 {
		return "", fmt.Errorf("the engine wrote %d files, not one", len(entries))
	}
	return filepath.Join(dir, entries[0].Name()), nil
}

// processor tells apart the processors that code can be compiled for: engines
// use whatever instructions the machine at hand has.
func processor() string {
	id := runtime.GOARCH
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return id
	}
	first, _, _ := strings.Cut(string(data), "\n\n")
	for line := range strings.Lines(first) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "vendor_id", "cpu family", "model", "flags", "Features", "CPU implementer", "CPU part":
			id += "\n" + strings.TrimSpace(value)
		}
	}
	return id
}
