package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/bench"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/engines"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/oracle"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/verify/engine"
)

// TestEndToEnd builds every recipe for every runtime it names, as a user does,
// and runs what comes out on every engine of that runtime: what it prints must
// be what native PHP prints, built from the same source with the same options.
func TestEndToEnd(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := cache.DefaultDir()
	if err != nil {
		t.Fatal(err)
	}
	store, err := cache.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	only := os.Getenv("WLR_E2E_RECIPE")
	for _, r := range set.Recipes {
		if only != "" && only != r.Name {
			continue
		}
		t.Run(r.Name, func(t *testing.T) { endToEnd(t, store, set, r) })
	}
}

func endToEnd(t *testing.T, store *cache.Store, set *recipe.Set, r *recipe.Recipe) {
	dist := t.TempDir()
	args := []string{"build", r.Name, "--out", dist, "--progress", "quiet"}
	for _, name := range r.Runtimes {
		args = append(args, "--runtime", name)
	}
	var stderr bytes.Buffer
	start := time.Now()
	if code := cli.Main(args, nil, os.Stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
		t.Fatalf("wlrbuild %s: exit %d\n%s", strings.Join(args, " "), code, stderr.String())
	}
	t.Logf("built %s in %v", r.Name, time.Since(start).Round(time.Second))
	release := builtRelease(t, store, set, dist, r)

	start = time.Now()
	state := pipeline.NewState("native "+r.Name, store, nil)
	native, err := oracle.Build(t.Context(), state, oracle.Options{Recipe: r, Release: release})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("built native %s in %v", r.Name, time.Since(start).Round(time.Second))

	cases := cases(t, store, release)
	for i := range cases {
		cases[i].want = cases[i].native(t, native)
	}
	for _, name := range r.Runtimes {
		rt, err := set.Runtime(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range targets(rt, r.Name) {
			if target.engine.Host != "" {
				continue // TestServers runs PHP there, for what it has besides
			}
			t.Run(name+"/"+target.name(), func(t *testing.T) {
				module := func(artifact string) string {
					return filepath.Join(dist, fmt.Sprintf("%s-%s-%s.wasm", artifact, release.Version, name))
				}
				target.run(t, store, module, slices.DeleteFunc(slices.Clone(cases), func(c runCase) bool {
					return c.setjmp != "" && c.setjmp != rt.Setjmp
				}))
			})
		}
	}
}

// TestConformance runs a sample of PHP's own tests through every build.
func TestConformance(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	set, err := recipe.Open("")
	if err != nil {
		t.Fatal(err)
	}
	only := os.Getenv("WLR_E2E_RECIPE")
	for _, r := range set.Recipes {
		if only != "" && only != r.Name {
			continue
		}
		for _, rt := range r.Runtimes {
			t.Run(r.Name+"/"+rt, func(t *testing.T) {
				var stdout, stderr bytes.Buffer
				args := []string{"test", r.Name, "--runtime", rt, "--sample", "--out", t.TempDir(), "--progress", "quiet"}
				if code := cli.Main(args, nil, &stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
					t.Errorf("wlrbuild %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
				}
				lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
				t.Log(lines[max(0, len(lines)-3):])
			})
		}
	}
}

// TestBench compares the build of one recipe with the native one. How fast it is
// depends on the machine; that it is many times slower than it should be is
// noticed.
func TestBench(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	const name, slowest = "php-8.2", 15
	if only := os.Getenv("WLR_E2E_RECIPE"); only != "" && only != name {
		t.Skipf("WLR_E2E_RECIPE asks for %s alone", only)
	}
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	args := []string{"bench", name, "--runtime", "wasi", "--engine", "wasmtime", "--rounds", "1", "--out", out, "--progress", "quiet"}
	if code := cli.Main(args, nil, &stdout, &stderr, os.Environ(), build.Builder{}); code != 0 {
		t.Fatalf("wlrbuild %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
	}
	t.Logf("\n%s", stdout.String())
	data, err := os.ReadFile(filepath.Join(out, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report bench.Report
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Rows) != 2 || report.Rows[0].On != "native" || len(report.Rows[1].Results) != 4 {
		t.Fatalf("%+v", report)
	}
	if r := report.Rows[1].Results[0]; r.CPURatio <= 1 || r.CPURatio > slowest {
		t.Errorf("%s takes %.1f times the native program's CPU time for %s", report.Rows[1].On, r.CPURatio, report.Workloads[0])
	}
	for _, row := range report.Rows {
		for i, r := range row.Results {
			// What takes no longer can be over before it is looked at.
			if r.WallSeconds > 0.02 && (r.PeakMemory < 1<<20 || r.PeakMemory > 1<<30) {
				t.Errorf("%s takes %d bytes of memory for %s", row.On, r.PeakMemory, report.Workloads[i])
			}
		}
	}
	for _, file := range []string{"bench.md", "bench.svg"} {
		if _, err := os.Stat(filepath.Join(out, file)); err != nil {
			t.Error(err)
		}
	}
}

// builtRelease is the release that was built, from the build's own metadata.
func builtRelease(t testing.TB, store *cache.Store, set *recipe.Set, dist string, r *recipe.Recipe) *source.Release {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dist, "metadata.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Builds []struct {
			Recipe string
			Source *source.Release
		}
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Builds) != len(r.Runtimes) || m.Builds[0].Recipe != r.Name {
		t.Fatalf("metadata.json tells of %d builds, want %d of %s", len(m.Builds), len(r.Runtimes), r.Name)
	}
	resolver := source.Resolver{Store: store, Recipes: set.FS}
	rel, err := resolver.Resolve(t.Context(), source.Request{Recipe: r, Version: m.Builds[0].Source.Version})
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

// target is an engine to run on.
type target struct {
	engine  *recipe.Engine
	version string
	aot     bool
	// moving says that the suite it is fetched from has what it has today.
	moving bool
}

func (g target) name() string {
	name := g.engine.Name
	if g.version != "" {
		name += "@" + g.version
	}
	if g.aot {
		name += "-aot"
	}
	return name
}

// targets are the engines of a runtime; those with releases of their own, in
// each release. What the first engine runs is compiled ahead of time if it can
// be: that takes minutes, and shows nothing new for another runtime. On another
// release than the first it is done for one recipe, or for all with WLR_AOT=all.
func targets(rt *recipe.Runtime, recipeName string) (list []target) {
	all := recipeName == servingRecipe || os.Getenv("WLR_AOT") == "all"
	for i := range rt.Engines {
		e := &rt.Engines[i]
		if len(e.Releases) == 0 {
			list = append(list, target{engine: e})
		}
		for j, rel := range e.Releases {
			// "0.14.0" → "0.14": whichever of them the suite has.
			version := rel.Since[:strings.LastIndex(rel.Since, ".")]
			list = append(list, target{engine: e, version: version, aot: i == 0 && rel.Compile != nil && (j == 0 || all), moving: rel.Fetch != nil && rel.Fetch.Suite == "sid"})
		}
	}
	return list
}

func (g target) run(t *testing.T, store *cache.Store, module func(artifact string) string, cases []runCase) {
	if g.moving {
		if _, err := engines.Find(t.Context(), store, g.engine, g.version, os.Getenv, nil); err != nil {
			t.Skipf("NOT TESTED: Debian's unstable suite has moved on: %v", err)
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.long && len(g.engine.Releases) > 0 && !g.aot {
				t.Skip("NOT RUN: interpreted, it takes minutes; runtime wasmedge runs it compiled")
			}
			// A short run is not worth minutes of compilation for what the other
			// artifact has shown.
			aot := g.aot && (c.artifact != "php-cgi" || !c.quick)
			eng, path, err := engines.Open(t.Context(), store, engines.Options{
				Engine: g.engine, Version: g.version, Module: module(c.artifact), AOT: aot, Getenv: os.Getenv,
			})
			if err != nil {
				t.Fatal(err)
			}
			got := c.on(t, eng, path)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("differs from native (-native +%s):\n%s", eng.Name(), diff)
			}
		})
	}
}

// runCase is a run that native PHP and an artifact make alike.
type runCase struct {
	name     string
	artifact string
	args     []string // "{dir}" stands for a fresh directory
	env      []string
	stdin    string
	files    map[string]string // made in the fresh directory before
	quick    bool              // too short to be worth compiling for
	long     bool              // too long to be interpreted
	setjmp   string            // the mode that a runtime has to have; "" for any
	// same makes equal what may differ.
	same func(string) string
	want outcome
}

// outcome is what a run came to.
type outcome struct {
	Stdout string
	Stderr string
	Exit   int
}

func cases(t *testing.T, store *cache.Store, rel *source.Release) []runCase {
	page, err := filepath.Abs("testdata/php/extensions.php")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	bench, err := os.ReadFile(filepath.Join(rel.Dir, "Zend/bench.php"))
	if err != nil {
		t.Fatal(err)
	}
	cli := func(name, code string, more ...string) runCase {
		return runCase{name: name, artifact: "php", args: append([]string{"-n", "-r", code}, more...)}
	}
	script := func(name, code string) runCase {
		return runCase{name: name, artifact: "php", args: []string{"-n", "{dir}/t.php"}, files: map[string]string{"t.php": code}}
	}
	cgi := func(name, code string, env ...string) runCase {
		return runCase{
			name: name, artifact: "php-cgi", args: []string{"-n"}, quick: true,
			files: map[string]string{"t.php": code},
			env:   append([]string{"GATEWAY_INTERFACE=CGI/1.1", "REDIRECT_STATUS=200", "REQUEST_METHOD=GET", "SCRIPT_FILENAME={dir}/t.php"}, env...),
		}
	}
	post := cgi("cgi_post", `<?php header("X-Kind: $_POST[kind]"); http_response_code(201); var_dump($_POST, $_FILES["f"]["size"], file_get_contents($_FILES["f"]["tmp_name"]));`,
		"REQUEST_METHOD=POST", "CONTENT_TYPE=multipart/form-data; boundary=X", "CONTENT_LENGTH=150")
	post.stdin = "--X\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nform\r\n--X\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\nuploaded bytes\r\n--X--\r\n"
	post.env[len(post.env)-1] = fmt.Sprintf("CONTENT_LENGTH=%d", len(post.stdin))
	memory := script("memory_limit", `<?php ini_set("memory_limit", "8M"); register_shutdown_function(function () { echo "shutdown\n"; }); echo "start\n"; $a = []; while (true) { $a[] = str_repeat("x", 1000); }`)
	// How much the last allocation wanted depends on the size of pointers.
	memory.same = func(s string) string { return triedToAllocate.ReplaceAllString(s, "") }
	bailouts, err := os.ReadFile("testdata/php/bailouts.php")
	if err != nil {
		t.Fatal(err)
	}
	survives := runCase{
		// The same process goes on after every way to end a request early.
		name: "bailouts", artifact: "php-cgi", args: []string{"-q", "-n", "-T", "42", "{dir}/t.php"}, quick: true,
		files: map[string]string{"t.php": string(bailouts), "broken.php": "<?php if ("},
		same:  func(s string) string { return elapsed.ReplaceAllString(memory.same(s), "") },
	}
	list := []runCase{survives,
		{
			name: "extensions", artifact: "php", args: []string{"-n", "{dir}/t.php", "{dir}/work"},
			files: map[string]string{"t.php": string(source), "work/": ""},
		},
		{
			name: "bench", artifact: "php", args: []string{"-n", "{dir}/t.php"}, long: true,
			// The benchmark throws its results away; here they are compared.
			files: map[string]string{"t.php": strings.ReplaceAll(string(bench), "ob_end_clean();", `$r = ob_get_clean(); fwrite(STDERR, md5($r) . " " . strlen($r) . "\n");`)},
			same:  func(s string) string { return benchTime.ReplaceAllString(s, "TIME") },
		},
		cli("values", `var_dump(PHP_INT_SIZE, PHP_VERSION, PHP_SAPI, random_int(1, PHP_INT_MAX) > 0, $argc, $argv);`, "--", "a b", "-x"),
		{name: "stdin_script", artifact: "php", args: []string{"-n"}, stdin: "<?php echo strtoupper('from stdin'), PHP_EOL;"},
		{name: "stdin_data", artifact: "php", args: []string{"-n", "-r", `echo strrev(trim(fgets(STDIN))), "\n"; $a = fopen("php://stdin", "r"); echo fgets($a); fclose($a); echo fgets(STDIN); fclose(STDIN); fwrite(STDERR, "err\n"); file_put_contents("php://stderr", "err2\n");`}, stdin: "one\ntwo\nthree\n"},
		{name: "lint", artifact: "php", args: []string{"-n", "-l", "{dir}/t.php"}, files: map[string]string{"t.php": "<?php\nfunction (\n"}},
		{name: "modules", artifact: "php", args: []string{"-n", "-m"}},
		{name: "ini_file", artifact: "php", args: []string{"-c", "{dir}/php.ini", "-d", "memory_limit=64M", "-r", `var_dump(ini_get("precision"), ini_get("memory_limit"), php_ini_loaded_file() !== false);`}, files: map[string]string{"php.ini": "precision=5\n"}},
		{name: "missing_file", artifact: "php", args: []string{"-n", "{dir}/none.php"}},
		script("fatal", `<?php ob_start(); echo "buffered\n"; register_shutdown_function(function () { echo "shutdown\n"; }); no_such_function();`),
		script("uncaught", `<?php header("X-A: b"); echo "before\n"; throw new RuntimeException("thrown");`),
		script("parse_error_in_include", `<?php register_shutdown_function(function () { echo "shutdown\n"; }); file_put_contents(__DIR__ . "/b.php", "<?php if ("); try { include __DIR__ . "/b.php"; } catch (ParseError $e) { echo $e->getMessage(), "\n"; } echo "after\n";`),
		memory,
		script("exit_status", `<?php register_shutdown_function(function () { echo "shutdown\n"; }); class D { function __destruct() { echo "destroyed\n"; } } $d = new D; ob_start(); echo "out\n"; exit(7);`),
		script("exit_message", `<?php function f() { exit("bye\n"); } ob_start(); f();`),
		script("exit_255", `<?php exit(255);`),
		script("resource_goes", `<?php $f = fopen(__FILE__, "r"); echo fgets($f, 6), "\n"; $f = null; $d = opendir(__DIR__); $d = null; echo implode(" ", get_loaded_extensions(true)), "ok\n";`),
		script("deep_recursion", `<?php function f($n) { return $n ? 1 + f($n - 1) : 0; } echo f(50000), "\n"; $a = []; for ($i = 0; $i < 2000; $i++) { $a = [$a]; } echo strlen(serialize($a)), " ", strlen(json_encode($a, 0, 5000)), "\n"; echo array_sum(array_map(function ($x) { return array_sum(array_map(function ($y) { return $y; }, [$x])); }, range(1, 100))), "\n";`),
		// PHP 8.4 has a limit that comes before the end of any stack; older ones end there, natively too.
		script("endless_recursion", `<?php if (ini_get("zend.max_allowed_stack_size") === false) exit("none\n"); class R { function __toString() { return "a" . new R; } } function r($x) { return array_map("r", [$x]); }
foreach ([fn () => (string) new R, fn () => r(1), fn () => json_encode(unserialize(str_repeat("a:1:{i:0;", 2000) . "i:1;" . str_repeat("}", 2000), ["max_depth" => 0]), 0, 10000)] as $f) { try { echo strlen($f()), "\n"; } catch (Error $e) { echo preg_replace("/[0-9]+/", "N", $e->getMessage()), "\n"; } }`),
		script("memory", `<?php for ($i = 0; $i < 40; $i++) { $a = range(1, 200000); $s = str_repeat("x", 5000000); unset($a); $s = substr($s, 0, 3000000); } gc_collect_cycles(); echo gc_mem_caches() >= 0 ? "ok" : "", " ", memory_get_usage() < 8000000 ? "small" : "big", "\n";`),
		cgi("cgi_get", `<?php header("X-Test: 1"); setcookie("c", "v"); header("Content-Type: text/plain; charset=utf-8"); echo "$_GET[q] $_COOKIE[k] $_SERVER[HTTP_X_Y]\n";`, "QUERY_STRING=q=a%20b", "HTTP_COOKIE=k=1", "HTTP_X_Y=z"),
		cgi("cgi_exit_after_header", `<?php header("Location: /there", true, 302); exit;`),
		cgi("cgi_fatal", `<?php ini_set("display_errors", "1"); echo "partial\n"; nothing();`),
		cgi("cgi_no_file", `<?php`, "SCRIPT_FILENAME={dir}/none.php"),
		post,
		script("time_limit", `<?php register_shutdown_function(function () { echo "shutdown\n"; }); ob_start(); echo "start\n"; set_time_limit(1); array_map(function () { while (true); }, [1]);`),
		script("fatal_in_callbacks", `<?php class D { function __destruct() { $a = [2, 1]; usort($a, function ($x, $y) { ob_start(function ($b) { nothing(); }); echo "lost"; ob_end_flush(); }); } } register_shutdown_function(function () { echo "shutdown\n"; new D; echo "not here\n"; }); echo "start\n"; new D;`),
		script("exit_in_callbacks", `<?php function g() { try { yield 1; yield array_map(function ($x) { exit("in a callback\n"); }, [1]); } finally { echo "finally is not run by exit\n"; } } class D { function __destruct() { echo "destroyed\n"; exit(3); } } $d = new D; register_shutdown_function(function () { echo "shutdown\n"; exit(4); }); foreach (g() as $v) echo $v, "\n";`),
	}
	// What zend_catch does after a bailout out of a session's handler.
	for _, handler := range []string{"open", "close"} {
		list = append(list, script("session_"+handler+"_fatal", `<?php ob_start(); register_shutdown_function(function () { echo "shutdown\n"; });
class H implements SessionHandlerInterface {
	private function at($where) { if ($where === "`+handler+`") { echo "$where\n"; trigger_error($where, E_USER_ERROR); } return true; }
	#[ReturnTypeWillChange] function open($path, $name) { return $this->at("open"); }
	#[ReturnTypeWillChange] function close() { return $this->at("close"); }
	#[ReturnTypeWillChange] function read($id) { return ""; }
	#[ReturnTypeWillChange] function write($id, $data) { return true; }
	#[ReturnTypeWillChange] function destroy($id) { return true; }
	#[ReturnTypeWillChange] function gc($time) { return 0; }
}
session_set_save_handler(new H, false); session_id("x"); session_start(); $_SESSION["a"] = 1; session_write_close(); echo "not here\n";`))
	}
	if !strings.HasPrefix(rel.Version, "7.") {
		fibers, err := os.ReadFile("testdata/php/fibers.php")
		if err != nil {
			t.Fatal(err)
		}
		c := script("fibers", string(fibers))
		c.setjmp = "resumable"
		list = append(list, c)
	}
	return list
}

// elapsed is what php-cgi -T writes on standard error.
var elapsed = regexp.MustCompile(`\s*Elapsed time: .* sec\s*`)

var triedToAllocate = regexp.MustCompile(` \(tried to allocate [0-9]+ bytes\)`)

var benchTime = regexp.MustCompile(`[0-9]+\.[0-9]{3}`)

// prepare makes the case's fresh directory and puts its path in the arguments.
func (c runCase) prepare(t *testing.T) (dir string, args, env []string) {
	t.Helper()
	// The same path for all: PHP prints it.
	dir = filepath.Join(os.TempDir(), "wlr-e2e")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, text := range c.files {
		path := filepath.Join(dir, name)
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	fill := func(list []string) (out []string) {
		for _, s := range list {
			out = append(out, strings.ReplaceAll(s, "{dir}", dir))
		}
		return out
	}
	return dir, fill(c.args), fill(append(c.env, "TMPDIR={dir}"))
}

func (c runCase) outcome(stdout, stderr string, exit int) outcome {
	same := c.same
	if same == nil {
		same = func(s string) string { return s }
	}
	return outcome{same(stdout), same(stderr), exit}
}

func (c runCase) native(t *testing.T, n *oracle.Native) outcome {
	t.Helper()
	_, args, env := c.prepare(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, n.Program(c.artifact), args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = strings.NewReader(c.stdin), &stdout, &stderr, env
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.outcome(stdout.String(), stderr.String(), cmd.ProcessState.ExitCode())
}

func (c runCase) on(t *testing.T, eng engine.Engine, module string) outcome {
	t.Helper()
	dir, args, env := c.prepare(t)
	var stdout, stderr bytes.Buffer
	result, err := eng.Run(t.Context(), engine.Config{
		Module: module, Args: append([]string{c.artifact}, args...), Env: env,
		Dirs:  []engine.Dir{{Host: dir, Guest: dir}},
		Stdin: strings.NewReader(c.stdin), Stdout: &stdout, Stderr: &stderr,
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Trap != nil {
		t.Errorf("%v", result.Trap)
	}
	return c.outcome(stdout.String(), stderr.String(), result.ExitCode)
}
