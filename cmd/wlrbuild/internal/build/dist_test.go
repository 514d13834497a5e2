package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/apt"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/patchset"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
	"github.com/wlrbuild/wlrbuild/verify/check"
	"github.com/wlrbuild/wlrbuild/verify/report"
)

// finished is a job that has come to its last step, without any compiler.
type finished struct {
	*job
	t      *testing.T
	state  *pipeline.State
	stdout bytes.Buffer
}

// newFinished makes one whose modules have that content.
func newFinished(t *testing.T, out, runtime, content string) *finished {
	t.Helper()
	f := &finished{t: t, state: pipeline.NewState("test", openStore(t, t.TempDir()), nil)}
	rec := &recipe.Recipe{
		Name: "hello-1.0", Project: "hello", Branch: "1.0",
		Configure: recipe.Configure{
			Args: []recipe.Arg{{Arg: "--enable-greeting"}}, CFlags: []recipe.Arg{{Arg: "-O2"}}, LDFlags: []recipe.Arg{{Arg: "-lm"}},
		},
		Artifacts: []recipe.Artifact{{Name: "hello", Smoke: &recipe.Smoke{}}, {Name: "tool"}},
	}
	f.job = &job{
		BuildOptions: cli.BuildOptions{Recipe: rec, Out: out, Stdout: &f.stdout},
		runtime:      &recipe.Runtime{Name: runtime, Backend: "preview1", Setjmp: "none", LDFlags: []recipe.Arg{{Arg: "-Wl,-x"}}},
		release: &source.Release{
			Version: "1.0.3", Provider: "release tarball", Origin: "https://example.org/hello-1.0.3.tar.xz", SHA256: strings.Repeat("ab", 32),
			SignedBy: "A <a@example.org> (FINGERPRINT)", Tree: digest(1), Dir: "/cache/never/seen", SourceDateEpoch: 1767323045,
		},
		series: &patchset.Series{Patches: []*patchset.Patch{{Name: "0001-a.patch", Subject: "a", Digest: digest(2)}}},
		tools: &toolchain.Toolchain{
			Name: "debian-trixie", Provider: "Debian trixie", Target: "wasm32-wasip1", Version: "22.1.8", Digest: digest(3),
			Packages: []apt.Package{{Name: "clang-22", Version: "1:22.1.8-1", SHA256: strings.Repeat("cd", 32)}},
		},
	}
	for _, a := range rec.Artifacts {
		f.output(stepPostlink+"-"+a.Name, moduleFile, content+" "+a.Name)
		f.output(stepPostlink+"-"+a.Name, debugFile, content+" "+a.Name+" with symbols")
	}
	f.job.linted = map[string]*lintResult{"hello": {
		Findings: []report.JSONFinding{{Check: "WLR103", Name: "trap-only", Severity: check.Warning, Message: "f is called, and its body is only a trap"}},
		Results:  []report.JSONVerdict{{JSONTarget: report.JSONTarget{Name: "wazero", Release: "1.12.0"}}},
	}}
	f.output(stepVerify+"-hello", "result.json", `{"engine": "wazero", "version": "1.9.0", "args": ["-x"], "stdout": "hello"}`)
	return f
}

func digest(b byte) (d cache.Digest) {
	for i := range d {
		d[i] = b
	}
	return d
}

// output puts a file into the output of a step.
func (f *finished) output(step, name, content string) {
	f.t.Helper()
	if f.state.Outputs[step] == "" {
		f.state.Outputs[step] = f.t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(f.state.Outputs[step], name), []byte(content), 0o444); err != nil {
		f.t.Fatal(err)
	}
}

func (f *finished) write() {
	f.t.Helper()
	if err := f.dist(f.t.Context(), f.state, []pipeline.Result{
		{Step: stepSource, Duration: 1234567 * time.Microsecond},
		{Step: stepWorktree, Key: digest(4), Cached: true, Duration: time.Millisecond},
	}); err != nil {
		f.t.Fatal(err)
	}
}

// listing is a directory's content: sizes of files, by name.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	return (&site{t: t, BuildOptions: cli.BuildOptions{Out: dir}}).dist()
}

// wantSums makes sure that SHA256SUMS has every file of a directory and the
// digest it has, in order.
func wantSums(t *testing.T, dir string) {
	t.Helper()
	files := listing(t, dir)
	var want strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != sumsFile {
			fmt.Fprintf(&want, "%x  %s\n", sha256.Sum256([]byte(files[name])), name)
		}
	}
	if diff := cmp.Diff(want.String(), files[sumsFile]); diff != "" {
		t.Error(diff)
	}
	program, err := exec.LookPath("sha256sum")
	if err != nil {
		return
	}
	cmd := exec.Command(program, "--check", "--strict", sumsFile)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
}

// metadata.json is read by programs: what changes in the file here is a change
// of its format, with another version in its first line.
func TestMetadata(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	f := newFinished(t, dir, "wasi", "code")
	f.write()
	files := listing(t, dir)
	if diff := cmp.Diff(read(t, "testdata/metadata.json"), files[metadataFile]); diff != "" {
		t.Error(diff)
	}
	names := []string{
		"SHA256SUMS", "hello-1.0.3-wasi.debug.wasm", "hello-1.0.3-wasi.wasm",
		"metadata.json", "tool-1.0.3-wasi.debug.wasm", "tool-1.0.3-wasi.wasm",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, names) {
		t.Errorf("written were %q, want %q", got, names)
	}
	if files["tool-1.0.3-wasi.wasm"] != "code tool" || files["tool-1.0.3-wasi.debug.wasm"] != "code tool with symbols" {
		t.Errorf("tool is %q, with symbols %q", files["tool-1.0.3-wasi.wasm"], files["tool-1.0.3-wasi.debug.wasm"])
	}
	wantSums(t, dir)
	want := dir + "/hello-1.0.3-wasi.wasm  0.0 MB\n" + dir + "/tool-1.0.3-wasi.wasm  0.0 MB\n"
	if got := f.stdout.String(); got != want {
		t.Errorf("printed was %q, want %q", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, "hello-1.0.3-wasi.wasm"))
	if err != nil || info.Mode().Perm()&0o200 == 0 {
		t.Errorf("the module is not its user's to write: %v, %v", info.Mode(), err)
	}
}

// The metadata tells of all builds that are in the directory, and no others.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	// What is there is another program's, or cut off.
	if err := os.WriteFile(filepath.Join(dir, metadataFile), []byte(`{"schema": "goreleaser", "builds": [{}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	builds := func() (names []string) {
		t.Helper()
		wantSums(t, dir)
		s := &site{t: t, BuildOptions: cli.BuildOptions{Out: dir}}
		for _, b := range s.metadata().Builds {
			names = append(names, b.Recipe+" "+b.Release+" "+b.Runtime)
		}
		return names
	}
	want := func(want ...string) {
		t.Helper()
		if got := builds(); !slices.Equal(got, want) {
			t.Errorf("metadata tells of %q, want %q", got, want)
		}
	}
	newFinished(t, dir, "wasmedge", "a").write()
	want("hello-1.0 1.0.3 wasmedge")
	newFinished(t, dir, "wasi", "b").write()
	want("hello-1.0 1.0.3 wasi", "hello-1.0 1.0.3 wasmedge")

	// The same again, with another result.
	newFinished(t, dir, "wasi", "c").write()
	want("hello-1.0 1.0.3 wasi", "hello-1.0 1.0.3 wasmedge")
	if got := listing(t, dir)["hello-1.0.3-wasi.wasm"]; got != "c hello" {
		t.Errorf("the module is %q", got)
	}

	// Another release beside it.
	other := newFinished(t, dir, "wasi", "d")
	other.release.Version = "1.0.4"
	other.write()
	want("hello-1.0 1.0.3 wasi", "hello-1.0 1.0.3 wasmedge", "hello-1.0 1.0.4 wasi")

	// One that somebody has removed.
	for _, name := range []string{"hello-1.0.3-wasmedge.wasm", "hello-1.0.3-wasmedge.debug.wasm", "tool-1.0.3-wasmedge.wasm", "tool-1.0.3-wasmedge.debug.wasm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	other.write()
	want("hello-1.0 1.0.3 wasi", "hello-1.0 1.0.4 wasi")

	// Another recipe makes files of the same names.
	twin := newFinished(t, dir, "wasi", "e")
	twin.Recipe.Name = "hello-1.0-small"
	twin.write()
	want("hello-1.0 1.0.4 wasi", "hello-1.0-small 1.0.3 wasi")
}

// A build whose file was changed is told of no more; the file itself is left.
func TestMergeChanged(t *testing.T) {
	dir := t.TempDir()
	newFinished(t, dir, "wasmedge", "a").write()
	if err := os.WriteFile(filepath.Join(dir, "tool-1.0.3-wasmedge.debug.wasm"), []byte("changed"), 0o666); err != nil {
		t.Fatal(err)
	}
	newFinished(t, dir, "wasi", "b").write()
	files := listing(t, dir)
	if strings.Contains(files[metadataFile], "wasmedge") || strings.Contains(files[sumsFile], "wasmedge") {
		t.Errorf("still told of: %s\n%s", files[metadataFile], files[sumsFile])
	}
	if files["tool-1.0.3-wasmedge.debug.wasm"] != "changed" {
		t.Error("the changed file is gone")
	}
}

// All files take their places, or none.
func TestDeliver(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name string
		fill func(ctx context.Context, stop func(), o *outbox) error
		err  error
	}{
		{"an error", func(context.Context, func(), *outbox) error { return broken }, broken},
		{"an error while reading", func(_ context.Context, _ func(), o *outbox) error {
			return o.add("c", io.MultiReader(strings.NewReader("half"), brokenReader{broken}))
		}, broken},
		{"interrupted", func(_ context.Context, stop func(), o *outbox) error {
			stop()
			return nil
		}, context.Canceled},
		{"a file that is not there", func(_ context.Context, _ func(), o *outbox) error {
			return o.addFile("c", "testdata/none")
		}, os.ErrNotExist},
		{"one name twice", func(_ context.Context, _ func(), o *outbox) error {
			return o.add("a", strings.NewReader(""))
		}, os.ErrExist},
		{"all right", func(_ context.Context, _ func(), o *outbox) error {
			return o.add("c", strings.NewReader("new"))
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			err := deliver(ctx, dir, func(o *outbox) error {
				if err := o.add("a", strings.NewReader("new")); err != nil {
					return err
				}
				return tt.fill(ctx, stop, o)
			})
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			want := map[string]string{"a": "old"}
			if tt.err == nil {
				want = map[string]string{"a": "new", "c": "new"}
			}
			wantSame(t, listing(t, dir), want)
		})
	}
}

type brokenReader struct{ err error }

func (r brokenReader) Read([]byte) (int, error) { return 0, r.err }

// The modules of a real build are what the metadata says of them.
func TestDist(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	want := s.Out + "/hello-cgi-1.0.3-wasi.wasm  0.0 MB\n" + s.Out + "/hello-1.0.3-wasi.wasm  0.0 MB\n"
	if got := s.stdout.String(); got != want {
		t.Errorf("printed was %q, want %q", got, want)
	}
	s.runtimes("small")
	s.build()
	wantSums(t, s.Out)
	files := s.dist()
	m := s.metadata()
	if m.Schema != "wlrbuild.metadata/v1" || len(m.Builds) != 2 || m.Builds[0].Runtime != "small" || m.Builds[1].Runtime != "wasi" {
		t.Fatalf("metadata: %+v", m)
	}
	for _, b := range m.Builds {
		if len(b.Patches) != 1 || b.Toolchain.Clang == "" || len(b.Toolchain.Packages) == 0 || b.Source.Provider != "source directory" {
			t.Errorf("metadata of %s: %+v", b.Runtime, b)
		}
		for _, a := range b.Artifacts {
			module, debug := files[a.File], files[a.Symbols]
			if int64(len(module)) != a.Size {
				t.Errorf("%s has %d bytes, not %d", a.File, len(module), a.Size)
			}
			for _, section := range []string{".debug_info", ".debug_line", "\x04name"} {
				if strings.Contains(module, section) || !strings.Contains(debug, section) {
					t.Errorf("section %q: in %s %v, in %s %v", section, a.File, strings.Contains(module, section), a.Symbols, strings.Contains(debug, section))
				}
			}
		}
		var steps []string
		for _, step := range b.Steps {
			steps = append(steps, step.Name)
			if cached := b.Runtime == "small" && slices.Contains([]string{"worktree", "configure", "compile"}, step.Name) || step.Name == "shim"; step.Cached != cached {
				t.Errorf("step %s for %s: cached %v", step.Name, b.Runtime, step.Cached)
			}
		}
		if want := 16; len(steps) != want {
			t.Errorf("%d steps: %q", len(steps), steps)
		}
	}
}
