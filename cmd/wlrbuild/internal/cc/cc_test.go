package cc

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// phpSite has one source that includes one header by the search path.
func phpSite(t *testing.T) *site {
	s := newSite(t, "")
	s.write("src/main/main.c", "#include \"php.h\"\nint main\nfile\n")
	s.write("src/inc/php.h", "php\n")
	return s
}

func (s *site) args(more ...string) []string {
	return append([]string{"-I" + s.path("src/none"), "-I" + s.path("src/inc"), "-O2", "-c", s.path("src/main/main.c"), "-o", "main.o"}, more...)
}

// TestChange makes one change after a first compilation.
func TestChange(t *testing.T) {
	tests := []struct {
		name   string
		change func(s *site)
		more   []string // arguments of the second compilation
		want   outcome
		reason string
		same   bool // the object is the first one
	}{
		{name: "nothing", want: hit, same: true},
		{name: "source", change: func(s *site) { s.write("src/main/main.c", "int other\n") }, want: miss, reason: "not seen"},
		{name: "header", change: func(s *site) { s.write("src/inc/php.h", "PHP\n") }, want: miss, reason: "changed: /php/inc/php.h"},
		{name: "header touched", change: func(s *site) {
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(s.path("src/inc/php.h"), later, later); err != nil {
				s.t.Fatal(err)
			}
		}, want: hit, same: true},
		{name: "header of the same size and time", change: func(s *site) {
			fi, err := os.Stat(s.path("src/inc/php.h"))
			if err != nil {
				s.t.Fatal(err)
			}
			s.write("src/inc/php.h", "PHP\n")
			if err := os.Chtimes(s.path("src/inc/php.h"), fi.ModTime(), fi.ModTime()); err != nil {
				s.t.Fatal(err)
			}
		}, want: miss, reason: "changed: /php/inc/php.h"},
		{name: "header earlier in the path", change: func(s *site) { s.write("src/none/php.h", "other\n") },
			want: miss, reason: "a header appeared: /php/none/php.h"},
		{name: "header beside the source", change: func(s *site) { s.write("src/main/php.h", "other\n") },
			want: miss, reason: "a header appeared: /php/main/php.h"},
		{name: "directory of the header's name", change: func(s *site) { s.write("src/none/php.h/x", "") }, want: hit, same: true},
		{name: "unrelated header", change: func(s *site) { s.write("src/none/other.h", "other\n") }, want: hit, same: true},
		{name: "flag", more: []string{"-DX"}, want: miss, reason: "not seen"},
		{name: "optimisation", more: []string{"-O0"}, want: miss, reason: "not seen"},
		{name: "toolchain", change: func(s *site) { s.cfg.Toolchain = "ef01"; s.configure() }, want: miss, reason: "not seen", same: true},
		{name: "flag of the configuration", change: func(s *site) { s.cfg.Flags = []string{"-DX"}; s.configure() }, want: miss, reason: "not seen"},
		{name: "flag for the file", change: func(s *site) {
			s.cfg.FileFlags = []FileFlags{{Glob: "main/*.c", Flags: []string{"-DX"}}}
			s.configure()
		}, want: miss, reason: "not seen"},
		{name: "flag for another file", change: func(s *site) {
			s.cfg.FileFlags = []FileFlags{{Glob: "ext/*.c", Flags: []string{"-DX"}}}
			s.configure()
		}, want: hit, same: true},
		{name: "output", more: []string{"-o", "other.o"}, want: hit},
		{name: "variable that changes what clang reads", change: func(s *site) { s.env = []string{"CPATH=" + s.path("src/none")} }, want: hit, same: true},
		{name: "object damaged in the cache", change: func(s *site) {
			s.eachFile("cache/objects", func(name string) { s.overwrite(name, "damage") })
		}, want: miss, reason: "does not have its digest", same: true},
		{name: "manifest damaged", change: func(s *site) {
			s.eachFile("cache/manifests", func(name string) { s.overwrite(name, `{"object`) })
		}, want: miss, reason: "unexpected end of JSON", same: true},
		{name: "object lost", change: func(s *site) { s.remove("cache/objects") }, want: miss, reason: "no such file", same: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := phpSite(t)
			s.want(miss, "not seen", s.args()...)
			first := s.read("build/main.o")
			s.remove("build/main.o")
			if tt.change != nil {
				tt.change(s)
			}
			s.want(tt.want, tt.reason, s.args(tt.more...)...)
			if tt.name == "output" {
				if s.exists("build/main.o") || s.read("build/other.o") != first {
					t.Error("-o was not followed")
				}
			} else if got := s.read("build/main.o"); (got == first) != tt.same {
				t.Errorf("object %q after %q", got, first)
			}
			s.want(hit, "", s.args(tt.more...)...) // whatever it was, it is cached now
			s.clean()
		})
	}
}

func (s *site) eachFile(rel string, f func(name string)) {
	s.t.Helper()
	n := 0
	err := filepath.WalkDir(s.path(rel), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
			f(name)
		}
		return err
	})
	if err != nil || n == 0 {
		s.t.Fatalf("%s: %d files, %v", rel, n, err)
	}
}

func (s *site) overwrite(name, content string) {
	s.t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// clean fails the test if anything temporary is left.
func (s *site) clean() {
	s.t.Helper()
	err := filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		base := filepath.Base(name)
		if strings.HasPrefix(base, "cc-") || strings.Contains(base, ".wlr-") {
			s.t.Errorf("left behind: %s", name)
		}
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
}

func TestHeaderBack(t *testing.T) {
	s := phpSite(t)
	s.want(miss, "", s.args()...)
	s.write("src/inc/php.h", "PHP\n")
	s.want(miss, "", s.args()...)
	s.write("src/inc/php.h", "php\n")
	s.want(hit, "", s.args()...)
	if got := s.read("build/main.o"); !strings.Contains(got, "php\n") {
		t.Errorf("object of the other header: %q", got)
	}
}

func TestHasInclude(t *testing.T) {
	s := newSite(t, "")
	// The fake compiler's has_include, in the spelling the scanner knows.
	s.write("src/main/main.c", "has_include \"opt/extra.h\"\n")
	s.want(miss, "", s.args()...)
	s.want(hit, "", s.args()...)
	s.write("src/inc/opt/extra.h", "")
	s.want(miss, "a header appeared: /php/inc/opt/extra.h", s.args()...)
	if got := s.read("build/main.o"); !strings.Contains(got, "true") {
		t.Errorf("object %q", got)
	}
	s.remove("src/inc/opt")
	s.want(hit, "", s.args()...)
	if got := s.read("build/main.o"); !strings.Contains(got, "false") {
		t.Errorf("object %q", got)
	}
}

func TestMovedRoot(t *testing.T) {
	a, b := phpSite(t), phpSite(t)
	a.cfg.PrefixMaps[a.path("src/sub")], b.cfg.PrefixMaps[b.path("src/sub")] = "/sub", "/sub"
	b.cfg.Cache = a.cfg.Cache
	for _, s := range []*site{a, b} {
		s.write("src/sub/sub.h", "warning from sub\n")
		s.write("src/inc/php.h", "#include \"../sub/sub.h\"\n")
		s.configure()
	}
	sub := func(s *site) []string {
		return s.args("-I", s.path("src/sub"), "-MD", "-MF", "main.dep", "-MT", "main.lo")
	}
	a.want(miss, "", sub(a)...)
	r := b.run(sub(b)...)
	if st, err := ReadStats(b.cfg.Stats); err != nil || st != (Stats{Hits: 1}) {
		t.Fatalf("%+v, %v: %+v", st, err, r)
	}
	if a.read("build/main.o") != b.read("build/main.o") {
		t.Error("objects differ")
	}
	if !strings.Contains(b.read("build/main.o"), "/php/main/main.c") {
		t.Errorf("object holds no mapped name: %q", b.read("build/main.o"))
	}
	for what, text := range map[string]string{"stderr": r.stderr, "dependency file": b.read("build/main.dep")} {
		if !strings.Contains(text, b.dir) || strings.Contains(text, a.dir) || strings.Contains(text, "\x00") {
			t.Errorf("%s is not b's: %q", what, text)
		}
	}
	if b.compilations() != 0 {
		t.Error("b's compiler ran")
	}
}

// TestRootInText has the work root where clang does not map it.
func TestRootInText(t *testing.T) {
	a, b := phpSite(t), phpSite(t)
	b.cfg.Cache = a.cfg.Cache
	b.configure()
	a.want(miss, "", a.args("-DPREFIX=\""+a.path("src")+"\"")...)
	b.want(miss, "not seen", b.args("-DPREFIX=\""+b.path("src")+"\"")...)
}

func TestWarnings(t *testing.T) {
	s := newSite(t, "")
	s.write("src/main/main.c", "warning mind the gap\n")
	first := s.run(s.args()...)
	second := s.run(s.args()...)
	if want := s.path("src/main/main.c") + ":1: warning: mind the gap\n"; first.stderr != want || second.stderr != want {
		t.Errorf("stderr %q and %q, want %q", first.stderr, second.stderr, want)
	}
	if s.compilations() != 1 {
		t.Errorf("%d compilations", s.compilations())
	}
}

func TestFailure(t *testing.T) {
	s := newSite(t, "")
	s.write("src/main/main.c", "error no\n")
	s.write("build/main.o", "an older object")
	for i := range 2 {
		if r := s.run(s.args()...); r.code != 1 || !strings.Contains(r.stderr, "error: no") {
			t.Fatalf("%+v", r)
		}
		if s.exists("build/main.o") || s.exists("cache/objects") || s.exists("cache/manifests") {
			t.Fatal("something was kept")
		}
		if s.exists("record") || s.exists("stats") {
			t.Fatal("a failure is on record")
		}
		if s.compilations() != i+1 {
			t.Fatalf("%d compilations", s.compilations())
		}
	}
	s.clean()
}

func TestConcurrent(t *testing.T) {
	s := phpSite(t)
	s.want(miss, "", s.args("-DWARM")...)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			args := s.args("-o", string(rune('a'+i))+".o")
			if out, err := s.command(args...).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	want := s.read("build/a.o")
	for i := range 24 {
		if got := s.read("build/" + string(rune('a'+i)) + ".o"); got != want || got == "" {
			t.Errorf("object %d: %q, want %q", i, got, want)
		}
	}
	s.want(hit, "", s.args()...)
	if st, err := ReadStats(s.cfg.Stats); err != nil || st.Hits+st.Misses != 26 || st.Uncacheable != 0 {
		t.Errorf("%+v, %v", st, err)
	}
	if cmds, err := ReadRecord(s.cfg.Record); err != nil || len(cmds) != 25 { // main.o twice
		t.Errorf("%d commands, %v", len(cmds), err)
	}
	s.clean()
}

func TestKilled(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			s := newSite(t, "")
			s.write("src/main/main.c", "hang\n")
			cmd := s.command(s.args("-MD")...)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for !s.exists("build/hanging") {
				time.Sleep(time.Millisecond)
			}
			if err := Sweep(s.cfg.Cache); err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(s.path("cache/tmp/*")); len(left) != 1 {
				t.Fatalf("a sweep took a living launcher's directory: %q", left)
			}
			to := cmd.Process.Pid
			if sig == syscall.SIGKILL {
				to = -to // nobody can pass it on
			}
			if err := syscall.Kill(to, sig); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			if sig == syscall.SIGKILL {
				if err := Sweep(s.cfg.Cache); err != nil {
					t.Fatal(err)
				}
			} else if got := cmd.ProcessState.ExitCode(); got != 128+int(sig) {
				t.Errorf("exit code %d", got)
			}
			for _, name := range []string{"build/main.o", "build/main.d", "cache/objects", "cache/manifests", "record", "stats"} {
				if s.exists(name) {
					t.Errorf("%s is there", name)
				}
			}
			s.clean()

			s.write("src/main/main.c", "int main\n")
			s.want(miss, "", s.args()...)
		})
	}
}

// TestChangedMeanwhile has a header that changes while the compiler runs,
// after it was read.
func TestChangedMeanwhile(t *testing.T) {
	s := newSite(t, "")
	s.write("src/main/main.c", "#include \"php.h\"\nrewrite ../src/inc/php.h new\n")
	s.write("src/inc/php.h", "old\n")
	s.want(uncacheable, "changed while", s.args()...)
	if s.exists("cache/manifests") {
		t.Error("stored")
	}
	s.write("src/inc/php.h", "old\n")
	s.write("src/main/main.c", "#include \"php.h\"\nrewrite ../src/none.h new\n")
	s.want(miss, "", s.args()...)
	// One that would have been found first.
	s.write("src/main/main.c", "#include \"php.h\"\nrewrite ../src/main/php.h new\n")
	s.want(uncacheable, "changed while", s.args()...)
}

func TestDate(t *testing.T) {
	s := newSite(t, "")
	s.write("src/main/main.c", "built on __DATE__\n")
	s.env = []string{"SOURCE_DATE_EPOCH="}
	s.want(uncacheable, "SOURCE_DATE_EPOCH is not set", s.args()...)
	s.env = []string{"SOURCE_DATE_EPOCH=1"}
	s.want(miss, "", s.args()...)
	s.want(hit, "", s.args()...)
	s.env = []string{"SOURCE_DATE_EPOCH=2"}
	s.want(miss, "SOURCE_DATE_EPOCH", s.args()...)
	s.write("src/main/main.c", "no date\n")
	s.want(miss, "", s.args()...)
	s.env = []string{"SOURCE_DATE_EPOCH=3"}
	s.want(hit, "", s.args()...)
}

// TestAssembler: what the assembler reads is in no list of clang's.
func TestAssembler(t *testing.T) {
	for source, want := range map[string]outcome{
		"asm(\".incbin \\\"x\\\"\")\n":  uncacheable,
		"asm(\".include \\\"x\\\"\")\n": uncacheable,
		"globals.include_path = 0\n":    miss,
	} {
		s := newSite(t, "")
		s.write("src/main/main.c", source)
		s.want(want, "", s.args()...)
	}
}

func TestPassedThrough(t *testing.T) {
	s := newSite(t, "")
	s.write("src/main/main.c", "int main\n")
	s.write("src/main/asm.S", "nop\n")
	s.write("src/main/x.cc", "int\n")
	s.write("build/conftest.c", "int\n")
	main := s.path("src/main/main.c")
	tests := []struct {
		name   string
		args   []string
		reason string // "" for what is no compilation at all
	}{
		{"stdin", []string{"-c", "-xc", "-", "-o", "x.o"}, "stdin"},
		{"several", []string{"-c", main, main}, "several sources"},
		{"preprocess", []string{"-E", main}, ""},
		{"assembly", []string{"-S", main}, "-S"},
		{"dependencies", []string{"-M", main}, ""},
		{"assembler", []string{"-c", s.path("src/main/asm.S"), "-o", "x.o"}, "not a C source"},
		{"C++", []string{"-c", s.path("src/main/x.cc"), "-o", "x.o"}, "not a C source"},
		{"unknown option", []string{"-c", main, "-o", "x.o", "-frobnicate", "-emit-everything"}, "-emit-everything"},
		{"split debug", []string{"-c", main, "-o", "x.o", "-gsplit-dwarf"}, "-gsplit-dwarf"},
		{"preprocessor option", []string{"-c", main, "-o", "x.o", "-Wp,-MD,x"}, "-Wp,"},
		{"frontend option", []string{"-c", main, "-o", "x.o", "-Xclang", "-load"}, "-load"},
		{"to the null device", []string{"-c", main, "-o", "/dev/null"}, "not a plain file"},
		{"conftest", []string{"-c", "conftest.c"}, ""},
		{"link", []string{"x.o", "-o", "prog"}, ""},
		{"version", []string{"--version"}, ""},
		{"version of configure", []string{"-V"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.remove("stats")
			s.remove("fake.log")
			for i := range 2 {
				if r := s.run(tt.args...); r.code != 0 {
					t.Fatalf("%+v", r)
				}
				if s.compilations() != i+1 {
					t.Fatalf("%d runs of the compiler", s.compilations())
				}
			}
			lines, err := readLines[statsLine](s.cfg.Stats)
			if tt.reason == "" {
				if err == nil {
					t.Errorf("counted: %v", lines)
				}
				return
			}
			if err != nil || len(lines) != 2 || lines[0].Outcome != uncacheable || !strings.Contains(lines[0].Reason, tt.reason) {
				t.Errorf("%+v, %v; want reason %q", lines, err, tt.reason)
			}
		})
	}
	if fi, err := os.Stat("/dev/null"); err != nil || fi.Mode().IsRegular() {
		t.Fatal("/dev/null was replaced")
	}
}

func TestExitCodes(t *testing.T) {
	s := phpSite(t)
	tests := []struct {
		name   string
		set    func(c *Config)
		config string // env, if not the default
		code   int
		stderr string
	}{
		{name: "no clang", set: func(c *Config) { c.Clang = s.path("none") }, code: 3, stderr: "start clang"},
		{name: "no config", config: s.path("none"), code: 2, stderr: "no such file"},
		{name: "config not set", config: "", code: 2, stderr: "WLR_CC_CONFIG is not set"},
		{name: "config is not JSON", config: s.path("src/inc/php.h"), code: 2, stderr: "php.h: read the compiler launcher's configuration"},
		{name: "output directory missing", code: 6, stderr: "write the object", set: func(c *Config) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := s.cfg
			defer func() { s.cfg = c; s.configure(); s.env = nil }()
			if tt.set != nil {
				tt.set(&s.cfg)
				s.configure()
			} else {
				s.env = []string{EnvConfig + "=" + tt.config}
			}
			r := s.run(s.args("-o", "none/main.o")...)
			if r.code != tt.code || !strings.Contains(r.stderr, tt.stderr) {
				t.Errorf("%+v, want %d and %q", r, tt.code, tt.stderr)
			}
		})
	}
}

func TestRecord(t *testing.T) {
	s := phpSite(t)
	s.cfg.Flags = []string{"--target=wasm32-wasip1"}
	s.configure()
	s.want(miss, "", s.args()...)
	s.want(hit, "", s.args()...)
	s.want(miss, "", s.args("-DX", "-o", s.path("build/abs.o"))...)
	cmds, err := ReadRecord(s.cfg.Record)
	if err != nil || len(cmds) != 2 {
		t.Fatalf("%+v, %v", cmds, err)
	}
	c := cmds[0]
	if got, want := strings.Join(c.Argv[1:], " "), "--target=wasm32-wasip1 -I/php/none -I/php/inc -O2 -c /php/main/main.c -o main.o"; got != want {
		t.Errorf("argv %q, want %q", got, want)
	}
	if c.Dir != "/build" || c.File != "/php/main/main.c" || c.Output != "main.o" || cmds[1].Output != "/build/abs.o" {
		t.Errorf("%+v", cmds)
	}
}

func TestDebug(t *testing.T) {
	s := phpSite(t)
	s.env = []string{EnvDebug + "=1"}
	for _, want := range []string{"wlr-cc: miss /php/main/main.c: not seen before\n", "wlr-cc: hit /php/main/main.c\n"} {
		if r := s.run(s.args()...); r.stderr != want {
			t.Errorf("stderr %q, want %q", r.stderr, want)
		}
	}
}

func TestLinkFlags(t *testing.T) {
	s := phpSite(t)
	s.cfg.Flags, s.cfg.LinkFlags = []string{"-DX"}, []string{"-lshim"}
	s.configure()
	for args, want := range map[string]string{
		"x.o -o x":            `["-DX" "x.o" "-o" "x" "-lshim"]`,
		"conftest.c -o x -lm": `["-DX" "conftest.c" "-o" "x" "-lm" "-lshim"]`,
		"--version":           `["-DX" "--version"]`,
		"-E conftest.c":       `["-DX" "-E" "conftest.c"]`,
	} {
		if r := s.run(strings.Fields(args)...); r.code != 0 || !strings.Contains(r.stdout, want) {
			t.Errorf("%s: %+v, want %s", args, r, want)
		}
	}
	s.want(miss, "", s.args()...)
	if log := s.read("fake.log"); strings.HasSuffix(log, "-lshim\"]\n") {
		t.Errorf("a compilation got the flags of a link: %s", log)
	}
}

func TestLinkRecord(t *testing.T) {
	s := phpSite(t)
	s.cfg.Flags = []string{"--target=wasm32-wasip1"}
	s.cfg.Link = LinkRecord
	s.configure()
	r := s.run("main/main.o", s.path("build/ext/x.o"), "-Lext/php", "-L"+s.path("build/lib"), "-Wl,"+s.path("src")+",-z", "-lm", "-o", "php")
	if r != (result{}) {
		t.Fatalf("%+v", r)
	}
	if fi, err := os.Stat(s.path("build/php")); err != nil || fi.Mode()&0o100 == 0 {
		t.Errorf("not executable: %v, %v", fi, err)
	}
	l, err := ReadLink(s.path("build/php"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(l.Argv, " "), "main/main.o /build/ext/x.o -Lext/php -L/build/lib -Wl,/php,-z -lm -o php"; got != want || l.Cwd != "/build" {
		t.Errorf("%+v, want %q", l, want)
	}
	cwd, argv := l.Local(PrefixMaps{"/elsewhere/b": "/build", "/elsewhere/s": "/php"})
	if got, want := strings.Join(argv, " "), "main/main.o /elsewhere/b/ext/x.o -Lext/php -L/elsewhere/b/lib -Wl,/elsewhere/s,-z -lm -o php"; got != want || cwd != "/elsewhere/b" {
		t.Errorf("%q in %s, want %q", got, cwd, want)
	}
	if s.compilations() != 0 {
		t.Error("clang ran")
	}

	if r := s.run("@objects", "-o", "php2"); r.code != 6 || !strings.Contains(r.stderr, "response file") || s.exists("build/php2") {
		t.Errorf("%+v", r)
	}
	if r := s.run("x.o", "-o", "/dev/null"); r.code != 6 {
		t.Errorf("%+v", r)
	}
	// configure asks whether it links: that needs a true answer.
	if r := s.run("conftest.c", "-o", "conftest"); r.code != 0 || s.read("build/conftest") != "linked" {
		t.Errorf("%+v", r)
	}
	if r := s.run("-print-prog-name=ld"); r.code != 0 || !strings.Contains(r.stdout, "ran") {
		t.Errorf("%+v", r)
	}
	if _, err := ReadLink(s.path("src/inc/php.h")); err == nil {
		t.Error("a header was read as a link")
	}
}
