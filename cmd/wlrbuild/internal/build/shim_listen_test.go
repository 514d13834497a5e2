package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/verify/engine"
	network "github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// TestShimListen has servers on preview 1, on WasmEdge and on Linux, all made of
// one program, and their clients.
func TestShimListen(t *testing.T) {
	kit := newShimKit(t)
	file := shimTests + "/listen.c"
	t.Run("linux", func(t *testing.T) {
		gcc, err := exec.LookPath("gcc")
		if err != nil {
			absent(t, fmt.Errorf("no C compiler for the oracle: %w", err))
		}
		program := filepath.Join(t.TempDir(), "listen")
		if out, err := exec.CommandContext(t.Context(), gcc, "-std=gnu17", "-D_GNU_SOURCE", "-o", program, file).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		serveClients(t, "linux", func(ctx context.Context, env []string, stdout, stderr io.Writer) (int, error) {
			cmd := exec.CommandContext(ctx, program)
			cmd.Env, cmd.Stdout, cmd.Stderr = env, stdout, stderr
			err := cmd.Run()
			if _, ok := errors.AsType[*exec.ExitError](err); ok {
				err = nil
			}
			return cmd.ProcessState.ExitCode(), err
		})
	})
	kit.eachHost(t, kit.hosts(t), file, func(t *testing.T, h shimHost, module string) {
		policy := network.Policy{Listen: []string{anyPort}}
		var env []string
		switch {
		case sockets[h.runtime.Backend]:
			env = append(env, "TEST_SOCKETS=1")
			// It binds to the port again that it was given.
			policy.Listen = []string{"127.0.0.1:*"}
		case h.name != "wazero":
			t.Skip("it has no sockets")
		}
		if !h.embedded {
			policy = network.Policy{}
		}
		serveClients(t, h.name, func(ctx context.Context, more []string, stdout, stderr io.Writer) (int, error) {
			res, err := h.engine.Run(ctx, engine.Config{
				Module: module, Env: append(more, env...), Network: policy, Stdout: stdout, Stderr: stderr,
			})
			return res.ExitCode, errors.Join(err, res.Trap)
		})
	})
}

// anyPort is where the servers listen.
const anyPort = "127.0.0.1:0"

// clients is how many there are.
const clients = 12

// serveClients runs a server and all clients.
func serveClients(t *testing.T, on string, run func(ctx context.Context, env []string, stdout, stderr io.Writer) (int, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), shimTimeout)
	defer cancel()
	var stdout portFinder
	var stderr bytes.Buffer
	stdout.found = make(chan string, 1)
	o := outcome{program: "listen"}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		o.exit, o.err = run(ctx, []string{"TEST_LISTEN=" + anyPort, fmt.Sprintf("TEST_CLIENTS=%d", clients)}, &stdout, &stderr)
	}()
	select {
	case port := <-stdout.found:
		if err := beClients("127.0.0.1:" + port); err != nil {
			t.Error(err)
			cancel()
		}
	case <-ended:
	}
	<-ended
	o.stdout, o.stderr = stdout.all.String(), stderr.String()
	judge(t, on, o)
}

// portFinder is the output of a server, which says where it listens.
type portFinder struct {
	mu    sync.Mutex
	all   bytes.Buffer
	found chan string
	told  bool
}

var listensOn = regexp.MustCompile(`(?m)^# listening on (\d+)\n`)

func (p *portFinder) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all.Write(b)
	if m := listensOn.FindSubmatch(p.all.Bytes()); m != nil && !p.told {
		p.told = true
		p.found <- string(m[1])
	}
	return len(b), nil
}

// beClients is a few clients one after the other, some at once, one that leaves in
// the middle, and one that ends the server.
func beClients(addr string) error {
	dial := func() (*net.TCPConn, error) {
		conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
		if err != nil {
			return nil, err
		}
		return conn.(*net.TCPConn), conn.SetDeadline(time.Now().Add(time.Minute))
	}
	for i := range 5 {
		conn, err := dial()
		if err != nil {
			return err
		}
		if err := echoes(conn, bytes.Repeat([]byte{byte(i)}, 1+i*1000)); err != nil {
			return fmt.Errorf("client %d: %w", i, err)
		}
		conn.Close()
	}
	// They take turns.
	var together [3]*net.TCPConn
	for i := range together {
		var err error
		if together[i], err = dial(); err != nil {
			return err
		}
		defer together[i].Close()
	}
	for range 3 {
		for i, conn := range together {
			if err := echoes(conn, fmt.Appendf(nil, "client %d", i)); err != nil {
				return fmt.Errorf("one of several at once: %w", err)
			}
		}
	}
	// One leaves without a word, with all of its answer on the way.
	conn, err := dial()
	if err != nil {
		return err
	}
	conn.Write(make([]byte, 1<<16))
	conn.SetLinger(0)
	conn.Close()
	// One sends much, and reads at the same time.
	if conn, err = dial(); err != nil {
		return err
	}
	defer conn.Close()
	if err := echoes(conn, bytes.Repeat([]byte("0123456789abcdef"), 1<<16)); err != nil {
		return fmt.Errorf("a megabyte: %w", err)
	}
	// One ends its half.
	half, err := dial()
	if err != nil {
		return err
	}
	defer half.Close()
	half.Write([]byte("half"))
	half.CloseWrite()
	if got, err := io.ReadAll(half); err != nil || string(got) != "half" {
		return fmt.Errorf("after its half has ended, one gets %q, %w", got, err)
	}
	last, err := dial()
	if err != nil {
		return err
	}
	defer last.Close()
	return echoes(last, []byte("quit"))
}

// echoes sends b and gets it back.
func echoes(conn *net.TCPConn, b []byte) error {
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(b)
		sent <- err
	}()
	got := make([]byte, len(b))
	_, err := io.ReadFull(conn, got)
	if err := errors.Join(err, <-sent); err != nil {
		return err
	}
	if !bytes.Equal(got, b) {
		return fmt.Errorf("%d bytes come back as others", len(b))
	}
	return nil
}
