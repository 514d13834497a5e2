package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// fixtures is the set of recipes that package recipe tests with.
const fixtures = "../recipe/testdata/set"

// recorder is a Builder that notes what it was asked for.
type recorder struct {
	asked []BuildOptions
	build func(context.Context, BuildOptions) error
	plans []Plan

	verified []*flow.Report
}

func (r *recorder) Build(ctx context.Context, o BuildOptions) error {
	r.asked = append(r.asked, o)
	if r.build == nil {
		return nil
	}
	return r.build(ctx, o)
}

func (r *recorder) Plan(_ context.Context, o BuildOptions) ([]Plan, error) {
	r.asked = append(r.asked, o)
	return r.plans, nil
}

func (r *recorder) Modules(_ context.Context, o BuildOptions) ([]phptest.Build, error) {
	r.asked = append(r.asked, o)
	return nil, errors.New("built nothing")
}

func (r *recorder) Verify(_ context.Context, o BuildOptions) ([]*flow.Report, error) {
	r.asked = append(r.asked, o)
	return r.verified, nil
}

func (r *recorder) SDK(_ context.Context, o BuildOptions) error {
	r.asked = append(r.asked, o)
	return nil
}

func (r *recorder) Steps() []StepDoc {
	return []StepDoc{{"source", "gets the source"}, {"compile", "compiles"}}
}

// run calls Main with the fixtures and a cache of its own.
func run(t *testing.T, b Builder, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	args = append(args, "--recipes", fixtures, "--cache", filepath.Join(t.TempDir(), "cache"))
	code = Main(args, strings.NewReader(""), &out, &errs, []string{"A=1", "A=2"}, b)
	return code, out.String(), errs.String()
}

// summary is what can be compared of BuildOptions.
func summary(o BuildOptions) string {
	var runtimes []string
	for _, r := range o.Runtimes {
		runtimes = append(runtimes, r.Name)
	}
	return fmt.Sprintf("%s %q for %s with %s, source %q, patches %q, offline %t, refresh %t, -j%d, out %q",
		o.Recipe.Name, o.Version, strings.Join(runtimes, "+"), o.Toolchain.Name,
		o.Source, o.Patches, o.Offline, o.Refresh, o.Jobs, o.Out)
}

func TestBuildOptions(t *testing.T) {
	rest := fmt.Sprintf(`source "", patches "", offline false, refresh false, -j%d, out "dist"`, runtime.GOMAXPROCS(0))
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"php-8.2"}, `php-8.2 "" for wasi with sdk, ` + rest},
		{[]string{"build", "php-8.2"}, `php-8.2 "" for wasi with sdk, ` + rest},
		{[]string{"plan", "php-8.2"}, `php-8.2 "" for wasi with sdk, ` + rest},
		{[]string{"--runtime", "wasmedge", "php-8.4.3"}, `php-8.4 "8.4.3" for wasmedge with sdk, ` + rest},
		{[]string{"php-8.2", "--runtime=wasmedge", "--runtime=wasi", "--runtime=wasmedge"}, `php-8.2 "" for wasmedge+wasi with sdk, ` + rest},
		{
			[]string{"php-8.2", "--source", "/src", "--patches", "p", "--offline", "-j3", "--out", "o", "--toolchain", "sdk"},
			`php-8.2 "" for wasi with sdk, source "/src", patches "p", offline true, refresh false, -j3, out "o"`,
		},
		{[]string{"--color", "never", "php-8.2", "--refresh"}, `php-8.2 "" for wasi with sdk, ` + strings.Replace(rest, "refresh false", "refresh true", 1)},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			b := &recorder{}
			code, _, stderr := run(t, b, tt.args...)
			if code != 0 || stderr != "" || len(b.asked) != 1 {
				t.Fatalf("exit code %d, asked %d times, stderr %q", code, len(b.asked), stderr)
			}
			o := b.asked[0]
			if diff := cmp.Diff(tt.want, summary(o)); diff != "" {
				t.Error(diff)
			}
			if o.Recipes == nil || o.Store == nil || o.Stdout == nil || len(o.Env) != 2 {
				t.Errorf("not filled in: %+v", o)
			}
		})
	}
}

func TestExit(t *testing.T) {
	for _, tt := range []struct {
		name   string
		build  func(context.Context, BuildOptions) error
		code   int
		stderr string
	}{
		{"done", func(context.Context, BuildOptions) error { return nil }, 0, ""},
		{"failed", func(context.Context, BuildOptions) error {
			return diag.New(diag.Step, "compile", "no").WithHint("try again")
		}, 6, "wlrbuild: compile: no\nhint: try again\n"},
		{"unforeseen", func(context.Context, BuildOptions) error { return errors.New("odd") }, 1, "wlrbuild: odd\n"},
		{"wrapped", func(context.Context, BuildOptions) error {
			return fmt.Errorf("a: %w", diag.New(diag.Source, "b", "c"))
		}, 4, "wlrbuild: a: b: c\n"},
		{"interrupted", func(ctx context.Context, _ BuildOptions) error {
			return fmt.Errorf("step: %w", interrupt(ctx, syscall.SIGINT))
		}, 130, "wlrbuild: interrupted\n"},
		{"terminated", func(ctx context.Context, _ BuildOptions) error {
			interrupt(ctx, syscall.SIGTERM)
			return errors.New("signal: killed")
		}, 130, "wlrbuild: interrupted: signal: killed\n"},
		{"interrupted and said so", func(ctx context.Context, _ BuildOptions) error {
			return diag.New(diag.Interrupted, "compile", "%w", interrupt(ctx, syscall.SIGINT))
		}, 130, "wlrbuild: compile: context canceled\n"},
		{"interrupted too late", func(ctx context.Context, _ BuildOptions) error {
			interrupt(ctx, syscall.SIGINT)
			return nil
		}, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := run(t, &recorder{build: tt.build}, "php-8.2")
			if code != tt.code || stderr != tt.stderr {
				t.Errorf("exit code %d, stderr %q, want %d, %q", code, stderr, tt.code, tt.stderr)
			}
		})
	}
}

// interrupt sends this process a signal and waits until it has arrived.
func interrupt(ctx context.Context, sig syscall.Signal) error {
	syscall.Kill(os.Getpid(), sig)
	<-ctx.Done()
	return ctx.Err()
}

func TestPanic(t *testing.T) {
	code, _, stderr := run(t, &recorder{build: func(context.Context, BuildOptions) error { panic("oh") }}, "php-8.2")
	if code != 1 || !strings.HasPrefix(stderr, "wlrbuild: defect: oh\n") || !strings.Contains(stderr, "cli_test.go") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestProgress(t *testing.T) {
	build := func(_ context.Context, o BuildOptions) error {
		o.Events.Notef("", "hello")
		fmt.Fprintln(o.Stdout, "result")
		return nil
	}
	for _, tt := range []struct {
		mode               string
		onStdout, onStderr string
		emptyStderr        bool
	}{
		{mode: "plain", onStdout: "result", onStderr: "hello"},
		{mode: "quiet", onStdout: "result", emptyStderr: true},
		{mode: "json", onStdout: progress.Schema, emptyStderr: true},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			code, stdout, stderr := run(t, &recorder{build: build}, "php-8.2", "--progress", tt.mode)
			if code != 0 || !strings.Contains(stdout, tt.onStdout) || !strings.Contains(stderr, tt.onStderr) {
				t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
			}
			if tt.emptyStderr && stderr != "" {
				t.Errorf("stderr %q", stderr)
			}
		})
	}
}

func TestPlanOutput(t *testing.T) {
	b := &recorder{plans: []Plan{
		{Build: "php-8.2.32 for wasi", Steps: []pipeline.Row{{Step: "source", Status: pipeline.Cached, Key: &cache.Digest{}}}},
		{Build: "php-8.2.32 for wasmedge", Steps: []pipeline.Row{{Step: "link", Status: pipeline.Run, Reason: "never run"}}},
	}}
	_, stdout, _ := run(t, b, "plan", "php-8.2")
	for _, want := range []string{"php-8.2.32 for wasi:\n", "\n\nphp-8.2.32 for wasmedge:\n", "never run"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %q", want, stdout)
		}
	}
	_, stdout, _ = run(t, b, "plan", "php-8.2", "--json")
	var got struct {
		Schema string
		Builds []struct {
			Build string
			Steps []struct{ Step, Status string }
		}
	}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "wlrbuild.plan/v1" || len(got.Builds) != 2 || got.Builds[1].Steps[0].Step != "link" {
		t.Errorf("got %+v", got)
	}
}

func TestExplainSteps(t *testing.T) {
	for _, tt := range []struct{ topic, want string }{
		{"steps", "source   gets the source\ncompile  compiles\n"},
		{"compile", "step compile: compiles\n"},
	} {
		if _, stdout, _ := run(t, &recorder{}, "explain", tt.topic); stdout != tt.want {
			t.Errorf("explain %s: %q, want %q", tt.topic, stdout, tt.want)
		}
	}
	_, _, stderr := run(t, &recorder{}, "explain", "complie")
	if !strings.Contains(stderr, `did you mean "compile"?`) {
		t.Errorf("no help for a misspelled step: %q", stderr)
	}
}

func TestImplyBuild(t *testing.T) {
	for _, tt := range []struct{ args, want, implied string }{
		{"", "", ""},
		{"php-8.2", "build php-8.2", "php-8.2"},
		{"build php-8.2", "build php-8.2", ""},
		{"lst --json", "build lst --json", "lst"},
		{"--color never list", "--color never list", ""},
		{"--color=never list", "--color=never list", ""},
		{"--color never php-8.2", "build --color never php-8.2", "php-8.2"},
		{"--runtime wasi php-8.2", "build --runtime wasi php-8.2", ""},
		{"cache info", "cache info", ""},
		{"help build", "help build", ""},
		{"--help", "--help", ""},
		{"--color never -h", "--color never -h", ""},
		{"php-8.2 -h", "build php-8.2 -h", "php-8.2"},
		{"--version", "version", ""},
		{"__complete php", "__complete php", ""},
		{"__complete php-8.2 --run", "__complete build php-8.2 --run", "php-8.2"},
		{"__complete run --run", "__complete run --run", ""},
	} {
		a := &app{}
		got := strings.Join(a.implyBuild(a.root(), strings.Fields(tt.args)), " ")
		if got != tt.want || a.implied != tt.implied {
			t.Errorf("%q became %q with %q implied, want %q with %q", tt.args, got, a.implied, tt.want, tt.implied)
		}
	}
}

func TestGetenv(t *testing.T) {
	a := &app{env: []string{"A=1", "AB=3", "A=2", "B="}}
	for name, want := range map[string]string{"A": "2", "AB": "3", "B": "", "C": ""} {
		if got := a.getenv(name); got != want {
			t.Errorf("getenv(%q) = %q, want %q", name, got, want)
		}
	}
}
