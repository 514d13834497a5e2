package build

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/pipeline"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/source"
	"github.com/wlrbuild/wlrbuild/verify/flow"
)

// metadata is dist/metadata.json. It tells of every build whose files are in
// the directory.
type metadata struct {
	Schema string      `json:"schema"`
	Builds []buildInfo `json:"builds"`
}

const (
	metadataSchema = "wlrbuild.metadata/v1"
	metadataFile   = "metadata.json"
	sumsFile       = "SHA256SUMS"
)

type buildInfo struct {
	Recipe    string          `json:"recipe"`
	Release   string          `json:"release"`
	Runtime   string          `json:"runtime"`
	Backend   string          `json:"backend"`
	Setjmp    string          `json:"setjmp"`
	Source    *source.Release `json:"source"`
	Patches   []patchInfo     `json:"patches"`
	Toolchain toolchainInfo   `json:"toolchain"`
	Flags     flagInfo        `json:"flags"`
	Artifacts []artifactInfo  `json:"artifacts"`
	Steps     []stepInfo      `json:"steps"`
}

type patchInfo struct {
	Name    string       `json:"name"`
	Subject string       `json:"subject"`
	SHA256  cache.Digest `json:"sha256"`
}

type toolchainInfo struct {
	Name     string        `json:"name"`
	Provider string        `json:"provider"`
	Target   string        `json:"target"`
	Clang    string        `json:"clang"`
	Digest   cache.Digest  `json:"digest"`
	Packages []packageInfo `json:"packages,omitempty"`
}

type packageInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

type flagInfo struct {
	Configure []string `json:"configure"`
	CFlags    []string `json:"cflags"`
	LDFlags   []string `json:"ldflags"`
}

type artifactInfo struct {
	Name          string      `json:"name"`
	File          string      `json:"file"`
	Size          int64       `json:"size"` // bytes
	SHA256        string      `json:"sha256"`
	Symbols       string      `json:"symbols"` // file with the same code, names and debug information
	SymbolsSHA256 string      `json:"symbols_sha256"`
	Lint          *lintResult `json:"lint,omitempty"`
	Verified      *runResult  `json:"verified,omitempty"`
	Calls         *callsInfo  `json:"calls,omitempty"`
	AOT           []aotInfo   `json:"aot,omitempty"`
}

// callsInfo is what the proof of the calls by address came to.
type callsInfo struct {
	Verdicts map[flow.Verdict]int `json:"verdicts"`
	Assumed  map[string]int       `json:"assumed"` // rule → findings that it discharges
	Coverage *flow.CoverageCounts `json:"coverage"`
}

type stepInfo struct {
	Name    string  `json:"name"`
	Key     string  `json:"key,omitempty"`
	Cached  bool    `json:"cached"`
	Seconds float64 `json:"seconds"`
}

// dist writes the artifacts of the build, and what there is to tell of them, to
// the output directory.
func (j *job) dist(ctx context.Context, s *pipeline.State, results []pipeline.Result) error {
	info := j.info(results)
	err := deliver(ctx, j.Out, func(o *outbox) error {
		for i := range j.Recipe.Artifacts {
			a, err := j.distArtifact(s, &j.Recipe.Artifacts[i], o)
			if err != nil {
				return err
			}
			info.Artifacts = append(info.Artifacts, *a)
		}
		all, err := mergeMetadata(j.Out, info)
		if err != nil {
			return err
		}
		return addMetadata(o, all)
	})
	if err != nil {
		return diag.New(diag.Step, "write to "+j.Out, "%w", err).
			WithHint("nothing of this build is lost: run the same command again when the directory can be written to")
	}
	for _, a := range info.Artifacts {
		fmt.Fprintf(j.Stdout, "%s  %s\n", filepath.Join(j.Out, a.File), size(a.Size))
		for _, c := range a.AOT {
			fmt.Fprintf(j.Stdout, "%s  %s  compiled in %.0f s with %s of memory\n    %s\n",
				filepath.Join(j.Out, c.File), size(c.Size), c.Seconds, size(c.PeakMemory), pipeline.Command{Argv: c.Command})
		}
	}
	return nil
}

func size(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func (j *job) distArtifact(s *pipeline.State, a *recipe.Artifact, o *outbox) (*artifactInfo, error) {
	dir, err := s.Output(stepPostlink + "-" + a.Name)
	if err != nil {
		return nil, err
	}
	base := j.base(a)
	info := &artifactInfo{Name: a.Name, File: base + ".wasm", Symbols: base + ".debug.wasm", Lint: j.linted[a.Name]}
	if info.Verified, err = j.verified(s, a); err != nil {
		return nil, err
	}
	switch calls, err := j.callsOf(s, a); {
	case err == nil:
		info.Calls = &callsInfo{calls.Verdicts, calls.Assumed, calls.Coverage}
	case !errors.Is(err, pipeline.ErrUnknownYet):
		return nil, err
	}
	for _, f := range []struct {
		from, to string
		digest   *string
	}{{moduleFile, info.File, &info.SHA256}, {debugFile, info.Symbols, &info.SymbolsSHA256}} {
		from := filepath.Join(dir, f.from)
		d, err := cache.FileDigest(from)
		if err != nil {
			return nil, err
		}
		*f.digest = d.String()
		if err := o.addFile(f.to, from); err != nil {
			return nil, err
		}
	}
	st, err := os.Stat(filepath.Join(dir, moduleFile))
	if err != nil {
		return nil, err
	}
	info.Size = st.Size()
	for _, c := range j.compiled[a.Name] {
		st, err := os.Stat(c.Path)
		if err != nil {
			return nil, err
		}
		d, err := cache.FileDigest(c.Path)
		if err != nil {
			return nil, err
		}
		if err := o.addFile(c.File, c.Path); err != nil {
			return nil, err
		}
		c.Size, c.SHA256 = st.Size(), d.String()
		info.AOT = append(info.AOT, c)
	}
	return info, nil
}

// base is what the names of an artifact's files begin with.
func (j *job) base(a *recipe.Artifact) string {
	return fmt.Sprintf("%s-%s-%s", a.Name, j.release.Version, j.runtime.Name)
}

func (j *job) info(results []pipeline.Result) buildInfo {
	b := buildInfo{
		Recipe: j.Recipe.Name, Release: j.release.Version,
		Runtime: j.runtime.Name, Backend: j.runtime.Backend, Setjmp: j.runtime.Setjmp,
		Source: j.release, Patches: []patchInfo{},
		Toolchain: toolchainInfo{
			Name: j.tools.Name, Provider: j.tools.Provider, Target: j.tools.Target,
			Clang: j.tools.Version, Digest: j.tools.Digest,
		},
		Flags: flagInfo{
			Configure: args(j.Recipe.Configure.Args),
			CFlags:    args(j.Recipe.Configure.CFlags),
			LDFlags:   append(args(j.Recipe.Configure.LDFlags), args(j.runtime.LDFlags)...),
		},
	}
	for _, p := range j.series.Patches {
		b.Patches = append(b.Patches, patchInfo{p.Name, p.Subject, p.Digest})
	}
	for _, p := range j.tools.Packages {
		b.Toolchain.Packages = append(b.Toolchain.Packages, packageInfo{p.Name, p.Version, p.SHA256})
	}
	for _, r := range results {
		step := stepInfo{Name: r.Step, Cached: r.Cached, Seconds: float64(r.Duration.Milliseconds()) / 1000}
		if r.Key != (cache.Digest{}) {
			step.Key = r.Key.String()
		}
		b.Steps = append(b.Steps, step)
	}
	return b
}

// mergeMetadata adds a build to those that the directory's metadata tells of.
// A build whose files are gone or are no longer its own is left out, and so is
// one whose files this build replaces.
func mergeMetadata(dir string, b buildInfo) (*metadata, error) {
	var m metadata
	data, err := os.ReadFile(filepath.Join(dir, metadataFile))
	if err == nil {
		if json.Unmarshal(data, &m) != nil || m.Schema != metadataSchema {
			// Not ours to keep: another program's, or cut off.
			m = metadata{}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	m.Schema = metadataSchema
	m.Builds = slices.DeleteFunc(m.Builds, func(old buildInfo) bool {
		return old.shares(&b) || !old.present(dir)
	})
	m.Builds = append(m.Builds, b)
	slices.SortFunc(m.Builds, func(x, y buildInfo) int {
		return cmp.Or(cmp.Compare(x.Recipe, y.Recipe), cmp.Compare(x.Release, y.Release), cmp.Compare(x.Runtime, y.Runtime))
	})
	return &m, nil
}

// files are the digests of the build's files by their names.
func (b *buildInfo) files() map[string]string {
	digests := map[string]string{}
	for _, a := range b.Artifacts {
		digests[a.File], digests[a.Symbols] = a.SHA256, a.SymbolsSHA256
		for _, c := range a.AOT {
			digests[c.File] = c.SHA256
		}
	}
	return digests
}

func (b *buildInfo) shares(other *buildInfo) bool {
	theirs := other.files()
	for name := range b.files() {
		if _, ok := theirs[name]; ok {
			return true
		}
	}
	return false
}

func (b *buildInfo) present(dir string) bool {
	for name, digest := range b.files() {
		if d, err := cache.FileDigest(filepath.Join(dir, name)); err != nil || d.String() != digest {
			return false
		}
	}
	return len(b.Artifacts) > 0
}

// addMetadata adds metadata.json and SHA256SUMS.
func addMetadata(o *outbox, m *metadata) error {
	var data bytes.Buffer
	enc := json.NewEncoder(&data)
	enc.SetEscapeHTML(false) // it is read by people, too, and never in a page
	enc.SetIndent("", "\t")
	if err := enc.Encode(m); err != nil {
		return err
	}
	digests := map[string]string{metadataFile: fmt.Sprintf("%x", sha256.Sum256(data.Bytes()))}
	if err := o.add(metadataFile, &data); err != nil {
		return err
	}
	for _, b := range m.Builds {
		maps.Copy(digests, b.files())
	}
	var sums strings.Builder
	for _, name := range slices.Sorted(maps.Keys(digests)) {
		fmt.Fprintf(&sums, "%s  %s\n", digests[name], name)
	}
	return o.add(sumsFile, strings.NewReader(sums.String()))
}
