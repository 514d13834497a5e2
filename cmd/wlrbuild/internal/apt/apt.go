// Package apt reads Debian suites, also others than the one that is installed,
// through the machine's own apt configuration: its mirrors, keyrings, proxies
// and credentials. The package lists are kept in a private state, so that the
// machine's own state is neither needed nor changed, and no privilege is
// needed.
package apt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// ErrNotFound means that the suite has no such package, or that a mirror lists
// a file which it does not have (yet, or any more). Another version, or an
// older one, may be there.
var ErrNotFound = errors.New("not found")

// Package is a binary package as a suite offers it.
type Package struct {
	Name, Version, Architecture string
	File                        string // URL
	SHA256                      string
	Size                        int64
}

// SourcePackage is a source package as a suite offers it.
type SourcePackage struct {
	Package  string
	Version  string // Debian's: 8.2.32-1~deb12u1
	Upstream string // the version that was packaged: 8.2.32
	Files    []SourceFile
}

// SourceFile is one file of a source package.
type SourceFile struct {
	Name, URL, SHA256 string
	Size              int64
}

// Suite is a Debian suite in a private apt state. Its methods may be called
// from many goroutines and processes at once.
type Suite struct {
	name    string
	dir     string // holds apt.conf, sources, lists, …
	pockets []pocket
	conf    machineConf

	mu       sync.Mutex
	warnings []string
	indexes  []index // of the lists that are there
}

// index is a Packages or Sources file that apt has fetched.
type index struct {
	Kind  string // "Packages" or "Sources"
	Suite string // or pocket: "bookworm-updates"
	Repo  string // URL that the file names in it are relative to
	Path  string // may be compressed
}

// fetched is the stamp written after lists were fetched.
type fetched struct {
	// Sources is what they were fetched from: another mirror in the machine's
	// configuration must count at once, not tomorrow.
	Sources string
	Indexes []index
}

// maxAge is how long package lists are used before they are fetched anew.
const maxAge = 24 * time.Hour

// failures holds, by state directory, why this process could not fetch its
// lists: an unreachable mirror costs its timeout once.
var failures sync.Map

var suiteName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Open reads the machine's configuration and, at most once a day, fetches the
// package lists of a suite into a folder of dir. If they cannot be fetched but
// are there from before, those are used, and Warnings says so.
func Open(ctx context.Context, dir, suite string) (*Suite, error) {
	if !suiteName.MatchString(suite) {
		return nil, diag.New(diag.Usage, fmt.Sprintf("open Debian suite %q", suite), "a suite has a name such as bookworm")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Suite{name: suite, dir: filepath.Join(dir, suite)}
	if err := s.open(ctx); err != nil {
		return nil, explain("read the package lists of Debian "+suite, err)
	}
	return s, nil
}

func (s *Suite) open(ctx context.Context) (err error) {
	if s.conf, err = readMachineConf(ctx); err != nil {
		return err
	}
	sources, err := machineSources(s.conf.sourceList, s.conf.sourceParts)
	if err != nil {
		return err
	}
	found, err := pickArchives(sources)
	if err != nil {
		return err
	}
	s.pockets = found.pockets(s.name)
	for _, name := range []string{"sources", "lists", "cache", "tmp"} {
		if err := os.MkdirAll(filepath.Join(s.dir, name), 0o777); err != nil {
			return err
		}
	}
	if err := cache.SweepTemp(s.temp()); err != nil {
		return err
	}
	unlock, err := cache.LockFile(ctx, s.dir+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.WriteFile(s.path("apt.conf"), []byte(renderConf(s.dir, os.Geteuid() == 0)), 0o666); err != nil {
		return err
	}
	var ok bool
	if s.indexes, ok = s.fresh(); ok {
		return nil
	}
	err = s.updateOnce(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	s.indexes, _ = s.readIndexes(ctx)
	if !slices.ContainsFunc(s.indexes, func(ix index) bool { return ix.Suite == s.name }) {
		return err
	}
	s.warn("could not fetch all package lists of Debian %s, using those that are here: %v", s.name, err)
	return nil
}

func (s *Suite) path(name string) string { return filepath.Join(s.dir, name) }
func (s *Suite) temp() string            { return s.path("tmp") }

func (s *Suite) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// Warnings says in sentences what a person should know about the lists: that
// they are old, or that the mirror lacks a part of the suite.
func (s *Suite) Warnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.warnings)
}

// Refresh fetches the package lists now, however old they are.
func (s *Suite) Refresh(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.warnings = nil
	if err := s.refresh(ctx); err != nil {
		return explain("refresh the package lists of Debian "+s.name, err)
	}
	return nil
}

func (s *Suite) refresh(ctx context.Context) error {
	unlock, err := cache.LockFile(ctx, s.dir+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	return s.update(ctx)
}

func (s *Suite) stamp() string { return s.path("fetched.json") }

// fresh returns the lists if they are young, complete and from the mirror
// that the machine uses now.
func (s *Suite) fresh() ([]index, bool) {
	info, err := os.Stat(s.stamp())
	if err != nil {
		return nil, false
	}
	if age := time.Since(info.ModTime()); age < 0 || age > maxAge {
		return nil, false
	}
	var f fetched
	data, err := os.ReadFile(s.stamp())
	if err != nil || json.Unmarshal(data, &f) != nil || f.Sources != renderSources(s.pockets, s.conf.arch) {
		return nil, false
	}
	for _, ix := range f.Indexes {
		if _, err := os.Stat(ix.Path); err != nil {
			return nil, false
		}
	}
	return f.Indexes, true
}

func (s *Suite) updateOnce(ctx context.Context) error {
	if err, ok := failures.Load(s.dir); ok {
		return err.(error)
	}
	err := s.update(ctx)
	if err != nil && ctx.Err() == nil {
		failures.Store(s.dir, err)
	}
	return err
}

// lacking is how apt says that a mirror answers, but without the suite. It
// does not insist on a Release file if the machine's owner trusts the mirror.
var lacking = regexp.MustCompile(`The repository '\S+ (\S+) Release' (?:does not have|no longer has) a Release file` +
	`|Failed to fetch \S+/dists/(\S+)/main/\S+ (?:404|410|File not found)\b`)

func (s *Suite) update(ctx context.Context) error {
	// Gone while apt works: lists that were fetched in part are not fresh.
	if err := os.Remove(s.stamp()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	pockets := s.pockets
	for {
		if err := os.WriteFile(s.path("sources/suite.sources"), []byte(renderSources(pockets, s.conf.arch)), 0o666); err != nil {
			return err
		}
		_, err := output(ctx, "apt-get", "-c", s.path("apt.conf"), "-q", "update")
		if err == nil {
			break
		}
		// A mirror need not have every pocket; go on without those it lacks.
		var suites []string
		for _, m := range lacking.FindAllStringSubmatch(err.Error(), -1) {
			suites = append(suites, m[1]+m[2]) // one of them is ""
		}
		var rest []pocket
		for _, p := range pockets {
			if p.optional && slices.Contains(suites, p.suite) {
				s.warn("%s has no %s; it is left out", p.archive.uri, p.suite)
			} else {
				rest = append(rest, p)
			}
		}
		if len(rest) == len(pockets) {
			return err
		}
		pockets = rest
	}
	indexes, err := s.readIndexes(ctx)
	if err != nil {
		return err
	}
	s.indexes = indexes
	data, err := json.Marshal(fetched{renderSources(s.pockets, s.conf.arch), indexes})
	if err != nil {
		return err
	}
	// One that is cut off by a crash does not parse, so the lists are fetched.
	return os.WriteFile(s.stamp(), data, 0o666)
}

func (s *Suite) readIndexes(ctx context.Context) ([]index, error) {
	out, err := output(ctx, "apt-get", "-c", s.path("apt.conf"), "indextargets", "--format", "$(CREATED_BY)\t$(RELEASE)\t$(REPO_URI)\t$(FILENAME)")
	if err != nil {
		return nil, err
	}
	var all []index
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 4 {
			return nil, fmt.Errorf("apt-get indextargets printed %q", line)
		}
		all = append(all, index{fields[0], fields[1], fields[2], fields[3]})
	}
	return all, nil
}

// scan calls f with each stanza of a package in wanted, from all the lists of
// a kind.
func (s *Suite) scan(ctx context.Context, kind string, wanted []string, f func(st stanza, repo string) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// Another process that fetches lists would take these away meanwhile.
	unlock, err := cache.LockFile(ctx, s.dir+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	for _, ix := range s.indexes {
		if ix.Kind != kind {
			continue
		}
		// Lists may be compressed in any way that apt knows.
		cat := []string{s.conf.helper, "-c", s.path("apt.conf"), "cat-file", ix.Path}
		err := stream(ctx, cat, func(r io.Reader) error {
			for par, err := range paragraphs(r) {
				if err != nil {
					return err
				}
				if !slices.Contains(wanted, packageName(par)) {
					continue
				}
				st, err := parseStanza(par)
				if err != nil {
					return err
				}
				if err := f(st, ix.Repo); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", ix.Path, err)
		}
	}
	return nil
}

// Binary returns the newest version of each package that the suite has for
// this machine, in the order of names. If one is missing, the error names it
// and wraps ErrNotFound.
func (s *Suite) Binary(ctx context.Context, names ...string) ([]Package, error) {
	versions, err := s.binaries(ctx, names)
	if err != nil {
		return nil, err
	}
	newest := make([]Package, len(names))
	for i, name := range names {
		newest[i] = versions[name][0]
	}
	return newest, nil
}

// Versions returns the versions of a package that the suite has for this
// machine, the newest first: what to try if the mirror does not have the file
// of the newest.
func (s *Suite) Versions(ctx context.Context, name string) ([]Package, error) {
	versions, err := s.binaries(ctx, []string{name})
	if err != nil {
		return nil, err
	}
	return versions[name], nil
}

func (s *Suite) binaries(ctx context.Context, names []string) (map[string][]Package, error) {
	versions := map[string][]Package{}
	err := s.scan(ctx, "Packages", names, func(st stanza, repo string) error {
		p, err := packageOf(st, repo)
		versions[p.Name] = append(versions[p.Name], p)
		return err
	})
	if err != nil {
		return nil, explain("look up packages in Debian "+s.name, err)
	}
	var missing []string
	for _, name := range names {
		if len(versions[name]) == 0 {
			missing = append(missing, name)
		}
		slices.SortStableFunc(versions[name], func(a, b Package) int { return compareVersions(b.Version, a.Version) })
	}
	if len(missing) > 0 {
		return nil, s.notFound("package", missing)
	}
	return versions, nil
}

// Sources returns the versions of a source package that the suite has, the
// newest first. One that is in two pockets is there twice, with the URLs of
// each. A mirror may list a version whose files it does not have; Download
// fails with ErrNotFound then, and the next version is worth a try.
func (s *Suite) Sources(ctx context.Context, pkg string) ([]SourcePackage, error) {
	var all []SourcePackage
	err := s.scan(ctx, "Sources", []string{pkg}, func(st stanza, repo string) error {
		p, err := sourceOf(st, repo)
		all = append(all, p)
		return err
	})
	if err != nil {
		return nil, explain("look up source packages in Debian "+s.name, err)
	}
	if len(all) == 0 {
		return nil, s.notFound("source package", []string{pkg})
	}
	slices.SortStableFunc(all, func(a, b SourcePackage) int { return compareVersions(b.Version, a.Version) })
	return all, nil
}

// Pool is the URL of a file in the pool of the suite's archive, listed or not.
func (s *Suite) Pool(path string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ix := range s.indexes {
		if ix.Kind == "Sources" && ix.Suite == s.name {
			return join(ix.Repo, path), nil
		}
	}
	return "", s.notFound("source packages", nil)
}

func (s *Suite) notFound(what string, names []string) error {
	return &diag.Error{
		Exit: diag.Source,
		Op:   fmt.Sprintf("look up in Debian %s (%s)", s.name, s.pockets[0].archive.uri),
		Err:  fmt.Errorf("%s %s: %w", what, strings.Join(names, ", "), ErrNotFound),
	}
}

// Download writes the file of a binary package to w. Its digest has been
// checked by then. The error wraps ErrNotFound if the mirror lists the file
// but does not have it.
func (s *Suite) Download(ctx context.Context, p Package, w io.Writer) error {
	return s.download(ctx, p.File, p.SHA256, w)
}

// DownloadSource is Download for a file of a source package.
func (s *Suite) DownloadSource(ctx context.Context, f SourceFile, w io.Writer) error {
	return s.download(ctx, f.URL, f.SHA256, w)
}

// absent is how apt's methods say that a server or disk lacks a file.
var absent = regexp.MustCompile(`Failed to fetch \S+ (404|410|File not found)\b`)

func (s *Suite) download(ctx context.Context, url, sha256 string, w io.Writer) error {
	err := cache.WithTemp(ctx, s.temp(), func(tmp string) error {
		tmp = filepath.Join(tmp, "file")
		_, err := output(ctx, s.conf.helper, "-c", s.path("apt.conf"), "-q", "download-file", url, tmp, "SHA256:"+sha256)
		if err != nil {
			if absent.MatchString(err.Error()) {
				return fmt.Errorf("%w on the mirror, which lists it", ErrNotFound)
			}
			return err
		}
		f, err := os.Open(tmp)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		return explain("download "+url, err)
	}
	return nil
}

// Unpack extracts the files of a .deb into the directory dest. A dest that is
// filled in part after an error is the caller's to remove.
func Unpack(ctx context.Context, deb, dest string) error {
	if _, err := output(ctx, "dpkg-deb", "--extract", deb, dest); err != nil {
		return explain("unpack "+deb, err)
	}
	return nil
}

// explain makes an error for a person, unless err is one already.
func explain(op string, err error) error {
	var known *diag.Error
	if errors.As(err, &known) {
		return err
	}
	e := &diag.Error{Exit: diag.Source, Op: op, Err: err}
	switch {
	case errors.Is(err, exec.ErrNotFound):
		e.Exit = diag.Preflight
		e.Hint = "This needs apt, which Debian and its derivatives have. Use another source or toolchain provider elsewhere."
	case errors.Is(err, context.Canceled):
		e.Exit = diag.Interrupted
	}
	return e
}
