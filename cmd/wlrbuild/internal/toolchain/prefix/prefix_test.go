package prefix_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix/prefixtest"
)

// greet is a program that needs a library and says how it was called.
var greet = map[string]string{
	"usr/bin/greet":       "#!/bin/sh\necho v1 as \"$NAME\" with \"$@\"\nexit 7\n",
	"usr/bin/greet.needs": "libhello.so.1\n",
}

// newSuite has the loader, the program and its library.
func newSuite(t *testing.T) *prefixtest.Suite {
	s := prefixtest.New(t)
	s.Add("libc6", "2", map[string]string{prefixtest.LoaderPath: prefixtest.Loader})
	s.Add("libhello1", "1", map[string]string{"usr/lib/test-linux-gnu/libhello.so.1": ""})
	s.Add("greet", "1", greet)
	return s
}

// greeter is the set of these.
func greeter(packages ...string) *prefix.Set {
	if packages == nil {
		packages = []string{"libc6", "libhello1", "greet"}
	}
	spec := &recipe.DebianPackages{Suite: "testing", Packages: packages, Libraries: []string{"usr/lib/*-linux-gnu"}}
	return &prefix.Set{
		Name:     "greeter",
		Packages: spec,
		Maker:    "test/v1",
		Finish: func(ctx context.Context, dir string, l *prefix.Loader) error {
			if err := l.Check(ctx, "usr/bin/greet"); err != nil {
				return err
			}
			if err := os.Mkdir(filepath.Join(dir, "bin"), 0o777); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "bin/greet"), []byte(l.Launcher("", "usr/bin/greet")), 0o777)
		},
	}
}

func open(t *testing.T, dir string) *cache.Store {
	t.Helper()
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// says runs the launcher of an installed prefix.
func says(t *testing.T, dir string) string {
	t.Helper()
	out, err := exec.Command(filepath.Join(dir, "bin/greet"), "a b", "$c").Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		t.Fatalf("exit status: %v, want the program's own, 7", err)
	}
	return string(out)
}

func TestInstall(t *testing.T) {
	suite := newSuite(t)
	dir := t.TempDir()
	var last progress.Event
	in := &prefix.Installer{Store: open(t, dir), Open: suite.Open, Events: func(e progress.Event) { last = e }}
	if _, ok, err := in.Find(greeter()); ok || err != nil {
		t.Errorf("Find before Install: %v, %v", ok, err)
	}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := says(t, p.Dir), "v1 as "+p.Dir+"/bin/greet with a b $c\n"; got != want {
		t.Errorf("the program says %q, want %q", got, want)
	}
	if last.Kind != progress.Download || last.Total == 0 || last.Bytes != last.Total {
		t.Errorf("last event: %+v", last)
	}

	// Another process finds it without asking the suite.
	suite.Add("greet", "2", map[string]string{"usr/bin/greet": strings.ReplaceAll(greet["usr/bin/greet"], "v1", "v2")})
	in = &prefix.Installer{Store: open(t, dir), Open: suite.Open}
	again, err := in.Install(t.Context(), greeter(), false)
	if err != nil || again.Dir != p.Dir || again.Digest != p.Digest || len(again.Packages) != 3 {
		t.Errorf("second Install: %+v, %v", again, err)
	}
	if suite.Opened != 1 {
		t.Errorf("the suite was opened %d times, want once", suite.Opened)
	}
	newer, err := in.Install(t.Context(), greeter(), true)
	if err != nil {
		t.Fatal(err)
	}
	if got := says(t, newer.Dir); !strings.HasPrefix(got, "v2 ") || newer.Digest == p.Digest {
		t.Errorf("after an update the program says %q", got)
	}
	if found, ok, err := in.Find(greeter()); !ok || err != nil || found.Dir != newer.Dir {
		t.Errorf("Find after the update: %+v, %v, %v", found, ok, err)
	}
}

func TestInstallIsMovable(t *testing.T) {
	in := &prefix.Installer{Store: open(t, t.TempDir()), Open: newSuite(t).Open}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "somewhere else")
	if err := os.Rename(p.Dir, moved); err != nil {
		t.Fatal(err)
	}
	if got, want := says(t, moved), "v1 as "+moved+"/bin/greet with a b $c\n"; got != want {
		t.Errorf("the program says %q, want %q", got, want)
	}
}

// TestSuiteMovesOn is a mirror that lists a version it no longer has.
func TestSuiteMovesOn(t *testing.T) {
	suite := newSuite(t)
	suite.Fail = func(p apt.Package) error {
		if p.Version == "1" && p.Name == "greet" {
			return apt.ErrNotFound
		}
		return nil
	}
	suite.OnRefresh = func() {
		suite.Add("greet", "2", map[string]string{"usr/bin/greet": strings.ReplaceAll(greet["usr/bin/greet"], "v1", "v2")})
	}
	in := &prefix.Installer{Store: open(t, t.TempDir()), Open: suite.Open}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	if got := says(t, p.Dir); !strings.HasPrefix(got, "v2 ") {
		t.Errorf("the program says %q, want v2", got)
	}
	if suite.Refreshed != 1 {
		t.Errorf("refreshed %d times, want once", suite.Refreshed)
	}
}

// TestMirrorLagsBehind is a mirror that lists a version it does not have yet:
// what has that version steps back together.
func TestMirrorLagsBehind(t *testing.T) {
	suite := newSuite(t)
	suite.Add("greet", "2", map[string]string{"usr/bin/greet": strings.ReplaceAll(greet["usr/bin/greet"], "v1", "v2")})
	suite.Fail = func(p apt.Package) error {
		if p.Name == "greet" && p.Version == "2" {
			return apt.ErrNotFound
		}
		return nil
	}
	in := &prefix.Installer{Store: open(t, t.TempDir()), Open: suite.Open}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	if got := says(t, p.Dir); !strings.HasPrefix(got, "v1 ") {
		t.Errorf("the program says %q, want v1", got)
	}
	suite.Fail = func(p apt.Package) error {
		if p.Name == "greet" {
			return apt.ErrNotFound
		}
		return nil
	}
	in = &prefix.Installer{Store: open(t, t.TempDir()), Open: suite.Open}
	if _, err := in.Install(t.Context(), greeter(), false); !errors.Is(err, apt.ErrNotFound) {
		t.Errorf("no version to be had: %v, want %v", err, apt.ErrNotFound)
	}
}

func TestInstallErrors(t *testing.T) {
	errServer := errors.New("the server is on fire")
	for _, tt := range []struct {
		name     string
		packages []string
		change   func(*prefixtest.Suite)
		dir      string
		exit     diag.Code
		want     string
	}{
		{
			name:     "library missing",
			packages: []string{"libc6", "greet"},
			exit:     diag.Preflight,
			want:     "check usr/bin/greet: needs libhello.so.1, which is in none of the packages",
		},
		{
			name:     "no loader",
			packages: []string{"libhello1", "greet"},
			exit:     diag.Source,
			want:     "no dynamic loader",
		},
		{
			name:     "unknown package",
			packages: []string{"libc6", "libhello1", "greet", "libllvm99"},
			exit:     diag.Source,
			want:     "install greeter: packages of Debian testing: package libllvm99: not found",
		},
		{
			name: "changed on the way",
			change: func(s *prefixtest.Suite) {
				s.Fail = func(p apt.Package) error {
					if p.Name == "greet" { // once more, with another content under the same digest
						s.Fail = nil
						s.Add("greet", "1", map[string]string{"usr/bin/evil": "#!/bin/sh\n"})
					}
					return nil
				}
			},
			exit: diag.Source,
			want: "sha256",
		},
		{
			name:   "download fails",
			change: func(s *prefixtest.Suite) { s.Fail = func(apt.Package) error { return errServer } },
			exit:   diag.Source,
			want:   "the server is on fire",
		},
		{
			name: "colon in the cache's path",
			dir:  "a:b",
			exit: diag.Preflight,
			want: "the loader of shared libraries cannot cope with",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			suite := newSuite(t)
			if tt.change != nil {
				tt.change(suite)
			}
			store := open(t, filepath.Join(t.TempDir(), tt.dir))
			in := &prefix.Installer{Store: store, Open: suite.Open}
			set := greeter(tt.packages...)
			_, err := in.Install(t.Context(), set, false)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if got := diag.ExitCode(err); got != tt.exit {
				t.Errorf("exit code %d, want %d", got, tt.exit)
			}
			if _, ok, err := in.Find(set); ok || err != nil {
				t.Errorf("Find after a failed Install: %v, %v", ok, err)
			}
			for _, dir := range []string{"outputs", "tmp"} {
				if left, err := os.ReadDir(filepath.Join(store.Dir(), dir)); err != nil || len(left) > 0 {
					t.Errorf("left in %s: %v, %v", dir, left, err)
				}
			}
		})
	}
}

func TestInstallInterrupted(t *testing.T) {
	suite := newSuite(t)
	ctx, cancel := context.WithCancel(t.Context())
	suite.Fail = func(p apt.Package) error {
		if p.Name == "greet" {
			cancel()
		}
		return nil
	}
	store := open(t, t.TempDir())
	in := &prefix.Installer{Store: store, Open: suite.Open}
	if _, err := in.Install(ctx, greeter(), false); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want that it was cancelled", err)
	}
	if left, err := os.ReadDir(filepath.Join(store.Dir(), "tmp")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	says(t, p.Dir)
}

// TestLauncherSignals sees that a signal to the launcher is one to the program.
func TestLauncherSignals(t *testing.T) {
	suite := newSuite(t)
	suite.Add("greet", "3", map[string]string{"usr/bin/greet": "#!/bin/sh\ntrap 'echo stopped; exit 3' TERM\necho ready\nwhile :; do sleep 0.01; done\n"})
	in := &prefix.Installer{Store: open(t, t.TempDir()), Open: suite.Open}
	p, err := in.Install(t.Context(), greeter(), false)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(p.Dir, "bin/greet"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	buf := make([]byte, 64)
	for !strings.Contains(text.String(), "ready\n") {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(buf[:n])
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if _, err := text.ReadFrom(out); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if got := text.String(); got != "ready\nstopped\n" || cmd.ProcessState.ExitCode() != 3 {
		t.Errorf("output %q, exit status %d", got, cmd.ProcessState.ExitCode())
	}
}
