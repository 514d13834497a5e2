package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/verify/engine"
	"github.com/wlrbuild/wlrbuild/verify/engine/sockets"
)

// TestServers runs PHP's two servers, its streams and its MySQL clients as
// people use them, on WasmEdge and natively: what is true of one must be true of
// the other. nginx, spawn-fcgi and MariaDB are real ones. Everything listens on
// the loopback interface, and ends with the test.
//
// It tests one recipe, or the one that WLR_SERVERS names, or all of them:
//
//	WLR_E2E=1 WLR_SERVERS=all go test -run TestServers -timeout 60m ./cmd/wlrbuild
func TestServers(t *testing.T) {
	needsE2E(t)
	for _, name := range servingRecipes(t) {
		t.Run(name, func(t *testing.T) {
			for _, p := range servingPHPs(t, name) {
				t.Run(p.name, func(t *testing.T) {
					if p.err != nil {
						t.Skipf("NOT TESTED: %v", p.err)
					}
					t.Run("development_server", p.developmentServer)
					t.Run("fastcgi", p.fastCGI)
					t.Run("streams", p.streams)
					t.Run("mysql", p.mysql)
					t.Run("load", p.load)
				})
			}
		})
	}
}

func needsE2E(tb testing.TB) {
	tb.Helper()
	if os.Getenv("WLR_E2E") != "1" {
		tb.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
}

// servingRecipe is the one whose artifacts serve if WLR_SERVERS names no other.
const servingRecipe = "php-8.2"

// servingRecipes are those whose artifacts serve.
func servingRecipes(tb testing.TB) []string {
	tb.Helper()
	switch name := os.Getenv("WLR_SERVERS"); name {
	case "":
		return []string{servingRecipe}
	case "all":
		set, err := recipe.Open("")
		if err != nil {
			tb.Fatal(err)
		}
		var all []string
		for _, r := range set.Recipes {
			all = append(all, r.Name)
		}
		return all
	default:
		return []string{name}
	}
}

// servingPHP is a PHP that can be started as any program.
type servingPHP struct {
	name     string
	recipe   string
	root     string            // a directory with one path for all; each server has its own below
	programs map[string]string // by artifact
	native   *servingPHP       // nil if it is that itself
	compiled bool              // the CLI is
	err      error             // why it is not there
}

// servingPHPs are a native one, one for each release of WasmEdge and one for what
// stands in for it: the first of these with the CLI compiled ahead of time, as
// TestEndToEnd has left it in the cache; the next is interpreted, which is slow in
// nothing that is tested here.
func servingPHPs(tb testing.TB, name string) []*servingPHP {
	tb.Helper()
	set, err := recipe.Open("")
	if err != nil {
		tb.Fatal(err)
	}
	r, _, err := set.Find(name)
	if err != nil {
		tb.Fatal(err)
	}
	rt, err := set.Runtime("wasmedge")
	if err != nil {
		tb.Fatal(err)
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		tb.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	dist := tb.TempDir()
	args := []string{"build", r.Name, "--runtime", rt.Name, "--out", dist, "--progress", "quiet"}
	var stderr bytes.Buffer
	if code := cli.Main(args, nil, os.Stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
		tb.Fatalf("wlrbuild %s: exit %d\n%s", strings.Join(args, " "), code, stderr.String())
	}
	one := *r
	one.Runtimes = []string{rt.Name}
	release := builtRelease(tb, store, set, dist, &one)
	native, err := oracle.Build(tb.Context(), pipeline.NewState("native "+r.Name, store, nil), oracle.Options{Recipe: r, Release: release})
	if err != nil {
		tb.Fatal(err)
	}
	// Not tb.TempDir: its path is too long for the address of a socket.
	root, err := os.MkdirTemp("", "wlr")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(root) })

	oracle := &servingPHP{name: "native", recipe: r.Name, root: root, programs: map[string]string{}}
	for _, a := range []string{"php", "php-cgi"} {
		oracle.programs[a] = native.Program(a)
	}
	list := []*servingPHP{oracle}
	for i, g := range targets(rt, r.Name) {
		p := &servingPHP{name: strings.TrimSuffix(g.engine.Name+"@"+g.version, "@"), recipe: r.Name, root: root, programs: map[string]string{}, native: oracle, compiled: i == 0 && served("php")}
		for _, a := range []string{"php", "php-cgi"} {
			launch, err := engines.Prepare(tb.Context(), store, engines.Options{
				Engine: g.engine, Version: g.version, Getenv: os.Getenv, AOT: i == 0 && served(a),
				Module: filepath.Join(dist, fmt.Sprintf("%s-%s-%s.wasm", a, release.Version, rt.Name)),
			})
			if err != nil && g.moving {
				p.err = fmt.Errorf("Debian's unstable suite has moved on: %w", err)
				break
			} else if err != nil {
				tb.Fatal(err)
			}
			bin := tb.TempDir()
			var network sockets.Policy
			if g.engine.Kind == "embedded" {
				network = sockets.Policy{Listen: everywhere, Connect: everywhere, Resolve: true}
			}
			p.programs[a], err = guest.Install(bin, a, &guest.Spec{
				Launch: *launch, Network: network, Dirs: []engine.Dir{{Host: root, Guest: root}, {Host: root, Guest: "/tmp"}},
			})
			if err != nil {
				tb.Fatal(err)
			}
		}
		list = append(list, p)
	}
	return list
}

// everywhere is all addresses that there are.
var everywhere = []string{"*", "unix:*"}

// served says whether an artifact is compiled ahead of time, which takes minutes.
// WLR_SERVED asks for another choice: "compiled" or "interpreted".
func served(artifact string) bool {
	switch os.Getenv("WLR_SERVED") {
	case "compiled":
		return true
	case "interpreted":
		return false
	default:
		return artifact == "php"
	}
}

// server is a PHP that runs, with what it has started.
type server struct {
	tb     testing.TB
	dir    string // its own; its processes have it among their arguments
	output *lockedBuffer
	ended  chan error
}

// start starts an artifact; stdin may be a listening socket.
func (p *servingPHP) start(tb testing.TB, artifact string, env []string, stdin *os.File, args ...string) *server {
	tb.Helper()
	s := p.newServer(tb)
	cmd := exec.Command(p.programs[artifact], append(s.args(), args...)...)
	if stdin != nil {
		cmd.Stdin = stdin
	}
	s.run(cmd, env)
	return s
}

func (p *servingPHP) newServer(tb testing.TB) *server {
	tb.Helper()
	dir, err := os.MkdirTemp(p.root, "s")
	if err != nil {
		tb.Fatal(err)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	return &server{tb: tb, dir: dir, output: new(lockedBuffer), ended: make(chan error, 1)}
}

// args are those of every PHP.
func (s *server) args() []string {
	return []string{"-n", "-d", "include_path=" + s.dir, "-d", "upload_max_filesize=64M", "-d", "post_max_size=64M", "-d", "memory_limit=512M"}
}

func (s *server) run(cmd *exec.Cmd, env []string) {
	s.tb.Helper()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + s.dir}, env...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, s.output, s.output
	if err := cmd.Start(); err != nil {
		s.tb.Fatal(err)
	}
	go func() { s.ended <- cmd.Wait() }()
	s.tb.Cleanup(func() {
		s.stop()
		if s.tb.Failed() {
			s.tb.Logf("output of the server:\n%s", s.output)
		}
	})
}

// processes are the server's, itself and what it has started.
func (s *server) processes() (pids []int) {
	entries, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, e := range entries {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(e)))
		if line, err := os.ReadFile(e); err == nil && bytes.Contains(line, []byte("include_path="+s.dir+"\x00")) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stop kills the server and waits until it is gone, with what it listened on.
func (s *server) stop() {
	pids := s.processes()
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	for deadline := time.Now().Add(time.Minute); len(pids) > 0 && time.Now().Before(deadline); {
		if pids = slices.DeleteFunc(pids, gone); len(pids) > 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// gone says whether a process has ended: it is not there, or a zombie without other
// threads, which has nothing open any more.
func gone(pid int) bool {
	dir := fmt.Sprintf("/proc/%d", pid)
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	_, state, ok := bytes.Cut(stat, []byte(") "))
	if err != nil || !ok {
		return true
	}
	threads, err := os.ReadDir(filepath.Join(dir, "task"))
	return err != nil || bytes.HasPrefix(state, []byte("Z")) && len(threads) == 1
}

// descriptors are how many the server's processes have open, by process.
func (s *server) descriptors() map[int]int {
	counts := map[int]int{}
	for _, pid := range s.processes() {
		if open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); err == nil {
			counts[pid] = len(open)
		}
	}
	return counts
}

// started waits for a text in the server's output and returns what its
// parentheses match.
func (s *server) started(pattern string) string {
	s.tb.Helper()
	re := regexp.MustCompile(pattern)
	var m []string
	eventually(s.tb, "the server says "+pattern, func() error {
		if m = re.FindStringSubmatch(s.output.String()); m == nil {
			return fmt.Errorf("it said:\n%s", s.output)
		}
		return nil
	})
	return m[len(m)-1]
}

// eventually waits until something is so.
func eventually(tb testing.TB, what string, so func() error) {
	tb.Helper()
	var err error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err = so(); err == nil {
			return
		}
	}
	tb.Fatalf("it did not come to this in a minute: %s: %v", what, err)
}

// listens waits until somebody listens at an address.
func listens(tb testing.TB, network, addr string) {
	tb.Helper()
	eventually(tb, "something listens on "+addr, func() error {
		c, err := net.Dial(network, addr)
		if err == nil {
			err = c.Close()
		}
		return err
	})
}

// address is where a development server is to listen on a host: port 0, but for PHP
// 7.4, which takes that for a mistake.
func (p *servingPHP) address(tb testing.TB, host string) string {
	tb.Helper()
	if p.recipe == "php-7.4" {
		return fmt.Sprintf("%s:%d", host, freePort(tb))
	}
	return host + ":0"
}

// freePort is a port on which nobody listens at the moment.
func freePort(tb testing.TB) int {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// program is a program of this machine that the test needs.
func program(tb testing.TB, name string) string {
	tb.Helper()
	for _, dir := range []string{"", "/usr/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	tb.Fatalf("there is no program %s: `wlrbuild doctor --fix --for tests` installs it", name)
	return ""
}

// daemon starts a program of this machine, which ends with the test.
func daemon(tb testing.TB, argv ...string) *lockedBuffer {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	output := new(lockedBuffer)
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Start(); err != nil {
		cancel()
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		cancel()
		if err := cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			tb.Logf("%s: %v\n%s", argv[0], err, output)
		}
	})
	return output
}

// lockedBuffer is written by a process while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// pages are what each server has to serve.
var pages = map[string]string{
	"index.php": `<?php
header('Content-Type: text/plain');
header('X-Method: ' . $_SERVER['REQUEST_METHOD']);
echo $_SERVER['REMOTE_ADDR'], ' ', $_GET['q'] ?? '-', ' ', $_POST['p'] ?? '-', ' ', strlen(file_get_contents('php://input')), "\n";
foreach ($_FILES as $f) echo $f['name'], ' ', $f['size'], ' ', md5_file($f['tmp_name']), "\n";
`,
	"large.php":  `<?php for ($i = 0; $i < 64; $i++) { echo str_repeat(chr(65 + $i % 26), 65536); }`,
	"static.txt": strings.Repeat("0123456789abcde\n", 100000),
	"router.php": `<?php if ($_SERVER['REQUEST_URI'] === '/static.txt') return false; echo 'routed ', $_SERVER['REQUEST_URI'], "\n";`,
}
