package cc

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Main is the launcher. args are the compiler's arguments without the
// program's name; the result is the exit code.
func Main(args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	code, err := start(args, env, stdin, stdout, stderr)
	if err != nil {
		fmt.Fprint(stderr, diag.Format(err))
		return int(diag.ExitCode(err))
	}
	return code
}

func start(args []string, env func(string) string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	cfg, err := loadConfig(env(EnvConfig))
	if err != nil {
		return 0, err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return 0, diag.New(diag.Internal, "start the compiler launcher", "%w", err)
	}
	l := &launcher{
		cfg: cfg, cwd: cwd, env: env, stdin: stdin, stdout: stdout, stderr: stderr,
		mark: cfg.PrefixMaps.mark(), unmark: cfg.PrefixMaps.unmark(),
		digests: make(map[string]string),
	}
	stop := l.watchSignals()
	code, err := l.do(args)
	if sig := stop(); sig != 0 {
		return 128 + int(sig), nil
	}
	return code, err
}

// launcher is one run of the launcher.
type launcher struct {
	cfg            *Config
	cwd            string
	env            func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer

	mark    rewriter
	unmark  *strings.Replacer
	digests map[string]string // of the files read so far
	child   child
}

func (l *launcher) do(args []string) (int, error) {
	inv := parse(args, l.mark)
	switch {
	case inv.kind == link && l.cfg.Link == LinkRecord && !isConftest(inv):
		return l.recordLink(inv, args)
	case inv.kind == compile:
		all := slices.Concat(l.cfg.Flags, args, l.fileFlags(inv.inputs))
		return l.compile(parse(all, l.mark), all)
	case inv.kind == link:
		return l.clang(slices.Concat(l.cfg.Flags, args, l.cfg.LinkFlags), l.stderr)
	default:
		return l.clang(slices.Concat(l.cfg.Flags, args), l.stderr)
	}
}

// isConftest reports whether a command line is one of configure's tests. They
// need real answers, and an object that is thrown away is not worth keeping.
func isConftest(inv *invocation) bool {
	return slices.ContainsFunc(inv.inputs, func(name string) bool {
		return strings.HasPrefix(filepath.Base(name), "conftest")
	})
}

// fileFlags are the flags the configuration has for these sources.
func (l *launcher) fileFlags(sources []string) []string {
	var flags []string
	for _, f := range l.cfg.FileFlags {
		if slices.ContainsFunc(sources, func(s string) bool { return l.matches(f.Glob, s) }) {
			flags = append(flags, f.Flags...)
		}
	}
	return flags
}

func (l *launcher) matches(glob, source string) bool {
	for dir := range l.cfg.PrefixMaps {
		rel, ok := strings.CutPrefix(l.abs(source), dir+"/")
		if !ok {
			continue
		}
		if ok, _ := path.Match(glob, rel); ok { // the glob was validated
			return true
		}
	}
	return false
}

func (l *launcher) abs(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(l.cwd, name)
}

// local is the place on this machine of a marked name.
func (l *launcher) local(marked string) string { return l.unmark.Replace(marked) }

// shown is a marked name as people see it.
func shown(marked string) string { return strings.ReplaceAll(marked, "\x00", "") }
