package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

// Command is a program to run. It is an argv, never shell text, and its
// environment is Env and nothing else.
type Command struct {
	Argv []string `json:"argv"`
	Dir  string   `json:"dir,omitempty"`
	Env  []string `json:"env,omitempty"`
}

// String is the command as it can be pasted into a shell, without Env.
func (c Command) String() string {
	words := make([]string, len(c.Argv))
	for i, arg := range c.Argv {
		words[i] = quote(arg)
	}
	line := strings.Join(words, " ")
	if c.Dir != "" {
		line = "cd " + quote(c.Dir) + " && " + line
	}
	return line
}

// bare is what a shell takes as it is.
var bare = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

func quote(s string) string {
	if bare.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

const (
	// killDelay is what a process group gets between SIGTERM and SIGKILL.
	killDelay = 3 * time.Second
	// drainDelay is how long output is waited for after a process group has
	// ended: a daemon that left the group may keep the pipe open forever.
	drainDelay = time.Second
	// maxCommand is how much of a command a failure shows; the log has it all.
	maxCommand = 1000
)

// Exec runs c for a step. What it prints goes to the step's log and to the
// display. No process of its group outlives it; if ctx is cancelled the group
// gets SIGTERM, and SIGKILL a little later.
//
// The error is a *diag.Error: Preflight if the program is missing, Interrupted
// if ctx was cancelled, Step otherwise, with the command, the first error line
// and the last lines as Detail.
func (s *State) Exec(ctx context.Context, step string, c Command) error {
	return s.exec(ctx, step, c, nil)
}

// ExecOutput is Exec, but returns what c prints on its standard output, and
// keeps that from the log and the display.
func (s *State) ExecOutput(ctx context.Context, step string, c Command) ([]byte, error) {
	var b bytes.Buffer
	err := s.exec(ctx, step, c, &b)
	return b.Bytes(), err
}

// ExecTo is ExecOutput for output that is not wanted in memory. An error of
// stdout ends the command and is what is returned.
func (s *State) ExecTo(ctx context.Context, step string, c Command, stdout io.Writer) error {
	return s.exec(ctx, step, c, stdout)
}

// exec runs c; a nil stdout is the log.
func (s *State) exec(ctx context.Context, step string, c Command, stdout io.Writer) error {
	op := fmt.Sprintf("step %q", step)
	if ctx.Err() != nil {
		return s.interrupted(ctx, step)
	}
	if len(c.Argv) == 0 {
		return diag.New(diag.Internal, op, "a command without a program")
	}
	log, err := s.OpenLog(step)
	if err != nil {
		return &diag.Error{Exit: diag.Step, Op: op, Err: err}
	}
	log.write([]byte("$ " + c.String() + "\n"))
	err = c.run(ctx, log, stdout)
	if closeErr := log.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("write the log: %w", closeErr)
	}
	if err == nil && log.full {
		err = errFull
	}
	var missing *missingError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errStopped):
		return s.interrupted(ctx, step)
	case errors.As(err, &missing):
		return &diag.Error{
			Exit: diag.Preflight, Op: op, Err: err, Log: s.LogPath(step),
			Hint: "`wlrbuild doctor` shows what this machine lacks and how to get it.",
		}
	}
	e := &diag.Error{
		Exit:   diag.Step,
		Op:     op,
		Err:    fmt.Errorf("%s: %w", filepath.Base(c.Argv[0]), err),
		Log:    s.LogPath(step),
		Detail: "$ " + cut(c.String(), maxCommand) + "\n" + log.excerpt(),
	}
	if log.full || errors.Is(err, unix.ENOSPC) || s.scarce() {
		e.Hint = s.fullHint()
	}
	return e
}

// WriteError is the error of a step that could not write a file of its own.
func (s *State) WriteError(step string, err error) error {
	e := diag.New(diag.Step, fmt.Sprintf("step %q", step), "%w", err)
	if errors.Is(err, unix.ENOSPC) || s.scarce() {
		e.Hint = s.fullHint()
	}
	return e
}

// scarce says whether there is hardly any room left: configure writes what its
// compiler says into a log of its own, so that a full disk shows nowhere else.
func (s *State) scarce() bool {
	var fs unix.Statfs_t
	err := unix.Statfs(s.Store.Dir(), &fs)
	return err == nil && int64(fs.Bavail)*int64(fs.Bsize) < 1<<20
}

// fullHint does not know which file system is full, only which one most of
// what a build writes is on.
func (s *State) fullHint() string {
	var fs unix.Statfs_t
	free := ""
	if err := unix.Statfs(s.Store.Dir(), &fs); err == nil {
		free = fmt.Sprintf(" (%s free there now)", progress.FormatBytes(int64(fs.Bavail)*int64(fs.Bsize)))
	}
	return fmt.Sprintf("A disk is full. Free some space, for example with `wlrbuild cache clean`, or set WLRBUILD_CACHE to a directory on a larger disk: the cache is %s%s.", s.Store.Dir(), free)
}

// errFull is the error of a command that ended well though a write of its had
// failed: scripts go on after that, and what they leave is cut off.
var errFull = errors.New("it met a full disk, and went on")

// errStopped is returned by run when ctx made an end of the command.
var errStopped = errors.New("stopped")

// missingError is returned by run when there is no such program, or none that
// this machine can run.
type missingError struct{ err error }

func (e *missingError) Error() string { return e.err.Error() }
func (e *missingError) Unwrap() error { return e.err }

// run starts the command and waits until it and all of its process group has
// ended and what they printed has been read.
func (c Command) run(ctx context.Context, log, stdout io.Writer) error {
	program, err := c.program()
	if err != nil {
		return &missingError{err}
	}
	// Without this, a missing directory looks like a missing program.
	if c.Dir != "" {
		if _, err := os.Stat(c.Dir); err != nil {
			return err
		}
	}
	toLog, err := newStream(log)
	if err != nil {
		return err
	}
	defer toLog.finish()
	cmd := &exec.Cmd{
		Path:        program,
		Args:        c.Argv,
		Dir:         c.Dir,
		Env:         append([]string{}, c.Env...), // a nil Env would inherit ours
		Stdout:      toLog.w,
		Stderr:      toLog.w,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
	}
	if stdout == nil {
		return wait(ctx, cmd)
	}
	captured, err := newStream(stdout)
	if err != nil {
		return err
	}
	cmd.Stdout = captured.w
	err = wait(ctx, cmd)
	// If stdout takes no more, the command has most likely died of SIGPIPE.
	if copyErr := captured.finish(); copyErr != nil && !errors.Is(err, errStopped) {
		return fmt.Errorf("take its output: %w", copyErr)
	}
	return err
}

// program is the path of the program. exec.LookPath would search our own PATH,
// not the command's.
func (c Command) program() (string, error) {
	name := c.Argv[0]
	if strings.Contains(name, "/") {
		return name, nil
	}
	path := ""
	for _, kv := range c.Env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = v
		}
	}
	for _, dir := range filepath.SplitList(path) {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); filepath.IsAbs(dir) && err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, nil
		}
	}
	return "", fmt.Errorf("program %q is not on the command's PATH (%s)", name, path)
}

// wait starts cmd in a process group of its own and waits for its end.
func wait(ctx context.Context, cmd *exec.Cmd) error {
	if err := cmd.Start(); err != nil {
		if _, statErr := os.Stat(cmd.Path); errors.Is(err, unix.ENOENT) && filepath.IsAbs(cmd.Path) && statErr == nil {
			err = fmt.Errorf("%w: the file is there, but its interpreter or loader is not there", err)
		}
		for _, errno := range []error{unix.ENOENT, unix.EACCES, unix.ENOEXEC, unix.ENOTDIR} {
			if errors.Is(err, errno) {
				return &missingError{err}
			}
		}
		return err
	}
	group := -cmd.Process.Pid
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case err := <-exited:
		// What a command leaves running would write into an output that is
		// about to be sealed.
		kill(group)
		return err
	case <-ctx.Done():
		unix.Kill(group, unix.SIGTERM)
		if !gone(group, killDelay) {
			kill(group)
		}
		<-exited
		return errStopped
	}
}

// kill ends a process group for certain.
func kill(group int) {
	if unix.Kill(group, unix.SIGKILL) == nil {
		gone(group, drainDelay)
	}
}

// gone waits until a process group has no member any more.
func gone(group int, patience time.Duration) bool {
	deadline := time.Now().Add(patience)
	for unix.Kill(group, 0) == nil {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}

// stream copies what processes write into a pipe. exec.Cmd can do so too, but
// waits for all who hold the pipe before their group can be killed.
type stream struct {
	r, w *os.File
	done chan error
	rest int // how much is read after the deadline at most
}

func newStream(dst io.Writer) (*stream, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s := &stream{r: r, w: w, done: make(chan error, 1), rest: 1 << 20} // a pipe never holds more
	go func() {
		_, err := io.Copy(dst, s)
		r.Close() // whoever writes on gets SIGPIPE
		s.done <- err
	}()
	return s, nil
}

// Read reads from the pipe. After the deadline it takes what is there already
// and waits for nothing.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	s.r.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
	n, err = s.r.Read(p)
	if s.rest -= n; s.rest < 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		return n, io.EOF
	}
	return n, err
}

// finish waits for the end of the copy, when the processes are gone. One that
// left the group, as daemons do, may hold the pipe open forever.
func (s *stream) finish() error {
	s.w.Close()
	s.r.SetReadDeadline(time.Now().Add(drainDelay))
	return <-s.done
}

// cut shortens s to at most n bytes and marks the cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
