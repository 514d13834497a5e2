package phptest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/build"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/guest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/phptest"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// TestMain makes this test a program that guests and the compiler of a build can
// be links to.
func TestMain(m *testing.M) {
	switch {
	case guest.Is(os.Args[0]):
		os.Exit(guest.Main(os.Args, os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	case filepath.Base(os.Args[0]) == "wlr-cc":
		os.Exit(cc.Main(os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// tests are a suite with a test for each way that a test can end.
var tests = map[string]string{
	"pass":  "--FILE--\n<?php echo 'a';\n--EXPECT--\na",
	"lines": "a title\nof two lines\n--FILE--\n<?php echo 'a';\n--EXPECT--\na",
	// Native PHP does not pass these: they do not count.
	"native-fail": "--FILE--\n<?php echo 'a';\n--EXPECT--\nb",
	"native-skip": "--SKIPIF--\nskip always\n--FILE--\n--EXPECT--",
	"differs":     "--FILE--\n<?php echo PHP_OS_FAMILY;\n--EXPECT--\nLinux",
	"explained":   "--FILE--\n<?php echo PHP_OS_FAMILY;\n--EXPECT--\nLinux",
	"stale":       "--FILE--\n<?php echo 'a';\n--EXPECT--\na",
	"skips":       "--SKIPIF--\n<?php if (PHP_OS_FAMILY !== 'Linux') die('skip not on ' . PHP_OS);\n--FILE--\n<?php echo 'a';\n--EXPECT--\na",
	"crash":       "--FILE--\n<?php if (PHP_OS_FAMILY !== 'Linux') { function f() { array_map('f', [1]); } f(); } echo 'a';\n--EXPECT--\na",
	"hang":        "--FILE--\n<?php while (PHP_OS_FAMILY !== 'Linux'); echo 'a';\n--EXPECT--\na",
	"excused":     "--FILE--\n<?php while (PHP_OS_FAMILY !== 'Linux'); echo 'a';\n--EXPECT--\na",
	"flaky":       "--FILE--\n<?php if (PHP_OS_FAMILY !== 'Linux' && !file_exists(__DIR__ . '/again')) { touch(__DIR__ . '/again'); echo 'b'; } else echo 'a';\n--EXPECT--\na",
	// The sections that have to reach the module.
	"cli": "--INI--\nprecision=5\n--ENV--\nNAME=value\n--ARGS--\none two\n--STDIN--\nin\n--FILE--\n" +
		"<?php echo ini_get('precision'), getenv('NAME'), $argv[2], stream_get_contents(STDIN);\n--EXPECT--\n5valuetwoin",
	"cgi": "--POST--\na=1\n--GET--\nb=2\n--COOKIE--\nc=3\n--FILE--\n" +
		"<?php header('X-A: b'); echo PHP_SAPI, $_POST['a'], $_GET['b'], $_COOKIE['c'];\n--EXPECTHEADERS--\nX-A: b\n--EXPECT--\ncgi-fcgi123",
	"capture":  "--FILE--\n<?php fwrite(STDERR, 'e'); echo 'o';\n--CAPTURE_STDIO--\nSTDOUT\n--EXPECT--\no",
	"external": "--FILE_EXTERNAL--\nexternal.inc\n--EXPECT--\nexternal",
	"clean":    "--FILE--\n<?php touch(__DIR__ . '/clean.tmp'); echo 'a';\n--CLEAN--\n<?php unlink(__DIR__ . '/clean.tmp');\n--EXPECT--\na",
	// Native PHP runs these scripts.
	"starts": "--SKIPIF--\n<?php if (PHP_OS_FAMILY !== 'Linux') die('skip'); ?>\n--FILE--\n<?php passthru(getenv('TEST_PHP_EXECUTABLE') . ' -nr \"echo PHP_SAPI;\"');\n--EXPECT--\ncli",
	// php-cgi would run this script again if it found it in its environment.
	"starts-cgi": "--FILE--\n<?php PHP_SAPI === 'cli' or die('again');\n" +
		"foreach (['PATH_TRANSLATED', 'SCRIPT_FILENAME', 'SERVER_SOFTWARE', 'SERVER_NAME', 'GATEWAY_INTERFACE', 'REQUEST_METHOD'] as $name) putenv($name);\n" +
		"passthru(dirname(getenv('TEST_PHP_EXECUTABLE'), 2) . '/cgi/php-cgi -nv');\n--EXPECTF--\nPHP %s (cgi-fcgi) %a",
	"starts-wasi":    "--FILE--\n<?php passthru(getenv('TEST_PHP_EXECUTABLE') . ' -nr \"echo PHP_OS;\"');\n--EXPECT--\nLinux",
	"starts-crash":   "--FILE--\n<?php passthru(getenv('TEST_PHP_EXECUTABLE') . \" -nr \\\"if (PHP_OS === 'WASI') { function f() { array_map('f', [1]); } f(); } echo 'a';\\\"\");\n--EXPECT--\na",
	"starts-nothing": "--FILE--\n<?php // TEST_PHP_EXECUTABLE\necho 'a';\n--EXPECT--\na",
	"relative":       "--FILE--\n<?php echo file_get_contents(basename(__DIR__) . '/external.inc', length: 5);\n--EXPECT--\n<?php",
}

func TestSuite(t *testing.T) {
	if os.Getenv("WLR_E2E") != "1" {
		t.Skip("SKIPPED: builds PHP from source, several minutes; set WLR_E2E=1 to run it")
	}
	o := options(t)
	// What native PHP makes of a test is kept by its name.
	h := cache.NewHasher("suite")
	h.String("tests", fmt.Sprint(tests))
	folder := "suite-" + h.Sum().Short()
	write(t, filepath.Join(o.Release.Dir, folder, "external.inc"), "<?php echo 'external';")
	for name, text := range tests {
		if !strings.Contains(text[:8], "a title") {
			text = name + "\n" + text
		}
		write(t, filepath.Join(o.Release.Dir, folder, name+".phpt"), "--TEST--\n"+text+"\n")
	}
	o.Wanted = []string{folder}
	starting := *o.Recipe.Tests
	starting.Starting = &recipe.Starting{Folders: []string{folder}, Text: "TEST_PHP_EXECUTABLE"}
	rec := *o.Recipe
	rec.Tests, o.Recipe = &starting, &rec
	o.Differences = &recipe.Differences{Groups: []recipe.Difference{
		{Why: "it is not Linux", Tests: []string{folder + "/explained.phpt", folder + "/stale.phpt", folder + "/excused.phpt"}},
		{Why: "not this runtime", Runtimes: []string{"another"}, Tests: []string{folder + "/differs.phpt"}},
		{Why: "not this engine", Engines: []string{"another", "wasmtime 1"}, Tests: []string{folder + "/differs.phpt"}},
	}}

	// It is stopped in the middle, and goes on.
	ctx, stop := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	o.Events = func(e progress.Event) {
		if strings.Contains(e.Text, "tests that native PHP passes") {
			time.AfterFunc(2*time.Second, func() { stop(stopped) })
		}
	}
	if _, err := phptest.Run(ctx, o); !errors.Is(err, stopped) {
		t.Fatalf("error %v, want %v", err, stopped)
	}
	var goesOn string
	o.Events = func(e progress.Event) {
		if strings.Contains(e.Text, "going on") {
			goesOn = e.Text
		}
	}
	r, err := phptest.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if goesOn == "" {
		t.Error("it does not say that it goes on")
	}

	got := map[string]string{}
	for _, test := range r.Tests {
		text := string(test.Outcome)
		if test.Reason != "" {
			text += ": " + test.Reason
		}
		if test.Why != "" {
			text += " (" + test.Why + ")"
		}
		if test.Stale {
			text += ", stale"
		}
		if test.Flaky {
			text += ", flaky"
		}
		got[strings.TrimSuffix(filepath.Base(test.Name), ".phpt")] = text
		if (test.Outcome == phptest.Fail && test.Reason == "") != strings.Contains(test.Diff, "- Linux") {
			t.Errorf("%s has the diff %q", test.Name, test.Diff)
		}
	}
	want := map[string]string{
		"pass": "pass", "lines": "pass", "differs": "fail", "explained": "fail (it is not Linux)",
		"stale": "pass (it is not Linux), stale", "skips": "skip: not on WASI", "crash": "crash", "hang": "hang",
		"excused": "hang (it is not Linux)", "flaky": "pass, flaky", "cli": "pass", "cgi": "pass",
		"capture": "pass", "external": "pass", "clean": "pass", "relative": "pass",
		"starts": "pass", "starts-cgi": "pass", "starts-wasi": "fail", "starts-crash": "crash",
		"starts-nothing": "fail: it passes without a run of a module",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	totals := phptest.Totals{
		Chosen: len(tests), Native: len(tests) - 2, Passed: len(tests) - 11, Explained: 1, Unexplained: 8,
		Crashed: 2, Hung: 2, Stale: 1, Flaky: 1,
	}
	if diff := cmp.Diff(totals, r.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if len(r.Loose) > 0 || !r.Failed() {
		t.Errorf("loose incidents %v, failed %t", r.Loose, r.Failed())
	}

	// The same again is the same, but for the signal in the diff of a crash, which
	// the script sees or not.
	again, err := phptest.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again, cmpopts.IgnoreFields(phptest.Report{}, "Started", "Seconds"), cmpopts.IgnoreFields(phptest.Test{}, "Seconds", "Diff")); diff != "" {
		t.Errorf("the second time:\n%s", diff)
	}
}

// options are for a build of PHP whose source tree has the script, and no tests.
func options(t *testing.T) phptest.Options {
	t.Helper()
	set, err := recipe.Open("")
	must(t, err)
	rec, _, err := set.Find("php-8.2")
	must(t, err)
	rt, err := set.Runtime("wasi")
	must(t, err)
	tools, err := set.Toolchain(rec.Toolchain)
	must(t, err)
	dir, err := cache.DefaultDir()
	must(t, err)
	store, err := cache.Open(dir)
	must(t, err)
	builds, err := build.Builder{}.Modules(t.Context(), cli.BuildOptions{
		Recipes: set, Recipe: rec, Runtimes: []*recipe.Runtime{rt}, Toolchain: tools, Jobs: 2, Store: store, Env: os.Environ(),
	})
	must(t, err)
	script, err := os.ReadFile(filepath.Join(builds[0].Release.Dir, rec.Tests.Runner))
	must(t, err)
	release := *builds[0].Release
	release.Dir = t.TempDir()
	write(t, filepath.Join(release.Dir, rec.Tests.Runner), string(script))
	builds[0].Release = &release
	i := 0
	for rt.Engines[i].Name != "wasmtime" {
		i++
	}
	return phptest.Options{
		Build: builds[0], Engine: &rt.Engines[i], Limit: 5 * time.Second, Jobs: 2, Fresh: false,
		Store: store, Getenv: os.Getenv,
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(t, os.WriteFile(path, []byte(text), 0o666))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
