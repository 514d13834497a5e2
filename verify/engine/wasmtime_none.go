//go:build !cgo || !(linux || darwin)

package engine

import "errors"

// Wasmtime is the engine wasmtime, which this build does not have.
func Wasmtime(WasmtimeOptions) (Engine, error) {
	return nil, errors.New("wasmtime is not in this build: it needs cgo, on Linux or macOS; build with CGO_ENABLED=1 and a C compiler")
}
