package cache

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// The test binary runs itself as another process that uses the same store:
// $CACHE_TEST_CHILD says for what, the first argument is the store.
func TestMain(m *testing.M) {
	switch role := os.Getenv("CACHE_TEST_CHILD"); role {
	case "":
		os.Exit(m.Run())
	case "fill":
		os.Exit(childFill(os.Args[1]))
	case "hang":
		os.Exit(childHang(os.Args[1]))
	default:
		fmt.Fprintln(os.Stderr, "unknown role", role)
		os.Exit(2)
	}
}

var testKey = Digest{1, 2, 3}

// childFill does what a build does, and counts in a file outside of the store
// how many processes filled.
func childFill(dir string) int {
	s, err := Open(dir)
	if err == nil {
		_, _, err = s.Do(context.Background(), testKey, func(tmp string) error {
			f, err := os.OpenFile(dir+".fills", os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
			if err != nil {
				return err
			}
			defer f.Close()
			fmt.Fprintf(f, "%d\n", os.Getpid())
			for i := range 50 {
				time.Sleep(2 * time.Millisecond)
				if err := os.WriteFile(filepath.Join(tmp, fmt.Sprint(i)), []byte("x"), 0o666); err != nil {
					return err
				}
			}
			return nil
		})
	}
	// Whoever it is that filled, the output is whole as soon as Do returns.
	if path, ok := s.Get(testKey); err == nil && !ok {
		err = errors.New("no output")
	} else if files, readErr := os.ReadDir(path); err == nil && (readErr != nil || len(files) != 50) {
		err = fmt.Errorf("%d files: %v", len(files), readErr)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// childHang is killed in the middle of filling.
func childHang(dir string) int {
	s, err := Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s.Do(context.Background(), testKey, func(tmp string) error {
		if err := os.WriteFile(filepath.Join(tmp, "half"), []byte("x"), 0o666); err != nil {
			return err
		}
		fmt.Println("filling")
		time.Sleep(time.Hour)
		return nil
	})
	return 1
}

func child(role, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), "CACHE_TEST_CHILD="+role)
	return cmd
}

func newStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkNothingLeft fails the test if there are temporary directories or locks.
func checkNothingLeft(t *testing.T, s *Store) {
	t.Helper()
	for _, folder := range []string{tempDir, locksDir} {
		left, err := os.ReadDir(filepath.Join(s.Dir(), folder))
		if err != nil || len(left) > 0 {
			t.Errorf("left in %s: %v, %v", folder, left, err)
		}
	}
}

func writeOut(tmp string) error {
	return os.WriteFile(filepath.Join(tmp, "out"), []byte("made"), 0o666)
}

func TestDo(t *testing.T) {
	ctx := context.Background()
	s := newStore(t)
	if path, ok := s.Get(testKey); ok {
		t.Fatalf("found %s in an empty store", path)
	}
	path, hit, err := s.Do(ctx, testKey, func(tmp string) error {
		return errors.Join(
			writeOut(tmp),
			os.WriteFile(filepath.Join(tmp, "tool"), []byte("#!/bin/sh\n"), 0o755),
			os.Mkdir(filepath.Join(tmp, "dir"), 0o777),
			os.WriteFile(filepath.Join(tmp, "dir/file"), nil, 0o644),
			os.Chmod(filepath.Join(tmp, "dir"), 0o555),
			os.Symlink("/nonexistent", filepath.Join(tmp, "dangling")))
	})
	if err != nil || hit {
		t.Fatalf("hit %v, error %v", hit, err)
	}
	for name, want := range map[string]fs.FileMode{"out": 0, "tool": 0o111, "dir": fs.ModeDir | 0o755, "dir/file": 0} {
		info, err := os.Stat(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode(); got&(fs.ModeDir|0o311) != want&(fs.ModeDir|0o311) {
			t.Errorf("mode of %s is %v", name, got)
		}
	}
	if got, ok := s.Get(testKey); !ok || got != path || !filepath.IsAbs(path) {
		t.Errorf("Get: %q, %v, want %q", got, ok, path)
	}
	again, hit, err := s.Do(ctx, testKey, func(string) error { return errors.New("called") })
	if err != nil || !hit || again != path {
		t.Errorf("the second time: %q, hit %v, error %v", again, hit, err)
	}
	checkNothingLeft(t, s)
}

func TestDoKeepsNothingAfter(t *testing.T) {
	fail := errors.New("fail")
	for _, tt := range []struct {
		name string
		fill func(cancel func(), tmp string) error
		want error
	}{
		{"an error", func(_ func(), tmp string) error { return errors.Join(writeOut(tmp), fail) }, fail},
		{"a cancellation that fill overlooks", func(cancel func(), tmp string) error { cancel(); return writeOut(tmp) }, context.Canceled},
		{"an error with a read-only directory", func(_ func(), tmp string) error {
			dir := filepath.Join(tmp, "dir")
			return errors.Join(os.Mkdir(dir, 0o777), writeOut(dir), os.Chmod(dir, 0o555), fail)
		}, fail},
		{"a directory that is gone", func(_ func(), tmp string) error { return os.Remove(tmp) }, fs.ErrNotExist},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			s := newStore(t)
			path, hit, err := s.Do(ctx, testKey, func(tmp string) error { return tt.fill(cancel, tmp) })
			if !errors.Is(err, tt.want) || hit || path != "" {
				t.Errorf("%q, hit %v, error %v, want %v", path, hit, err, tt.want)
			}
			if path, ok := s.Get(testKey); ok {
				t.Errorf("kept %s", path)
			}
			checkNothingLeft(t, s)
			if _, hit, err := s.Do(context.Background(), testKey, writeOut); hit || err != nil {
				t.Errorf("the next time: hit %v, error %v", hit, err)
			}
		})
	}

	t.Run("a panic", func(t *testing.T) {
		s := newStore(t)
		func() {
			defer func() { recover() }()
			s.Do(context.Background(), testKey, func(tmp string) error { panic("x") })
		}()
		checkNothingLeft(t, s)
		if path, ok := s.Get(testKey); ok {
			t.Errorf("kept %s", path)
		}
	})
	t.Run("a socket in the output", func(t *testing.T) {
		s := newStore(t)
		_, _, err := s.Do(context.Background(), testKey, func(tmp string) error {
			return syscall.Mkfifo(filepath.Join(tmp, "pipe"), 0o666)
		})
		checkErr(t, err, "neither a file, a directory nor a symlink")
		checkNothingLeft(t, s)
	})
}

func TestDoConcurrently(t *testing.T) {
	s := newStore(t)
	var fills, hits atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, hit, err := s.Do(context.Background(), testKey, func(tmp string) error {
				fills.Add(1)
				time.Sleep(100 * time.Millisecond)
				return writeOut(tmp)
			})
			if err != nil {
				t.Error(err)
			}
			if hit {
				hits.Add(1)
			}
		})
	}
	wg.Wait()
	if fills.Load() != 1 || hits.Load() != 7 {
		t.Errorf("%d fills and %d hits", fills.Load(), hits.Load())
	}
	checkNothingLeft(t, s)
}

func TestDoAcrossProcesses(t *testing.T) {
	s := newStore(t)
	var children []*exec.Cmd
	for range 6 {
		cmd := child("fill", s.Dir())
		cmd.Stderr = new(bytes.Buffer)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		children = append(children, cmd)
	}
	for _, cmd := range children {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", err, cmd.Stderr)
		}
	}
	fills, err := os.ReadFile(s.Dir() + ".fills")
	if n := bytes.Count(fills, []byte("\n")); err != nil || n != 1 {
		t.Errorf("%d processes filled, %v", n, err)
	}
	checkNothingLeft(t, s)
}

// startHanging returns a process that is in the middle of Do.
func startHanging(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := child("hang", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "filling\n" {
		t.Fatalf("child said %q, %v", line, err)
	}
	return cmd
}

func TestKilledProcessLeavesNothing(t *testing.T) {
	s := newStore(t)
	cmd := startHanging(t, s.Dir())
	temps := func() int {
		entries, err := filepath.Glob(filepath.Join(s.temp(), "*", "half"))
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if _, err := Open(s.Dir()); err != nil || temps() != 1 {
		t.Errorf("a live process has %d directories, %v", temps(), err)
	}
	do(t, cmd.Process.Kill())
	cmd.Wait()
	if temps() != 1 {
		t.Fatalf("a killed process left %d directories; this test expects one", temps())
	}

	s, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if path, ok := s.Get(testKey); ok {
		t.Errorf("a half-filled output is there: %s", path)
	}
	// The lock file of the output is still there; it must not stop anybody.
	if _, hit, err := s.Do(context.Background(), testKey, writeOut); hit || err != nil {
		t.Errorf("hit %v, error %v", hit, err)
	}
	checkNothingLeft(t, s)
}

func TestWaitingIsCancelled(t *testing.T) {
	s := newStore(t)
	startHanging(t, s.Dir())
	ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, _, err := s.Do(ctx, testKey, writeOut)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 20*time.Second {
		t.Errorf("error %v after %v", err, time.Since(start))
	}
	checkErr(t, err, "which another wlrbuild holds")
}

func TestLock(t *testing.T) {
	ctx := context.Background()
	s := newStore(t)
	unlock, err := s.Lock(ctx, "php/8.2 \x00 ../..")
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Lock(ctx, "another name")
	if err != nil {
		t.Fatal(err)
	}
	other()
	soon, cancel := context.WithTimeout(ctx, 2*lockPoll)
	defer cancel()
	if _, err := s.Lock(soon, "php/8.2 \x00 ../.."); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a lock that is held: error %v", err)
	}
	unlock()
	if unlock, err = s.Lock(ctx, "php/8.2 \x00 ../.."); err != nil {
		t.Fatal(err)
	}
	unlock()
	checkNothingLeft(t, s)
}

// The file of a lock comes and goes, which must not let two hold it.
func TestLockHasOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var holders, taken atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 3000 {
				unlock, ok, err := tryLockFile(path)
				if err != nil {
					t.Error(err)
					return
				}
				if !ok {
					continue
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				taken.Add(1)
				runtime.Gosched()
				if n := holders.Add(-1); n != 0 {
					t.Errorf("%d others hold the lock", n)
				}
				unlock()
			}
		})
	}
	wg.Wait()
	if taken.Load() == 0 {
		t.Error("nobody had the lock")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

func fetchText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestBlob(t *testing.T) {
	ctx := context.Background()
	s := newStore(t)
	want := Digest(sha256.Sum256([]byte("release")))

	_, err := s.Blob(ctx, want, fetchText("changed"))
	checkErr(t, err, "sha256 of the 7 bytes received is")
	var mismatch *MismatchError
	if !errors.As(err, &mismatch) || mismatch.Want != want || diag.ExitCode(err) != diag.Source {
		t.Errorf("error %#v", err)
	}
	fail := errors.New("no network")
	if _, err := s.Blob(ctx, want, func(w io.Writer) error { return errors.Join(fetchText("release")(w), fail) }); !errors.Is(err, fail) {
		t.Errorf("error %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	_, err = s.Blob(cancelled, want, func(w io.Writer) error {
		cancel()
		if _, err := io.WriteString(w, "release"); err == nil {
			t.Error("a download goes on after it was cancelled")
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if kept, err := os.ReadDir(filepath.Join(s.Dir(), blobsDir)); err != nil || len(kept) > 0 {
		t.Errorf("kept %v, %v", kept, err)
	}
	checkNothingLeft(t, s)

	path, err := s.Blob(ctx, want, fetchText("release"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	info, statErr := os.Stat(path)
	if err != nil || statErr != nil || string(text) != "release" || info.Mode().Perm()&0o222 != 0 {
		t.Errorf("%q, mode %v, %v", text, info.Mode(), err)
	}
	again, err := s.Blob(ctx, want, func(io.Writer) error { return fail })
	if err != nil || again != path {
		t.Errorf("the second time: %q, %v", again, err)
	}
	checkNothingLeft(t, s)
}

func TestPutBlob(t *testing.T) {
	s := newStore(t)
	for range 2 {
		d, path, err := s.PutBlob(strings.NewReader("object"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := FileDigest(path); err != nil || got != d {
			t.Errorf("digest %v, file has %v, %v", d, got, err)
		}
	}
	fail := errors.New("broken pipe")
	if _, _, err := s.PutBlob(io.MultiReader(strings.NewReader("half"), errReader{fail})); !errors.Is(err, fail) {
		t.Errorf("error %v", err)
	}
	if kept, err := os.ReadDir(filepath.Join(s.Dir(), blobsDir)); err != nil || len(kept) != 1 {
		t.Errorf("kept %v, %v", kept, err)
	}
	checkNothingLeft(t, s)
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestState(t *testing.T) {
	s := newStore(t)
	type resolution struct{ Version string }
	var got resolution
	if ok, err := s.LoadJSON("php/8.2", &got); ok || err != nil {
		t.Errorf("a state that was never saved: %v, %v", ok, err)
	}
	for _, version := range []string{"8.2.31", "8.2.32"} {
		do(t, s.SaveJSON("php/8.2", resolution{version}))
		if ok, err := s.LoadJSON("php/8.2", &got); !ok || err != nil || got.Version != version {
			t.Errorf("loaded %v, %v, %v", got, ok, err)
		}
	}
	if err := s.SaveJSON("php/8.2", func() {}); err == nil {
		t.Error("saved a func")
	}
	if ok, err := s.LoadJSON("php/8.2", &got); !ok || err != nil || got.Version != "8.2.32" {
		t.Errorf("after an error: %v, %v, %v", got, ok, err)
	}
	for _, name := range []string{"..", "../../evil", "", "a%2Fb", "a/b"} {
		do(t, s.SaveJSON(name, name))
		var back string
		if ok, err := s.LoadJSON(name, &back); !ok || err != nil || back != name {
			t.Errorf("name %q: loaded %q, %v, %v", name, back, ok, err)
		}
	}
	if files, err := os.ReadDir(filepath.Join(s.Dir(), stateDir)); err != nil || len(files) != 6 {
		t.Errorf("state files: %v, %v", files, err)
	}
	write(t, s.state("broken"), `{"Version":`)
	_, err := s.LoadJSON("broken", &got)
	checkErr(t, err, s.state("broken"))
	checkNothingLeft(t, s)
}

func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	_, err := Open(filepath.Join(file, "store"))
	checkErr(t, err, "open the cache \""+file+"/store\": ")
	if diag.ExitCode(err) != diag.Preflight {
		t.Errorf("exit code %d", diag.ExitCode(err))
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("HOME", "/home/user")
	t.Setenv("XDG_CACHE_HOME", "/caches")
	t.Setenv("WLRBUILD_CACHE", "/elsewhere")
	if dir, err := DefaultDir(); dir != "/elsewhere" || err != nil {
		t.Errorf("%q, %v", dir, err)
	}
	t.Setenv("WLRBUILD_CACHE", "")
	if dir, err := DefaultDir(); filepath.Base(dir) != "wlrbuild" || err != nil {
		t.Errorf("%q, %v", dir, err)
	}
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	if dir, err := DefaultDir(); diag.ExitCode(err) != diag.Preflight {
		t.Errorf("%q, %v", dir, err)
	}
}

func TestUsageAndClean(t *testing.T) {
	ctx := context.Background()
	s := newStore(t)
	fill := func(tmp string) error {
		dir := filepath.Join(tmp, "dir")
		return errors.Join(os.Mkdir(dir, 0o777), os.WriteFile(filepath.Join(dir, "f"), make([]byte, 100), 0o666))
	}
	old, recent, touched := Digest{1}, Digest{2}, Digest{3}
	stamp := time.Now().Add(-48 * time.Hour)
	for _, d := range []Digest{old, recent, touched} {
		path, _, err := s.Do(ctx, d, fill)
		if err != nil {
			t.Fatal(err)
		}
		if d != recent {
			do(t, os.Chtimes(path, stamp, stamp))
		}
	}
	blob, path, err := s.PutBlob(strings.NewReader("0123456789"))
	do(t, err, os.Chtimes(path, stamp, stamp), s.SaveJSON("x", 1))
	write(t, filepath.Join(s.Dir(), "apt/lists"), "12345")
	s.Get(touched)

	usage, err := s.Usage()
	want := []Usage{{"apt", 1, 5}, {"blobs", 1, 10}, {"locks", 0, 0}, {"outputs", 3, 300}, {"state", 1, 2}, {"tmp", 0, 0}}
	if diff := cmp.Diff(want, usage); err != nil || diff != "" {
		t.Errorf("usage: -want +got:\n%s%v", diff, err)
	}

	other, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Clean(ctx, 24*time.Hour)
	checkErr(t, err, "another wlrbuild is using it")
	if diag.ExitCode(err) != diag.Preflight {
		t.Errorf("exit code %d", diag.ExitCode(err))
	}
	other.users.Close()

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Clean(cancelled, 24*time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	removed, err := s.Clean(ctx, 24*time.Hour)
	want = []Usage{{"blobs", 1, 10}, {"outputs", 1, 100}}
	if diff := cmp.Diff(want, removed); err != nil || diff != "" {
		t.Errorf("removed: -want +got:\n%s%v", diff, err)
	}
	have := func(d Digest) bool { _, ok := s.Get(d); return ok }
	if got := []bool{have(old), have(recent), have(touched)}; !slices.Equal(got, []bool{false, true, true}) {
		t.Errorf("old, recent, touched: %v", got)
	}
	if _, err := s.Blob(ctx, blob, func(io.Writer) error { return errors.ErrUnsupported }); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the blob is still there, %v", err)
	}

	removed, err = s.Clean(ctx, 0)
	want = []Usage{{"blobs", 0, 0}, {"outputs", 2, 200}}
	if diff := cmp.Diff(want, removed); err != nil || diff != "" {
		t.Errorf("removed: -want +got:\n%s%v", diff, err)
	}
	checkNothingLeft(t, s)
	if _, hit, err := s.Do(ctx, old, fill); hit || err != nil {
		t.Errorf("after Clean: hit %v, %v", hit, err)
	}
	// Clean must have gone back to sharing, or nobody could open the store.
	users, err := os.Open(s.users.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer users.Close()
	if ok, err := flock(users, syscall.LOCK_SH); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if ok, err := flock(users, syscall.LOCK_EX); ok || err != nil {
		t.Errorf("the store is open but not locked: %v, %v", ok, err)
	}
}
