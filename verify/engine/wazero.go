package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sort"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"

	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// WazeroOptions are the options of Wazero. The zero value is useful.
type WazeroOptions struct {
	// CacheDir keeps compiled modules, so that the next start of one, in this
	// process or another, need not compile it. Empty: nothing is kept.
	CacheDir string
	// Features are proposals to turn on that wazero has but leaves off:
	// "exceptions", "extended-const", "tail-call", "threads".
	Features []string
	// NoInterrupt compiles modules so that they cannot be stopped. That makes
	// PHP's bench.php 4.8 times as fast, because otherwise every call and every
	// turn of a loop leaves the machine code to ask. Run still returns soon
	// after its context is done, but a guest that computes goes on doing so,
	// and while it does, Go cannot collect garbage, and in the end all of the
	// process waits for it (HoldsProcess). It is for programs that then end, and
	// that leave Ctrl-C to do what it does by default. A context that can never
	// be done has the same effect without the risk.
	NoInterrupt bool
	// Host names a set of host functions: "" are those of WASI preview 1, and
	// "wasmedge" besides these the sockets of WasmEdge. See package sockets,
	// which has them.
	Host string
	// RandomDescriptors numbers descriptors at random, as WasmEdge does. It is
	// for tests.
	RandomDescriptors bool
}

// wazeroFeatures are the values of WazeroOptions.Features.
var wazeroFeatures = map[string]api.CoreFeatures{
	"exceptions":     experimental.CoreFeaturesExceptionHandling,
	"extended-const": experimental.CoreFeaturesExtendedConst,
	"tail-call":      experimental.CoreFeaturesTailCall,
	"threads":        experimental.CoreFeaturesThreads,
}

// Wazero is the engine wazero, which is pure Go and built into this program.
//
// Its compiler's stack grows as needed up to 400 MB, then the guest traps with
// ErrStackOverflow; on processors it has no compiler for, it interprets and
// traps at 2,000 calls.
func Wazero(opts WazeroOptions) Engine { return &wazeroEngine{opts} }

type wazeroEngine struct{ opts WazeroOptions }

func (*wazeroEngine) Name() string    { return "wazero" }
func (*wazeroEngine) Version() string { return moduleVersion("github.com/tetratelabs/wazero") }

// holdsProcess implements HoldsProcess: the Go runtime cannot take a thread away
// from machine code that it did not make, so that one that has to stop for the
// garbage collector keeps all others waiting.
func (e *wazeroEngine) holdsProcess() bool { return e.opts.NoInterrupt }

func (e *wazeroEngine) Run(ctx context.Context, cfg Config) (Result, error) {
	res, err := stoppable(ctx, func() (Result, error) { return e.run(ctx, cfg) })
	if err != nil {
		return Result{}, fmt.Errorf("run %s on wazero: %w", cfg.Module, err)
	}
	return res, nil
}

func (e *wazeroEngine) run(ctx context.Context, cfg Config) (Result, error) {
	cfg, err := cfg.prepare()
	if err != nil {
		return Result{}, err
	}
	wasm, err := readModule(cfg.Module)
	if err != nil {
		return Result{}, err
	}
	features, err := e.features()
	if err != nil {
		return Result{}, err
	}
	// The memory limit stays at its default, the 4 GiB of the architecture.
	rc := wazero.NewRuntimeConfig().WithCoreFeatures(features).
		WithCloseOnContextDone(ctx.Done() != nil && !e.opts.NoInterrupt)
	if e.opts.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(e.opts.CacheDir)
		if err != nil {
			return Result{}, fmt.Errorf("compilation cache: %w", err)
		}
		defer cache.Close(context.WithoutCancel(ctx))
		rc = rc.WithCompilationCache(cache)
	}
	r := wazero.NewRuntimeWithConfig(ctx, rc)
	defer r.Close(context.WithoutCancel(ctx))

	mod, err := r.CompileModule(experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0)), wasm)
	if err != nil {
		if strings.HasPrefix(err.Error(), "compilationcache: ") {
			err = fmt.Errorf("the compilation cache %s is damaged, remove it: %w", e.opts.CacheDir, err)
		}
		return Result{}, err
	}
	if _, ok := mod.ExportedFunctions()["_start"]; !ok {
		return Result{}, errNoStart(cfg.Module)
	}
	host, err := e.host(ctx, r, mod, &cfg)
	if err != nil {
		return Result{}, err
	}
	defer host.Close()
	var out outputs
	cfg.Stdout, cfg.Stderr = out.watch(cfg.Stdout), out.watch(cfg.Stderr)
	mc, done, err := configure(ctx, cfg)
	if err != nil {
		return Result{}, err
	}
	defer done()
	// Instantiation and start are two steps, so that an import nobody has is
	// told apart from a guest that fails.
	inst, err := r.InstantiateModule(ctx, mod, mc)
	if err != nil {
		return Result{}, err
	}
	_, err = inst.ExportedFunction("_start").Call(ctx)
	res, err := wazeroResult(ctx, err)
	return res, errors.Join(err, out.err)
}

// host gives r the functions that mod imports, and adds to cfg what mod has to be
// told about them.
func (e *wazeroEngine) host(ctx context.Context, r wazero.Runtime, mod wazero.CompiledModule, cfg *Config) (*sockets.Host, error) {
	if !sockets.Supported && e.opts.Host == "" && cfg.Network.Empty() {
		_, err := wasi_snapshot_preview1.Instantiate(ctx, r)
		return new(sockets.Host), err
	}
	file := func(stream any) *os.File {
		f, _ := stream.(*os.File)
		return f
	}
	host, err := sockets.Instantiate(ctx, r, mod, sockets.Options{
		Host: e.opts.Host, Policy: cfg.Network, Dirs: len(cfg.Dirs),
		Stdin: file(cfg.Stdin), Stdout: file(cfg.Stdout), Stderr: file(cfg.Stderr),
		RandomDescriptors: e.opts.RandomDescriptors,
	})
	if err != nil {
		return nil, err
	}
	cfg.Env = append(cfg.Env[:len(cfg.Env):len(cfg.Env)], host.Env()...)
	return host, nil
}

// outputs notices when the guest's output cannot be written: the guest, which is
// told so, may not care.
type outputs struct{ err error }

// watch is w with its first error remembered. Files go to the guest as they are.
func (o *outputs) watch(w io.Writer) io.Writer {
	if _, ok := w.(*os.File); ok || w == nil {
		return w
	}
	return writerFunc(func(p []byte) (int, error) {
		n, err := w.Write(p)
		if err != nil && o.err == nil {
			o.err = fmt.Errorf("output of the guest: %w", err)
		}
		return n, err
	})
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// features are the core features to run with.
func (e *wazeroEngine) features() (api.CoreFeatures, error) {
	on := api.CoreFeaturesV2
	for _, name := range e.opts.Features {
		f, ok := wazeroFeatures[name]
		if !ok {
			var known []string
			for k := range wazeroFeatures {
				known = append(known, k)
			}
			sort.Strings(known)
			return 0, fmt.Errorf("unknown feature %q; those that can be turned on are %s", name, strings.Join(known, ", "))
		}
		on |= f
	}
	return on, nil
}

// configure is cfg in wazero's terms; done has to be called after the run.
func configure(ctx context.Context, cfg Config) (_ wazero.ModuleConfig, done func(), err error) {
	mc := wazero.NewModuleConfig().
		WithArgs(cfg.Args...).
		WithStdin(cfg.Stdin).WithStdout(cfg.Stdout).WithStderr(cfg.Stderr).
		WithSysWalltime().WithSysNanotime().
		WithNanosleep(func(ns int64) { sleep(ctx, time.Duration(ns)) }).
		WithRandSource(rand.Reader).
		WithStartFunctions() // _start is called when it is linked
	for _, kv := range cfg.Env {
		name, value, _ := strings.Cut(kv, "=")
		mc = mc.WithEnv(name, value)
	}
	var unmounts []func()
	done = func() {
		for _, f := range unmounts {
			f()
		}
	}
	fs := wazero.NewFSConfig()
	for _, d := range cfg.Dirs {
		next, unmount, err := mount(fs, d)
		if err != nil {
			done()
			return nil, nil, err
		}
		fs, unmounts = next, append(unmounts, unmount)
	}
	return mc.WithFSConfig(fs), done, nil
}

// sleep is time.Sleep that ends with ctx.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// wazeroResult is what the error of a call of _start means.
func wazeroResult(ctx context.Context, err error) (Result, error) {
	if err == nil {
		return Result{}, nil
	}
	if exit, ok := errors.AsType[*sys.ExitError](err); ok {
		// wazero says that it closed the module by an exit status that a
		// guest could also choose: exit(-1) is sys.ExitCodeContextCanceled.
		code := exit.ExitCode()
		if ctx.Err() != nil && (code == sys.ExitCodeContextCanceled || code == sys.ExitCodeDeadlineExceeded) {
			return Result{}, context.Cause(ctx)
		}
		return Result{ExitCode: int(code & 0xff)}, nil
	}
	// "wasm error: REASON\nwasm stack trace:\n\tFRAME\n…"
	text, stack, _ := strings.Cut(err.Error(), "\nwasm stack trace:")
	trap := &Trap{Reason: strings.TrimPrefix(text, "wasm error: ")}
	for line := range strings.Lines(stack) {
		if line = strings.TrimSpace(line); line != "" && len(trap.Frames) < maxFrames {
			trap.Frames = append(trap.Frames, line)
		}
	}
	if trap.Reason == "stack overflow" {
		trap.Err = ErrStackOverflow
	}
	return Result{ExitCode: TrapExit, Trap: trap}, nil
}
