package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

var (
	archiveName = regexp.MustCompile(`\.(tar(\.(xz|gz|bz2|zst))?|tgz|txz|tbz2?)$`)
	// scpName is git's short form of ssh, "git@example.org:path".
	scpName = regexp.MustCompile(`^[^/:]+:.`)
)

// override resolves what the user gave with --source. Nobody else is asked
// then: an answer from elsewhere would not be what the user wants to build.
func (s *session) override(ctx context.Context, given string) (*Release, error) {
	scheme, _, isURL := strings.Cut(given, "://")
	switch {
	case isURL && scheme == "file" && archiveName.MatchString(given):
		return s.archive(ctx, strings.TrimPrefix(given, "file://"))
	case isURL && scheme == "file":
		return s.ownRepository(ctx, given)
	case isURL && archiveName.MatchString(given):
		version, err := s.versionIn(given)
		if err != nil {
			return nil, err
		}
		return s.ask(ctx, []provider{&tarball{
			session: s,
			src:     recipe.TarballSource{URL: given, Signature: given + ".asc"},
			only:    version,
		}})
	case isURL:
		return s.ownRepository(ctx, given)
	}
	info, err := os.Stat(given)
	switch {
	case errors.Is(err, fs.ErrNotExist) && scpName.MatchString(given):
		return s.ownRepository(ctx, given)
	case err != nil:
		return nil, s.usage(given, err).
			WithHint("--source takes a directory, an archive (.tar.xz, .tar.gz, .tar.bz2, .tar.zst) or a git repository.")
	case !info.IsDir():
		return s.archive(ctx, given)
	case isBare(given):
		return s.ownRepository(ctx, given)
	}
	return s.directory(ctx, given)
}

func (s *session) usage(path string, err error) *diag.Error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && pathErr.Path == path {
		err = pathErr.Err
	}
	return &diag.Error{Exit: diag.Usage, Op: fmt.Sprintf("use --source %q", path), Err: err}
}

// versionIn finds the release that an archive's URL speaks of.
func (s *session) versionIn(url string) (string, error) {
	if s.version != "" {
		return s.version, nil
	}
	re := regexp.MustCompile(`(?:^|[^\d.])(` + releasePattern(s.recipe.Branch) + `)(?:\D|$)`)
	m := re.FindStringSubmatch(url[strings.LastIndexByte(url, '/')+1:])
	if m == nil {
		return "", s.usage(url, fmt.Errorf("its name tells no release of %s", s.recipe.Branch)).
			WithHint("Ask for an exact release, such as %s.0 in place of %s.", s.recipe.Name, s.recipe.Name)
	}
	return m[1], nil
}

// ownRepository takes a tag of a repository that the user named.
func (s *session) ownRepository(ctx context.Context, url string) (*Release, error) {
	g := &repository{session: s, provider: "source repository", url: url, given: true}
	if s.recipe.Source.Git == nil {
		return nil, s.usage(url, fmt.Errorf("the recipe %s does not say how tags are named (source.git.tag)", s.recipe.Name))
	}
	g.tag = s.recipe.Source.Git.Tag
	if _, local := localRepository(url); !local {
		return s.ask(ctx, []provider{g})
	}
	rec, err := s.newest(ctx, g)
	if err == nil {
		return &rec.Release, nil
	}
	if fatal(ctx, err) {
		return nil, err
	}
	return nil, &diag.Error{Exit: diag.Source, Op: fmt.Sprintf("find %s in the repository %s", s.wanted(), url), Err: err}
}

// archive takes an archive of the user's as it is, but for what the recipe
// knows about the release in it, and a signature beside it.
func (s *session) archive(ctx context.Context, path string) (*Release, error) {
	digest, err := cache.FileDigest(path)
	if err != nil {
		return nil, s.usage(path, err)
	}
	refuse := func(err error) error {
		return (&diag.Error{Exit: diag.Source, Op: "check the archive", Path: path, Err: err}).
			WithHint("Get the archive again. To build a source that was changed on purpose, unpack it and give the directory.")
	}
	var by signer
	signature, err := os.ReadFile(path + ".asc")
	signed := err == nil && s.keys != nil
	if signed {
		if by, err = s.verifyFile(path, signature); err != nil {
			return nil, refuse(err)
		}
	}
	tree, key, m, err := unpackArchive(ctx, s.store, path, digest)
	if err != nil {
		return nil, err
	}
	version, err := s.identify(os.DirFS(tree))
	if err != nil {
		return nil, s.usage(path, err)
	}
	if err := s.checkPin(version, path, digest); err != nil {
		return nil, refuse(err)
	}
	if _, pinned, _ := s.pin(version); !signed && !(pinned && isUpstreamArchive(path)) {
		s.events.Notef(step, "%s is used as it is: there is no %s.asc beside it, and the recipe pins no digest for it", path, filepath.Base(path))
	}
	m.SignedBy, m.Fingerprint = by.String(), by.Fingerprint
	rec := newRecord(tree, key, m, Release{
		Version:  version,
		Provider: "source archive",
		Origin:   absolute(path),
		SHA256:   digest.String(),
	})
	return &rec.Release, nil
}

// directory copies a tree of the user's into the store, so that the build
// neither touches it nor sees it change. Version control is left out.
func (s *session) directory(ctx context.Context, dir string) (*Release, error) {
	marked := os.DirFS(dir)
	version, err := s.identify(marked)
	if err != nil {
		d := s.usage(dir, err)
		if isBare(filepath.Join(dir, ".git")) {
			d.WithHint("To build a tag of this repository and not the files that are checked out, give %s.", filepath.Join(dir, ".git"))
		}
		return nil, d
	}
	digest, err := cache.TreeDigest(dir, notGit)
	if err != nil {
		return nil, s.usage(dir, err)
	}
	h := cache.NewHasher(directoryKey)
	h.Digest("tree", digest)
	key := h.Sum()
	tree, m, err := output(ctx, s.store, key, func(w *treeWriter, tmp string) (meta, error) {
		if err := copyTree(ctx, w, dir); err != nil {
			if ctx.Err() != nil {
				return meta{}, ctx.Err()
			}
			return meta{}, s.usage(dir, err)
		}
		copied, err := cache.TreeDigest(w.root.Name(), notGit)
		if err == nil && copied != digest {
			err = s.usage(dir, errors.New("the files changed while they were copied")).WithHint("Run it again.")
		}
		return meta{}, err
	})
	if err != nil {
		return nil, err
	}
	// The time becomes part of what is built: were it that of the newest file,
	// an edit of one file would mean compiling all of them again.
	for _, mark := range s.recipe.Source.Marks {
		if info, err := fs.Stat(marked, mark.File); err == nil {
			m.Epoch = max(m.Epoch, info.ModTime().Unix())
		}
	}
	rec := newRecord(tree, key, m, Release{Version: version, Provider: "source directory", Origin: absolute(dir)})
	return &rec.Release, nil
}

// notGit leaves out .git folders and the files of that name in worktrees and
// submodules.
func notGit(rel string) bool {
	rel = strings.TrimSuffix(rel, "/")
	return rel != ".git" && !strings.HasSuffix(rel, "/.git")
}

func copyTree(ctx context.Context, w *treeWriter, dir string) error {
	src := os.DirFS(dir)
	err := fs.WalkDir(src, ".", func(rel string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if !notGit(rel) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch d.Type() {
		case fs.ModeDir:
			return nil // made with its first file
		case fs.ModeSymlink:
			target, err := fs.ReadLink(src, rel)
			if err == nil {
				err = w.symlink(rel, target)
			}
			return entryError(rel, err)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f, err := src.Open(rel)
		if err != nil {
			return err
		}
		defer f.Close()
		return entryError(rel, w.file(rel, info.Mode()&0o100 != 0, info.ModTime(), f))
	})
	if err != nil {
		return err
	}
	return w.finish()
}

func entryError(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("entry %q: %w", name, err)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func (s *session) verifyFile(path string, signature []byte) (signer, error) {
	f, err := os.Open(path)
	if err != nil {
		return signer{}, err
	}
	defer f.Close()
	return s.keys.verify(f, signature)
}
