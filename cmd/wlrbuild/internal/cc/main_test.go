package cc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The test binary is the launcher or the fake compiler when it is started
// under one of these names.
const (
	launcherName = "wlr-cc"
	fakeName     = "fake-clang"
)

func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case launcherName:
		os.Exit(Main(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
	case fakeName:
		os.Exit(fakeClang(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// site is a build's directories: src and build, the cache beside them or
// shared with another site.
type site struct {
	t     *testing.T
	dir   string
	cfg   Config
	env   []string
	fresh bool // a file was just written
}

func newSite(t *testing.T, clang string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir()}
	for _, d := range []string{"src", "build", "cache", "bin"} {
		if err := os.Mkdir(s.path(d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{launcherName, fakeName} {
		if err := os.Symlink(exe, s.path("bin/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	if clang == "" {
		clang = s.path("bin/" + fakeName)
	}
	s.cfg = Config{
		Clang:      clang,
		PrefixMaps: PrefixMaps{s.path("src"): "/php", s.path("build"): "/build"},
		Cache:      s.path("cache"),
		Toolchain:  "abcd",
		Record:     s.path("record"),
		Stats:      s.path("stats"),
		Link:       LinkReal,
	}
	s.configure()
	return s
}

func (s *site) path(rel string) string { return filepath.Join(s.dir, rel) }

func (s *site) configure() {
	s.t.Helper()
	if err := s.cfg.WriteFile(s.path("config.json")); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) write(rel, content string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(rel)), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(rel), []byte(content), 0o666); err != nil {
		s.t.Fatal(err)
	}
	s.fresh = true
}

func (s *site) read(rel string) string {
	s.t.Helper()
	data, err := os.ReadFile(s.path(rel))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}

func (s *site) exists(rel string) bool {
	_, err := os.Lstat(s.path(rel))
	return err == nil
}

func (s *site) remove(rel string) {
	s.t.Helper()
	if err := os.RemoveAll(s.path(rel)); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) command(args ...string) *exec.Cmd {
	if s.fresh {
		time.Sleep(30 * time.Millisecond) // the file system's clock ticks
		s.fresh = false
	}
	cmd := exec.Command(s.path("bin/"+launcherName), args...)
	cmd.Dir = s.path("build")
	cmd.Env = append(os.Environ(), EnvConfig+"="+s.path("config.json"), "FAKE_LOG="+s.path("fake.log"), "PWD="+cmd.Dir)
	cmd.Env = append(cmd.Env, s.env...)
	return cmd
}

type result struct {
	code           int
	stdout, stderr string
}

func (s *site) run(args ...string) result {
	s.t.Helper()
	cmd := s.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// cc runs the launcher, which must succeed, and returns what it did for the
// last compilation and why.
func (s *site) cc(args ...string) (outcome, string) {
	s.t.Helper()
	if r := s.run(args...); r.code != 0 {
		s.t.Fatalf("%q: exit code %d\n%s", args, r.code, r.stderr)
	}
	lines, err := readLines[statsLine](s.cfg.Stats)
	if err != nil {
		s.t.Fatal(err)
	}
	last := lines[len(lines)-1]
	return last.Outcome, last.Reason
}

func (s *site) want(what outcome, reason string, args ...string) {
	s.t.Helper()
	got, why := s.cc(args...)
	if got != what || !strings.Contains(why, reason) {
		s.t.Fatalf("%q: %s (%s), want %s (%s)", args, got, why, what, reason)
	}
}

// compilations counts how often the fake compiler ran.
func (s *site) compilations() int {
	data, _ := os.ReadFile(s.path("fake.log"))
	return bytes.Count(data, []byte("\n"))
}

// fakeClang is enough of a compiler: it resolves includes, tells what it read,
// and its object is the preprocessed text. Lines it knows:
//
//	#include "x"  #include <x>  has_include "x"  warning text  error text
//	file          becomes the source's name
//	rewrite f t   makes the file f hold t: somebody works while it compiles
//	hang          reports itself and waits to be killed
func fakeClang(args []string) int {
	f := &fake{seen: map[string]bool{}}
	var source, output, depFile, target string
	var mode string
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-o":
			i++
			output = args[i]
		case a == "-MF":
			i++
			depFile = args[i]
		case a == "-MT":
			i++
			target = args[i]
		case a == "-I" || a == "-isystem":
			i++
			f.dirs = append(f.dirs, args[i])
		case strings.HasPrefix(a, "-I"):
			f.dirs = append(f.dirs, a[2:])
		case strings.HasPrefix(a, "-ffile-prefix-map="):
			from, to, _ := strings.Cut(a[len("-ffile-prefix-map="):], "=")
			f.maps = append(f.maps, from, to)
		case a == "-c" || a == "-E" || a == "-S":
			mode = a
		case strings.HasPrefix(a, "-D") || strings.HasPrefix(a, "-O"):
			fmt.Fprintln(&f.out, "flag", a)
		case a[0] != '-' || a == "-":
			source = a
		}
	}
	if log := os.Getenv("FAKE_LOG"); log != "" {
		line, _ := json.Marshal(args)
		appendLine(log, line)
	}
	if mode != "-c" {
		fmt.Printf("ran %s %q\n", mode, args)
		if output != "" && mode == "" {
			os.WriteFile(output, []byte("linked"), 0o777)
		}
		return 0
	}
	if source == "-" {
		os.WriteFile(output, []byte("from stdin"), 0o666)
		return 0
	}
	if code := f.file(source); code != 0 {
		return code
	}
	if depFile != "" {
		data := formatDeps(depsRequest{targets: []string{target}}, source, f.read)
		if err := os.WriteFile(depFile, data, 0o666); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if output == "" {
		output = replaceExt(filepath.Base(source), ".o")
	}
	if err := os.WriteFile(output, f.out.Bytes(), 0o666); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type fake struct {
	dirs []string
	maps []string
	read []string
	seen map[string]bool
	out  bytes.Buffer
}

func (f *fake) file(name string) int {
	data, err := os.ReadFile(name)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fake-clang:", err)
		return 1
	}
	if !f.seen[name] {
		f.seen[name] = true
		f.read = append(f.read, name)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "#include", "has_include":
			found := f.find(name, rest)
			switch {
			case word == "has_include":
				fmt.Fprintln(&f.out, rest, found != "")
			case found == "":
				fmt.Fprintf(os.Stderr, "%s: error: %s not found\n", name, rest)
				return 1
			default:
				if code := f.file(found); code != 0 {
					return code
				}
			}
		case "warning":
			fmt.Fprintf(os.Stderr, "%s:1: warning: %s\n", name, rest)
		case "error":
			fmt.Fprintf(os.Stderr, "%s:1: error: %s\n", name, rest)
			return 1
		case "rewrite":
			file, text, _ := strings.Cut(rest, " ")
			os.WriteFile(file, []byte(text), 0o666)
		case "hang":
			os.WriteFile("hanging", nil, 0o666)
			time.Sleep(time.Minute)
			return 1
		case "file":
			fmt.Fprintln(&f.out, strings.NewReplacer(f.maps...).Replace(name))
		default:
			fmt.Fprintln(&f.out, line)
		}
	}
	return 0
}

func (f *fake) find(includer, spelled string) string {
	name := strings.Trim(spelled, `"<>`)
	dirs := f.dirs
	if spelled[0] == '"' {
		dirs = append([]string{filepath.Dir(includer)}, dirs...)
	}
	for _, d := range dirs {
		if p := filepath.Join(d, name); isFile(p) {
			return p
		}
	}
	return ""
}
