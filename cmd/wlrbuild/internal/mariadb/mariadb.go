// Package mariadb runs a MariaDB of this machine for as long as tests need one.
package mariadb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Program is an installed server.
type Program struct {
	Version string // in its own words: "10.11.14-MariaDB-0+deb12u2"
	install string // what makes a directory for data
	daemon  string
}

// String names the server and its version for people: "MariaDB 10.11.14".
func (p *Program) String() string {
	version, name, _ := strings.Cut(p.Version, "-")
	name, _, _ = strings.Cut(name, "-")
	return strings.TrimSpace(name + " " + version)
}

// Find finds the server. It looks in /usr/sbin too, where Debian has it and not
// every user's PATH.
func Find(ctx context.Context) (*Program, error) {
	var p Program
	for name, path := range map[string]*string{"mariadbd": &p.daemon, "mariadb-install-db": &p.install} {
		var err error
		if *path, err = exec.LookPath(name); err == nil {
			continue
		}
		if *path, err = exec.LookPath(filepath.Join("/usr/sbin", name)); err != nil {
			return nil, fmt.Errorf("there is no program %s", name)
		}
	}
	out, err := exec.CommandContext(ctx, p.daemon, "--no-defaults", "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.daemon, err)
	}
	_, version, _ := strings.Cut(strings.TrimSpace(string(out)), "Ver ")
	p.Version, _, _ = strings.Cut(version, " ")
	return &p, nil
}

// Server is one that runs, with data of its own that end with it. When a client
// shuts it down, it is started again.
type Server struct {
	Port   int    // on 127.0.0.1 and ::1
	Socket string // the path of its unix socket

	dir   string
	argv  []string
	stop  context.CancelFunc
	ended chan error
}

// patience is how long a server may take to start or to stop.
const patience = time.Minute

// Start starts a server that reads the statements in sql whenever it starts.
func (p *Program) Start(ctx context.Context, sql string) (*Server, error) {
	dir, err := os.MkdirTemp("", "wlrdb") // the path of a socket must be short
	if err != nil {
		return nil, err
	}
	s := &Server{Socket: filepath.Join(dir, "db.sock"), dir: dir}
	if err := p.prepare(ctx, s, sql); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop, s.ended = stop, make(chan error, 1)
	go func() { s.ended <- s.keep(running) }()
	if err := s.listens(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// prepare makes the data of s, and the command that starts it.
func (p *Program) prepare(ctx context.Context, s *Server, sql string) error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	data, who := filepath.Join(s.dir, "data"), "--user="+me.Username
	// One that starts deletes the temporary tables of any other in the same place.
	temp := "--tmpdir=" + s.dir
	install := exec.CommandContext(ctx, p.install, "--no-defaults", who, "--datadir="+data, temp,
		"--auth-root-authentication-method=normal", "--skip-test-db")
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", p.install, err, out)
	}
	init := filepath.Join(s.dir, "init.sql")
	if err := os.WriteFile(init, []byte(sql), 0o666); err != nil {
		return err
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	s.argv = []string{p.daemon, "--no-defaults", who, "--datadir=" + data, temp, "--socket=" + s.Socket,
		fmt.Sprintf("--port=%d", s.Port), "--bind-address=127.0.0.1,::1", "--init-file=" + init, "--max-allowed-packet=128M",
		"--local-infile=1", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--performance-schema=off"}
	return nil
}

// freePort is a port on which nobody listens at the moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// keep runs the server's process, and another one when that has ended, until ctx
// is done.
func (s *Server) keep(ctx context.Context) error {
	for {
		var output bytes.Buffer
		cmd := exec.CommandContext(ctx, s.argv[0], s.argv[1:]...)
		cmd.Stdout, cmd.Stderr = &output, &output
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = patience
		err := cmd.Run()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", s.argv[0], err, output.Bytes())
		}
	}
}

// listens waits until s listens on all its addresses.
func (s *Server) listens(ctx context.Context) error {
	for _, host := range []string{"127.0.0.1", "::1"} {
		addr := net.JoinHostPort(host, fmt.Sprint(s.Port))
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			c, err := net.Dial("tcp", addr)
			if err == nil {
				c.Close()
				break
			}
			select {
			case err := <-s.ended:
				s.ended <- err
				return err
			case <-ctx.Done():
				return context.Cause(ctx)
			default:
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("%s does not listen on %s: %w", s.argv[0], addr, err)
			}
		}
	}
	return nil
}

// Stop ends the server and removes its data. The error says why it ended before.
func (s *Server) Stop() error {
	s.stop()
	return errors.Join(<-s.ended, os.RemoveAll(s.dir))
}
