package flow

import (
	"crypto/sha256"
	"embed"
	"io/fs"

	"github.com/wlrbuild/wlrbuild/verify/llvmir"
)

//go:embed *.go data
var source embed.FS

// Version is a digest of the analysis itself: of this package's source, the
// model, and the reader of IR. What an analysis with another version came to
// may be wrong.
func Version() [sha256.Size]byte {
	h := sha256.New()
	for _, tree := range []fs.FS{source, llvmir.Source} {
		// All of it is in the program: there is nothing that could fail.
		if err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(tree, name)
			sum := sha256.Sum256(data)
			h.Write([]byte(name))
			h.Write(sum[:])
			return err
		}); err != nil {
			panic(err)
		}
	}
	return [sha256.Size]byte(h.Sum(nil))
}
