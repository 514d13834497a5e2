package phptest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/mariadb"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/progress"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
)

// suite is a run of the project's own test script over a copy of the source
// tree, since tests write beside themselves. What has been done is kept in its
// directory:
//
//	tree/        the copy; there once it is complete
//	results.N    what the Nth start of the script said of each test
//	output.N     and what it printed
//	journal      every run of a module
//
// so that a suite that was interrupted goes on where it was.
type suite struct {
	dir    string
	source string // the source tree
	runner string // the script, relative to the tree
	php    string // the native program that runs the script
	cli    string // the program that runs tests
	cgi    string // the program that runs requests
	jobs   int
	limit  time.Duration // for one run of a program; the script itself allows more
	what   string        // for people: "php-8.2.32 on wasmtime 39.0.1"
	events progress.Sink
	mysql  *mariadb.Program // the server for tests that want one; nil for none
}

func (s *suite) path(name string) string { return filepath.Join(s.dir, name) }

func (s *suite) file(name string, start int) string {
	return s.path(name + "." + strconv.Itoa(start))
}

// status is what the script says of a test: PASSED, FAILED, SKIPPED, BORKED,
// XFAILED and others.
type status string

const passed, failed, skipped status = "PASSED", "FAILED", "SKIPPED"

// verdict is what is known of a test after it ran.
type verdict struct {
	status status
	reason string // of a test that was skipped
	// again means that it had failed, and this is what came of another try.
	again bool
}

// run runs the tests that have no verdict yet, and returns the verdicts of all.
func (s *suite) run(ctx context.Context, tests []string) (map[string]verdict, error) {
	if err := s.copyTree(ctx); err != nil {
		return nil, err
	}
	start, known, err := s.earlier()
	if err != nil {
		return nil, err
	}
	rest := unknown(tests, known)
	if len(rest) < len(tests) {
		s.events.Notef(stepTests, "%s: going on with %d of %d tests", s.what, len(rest), len(tests))
	}
	in := *s
	for len(rest) > 0 {
		now, err := in.start(ctx, start, rest)
		if err != nil {
			return nil, err
		}
		maps.Copy(known, now)
		missing := unknown(rest, now)
		// A worker of the script may die, of a test that prints more than it
		// can hold. Without workers there is no such limit.
		if len(missing) == len(rest) && in.jobs == 1 {
			return nil, diag.New(diag.Run, "run the tests of "+s.what, "%s said nothing of %d tests, %s among them", s.runner, len(missing), missing[0]).
				WithHint("see what it printed: %s", s.file("output", start))
		}
		if len(missing) == len(rest) {
			in.jobs = 1
		}
		rest = missing
		start++
	}
	return known, nil
}

// fewFailures is how many tests are run one at a time after they have failed.
// More than that do not fail because of what runs beside them.
const fewFailures = 50

// again runs tests once more that have failed, each by itself as far as that
// goes, since some fail only because of what runs beside them.
func (s *suite) again(ctx context.Context, tests []string) (map[string]verdict, error) {
	if len(tests) == 0 {
		return nil, nil
	}
	start, _, err := s.earlier()
	if err != nil {
		return nil, err
	}
	alone := *s
	if len(tests) <= fewFailures {
		alone.jobs = 1
	}
	found, err := alone.start(ctx, start, tests)
	for name, v := range found {
		v.again = true
		found[name] = v
	}
	return found, err
}

func (s *suite) copyTree(ctx context.Context) error {
	tree := s.path("tree")
	if _, err := os.Stat(tree); err == nil {
		return nil
	}
	part := s.path("tree.part")
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	if err := cache.CopyTree(ctx, s.source, part); err != nil {
		return err
	}
	return os.Rename(part, tree)
}

// earlier is what earlier starts found out, and the number of the next.
func (s *suite) earlier() (next int, _ map[string]verdict, err error) {
	all := map[string]verdict{}
	for ; ; next++ {
		found, err := s.read(next)
		if errors.Is(err, os.ErrNotExist) {
			return next, all, nil
		} else if err != nil {
			return 0, nil, err
		}
		maps.Copy(all, found)
	}
}

// redirected takes the name of a test apart to which another has redirected:
// "OTHER: TEST". Of any other test, from is its whole name.
func redirected(test string) (from, to string, ok bool) { return strings.Cut(test, ": ") }

// unknown are the tests that have no verdict. One that redirects to others has
// theirs.
func unknown(tests []string, known map[string]verdict) []string {
	from := map[string]bool{}
	for name := range known {
		if other, _, ok := redirected(name); ok {
			from[other] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(tests), func(name string) bool {
		_, ok := known[name]
		return ok || from[name]
	})
}

// start starts the script for tests.
func (s *suite) start(ctx context.Context, n int, tests []string) (map[string]verdict, error) {
	list := s.path("list")
	if err := os.WriteFile(list, []byte(strings.Join(tests, "\n")+"\n"), 0o666); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "wlr-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	output, err := os.Create(s.file("output", n))
	if err != nil {
		return nil, err
	}
	defer output.Close()

	args := []string{
		"-n", "-d", "memory_limit=-1", s.runner,
		"-q", "-j" + strconv.Itoa(s.jobs),
		// A run that takes too long is the guest's to stop, which knows that
		// it was; this is for what it cannot see.
		"--set-timeout", strconv.Itoa(int((s.limit + time.Minute).Seconds())),
		"-p", s.cli, "-W", s.file("results", n), "-r", list,
	}
	cmd := exec.CommandContext(ctx, s.php, args...)
	cmd.Dir = s.path("tree")
	cmd.Env = []string{
		"PATH=" + toolchain.HostPath, "HOME=" + temp, "TMPDIR=" + temp, "LC_ALL=C",
		"NO_INTERACTION=1", "NO_COLOR=1",
		// A test that fails where it takes more than a second tells of the
		// machine and what else it does.
		"SKIP_PERF_SENSITIVE=1",
		"TEST_PHP_CGI_EXECUTABLE=" + s.cgi,
	}
	if s.mysql != nil {
		db, err := s.mysql.Start(ctx, mysqlInit)
		if err != nil {
			return nil, diag.New(diag.Run, "start the database server for the tests of "+s.what, "%w", err)
		}
		defer func() {
			if err := db.Stop(); err != nil {
				s.events.Notef(stepTests, "%s: %v", s.what, err)
			}
		}()
		cmd.Env = append(cmd.Env, mysqlEnv(db)...)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	watch := &watcher{suite: s, total: len(tests), said: time.Now(), told: time.Now()}
	cmd.Stdout = io.MultiWriter(output, watch)
	cmd.Stderr = cmd.Stdout
	err = s.supervise(cmd, watch, n, tests)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	found, readErr := s.read(n)
	if readErr != nil {
		return nil, diag.New(diag.Run, "run the tests of "+s.what, "%s: %w", s.runner, errors.Join(err, readErr)).
			WithHint("see what it printed: %s", output.Name())
	}
	return found, nil // the script's status only says whether a test failed
}

// silence is how long the script may say nothing beyond what one test may take.
// That of PHP 7.4 waits forever for a worker that has died, as they do sometimes
// after the last test.
const silence = 30 * time.Second

// supervise runs the script, and ends it when it has nothing more to say.
func (s *suite) supervise(cmd *exec.Cmd, w *watcher, n int, tests []string) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(time.Second):
			}
			patience := silence
			if w.count() < w.total || !s.complete(n, tests) {
				patience += s.limit + time.Minute
			}
			if w.silent() > patience {
				cmd.Cancel()
			}
		}
	}()
	defer close(ended)
	return cmd.Wait()
}

// complete says that the script has said something of every test. It says more than
// that many things when tests redirect to others.
func (s *suite) complete(n int, tests []string) bool {
	found, err := s.read(n)
	return err == nil && len(unknown(tests, found)) == 0
}

// read reads what the script said at its Nth start.
func (s *suite) read(n int) (map[string]verdict, error) {
	results, err := os.ReadFile(s.file("results", n))
	if err != nil {
		return nil, err
	}
	output, err := os.ReadFile(s.file("output", n))
	if err != nil {
		return nil, err
	}
	reasons := skipReasons(output)
	found := map[string]verdict{}
	for line := range strings.Lines(string(results)) {
		what, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || !strings.HasSuffix(line, "\n") {
			continue // it was being written when the script was stopped
		}
		name = s.testName(name)
		found[name] = verdict{status: status(what), reason: reasons[name]}
	}
	return found, nil
}

// testName is the name of a test as the script has it: relative to the tree, or,
// of a test that another has redirected to, "# OTHER: /TREE/TEST".
func (s *suite) testName(name string) string {
	name = strings.TrimPrefix(name, "# ")
	return strings.ReplaceAll(name, s.path("tree")+"/", "")
}

// skipReason is the end of the line about a test that was skipped. The beginning
// has the test's title, which may have several lines.
var skipReason = regexp.MustCompile(`\[([^\[\]\n]+` + regexp.QuoteMeta(extension) + `)\] reason: (.*)`)

func skipReasons(output []byte) map[string]string {
	reasons := map[string]string{}
	for _, m := range skipReason.FindAllSubmatch(output, -1) {
		reasons[string(m[1])] = strings.TrimSpace(string(m[2]))
	}
	return reasons
}

// diffLimit is how many bytes of a difference are kept: a test that prints
// megabytes is understood from its beginning.
const diffLimit = 16 << 10

// diff is how a test's output differs from what it should be, as the script has
// left it beside the test.
func (s *suite) diff(test string) string {
	// Of a redirected test, it is beside the test that was run.
	if _, to, ok := redirected(test); ok {
		test = to
	}
	f, err := os.Open(s.path(filepath.Join("tree", strings.TrimSuffix(test, extension)+".diff")))
	if err != nil {
		return ""
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, diffLimit+1))
	if err != nil {
		return ""
	}
	if len(data) > diffLimit {
		data = append(data[:diffLimit], "\n…"...)
	}
	return string(data)
}

// watcher reads what the script prints, to know how far it is and say so from
// time to time.
type watcher struct {
	*suite
	total int

	mu   sync.Mutex
	done int
	said time.Time // when it printed something last
	told time.Time // when that was reported last
}

// interval is how often a run tells how far it is.
const interval = 15 * time.Second

// ended is what every test's last line ends with.
var ended = []byte(extension + "] ")

func (w *watcher) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = time.Now()
	w.done += bytes.Count(p, ended)
	if w.said.Sub(w.told) >= interval {
		w.told = w.said
		w.events.Notef(stepTests, "%s: %d of %d tests", w.what, min(w.done, w.total), w.total)
	}
	return len(p), nil
}

func (w *watcher) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.done
}

func (w *watcher) silent() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Since(w.said)
}

// stepTests is the name under which events are sent.
const stepTests = "test"

// remove removes everything of the suite.
func (s *suite) remove() error {
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("remove the test run: %w", err)
	}
	return nil
}
