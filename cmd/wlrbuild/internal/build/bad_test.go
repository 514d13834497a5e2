package build

import (
	"archive/tar"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
)

const (
	theRecipe = "recipes/hello-1.0.yaml"
	thePatch  = "patches/hello/1.0/0001-greet-say-that-no-process-at-all-is-there.patch"
	theSeries = "patches/hello/1.0/series"
)

// What is wrong with what a build is given is said before the toolchain is
// looked for, and nothing is left of it.
func TestBadInput(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*site)
		exit   diag.Code
		parts  []string
	}{
		{
			"not the project",
			func(s *site) { s.remove("src/src/greet.c") },
			diag.Usage, []string{"src", "this is not the source of hello", "src/greet.c", "no such file"},
		},
		{
			"another release",
			func(s *site) { s.Version = "1.0.4" },
			diag.Usage, []string{"this is hello 1.0.3, but 1.0.4 was asked for"},
		},
		{
			"a release that nobody has",
			func(s *site) {
				s.gitTag("v1.0.3")
				server := httptest.NewServer(http.NotFoundHandler())
				s.t.Cleanup(server.Close)
				s.edit(theRecipe, "url: file:///nowhere/hello.git", "url: file://"+s.path("src"))
				s.edit(theRecipe, "  keys:", "  tarball: {url: '"+server.URL+"/hello-{version}.tar.xz', signature: '"+server.URL+"/hello-{version}.tar.xz.asc'}\n  keys:")
				s.loadRecipes()
				s.Source, s.Version = "", "1.0.9"
			},
			diag.Source, []string{"hello-1.0.9", "cache: has no release of 1.0", "upstream git (file://", "has no tag v1.0.9", "release tarball (http://127.0.0.1:", "404"},
		},
		{
			"an archive with another digest",
			func(s *site) {
				s.pin(s.xz())
				s.edit("src/README", "smallest", "least")
				s.Source = s.xz()
			},
			diag.Source, []string{"hello-1.0.3.tar.xz: check the archive", "pins"},
		},
		{
			"an archive that climbs out",
			func(s *site) {
				var b bytes.Buffer
				w := tar.NewWriter(&b)
				s.must(w.WriteHeader(&tar.Header{Name: "hello-1.0.3/../../climbed", Mode: 0o666}))
				s.must(w.Close())
				s.write("climbing.tar", b.String())
				s.Source = s.path("climbing.tar")
			},
			diag.Source, []string{"climbing.tar", "hello-1.0.3/../../climbed"},
		},
		{
			"half an archive",
			func(s *site) {
				file := s.xz()
				info, err := os.Stat(file)
				s.must(err)
				s.must(os.Truncate(file, info.Size()/2))
				s.Source = file
			},
			diag.Source, []string{"hello-1.0.3.tar.xz"},
		},
		{
			"a patch that is not there",
			func(s *site) { s.remove(thePatch) },
			diag.Patch, []string{"hello/1.0/series:1: ", `patch "0001-greet-say-that-no-process-at-all-is-there.patch" is listed but there is no such file`},
		},
		{
			"a patch that is not listed",
			func(s *site) { s.write("patches/hello/1.0/0002-main.patch", mainPatch) },
			diag.Patch, []string{"hello/1.0/0002-main.patch: is not listed in the series"},
		},
		{
			"two mistakes",
			func(s *site) {
				s.remove(thePatch)
				s.write("patches/hello/1.0/0002-main.patch", mainPatch)
			},
			diag.Patch, []string{"is listed but there is no such file", "also hello/1.0/0002-main.patch: is not listed"},
		},
		{
			"patches of a runtime that are not listed",
			func(s *site) {
				s.runtimes("wasi", "small")
				s.write("patches/hello/1.0/small/0001-main.patch", mainPatch)
			},
			diag.Patch, []string{"hello/1.0/small: has patches but no file"},
		},
		{
			"no folder of patches",
			func(s *site) { s.Patches = s.path("pathces") },
			diag.Usage, []string{"pathces: read patches: no such file or directory", "hint: it has to be a folder"},
		},
		{
			"a file in place of patches",
			func(s *site) { s.Patches = s.path(theSeries) },
			diag.Usage, []string{"series: read patches: not a directory"},
		},
		{
			"an unknown backend",
			func(s *site) {
				s.edit("recipes/runtimes/small.yaml", "backend: preview1", "backend: preview9")
				s.loadRecipes()
				s.runtimes("wasi", "small")
			},
			diag.Usage, []string{`use runtime "small": sockshim-c has no backend "preview9"`, `did you mean "preview1"?`},
		},
		{
			"a pass that there is not",
			func(s *site) {
				s.edit("recipes/runtimes/small.yaml", "ldflags:", "post_link: [asyncfy]\nldflags:")
				s.loadRecipes()
				s.runtimes("small")
			},
			diag.Usage, []string{`use runtime "small": unknown pass "asyncfy"`},
		},
		{
			"no toolchain",
			func(s *site) {},
			diag.Preflight, []string{"of which there is none", "no provider has it"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			tt.change(s)
			s.fails(s.tryBuild(), tt.exit, tt.parts...)
			switch got := s.steps(progress.StepStart); {
			case tt.exit == diag.Patch:
				s.early()
			case tt.exit != diag.Preflight && len(got) > 1:
				t.Errorf("it got as far as %q", got)
			}
			s.clean()
			if len(s.dist()) > 0 {
				t.Errorf("left in the output directory: %q", s.dist())
			}
			if _, err := os.Stat(s.path("climbed")); err == nil {
				t.Error("the archive has climbed out")
			}
			// plan says the same.
			_, err := Builder{}.Plan(t.Context(), s.options())
			s.fails(err, tt.exit, tt.parts...)
		})
	}
}

// What goes wrong while building is said, nothing half-made is kept, and when
// it is mended the next build is right.
func TestFailures(t *testing.T) {
	want := reference(t)
	for _, tt := range []struct {
		name   string
		change func(*site)
		exit   diag.Code
		step   string
		parts  []string
		log    string // what the log has
	}{
		{
			name:   "a patch that does not apply",
			change: func(s *site) { s.edit("src/src/greet.c", " without a process", " with no process") },
			exit:   diag.Patch, step: stepWorktree,
			parts: []string{
				"0001-greet-say-that-no-process-at-all-is-there.patch", "src/greet.c", "hunk 1 of 1",
				`		printf(" without a process");`, `		printf(" with no process");`,
			},
		},
		{
			name: "a disk that was full while configure tried something",
			change: func(s *site) {
				s.edit("src/configure", ": >config.log", "echo 'conftest.c:1: error: No space left on device' >config.log")
			},
			exit: diag.Step, step: stepConfigure,
			parts: []string{"a disk was full while configure made its tests", "WLRBUILD_CACHE"},
		},
		{
			name: "a patch that is in the release already",
			change: func(s *site) {
				s.edit("src/src/greet.c", " without a process", " without any process")
			},
			exit: diag.Patch, step: stepWorktree,
			parts: []string{"0001-greet-say-that-no-process-at-all-is-there.patch", "already"},
		},
		{
			name: "a program that is not on this machine",
			change: func(s *site) {
				s.must(os.Rename(s.path("src/configure"), s.path("src/configure.in")))
				s.edit(theRecipe, "argv: [cp,", "argv: [hello-autoconf,")
				s.loadRecipes()
			},
			exit: diag.Preflight, step: stepWorktree,
			parts: []string{`program "hello-autoconf" is not on`, "wlrbuild doctor"},
		},
		{
			name: "configure fails",
			change: func(s *site) {
				s.edit("src/configure", `for size in 4 8`, "echo 'configure: error: out of luck' >&2; exit 1\nfor size in 4 8")
			},
			exit: diag.Step, step: stepConfigure,
			parts: []string{"configure: error: out of luck", "exit status 1", "sh ../src/configure --host="},
			log:   "checking for getpid... yes",
		},
		{
			name:   "a source that does not compile",
			change: func(s *site) { s.edit("src/src/shout.c", "int i;", "int i = no_such_thing;") },
			exit:   diag.Step, step: stepCompile,
			parts: []string{"../src/src/shout.c:", "error: use of undeclared identifier 'no_such_thing'", "make: exit status 2"},
			log:   "error: use of undeclared identifier 'no_such_thing'",
		},
		{
			name: "a function that is nowhere",
			change: func(s *site) {
				s.edit("src/src/main_cgi.c", `greet("cgi", 0);`, `greet("cgi", 0); extern void nowhere(void); nowhere();`)
			},
			exit: diag.Step, step: "link-hello-cgi",
			parts: []string{"main_cgi.o: undefined symbol: nowhere"},
			log:   "undefined symbol: nowhere",
		},
		{
			name: "a function that is called as another",
			change: func(s *site) {
				s.edit("src/src/main_cgi.c", `greet("cgi", 0);`, `greet("cgi", 0); extern float shout(void); shout();`)
			},
			exit: diag.Step, step: "link-hello-cgi",
			parts: []string{"function signature mismatch: shout"},
		},
		{
			name: "a function that no engine has",
			change: func(s *site) {
				s.edit("src/src/main_cgi.c", `int main(`, `__attribute__((import_module("host"), import_name("wish"))) void wish(void);
int main(`)
				s.edit("src/src/main_cgi.c", `greet("cgi", 0);`, `greet("cgi", 0); wish();`)
			},
			exit: diag.Findings, step: "lint-hello-cgi",
			parts: []string{"lint hello-cgi: it would go wrong on runtime wasi", "there is no function host.wish ()", "[WLR001: wazero 1.12.0]"},
		},
		{
			name: "a call that traps, in a branch that the smoke test does not take",
			change: func(s *site) {
				s.edit("src/src/main_cli.c", "int main(", castProgram)
				s.edit("src/src/main_cli.c", "	greet(", "	if (argc > 9) steps[argc & 1](argc);\n	greet(")
			},
			exit: diag.Findings, step: stepCalls,
			parts: []string{"prove the calls by address: 1 functions can be called as what they are not", "call_indirect: mismatch", "shift   has (i32)->(i32)", "--skip calls"},
		},
		{
			name:   "a program that fails",
			change: func(s *site) { s.edit(theRecipe, "args: [one, two words]", "args: [--fail]"); s.loadRecipes() },
			exit:   diag.Run, step: "verify-hello",
			parts: []string{"run hello on wazero", "it ended with status 3"},
		},
		{
			name:   "a program that traps",
			change: func(s *site) { s.edit(theRecipe, "args: [one, two words]", "args: [--trap]"); s.loadRecipes() },
			exit:   diag.Run, step: "verify-hello",
			parts: []string{"run hello on wazero", "it trapped: unreachable"},
		},
		{
			name:   "a program that says something else",
			change: func(s *site) { s.edit(theRecipe, "cli WASI 2$", "cli WASI 3$"); s.loadRecipes() },
			exit:   diag.Run, step: "verify-hello",
			parts: []string{`it printed "HELLO 1.0.3 cli WASI 2", which ^HELLO 1\.0\.3 cli WASI 3$ does not match`},
		},
		{
			name:   "make makes something else",
			change: func(s *site) { s.edit(theRecipe, "link: sapi/cli/hello", "link: sapi/cli/hallo"); s.loadRecipes() },
			exit:   diag.Step, step: stepCompile,
			parts: []string{"collect the objects of hello", "sapi/cli/hallo"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newRealSite(t)
			tt.change(s)
			err := s.fails(s.tryBuild(), tt.exit, tt.parts...)
			if got := s.steps(progress.StepFailed); !slices.Equal(got, []string{tt.step}) {
				t.Errorf("failed were %q, want %s", got, tt.step)
			}
			if tt.log != "" && (err.Log == "" || !strings.Contains(read(t, err.Log), tt.log)) {
				t.Errorf("the log %q has no %q", err.Log, tt.log)
			}
			s.clean()
			if len(s.dist()) > 0 {
				t.Errorf("left in the output directory: %q", s.dist())
			}
			// It fails again: nothing of it was kept.
			s.fails(s.tryBuild(), tt.exit, tt.parts...)
			s.restore()
			s.loadRecipes()
			s.build()
			wantSame(t, s.modules(), want)
			s.clean()
		})
	}
}

// early makes sure that the last build ended before its first step.
func (s *site) early() {
	s.t.Helper()
	if got := s.steps(progress.StepStart); len(got) > 0 {
		s.t.Errorf("it got as far as %q", got)
	}
}

// An output directory that cannot be written to costs no more than to do the
// last step again, and keeps what was in it.
func TestOutputDirectory(t *testing.T) {
	want := reference(t)
	s := newRealSite(t)
	s.write("file", "in the way")
	s.Out = s.path("file")
	s.fails(s.tryBuild(), diag.Step, "write to "+s.Out, "not a directory", "hint: name another directory with --out")
	s.early()
	s.Out = s.path("file/dist")
	s.fails(s.tryBuild(), diag.Step, "write to "+s.Out, "not a directory")
	s.early()
	s.Out = s.path("file")
	if read(t, s.Out) != "in the way" {
		t.Error("the file was changed")
	}

	// One of the files cannot take its place: none does.
	s.Out = s.path("taken")
	s.write("taken/hello-1.0.3-wasi.wasm/keep", "")
	s.write("taken/metadata.json", "before")
	s.fails(s.tryBuild(), diag.Step, "write to "+s.Out, filepath.Join(s.Out, "hello-1.0.3-wasi.wasm")+" is a folder", "hint: nothing of this build is lost")
	s.clean()
	wantSame(t, s.dist(), map[string]string{"hello-1.0.3-wasi.wasm/": "", "metadata.json": "before"})

	t.Run("without permission", func(t *testing.T) {
		dir := s.path("readonly")
		s.must(os.Mkdir(dir, 0o555))
		if unix.Access(dir, unix.W_OK) == nil {
			t.Skip("SKIPPED: this user may write to any directory")
		}
		s.Out = dir
		s.fails(s.tryBuild(), diag.Step, "write to "+dir, "permission denied")
		s.early()
	})

	s.Out = s.path("deep/down/dist")
	s.build()
	s.wantRan()
	wantSame(t, s.modules(), want)
}
