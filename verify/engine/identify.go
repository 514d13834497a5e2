package engine

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Kind is what kind of WebAssembly a file is.
type Kind int

// The kinds. The zero value is no WebAssembly at all.
const (
	None      Kind = iota
	Module         // a core module, version 1
	Component      // a component, which has other imports and exports
)

// String is the kind as it is used in a sentence.
func (k Kind) String() string {
	switch k {
	case Module:
		return "core module"
	case Component:
		return "component"
	}
	return "file that is not WebAssembly"
}

// lookalikes are the files that are given by mistake for a module, with what
// they are.
var lookalikes = []struct{ magic, what string }{
	{"(module", "a module in text form; assemble it with wat2wasm first"},
	{"(component", "a component in text form"},
	{"\x7fELF", "a native ELF file; if an engine compiled it ahead of time, only that engine can run it"},
	{"\xcf\xfa\xed\xfe", "a native Mach-O file; if an engine compiled it ahead of time, only that engine can run it"},
	{"MZ", "a Windows program or library"},
	{"!<arch>\n", "a static library; link it first"},
	{"BC\xc0\xde", "LLVM bitcode; compile and link it first"},
	{"\x1f\x8b", "compressed with gzip; unpack it first"},
	{"\xfd7zXZ\x00", "compressed with xz; unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"},
	{"PK\x03\x04", "a zip archive; unpack it first"},
	{"<?php", "a PHP script; run it with a PHP module"},
	{"#!", "a script"},
	{"version https://git-lfs", "a Git LFS pointer and not the file itself; run git lfs pull"},
}

// Identify says from the first bytes what kind of WebAssembly the file path is.
// It is an error if it is none, or of a version that nothing can run; the error
// says what the file is instead, where that can be told. Nothing after the first
// bytes is looked at.
func Identify(path string) (Kind, error) {
	st, err := os.Stat(path)
	if err != nil {
		return None, err
	}
	if !st.Mode().IsRegular() {
		return None, fmt.Errorf("%s is not a file but a %s", path, describeMode(st.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return None, err
	}
	defer f.Close()
	head := make([]byte, 32)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return None, err
	}
	kind, err := identify(head[:n])
	if err != nil {
		return None, fmt.Errorf("%s is %w", path, err)
	}
	return kind, nil
}

// identify is Identify for the first bytes of a file; the error is what the
// file is.
func identify(head []byte) (Kind, error) {
	if len(head) == 0 {
		return None, errors.New("empty")
	}
	if !bytes.HasPrefix(head, []byte("\x00asm")) {
		for _, l := range lookalikes {
			if bytes.HasPrefix(head, []byte(l.magic)) {
				return None, fmt.Errorf("not WebAssembly but %s", l.what)
			}
		}
		return None, fmt.Errorf("not WebAssembly: it starts with %q instead of \"\\x00asm\"", head[:min(len(head), 4)])
	}
	if len(head) < 8 {
		return None, fmt.Errorf("cut off after %d bytes: WebAssembly has 8 before its first section", len(head))
	}
	// A core module has a version of 32 bits; a component has 16 bits of
	// version and 16 bits of layer there.
	version, layer := binary.LittleEndian.Uint16(head[4:]), binary.LittleEndian.Uint16(head[6:])
	switch {
	case layer == 1:
		return Component, nil
	case layer == 0 && version == 1:
		return Module, nil
	}
	return None, fmt.Errorf("WebAssembly of version %d, layer %d, which is neither a core module (1, 0) nor a component", version, layer)
}

// describeMode says what a thing that is no regular file is.
func describeMode(m os.FileMode) string {
	switch {
	case m.IsDir():
		return "directory"
	case m&os.ModeNamedPipe != 0:
		return "pipe"
	case m&os.ModeSocket != 0:
		return "socket"
	}
	return "device"
}
