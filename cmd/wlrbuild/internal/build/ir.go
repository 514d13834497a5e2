package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cc"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/verify/flow"

	sockshim "github.com/wlrbuild/wlrbuild/sockshim-c"
)

// irUnit is a translation unit of which IR is wanted: LLVM's intermediate
// representation as the front end makes it, before any optimisation.
//
// It is kept by the digest of the object that the same command made, and not
// of the sources: what does not show in an object with debug information is not
// in the program either.
type irUnit struct {
	name string // of the source, as it is in debug information
	key  cache.Digest
	dir  string
	argv []string // without what is to be done and where to put it
}

// irFlags turn a compilation into one that writes IR.
var irFlags = []string{"-w", "-g", "-Xclang", "-disable-llvm-passes", "-S", "-emit-llvm"}

// irFile is the file in the output of a unit.
const irFile = "unit.ll.zst"

// projectUnits are the units that an artifact is linked of.
func (j *job) projectUnits(s *pipeline.State, artifact string) ([]irUnit, error) {
	compiled, err := s.Output(stepCompile)
	if err != nil {
		return nil, err
	}
	var list objectList
	if err := readJSON(filepath.Join(compiled, artifact+".json"), &list); err != nil {
		return nil, err
	}
	commands, err := cc.ReadRecord(filepath.Join(compiled, "commands.jsonl"))
	if err != nil {
		return nil, err
	}
	byObject := map[string]cc.Command{}
	for _, c := range commands {
		object := c.Output
		if !filepath.IsAbs(object) {
			object = filepath.Join(c.Dir, object)
		}
		byObject[strings.TrimPrefix(object, "/build/")] = c
	}
	maps := j.irWorkdir().maps()
	var units []irUnit
	for _, object := range list.Objects {
		c, ok := byObject[object]
		if !ok {
			return nil, fmt.Errorf("no compilation of %s is on record", object)
		}
		u := irUnit{name: c.File, dir: maps.Local(c.Dir)}
		for _, arg := range withoutOutput(c.Argv) {
			u.argv = append(u.argv, maps.Local(arg))
		}
		u.argv = append(u.argv, maps.ClangFlags(u.dir)...)
		h := cache.NewHasher("ir/v1")
		if err := h.File("object", filepath.Join(compiled, "obj", object)); err != nil {
			return nil, err
		}
		h.Strings("command", c.Argv)
		h.Strings("flags", irFlags)
		h.Digest("toolchain", j.tools.Digest)
		u.key = h.Sum()
		units = append(units, u)
	}
	return units, nil
}

// shimUnits are the units of sockshim-c that an artifact can be linked with.
func (j *job) shimUnits(s *pipeline.State) ([]irUnit, error) {
	dir, err := s.Output(stepShim)
	if err != nil {
		return nil, err
	}
	shim, err := outputKey(s, stepShim)
	if err != nil {
		return nil, err
	}
	archives, err := shimArchives(sockshim.FS)
	if err != nil {
		return nil, err
	}
	// What is linked, so that a new kind of archive is not overlooked here.
	libs, err := shimLibraries(dir, j.runtime.Backend, setjmp(j.runtime))
	if err != nil {
		return nil, err
	}
	var units []irUnit
	for _, lib := range libs {
		if filepath.Ext(lib) != ".a" {
			continue
		}
		sources := archives[filepath.Base(lib)]
		if sources == nil {
			return nil, fmt.Errorf("no source of %s is known", filepath.Base(lib))
		}
		for _, src := range sources {
			h := cache.NewHasher("ir/v1")
			h.Digest("shim", shim)
			h.String("source", src)
			h.Strings("flags", irFlags)
			argv := (&shimStep{j}).compiler(filepath.Join(dir, src), "", dir)
			units = append(units, irUnit{
				name: "/sockshim/" + src, key: h.Sum(), dir: dir, argv: withoutOutput(argv),
			})
		}
	}
	return units, nil
}

// withoutOutput drops from a compilation what is to be made of it, and lists of
// dependencies.
func withoutOutput(argv []string) []string {
	var kept []string
	for i := 0; i < len(argv); i++ {
		switch argv[i] {
		case "-o", "-MF", "-MT", "-MQ":
			i++
		case "-c", "-MMD", "-MD", "-MP":
		default:
			kept = append(kept, argv[i])
		}
	}
	return kept
}

// emitIR makes the IR of units that is not in the cache, jobs at once, and
// returns the units as the analysis reads them.
func (j *job) emitIR(ctx context.Context, s *pipeline.State, units []irUnit) ([]flow.Unit, error) {
	out := make([]flow.Unit, len(units))
	var missing []int
	for i, u := range units {
		out[i].Name = u.name
		if dir, ok := j.Store.Get(u.key); ok {
			out[i].Open = openIR(dir)
		} else {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	release, err := j.irWorkdir().restore(ctx, s)
	if err != nil {
		return nil, err
	}
	defer release()
	s.Events.Notef(stepFlow, "%d of %d units have no IR yet", len(missing), len(units))
	err = parallel(ctx, s.Jobs, len(missing), func(ctx context.Context, i int) error {
		i = missing[i]
		u := units[i]
		dir, _, err := j.Store.Do(ctx, u.key, func(tmp string) error { return j.compileIR(ctx, s, u, tmp) })
		out[i].Open = openIR(dir)
		return err
	})
	return out, err
}

func (j *job) compileIR(ctx context.Context, s *pipeline.State, u irUnit, out string) error {
	plain := filepath.Join(out, "unit.ll")
	argv := slices.Concat(u.argv, irFlags, []string{"-o", plain})
	if err := s.Exec(ctx, stepFlow, pipeline.Command{Argv: argv, Dir: u.dir, Env: j.environ()}); err != nil {
		return err
	}
	data, err := os.ReadFile(plain)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := zstd.NewWriter(&packed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	_, err = z.Write(data)
	if err := errors.Join(err, z.Close()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, irFile), packed.Bytes(), 0o666); err != nil {
		return err
	}
	return os.Remove(plain)
}

// openIR opens the IR in a unit's output.
func openIR(dir string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(filepath.Join(dir, irFile))
		if err != nil {
			return nil, err
		}
		z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
		if err != nil {
			f.Close()
			return nil, err
		}
		return packedFile{z, f}, nil
	}
}

type packedFile struct {
	*zstd.Decoder
	f *os.File
}

func (p packedFile) Close() error {
	p.Decoder.Close()
	return p.f.Close()
}
