package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTrapFrames is for the engines that tell us what they know; Command leaves it
// in the output.
func TestTrapFrames(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		if _, ok := c.engine.(*command); ok {
			t.Skip("its output says it")
		}
		res, err := c.engine.Run(t.Context(), Config{Module: fixture("trap"), Args: []string{"trap", "memory"}})
		must(t, err)
		trap := res.Trap.(*Trap)
		if len(trap.Frames) < 2 || !strings.Contains(trap.Frames[0], "do_memory") {
			t.Errorf("frames are %q, want do_memory first", trap.Frames)
		}
		if !strings.Contains(trap.Error(), "\n\tat "+trap.Frames[0]) {
			t.Errorf("Error() is %q", trap.Error())
		}
	})
}

// buffer can be read while an engine that was given up may still write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestCancel stops guests that would not end, busy, asleep and waiting for input,
// when they have started.
func TestCancel(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		for _, how := range []string{"loop", "sleep", "stdin"} {
			t.Run(how, func(t *testing.T) {
				t.Parallel()
				stop := errors.New("told to stop")
				ctx, cancel := context.WithCancelCause(t.Context())
				stdin, feed := io.Pipe()
				defer feed.Close()
				stdout := new(buffer)
				var asked time.Time
				go func() {
					for stdout.String() != "started\n" && ctx.Err() == nil {
						time.Sleep(time.Millisecond)
					}
					asked = time.Now()
					cancel(stop)
				}()
				watchdog := time.AfterFunc(time.Minute, func() { cancel(errors.New("it has not started")) })
				defer watchdog.Stop()
				_, err := c.engine.Run(ctx, Config{Module: fixture("forever"), Args: []string{"forever", how}, Stdin: stdin, Stdout: stdout})
				if !errors.Is(err, stop) {
					t.Fatalf("error is %v, want %v", err, stop)
				}
				if late := time.Since(asked); late > grace+10*time.Second {
					t.Errorf("it took %v to stop", late)
				}
			})
		}
		t.Run("before the start", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := c.engine.Run(ctx, Config{Module: fixture("exit")}); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v, want %v", err, context.Canceled)
			}
		})
	})
}

// TestNoInterrupt is Run without the means to stop a guest that computes.
func TestNoInterrupt(t *testing.T) {
	wasmtime, err := Wasmtime(WasmtimeOptions{NoInterrupt: true})
	engines := []Engine{Wazero(WazeroOptions{NoInterrupt: true})}
	if err == nil {
		engines = append(engines, wasmtime)
	}
	for _, e := range engines {
		t.Run(e.Name(), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stdout bytes.Buffer
			res, err := e.Run(ctx, Config{Module: fixture("exit"), Args: []string{"exit", "9"}, Stdout: &stdout})
			must(t, err)
			if res.ExitCode != 9 || stdout.String() != "status 9\n" {
				t.Errorf("got %+v, %q", res, stdout.String())
			}
		})
	}
}

// TestUnreadStdin ends a guest that does not read what nobody writes.
func TestUnreadStdin(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		stdin, feed := io.Pipe()
		defer feed.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		res, err := c.engine.Run(ctx, Config{Module: fixture("exit"), Args: []string{"exit", "3"}, Stdin: stdin})
		must(t, err)
		if res.ExitCode != 3 {
			t.Errorf("exit status is %d, want 3", res.ExitCode)
		}
	})
}

type failingWriter struct{}

var errFull = errors.New("no room")

func (failingWriter) Write([]byte) (int, error) { return 0, errFull }

// TestFailingOutput is output that cannot be written: no run may end well then.
func TestFailingOutput(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.engine.Run(ctx, Config{
			Module: fixture("stdio"), Stdin: strings.NewReader(strings.Repeat("x", 1<<20)),
			Stdout: failingWriter{},
		})
		if !errors.Is(err, errFull) {
			t.Errorf("error is %v, want %v", err, errFull)
		}
	})
}

// TestSameOutput gives one writer for both streams, which nothing protects from
// two writers at once.
func TestSameOutput(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		var both bytes.Buffer
		_, err := c.engine.Run(t.Context(), Config{Module: fixture("stdio"), Stdin: strings.NewReader("in\n"), Stdout: &both, Stderr: &both})
		must(t, err)
		if got, want := both.String(), "arg 0 [stdio.wasm]\nin\ncopied 3 bytes\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestFiles gives the streams as files, which some engines hand to the guest as
// they are: their position counts, and they stay open.
func TestFiles(t *testing.T) {
	eachEngine(t, func(t *testing.T, c candidate) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "in"), []byte("skipped,read"), 0o644))
		in, err := os.Open(filepath.Join(dir, "in"))
		must(t, err)
		defer in.Close()
		_, err = in.Seek(8, io.SeekStart)
		must(t, err)
		out, err := os.Create(filepath.Join(dir, "out"))
		must(t, err)
		defer out.Close()
		_, err = out.WriteString("before\n")
		must(t, err)
		_, err = c.engine.Run(t.Context(), Config{Module: fixture("stdio"), Stdin: in, Stdout: out})
		must(t, err)
		_, err = out.WriteString("\nafter\n")
		must(t, err)
		data, err := os.ReadFile(out.Name())
		must(t, err)
		if got, want := string(data), "before\narg 0 [stdio.wasm]\nread\nafter\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestBadModule is what cannot be run, where the engine is ours to ask.
func TestBadModule(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(data), 0o644))
		return path
	}
	const magic = "\x00asm\x01\x00\x00\x00"
	// A type () -> (), and function 0 exported as "_start".
	const types, start = "\x01\x04\x01\x60\x00\x00", "\x07\x0a\x01\x06_start\x00\x00"
	for _, test := range []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "none.wasm"), "no such file"},
		{"directory", dir, "is not a file but a directory"},
		{"component", write("component", "\x00asm\x0d\x00\x01\x00"), "is a component"},
		{"no command", write("library", magic), `exports no function "_start"`},
		{"unknown import", write("import", magic+types+"\x02\x21\x01\x16wasi_snapshot_preview1\x06gopher\x00\x00"+start), "gopher"},
		{"invalid", write("invalid", magic+types+"\x03\x02\x01\x00"+start+"\x0a\x05\x01\x03\x00\x6a\x0b"), ""},
		{"cut off", write("cut", magic+"\x01\x7f"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, c candidate) {
				if _, ok := c.engine.(*command); ok && !strings.Contains("missing directory component", test.name) {
					t.Skip("it says so in its output")
				}
				_, err := c.engine.Run(t.Context(), Config{Module: test.path})
				if err == nil {
					t.Fatal("no error")
				}
				for _, want := range []string{c.engine.Name(), test.path, test.want} {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("error is %q, and should have %q in it", err, want)
					}
				}
			})
		})
	}
}
