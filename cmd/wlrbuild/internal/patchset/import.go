package patchset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// ImportInfo says what a release is.
type ImportInfo struct {
	Version string    // "8.2.32"
	Origin  string    // where it is from; kept in the tag's message
	Time    time.Time // of the release; every file of the work tree gets it
}

const (
	branch    = plumbing.ReferenceName("refs/heads/main")
	tagPrefix = "upstream/"
)

// attributes switch off every conversion that a release's own .gitattributes
// asks for: what is in the tree is what was released, byte for byte.
const attributes = "* -text -eol -ident -filter -working-tree-encoding\n"

// Import makes dst, which must be missing or empty, a git repository whose work
// tree has the files of the directory src, whose one commit holds all of them,
// and where that commit has the tag upstream/<version>. It depends on nothing
// but names, executable bits, symlink targets and contents in src and on the
// version and time, so the same release always becomes the same commit,
// wherever it was found.
//
// All files get the time of the release: make then sees nothing as outdated,
// whatever order the source unpacked files in, but for what a patch touches,
// which Apply makes newer. Directories without a file and .git folders are left
// out. After an error dst is empty again or gone.
func Import(ctx context.Context, src, dst string, info ImportInfo) (err error) {
	op := fmt.Sprintf("import release %s", info.Version)
	defer func() { err = explain(diag.Step, op, err) }()
	tag := plumbing.NewTagReferenceName(tagPrefix + info.Version)
	if err := tag.Validate(); err != nil {
		return fmt.Errorf("version %q: %w", info.Version, err)
	}
	if info.Time.Unix() < 0 {
		return fmt.Errorf("the release's time %v is before 1970, which git cannot store", info.Time)
	}

	undo, err := claim(dst)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	im := &importer{src: src, dst: dst, when: info.Time.Truncate(time.Second)}
	if err := im.list(ctx); err != nil {
		return err
	}
	if len(im.files) == 0 {
		return fmt.Errorf("%s has no files", src)
	}
	if err := im.copy(ctx); err != nil {
		return err
	}
	return im.commit(info, tag)
}

// explain makes a *diag.Error of err, unless it is one or tells that the user
// has interrupted the work.
func explain(exit diag.Code, op string, err error) error {
	var known *diag.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return diag.New(exit, op, "%w", err)
}

// claim sees to it that dir is there and empty; undo makes it so again.
func claim(dir string) (undo func(), err error) {
	if err := os.Mkdir(dir, 0o777); err == nil {
		return func() { os.RemoveAll(dir) }, nil
	} else if !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty", dir)
	}
	return func() {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}, nil
}

type importer struct {
	src, dst string
	when     time.Time
	files    []importFile
}

type importFile struct {
	name string // slash-separated
	mode filemode.FileMode
	size int
	packed
}

// list finds the files of src and makes their directories in dst.
func (im *importer) list(ctx context.Context) error {
	made := ""
	return fs.WalkDir(os.DirFS(im.src), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if d.Name() == ".git" { // of a checkout, or of a submodule in it
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		f := importFile{name: name}
		switch {
		case d.IsDir():
			return nil
		case d.Type() == fs.ModeSymlink:
			f.mode = filemode.Symlink
		case d.Type().IsRegular():
			info, err := d.Info()
			if err != nil {
				return err
			}
			f.mode = filemode.Regular
			if info.Mode()&0o100 != 0 {
				f.mode = filemode.Executable
			}
		default:
			return fmt.Errorf("%s is neither a file, a directory nor a symlink (%v)", name, d.Type())
		}
		if err := checkPath(name); err != nil {
			return err
		}
		if dir := filepath.Dir(name); dir != made {
			if err := os.MkdirAll(filepath.Join(im.dst, dir), 0o777); err != nil {
				return err
			}
			made = dir
		}
		im.files = append(im.files, f)
		return nil
	})
}

// copy copies the files on all processors and keeps each compressed.
func (im *importer) copy(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			p := newPacker()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(im.files) {
					return
				}
				if err := im.copyFile(p, &im.files[i]); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

func (im *importer) copyFile(p *packer, f *importFile) error {
	from, to := filepath.Join(im.src, f.name), filepath.Join(im.dst, f.name)
	var data []byte
	if f.mode == filemode.Symlink {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		if err := os.Symlink(target, to); err != nil {
			return err
		}
		data = []byte(target)
	} else {
		var err error
		if data, err = os.ReadFile(from); err != nil {
			return err
		}
		if err := writeNew(to, data, f.mode, im.when); err != nil {
			return err
		}
	}
	f.size = len(data)
	var err error
	f.packed, err = p.pack(plumbing.BlobObject, data)
	return err
}

// perm is what git gives a file that it checks out.
func perm(mode filemode.FileMode) fs.FileMode {
	if mode == filemode.Executable {
		return 0o777
	}
	return 0o666
}

func writeNew(name string, data []byte, mode filemode.FileMode, when time.Time) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm(mode))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Chtimes(name, when, when)
}

// commit makes the repository around the files. HEAD comes last, so that one
// that was not finished has no commit.
func (im *importer) commit(info ImportInfo, tag plumbing.ReferenceName) error {
	repo, err := git.PlainInitWithOptions(im.dst, &git.PlainInitOptions{InitOptions: git.InitOptions{DefaultBranch: branch}})
	if err != nil {
		return err
	}
	cfg, err := repo.Config()
	if err != nil {
		return err
	}
	// The index has no inode numbers or change times, since the cache moves and
	// protects the tree after it is made; git is not to look for them. Nor is it
	// to do as the user's own configuration may ask and convert line ends.
	core := cfg.Raw.Section("core")
	core.SetOption("checkStat", "minimal")
	core.SetOption("trustctime", "false")
	core.SetOption("autocrlf", "false")
	core.SetOption("fileMode", "true")
	if err := repo.SetConfig(cfg); err != nil {
		return err
	}
	gitDir := filepath.Join(im.dst, git.GitDirName)
	if err := os.MkdirAll(filepath.Join(gitDir, "info"), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(gitDir, "info", "attributes"), []byte(attributes), 0o666); err != nil {
		return err
	}

	var (
		objects []packed
		seen    = map[plumbing.Hash]bool{}
		entries = make(map[string]object.TreeEntry, len(im.files))
		idx     = &index.Index{Version: 2}
		p       = newPacker()
	)
	add := func(o packed) {
		if !seen[o.hash] {
			seen[o.hash] = true
			objects = append(objects, o)
		}
	}
	putter := func(o plumbing.EncodedObject) (plumbing.Hash, error) {
		packed, err := p.object(o)
		add(packed)
		return packed.hash, err
	}
	for _, f := range im.files {
		add(f.packed)
		entries[f.name] = object.TreeEntry{Mode: f.mode, Hash: f.hash}
		idx.Entries = append(idx.Entries, &index.Entry{Name: f.name, Hash: f.hash, Mode: f.mode, Size: uint32(f.size), ModifiedAt: im.when})
	}
	root, err := putTree(putter, nil, plumbing.ZeroHash, entries)
	if err != nil {
		return err
	}
	signature := robot(im.when)
	commit, err := put(putter, &object.Commit{Author: signature, Committer: signature, TreeHash: root,
		Message: fmt.Sprintf("upstream %s\n", info.Version)})
	if err != nil {
		return err
	}
	message := info.Version
	if info.Origin != "" {
		message += "\n\nFrom " + strings.TrimSpace(info.Origin)
	}
	tagHash, err := put(putter, &object.Tag{Name: tagPrefix + info.Version, Tagger: signature, Message: message + "\n",
		TargetType: plumbing.CommitObject, Target: commit})
	if err != nil {
		return err
	}
	if err := writePack(filepath.Join(gitDir, "objects", "pack"), objects); err != nil {
		return err
	}
	if err := repo.Storer.SetIndex(idx); err != nil {
		return err
	}
	if err := repo.Storer.SetReference(plumbing.NewHashReference(tag, tagHash)); err != nil {
		return err
	}
	return repo.Storer.SetReference(plumbing.NewHashReference(branch, commit))
}
