package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
)

// Digest is a SHA-256 sum: of a file, a tree, or everything a step depends on.
type Digest [sha256.Size]byte

// String is the digest in hexadecimal, as sha256sum prints it.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Short is the first 12 characters of String, for people.
func (d Digest) Short() string { return d.String()[:12] }

// MarshalText makes digests hexadecimal in JSON.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// ParseDigest reads a digest from its 64 hexadecimal characters.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != hex.EncodedLen(len(d)) {
		return d, fmt.Errorf("sha256 digest %q has %d characters, not %d", s, len(s), hex.EncodedLen(len(d)))
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return Digest{}, fmt.Errorf("sha256 digest %q: %w", s, err)
	}
	return d, nil
}

// FileDigest is the digest of a file's content.
func FileDigest(path string) (Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return Digest{}, err
	}
	return sum(h), nil
}

func sum(h hash.Hash) (d Digest) {
	h.Sum(d[:0])
	return d
}

// Input is one thing that went into a Hasher.
type Input struct {
	Label  string `json:"label"`
	Digest Digest `json:"digest"`
}

// Hasher makes the key of a step from all that the step's output depends on.
// Every field is written with its kind, label and length, so that two
// different lists of inputs never give the same key.
type Hasher struct {
	h      hash.Hash
	inputs []Input
}

// NewHasher starts a key. The name tells apart steps that happen to have the
// same inputs; the version in it ("configure/v2") is raised when the step
// itself changes what it does with them.
func NewHasher(name string) *Hasher {
	h := &Hasher{h: sha256.New()}
	writeField(h.h, name)
	return h
}

func (h *Hasher) add(kind, label string, d Digest) {
	writeField(h.h, kind)
	writeField(h.h, label)
	writeField(h.h, string(d[:]))
	h.inputs = append(h.inputs, Input{label, d})
}

// String adds a string.
func (h *Hasher) String(label, v string) {
	h.add("string", label, sha256.Sum256([]byte(v)))
}

// Strings adds a list; its order counts, and so do the borders between its
// elements.
func (h *Hasher) Strings(label string, vs []string) {
	list := sha256.New()
	for _, v := range vs {
		writeField(list, v)
	}
	h.add("strings", label, sum(list))
}

// File adds a file's content.
func (h *Hasher) File(label, path string) error {
	d, err := FileDigest(path)
	if err != nil {
		return err
	}
	h.add("file", label, d)
	return nil
}

// Tree adds a directory as TreeDigest sees it.
func (h *Hasher) Tree(label, dir string, match func(rel string) bool) error {
	d, err := TreeDigest(dir, match)
	if err != nil {
		return err
	}
	h.add("tree", label, d)
	return nil
}

// Digest adds something whose digest is known, such as the key of the step
// before.
func (h *Hasher) Digest(label string, d Digest) {
	h.add("digest", label, d)
}

// Sum is the key of what was added so far.
func (h *Hasher) Sum() Digest { return sum(h.h) }

// Inputs lists what was added so far, to explain later why a key changed.
func (h *Hasher) Inputs() []Input { return h.inputs }

func writeField(w io.Writer, s string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(s)))
	w.Write(length[:])
	io.WriteString(w, s)
}
