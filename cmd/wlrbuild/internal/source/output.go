package source

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// An output of this package in the store is the tree and what is known of it.
// The version in the names of the keys is raised when the same source comes to
// lie there differently.
const (
	treeDir  = "tree"
	metaFile = "meta.json"

	archiveKey    = "source archive/v1"
	repositoryKey = "source repository/v1"
	directoryKey  = "source directory/v1"
)

// meta is what cannot be seen from a tree any more, or costs time to see.
type meta struct {
	Tree        cache.Digest `json:"tree"`
	Epoch       int64        `json:"epoch"`
	Commit      string       `json:"commit,omitempty"`
	SignedBy    string       `json:"signed_by,omitempty"`
	Fingerprint string       `json:"fingerprint,omitempty"`
}

// output returns the tree with that key, and makes it if need be: fill writes
// it to w and says what it knows. It may use the folder tmp.
func output(ctx context.Context, store *cache.Store, key cache.Digest, fill func(w *treeWriter, tmp string) (meta, error)) (tree string, m meta, err error) {
	dir, _, err := store.Do(ctx, key, func(out string) error {
		tree, tmp := filepath.Join(out, treeDir), filepath.Join(out, "tmp")
		for _, dir := range []string{tree, tmp} {
			if err := os.Mkdir(dir, 0o777); err != nil {
				return err
			}
		}
		w, err := newTreeWriter(tree, defaultLimits)
		if err != nil {
			return err
		}
		defer w.close()
		m, err := fill(w, tmp)
		if err != nil {
			return err
		}
		if err := os.RemoveAll(tmp); err != nil {
			return err
		}
		if m.Tree, err = cache.TreeDigest(tree, nil); err != nil {
			return err
		}
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(out, metaFile), data, 0o666)
	})
	if err != nil {
		return "", meta{}, err
	}
	data, err := os.ReadFile(filepath.Join(dir, metaFile))
	if err != nil {
		return "", meta{}, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return "", meta{}, fmt.Errorf("%s: %w", filepath.Join(dir, metaFile), err)
	}
	return filepath.Join(dir, treeDir), m, nil
}

// unpackArchive unpacks a file whose digest is known, and checks the digest
// once more on the way: the file may be a user's, who may replace it meanwhile.
func unpackArchive(ctx context.Context, store *cache.Store, path string, digest cache.Digest) (tree string, key cache.Digest, m meta, err error) {
	h := cache.NewHasher(archiveKey)
	h.Digest("archive", digest)
	key = h.Sum()
	tree, m, err = output(ctx, store, key, func(w *treeWriter, _ string) (meta, error) {
		if err := unpackFile(ctx, w, path, digest); err != nil {
			return meta{}, unpackError(ctx, path, err)
		}
		return meta{Epoch: w.newest.Unix()}, nil
	})
	return tree, key, m, err
}

func unpackError(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return (&diag.Error{Exit: diag.Source, Op: "unpack the archive", Path: path, Err: err}).
		WithHint("Nothing of it was kept. Get the archive again from where it is published.")
}

func unpackFile(ctx context.Context, w *treeWriter, path string, digest cache.Digest) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	raw := io.TeeReader(f, sum)
	data, err := decompress(ctx, raw)
	if err != nil {
		return err
	}
	defer data.Close()
	if err := untar(ctx, w, data); err != nil {
		return err
	}
	// A tar archive ends before its file does. What follows has a checksum of
	// the compression in it, too.
	if _, err := io.Copy(io.Discard, data); err != nil {
		return err
	}
	if err := data.Close(); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, raw); err != nil {
		return err
	}
	if got := cache.Digest(sum.Sum(nil)); got != digest {
		return fmt.Errorf("it changed while it was read: its sha256 was %v and is %v", digest, got)
	}
	return nil
}
