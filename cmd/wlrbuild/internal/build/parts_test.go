package build

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestMatchGlobs(t *testing.T) {
	for _, tt := range []struct {
		glob, name string
		want       bool
	}{
		{"configure", "configure", true},
		{"configure", "sub/configure", false},
		{"configure", "configure.ac", false},
		{"*.m4", "a.m4", true},
		{"*.m4", "sub/a.m4", false},
		{"**/*.m4", "a.m4", true},
		{"**/*.m4", "a/b/c.m4", true},
		{"**/*.m4", "a/b/c.c", false},
		{"**/Makefile.frag*", "ext/date/Makefile.frag.w32", true},
		{"build/**", "build/a/b.sh", true},
		{"build/**", "build", true},
		{"build/**", "rebuild/a", false},
		{"a/**/b/*.c", "a/b/x.c", true},
		{"a/**/b/*.c", "a/1/2/b/x.c", true},
		{"a/**/b/*.c", "a/1/2/b/3/x.c", false},
		{"a/**/b/**/c", "a/b/b/c", true},
		{"[", "[", false}, // malformed, as path.Match says
	} {
		if got := matchGlobs([]string{"none", tt.glob})(tt.name); got != tt.want {
			t.Errorf("%s matches %s: %v", tt.glob, tt.name, got)
		}
	}
	match := matchGlobs([]string{"none"})
	if match(".git/") || !match("any/folder/") || !match(".github/") {
		t.Error("the wrong folders are entered")
	}
	if matchGlobs(nil)("configure") {
		t.Error("no glob matches a file")
	}
}

func TestParallel(t *testing.T) {
	var running, most, called atomic.Int32
	count := func(context.Context, int) error {
		if n := running.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(time.Millisecond)
		running.Add(-1)
		called.Add(1)
		return nil
	}
	if err := parallel(t.Context(), 3, 50, count); err != nil || called.Load() != 50 {
		t.Errorf("%d of 50 calls, %v", called.Load(), err)
	}
	if most.Load() > 3 {
		t.Errorf("%d at once, want 3", most.Load())
	}
	if err := parallel(t.Context(), 3, 0, nil); err != nil {
		t.Errorf("nothing to do: %v", err)
	}

	// The first error stops the others.
	first := errors.New("first")
	called.Store(0)
	err := parallel(t.Context(), 2, 50, func(ctx context.Context, i int) error {
		called.Add(1)
		if i == 3 {
			return first
		}
		if i > 3 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	if err != first || called.Load() > 6 {
		t.Errorf("%v after %d calls", err, called.Load())
	}

	// So does a cancellation.
	cause := errors.New("ctrl-c")
	ctx, stop := context.WithCancelCause(t.Context())
	called.Store(0)
	err = parallel(ctx, 2, 50, func(ctx context.Context, i int) error {
		called.Add(1)
		stop(cause)
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, cause) && !errors.Is(err, context.Canceled) || called.Load() > 2 {
		t.Errorf("%v after %d calls", err, called.Load())
	}
}
