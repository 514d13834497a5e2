package cc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// maxEntries bounds a manifest: a source that is compiled against ever new
// headers forgets the oldest.
const maxEntries = 16

// entry says what a compilation read and what came of it.
type entry struct {
	Object  string       `json:"object"` // digest
	Stderr  []byte       `json:"stderr,omitempty"`
	Epoch   *string      `json:"epoch,omitempty"` // SOURCE_DATE_EPOCH, if the object holds a date
	Files   []fileDigest `json:"files"`           // in clang's order, the source included
	Lookups lookups      `json:"lookups"`
}

type fileDigest struct {
	Name   string `json:"name"` // marked
	Digest string `json:"digest"`
}

// store is the cache's directory:
//
//	objects/ab/cdef…    an object, by its digest
//	manifests/ab/cdef…  the entries of a key, one JSON object a line, newest first
//	tmp/…               what running launchers work in
//
// Everything comes into objects and manifests by rename. Of two writers of a
// manifest the last wins; the other's entry is lost, which costs a miss some
// day and no more. Nothing is synced to the disk: what a crash of the machine
// leaves behind fails its digest, or is no JSON, and counts as not there.
type store struct{ dir string }

func (s store) path(kind, digest string) string {
	return filepath.Join(s.dir, kind, digest[:2], digest[2:])
}

// lines are the entries of a key, not decoded: mostly the first one fits.
func (s store) lines(key string) [][]byte {
	data, err := os.ReadFile(s.path("manifests", key))
	if err != nil {
		return nil
	}
	return bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
}

func decodeEntry(line []byte) (*entry, error) {
	var e entry
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, err
	}
	if len(e.Object) != hex.EncodedLen(sha256.Size) || len(e.Lookups.Found) != len(e.Lookups.Dirs)+1 {
		return nil, fmt.Errorf("malformed entry")
	}
	return &e, nil
}

// object is an object's content.
func (s store) object(digest string) ([]byte, error) {
	data, err := os.ReadFile(s.path("objects", digest))
	if err == nil && digestOf(data) != digest {
		err = fmt.Errorf("object %s does not have its digest", digest)
	}
	return data, err
}

// put stores the object in the file tmp, which it may move, and its entry.
func (s store) put(key, tmp string, e *entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	object, manifest := s.path("objects", e.Object), s.path("manifests", key)
	for _, name := range []string{object, manifest} {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
	}
	// Also over one that is there: it may be the broken one that made a miss.
	if err := os.Rename(tmp, object); err != nil {
		return err
	}
	lines := [][]byte{line}
	for _, old := range s.lines(key) {
		if len(lines) < maxEntries && len(old) > 0 && !bytes.Equal(old, line) {
			lines = append(lines, old)
		}
	}
	return writeFile(manifest, append(bytes.Join(lines, []byte("\n")), '\n'), 0o666)
}

// workDir makes a directory for a compilation. It is locked for as long as its
// owner lives, which is how Sweep tells a running launcher from a killed one.
// made is the file system's idea of now.
func (s store) workDir() (dir string, made time.Time, remove func(), err error) {
	tmp := filepath.Join(s.dir, "tmp")
	if err := os.MkdirAll(tmp, 0o777); err != nil {
		return "", time.Time{}, nil, err
	}
	for {
		dir, err := os.MkdirTemp(tmp, "cc-")
		if err != nil {
			return "", time.Time{}, nil, err
		}
		lock, err := tryLock(dir)
		if err != nil {
			return "", time.Time{}, nil, err
		}
		fi, err := os.Stat(dir)
		if lock == nil || err != nil {
			continue // a sweeper was between the two calls
		}
		return dir, changeTime(fi), func() { os.RemoveAll(dir); lock.Close() }, nil
	}
}

// tryLock locks a directory until the file is closed; nil if another has it or
// it is gone.
func tryLock(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if err == syscall.EWOULDBLOCK {
			return nil, nil
		}
		return nil, &fs.PathError{Op: "flock", Path: dir, Err: err}
	}
	return f, nil
}

// Sweep removes what killed launchers have left in an object cache. It may run
// while others work in it.
func Sweep(cache string) error {
	dirs, err := filepath.Glob(filepath.Join(cache, "tmp", "cc-*"))
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		lock, err := tryLock(dir)
		if err != nil {
			return err
		}
		if lock == nil {
			continue
		}
		err = os.RemoveAll(dir)
		lock.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// changeTime is when the file's content or place last changed. Unlike the
// modification time it cannot be set, by cp -p or anybody.
func changeTime(fi fs.FileInfo) time.Time {
	return time.Unix(fi.Sys().(*syscall.Stat_t).Ctim.Unix())
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
