package engines

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// Options says which engine to open, and for what.
type Options struct {
	Engine  *recipe.Engine
	Version string // as for Find
	Module  string // what it is to run
	AOT     bool   // compile the module ahead of time
	// Often is for modules that many processes run: they are compiled ahead of
	// time if the engine can do that.
	Often bool
	// Stoppable is for runs that this process outlives: a module that computes
	// forever ends with its context, and computes more slowly for it.
	Stoppable bool
	Getenv    func(string) string
	Events    progress.Sink
}

// Launch is an engine that was found and a module that was made ready for it:
// all that another process needs to run the one on the other. Its fields are
// for that process, as JSON.
type Launch struct {
	Engine  string `json:"engine"`
	Version string `json:"version"`
	// Module is the path of what is run: another than Options.Module if that
	// was compiled.
	Module string `json:"module"`
	AOT    bool   `json:"aot,omitempty"`
	// Command says how a program is started; nil for an engine that wlrbuild
	// knows how to start by itself.
	Command   *engine.CommandSpec `json:"command,omitempty"`
	Program   string              `json:"program,omitempty"`
	CacheDir  string              `json:"cache_dir,omitempty"`
	Compiled  bool                `json:"compiled,omitempty"` // what Module is for an embedded engine
	Stoppable bool                `json:"stoppable,omitempty"`
	Host      string              `json:"host,omitempty"` // host functions of an embedded engine
}

// String names the engine for people.
func (l *Launch) String() string {
	s := l.Engine + " " + l.Version
	if l.AOT {
		s += ", compiled ahead of time"
	}
	return s
}

// Prepare finds an engine and makes a module ready for it.
func Prepare(ctx context.Context, store *cache.Store, o Options) (*Launch, error) {
	l := &Launch{Engine: o.Engine.Name, Module: o.Module, Stoppable: o.Stoppable, Host: o.Engine.Host}
	var program *Program
	if len(o.Engine.Programs) > 0 {
		var err error
		if program, err = Find(ctx, store, o.Engine, o.Version, o.Getenv, o.Events); err != nil {
			return nil, err
		}
		l.Program = program.Path
	}
	if o.Engine.Kind == "command" {
		l.AOT = o.AOT || o.Often && len(program.Release.Compile) > 0
		if l.AOT {
			compiled, err := Compile(ctx, store, program, o.Module, NativeCPU)
			if err != nil {
				return nil, err
			}
			l.Module = compiled.Path
		}
		spec := program.Command(l.AOT)
		l.Command, l.Version = &spec, program.Version
		return l, nil
	}
	op := "start engine " + o.Engine.Name
	if o.AOT {
		return nil, diag.New(diag.Usage, op, "it does not take modules that are compiled ahead of time").
			WithHint("leave --aot out: it compiles a module when it starts it, and keeps the result")
	}
	l.CacheDir = filepath.Join(store.Dir(), "engines", o.Engine.Name)
	if err := os.MkdirAll(l.CacheDir, 0o700); err != nil {
		return nil, diag.New(diag.Preflight, op, "%w", err)
	}
	eng, err := l.Open()
	if err != nil {
		return nil, err
	}
	l.Version = eng.Version()
	if o.Version != "" && l.Version != o.Version && !strings.HasPrefix(l.Version, o.Version+".") {
		return nil, diag.New(diag.Usage, op, "its version is %s, not %s", l.Version, o.Version)
	}
	if compiler, ok := eng.(engine.Compiler); ok && o.Often {
		if l.Module, err = precompile(ctx, store, compiler, o); err != nil {
			return nil, diag.New(diag.Run, op, "%w", err)
		}
		l.Compiled = true
	}
	return l, nil
}

// Open starts the engine. It needs no closing: what it holds goes with this
// process.
func (l *Launch) Open() (engine.Engine, error) {
	if l.Command != nil {
		return engine.Command(*l.Command), nil
	}
	eng, err := l.embedded()
	if err != nil {
		return nil, diag.New(diag.Preflight, "start engine "+l.Engine, "%w", err)
	}
	return eng, nil
}

// embedded is an engine that this program knows how to start by itself.
func (l *Launch) embedded() (engine.Engine, error) {
	switch l.Engine {
	case "wazero":
		return engine.Wazero(engine.WazeroOptions{CacheDir: l.CacheDir, NoInterrupt: !l.Stoppable, Host: l.Host}), nil
	}
	if l.Host != "" {
		return nil, fmt.Errorf("it has no host functions %q", l.Host)
	}
	switch l.Engine {
	case "wasmtime":
		return engine.Wasmtime(engine.WasmtimeOptions{CacheDir: l.CacheDir, NoInterrupt: !l.Stoppable, Compiled: l.Compiled})
	case "node":
		return engine.Node(engine.NodeOptions{Program: l.Program, CacheDir: l.CacheDir})
	}
	return nil, fmt.Errorf("this wlrbuild has no engine %q in it", l.Engine)
}

// Open makes an engine ready, and with it the module: the path returned is the
// one to run.
func Open(ctx context.Context, store *cache.Store, o Options) (eng engine.Engine, module string, err error) {
	l, err := Prepare(ctx, store, o)
	if err != nil {
		return nil, "", err
	}
	eng, err = l.Open()
	return eng, l.Module, err
}
