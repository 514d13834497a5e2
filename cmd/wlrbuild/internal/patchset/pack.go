package patchset

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
)

// go-git adds files one by one, each as a file of its own below .git/objects,
// and hashes and compresses them one after the other. For the 25,000 files of
// a release that takes longer than all the rest of an import, so the objects of
// the import commit go into one pack, compressed in parallel and fast rather
// than small.

// packed is an object as it is in a pack.
type packed struct {
	hash plumbing.Hash
	data []byte // header and compressed content
}

// packer makes packed objects. It is for one goroutine.
type packer struct {
	zw *zlib.Writer
}

func newPacker() *packer {
	zw, err := zlib.NewWriterLevel(nil, zlib.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return &packer{zw}
}

func (p *packer) pack(t plumbing.ObjectType, content []byte) (packed, error) {
	var buf bytes.Buffer
	// Type and size, seven bits a byte but for the first:
	// https://git-scm.com/docs/pack-format#_size_encoding
	size := uint64(len(content))
	c := byte(t)<<4 | byte(size&0x0f)
	for size >>= 4; size > 0; size >>= 7 {
		buf.WriteByte(c | 0x80)
		c = byte(size & 0x7f)
	}
	buf.WriteByte(c)
	p.zw.Reset(&buf)
	if _, err := p.zw.Write(content); err != nil {
		return packed{}, err
	}
	if err := p.zw.Close(); err != nil {
		return packed{}, err
	}
	return packed{plumbing.ComputeHash(t, content), buf.Bytes()}, nil
}

// object is a putter's part: it packs any object.
func (p *packer) object(o plumbing.EncodedObject) (packed, error) {
	r, err := o.Reader()
	if err != nil {
		return packed{}, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return packed{}, err
	}
	return p.pack(o.Type(), content)
}

// writePack writes a pack and its index into dir, which is .git/objects/pack.
func writePack(dir string, objects []packed) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "tmp_pack_")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()

	sum := sha1.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, sum), 1<<20)
	var index idxfile.Writer
	header := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(objects)))
	if _, err := w.Write(header); err != nil {
		return err
	}
	if err := index.OnHeader(uint32(len(objects))); err != nil {
		return err
	}
	pos := uint64(len(header))
	for _, o := range objects {
		index.Add(o.hash, pos, crc32.ChecksumIEEE(o.data))
		if _, err := w.Write(o.data); err != nil {
			return err
		}
		pos += uint64(len(o.data))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	checksum := plumbing.Hash(sum.Sum(nil))
	if _, err := f.Write(checksum[:]); err != nil {
		return err
	}
	if err := f.Chmod(0o444); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := index.OnFooter(checksum); err != nil {
		return err
	}
	name := filepath.Join(dir, fmt.Sprintf("pack-%s", checksum))
	if err := writeIdx(name+".idx", &index); err != nil {
		return err
	}
	return os.Rename(f.Name(), name+".pack")
}

func writeIdx(name string, w *idxfile.Writer) (err error) {
	index, err := w.Index()
	if err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	buf := bufio.NewWriter(f)
	if _, err := idxfile.NewEncoder(buf).Encode(index); err != nil {
		return err
	}
	return buf.Flush()
}
