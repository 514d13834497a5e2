package engines

import (
	"bytes"
	"context"
	"encoding/json"
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

// CPU says for which processors code is compiled.
type CPU string

// The choices.
const (
	NativeCPU  CPU = "native"  // this machine's
	GenericCPU CPU = "generic" // all of this machine's architecture
)

// Compiled is a module that was compiled ahead of time. It is run with the
// release's RunAOT.
type Compiled struct {
	Path string `json:"-"`
	// Seconds and PeakMemory, in bytes, are what the compiler took.
	Seconds    float64 `json:"seconds"`
	PeakMemory int64   `json:"peak_memory"`
}

// The output of a compilation in the store: a folder with the one file that the
// engine has written, and what it took to write it.
const (
	codeDir      = "code"
	compiledFile = "compiled.json"
)

// Compile compiles the module at path ahead of time with p, or takes it from the
// store if it was compiled before.
func Compile(ctx context.Context, store *cache.Store, p *Program, module string, cpu CPU) (*Compiled, error) {
	op := fmt.Sprintf("compile %s for %s %s", module, p.Engine.Name, p.Version)
	var template []string
	if p.Release != nil {
		template = p.Release.Compile
		if cpu == GenericCPU {
			template = p.Release.CompileGeneric
		}
	}
	if len(template) == 0 {
		return nil, diag.New(diag.Usage, op, "%s %s %w for %s processors", p.Engine.Name, p.Version, ErrNoAOT, cpu)
	}
	h := cache.NewHasher("engine compile/v4")
	if err := h.File("module", module); err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Op: op, Err: err}
	}
	h.String("engine", p.Engine.Name+" "+p.Version)
	h.Digest("program", p.digest)
	h.Strings("arguments", template)
	shell := p.Release.CompiledModule
	if shell != nil {
		h.Strings("module in the file", []string{shell.Bytes, shell.Size})
	}
	target := runtime.GOARCH
	if cpu == NativeCPU {
		target = processor()
	}
	h.String("processor", target)
	dir, _, err := store.Do(ctx, h.Sum(), func(tmp string) error {
		code := filepath.Join(tmp, codeDir)
		if err := os.Mkdir(code, 0o777); err != nil {
			return err
		}
		args := make([]string, len(template))
		for i, arg := range template {
			args[i] = strings.NewReplacer("{in}", module, "{out}", filepath.Join(code, "module")).Replace(arg)
		}
		c, err := run(ctx, op, p.Path, args)
		if err != nil {
			return err
		}
		file, err := onlyFile(code)
		if err != nil {
			return err
		}
		if shell != nil {
			if err := hollow(file, shell); err != nil {
				return &diag.Error{Exit: diag.Run, Op: op, Err: err}
			}
		}
		data, err := json.Marshal(c)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(tmp, compiledFile), data, 0o666)
	})
	if err != nil {
		return nil, err
	}
	c := new(Compiled)
	data, err := os.ReadFile(filepath.Join(dir, compiledFile))
	if err == nil {
		err = json.Unmarshal(data, c)
	}
	if err == nil {
		c.Path, err = onlyFile(filepath.Join(dir, codeDir))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	return c, nil
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

// run runs the compiler and measures it; its children die with ctx.
func run(ctx context.Context, op, program string, args []string) (*Compiled, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	start := time.Now()
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &diag.Error{Exit: diag.Run, Op: op, Err: err, Detail: out.String()}
	}
	c := &Compiled{Seconds: time.Since(start).Seconds()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.PeakMemory = int64(usage.Maxrss) << 10 // kilobytes, on Linux
	}
	return c, nil
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
