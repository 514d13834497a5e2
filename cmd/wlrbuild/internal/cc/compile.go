package cc

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// version is part of every key. It changes whenever the same key would stand
// for another object or another form of manifest.
const version = "wlr-cc/1"

// compile makes an object, from the cache if it can. all is the command line
// that inv was parsed from.
func (l *launcher) compile(inv *invocation, all []string) (int, error) {
	if isConftest(inv) {
		return l.uncached(all)
	}
	key, reason := "", l.refusal(inv)
	if reason == "" {
		var err error
		if key, err = l.key(inv); err != nil {
			reason = err.Error()
		}
	}
	if reason != "" {
		code, err := l.uncached(all)
		return code, l.report(code, err, inv, all, uncacheable, reason)
	}

	s := store{l.cfg.Cache}
	why := "not seen before"
	for i, line := range s.lines(key) {
		e, object, err := l.lookup(s, line)
		if err == nil {
			return 0, l.report(0, l.deliver(inv, e, object, true), inv, all, hit, "")
		}
		if i == 0 {
			why = err.Error()
		}
	}

	work, made, remove, err := s.workDir()
	if err != nil {
		code, cerr := l.uncached(all)
		return code, l.report(code, cerr, inv, all, uncacheable, err.Error())
	}
	defer remove()
	return l.miss(inv, all, s, key, why, work, made)
}

// uncached compiles as the caller said.
func (l *launcher) uncached(all []string) (int, error) {
	return l.clang(slices.Concat(all, l.cfg.PrefixMaps.ClangFlags(l.cwd)), l.stderr)
}

// refusal says why a compilation may not be cached, "" if it may.
func (l *launcher) refusal(inv *invocation) string {
	switch {
	case l.cfg.Cache == "":
		return "no cache"
	case inv.reason != "":
		return inv.reason
	case !replaceable(inv.output):
		return "the output is not a plain file"
	case inv.deps.file != "" && !replaceable(inv.deps.file):
		return "the dependency file is not a plain file"
	}
	for _, name := range inv.included {
		// clang would read them in the header's place.
		if isFile(name+".pch") || isFile(name+".gch") {
			return "a precompiled header " + name
		}
	}
	return ""
}

// key is the digest of all that is known about a compilation before it begins.
func (l *launcher) key(inv *invocation) (string, error) {
	source, err := l.digest(inv.inputs[0])
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, list := range [][]string{
		{version, strings.ToLower(l.cfg.Toolchain), l.mark.path(l.cwd), source},
		l.cfg.PrefixMaps.names(),
		inv.key,
	} {
		h.Write(binary.AppendUvarint(nil, uint64(len(list))))
		for _, field := range list {
			h.Write(binary.AppendUvarint(nil, uint64(len(field))))
			io.WriteString(h, field)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// digest is the digest of a file's content, read once in this process.
func (l *launcher) digest(name string) (string, error) {
	if d, ok := l.digests[name]; ok {
		return d, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	d := digestOf(data)
	l.digests[name] = d
	return d, nil
}

// lookup is the object of an entry if the entry applies now, or else an error
// saying why not.
func (l *launcher) lookup(s store, line []byte) (*entry, []byte, error) {
	e, err := decodeEntry(line)
	if err != nil {
		return nil, nil, err
	}
	if e.Epoch != nil && *e.Epoch != l.env("SOURCE_DATE_EPOCH") {
		return nil, nil, errors.New("changed: SOURCE_DATE_EPOCH")
	}
	for _, f := range e.Files {
		d, err := l.digest(l.local(f.Name))
		if err != nil {
			return nil, nil, err
		}
		if d != f.Digest {
			return nil, nil, fmt.Errorf("changed: %s", shown(f.Name))
		}
	}
	if diff := e.Lookups.difference(e.Lookups.probe(l.local)); diff != "" {
		return nil, nil, errors.New(shown(diff))
	}
	object, err := s.object(e.Object)
	return e, object, err
}

// deliver writes what was asked for: the object, the dependency file, and,
// for an object from the cache, the warnings.
func (l *launcher) deliver(inv *invocation, e *entry, object []byte, replay bool) error {
	if replay && len(e.Stderr) > 0 {
		io.WriteString(l.stderr, l.local(string(e.Stderr)))
	}
	if inv.deps.file != "" {
		var deps []string
		for _, f := range e.Files {
			if name := l.local(f.Name); !inv.deps.userOnly || !l.isSystem(inv, name) {
				deps = append(deps, name)
			}
		}
		if err := writeFile(inv.deps.file, formatDeps(inv.deps, inv.inputs[0], deps), 0o666); err != nil {
			return diag.New(diag.Step, "write the dependency file", "%w", err)
		}
	}
	// The object comes last: it is what make takes for done.
	if err := writeFile(inv.output, object, 0o666); err != nil {
		return diag.New(diag.Step, "write the object", "%w", err)
	}
	return nil
}

// isSystem reports whether clang would call a header a system header: by the
// directory it was found through, which is the longest that fits.
func (l *launcher) isSystem(inv *invocation, name string) bool {
	longest, system := 0, false
	fit := func(dirs []string, sys bool) {
		for _, dir := range dirs {
			dir = strings.TrimRight(dir, "/")
			// Of a directory given as both, clang ignores -I.
			if strings.HasPrefix(name, dir+"/") && (len(dir) > longest || len(dir) == longest && sys) {
				longest, system = len(dir), sys
			}
		}
	}
	fit(inv.user, false)
	fit(inv.system, true)
	fit(l.cfg.System, true)
	return system
}

// miss runs clang in the work directory, delivers and stores.
func (l *launcher) miss(inv *invocation, all []string, s store, key, why, work string, made time.Time) (int, error) {
	objectFile, depFile := filepath.Join(work, "o"), filepath.Join(work, "d")
	var stderr bytes.Buffer
	args := slices.Concat(inv.child, l.cfg.PrefixMaps.ClangFlags(l.cwd), []string{"-MD", "-MF", depFile, "-MT", "o", "-o", objectFile})
	code, err := l.clang(args, io.MultiWriter(l.stderr, &stderr))
	if err != nil || code != 0 {
		// As clang does: make must not take an older object for this one.
		os.Remove(inv.output)
		return code, l.report(code, err, inv, all, miss, why)
	}
	object, err := os.ReadFile(objectFile)
	if err != nil {
		return 0, diag.New(diag.Internal, "compile "+inv.inputs[0], "clang succeeded without an object: %w", err)
	}
	e := &entry{Object: digestOf(object)}
	refusal := l.observe(e, inv, depFile, made)
	if len(e.Files) == 0 {
		// Without the files there is no dependency file to write either.
		code, err := l.uncached(all)
		return code, l.report(code, err, inv, all, uncacheable, refusal)
	}
	if err := l.deliver(inv, e, object, false); err != nil {
		return 0, err
	}
	if refusal == "" {
		e.Stderr = []byte(l.mark.text(stderr.String()))
		if err := s.put(key, objectFile, e); err != nil {
			refusal = err.Error()
		}
	}
	if refusal != "" {
		return 0, l.report(0, nil, inv, all, uncacheable, refusal)
	}
	return 0, l.report(0, nil, inv, all, miss, why)
}

// observe fills an entry with what the compilation read, and says why it may
// not be stored, "" if it may.
//
// A file that changed while clang ran may have been read before or after the
// change, so nothing is stored if one has a change time that is not before the
// beginning: the one use of time stamps, and it can only forbid.
func (l *launcher) observe(e *entry, inv *invocation, depFile string, began time.Time) (refusal string) {
	refuse := func(format string, args ...any) {
		if refusal == "" {
			refusal = fmt.Sprintf(format, args...)
		}
	}
	data, err := os.ReadFile(depFile)
	if err != nil {
		return err.Error()
	}
	files, err := parseDeps(data)
	if err != nil {
		return err.Error()
	}

	clear(l.digests)
	dirs := newSet(slices.Concat(inv.user, inv.system))
	names := newSet(inv.included)
	if len(inv.included) > 0 {
		dirs.add(".")
	}
	dated := holdsDate([]byte(strings.Join(inv.key, "\n")))
	for _, name := range files {
		e.Files = append(e.Files, fileDigest{Name: l.mark.path(name)})
		content, err := os.ReadFile(name)
		if err != nil {
			refuse("%v", err)
			continue
		}
		e.Files[len(e.Files)-1].Digest = digestOf(content)
		if containsAny(content, ".incbin", `.include "`, `.include \"`) {
			refuse("%s may make the assembler read a file", name)
		}
		dated = dated || holdsDate(content)
		spelledNames(content, names.add)
		// The name that found it, should it have been made by a macro.
		for _, dir := range slices.Concat(inv.user, inv.system) {
			if rest, ok := strings.CutPrefix(name, strings.TrimRight(dir, "/")+"/"); ok {
				names.add(rest)
			}
		}
		names.add(filepath.Base(name))
		if !slices.ContainsFunc(l.cfg.System, func(dir string) bool { return strings.HasPrefix(name, dir+"/") }) {
			dirs.add(filepath.Dir(name))
		}
	}
	if dated {
		epoch := l.env("SOURCE_DATE_EPOCH")
		if epoch == "" {
			refuse("it uses the date and SOURCE_DATE_EPOCH is not set")
		}
		e.Epoch = &epoch
	}

	for _, dir := range dirs.list {
		e.Lookups.Dirs = append(e.Lookups.Dirs, l.mark.path(dir))
	}
	e.Lookups.Names = names.list
	e.Lookups.Found = e.Lookups.probe(l.local)
	for _, name := range slices.Concat(files, e.Lookups.files(l.local)) {
		fi, err := os.Stat(name)
		switch {
		case err != nil:
			refuse("%v", err)
		case !changeTime(fi).Before(began):
			refuse("%s changed while it was being compiled, or just before", name)
		}
	}
	for _, name := range slices.Concat(files, dirs.list, names.list) {
		if !utf8.ValidString(name) {
			refuse("a name that is not UTF-8: %q", name)
		}
	}
	return refusal
}

// holdsDate reports whether a text has a macro that stands for a time.
func holdsDate(text []byte) bool { return containsAny(text, "__DATE__", "__TIME__", "__TIMESTAMP__") }

func containsAny(text []byte, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) })
}

// set is a list without duplicates.
type set struct {
	list []string
	has  map[string]bool
}

func newSet(list []string) *set {
	s := &set{has: make(map[string]bool)}
	for _, v := range list {
		s.add(v)
	}
	return s
}

func (s *set) add(v string) {
	if !s.has[v] {
		s.has[v] = true
		s.list = append(s.list, v)
	}
}
