package build

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

// disk mounts a file system of some kilobytes in a new folder of the site.
func (s *site) disk(name string, kilobytes int) string {
	s.t.Helper()
	dir := s.path(name)
	s.must(os.MkdirAll(dir, 0o777))
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		s.t.Skipf("SKIPPED, NOTHING IS PROVEN: a small file system cannot be mounted: %v", err)
	}
	s.t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func (s *site) resize(dir string, kilobytes int) {
	s.t.Helper()
	s.must(unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes)))
}

// A cache whose disk is full is said to be, whatever step that happens in, and
// when there is room the build goes on.
func TestFullCache(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newSite(t)
	dir := s.disk("small", 40)
	s.Store = openStore(t, dir)
	s.equip()
	failed := map[string]int{}
	for size := 40; ; size += size / 8 {
		if size > 50_000 {
			t.Fatal("it never fits")
		}
		s.resize(dir, size)
		err := s.tryBuild()
		if err == nil {
			break
		}
		step := s.steps(progress.StepFailed)[0]
		failed[step]++
		t.Logf("%d kB: %s", size, strings.ReplaceAll(diag.Format(err), "\n", "\n\t"))
		s.fails(err, diag.Step, " full", "hint: ", "WLRBUILD_CACHE", dir)
		s.clean()
		if len(s.dist()) > 0 {
			t.Fatalf("left in the output directory: %v", s.dist())
		}
	}
	t.Logf("failed were %v", failed)
	// Compiling takes less room than configuring has found.
	for _, step := range []string{stepSource, stepWorktree, stepConfigure, stepLink + "-hello"} {
		if failed[step] == 0 {
			t.Errorf("step %s has never met a full disk", step)
		}
	}
	wantSame(t, s.modules(), want)
}

// An output directory whose disk is full keeps what it had.
func TestFullOutput(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newRealSite(t)
	s.build()
	before := s.dist()
	s.Out = s.disk("full", 600)
	for name, content := range before {
		s.write("full/"+name, content)
	}
	s.edit(thePatch, `+		printf(" without any process`, `+		printf(" without some process`)
	s.fails(s.tryBuild(), diag.Step, "write to "+s.Out, "no space left on device", "hint: nothing of this build is lost")
	s.clean()
	wantSame(t, s.dist(), before)
	s.resize(s.Out, 4000)
	s.build()
	s.wantRan()
	if m := s.modules(); len(m) != 4 || m["hello-1.0.3-wasi.wasm"] == want["hello-1.0.3-wasi.wasm"] {
		t.Error("it was not replaced")
	}
	if _, err := os.Stat(filepath.Join(s.Out, sumsFile)); err != nil {
		t.Error(err)
	}
}
