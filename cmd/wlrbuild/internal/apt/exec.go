package apt

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// output runs one of apt's programs and returns what it prints.
func output(ctx context.Context, argv ...string) (out []byte, err error) {
	err = stream(ctx, argv, func(r io.Reader) error {
		out, err = io.ReadAll(r)
		return err
	})
	return out, err
}

// stream runs one of apt's programs and has f read what it prints. The error
// of a program that failed holds what it said about it.
func stream(ctx context.Context, argv []string, f func(io.Reader) error) error {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), "LC_ALL=C") // its messages are parsed
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	// It starts others, one for each method of download: all must go with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := f(stdout)
	if readErr != nil {
		_ = cmd.Cancel() // it may wait for a reader for ever
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case readErr != nil:
		return readErr
	case err != nil:
		return fmt.Errorf("%s: %s", filepath.Base(argv[0]), complaint(stderr.String(), err))
	}
	return nil
}

// complaint is what a failed program said: its errors, else its warnings, else
// all of it, else how it ended.
func complaint(stderr string, err error) string {
	for _, prefix := range []string{"E: ", "W: ", ""} {
		var said []string
		for line := range strings.Lines(stderr) {
			line, ok := strings.CutPrefix(strings.TrimSpace(line), prefix)
			if ok && line != "" {
				said = append(said, strings.Join(strings.Fields(line), " "))
			}
		}
		if len(said) > 0 {
			return strings.Join(said, "; ")
		}
	}
	return err.Error()
}
