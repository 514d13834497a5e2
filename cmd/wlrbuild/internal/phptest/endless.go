package phptest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
)

// endlessLimit is how long a script may run natively before it counts as one that
// does not end. Natively, tests take well below a second.
const endlessLimit = 10 * time.Second

// endless says whether scripts that did not end do not end natively either, where
// functions of the C library fail with ENOSYS: not within a time limit.
func (s *suite) endless(ctx context.Context, limit time.Duration, fails []recipe.Failing, incidents []Incident) (bool, error) {
	library, err := s.failing(ctx, fails)
	if err != nil {
		return false, diag.New(diag.Run, "make functions fail natively", "%w", err)
	}
	for _, in := range incidents {
		if in.Kind != Hang {
			return false, nil
		}
		limited, cancel := context.WithTimeout(ctx, limit)
		cmd := exec.CommandContext(limited, s.php, "-n", "-f", in.Script)
		cmd.Dir = s.path("tree")
		cmd.Env = []string{"PATH=" + toolchain.HostPath, "LC_ALL=C", "LD_PRELOAD=" + library}
		err := cmd.Run()
		ended := limited.Err() == nil
		cancel()
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return false, diag.New(diag.Run, "run "+in.Script+" natively", "%w", err)
		}
		if ended {
			return false, nil
		}
	}
	return true, nil
}

// failing makes a library to preload, in which functions fail.
func (s *suite) failing(ctx context.Context, fails []recipe.Failing) (string, error) {
	source := "#define _GNU_SOURCE\n#include <errno.h>\n"
	for _, f := range fails {
		source += fmt.Sprintf("long %s(void) { errno = ENOSYS; return %d; }\n", f.Function, f.Returns)
	}
	library := filepath.Join(s.dir, "failing.so")
	cmd := exec.CommandContext(ctx, "gcc", "-w", "-fno-builtin", "-shared", "-fPIC", "-x", "c", "-", "-o", library)
	cmd.Stdin = strings.NewReader(source)
	cmd.Env = []string{"PATH=" + toolchain.HostPath, "LC_ALL=C"}
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("gcc: %w\n%s", err, out)
	}
	return library, nil
}
