package toolchain

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
	"strconv"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain/prefix"
)

// launcherVersion is part of every toolchain's digest: raise it when the
// launchers or what is around them change.
const launcherVersion = "v1"

// leastClang is the oldest clang that can be kept from running whatever
// wasm-opt is on PATH after linking: it brought --no-wasm-opt.
const leastClang = 20

// programs are what a toolchain has, by the names that toolchain definitions
// give them.
var programs = []string{"clang", "wasm-ld", "ar", "ranlib", "nm", "strip", "objcopy"}

// layout says where in a provider's files things are, relative to their root.
type layout struct {
	programs     map[string]string
	include, lib string         // the target's own folders
	loader       *prefix.Loader // starts the programs; nil if the machine can
}

// wasiSDK is the layout of wasi-sdk in root.
func wasiSDK(root, target string) (*layout, error) {
	l := &layout{
		programs: make(map[string]string),
		include:  "share/wasi-sysroot/include/" + target,
		lib:      "share/wasi-sysroot/lib/" + target,
	}
	for _, name := range programs {
		// Not every release has all of them under both names.
		for _, file := range []string{"bin/llvm-" + name, "bin/" + name} {
			if isExecutable(filepath.Join(root, file)) {
				l.programs[name] = file
				break
			}
		}
		if l.programs[name] == "" {
			return nil, fmt.Errorf("no program %s in %s", name, filepath.Join(root, "bin"))
		}
	}
	return l, l.check(root)
}

// defined is the layout that a definition gives for its archive or packages.
func defined(root string, def *recipe.Toolchain) (*layout, error) {
	l := &layout{programs: def.Programs, include: def.Sysroot.Include, lib: def.Sysroot.Lib}
	for _, name := range programs {
		if file := def.Programs[name]; !isExecutable(filepath.Join(root, file)) {
			return nil, fmt.Errorf("no program %q, which `programs` names for %s", file, name)
		}
	}
	if _, err := os.Stat(filepath.Join(root, def.Sysroot.Builtins)); err != nil {
		return nil, fmt.Errorf("no compiler builtins at %q, which `sysroot` names", def.Sysroot.Builtins)
	}
	return l, l.check(root)
}

// definition is what of a definition the layout of its files depends on.
func definition(def *recipe.Toolchain) []string {
	in := []string{def.Sysroot.Include, def.Sysroot.Lib, def.Sysroot.Builtins}
	for _, name := range programs {
		in = append(in, def.Programs[name])
	}
	return in
}

// check sees that the target is in the sysroot.
func (l *layout) check(root string) error {
	for _, file := range []string{l.include + "/stdio.h", l.lib + "/libc.a"} {
		if _, err := os.Stat(filepath.Join(root, file)); err == nil {
			continue
		}
		folder := filepath.Dir(filepath.Dir(file))
		var have []string
		entries, _ := os.ReadDir(filepath.Join(root, folder))
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), "wasm32") {
				have = append(have, e.Name())
			}
		}
		return fmt.Errorf("no %s; the targets in %s are: %s", file, folder, strings.Join(have, ", "))
	}
	return nil
}

// digest is the digest of what compiles and links in root: everything that
// wlrbuild has not itself unpacked could have been changed since.
func (l *layout) digest(root string) (cache.Digest, error) {
	h := cache.NewHasher("sdk/v1")
	files, err := filepath.Glob(filepath.Join(root, "lib/*.so*"))
	if err != nil {
		return cache.Digest{}, err
	}
	for _, file := range l.programs {
		files = append(files, filepath.Join(root, file))
	}
	// Many of the programs are links to the same one.
	for i, file := range files {
		if files[i], err = filepath.EvalSymlinks(file); err != nil {
			return cache.Digest{}, err
		}
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if err := h.File(filepath.Base(file), file); err != nil {
			return cache.Digest{}, err
		}
	}
	for _, dir := range []string{l.include, l.lib, "lib/clang"} {
		real, err := filepath.EvalSymlinks(filepath.Join(root, dir))
		if err != nil {
			return cache.Digest{}, err
		}
		if err := h.Tree(dir, real, nil); err != nil {
			return cache.Digest{}, err
		}
	}
	return h.Sum(), nil
}

func isExecutable(path string) bool {
	_, err := exec.LookPath(path) // a path is not looked for
	return err == nil
}

const manifestFile = "toolchain.json"

// manifest is what write has found out about a toolchain.
type manifest struct {
	Version     string
	Root        string // relative to the output, or absolute
	ResourceDir string // relative to Root
}

// inputs is what of a definition goes into every toolchain made after it.
func (f *finder) inputs() []string {
	in := []string{f.def.Target}
	for _, a := range f.def.Flags {
		in = append(in, a.Arg)
	}
	return in
}

func (f *finder) minClang() int { return max(f.def.MinClang, leastClang) }

// launcherName is the name that a build starts a program by. The linker's has
// no target before it, because clang looks for it under that name.
func (f *finder) launcherName(program string) string {
	if program == "wasm-ld" {
		return program
	}
	return f.def.Target + "-" + program
}

// clangFlags belong to every call of clang, after its sysroot and resource
// directory.
func (f *finder) clangFlags() []string {
	flags := []string{
		"--target=" + f.def.Target,
		// Configuration files of the machine's clang are not ours to read.
		"--no-default-config",
		// Programs are looked for beside the launcher, not beside what it starts.
		"-no-canonical-prefixes",
		// These two have a meaning only in a call that links.
		"--start-no-unused-arguments", "-fuse-ld=lld", "--no-wasm-opt", "--end-no-unused-arguments",
	}
	for _, a := range f.def.Flags {
		flags = append(flags, a.Arg)
	}
	return flags
}

// clangPrelude adds the flags in the launcher of clang. Clang starts itself
// again for the compiler proper, with everything it has worked out after -cc1:
// to that nothing may be added.
func (f *finder) clangPrelude(resourceDir string) string {
	var b strings.Builder
	b.WriteString("case $1 in\n-cc1*) ;;\n*) set --")
	fmt.Fprintf(&b, ` --sysroot="$out/sysroot" -resource-dir "$root/%s"`, resourceDir)
	for _, flag := range f.clangFlags() {
		b.WriteString(" " + shellQuote(flag))
	}
	b.WriteString(" \"$@\" ;;\nesac\n")
	return b.String()
}

func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// write fills the output out with launchers and a sysroot for the toolchain
// whose files are in root, and proves that it makes a program.
func (f *finder) write(ctx context.Context, out, root string, l *layout) error {
	inside := strings.HasPrefix(root, out+string(filepath.Separator))
	m := manifest{Root: root}
	if inside {
		m.Root = prefix.Tree
	}
	resourceDir, err := l.resourceDir(ctx, root)
	if err != nil {
		return err
	}
	m.ResourceDir = resourceDir

	for _, dir := range []string{"bin", "empty", "sysroot/include", "sysroot/lib"} {
		if err := os.MkdirAll(filepath.Join(out, dir), 0o777); err != nil {
			return err
		}
	}
	for link, dir := range map[string]string{
		"sysroot/include/" + f.def.Target: l.include,
		"sysroot/lib/" + f.def.Target:     l.lib,
	} {
		target := filepath.Join(root, dir)
		if inside { // so that the output can be moved into its place
			if target, err = filepath.Rel(filepath.Dir(filepath.Join(out, link)), target); err != nil {
				return err
			}
		}
		if err := os.Symlink(target, filepath.Join(out, link)); err != nil {
			return err
		}
	}
	for _, name := range programs {
		var prelude string
		if name == "clang" {
			prelude = f.clangPrelude(m.ResourceDir)
		}
		script := l.launcher(m.Root, prelude, l.programs[name])
		if err := os.WriteFile(filepath.Join(out, "bin", f.launcherName(name)), []byte(script), 0o777); err != nil {
			return err
		}
	}
	if m.Version, err = f.prove(ctx, out); err != nil {
		return err
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, manifestFile), append(data, '\n'), 0o666)
}

// launcher is the text of a launcher of a program below root.
func (l *layout) launcher(root, prelude, program string) string {
	if l.loader != nil {
		return l.loader.Launcher(prelude, program)
	}
	if filepath.IsAbs(root) {
		root = shellQuote(root)
	} else {
		root = "$out/" + root
	}
	return prefix.Script(root, prelude, `"$root/`+program+`"`)
}

// resourceDir asks clang for the folder of its own headers and libraries,
// whose name has a version in it.
func (l *layout) resourceDir(ctx context.Context, root string) (string, error) {
	args := []string{"-no-canonical-prefixes", "--no-default-config", "-print-resource-dir"}
	cmd := exec.CommandContext(ctx, filepath.Join(root, l.programs["clang"]), args...)
	if l.loader != nil {
		cmd = l.loader.Command(ctx, l.programs["clang"], args...)
	}
	out, err := run(cmd)
	if err != nil {
		return "", err
	}
	return filepath.Rel(root, strings.TrimSpace(out))
}

var clangVersion = regexp.MustCompile(`clang version ([0-9]+)[0-9.]*`)

// prove checks clang's version and puts every program of the toolchain in out
// to work once.
func (f *finder) prove(ctx context.Context, out string) (version string, err error) {
	dir, err := os.MkdirTemp("", "wlrbuild-prove-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"lib.c":  "#include <math.h>\ndouble twice(double x) { return 2 * sin(x); }\n",
		"main.c": "#include <stdio.h>\ndouble twice(double);\nint main(void) { return printf(\"%f\", twice(1)) < 0; }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return "", err
		}
	}
	t := &Toolchain{Bin: filepath.Join(out, "bin"), Empty: filepath.Join(out, "empty")}
	do := func(program string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, filepath.Join(t.Bin, f.launcherName(program)), args...)
		cmd.Dir = dir
		cmd.Env = t.Environ(nil)
		return run(cmd)
	}
	text, err := do("clang", "--version")
	if err != nil {
		return "", err
	}
	found := clangVersion.FindStringSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("`clang --version` says no version: %q", text)
	}
	version = strings.TrimPrefix(found[0], "clang version ")
	if major, err := strconv.Atoi(found[1]); err != nil || major < f.minClang() {
		return "", fmt.Errorf("clang %s is too old: %d or later is needed", version, f.minClang())
	}
	for _, argv := range [][]string{
		{"clang", "-O1", "-c", "lib.c", "-o", "lib.o"},
		{"ar", "rc", "lib.a", "lib.o"},
		{"ranlib", "lib.a"},
		{"nm", "lib.a"},
		{"clang", "-O1", "main.c", "lib.a", "-lm", "-o", "main.wasm"},
		{"objcopy", "main.wasm", "copy.wasm"},
		{"strip", "copy.wasm", "-o", "stripped.wasm"},
	} {
		if _, err := do(argv[0], argv[1:]...); err != nil {
			return "", err
		}
	}
	module, err := os.ReadFile(filepath.Join(dir, "stripped.wasm"))
	if err != nil {
		return "", err
	}
	if !bytes.HasPrefix(module, []byte("\x00asm")) {
		return "", errors.New("it does not make WebAssembly modules")
	}
	return version, nil
}

// run is what a program prints.
func run(cmd *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", &diag.Error{
			Exit:   diag.Preflight,
			Op:     "try the toolchain: " + strings.Join(cmd.Args, " "),
			Err:    err,
			Detail: stderr.String() + stdout.String(),
		}
	}
	return stdout.String(), nil
}
