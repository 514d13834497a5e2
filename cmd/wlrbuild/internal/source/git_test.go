package source

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/recipe"
)

// gitRepo is a repository to take tags from.
type gitRepo struct {
	*git.Repository
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) *gitRepo {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "upstream")
	repo, err := git.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	return &gitRepo{repo, t, dir}
}

// commit records the files of a release.
func (g *gitRepo) commit(version string) plumbing.Hash {
	g.t.Helper()
	for name, data := range phpFiles(version) {
		write(g.t, g.dir, name, []byte(data))
	}
	if err := os.Chmod(filepath.Join(g.dir, "configure"), 0o755); err != nil {
		g.t.Fatal(err)
	}
	os.Remove(filepath.Join(g.dir, "link"))
	if err := os.Symlink("Zend/zend.h", filepath.Join(g.dir, "link")); err != nil {
		g.t.Fatal(err)
	}
	tree, err := g.Worktree()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := tree.AddWithOptions(&git.AddOptions{All: true}); err != nil {
		g.t.Fatal(err)
	}
	hash, err := tree.Commit("release "+version, &git.CommitOptions{Author: author(), AllowEmptyCommits: true})
	if err != nil {
		g.t.Fatal(err)
	}
	return hash
}

func author() *object.Signature {
	return &object.Signature{Name: "A", Email: "a@example.org", When: released}
}

// tag puts an annotated tag on a commit, signed if there is a key.
func (g *gitRepo) tag(name string, on plumbing.Hash, key *openpgp.Entity) plumbing.Hash {
	g.t.Helper()
	ref, err := g.CreateTag(name, on, &git.CreateTagOptions{Tagger: author(), Message: "tag " + name + "\n", SignKey: key})
	if err != nil {
		g.t.Fatal(err)
	}
	return ref.Hash()
}

func (g *gitRepo) ref(name string, hash plumbing.Hash) {
	g.t.Helper()
	if err := g.Storer.SetReference(plumbing.NewHashReference(plumbing.NewTagReferenceName(name), hash)); err != nil {
		g.t.Fatal(err)
	}
}

// store writes an object, however wrong.
func (g *gitRepo) store(o interface {
	Encode(plumbing.EncodedObject) error
}) plumbing.Hash {
	g.t.Helper()
	e := g.Storer.NewEncodedObject()
	if err := o.Encode(e); err != nil {
		g.t.Fatal(err)
	}
	hash, err := g.Storer.SetEncodedObject(e)
	if err != nil {
		g.t.Fatal(err)
	}
	return hash
}

func (g *gitRepo) blob(data string) plumbing.Hash {
	g.t.Helper()
	e := g.Storer.NewEncodedObject()
	e.SetType(plumbing.BlobObject)
	w, err := e.Writer()
	if err != nil {
		g.t.Fatal(err)
	}
	w.Write([]byte(data))
	w.Close()
	hash, err := g.Storer.SetEncodedObject(e)
	if err != nil {
		g.t.Fatal(err)
	}
	return hash
}

// serve serves the repository by git's smart protocol over HTTP.
func (g *gitRepo) serve() (url string, requests *atomic.Int64) {
	g.t.Helper()
	program, err := exec.LookPath("git")
	if err != nil {
		g.t.Skip("SKIPPED: no git on PATH, which serves the repository")
	}
	requests = &atomic.Int64{}
	backend := &cgi.Handler{Path: program, Args: []string{"http-backend"}, Env: []string{
		"GIT_PROJECT_ROOT=" + filepath.Dir(g.dir), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
	}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		backend.ServeHTTP(w, r)
	}))
	g.t.Cleanup(s.Close)
	return s.URL + "/upstream/.git", requests
}

func gitRecipe(url string) *recipe.Recipe {
	rec := phpRecipe("8.2")
	rec.Source.Keys = "keys.asc"
	rec.Source.Git = &recipe.GitSource{URL: url, Tag: "php-{version}"}
	return rec
}

func TestGit(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	foreign := newKey(t, "foreign", time.Now().Add(-year), 0)
	type tagged struct {
		*gitRepo
		commit9, commit10 plumbing.Hash
	}
	for _, tt := range []struct {
		name    string
		version string
		setUp   func(g tagged)
		want    string // version or, with a "!", part of the error
		given   string // the same when the repository is given with --source; "" if no different
		signer  string
	}{
		{
			name: "newest of several",
			setUp: func(g tagged) {
				g.tag("php-8.2.9", g.commit9, key)
				g.tag("php-8.2.10", g.commit10, key)
				g.tag("php-8.2.11RC1", g.commit10, key)
				g.tag("php-8.20.0", g.commit10, key)
				g.tag("other-8.2.12", g.commit10, key)
			},
			want: "8.2.10", signer: "manager <",
		},
		{
			name: "exact", version: "8.2.9",
			setUp: func(g tagged) {
				g.tag("php-8.2.9", g.commit9, key)
				g.tag("php-8.2.10", g.commit10, key)
			},
			want: "8.2.9", signer: "manager <",
		},
		{
			name: "exact, not there", version: "8.2.99",
			setUp: func(g tagged) { g.tag("php-8.2.9", g.commit9, key) },
			want:  "!has no tag php-8.2.99",
		},
		{name: "no tags", setUp: func(tagged) {}, want: "!has no tag php-8.2.*"},
		{
			name:  "not signed",
			setUp: func(g tagged) { g.tag("php-8.2.9", g.commit9, nil) },
			want:  "!tag php-8.2.9 has no signature", given: "8.2.9",
		},
		{
			name:  "lightweight",
			setUp: func(g tagged) { g.ref("php-8.2.9", g.commit9) },
			want:  "!tag php-8.2.9 has no signature", given: "8.2.9",
		},
		{
			name:  "signed by somebody else",
			setUp: func(g tagged) { g.tag("php-8.2.9", g.commit9, foreign) },
			want:  "!none of keys.asc",
		},
		{
			name: "an older tag under a newer name",
			setUp: func(g tagged) {
				g.ref("php-8.2.10", g.tag("php-8.2.9", g.commit9, key))
			},
			want: `!holds the tag object of "php-8.2.9"`,
		},
		{
			name: "moved to another commit",
			setUp: func(g tagged) {
				tag, err := g.TagObject(g.tag("php-8.2.9", g.commit9, key))
				if err != nil {
					t.Fatal(err)
				}
				tag.Target = g.commit10
				g.ref("php-8.2.9", g.store(tag))
			},
			want: "!signature of tag php-8.2.9",
		},
		{
			name:  "on the wrong release",
			setUp: func(g tagged) { g.tag("php-8.2.10", g.commit9, key) },
			want:  "!php 8.2.9, not 8.2.10",
		},
		{
			name: "on a tree",
			setUp: func(g tagged) {
				c, err := g.CommitObject(g.commit9)
				if err != nil {
					t.Fatal(err)
				}
				g.tag("php-8.2.9", c.TreeHash, key)
			},
			want: "!on a tree, not on a commit",
		},
		{
			name: "a link that climbs out",
			setUp: func(g tagged) {
				tree := &object.Tree{Entries: []object.TreeEntry{{Name: "l", Mode: filemode.Symlink, Hash: g.blob("../../evil")}}}
				g.tag("php-8.2.9", g.store(&object.Commit{Author: *author(), Committer: *author(), TreeHash: g.store(tree)}), key)
			},
			want: `!entry "l": is a symbolic link to "../../evil"`,
		},
		{
			name: "a tree that lacks an object",
			setUp: func(g tagged) {
				c, err := g.CommitObject(g.commit9)
				if err != nil {
					t.Fatal(err)
				}
				g.tag("php-8.2.9", g.commit9, key)
				tree, err := c.Tree()
				if err != nil {
					t.Fatal(err)
				}
				sub, err := tree.FindEntry("Zend")
				if err != nil {
					t.Fatal(err)
				}
				hash := sub.Hash.String()
				if err := os.Remove(filepath.Join(g.dir, ".git/objects", hash[:2], hash[2:])); err != nil {
					t.Fatal(err)
				}
			},
			want: "!", // says the server or the reader, each in its words
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := tagged{gitRepo: newRepo(t)}
			g.commit9, g.commit10 = g.commit("8.2.9"), g.commit("8.2.10")
			tt.setUp(g)
			url, _ := g.serve()
			bare := filepath.Join(g.dir, ".git")
			for _, way := range []struct {
				name string
				req  Request
				want string
			}{
				{"upstream over HTTP", Request{Recipe: gitRecipe(url)}, tt.want},
				{"upstream here", Request{Recipe: gitRecipe("file://" + bare)}, tt.want},
				{"given URL", Request{Recipe: gitRecipe("unused"), Override: url}, or(tt.given, tt.want)},
				{"given path", Request{Recipe: gitRecipe("unused"), Override: bare}, or(tt.given, tt.want)},
				{"given file URL", Request{Recipe: gitRecipe("unused"), Override: "file://" + g.dir}, or(tt.given, tt.want)},
			} {
				t.Run(way.name, func(t *testing.T) {
					w := newWorld(t, key)
					way.req.Version = tt.version
					if want, bad := strings.CutPrefix(way.want, "!"); bad {
						w.fails(way.req, 4, want)
						if !strings.Contains(tt.name, "wrong release") {
							w.empty()
						}
						return
					}
					rel := w.must(way.req)
					commit := map[string]plumbing.Hash{"8.2.9": g.commit9, "8.2.10": g.commit10}[way.want]
					if rel.Version != way.want || rel.Commit != commit.String() || rel.SHA256 != "" ||
						rel.SourceDateEpoch != released.Unix() || !strings.HasPrefix(rel.SignedBy, tt.signer) {
						t.Errorf("%+v", rel)
					}
					want := []string{
						"Zend/zend.h -r--r--r-- /* zend */\n", "configure -r-xr-xr-x #!/bin/sh\n", "link -> Zend/zend.h",
						"main/php_version.h -r--r--r-- #define PHP_VERSION \"" + way.want + "\"\n",
					}
					if got := listing(t, rel.Dir); !slices.Equal(got, want) {
						t.Errorf("%q", got)
					}
					if tt.signer == "" != w.noted("has no signature") {
						t.Errorf("notes: %q", w.notes)
					}
				})
			}
		})
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// TestGitFetchesLittle makes sure that only the tag's commit is fetched, and
// nothing once it is in the cache.
func TestGitFetchesLittle(t *testing.T) {
	key := newKey(t, "manager", time.Now().Add(-year), 0)
	g := newRepo(t)
	first := g.commit("8.2.8")
	g.tag("php-8.2.9", g.commit("8.2.9"), key)
	// Were history asked for, the fetch would fail: it is not there.
	if err := os.Remove(filepath.Join(g.dir, ".git/objects", first.String()[:2], first.String()[2:])); err != nil {
		t.Fatal(err)
	}
	url, requests := g.serve()
	w := newWorld(t, key)
	req := Request{Recipe: gitRecipe(url)}
	rel := w.must(req)
	if n := requests.Load(); n == 0 {
		t.Error("no request")
	}
	before := requests.Load()
	if again := w.must(req); *again != *rel {
		t.Errorf("%+v, then %+v", rel, again)
	}
	if n := requests.Load() - before; n != 0 {
		t.Errorf("%d requests for what is in the cache", n)
	}
	// A refresh lists the tags, and finds that the newest is here.
	req.Refresh = true
	if again := w.must(req); again.Commit != rel.Commit {
		t.Errorf("%+v, then %+v", rel, again)
	}
	if n := requests.Load() - before; n != 1 {
		t.Errorf("%d requests for a refresh, expected one for the list", n)
	}
}

// TestGitWorktree gives a checked-out repository: its files are what counts,
// not its tags.
func TestGitWorktree(t *testing.T) {
	g := newRepo(t)
	g.tag("php-8.2.9", g.commit("8.2.9"), nil)
	g.commit("8.2.10")
	w := newWorld(t)
	rec := phpRecipe("8.2")
	rec.Source.Git = &recipe.GitSource{URL: "unused", Tag: "php-{version}"}
	rel := w.must(Request{Recipe: rec, Override: g.dir})
	if rel.Version != "8.2.10" || rel.Provider != "source directory" || rel.Commit != "" {
		t.Errorf("%+v", rel)
	}
	if _, err := os.Lstat(filepath.Join(rel.Dir, ".git")); err == nil {
		t.Error(".git was copied")
	}
	w.fails(Request{Recipe: rec, Version: "8.2.9", Override: g.dir}, 2, "8.2.10, but 8.2.9 was asked for", "hint", filepath.Join(g.dir, ".git"))
	rel = w.must(Request{Recipe: rec, Version: "8.2.9", Override: filepath.Join(g.dir, ".git")})
	if rel.Version != "8.2.9" || rel.Provider != "source repository" {
		t.Errorf("%+v", rel)
	}
	// The same through a worktree, whose .git is a file.
	program, err := exec.LookPath("git")
	if err != nil {
		t.Skip("SKIPPED: no git on PATH to make a worktree")
	}
	tree := filepath.Join(t.TempDir(), "tree")
	if out, err := exec.Command(program, "-C", g.dir, "worktree", "add", "-q", tree, "php-8.2.9").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	rel = w.must(Request{Recipe: rec, Override: tree})
	if rel.Version != "8.2.9" || rel.Provider != "source directory" {
		t.Errorf("%+v", rel)
	}
	if _, err := os.Lstat(filepath.Join(rel.Dir, ".git")); err == nil {
		t.Error(".git was copied")
	}
}

func TestGitRefuses(t *testing.T) {
	w := newWorld(t)
	rec := gitRecipe("unused")
	rec.Source.Keys = ""
	empty := t.TempDir()
	w.fails(Request{Recipe: rec, Override: "file://" + empty}, 4, empty, "repository does not exist")
	w.fails(Request{Recipe: rec, Override: "https://127.0.0.1:1/php-src.git"}, 4, "source repository (https://127.0.0.1:1/php-src.git)", "refused")
	w.fails(Request{Recipe: rec, Override: "gopher://127.0.0.1/php-src"}, 4, "gopher")
	rec.Source.Git = nil
	w.fails(Request{Recipe: rec, Override: "file://" + empty}, 2, "source.git.tag")
}
