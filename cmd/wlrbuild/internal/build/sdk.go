package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cli"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/toolchain"
)

// SDK writes sockshim-c to o.Out, for programs that wlrbuild does not build:
//
//	include                                headers
//	lib/*.a                                archives
//	lib/pkgconfig/sockshim-<runtime>.pc    how to compile and link for a runtime
func (Builder) SDK(ctx context.Context, o cli.BuildOptions) error {
	if err := replaceable(o.Out); err != nil {
		return diag.New(diag.Usage, "write to "+o.Out, "%w", err).
			WithHint("name a directory that is not there yet, or that this command has made")
	}
	// It is of no release.
	j := &job{BuildOptions: o, release: &source.Release{}}
	find := task{stepToolchain, func(ctx context.Context) (err error) {
		j.tools, err = toolchain.Find(ctx, o.Store, o.Toolchain, o.Getenv, o.Events)
		return err
	}}
	s := pipeline.NewState("sockshim-c", o.Store, o.Events)
	s.Jobs = o.Jobs
	if err := pipeline.Execute(ctx, s, []pipeline.Step{find, &shimStep{j}}); err != nil {
		return err
	}
	shim, err := s.Output(stepShim)
	if err != nil {
		return err
	}
	if err := j.writeSDK(shim); err != nil {
		return diag.New(diag.Step, "write to "+o.Out, "%w", err)
	}
	return nil
}

// replaceable says whether dir can be written without the loss of what is not
// ours: it is not there, is empty, or has what this command writes and no more.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	} else if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != "include" && e.Name() != "lib" {
			return fmt.Errorf("it has %s, which is of no SDK", e.Name())
		}
	}
	if ours, err := filepath.Glob(filepath.Join(dir, "lib/pkgconfig/sockshim-*.pc")); err != nil || len(ours) == 0 {
		return errors.New("it has an include or a lib that this command did not make")
	}
	return nil
}

func (j *job) writeSDK(shim string) error {
	for _, part := range []string{"include", "lib"} {
		to := filepath.Join(j.Out, part)
		// What is there is of an older one.
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.CopyFS(to, os.DirFS(filepath.Join(shim, part))); err != nil {
			return err
		}
	}
	dir := filepath.Join(j.Out, "lib/pkgconfig")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, rt := range j.Runtimes {
		if err := supported(rt); err != nil {
			return err
		}
		libs, err := shimLibraries(j.Out, rt.Backend, setjmp(rt))
		if err != nil {
			return err
		}
		for i, lib := range libs {
			if rest, ok := strings.CutPrefix(lib, j.Out); ok {
				libs[i] = "${prefix}" + rest
			}
		}
		link := linkStep{job: &job{runtime: rt}}
		text := fmt.Sprintf(pkgConfig, rt.Name, rt.Title, strings.Join(slices.Concat(shimDefines, setjmpFlags), " "),
			strings.Join(append(libs, link.flags(&objectList{})...), " "))
		file := filepath.Join(dir, "sockshim-"+rt.Name+".pc")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(j.Stdout, file); err != nil {
			return err
		}
	}
	return nil
}

// pkgConfig is for a runtime's name and title, the compiler's arguments and the
// linker's.
const pkgConfig = `prefix=${pcfiledir}/../..

Name: sockshim-%s
Description: POSIX sockets and more for C programs: %s
Version: 0
Cflags: -isystem ${prefix}/include %s
Libs: %s
`
