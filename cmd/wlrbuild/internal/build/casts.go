package build

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// castFlags ask clang for every cast of a function to another type, one to a
// line, and nothing else.
var castFlags = []string{
	"-fsyntax-only", "-Wno-everything", "-Wcast-function-type-strict", "-Wincompatible-function-pointer-types",
	"-Wno-error", "-fno-caret-diagnostics", "-fno-color-diagnostics", "-ferror-limit=0",
}

// castWarning matches: FILE:LINE:COL: warning: cast from 'int (*)(a *)' (aka …) to …
var castWarning = regexp.MustCompile(`^(.+?):(\d+):(\d+): \w+: (.*?'([^']*)'(?: \(aka '([^']*)'\))?.*) \[-W[\w,-]+\]$`)

// explainCasts says of each finding where clang sees the cast. The place that
// the analysis knows is that of the whole initialiser; clang's is exact. It is
// an explanation and no more: there are casts that clang does not see.
func (j *job) explainCasts(ctx context.Context, s *pipeline.State, r *flow.Report, units []irUnit) error {
	if len(r.Findings) == 0 {
		return nil
	}
	w := j.irWorkdir()
	release, err := w.restore(ctx, s)
	if err != nil {
		return err
	}
	defer release()
	warnings := map[string][]flow.Cast{} // by unit
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, file := range filesOf(f) {
			for _, u := range units {
				if name := j.sourceFile(u.name); f.Cast == nil && name == file {
					list, ok := warnings[name]
					if !ok {
						list = j.castWarnings(ctx, s, u)
						warnings[name] = list
					}
					if casts := castsOf(f.Function, list, w.path("src")); casts != nil {
						f.Cast = &casts[0]
					}
				}
			}
		}
	}
	return nil
}

// filesOf are the files that a finding's address goes through, from where it is
// taken on.
func filesOf(f *flow.ReportFinding) []string {
	var files []string
	add := func(pos string) {
		if file, _, ok := strings.Cut(pos, ":"); ok && !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	for _, c := range f.Calls {
		add(c.Taken)
		for _, step := range c.Path {
			add(step.Pos)
		}
	}
	return files
}

// castWarnings are the casts that clang sees in a unit. A unit of which it says
// nothing useful explains nothing.
func (j *job) castWarnings(ctx context.Context, s *pipeline.State, u irUnit) []flow.Cast {
	argv := append(append([]string{}, u.argv...), castFlags...)
	out, err := s.ExecOutput(ctx, stepFlow, pipeline.Command{
		// Warnings go to stderr, which is the log.
		Argv: append([]string{"sh", "-c", `exec "$0" "$@" 2>&1`}, argv...), Dir: u.dir, Env: j.environ(),
	})
	if err != nil {
		return nil
	}
	var list []flow.Cast
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		if m := castWarning.FindStringSubmatch(lines.Text()); m != nil {
			file := m[1]
			if !filepath.IsAbs(file) {
				file = filepath.Join(u.dir, file)
			}
			file = j.sourceFile(j.irWorkdir().maps().Name(file))
			list = append(list, flow.Cast{Pos: fmt.Sprintf("%s:%s:%s", file, m[2], m[3]), Text: m[4]})
		}
	}
	return list
}

// castsOf are the casts of a function: of its type, in a line that names it.
func castsOf(f flow.ReportedFunc, list []flow.Cast, root string) (casts []flow.Cast) {
	for _, c := range list {
		if !strings.Contains(c.Text, "'"+pointerTo(f)+"'") {
			continue
		}
		file, rest, _ := strings.Cut(c.Pos, ":")
		number, _, _ := strings.Cut(rest, ":")
		if !filepath.IsAbs(file) {
			file = filepath.Join(root, file)
		}
		if strings.Contains(lineOf(file, number), f.Name) {
			casts = append(casts, c)
		}
	}
	return casts
}

// pointerTo is the type of a function's address in C.
func pointerTo(f flow.ReportedFunc) string { return strings.Replace(f.C, " (", " (*)(", 1) }

// lineOf is a line of a file, by its number from 1, or "".
func lineOf(file, number string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	n := 0
	fmt.Sscan(number, &n)
	for line := range strings.Lines(string(data)) {
		if n--; n == 0 {
			return line
		}
	}
	return ""
}
