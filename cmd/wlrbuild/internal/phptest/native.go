package phptest

import (
	"bytes"
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// extensions asks a native program which extensions it has.
func extensions(ctx context.Context, program string) ([]string, error) {
	cmd := exec.CommandContext(ctx, program, "-n", "-m")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, diag.New(diag.Run, "list the extensions of "+program, "%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "[") {
			names = append(names, line)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// nativeResults is what the native build makes of tests, kept between runs: the
// state file of one native build.
type nativeResults struct {
	Status map[string]status `json:"status"` // by test
}

// native returns the tests of the chosen ones that the native build passes. One
// that it was once found to pass, or not to, is not run again.
func (r *runner) native(ctx context.Context, tests []string) ([]string, error) {
	key := r.nativeKey()
	unlock, err := r.Store.Lock(ctx, "tests-native-"+key.String())
	if err != nil {
		return nil, err
	}
	defer unlock()
	name := "tests/native-" + key.String()
	known := nativeResults{Status: map[string]status{}}
	if _, err := r.Store.LoadJSON(name, &known); err != nil {
		return nil, err
	}
	var rest []string
	for _, test := range tests {
		if _, ok := known.Status[test]; !ok {
			rest = append(rest, test)
		}
	}
	if len(rest) > 0 {
		r.Events.Notef(stepTests, "%s, native: %d tests", r.build(), len(rest))
		found, err := r.runNative(ctx, key, rest)
		if err != nil {
			return nil, err
		}
		for test, v := range found {
			known.Status[test] = v.status
			if from, _, ok := redirected(test); ok {
				known.Status[from] = redirects // it has no result of its own
			}
		}
		if err := r.Store.SaveJSON(name, known); err != nil {
			return nil, err
		}
	}
	var pass []string
	for _, test := range tests {
		switch known.Status[test] {
		case passed:
			pass = append(pass, test)
		case redirects:
			for to, s := range known.Status {
				if s == passed && strings.HasPrefix(to, test+": ") {
					pass = append(pass, to)
				}
			}
		}
	}
	slices.Sort(pass)
	return pass, nil
}

// redirects is the status of a test that only names others.
const redirects status = "REDIRECTS"

func (r *runner) runNative(ctx context.Context, key cache.Digest, tests []string) (map[string]verdict, error) {
	s := &suite{
		dir:    filepath.Join(r.workDir(), "native-"+key.Short()),
		source: r.Release.Dir, runner: r.Recipe.Tests.Runner, php: r.nativeProgram(r.Recipe.Tests.CLI),
		jobs: r.Jobs, limit: nativeLimit, what: r.build() + ", native", events: r.Events, mysql: r.MySQL,
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	for artifact, program := range map[string]*string{r.Recipe.Tests.CLI: &s.cli, r.Recipe.Tests.CGI: &s.cgi} {
		*program = r.place(s, artifact)
		if err := os.MkdirAll(filepath.Dir(*program), 0o777); err != nil {
			return nil, err
		}
		if err := os.Symlink(r.nativeProgram(artifact), *program); err != nil {
			return nil, err
		}
	}
	found, err := s.run(ctx, tests)
	if err != nil {
		return nil, err
	}
	var repeat []string
	for test, v := range found {
		if _, _, ok := redirected(test); v.status == failed && !ok {
			repeat = append(repeat, test)
		}
	}
	slices.Sort(repeat)
	second, err := s.again(ctx, repeat)
	if err != nil {
		return nil, err
	}
	maps.Copy(found, second)
	return found, s.remove()
}

// nativeLimit is how long a test may take natively.
const nativeLimit = time.Minute

// nativeKey tells native builds apart, and what else their results depend on.
func (r *runner) nativeKey() cache.Digest {
	h := cache.NewHasher("tests native/v2")
	h.String("build", filepath.Dir(r.nativeProgram(r.Recipe.Tests.CLI)))
	h.Digest("source", r.Release.Tree)
	if r.MySQL != nil {
		h.String("mysql", r.MySQL.Version)
	}
	return h.Sum()
}
