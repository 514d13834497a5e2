package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitmemory "github.com/go-git/go-git/v5/storage/memory"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
)

// listTimeout is for the list of a repository's tags, after which it is known
// whether the repository can be had at all.
const listTimeout = time.Minute

// repository is the provider of tags in a git repository.
type repository struct {
	*session
	provider string // "upstream git" or "source repository"
	url      string // or a path
	tag      string // with "{version}"
	// given says that the user named the repository, which makes up for a tag
	// without a signature.
	given bool

	refs map[string]plumbing.Hash // tag → object, once listed
}

func (g *repository) name() string { return g.provider + " (" + g.url + ")" }

func (g *repository) releases(ctx context.Context) ([]string, error) {
	if err := g.list(ctx); err != nil {
		return nil, err
	}
	before, after, _ := strings.Cut(g.tag, "{version}")
	tag := regexp.MustCompile("^" + regexp.QuoteMeta(before) + "(" + releasePattern(g.recipe.Branch) + ")" + regexp.QuoteMeta(after) + "$")
	var found []string
	for name := range g.refs {
		if m := tag.FindStringSubmatch(name); m != nil {
			found = append(found, m[1])
		}
	}
	if len(found) == 0 {
		return nil, missing("has no tag " + expand(g.tag, g.recipe.Branch+".*"))
	}
	return newestFirst(g.recipe.Branch, found), nil
}

func (g *repository) list(ctx context.Context) error {
	if g.refs != nil {
		return nil
	}
	refs, err := g.references(ctx)
	if err != nil {
		return err
	}
	g.refs = map[string]plumbing.Hash{}
	for _, ref := range refs {
		if ref.Name().IsTag() && ref.Type() == plumbing.HashReference {
			g.refs[ref.Name().Short()] = ref.Hash()
		}
	}
	return nil
}

func (g *repository) references(ctx context.Context) ([]*plumbing.Reference, error) {
	if path, ok := localRepository(g.url); ok {
		repo, err := git.PlainOpenWithOptions(path, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
		if err != nil {
			return nil, err
		}
		tags, err := repo.Tags()
		if err != nil {
			return nil, err
		}
		var refs []*plumbing.Reference
		err = tags.ForEach(func(ref *plumbing.Reference) error {
			refs = append(refs, ref)
			return nil
		})
		return refs, err
	}
	httpClient() // makes go-git use it
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	refs, err := g.remote(gitmemory.NewStorage()).ListContext(ctx, &git.ListOptions{})
	if errors.Is(err, transport.ErrRepositoryNotFound) || errors.Is(err, transport.ErrAuthenticationRequired) {
		return nil, err
	}
	if err != nil {
		return nil, unreachable{withoutURL(err)}
	}
	return refs, nil
}

func (g *repository) remote(s *gitmemory.Storage) *git.Remote {
	return git.NewRemote(s, &config.RemoteConfig{Name: "origin", URLs: []string{g.url}})
}

func (g *repository) get(ctx context.Context, version string) (*record, error) {
	if err := g.list(ctx); err != nil {
		return nil, err
	}
	tag := expand(g.tag, version)
	head, ok := g.refs[tag]
	if !ok {
		return nil, missing("has no tag " + tag)
	}
	h := cache.NewHasher(repositoryKey)
	h.String("tag", tag)
	h.String("object", head.String())
	h.String("given", fmt.Sprint(g.given))
	if g.keys != nil {
		h.Digest("keys", g.keys.digest)
	}
	key := h.Sum()
	tree, m, err := output(ctx, g.store, key, func(w *treeWriter, tmp string) (meta, error) {
		return g.checkOut(ctx, w, tmp, tag, head)
	})
	if err != nil {
		return nil, err
	}
	if m.SignedBy == "" {
		g.events.Notef(step, "tag %s of %s has no signature that could be checked", tag, g.url)
	}
	rec := newRecord(tree, key, m, Release{Version: version, Provider: g.provider, Origin: g.url})
	return rec, g.confirm(rec)
}

// checkOut checks the tag and writes the tree of its commit.
func (g *repository) checkOut(ctx context.Context, w *treeWriter, tmp, tag string, head plumbing.Hash) (meta, error) {
	repo, err := g.open(ctx, tmp, tag)
	if err != nil {
		return meta{}, err
	}
	by, hash, err := g.checkTag(repo, tag, head)
	if err != nil {
		return meta{}, err
	}
	commit, err := repo.CommitObject(hash)
	if err != nil {
		return meta{}, fmt.Errorf("tag %s: commit %s: %w", tag, hash, err)
	}
	c := &checkout{ctx: ctx, w: w, repo: repo, time: commit.Committer.When}
	if err := c.tree(commit.TreeHash, ""); err != nil {
		return meta{}, fmt.Errorf("tag %s: %w", tag, err)
	}
	if err := w.finish(); err != nil {
		return meta{}, fmt.Errorf("tag %s: %w", tag, err)
	}
	m := meta{Epoch: commit.Committer.When.Unix(), Commit: hash.String()}
	if by != (signer{}) {
		m.SignedBy, m.Fingerprint = by.String(), by.Fingerprint
	}
	return m, nil
}

// open opens a local repository where it is, and fetches no more of another
// one than the tag's commit.
func (g *repository) open(ctx context.Context, tmp, tag string) (*git.Repository, error) {
	if path, ok := localRepository(g.url); ok {
		return git.PlainOpenWithOptions(path, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	}
	repo, err := git.PlainInit(tmp, true)
	if err != nil {
		return nil, err
	}
	remote, err := repo.CreateRemoteAnonymous(&config.RemoteConfig{Name: "anonymous", URLs: []string{g.url}})
	if err != nil {
		return nil, err
	}
	ref := plumbing.NewTagReferenceName(tag).String()
	err = remote.FetchContext(ctx, &git.FetchOptions{
		RemoteName: "anonymous",
		RefSpecs:   []config.RefSpec{config.RefSpec("+" + ref + ":" + ref)},
		Depth:      1,
		Tags:       git.NoTags,
	})
	if err != nil {
		return nil, unreachable{fmt.Errorf("fetch tag %s: %w", tag, withoutURL(err))}
	}
	return repo, nil
}

// checkTag returns the commit that the tag is on, and who signed it.
func (g *repository) checkTag(repo *git.Repository, name string, head plumbing.Hash) (signer, plumbing.Hash, error) {
	var by signer
	tag, err := repo.TagObject(head)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		if !g.given {
			return by, head, fmt.Errorf("refused: tag %s has no signature", name)
		}
		return by, head, nil // a lightweight tag names the commit itself
	}
	if err != nil {
		return by, head, fmt.Errorf("tag %s: %w", name, err)
	}
	// A good signature under a newer name would pass an old release off as it.
	if tag.Name != name {
		return by, head, fmt.Errorf("tag %s holds the tag object of %q", name, tag.Name)
	}
	if tag.TargetType != plumbing.CommitObject {
		return by, head, fmt.Errorf("tag %s is on a %s, not on a commit", name, tag.TargetType)
	}
	switch {
	case tag.PGPSignature == "" && g.given:
		return by, tag.Target, nil
	case tag.PGPSignature == "":
		return by, head, fmt.Errorf("refused: tag %s has no signature", name)
	case g.keys == nil && g.given:
		return by, tag.Target, nil
	case g.keys == nil:
		return by, head, fmt.Errorf("refused: the recipe %s names no keys to check tag %s with", g.recipe.Name, name)
	}
	signed := &plumbing.MemoryObject{}
	if err := tag.EncodeWithoutSignature(signed); err != nil {
		return by, head, fmt.Errorf("tag %s: %w", name, err)
	}
	r, err := signed.Reader()
	if err != nil {
		return by, head, err
	}
	if by, err = g.keys.verify(r, []byte(tag.PGPSignature)); err != nil {
		return by, head, fmt.Errorf("refused: signature of tag %s: %w", name, err)
	}
	return by, tag.Target, nil
}

// checkout writes the files of a commit.
type checkout struct {
	ctx  context.Context
	w    *treeWriter
	repo *git.Repository
	time time.Time
}

// tree recurses by itself because go-git's own walker takes a missing object
// for the end of the tree.
func (c *checkout) tree(hash plumbing.Hash, dir string) error {
	t, err := c.repo.TreeObject(hash)
	if err != nil {
		return fmt.Errorf("tree %s (%s): %w", hash, dir, err)
	}
	for _, e := range t.Entries {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		name := e.Name
		if dir != "" {
			name = dir + "/" + e.Name
		}
		if e.Mode == filemode.Dir {
			err = c.tree(e.Hash, name)
		} else {
			err = c.entry(e, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checkout) entry(e object.TreeEntry, name string) error {
	if e.Mode == filemode.Submodule {
		return nil // another project's commit: no release needs one to build
	}
	name, err := cleanName(name)
	if err != nil {
		return fmt.Errorf("entry %q: %w", e.Name, err)
	}
	blob, err := c.repo.BlobObject(e.Hash)
	if err != nil {
		return fmt.Errorf("entry %q: %w", name, err)
	}
	r, err := blob.Reader()
	if err != nil {
		return fmt.Errorf("entry %q: %w", name, err)
	}
	defer r.Close()
	switch e.Mode {
	case filemode.Symlink:
		var target []byte
		if target, err = io.ReadAll(io.LimitReader(r, 4096)); err == nil {
			err = c.w.symlink(name, string(target))
		}
	case filemode.Regular, filemode.Deprecated, filemode.Executable:
		err = c.w.file(name, e.Mode == filemode.Executable, c.time, r)
	default:
		err = fmt.Errorf("has the unknown mode %v", e.Mode)
	}
	if err != nil {
		return fmt.Errorf("entry %q: %w", name, err)
	}
	return nil
}

// localRepository is the path of a repository on this machine.
func localRepository(url string) (path string, ok bool) {
	if path, ok := strings.CutPrefix(url, "file://"); ok {
		return path, true
	}
	if strings.Contains(url, "://") {
		return "", false
	}
	_, err := os.Stat(url)
	return url, err == nil
}

// isBare says whether dir is the inside of a git repository: a bare one or the
// .git folder of another.
func isBare(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}
