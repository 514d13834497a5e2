package cc

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// realClang is a clang to test with: $WLR_TEST_CLANG or the one on PATH.
func realClang(t *testing.T) string {
	t.Helper()
	name := os.Getenv("WLR_TEST_CLANG")
	if name == "" {
		name = "clang"
	}
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		t.Skipf("NOT TESTED with a real compiler: %v; set WLR_TEST_CLANG to a clang", err)
	}
	return path
}

// clangSite has a build directory inside the source directory, headers found
// in every way, and warnings.
func clangSite(t *testing.T) *site {
	s := newSite(t, realClang(t))
	s.cfg.PrefixMaps = PrefixMaps{
		s.path("src"): "/php", s.path("build"): "/build", s.path("src/build"): "/php-build", s.path("system"): "/toolchain",
	}
	s.configure()
	s.write("src/main/main.c", `
#include "beside.h"
#include <php.h>
#include "config.h"
#include <netdb.h>
#if __has_include("optional.h")
#include "optional.h"
#endif
const char *file(void) { return __FILE__; }
int old(int x) { int unused; return x + beside + php + config + netdb; }
`)
	s.write("src/main/beside.h", "static int beside = 1;\n")
	s.write("src/inc/php.h", "static int php = 1;\nconst char *where(void) { return __FILE__; }\n")
	s.write("src/build/config.h", "static int config = 1;\n")
	s.write("system/include/netdb.h", "#include <sys/netdb.h>\n")
	s.write("system/include/sys/netdb.h", "static int netdb = 1;\n")
	return s
}

func (s *site) clangArgs(more ...string) []string {
	return append([]string{
		"-g", "-O1", "-Wall", "-I../src/main", "-I" + s.path("src/none"), "-I" + s.path("src/inc"), "-I" + s.path("src/build"),
		"-isystem", s.path("system/include"), "-nostdinc", "-c", s.path("src/main/main.c"), "-o", "main.o",
	}, more...)
}

// TestClangRoots compiles in two places that share nothing, then takes the
// object of the first from the cache in a third.
func TestClangRoots(t *testing.T) {
	a, b, c := clangSite(t), clangSite(t), clangSite(t)
	c.cfg.Cache = a.cfg.Cache
	c.configure()
	a.want(miss, "", a.clangArgs()...)
	b.want(miss, "", b.clangArgs()...)
	c.want(hit, "", c.clangArgs()...)
	object := a.read("build/main.o")
	if b.read("build/main.o") != object || c.read("build/main.o") != object {
		t.Error("objects differ")
	}
	if strings.Contains(object, a.dir) {
		t.Error("the object holds the work root")
	}
	for _, name := range []string{"/php/main/main.c", "/php/inc/php.h", "/build"} {
		if !strings.Contains(object, name) {
			t.Errorf("the object does not hold %s", name)
		}
	}
	// What cannot be cached does not hold it either.
	a.want(uncacheable, "no-integrated-as", a.clangArgs("-fno-integrated-as", "-fintegrated-as")...)
	if a.read("build/main.o") != object {
		t.Error("the uncached object differs")
	}
}

func TestClangWarnings(t *testing.T) {
	s := clangSite(t)
	first, second := s.run(s.clangArgs()...), s.run(s.clangArgs()...)
	if first != second || !strings.Contains(first.stderr, s.path("src/main/main.c")+":10:") {
		t.Errorf("first %+v\nthen %+v", first, second)
	}
	if st, err := ReadStats(s.cfg.Stats); err != nil || st != (Stats{Hits: 1, Misses: 1}) {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestClangShadow(t *testing.T) {
	for name, content := range map[string]string{
		"src/none/php.h":       "static int php = 2;\n",
		"src/main/php.h":       "static int php = 2;\n",
		"src/none/sys/netdb.h": "static int netdb = 2;\n",
		"src/inc/optional.h":   "#define beside 2\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := clangSite(t)
			s.want(miss, "", s.clangArgs()...)
			s.want(hit, "", s.clangArgs()...)
			object := s.read("build/main.o")
			s.write(name, content)
			s.want(miss, "a header appeared: ", s.clangArgs()...)
			if s.read("build/main.o") == object {
				t.Error("the header that appeared was not read")
			}
		})
	}
}

// TestClangDeps compares dependency files with clang's own.
func TestClangDeps(t *testing.T) {
	s := clangSite(t)
	s.write("src/inc/php.h", "#include \"odd $name #1.h\"\nstatic int php = 1;\n")
	s.write("src/inc/odd $name #1.h", "\n")
	for _, more := range []string{
		"-MD", "-MMD", "-MD -MMD", "-MMD -MD", "-MD -MF x.dep", "-MMD -MF x.dep -MT x.lo", "-MD -MP", "-MMD -MP -MF x.dep",
		"-MD -MQ a$b -MT c$d", "-MD -MT a -MT b -MT " + strings.Repeat("c", 80), "-MMD -o sub/x.o", "-MD -MFx.dep",
	} {
		t.Run(more, func(t *testing.T) {
			if err := os.MkdirAll(s.path("build/sub"), 0o777); err != nil {
				t.Fatal(err)
			}
			args := s.clangArgs(strings.Fields(more)...)
			clang := exec.Command(s.cfg.Clang, args...)
			clang.Dir = s.path("build")
			if out, err := clang.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			want := s.takeDeps()
			s.remove("cache")
			s.want(miss, "", args...)
			missed := s.takeDeps()
			s.want(hit, "", args...)
			if got := s.takeDeps(); got != want || missed != want {
				t.Errorf("miss:\n%s\nhit:\n%s\nclang:\n%s", missed, got, want)
			}
		})
	}
}

// takeDeps returns the one dependency file in the build directory and removes it.
func (s *site) takeDeps() string {
	s.t.Helper()
	var all bytes.Buffer
	s.eachFile("build", func(name string) {
		if ext := filepath.Ext(name); ext != ".d" && ext != ".dep" {
			return
		}
		rel, err := filepath.Rel(s.dir, name)
		if err != nil {
			s.t.Fatal(err)
		}
		all.WriteString(rel + ":\n" + s.read(rel))
		s.remove(rel)
	})
	return all.String()
}

func TestClangErrors(t *testing.T) {
	s := clangSite(t)
	s.write("src/main/main.c", "int x = ;\n")
	direct := exec.Command(s.cfg.Clang, s.clangArgs()...)
	direct.Dir = s.path("build")
	want, err := direct.CombinedOutput()
	if err == nil {
		t.Fatal("clang took it")
	}
	r := s.run(s.clangArgs()...)
	if r.code != direct.ProcessState.ExitCode() || r.stderr != string(want) || s.exists("build/main.o") || s.exists("cache/objects") {
		t.Errorf("%+v, want %s", r, want)
	}
}
