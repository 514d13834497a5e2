//go:build cgo && (linux || darwin)

package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bytecodealliance/wasmtime-go/v39"
)

// hostStack is what is left of a thread's stack for the host's functions when
// the guest has used up its own.
const hostStack = 1 << 20

// Wasmtime is the engine wasmtime, linked into this program.
//
// It differs from the program wasmtime in one thing: an exit status from 126 up,
// which that turns into an error, is the guest's exit status here, because PHP
// ends with 255 after every fatal error.
func Wasmtime(opts WasmtimeOptions) (Engine, error) {
	if opts.Stack == 0 {
		opts.Stack = defaultStack
	}
	if opts.Stack < 0 {
		return nil, fmt.Errorf("wasmtime: a stack of %d bytes is not possible", opts.Stack)
	}
	return &wasmtimeEngine{opts}, nil
}

type wasmtimeEngine struct{ opts WasmtimeOptions }

func (*wasmtimeEngine) Name() string { return "wasmtime" }

func (*wasmtimeEngine) Version() string {
	return moduleVersion("github.com/bytecodealliance/wasmtime-go/v39")
}

func (e *wasmtimeEngine) Run(ctx context.Context, cfg Config) (Result, error) {
	res, err := stoppable(ctx, func() (res Result, err error) {
		// wasmtime wants the stack of the thread it is called on.
		threadErr := onThread(e.opts.Stack+hostStack, func() { res, err = e.run(ctx, cfg) })
		return res, errors.Join(err, threadErr)
	})
	if err != nil {
		return Result{}, fmt.Errorf("run %s on wasmtime: %w", cfg.Module, err)
	}
	return res, nil
}

func (e *wasmtimeEngine) run(ctx context.Context, cfg Config) (res Result, err error) {
	cfg, err = cfg.withoutNetwork()
	if err != nil {
		return Result{}, err
	}
	// The engine is this run's own: its epoch, which stops the guest, is
	// common to all that run on it.
	interruptible := ctx.Done() != nil && !e.opts.NoInterrupt
	eng := e.engine(interruptible)
	defer eng.Close()

	mod, err := e.module(eng, cfg.Module, interruptible)
	if err != nil {
		return Result{}, err
	}
	defer mod.Close()

	wasi := wasmtime.NewWasiConfig()
	finish, err := configureWasi(wasi, cfg)
	if err != nil {
		return Result{}, err
	}
	// Deferred first and therefore run last: the store holds the guest's ends
	// of the pipes.
	defer func() {
		if ioErr := finish(); err == nil && ioErr != nil {
			res, err = Result{}, ioErr
		}
	}()
	store := wasmtime.NewStore(eng)
	defer store.Close()
	store.SetWasi(wasi)

	linker := wasmtime.NewLinker(eng)
	defer linker.Close()
	exited, err := defineWasi(linker)
	if err != nil {
		return Result{}, err
	}
	if interruptible {
		store.SetEpochDeadline(1)
		stopped := make(chan struct{})
		cancelStop := context.AfterFunc(ctx, func() {
			eng.IncrementEpoch()
			close(stopped)
		})
		defer func() {
			if !cancelStop() {
				<-stopped // it needs the engine, which is closed next
			}
		}()
	}
	inst, err := linker.Instantiate(store, mod)
	if err != nil {
		return Result{}, err
	}
	start := inst.GetFunc(store, "_start")
	if start == nil {
		return Result{}, errNoStart(cfg.Module)
	}
	_, err = start.Call(store)
	switch {
	case exited.done:
		return Result{ExitCode: exited.status & 0xff}, nil
	case err == nil:
		return Result{}, nil
	}
	trap, ok := errors.AsType[*wasmtime.Trap](err)
	if !ok {
		return Result{}, err
	}
	if code := trap.Code(); code != nil && *code == wasmtime.Interrupt && ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	return Result{ExitCode: TrapExit, Trap: wasmtimeTrap(trap)}, nil
}

// engine makes an engine with the settings that go into its code.
func (e *wasmtimeEngine) engine(interruptible bool) *wasmtime.Engine {
	wc := wasmtime.NewConfig()
	wc.SetMaxWasmStack(e.opts.Stack)
	wc.SetEpochInterruption(interruptible)
	return wasmtime.NewEngineWithConfig(wc)
}

// module is the module at path, compiled.
func (e *wasmtimeEngine) module(eng *wasmtime.Engine, path string, interruptible bool) (*wasmtime.Module, error) {
	if e.opts.Compiled {
		return wasmtime.NewModuleDeserializeFile(eng, path)
	}
	wasm, err := readModule(path)
	if err != nil {
		return nil, err
	}
	return e.compile(eng, wasm, interruptible)
}

// Compile is that of Compiler.
func (e *wasmtimeEngine) Compile(_ context.Context, module, out string) error {
	wasm, err := readModule(module)
	if err != nil {
		return err
	}
	eng := e.engine(!e.opts.NoInterrupt)
	defer eng.Close()
	mod, err := wasmtime.NewModule(eng, wasm)
	if err != nil {
		return fmt.Errorf("compile %s for wasmtime: %w", module, err)
	}
	defer mod.Close()
	code, err := mod.Serialize()
	if err != nil {
		return fmt.Errorf("compile %s for wasmtime: %w", module, err)
	}
	return writeFile(out, code)
}

// compile compiles wasm, or takes the result of an earlier time from the cache.
func (e *wasmtimeEngine) compile(eng *wasmtime.Engine, wasm []byte, interruptible bool) (*wasmtime.Module, error) {
	if e.opts.CacheDir == "" {
		return wasmtime.NewModule(eng, wasm)
	}
	h := sha256.New()
	fmt.Fprintf(h, "wasmtime-go %s interruptible %t\n", e.Version(), interruptible)
	h.Write(wasm)
	path := filepath.Join(e.opts.CacheDir, hex.EncodeToString(h.Sum(nil))+".cwasm")

	if code, err := readSealed(path); err == nil {
		// wasmtime refuses what another version, processor or setting made:
		// compile again then.
		if mod, err := wasmtime.NewModuleDeserialize(eng, code); err == nil {
			return mod, nil
		}
	}
	mod, err := wasmtime.NewModule(eng, wasm)
	if err != nil {
		return nil, err
	}
	code, err := mod.Serialize()
	if err == nil {
		err = writeSealed(path, code)
	}
	if err != nil {
		mod.Close()
		return nil, fmt.Errorf("compilation cache: %w", err)
	}
	return mod, nil
}

// readSealed reads a file that writeSealed wrote. Machine code is not to be
// trusted by its name: a file that is damaged or cut off is an error.
func readSealed(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	n := len(data) - sha256.Size
	if n < 0 {
		return nil, fmt.Errorf("%s is cut off", path)
	}
	if sum := sha256.Sum256(data[:n]); !bytes.Equal(sum[:], data[n:]) {
		return nil, fmt.Errorf("%s is damaged", path)
	}
	return data[:n], nil
}

// writeSealed writes data and its digest to path.
func writeSealed(path string, data []byte) error {
	sum := sha256.Sum256(data)
	return writeFile(path, append(data[:len(data):len(data)], sum[:]...))
}

// configureWasi gives the guest what cfg says. finish has to be called when the
// guest can write no more; it delivers what is still in a pipe.
func configureWasi(wasi *wasmtime.WasiConfig, cfg Config) (finish func() error, err error) {
	wasi.SetArgv(cfg.Args)
	var names, values []string
	for _, kv := range cfg.Env {
		name, value, _ := strings.Cut(kv, "=")
		names, values = append(names, name), append(values, value)
	}
	wasi.SetEnv(names, values)
	for _, d := range cfg.Dirs {
		dirs, files := wasmtime.DIR_READ|wasmtime.DIR_WRITE, wasmtime.FILE_READ|wasmtime.FILE_WRITE
		if d.ReadOnly {
			dirs, files = wasmtime.DIR_READ, wasmtime.FILE_READ
		}
		if err := wasi.PreopenDir(d.Host, d.Guest, dirs, files); err != nil {
			return nil, fmt.Errorf("directory %s: %w", d.Host, err)
		}
	}

	var p pipes
	for _, s := range []struct {
		name    string
		ours    bool // it is this process's own
		inherit func()
		open    func() (*os.File, error)
		set     func(path string) error
	}{
		{"input", cfg.Stdin == os.Stdin, wasi.InheritStdin, func() (*os.File, error) { return p.in(cfg.Stdin) }, wasi.SetStdinFile},
		{"output", cfg.Stdout == os.Stdout, wasi.InheritStdout, func() (*os.File, error) { return p.out(cfg.Stdout) }, wasi.SetStdoutFile},
		{"error", cfg.Stderr == os.Stderr, wasi.InheritStderr, func() (*os.File, error) { return p.out(cfg.Stderr) }, wasi.SetStderrFile},
	} {
		if s.ours {
			s.inherit()
			continue
		}
		// wasmtime takes nothing else but a path. A pipe has one.
		path, err := devFd(s.open())
		if err == nil {
			err = s.set(path)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("standard %s: %w", s.name, err), p.finish())
		}
	}
	return p.finish, nil
}

// devFd is the path that opens what f has open.
func devFd(f *os.File, err error) (path string, _ error) {
	if err != nil {
		return "", err
	}
	// Not f.Fd, which would make our end of a pipe block.
	conn, err := f.SyscallConn()
	if err != nil {
		return "", err
	}
	err = conn.Control(func(fd uintptr) { path = fmt.Sprintf("/dev/fd/%d", fd) })
	return path, err
}

// exit is what the guest gave to proc_exit.
type exit struct {
	done   bool
	status int
}

// defineWasi defines wasmtime's functions of WASI preview 1, but proc_exit as
// one of ours, because wasmtime's makes an error without the number of any status
// from 126 up.
func defineWasi(linker *wasmtime.Linker) (*exit, error) {
	if err := linker.DefineWasi(); err != nil {
		return nil, err
	}
	e := new(exit)
	linker.AllowShadowing(true)
	err := linker.FuncNew("wasi_snapshot_preview1", "proc_exit",
		wasmtime.NewFuncType([]*wasmtime.ValType{wasmtime.NewValType(wasmtime.KindI32)}, nil),
		func(_ *wasmtime.Caller, args []wasmtime.Val) ([]wasmtime.Val, *wasmtime.Trap) {
			*e = exit{done: true, status: int(args[0].I32())}
			return nil, wasmtime.NewTrap("exit")
		})
	return e, err
}

// trapReasons are the traps in the words of the specification's tests, as the
// other engines have them.
var trapReasons = map[wasmtime.TrapCode]string{
	wasmtime.StackOverflow:          "stack overflow",
	wasmtime.MemoryOutOfBounds:      "out of bounds memory access",
	wasmtime.HeapMisaligned:         "unaligned atomic",
	wasmtime.TableOutOfBounds:       "undefined element",
	wasmtime.IndirectCallToNull:     "uninitialized element",
	wasmtime.BadSignature:           "indirect call type mismatch",
	wasmtime.IntegerOverflow:        "integer overflow",
	wasmtime.IntegerDivisionByZero:  "integer divide by zero",
	wasmtime.BadConversionToInteger: "invalid conversion to integer",
	wasmtime.UnreachableCodeReached: "unreachable",
}

// wasmtimeTrap is trap as the other engines have it.
func wasmtimeTrap(trap *wasmtime.Trap) *Trap {
	t := &Trap{Reason: trap.Message()}
	if code := trap.Code(); code != nil {
		if reason, ok := trapReasons[*code]; ok {
			t.Reason = reason
		}
		if *code == wasmtime.StackOverflow {
			t.Err = ErrStackOverflow
		}
	}
	for _, f := range trap.Frames() {
		if len(t.Frames) == maxFrames {
			break
		}
		name := fmt.Sprintf("function %d", f.FuncIndex())
		if n := f.FuncName(); n != nil {
			name = *n
		}
		t.Frames = append(t.Frames, fmt.Sprintf("%s (offset 0x%x)", name, f.ModuleOffset()))
	}
	return t
}
