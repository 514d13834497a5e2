package cc

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// leaks are variables that change what clang reads or writes behind the back
// of its command line, and so of the cache's key. clang does not get them.
var leaks = []string{
	"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "LIBRARY_PATH", "COMPILER_PATH",
	"GCC_EXEC_PREFIX", "CCC_OVERRIDE_OPTIONS", "QA_OVERRIDE_GCC3_OPTIONS", "DEPENDENCIES_OUTPUT", "SUNPRO_DEPENDENCIES",
	"CC_PRINT_OPTIONS", "CC_PRINT_HEADERS", "CC_PRINT_INTERNAL_STAT", "CC_LOG_DIAGNOSTICS",
}

func childEnv() []string {
	var env []string
next:
	for _, kv := range os.Environ() {
		for _, name := range leaks {
			if strings.HasPrefix(kv, name+"=") {
				continue next
			}
		}
		env = append(env, kv)
	}
	return env
}

// child is the running compiler and the first signal that was meant to end it.
type child struct {
	mu      sync.Mutex
	process *os.Process
	signal  syscall.Signal
}

// watchSignals passes signals on to the compiler instead of dying of them, so
// that its temporary files and ours are removed. stop says which came, 0 if none.
func (l *launcher) watchSignals() (stop func() syscall.Signal) {
	c := make(chan os.Signal, 4)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) { // nohup stays nohup
			signal.Notify(c, s)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := range c {
			l.child.interrupt(s.(syscall.Signal))
		}
	}()
	return func() syscall.Signal {
		signal.Stop(c)
		close(c)
		<-done
		return l.child.signal
	}
}

func (c *child) interrupt(s syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.signal == 0 {
		c.signal = s
	}
	if c.process != nil {
		c.process.Signal(s)
	}
}

func (c *child) start(cmd *exec.Cmd) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.signal != 0 {
		return nil // too late to begin
	}
	err := cmd.Start()
	c.process = cmd.Process
	return err
}

// clang runs the real compiler; its exit code is not an error.
func (l *launcher) clang(args []string, stderr io.Writer) (int, error) {
	cmd := exec.Command(l.cfg.Clang, args...)
	cmd.Env = childEnv()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = l.stdin, l.stdout, stderr
	if err := l.child.start(cmd); err != nil {
		return 0, diag.New(diag.Preflight, "start clang", "%w", err).
			WithHint("`wlrbuild doctor` shows what is wrong with the toolchain.")
	}
	if cmd.Process == nil {
		return 128 + int(l.child.signal), nil
	}
	cmd.Wait() // all that it can say is in the state
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}
