//go:build cgo && (linux || darwin)

package checks_test

import "github.com/bytecodealliance/wasmtime-go/v39"

func init() { assemble = wasmtime.Wat2Wasm }
