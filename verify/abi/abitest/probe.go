// Package abitest makes the smallest modules that ask a host for something.
package abitest

import (
	"slices"
	"strings"

	"github.com/wlrbuild/wlrbuild/verify/abi"
)

// Import is what a probe imports.
type Import struct {
	Module, Name string
	Type         abi.Type
}

// valueCodes are the value types in the binary format.
// https://webassembly.github.io/spec/core/binary/types.html
var valueCodes = map[string]byte{"i32": 0x7f, "i64": 0x7e, "f32": 0x7d, "f64": 0x7c}

// Probe is a program that imports functions and does nothing: it runs if the
// host takes the imports. Parameters and results are plain numbers.
func Probe(imports ...Import) []byte {
	types := [][]byte{{0x60, 0, 0}} // of _start
	var list [][]byte
	for _, i := range imports {
		list = append(list, slices.Concat(name(i.Module), name(i.Name), []byte{0}, uleb(len(types))))
		types = append(types, functype(i.Type))
	}
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"),
		section(1, types...),
		section(2, list...),
		section(3, []byte{0}),
		section(5, []byte{0, 1}), // a memory of one page
		section(7, append(name("memory"), 2, 0), append(append(name("_start"), 0), uleb(len(imports))...)),
		section(10, []byte{2, 0, 0x0b}), // an empty body
	)
}

func functype(t abi.Type) []byte {
	params, results, _ := strings.Cut(string(t), " -> ")
	out := []byte{0x60}
	for _, part := range []string{params, results} {
		words := strings.Fields(strings.Trim(part, "()"))
		out = append(out, uleb(len(words))...)
		for _, w := range words {
			out = append(out, valueCodes[w])
		}
	}
	return out
}

func section(id byte, items ...[]byte) []byte {
	body := slices.Concat(uleb(len(items)), slices.Concat(items...))
	return slices.Concat([]byte{id}, uleb(len(body)), body)
}

func name(s string) []byte { return append(uleb(len(s)), s...) }

func uleb(n int) []byte {
	var out []byte
	for ; n >= 0x80; n >>= 7 {
		out = append(out, byte(n)|0x80)
	}
	return append(out, byte(n))
}
