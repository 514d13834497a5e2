package prefix

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// Loader starts the programs of a tree of packages with the tree's own dynamic
// loader and libraries, whatever those of the machine are.
type Loader struct {
	tree string
	ld   string   // relative to tree, as are libs
	libs []string // search path
}

// findLoader looks for the dynamic loader in the folders of libraries, which
// are patterns relative to tree: "usr/lib/*-linux-gnu" is right on every
// architecture.
func findLoader(tree string, libraries []string) (*Loader, error) {
	l := &Loader{tree: tree}
	for _, pattern := range libraries {
		dirs, err := filepath.Glob(filepath.Join(tree, pattern))
		if err != nil {
			return nil, fmt.Errorf("library folder %q: %w", pattern, err)
		}
		for _, dir := range dirs {
			l.libs = append(l.libs, dir[len(tree)+1:])
			if found, _ := filepath.Glob(filepath.Join(dir, "ld-linux*.so.*")); len(found) > 0 && l.ld == "" {
				l.ld = found[0][len(tree)+1:]
			}
		}
	}
	if l.ld == "" {
		return nil, fmt.Errorf("no dynamic loader (ld-linux*.so.*) in %q: package libc6 is missing", libraries)
	}
	return l, nil
}

// args are the path of the loader and its own arguments, with a path or a shell
// variable for the tree. The machine's ld.so.cache is shut out: a library that
// the packages lack must be missed, not taken from the machine.
func (l *Loader) args(tree string) []string {
	libs := make([]string, len(l.libs))
	for i, dir := range l.libs {
		libs[i] = tree + "/" + dir
	}
	return []string{tree + "/" + l.ld, "--inhibit-cache", "--library-path", strings.Join(libs, ":")}
}

// Check says which libraries a program of the tree would not find there.
func (l *Loader) Check(ctx context.Context, program string) error {
	argv := append(l.args(l.tree), "--list", filepath.Join(l.tree, program))
	// The status is that of a library not found, which the output says better.
	out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	var foreign []string
	lines := 0
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		name, path, ok := strings.Cut(strings.TrimSpace(s.Text()), " => ")
		if !ok {
			continue
		}
		lines++
		if !strings.HasPrefix(path, l.tree+"/") {
			foreign = append(foreign, name)
		}
	}
	switch {
	case len(foreign) > 0:
		return diag.New(diag.Preflight, "check "+program, "needs %s, which is in none of the packages", strings.Join(foreign, ", ")).
			WithHint("The suite has changed since its list of packages was written: add the package that has the library.")
	case err != nil && ctx.Err() == nil && lines == 0:
		return diag.New(diag.Preflight, "check "+program, "the loader says %q (%w)", bytes.TrimSpace(out), err)
	}
	return ctx.Err()
}

// Command is the call of a program of the tree, by its own path as its name.
func (l *Loader) Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	path := filepath.Join(l.tree, program)
	argv := append(l.args(l.tree), "--argv0", path, path)
	argv = append(argv, args...)
	return exec.CommandContext(ctx, argv[0], argv[1:]...)
}

// Launcher is the text of a script that starts a program of the tree. It is put
// into a folder beside the tree, and can be moved together with it. What it
// starts is told the script as its name: a program that starts itself again, or
// one beside it, must do so through a launcher, too.
func (l *Loader) Launcher(prelude, program string) string {
	a := l.args("$root")
	return Script("$out/"+Tree, prelude, fmt.Sprintf(`"%s" %s %s "%s" --argv0 "$0" "$root/%s"`, a[0], a[1], a[2], a[3], program))
}

// Script is the text of a shell script in a folder of an output that starts a
// program. In the shell text of its parts $out is the output, found by the
// script's own path, and $root is root. prelude comes before start, which the
// script's arguments follow.
//
// The script replaces itself by the program, so that signals and the exit
// status are the program's own.
func Script(root, prelude, start string) string {
	return "#!/bin/sh\nout=${0%/*/*}\nroot=" + root + "\n" + prelude + "exec " + start + " \"$@\"\n"
}
