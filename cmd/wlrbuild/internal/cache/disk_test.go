package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

func TestExplainFull(t *testing.T) {
	dir := t.TempDir()
	failed := &diag.Error{Exit: diag.Step, Op: "run clang", Err: errors.New("exit status 1"), Log: "clang.log", Detail: "LLVM ERROR: IO failure on output stream: No space left on device\n"}
	for _, tt := range []struct {
		name string
		err  error
		full bool
	}{
		{"another error", errors.New("x"), false},
		{"another error of a file", &os.PathError{Op: "open", Path: dir, Err: unix.EACCES}, false},
		{"full disk", fmt.Errorf("wrapped: %w", unix.ENOSPC), true},
		{"full quota", &os.PathError{Op: "write", Path: filepath.Join(dir, "f"), Err: unix.EDQUOT}, true},
		{"a child that says so", fmt.Errorf("step: %w", failed), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := explainFull(tt.err, dir)
			if !tt.full {
				if got != tt.err {
					t.Errorf("turned into %v", got)
				}
				return
			}
			var e *diag.Error
			if !errors.As(got, &e) || e.Exit != diag.Step || e.Hint == "" || !errors.Is(got, tt.err) {
				t.Errorf("%#v", got)
			}
			checkErr(t, got, "MiB free)")
			if errors.Is(tt.err, failed) && (e.Log != failed.Log || e.Detail != failed.Detail) {
				t.Errorf("log %q and detail %q got lost", e.Log, e.Detail)
			}
		})
	}
}
