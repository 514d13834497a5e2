package build

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/near"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/postlink"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	sockshim "github.com/wlrbuild/wlrbuild/sockshim-c"
)

// shimStep compiles sockshim-c:
//
//	include/                       headers
//	lib/libsockshim.a              what every program has
//	lib/libsockshim-<backend>.a    sockets
//	lib/libsockshim-setjmp-<folder>.a
//	lib/libsockshim-context-<folder>.a
type shimStep struct{ *job }

// shimDefines make wasi-libc's headers declare what sockshim-c, or wasi-libc's
// own emulation of signals, has.
var shimDefines = []string{
	"-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_PROCESS_CLOCKS", "-D_WASI_EMULATED_SIGNAL",
}

var shimFlags = append([]string{
	"-std=gnu17", "-O2", "-g", "-D_GNU_SOURCE",
	"-Wall", "-Wextra", "-Werror",
}, shimDefines...)

func (*shimStep) Name() string { return stepShim }

func (w *shimStep) Plan(context.Context, *pipeline.State) (*pipeline.Plan, error) {
	h := cache.NewHasher("shim/v2")
	sources, err := cache.FSDigest(sockshim.FS)
	if err != nil {
		return nil, err
	}
	h.Digest("sources", sources)
	h.Digest("toolchain", w.tools.Digest)
	h.Strings("flags", shimFlags)
	return plan(h, pipeline.Command{Argv: w.compiler("FILE.c", "FILE.o", "OUT")}), nil
}

func (w *shimStep) compiler(src, obj, out string) []string {
	argv := append([]string{w.tools.Clang}, shimFlags...)
	// It is on wasi-libc's side of errno: see sockshim-c/include/errno.h.
	argv = append(argv, "-DWLR_LIBC_ERRNO")
	return append(argv, "-isystem", filepath.Join(out, "include"),
		"-ffile-prefix-map="+out+"=/sockshim",
		"-ffile-prefix-map="+w.tools.Root+"="+toolchainName, "-ffile-prefix-map="+w.tools.Sysroot+"="+sysrootName,
		"-c", src, "-o", obj)
}

func (w *shimStep) Run(ctx context.Context, s *pipeline.State, out string) error {
	if err := os.CopyFS(out, sockshim.FS); err != nil {
		return err
	}
	members, err := shimArchives(sockshim.FS)
	if err != nil {
		return err
	}
	objects := map[string][]string{}
	var compile []pipeline.Command
	for archive, sources := range members {
		for _, src := range sources {
			obj := filepath.Join(out, "obj", strings.ReplaceAll(src, "/", "-")+".o")
			objects[archive] = append(objects[archive], obj)
			compile = append(compile, pipeline.Command{
				Argv: w.compiler(filepath.Join(out, src), obj, out), Dir: out, Env: w.environ(),
			})
		}
	}
	for _, dir := range []string{"obj", "lib"} {
		if err := os.Mkdir(filepath.Join(out, dir), 0o777); err != nil {
			return err
		}
	}
	if err := parallel(ctx, s.Jobs, len(compile), func(ctx context.Context, i int) error {
		return s.Exec(ctx, stepShim, compile[i])
	}); err != nil {
		return err
	}
	for archive, objs := range objects {
		argv := append([]string{w.tools.AR, "rcsD", filepath.Join(out, "lib", archive)}, objs...)
		if err := s.Exec(ctx, stepShim, pipeline.Command{Argv: argv, Dir: out, Env: w.environ()}); err != nil {
			return err
		}
	}
	return os.RemoveAll(filepath.Join(out, "obj"))
}

// shimArchives says which sources belong to which archive.
func shimArchives(fsys fs.FS) (map[string][]string, error) {
	members := map[string][]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".c" {
			return err
		}
		archive := "libsockshim.a"
		switch part := strings.Split(name, "/"); {
		case part[0] == "backends":
			archive = backendArchive(part[1])
		case part[1] == "setjmp":
			archive = setjmpArchive(part[2])
		case part[1] == "context":
			archive = contextArchive(part[2])
		}
		members[archive] = append(members[archive], name)
		return nil
	})
	return members, err
}

// supported says whether sockshim-c has what a runtime is linked with.
func supported(rt *recipe.Runtime) error {
	for _, part := range []struct{ what, name, folder string }{
		{"backend", rt.Backend, "backends"},
		{"jumps", setjmp(rt).jumps, "src/setjmp"},
		{"contexts", setjmp(rt).contexts, "src/context"},
	} {
		if info, err := fs.Stat(sockshim.FS, path.Join(part.folder, part.name)); err == nil && info.IsDir() {
			continue
		}
		entries, err := fs.ReadDir(sockshim.FS, part.folder)
		if err != nil {
			return err
		}
		var have []string
		for _, e := range entries {
			if e.IsDir() {
				have = append(have, e.Name())
			}
		}
		return diag.New(diag.Usage, fmt.Sprintf("use runtime %q", rt.Name), "sockshim-c has no %s %q", part.what, part.name).
			WithHint("%s", near.Hint(part.what+"s", part.name, have))
	}
	for _, name := range passes(rt) {
		if postlink.Find(name) == nil {
			return diag.New(diag.Usage, fmt.Sprintf("use runtime %q", rt.Name), "unknown pass %q in post_link", name).
				WithHint("%s", near.Hint("passes", name, postlink.Names()))
		}
	}
	return nil
}

func backendArchive(name string) string { return fmt.Sprintf("libsockshim-%s.a", name) }
func contextArchive(name string) string { return fmt.Sprintf("libsockshim-context-%s.a", name) }
func setjmpArchive(name string) string  { return fmt.Sprintf("libsockshim-setjmp-%s.a", name) }

// shimLibraries are the linker's arguments for sockshim-c in dir. They stand
// last: all that a program does not define itself comes from them, or else from
// wasi-libc.
func shimLibraries(dir, backend string, mode setjmpMode) ([]string, error) {
	lib := filepath.Join(dir, "lib")
	libs := []string{
		filepath.Join(lib, "libsockshim.a"),
		filepath.Join(lib, backendArchive(backend)),
		filepath.Join(lib, setjmpArchive(mode.jumps)),
		filepath.Join(lib, contextArchive(mode.contexts)),
	}
	for _, file := range libs {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("sockshim-c has no %s: %w", filepath.Base(file), err)
		}
	}
	return append(libs, "-lwasi-emulated-signal"), nil
}
