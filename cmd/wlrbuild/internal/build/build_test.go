package build

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/ulikunitz/xz"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

// reference is what an undisturbed build makes for the runtime wasi.
func reference(t *testing.T) map[string]string {
	t.Helper()
	toolchainOutput(t) // may skip, which must not happen in the Once
	undisturbed.once.Do(func() {
		s := newRealSite(t)
		s.build()
		undisturbed.modules = s.modules()
	})
	if len(undisturbed.modules) != 4 {
		t.Fatalf("an undisturbed build made %d files", len(undisturbed.modules))
	}
	return undisturbed.modules
}

var undisturbed struct {
	once    sync.Once
	modules map[string]string
}

// Whatever form the same source comes in, the same is built.
func TestSources(t *testing.T) {
	want := reference(t)
	for _, tt := range []struct {
		name     string
		make     func(*site) string // what --source names
		provider string
		commit   bool
		sha256   bool
	}{
		{"directory", func(s *site) string { return s.path("src") }, "source directory", false, false},
		{"tar.gz", func(s *site) string {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			s.tar(w)
			s.must(w.Close())
			s.write("hello.tar.gz", b.String())
			return s.path("hello.tar.gz")
		}, "source archive", false, true},
		{"pinned tar.xz", func(s *site) string {
			s.pin(s.xz())
			return s.path("hello-1.0.3.tar.xz")
		}, "source archive", false, true},
		{"git tag", func(s *site) string {
			// A checkout has no configure, and it has later commits.
			s.must(os.Rename(s.path("src/configure"), s.path("src/configure.in")))
			s.gitTag("v1.0.3")
			return s.path("src/.git")
		}, "source repository", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newRealSite(t)
			s.Source = tt.make(s)
			s.build()
			wantSame(t, s.modules(), want)
			got := s.metadata().Builds[0].Source
			if got.Version != "1.0.3" || got.Provider != tt.provider ||
				(got.Commit != "") != tt.commit || (got.SHA256 != "") != tt.sha256 {
				t.Errorf("metadata says of the source: %+v", got)
			}
		})
	}
}

// A release that upstream has is taken from there by its branch or exactly, and
// the second time from the cache.
func TestUpstream(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newRealSite(t)
	s.gitTag("v1.0.3")
	// A tag that nobody has signed is taken from the user's own repository only.
	s.edit("recipes/hello-1.0.yaml", "url: file:///nowhere/hello.git", "url: file://"+s.path("src"))
	s.loadRecipes()
	s.Source = ""
	s.fails(s.tryBuild(), 4, "upstream git", "sign")
	s.Source = s.path("src/.git")
	s.build()
	wantSame(t, s.modules(), want)
	s.Version = "1.0.3"
	s.build()
	s.wantRan()
}

// tar writes the site's source as a release archive.
func (s *site) tar(w io.Writer) {
	s.t.Helper()
	tw := tar.NewWriter(w)
	src := os.DirFS(s.path("src"))
	s.must(fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := fs.ReadFile(src, name)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: "hello-1.0.3/" + name, Mode: int64(info.Mode().Perm()), Size: int64(len(data)), ModTime: info.ModTime()}
		if err := tw.WriteHeader(h); err != nil {
			return err
		}
		_, err = tw.Write(data)
		return err
	}))
	s.must(tw.Close())
}

// xz makes the release archive that recipes pin, and returns its path.
func (s *site) xz() string {
	s.t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	s.must(err)
	s.tar(w)
	s.must(w.Close())
	s.write("hello-1.0.3.tar.xz", b.String())
	return s.path("hello-1.0.3.tar.xz")
}

// pin puts the digest of an archive into the recipe.
func (s *site) pin(file string) {
	s.t.Helper()
	d, err := cache.FileDigest(file)
	s.must(err)
	s.edit("recipes/hello-1.0.yaml", "  keys: keys/hello.asc\n", "  keys: keys/hello.asc\n  digests: {1.0.3: "+d.String()+"}\n")
	s.loadRecipes()
}

// gitTag makes the source a repository with a tag, and a commit after that.
func (s *site) gitTag(tag string) {
	s.t.Helper()
	repo, err := git.PlainInit(s.path("src"), false)
	s.must(err)
	tree, err := repo.Worktree()
	s.must(err)
	commit := func() {
		s.must(tree.AddWithOptions(&git.AddOptions{All: true}))
		_, err = tree.Commit("hello", &git.CommitOptions{Author: &object.Signature{Name: "a", Email: "a@b", When: released}})
		s.must(err)
	}
	commit()
	head, err := repo.Head()
	s.must(err)
	_, err = repo.CreateTag(tag, head.Hash(), nil)
	s.must(err)
	s.write("src/src/greet.c", "#error this is not the release\n")
	commit()
}

func TestNothingChanged(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	want := s.modules()
	start := time.Now()
	s.build()
	t.Logf("took %v", time.Since(start))
	s.wantRan()
	wantSame(t, s.modules(), want)
	// How many compilers run at once is nothing that is built.
	s.Jobs = 7
	s.build()
	s.wantRan()
	// Somebody has touched the results: they are put right.
	s.write("dist/hello-1.0.3-wasi.wasm", "broken")
	s.build()
	s.wantRan()
	wantSame(t, s.modules(), want)
	s.clean()
}

// A second runtime is linked from the objects of the first.
func TestSecondRuntime(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	s.runtimes("small")
	s.build()
	s.wantRan("link-hello-cgi", "postlink-hello-cgi", "verify-hello-cgi", "link-hello", "postlink-hello", "verify-hello", "flow")
	m := s.modules()
	if len(m) != 8 || m["hello-1.0.3-small.wasm"] == m["hello-1.0.3-wasi.wasm"] {
		t.Errorf("%d modules: %q", len(m), slices.Sorted(maps.Keys(m)))
	}
	// Both at once come to the same.
	both := newRealSite(t)
	both.runtimes("small", "wasi")
	both.build()
	wantSame(t, both.modules(), m)
	if n := len(both.ran()); n != 17 {
		t.Errorf("%d steps ran: %q", n, both.ran())
	}
}

// What is built again after a change is what depends on what was changed.
func TestChanges(t *testing.T) {
	toolchainOutput(t)
	const patch = "patches/hello/1.0/0001-greet-say-that-no-process-at-all-is-there.patch"
	everyLink := []string{"link-hello-cgi", "postlink-hello-cgi", "verify-hello-cgi", "link-hello", "postlink-hello", "verify-hello", "flow"}
	for _, tt := range []struct {
		name     string
		change   func(*site)
		ran      []string
		compiled []string // if compile ran
		why      map[string]string
	}{
		{
			name:     "a line of a patch",
			change:   func(s *site) { s.edit(patch, `+		printf(" without any process`, `+		printf(" without some process`) },
			ran:      append([]string{"worktree", "compile"}, everyLink...),
			compiled: []string{"greet.c"},
			why: map[string]string{
				"worktree":       "input patch 0001-greet-say-that-no-process-at-all-is-there.patch changed (",
				"compile":        "input patched tree changed (",
				"link-hello-cgi": "input objects changed (",
			},
		},
		{
			name:     "why a patch is there",
			change:   func(s *site) { s.edit(patch, "never seen", "not seen") },
			ran:      []string{"worktree", "compile"},
			compiled: nil,
			why:      map[string]string{"worktree": "input patch 0001"},
		},
		{
			name: "a new patch",
			change: func(s *site) {
				s.write("patches/hello/1.0/0002-main.patch", mainPatch)
				s.write("patches/hello/1.0/series", read(s.t, s.path("patches/hello/1.0/series"))+"0002-main.patch\n")
			},
			ran:      []string{"worktree", "compile", "link-hello", "postlink-hello", "verify-hello", "flow"},
			compiled: []string{"main_cli.c"},
			why:      map[string]string{"worktree": "input patch 0002-main.patch is new (", "link-hello": "input objects changed ("},
		},
		{
			name:   "a header",
			change: func(s *site) { s.edit("src/include/shout.h", "const char *shout", "\n\nconst char *shout") },
			// What is shipped has no lines, so that verifying it again is left out.
			ran:      []string{"worktree", "compile", "link-hello-cgi", "postlink-hello-cgi", "link-hello", "postlink-hello", "flow"},
			compiled: []string{"greet.c", "shout.c"},
			why:      map[string]string{"worktree": "input source changed (", "compile": "input patched tree changed ("},
		},
		{
			name:     "a comment in a header",
			change:   func(s *site) { s.edit("src/include/count.h", "How many words", "The number of words that") },
			ran:      []string{"worktree", "compile"},
			compiled: []string{"lib/count.c", "main_cli.c"},
		},
		{
			name:   "a file that is in no object",
			change: func(s *site) { s.edit("src/README", "smallest", "least") },
			ran:    []string{"worktree", "compile"},
		},
		{
			name:     "what configure reads",
			change:   func(s *site) { s.edit("src/configure.opts", "options", "more options") },
			ran:      []string{"worktree", "configure", "compile"},
			compiled: []string{"greet.c"}, // config.h has it in a comment
			why: map[string]string{
				"configure": "input files that configure reads changed (",
				"compile":   "input patched tree changed (",
			},
		},
		{
			name: "an argument of configure",
			change: func(s *site) {
				s.edit("recipes/hello-1.0.yaml", "cflags:\n    - {arg: -O1", "cflags:\n    - {arg: -O2")
			},
			ran:      append([]string{"configure", "compile"}, everyLink...),
			compiled: sources,
			why:      map[string]string{"configure": "input arguments changed ("},
		},
		{
			name: "an answer for configure",
			change: func(s *site) {
				s.edit("recipes/hello-1.0.yaml", `{name: hello_cv_chmod, value: "no"`, `{name: hello_cv_chmod, value: "yes"`)
			},
			ran:      []string{"configure", "compile"},
			compiled: []string{"greet.c"}, // it includes config.h
			why:      map[string]string{"configure": "input answers changed ("},
		},
		{
			name: "flags of one file",
			change: func(s *site) {
				s.edit("recipes/hello-1.0.yaml", "flags: [-DSHOUT]", "flags: [-O0]")
			},
			ran:      append([]string{"compile"}, everyLink...),
			compiled: []string{"shout.c"},
			why:      map[string]string{"compile": "input flags of src/shout.c changed ("},
		},
		{
			name:   "a flag of the runtime",
			change: func(s *site) { s.edit("recipes/runtimes/wasi.yaml", "stack: 1048576", "stack: 2097152") },
			ran:    everyLink,
			why:    map[string]string{"link-hello-cgi": "input flags changed (", "link-hello": "input flags changed ("},
		},
		{
			name:   "what is expected",
			change: func(s *site) { s.edit("recipes/hello-1.0.yaml", "cli WASI 2$", "cli [A-Z]+ 2$") },
			ran:    []string{"verify-hello"},
			why:    map[string]string{"verify-hello": "input expected changed ("},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newRealSite(t)
			s.build()
			before := s.modules()
			tt.change(s)
			s.loadRecipes()
			// Before each step that will run, plan says why.
			for _, step := range tt.ran {
				why, asked := tt.why[step]
				if !asked {
					continue
				}
				s.stopAt(step)
				for _, row := range s.plan().Steps {
					if row.Step == step && (row.Status != "run" || !strings.HasPrefix(row.Reason, why)) {
						t.Errorf("plan says of %s: %s: %s, want %q", step, row.Status, row.Reason, why)
					}
				}
			}
			done := s.ranSoFar
			s.build()
			if got := append(done, s.ran()...); !slices.Equal(got, tt.ran) {
				t.Errorf("the build ran %q, want %q", got, tt.ran)
			}
			if slices.Contains(tt.ran, stepCompile) {
				s.wantCompiled(tt.compiled...)
			}
			// The same as if it had been so from the beginning.
			fresh := newRealSite(t)
			for _, dir := range []string{"src", "patches", "recipes"} {
				s.must(os.RemoveAll(fresh.path(dir)))
				s.must(os.Rename(s.path(dir), fresh.path(dir)))
			}
			fresh.loadRecipes()
			fresh.build()
			wantSame(t, s.modules(), fresh.modules())
			linked := slices.Contains(tt.ran, "link-hello")
			if changed := s.modules()["hello-1.0.3-wasi.debug.wasm"] != before["hello-1.0.3-wasi.debug.wasm"]; changed != linked {
				t.Errorf("the module changed: %v, want %v", changed, linked)
			}
		})
	}
}

const mainPatch = `From: wlrbuild maintainers <maintainers@wlrbuild.invalid>
Date: Fri, 20 Nov 2026 09:00:00 +0000
Subject: [PATCH] main: fail otherwise

Only to be another patch.
---
diff --git a/src/main_cli.c b/src/main_cli.c
--- a/src/main_cli.c
+++ b/src/main_cli.c
@@ -7,5 +7,5 @@
 int main(int argc, char **argv)
 {
 	if (argc > 1 && strcmp(argv[1], "--fail") == 0)
-		return 3;
+		return 4;
 	if (argc > 1 && strcmp(argv[1], "--trap") == 0)
`

// A plan of a build that never was shows what each step would run.
func TestPlanOfNewBuild(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.Jobs = 3
	want := map[string]string{
		"worktree": "run never built", "shim": "cached cached",
		"configure": `unknown not known until step "worktree" ran`, "compile": `unknown not known until step "worktree" ran`,
		"link-hello": `unknown not known until step "compile" ran`, "verify-hello": `unknown not known until step "postlink-hello" ran`,
	}
	p := s.plan()
	if p.Build != "hello-1.0.3 for wasi" {
		t.Errorf("the plan is for %q", p.Build)
	}
	for _, row := range p.Steps {
		if w, ok := want[row.Step]; ok && w != string(row.Status)+" "+row.Reason {
			t.Errorf("%s: %s %s, want %s", row.Step, row.Status, row.Reason, w)
		}
	}
	if len(s.dist()) != 0 {
		t.Error("the plan has written something")
	}
	// With its inputs known, the arguments are.
	s.stopAt(stepConfigure)
	configure := s.planned(stepConfigure)
	if !strings.Contains(configure, "sh ../src/configure --host=wasm32-unknown-wasi ") || !strings.Contains(configure, " 'CFLAGS=-O1 -g' ") {
		t.Errorf("configure would run %s", configure)
	}
	s.stopAt(stepCompile)
	configured := s.log(stepConfigure)
	compile := s.planned(stepCompile)
	if !strings.HasSuffix(compile, "make -j3 --output-sync cgi cli") {
		t.Errorf("compile would run %s", compile)
	}
	// What was planned is what ran.
	if !strings.HasPrefix(configured, "$ "+configure+"\n") {
		t.Errorf("configure ran %s, planned was %s", configured, configure)
	}
	s.stopAt("link-hello")
	if log := s.log(stepCompile); !strings.HasPrefix(log, "$ "+compile+"\n") {
		t.Errorf("compile ran %s, planned was %s", log, compile)
	}
	if link := s.planned("link-hello"); !strings.Contains(link, "-clang -lm -Wl,-z,stack-size=1048576 ") {
		t.Errorf("link would run %s", link)
	}
}

// Nothing of the place something is built in is in what is built.
func TestReproducible(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := newSite(t)
	long := s.path(strings.Repeat("a-longer-path/", 5))
	s.Store = openStore(t, filepath.Join(long, "cache"))
	s.equipWith(toolchainOutput(t)) // sockshim-c is built here, too
	s.must(os.Rename(s.path("src"), filepath.Join(long, "source")))
	s.Source, s.Out, s.Jobs = filepath.Join(long, "source"), filepath.Join(long, "out"), 1
	s.Env = []string{"HOME=" + long, "TMPDIR=" + long}
	s.build()
	wantSame(t, s.modules(), want)
	for name, module := range s.modules() {
		for _, leak := range []string{"a-longer-path", s.dir, os.TempDir() + "/", shared.dir} {
			if strings.Contains(module, leak) {
				t.Errorf("%s has %q in it", name, leak)
			}
		}
	}
	if debug := s.modules()["hello-1.0.3-wasi.debug.wasm"]; !strings.Contains(debug, "../src/src/greet.c") || !strings.Contains(debug, "without any process") {
		t.Error("the module lacks what was to be looked for")
	}
}

// The user's environment has no effect.
func TestEnvironment(t *testing.T) {
	want := reference(t)
	s := newRealSite(t)
	for _, program := range []string{"clang", "cc", "make", "uname", "pkg-config", "wasm-opt", "wasm-ld", "sh", "sed"} {
		s.write("bin/"+program, "#!/bin/false\n")
	}
	s.write("pc/hello-leak.pc", "Name: leak\nDescription: leak\nVersion: 1\n")
	s.write("include/stdio.h", "#error the user's own header\n")
	s.write("rc", "exit 9\n")
	for name, value := range map[string]string{
		"PATH": s.path("bin"), "CC": "false", "CFLAGS": "-DLEAK=1 -Werror=leak", "CPPFLAGS": "-include /nowhere.h", "LDFLAGS": "-lnowhere", "LIBS": "-lnowhere",
		"PKG_CONFIG_PATH": s.path("pc"), "PKG_CONFIG_LIBDIR": s.path("pc"),
		"CPATH": s.path("include"), "C_INCLUDE_PATH": s.path("include"), "LIBRARY_PATH": s.path("include"), "COMPILER_PATH": s.path("bin"),
		"MAKEFLAGS": "-n", "MAKEFILES": s.path("rc"), "GNUMAKEFLAGS": "-n", "CONFIG_SITE": s.path("rc"), "ENV": s.path("rc"), "BASH_ENV": s.path("rc"),
		"SOURCE_DATE_EPOCH": "1", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo", "CDPATH": s.dir,
		"WLR_CC_CONFIG": "/nowhere", "WLR_CC_DEBUG": "1", "CCC_OVERRIDE_OPTIONS": "+-DLEAK", "hello_cv_chmod": "yes", "CLANG_CONFIG_PATH": s.dir,
	} {
		t.Setenv(name, value) // what would be inherited
	}
	s.Env = os.Environ() // what is passed on
	s.build()
	wantSame(t, s.modules(), want)
	for _, file := range []string{"config.h", "Makefile", "config.log"} {
		text := read(t, filepath.Join(s.output(stepConfigure), file))
		for _, leak := range []string{"LEAK", "nowhere.h", "lnowhere", s.path("bin")} {
			if strings.Contains(text, leak) {
				t.Errorf("%s has %q in it:\n%s", file, leak, text)
			}
		}
	}
}

// Smoke runs say on what and with what result, and are not repeated.
func TestVerified(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	for _, a := range s.metadata().Builds[0].Artifacts {
		want := map[string]string{"hello": "HELLO 1.0.3 cli WASI 2", "hello-cgi": "HELLO 1.0.3 cgi WASI 0 GET a body"}[a.Name]
		if a.Verified == nil || a.Verified.Engine != "wazero" || a.Verified.Stdout != want {
			t.Errorf("%s: verified %+v, want %q on wazero", a.Name, a.Verified, want)
		}
	}
	// A recipe without smoke runs builds, too, and says that nothing was verified.
	recipe := read(t, s.path("recipes/hello-1.0.yaml"))
	i, j := strings.Index(recipe, "  - name: hello\n"), strings.Index(recipe, "\nruntimes:")
	s.write("recipes/hello-1.0.yaml", recipe[:i]+"  - name: hello\n    link: sapi/cli/hello\n"+recipe[j:])
	s.loadRecipes()
	s.build()
	s.wantRan()
	if a := s.metadata().Builds[0].Artifacts[1]; a.Name != "hello" || a.Verified != nil {
		t.Errorf("%s was verified without a smoke run: %+v", a.Name, a.Verified)
	}
}

// What a step prints is shown, and kept in a log of its own.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := newRealSite(t)
	s.build()
	want := []string{
		stepSource, stepToolchain, stepWorktree, stepShim, stepConfigure, stepCompile,
		"link-hello-cgi", "postlink-hello-cgi", "lint-hello-cgi", "verify-hello-cgi",
		"link-hello", "postlink-hello", "lint-hello", "verify-hello", stepFlow, stepCalls, stepDist,
	}
	var ended []string
	for _, e := range s.events {
		if e.Kind == progress.StepDone || e.Kind == progress.StepCached {
			ended = append(ended, e.Step)
		}
	}
	if !slices.Equal(ended, want) {
		t.Errorf("steps %q, want %q", ended, want)
	}
	if got := s.steps(progress.StepCached); !slices.Equal(got, []string{stepShim}) {
		t.Errorf("cached were %q", got)
	}
	// The compiler's answers, the recipe's, and those of a program in place of
	// the machine's.
	for _, text := range []string{
		"checking for getpid... yes", "checking for hello_is_nowhere... no", "checking the size of a pointer... 4",
		"checking whether chmod works... no", "checking the system... WASI",
	} {
		if !slices.ContainsFunc(s.events, func(e progress.Event) bool {
			return e.Kind == progress.Output && e.Step == stepConfigure && e.Text == text
		}) {
			t.Errorf("configure does not say %q:\n%s", text, s.log(stepConfigure))
		}
	}
	if !slices.ContainsFunc(s.events, func(e progress.Event) bool {
		return e.Kind == progress.Note && e.Step == stepCompile && e.Text == "5 objects, 0 cached"
	}) {
		t.Error("compile does not say how many objects it made")
	}
	steps := map[string]bool{}
	for _, doc := range (Builder{}).Steps() {
		steps[doc.Name] = true
	}
	for _, step := range ended {
		name, _, _ := strings.Cut(step, "-")
		if !steps[name] {
			t.Errorf("step %s is not documented", step)
		}
	}
}
